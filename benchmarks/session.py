"""CPU-seconds and peak memory of questions, another build and this one side by side on the same world.

    python -m benchmarks.session --other ../base --accounts 100000

Every step is run by both builds in turn, each in a process of its own, on a workspace of its own imported from the same
files. The last column is how many times less CPU this build needs. A session that is open answers in one process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import click

HERE = Path(__file__).resolve().parents[1]
OPEN = """
import json, sys, time
import influence
def took(answer):
    start = time.process_time(); answer(); return time.process_time() - start
with influence.Session(sys.argv[1]) as session:
    first = took(lambda: session.rank("vegan baking"))
    other = took(lambda: session.rank("birdwatching"))
    handle = session.rank("birdwatching").rows[3].account_id
    took(lambda: session.explain(handle, "birdwatching"))
    explain = took(lambda: session.explain(handle, "birdwatching"))
    again = took(lambda: session.rank("birdwatching"))
print(json.dumps({"first question": first, "another niche": other, "explain": explain, "same question": again}))
"""
STEPS = (
    ("import of the folder", ["import", "{world}"]),
    ("first rank after import", ["rank", "--niche", "vegan baking"]),
    ("second niche", ["rank", "--niche", "home brewing"]),
    ("the same question again", ["rank", "--niche", "home brewing"]),
    ("explain of one account", ["explain", "{handle}", "--niche", "home brewing"]),
    ("shortlist to XLSX", ["shortlist", "--niche", "home brewing", "-o", "{out}/list.xlsx"]),
    ("report to HTML", ["report", "--niche", "home brewing", "-o", "{out}/report.html"]),
    ("mentions", ["mentions", "--brand", "Tavilo", "-o", "{out}/mentions.csv"]),
    ("mentions, second run", ["mentions", "--brand", "Tavilo", "-o", "{out}/mentions.csv"]),
)


def measured(build: Path, arguments: list[str], code: str | None = None) -> tuple[float, float, str]:
    """CPU-seconds, peak memory in MB and stdout of one process of a build; an error ends the benchmark."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    call = [sys.executable, *(["-c", code] if code else ["-m", "influence"]), *arguments]
    program = "import resource, subprocess, sys; r = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE); "
    program += "u = resource.getrusage(resource.RUSAGE_CHILDREN); sys.stdout.buffer.write(r.stdout); "
    program += "print(u.ru_maxrss, file=sys.stderr); sys.exit(r.returncode)"
    environment = {**os.environ, "PYTHONPATH": str(build), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program, *call], cwd=build, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise click.ClickException(f"{build.name}: influence {' '.join(arguments)}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, int(done.stderr.split()[-1]) / 1024, done.stdout


@click.command()
@click.option(
    "--other",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the other build.",
)
@click.option("--accounts", type=int, default=100_000, show_default=True)
@click.option(
    "--world", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A world made before."
)
def main(other: Path | None, accounts: int, world: Path | None) -> None:
    """Run every step by both builds in turn and print the table."""
    builds = [build for build in (other and other.resolve(), HERE) if build]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if world is None:
            world = folder / "world"
            measured(HERE, ["simulate", "-o", str(world), "--accounts", str(accounts), "--seed", "1"])
        click.echo(
            f"{'':26}" + "".join(f"{build.name:>12} CPU-s     MB" for build in builds) + "   times less"
        )
        handles: dict[Path, str] = {}
        for title, arguments in STEPS:
            found = []
            for build in builds:
                out = folder / build.name
                out.mkdir(exist_ok=True)
                told = {"world": world.resolve(), "out": out, "handle": handles.get(build, "")}
                asked = [part.format(**told) for part in arguments]
                where = ["--workspace", str(out / "influence.duckdb")]
                if title == "second niche":
                    asked += ["--format", "json"]
                cpu, memory, text = measured(build, asked[:1] + where + asked[1:])
                if title == "second niche":
                    handles[build] = json.loads(text)["rows"][3]["account_id"]
                found.append((cpu, memory))
            _show(title, found)
        opened = json.loads(measured(HERE, [str(folder / HERE.name / "influence.duckdb")], OPEN)[2])
        for title, seconds in opened.items():
            click.echo(f"in an open session, {title}: {seconds:.2f} CPU-s")


def _show(title: str, found: list[tuple[float, float]]) -> None:
    cells = "".join(f"{cpu:18.2f}{memory:8.0f}" for cpu, memory in found)
    click.echo(f"{title:26}{cells}{found[0][0] / max(found[-1][0], 1e-9):13.1f}")


if __name__ == "__main__":
    main()
