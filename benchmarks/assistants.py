"""CPU-seconds of an answer, and letters that it reads: every tool on the sample world, over one open session.

python -m benchmarks.assistants
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import anyio
import click
import numpy as np
from mcp import Client

from influence.assistants.server import build_server
from influence.demonstration import samples_folder
from influence.store.importing.transaction import import_files
from influence.store.workspace import open_workspace

NICHE = "vegan baking"


def calls(accounts: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """What is asked, the question being known after the first."""
    asked = {"niche": NICHE}
    return [
        ("describe_data", {}), ("find_accounts", {"words": "crumb"}), ("rank", {**asked, "limit": 3}),
        ("explain", {**asked, "account": accounts[0]}), ("compare", {**asked, "accounts": accounts[:2]}),
        ("lookalikes", {"account": accounts[0]}), ("shortlist", asked), ("mentions", {"brand": "Tavilo"}),
        ("advocates", {"brand": "Tavilo"}), ("match_brief", {"brief": "Vegan baking bloggers", "accounts": accounts}),
    ]  # fmt: skip


async def _measure(file: Path, rounds: int) -> None:
    async with Client(build_server(file)) as client:
        start = time.process_time()
        first = await client.call_tool("rank", {"niche": NICHE})
        assert first.structured_content is not None
        print(f"first question: {time.process_time() - start:.2f} CPU-s")
        accounts = [row["account_id"] for row in first.structured_content["rows"]]
        print(f"{'tool':<16}{'median':>9}{'p95':>9}{'letters':>9}")
        for tool, told in calls(accounts):
            took = []
            await client.call_tool(tool, told)
            for _ in range(rounds):
                start = time.process_time()
                result = await client.call_tool(tool, told)
                took.append(time.process_time() - start)
            letters = len(result.content[0].text)
            print(
                f"{tool:<16}{np.median(took):>9.3f}{np.quantile(took, 0.95):>9.3f}{letters:>9,}", flush=True
            )


@click.command()
@click.option("--rounds", default=20, show_default=True, help="Calls of each tool after its first.")
def main(rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "w.duckdb"
        with open_workspace(file) as workspace:
            import_files(workspace, [samples_folder("world")])
        anyio.run(_measure, file, rounds)


if __name__ == "__main__":
    main()
