"""CPU-seconds and peak memory of questions, another build and this one side by side on the same world.

    python -m benchmarks.session --other ../base --accounts 100000

Every step is run by both builds in turn, each in a process of its own, on a workspace of its own imported from the same
files. The last column is how many times less CPU this build needs. A session that is open answers in one process. Last,
what one would otherwise write for a part of the question: whose posts with the words got most reactions, by DuckDB on
the workspace and by polars on Parquet files, without their imports. Compiled modules are kept, as in an installation.
"""

from __future__ import annotations

import compileall
import json
import os
import resource
import shutil
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
BY_HAND = """
import json, sys, time, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
def by_duckdb():
    return con.sql("select p.account_id, count(*) as n, sum(i.weight) as weight from posts p join interactions i "
        "using (post_id) where regexp_matches(p.text, 'home|brewing', 'i') group by all order by n desc limit 30"
    ).fetchall()
def took(answer):
    start = time.process_time(); answer(); return time.process_time() - start
told = {"DuckDB": took(by_duckdb)}
for name in ("posts", "interactions"):
    con.sql(f"copy {name} to '{sys.argv[1]}.{name}.parquet' (format parquet)")
import polars as pl
def by_polars():
    posts, reactions = (pl.scan_parquet(f"{sys.argv[1]}.{name}.parquet") for name in ("posts", "interactions"))
    said = posts.filter(pl.col("text").str.contains("(?i)home|brewing")).select("post_id", "account_id")
    counts = said.join(reactions.select("post_id", "weight"), on="post_id").group_by("account_id")
    return counts.agg(pl.len().alias("n"), pl.col("weight").sum()).sort("n", descending=True).head(30).collect()
told["polars"] = took(by_polars)
print(json.dumps(told))
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
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
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
@click.option(
    "--workspace",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A workspace that holds the world; each build gets a copy, and nothing is imported.",
)
def main(other: Path | None, accounts: int, world: Path | None, workspace: Path | None) -> None:
    """Run every step by both builds in turn and print the table."""
    builds = [build for build in (other and other.resolve(), HERE) if build]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if world is None and workspace is None:
            world = folder / "world"
            measured(HERE, ["simulate", "-o", str(world), "--accounts", str(accounts), "--seed", "1"])
        click.echo(
            f"{'':26}" + "".join(f"{build.name:>12} CPU-s     MB" for build in builds) + "   times less"
        )
        handles: dict[Path, str] = {}
        for build in builds:
            (folder / build.name).mkdir()
            compileall.compile_dir(build / "influence", quiet=2)
            if workspace is not None:
                shutil.copy(workspace, folder / build.name / "influence.duckdb")
        for title, arguments in STEPS[workspace is not None :]:
            found = []
            for build in builds:
                out = folder / build.name
                told = {"world": world and world.resolve(), "out": out, "handle": handles.get(build, "")}
                asked = [part.format(**told) for part in arguments]
                where = ["--workspace", str(out / "influence.duckdb")]
                if title == "second niche":
                    asked += ["--format", "json"]
                cpu, memory, text = measured(build, asked[:1] + where + asked[1:])
                if title == "second niche":
                    handles[build] = json.loads(text)["rows"][3]["account_id"]
                found.append((cpu, memory))
            _show(title, found)
        file = str(folder / HERE.name / "influence.duckdb")
        opened = [
            json.loads(measured(b, [str(folder / b.name / "influence.duckdb")], OPEN)[2]) for b in builds
        ]
        for title in opened[0]:
            told = ", ".join(f"{b.name} {one[title]:.2f}" for b, one in zip(builds, opened, strict=True))
            click.echo(f"in an open session, {title}: {told} CPU-s")
        for title, seconds in json.loads(measured(HERE, [file], BY_HAND)[2].splitlines()[-1]).items():
            click.echo(f"words and reactions alone, by {title}: {seconds:.2f} CPU-s")


def _show(title: str, found: list[tuple[float, float]]) -> None:
    cells = "".join(f"{cpu:18.2f}{memory:8.0f}" for cpu, memory in found)
    click.echo(f"{title:26}{cells}{found[0][0] / max(found[-1][0], 1e-9):13.1f}")


if __name__ == "__main__":
    main()
