"""CPU-seconds and peak memory of imports: DuckDB alone, another build, and this one, side by side on the same files.

    python -m benchmarks.importing --other ../base --accounts 100000 --rows 1000000 --rounds 1

DuckDB alone reads the four large tables of the same world into memory as they are, and of the posts the same columns
into a file, each post once: no normal form of handles, no checks, no rejects. A second line is DuckDB alone again, into
the table of a workspace (with its empty columns, the day and the file's name) and with the plainest normal forms. Every
contender has a process of its own; they take turns, and the least of the rounds counts, since whatever else runs on the
machine only adds.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from benchmarks.session import HERE, measured

WORLD = """
import sys, duckdb
connection = duckdb.connect()
for table in ("accounts", "posts", "interactions", "follows"):
    connection.execute(f"create table {table} as select * from read_csv('{sys.argv[1]}/{table}.csv.gz')")
"""
POSTS = """
import sys, duckdb
connection = duckdb.connect(sys.argv[2])
connection.execute(
    "create table posts (post_id varchar, account_id varchar, created_at timestamp, text varchar, "
    "likes bigint, comments bigint, shares bigint)"
)
connection.execute(
    "insert into posts select distinct on (post_id) * from read_csv(?, header = true)", [sys.argv[1]]
)
"""
WORKSPACE = """
import sys, duckdb
from influence.schema import table_of
names = "post_id, account_id, created_at, text, likes, comments, shares"
counts = ", ".join(f"case when {name} >= 0 then {name} end" for name in ("likes", "comments", "shares"))
connection = duckdb.connect(sys.argv[2])
columns = ", ".join(f"{name} {kind}" for name, kind in table_of("posts").stored_columns)
connection.execute(f"create table posts ({columns})")
connection.execute(
    f"insert into posts ({names}, created_day, source) select distinct on (post_id) trim(post_id), "
    f"lower(ltrim(trim(account_id), '@')), created_at, nullif(trim(text), ''), {counts}, "
    "datediff('day', date '1970-01-01', cast(created_at as date)), 'posts.csv' from read_csv(?, header = true) "
    "where post_id is not null and account_id is not null", [sys.argv[1]]
)
"""
COLUMNS = ("post_id", "account_id", "created_at", "text", "likes", "comments", "shares")
WORDS = ("rye", "bread", "crumb", "oven", "today", "again", "the", "with", "my", "new", "cold", "dough", "starter",
         "flour", "why", "is", "so", "good")  # fmt: skip


def posts_of(n_rows: int, rng: random.Random) -> Iterator[tuple[str | int, ...]]:
    """Posts of one account in ten rows, 30 to 200 characters long; one in a thousand comes twice."""
    for row in range(n_rows):
        text = " ".join(rng.choices(WORDS, k=rng.randrange(6, 40))).capitalize()
        day = f"2025-{rng.randrange(1, 13):02}-{rng.randrange(1, 28):02} {rng.randrange(24):02}:15:00"
        number = row - 1 if row % 1000 == 999 else row
        author = f"instagram:baker.{rng.randrange(max(n_rows // 10, 1))}"
        yield f"p{number}", author, day, text, rng.randrange(500), rng.randrange(40), rng.randrange(9)


def write_posts(folder: Path, n_rows: int) -> tuple[Path, Path]:
    """The same posts as CSV and as JSON Lines."""
    table, lines = folder / "posts.csv", folder / "posts.jsonl"
    with table.open("w") as first, lines.open("w") as second:
        first.write(",".join(COLUMNS) + "\n")
        for row in posts_of(n_rows, random.Random(1)):
            first.write(",".join(map(str, row)) + "\n")
            second.write(json.dumps(dict(zip(COLUMNS, row, strict=True))) + "\n")
    return table, lines


@click.command()
@click.option("--other", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of the other build.")  # fmt: skip
@click.option("--accounts", type=int, default=5_000, show_default=True, help="Of the world; 0 leaves it out.")
@click.option("--rows", type=int, default=50_000, show_default=True, help="Posts; 0 leaves them out.")
@click.option("--rounds", type=int, default=3, show_default=True)
def main(other: Path | None, accounts: int, rows: int, rounds: int) -> None:
    """Import a world, and posts as CSV and as JSON Lines."""
    builds = [build for build in (other and other.resolve(), HERE) if build]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        click.echo(
            f"{'':16}" + "".join(f"{who:>10} CPU-s     MB" for who in ("DuckDB", *(b.name for b in builds)))
        )
        if accounts:
            world = folder / "world"
            measured(HERE, ["simulate", "-o", str(world), "--accounts", str(accounts), "--seed", "1"])
            _compare("world", builds, rounds, folder, world, WORLD)
        if rows:
            table, lines = write_posts(folder, rows)
            _compare("posts, CSV", builds, rounds, folder, table, POSTS)
            _compare("as a workspace", [], rounds, folder, table, WORKSPACE)
            _compare("posts, JSONL", builds, rounds, folder, lines, None)


def _compare(
    title: str, builds: list[Path], rounds: int, folder: Path, files: Path, alone: str | None
) -> None:
    found: dict[str, tuple[float, float]] = {}
    for number in range(rounds):
        for build in builds:
            space = folder / f"{build.name}-{number}-{files.name}.duckdb"
            told = ["import", str(files), "--yes", "--workspace", str(space)]
            found[build.name] = min(found.get(build.name, (1e9, 0.0)), measured(build, told)[:2])
            space.unlink()
        if alone:
            space = folder / f"alone-{number}-{files.name}.duckdb"
            cost = measured(HERE, [str(files), str(space)], alone)[:2]
            space.unlink(missing_ok=True)
            found["DuckDB"] = min(found.get("DuckDB", (1e9, 0.0)), cost)
    cells = [found.get(who) for who in ("DuckDB", *(build.name for build in builds))]
    click.echo(f"{title:16}" + "".join(f"{c[0]:16.2f}{c[1]:7.0f}" if c else f"{'-':>23}" for c in cells))


if __name__ == "__main__":
    main()
