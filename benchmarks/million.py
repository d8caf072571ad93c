"""A million accounts within a limit of memory: import, first rank, second rank, each a process of its own.

    python -m benchmarks.million --copies 10 --limit 8

The files are made from a world of `influence simulate` (100,000 accounts by default): every account, post and tie so
many times, under other names. Follows and reactions lead into other copies too, so that there is one graph; each copy
has a word of its own in all its texts, so that none is known already. The limit is that of a memory control group
(version 1 or 2, which takes root), in which what the system keeps of files counts as well; without one, `--limit 0`.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import click
import duckdb

HERE = Path(__file__).resolve().parents[1]
GROUPS = (
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes", "memory.max_usage_in_bytes"),
    (Path("/sys/fs/cgroup"), "memory.max", "memory.peak"),
)
PLACES = "select *, (range + {jump}) % {copies} as other from {file} cross join range({copies})"
ACCOUNT = "replace({name}, ':', ':c' || {copy} || '_')"
TABLES = {
    "accounts": (
        "0",
        "{account} as account_id, platform, 'c' || range || '_' || handle as handle, name, "
        "bio || ' copy' || chr(97 + range::int) as bio, language, kind, followers, following, posts_total, created_at, "
        "is_bot, is_private, noindex",
    ),
    "posts": (
        "0",
        "post_id || '.' || range as post_id, {account} as account_id, created_at, "
        "text || ' copy' || chr(97 + range::int) as text, language, likes, comments, shares, views, is_sponsored",
    ),
    "snapshots": ("0", "{account} as account_id, day, followers, following, posts_total"),
    "follows": (
        "(hash(follower_id, followee_id) % {copies})::bigint",
        "{follower} as follower_id, {followee} as followee_id, since",
    ),
    "interactions": (
        "(hash(actor_id, post_id, created_at) % {copies})::bigint",
        "{actor} as actor_id, {target} as target_id, post_id || '.' || other as post_id, kind, created_at, text",
    ),
}
STEPS = (
    ("import", ["import", "{world}"]),
    ("first rank after import", ["rank", "--niche", "vegan baking"]),
    ("second rank, another niche", ["rank", "--niche", "home brewing"]),
)


def names(copies: int) -> dict[str, str]:
    """How each column of accounts is written in a copy."""
    told = {"account": "account_id", "follower": "follower_id", "actor": "actor_id"}
    there = {"followee": "followee_id", "target": "target_id"}
    return {
        "copies": str(copies),
        **{key: ACCOUNT.format(name=name, copy="range") for key, name in told.items()},
        **{key: ACCOUNT.format(name=name, copy="other") for key, name in there.items()},
    }


def multiply(world: Path, into: Path, copies: int) -> None:
    """Write the tables of `world` so many times into Parquet files, streamed."""
    into.mkdir()
    told = names(copies)
    with duckdb.connect(config={"memory_limit": "3GB", "preserve_insertion_order": "false"}) as engine:
        for table, (jump, columns) in TABLES.items():
            rows = PLACES.format(jump=jump.format(**told), copies=copies, file=f"'{world / table}.csv.gz'")
            sql = f"select {columns.format(**told)} from ({rows})"
            engine.execute(f"copy ({sql}) to '{into / table}.parquet' (format parquet)")


class Limit:
    """A control group with so many GB; 0 is none."""

    def __init__(self, gigabytes: float) -> None:
        root, most, peak = next((group for group in GROUPS if (group[0] / group[1]).exists()), GROUPS[1])
        self.folder = root / f"influence-{os.getpid()}" if gigabytes else None
        self._peak = peak
        if self.folder is not None:
            self.folder.mkdir()
            (self.folder / most).write_text(str(int(gigabytes * 2**30)))

    def enter(self) -> None:
        """Put this process, a child about to begin, into the group."""
        if self.folder is not None:
            (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def close(self) -> None:
        """Give the group back."""
        if self.folder is not None:
            with suppress(OSError):
                self.folder.rmdir()


def run(arguments: list[str], limit: Limit) -> tuple[float, float, str]:
    """CPU-seconds, peak of the process's own pages in MB, and what was printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    call = [sys.executable, "-m", "influence", *arguments]
    with subprocess.Popen(call, cwd=HERE, text=True, stdout=subprocess.PIPE, preexec_fn=limit.enter) as child:
        text = child.communicate()[0]
    if child.returncode:
        raise click.ClickException(f"influence {' '.join(arguments)} ended with {child.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024, text


@click.command()
@click.option("--world", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Made before.")
@click.option("--accounts", type=int, default=100_000, show_default=True, help="Of one copy.")
@click.option("--copies", type=int, default=10, show_default=True)
@click.option("--limit", type=float, default=8.0, show_default=True, help="GB of a control group.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Where the files stay.")
def main(world: Path | None, accounts: int, copies: int, limit: float, keep: Path | None) -> None:
    """Make the files, import them, and ask twice."""
    group = Limit(limit)
    with tempfile.TemporaryDirectory() as name:
        folder = keep or Path(name)
        folder.mkdir(exist_ok=True)
        if world is None:
            world = folder / "one"
            run(["simulate", "-o", str(world), "--accounts", str(accounts), "--seed", "1"], Limit(0))
        if not (folder / "many").exists():
            multiply(world, folder / "many", copies)
        asked = ["--workspace", str(folder / "influence.duckdb")]
        most = 0.0
        for title, arguments in STEPS:
            told = [part.format(world=folder / "many") for part in arguments]
            cpu, memory, _ = run([told[0], *asked, *told[1:]], group)
            most = max(most, memory)
            click.echo(f"{title:28}{cpu:9.1f} CPU-s   the largest process so far {most:8.0f} MB")
    group.close()


if __name__ == "__main__":
    main()
