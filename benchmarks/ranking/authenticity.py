"""Are bought followers, pods and paid voices flagged, and nobody else? Against the truth of simulated worlds.

    python -m benchmarks.ranking.authenticity --accounts 20000 --seeds 1,2 -o authenticity.json

A flag is a 'possible' of at least one half (audience_quality), or a quarter of the posts possibly paid for
(independence). Precision is counted over all accounts that publish or are followed. The same is measured where a kind
of evidence is missing, because most users have only some of it. The world is simple: real buyers hide better.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd

import influence
from influence.question import Filters
from influence.ranking.pool import pool_of
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.registry import SIGNALS
from influence.text.niche import Niche

PAID_SHARE = 0.25
WITHOUT: dict[str, tuple[str, ...]] = {
    "all tables": (),
    "no follows": ("follows",),
    "no snapshots": ("snapshots",),
    "no interactions": ("interactions",),
    "counts and posts only": ("follows", "snapshots", "interactions"),
}


@click.command()
@click.option("--accounts", default=20_000, show_default=True)
@click.option("--seeds", default="1,2", show_default=True)
@click.option("--all-tables-only", is_flag=True, help="Leave out the runs with missing evidence.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write JSON here.")
def main(accounts: int, seeds: str, all_tables_only: bool, output: str | None) -> None:
    """Precision and recall of every flag."""
    chosen = dict(list(WITHOUT.items())[:1]) if all_tables_only else WITHOUT
    rows = [row for seed in seeds.split(",") for row in run_world(accounts, int(seed), chosen)]
    frame = pd.DataFrame(rows)
    click.echo(frame.to_string(index=False, float_format="%.3f"))
    whole = frame[frame["tables"] == "all tables"].groupby("flag")[["precision", "recall"]].min()
    click.echo(
        f"\nleast over seeds, all tables (wanted: precision .9 at recall .8)\n{whole.to_string(float_format='%.3f')}"
    )
    if output:
        Path(output).write_text(
            json.dumps({"accounts": accounts, "results": rows}, indent=1) + "\n", encoding="utf-8"
        )


def run_world(n_accounts: int, seed: int, without: dict[str, tuple[str, ...]]) -> list[dict[str, object]]:
    """Simulate once, then mark with all tables and with some missing."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        report = influence.simulate_world(
            Path(folder) / "world", n_accounts=n_accounts, seed=seed, file_format="parquet"
        )
        truth = pd.read_parquet(report.folder / "truth" / "account_truth.parquet").set_index("account_id")
        for name, left_out in without.items():
            files = [file for file in sorted(report.folder.glob("*.parquet")) if file.stem not in left_out]
            with influence.open_workspace(Path(folder) / f"{name.replace(' ', '-')}.duckdb") as workspace:
                influence.import_files(workspace, files)
                rows += [
                    {"seed": seed, "tables": name} | row
                    for row in mark(Material(workspace.store, None), truth)
                ]
    return rows


def mark(material: Material, truth: pd.DataFrame) -> list[dict[str, object]]:
    """Precision and recall of each flag over the pool of everybody who speaks."""
    pool, _ = pool_of(material, Filters())
    evidence = Evidence(material, Niche("", "", ()), pool)
    role = truth["role"].reindex(material.account_ids[pool]).to_numpy(dtype=object)
    flags = audience_flags(evidence) | paid_flags(evidence)
    roles = {"bought followers": "bought", "pod": "pod", "paid voice": "paid", "mass follower": "bot"}
    return [_row(name, flags[name], role, wanted) for name, wanted in roles.items() if name in flags]


def audience_flags(evidence: Evidence) -> dict[str, np.ndarray]:
    """The suspicions of audience_quality that reach one half."""
    parts = next(signal for signal in SIGNALS if signal.name == "audience_quality").compute(evidence).parts
    names = {"bought followers": "bought_followers", "pod": "pod", "mass follower": "follows_to_be_followed"}
    nobody = np.zeros(evidence.n_candidates)
    return {flag: np.nan_to_num(parts.get(f"possible_{name}", nobody)) >= 0.5 for flag, name in names.items()}


def paid_flags(evidence: Evidence) -> dict[str, np.ndarray]:
    """Voices of which a quarter of the posts is possibly paid for; nothing where no signal says."""
    for signal in SIGNALS:
        if signal.name == "independence":
            return {"paid voice": np.nan_to_num(signal.compute(evidence).value, nan=1.0) <= 1.0 - PAID_SHARE}
    return {}


def _row(name: str, flagged: np.ndarray, role: Sequence[str], wanted: str) -> dict[str, object]:
    true = np.asarray(role) == wanted
    wrong = pd.Series(np.asarray(role)[flagged & ~true]).value_counts().to_dict()
    return {
        "flag": name,
        "n": int(true.sum()),
        "flagged": int(flagged.sum()),
        "precision": float(true[flagged].mean()) if flagged.any() else float("nan"),
        "recall": float(flagged[true].mean()) if true.any() else float("nan"),
        "wrong": ", ".join(f"{who} {count}" for who, count in wrong.items()),
    }


if __name__ == "__main__":
    main()
