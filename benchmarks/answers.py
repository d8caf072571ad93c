"""Does this build answer as another one does? Every output byte by byte, with and without what is kept and `fast`.

    python -m benchmarks.answers --other ../base --accounts 10000
    python -m benchmarks.answers --other ../base --accounts 2000 --once

Both builds import the same simulated world and answer the same questions, every command in every form of file. The
other build's first answers are held against this build's: with nothing kept, and unless --once is said also with
everything kept, where nothing can be kept, and without `numba` and `PyStemmer`. Ends with an error that names the
outputs that differ.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click

HERE = Path(__file__).resolve().parents[1]
NICHES = ("vegan baking", "home brewing -coffee", "trail running; cycling")
MADE_FIRST = (
    "shortlist --niche 'vegan baking' --size 12 --must {handle} --save spring-kit",
    "plan --new {folder}/brief.toml --list spring-kit --brand Tavilo",
    "desk codes spring-kit {handle} --url https://tavilo.example -o {folder}/codes.csv",
)
"""What later questions take for granted: a saved list, a brief, codes."""
QUESTIONS = (
    *((f"rank --niche '{niche}' --top {top}", "csv json") for niche in NICHES for top in (30, 0)),
    ("rank --niche 'vegan baking' --top 30", "txt xlsx"),
    ("rank --niche 'vegan baking' --as-of 2025-03-01", "csv json"),
    ("rank --like {handle}", "csv json"),
    (
        "rank --niche 'vegan baking' --brand Tavilo --goal response --min-followers 500",
        "txt json",
    ),
    ("explain {handle} --niche 'vegan baking'", "txt md svg csv xlsx json"),
    ("shortlist --niche 'vegan baking'", "txt csv json md xlsx"),
    (
        "shortlist --niche 'vegan baking' --size 8 --max-overlap .3 --quota tier:nano=1.. --alternatives",
        "json md",
    ),
    ("report --niche 'vegan baking' --brand Tavilo", "html pptx"),
    ("compare {handle} {second} --niche 'vegan baking'", "txt md json csv"),
    ("changes {folder}/first.json --niche 'vegan baking' --as-of 2025-03-01", "txt json"),
    ("stability --niche 'vegan baking'", "txt json csv"),
    ("backtest --niche 'vegan baking' --cut 2025-01-01", "txt json"),
    ("learn --niche 'vegan baking' --later engagement --cut 2025-01-01", "toml"),
    ("goals", "txt csv json"),
    ("mentions --brand Tavilo --rival Nordly", "txt csv json xlsx"),
    ("listen --brand Tavilo --rival Nordly --niche 'vegan baking'", "txt html csv xlsx json"),
    ("triage --brand Tavilo --niche 'vegan baking'", "txt html csv xlsx json"),
    ("community --all --to 2025-03-20", "txt html json xlsx"),
    ("community vegan --to 2025-03-20", "txt html json csv"),
    ("topics --niche 'vegan baking' --brand Tavilo", "txt html csv xlsx json"),
    ("discovery --brand Tavilo --rival Nordly --niche 'vegan baking'", "txt html csv xlsx json"),
    ("channels {folder}/traffic.csv", "txt html csv xlsx json"),
    ("advocates --brand Tavilo", "txt csv json md xlsx"),
    (
        "incentives --advocate 10 --friend 10 --advocates 200 --margin 35 --acquisition-cost 30",
        "txt md csv xlsx json",
    ),
    ("plan {folder}/brief.toml", "txt xlsx md json html"),
    ("track --campaign spring-kit", "txt md csv xlsx json html pptx"),
    ("overlap {handle} {second}", "txt csv xlsx json"),
    ("lookalikes {handle}", "txt csv json"),
    ("lookalikes {handle} --by text", "txt json"),
    ("spread --niche 'vegan baking' --size 5", "txt json csv"),
    ("graph stats", "txt json"),
    ("graph export", "graphml gexf"),
    ("describe", "txt csv xlsx json"),
    ("check", "txt csv xlsx json"),
    ("accounts list vegan", "txt csv json"),
    ("accounts persons", "txt json"),
    ("columns {folder}/traffic.csv", "txt json"),
    ("shortlist show spring-kit", "txt json"),
    ("desk show spring-kit", "txt csv xlsx json"),
    ("desk results spring-kit", "txt json"),
    ("outreach preview spring-kit --set brand=Tavilo --set offer=oats --set sender=Ann", "txt html json"),
    ("outreach check spring-kit", "txt csv xlsx json"),
    ("export spring-kit --for csv", "csv"),
    ("export spring-kit --for xlsx", "xlsx"),
    ("export spring-kit --for md", "md"),
    ("export spring-kit --for mailmerge --force --set brand=Tavilo --set offer=oats --set sender=Ann", "csv"),
    ("export spring-kit --for hubspot --force", "csv"),
    ("subject-report {handle}", "json"),
)
"""A command, and the endings of the files that it is asked to write."""
SAID = "".join(
    f"c{at},synthetic:{name},vegan,2025-0{1 + at % 3}-{1 + at % 28:02},How do you bake without eggs number {at}?\n"
    for at, name in enumerate(("ann", "bea", "cas", "dee", "eve") * 30)
)
COMMUNITY = f"post_id,account_id,community,created_at,text\n{SAID}"
TRAFFIC = (
    "day,channel,visits,conversions,revenue\n2025-03-01,email,120,6,210.5\n2025-03-01,organic,300,4,99\n"
)
SLIDES = ("ppt/slides/", "ppt/charts/")
APART = {"incentives", "goals", "columns", "simulate"}
"""Commands that need no workspace."""
ANSWERING = """
import json, sys
if sys.argv[1] == "without fast":
    sys.modules.update(numba=None, Stemmer=None)
from datetime import datetime
from influence import clock
clock.now = lambda: datetime(2026, 1, 1)
from influence.cli.app import run
for arguments in json.loads(sys.stdin.read()):
    if run(arguments):
        print("no answer:", *arguments, file=sys.stderr)
"""


class Build:
    """A checkout that is asked about one workspace."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home, self.folder, self.named = home, folder, {"folder": str(folder)}

    def run(self, commands: list[str], fast: bool = True) -> None:
        """Commands one after the other in one process; those without an answer are told."""
        call = [sys.executable, "-c", ANSWERING, "with fast" if fast else "without fast"]
        environment = {**os.environ, "PYTHONPATH": str(self.home)}
        told = json.dumps([self._arguments(command) for command in commands])
        done = subprocess.run(
            call, cwd=self.home, env=environment, input=told, capture_output=True, text=True
        )
        if done.returncode:
            raise click.ClickException(f"{self.home}: {done.stderr[-3000:]}")
        without = [line for line in done.stderr.splitlines() if line.startswith("no answer:")]
        click.echo("".join(f"  {line}\n" for line in without), nl=False)

    def _arguments(self, command: str) -> list[str]:
        words = shlex.split(command.format_map(self.named))
        return words if words[0] in APART else [*words, "--workspace", f"{self.folder}/influence.duckdb"]

    def filled(self, world: Path) -> Build:
        """The workspace made anew from a world, with what later questions take for granted."""
        for left in self.folder.glob("influence.duckdb*"):
            left.rename(self.folder / f"other-{left.name}")
        (self.folder / "brief.toml").unlink(missing_ok=True)
        self.run(
            [
                f"import --yes '{world}' {self.folder}/community.csv",
                f"rank --niche '{NICHES[0]}' -o {self.folder}/first.json",
            ]
        )
        rows = json.loads((self.folder / "first.json").read_text())["rows"]
        self.named |= {"handle": rows[3]["account_id"], "second": rows[5]["account_id"]}
        self.run(list(MADE_FIRST))
        return self

    def answers(self, fast: bool = True) -> dict[str, bytes]:
        """Every output, by its question; empty where none was written."""
        asked = [(question, ending) for question, endings in QUESTIONS for ending in endings.split()]
        files = [self.folder / f"{at}.{ending}" for at, (_, ending) in enumerate(asked)]
        for file in files:
            file.unlink(missing_ok=True)
        self.run([f"{question} -o {file}" for (question, _), file in zip(asked, files, strict=True)], fast)
        told = [bytes_of(file) if file.exists() else b"" for file in files]
        return {f"{question} ({ending})": text for (question, ending), text in zip(asked, told, strict=True)}


def bytes_of(file: Path) -> bytes:
    """What a file says; of slides without their properties and tables, which tell the hour of writing."""
    if file.suffix != ".pptx":
        return file.read_bytes()
    with zipfile.ZipFile(file) as slides:
        return b"".join(slides.read(name) for name in slides.namelist() if name.startswith(SLIDES))


def ways(build: Build) -> Iterator[tuple[str, dict[str, bytes]]]:
    """A build's answers in all circumstances."""
    yield "nothing kept", build.answers()
    yield "everything kept", build.answers()
    kept = build.folder / "influence.duckdb.cache"
    kept.rename(build.folder / "kept")
    kept.write_text("a file where the folder would be")
    yield "nothing can be kept", build.answers()
    kept.unlink()
    yield "without fast", build.answers(fast=False)


@click.command()
@click.option("--other", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--accounts", type=int, default=10_000, show_default=True)
@click.option("--world", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--once", is_flag=True, help="Only with nothing kept.")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Write outputs that differ here."
)
def main(other: Path, accounts: int, world: Path | None, once: bool, keep: Path | None) -> None:
    """Hold every answer of this build against the other's."""
    different = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "traffic.csv").write_text(TRAFFIC)
        (folder / "community.csv").write_text(COMMUNITY)
        here = Build(HERE, folder)
        if world is None:
            world = folder / "world"
            here.run([f"simulate -o {world} --accounts {accounts} --seed 1"])
        right = Build(other.resolve(), folder).filled(world.resolve()).answers()
        for way, found in ways(here.filled(world.resolve())):
            wrong = [question for question, told in found.items() if told != right[question]]
            click.echo(f"{way}: {len(found) - len(wrong)} of {len(found)} outputs are the same, byte by byte")
            click.echo("".join(f"  differs: {question}\n" for question in wrong), nl=False)
            if keep:
                keep_both(keep, wrong, right, found)
            different |= bool(wrong)
            if once:
                break
    if different:
        raise click.ClickException("answers differ")


def keep_both(folder: Path, questions: list[str], right: dict[str, bytes], found: dict[str, bytes]) -> None:
    """Both builds' outputs side by side in a folder, to be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, question in enumerate(questions):
        ending = question.rpartition("(")[2].rstrip(")")
        (folder / f"{at}-other.{ending}").write_bytes(right[question])
        (folder / f"{at}-this.{ending}").write_bytes(found[question])


if __name__ == "__main__":
    main()
