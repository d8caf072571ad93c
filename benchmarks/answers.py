"""Does this build answer as another one does? Every output byte by byte, with and without what is kept and `fast`.

    python -m benchmarks.answers --other ../base --accounts 10000

Both builds import the same simulated world and answer the same questions. The other build's first answers are held
against this build's: with nothing kept, with everything kept, where nothing can be kept, and without `numba` and
`PyStemmer`. Ends with an error that names the outputs that differ.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

HERE = Path(__file__).resolve().parents[1]
NICHES = ("vegan baking", "home brewing -coffee", "trail running; cycling")
QUESTIONS = (
    *(("rank", "--niche", niche, "--top", top) for niche in NICHES for top in ("30", "0")),
    ("rank", "--niche", "vegan baking", "--as-of", "2025-03-01"),
    ("rank", "--like", "{handle}"),
    ("explain", "{handle}", "--niche", "vegan baking"),
    ("shortlist", "--niche", "vegan baking"),
    ("mentions", "--brand", "Tavilo"),
    ("advocates", "--brand", "Tavilo"),
)
FORMATS = {"explain": ("json", "md")}
ANSWERING = """
import json, sys
if sys.argv[1] == "without fast":
    sys.modules.update(numba=None, Stemmer=None)
from influence.cli.app import run
for arguments in json.loads(sys.stdin.read()):
    if run(arguments):
        sys.exit(" ".join(arguments))
"""


def run(build: Path, commands: list[list[str]], fast: bool = True) -> None:
    """Commands of a build, one after the other in one process; an error ends the comparison."""
    call = [sys.executable, "-c", ANSWERING, "with fast" if fast else "without fast"]
    environment = {**os.environ, "PYTHONPATH": str(build)}
    told = json.dumps(commands)
    done = subprocess.run(call, cwd=build, env=environment, input=told, capture_output=True, text=True)
    if done.returncode:
        raise click.ClickException(f"{build.name}: {done.stderr}")


def answers(build: Path, workspace: Path, handle: str, out: Path, fast: bool = True) -> dict[str, bytes]:
    """Every output of a build, by its question."""
    commands, files = [], {}
    for question in QUESTIONS:
        asked = [part.format(handle=handle) for part in question]
        for ending in FORMATS.get(asked[0], ("csv", "json")):
            file = out / f"{len(files)}.{ending}"
            commands.append([asked[0], "--workspace", str(workspace), *asked[1:], "-o", str(file)])
            files[f"{' '.join(asked)} ({ending})"] = file
    run(build, commands, fast)
    return {question: file.read_bytes() for question, file in files.items()}


def ways(workspace: Path, handle: str, out: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    """This build's answers in all circumstances."""
    yield "nothing kept", answers(HERE, workspace, handle, out)
    yield "everything kept", answers(HERE, workspace, handle, out)
    kept = Path(f"{workspace}.cache")
    kept.rename(out / "kept")
    kept.write_text("a file where the folder would be")
    yield "nothing can be kept", answers(HERE, workspace, handle, out)
    kept.unlink()
    yield "without fast", answers(HERE, workspace, handle, out, fast=False)


@click.command()
@click.option("--other", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--accounts", type=int, default=10_000, show_default=True)
@click.option("--world", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(other: Path, accounts: int, world: Path | None) -> None:
    """Hold every answer of this build against the other's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if world is None:
            world = folder / "world"
            run(HERE, [["simulate", "-o", str(world), "--accounts", str(accounts), "--seed", "1"]])
        workspace, asked = folder / "influence.duckdb", ["--workspace", str(folder / "influence.duckdb")]
        run(other.resolve(), [["import", *asked, str(world.resolve())]])
        run(other.resolve(), [["rank", *asked, "--niche", NICHES[0], "-o", str(folder / "first.json")]])
        handle = json.loads((folder / "first.json").read_text())["rows"][3]["account_id"]
        right = answers(other.resolve(), workspace, handle, folder)
        for left in folder.glob("influence.duckdb*"):
            left.rename(folder / f"other-{left.name}")
        run(HERE, [["import", *asked, str(world.resolve())]])
        different = False
        for way, found in ways(workspace, handle, folder):
            wrong = [question for question, told in found.items() if told != right[question]]
            click.echo(f"{way}: {len(found) - len(wrong)} of {len(found)} outputs are the same, byte by byte")
            click.echo("".join(f"  differs: {question}\n" for question in wrong), nl=False)
            different |= bool(wrong)
    if different:
        raise click.ClickException("answers differ")


if __name__ == "__main__":
    main()
