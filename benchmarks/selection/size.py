"""How long and how much memory does ``influence shortlist`` take, from the command line to the list?

    python -m benchmarks.selection.size --candidates 100000 --memberships 10000000

Accounts with two posts each, a third of them with words of the niche, and follows drawn so that a few are followed by
many (Pareto) and readers differ in how much they follow. The workspace is made and imported first, which is not timed;
then the command runs in a process of its own: cold, and once more with the caches it left.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import influence

NICHE = "green tea"
WORDS = [
    "kettle",
    "cup",
    "morning",
    "garden",
    "train",
    "book",
    "window",
    "river",
    "music",
    "bread",
    "winter",
    "paper",
]
TEA = ["green", "tea", "matcha", "sencha", "leaves", "brewing", "teapot", "oolong", "steep"]


def write_tables(folder: Path, n: int, n_members: int, seed: int = 0) -> None:
    """Accounts, posts and follows as Parquet files."""
    rng = np.random.default_rng(seed)
    ids = np.char.add("web:blog", np.arange(n).astype(str))
    degree = np.minimum(rng.pareto(1.2, n) * 30 + 3, 10 * n / 50)
    degree = (degree * n_members / degree.sum()).astype(int) + 1
    _write(folder / "accounts.parquet", account_id=ids, followers=degree * 3, kind=np.repeat("blog", n))
    author = np.repeat(np.arange(n), 2)
    tea = (author % 3 == 0) & (rng.random(2 * n) < 0.8)
    drawn = [np.where(tea, rng.choice(TEA, 2 * n), rng.choice(WORDS, 2 * n)) for _ in range(4)]
    drawn += [rng.choice(WORDS, 2 * n) for _ in range(6)]
    day = np.datetime64("2024-01-01") + rng.integers(0, 180, 2 * n).astype("timedelta64[D]")
    _write(
        folder / "posts.parquet",
        post_id=np.char.add("p", np.arange(2 * n).astype(str)),
        account_id=ids[author],
        created_at=day.astype(str),
        text=np.array([" ".join(words) for words in zip(*drawn, strict=True)]),
        likes=rng.integers(0, 40, 2 * n),
    )
    readers = np.char.add("web:r", np.arange(10 * n).astype(str))
    who = (10 * n * rng.random(degree.sum()) ** 2).astype(int)
    pairs = np.unique(np.repeat(np.arange(n), degree) * (10 * n) + who)
    follower = pa.DictionaryArray.from_arrays(pa.array(pairs % (10 * n)), pa.array(readers.tolist()))
    followee = pa.DictionaryArray.from_arrays(pa.array(pairs // (10 * n)), pa.array(ids.tolist()))
    table = pa.table({"follower_id": follower.cast(pa.string()), "followee_id": followee.cast(pa.string())})
    pq.write_table(table, folder / "follows.parquet")


def _write(path: Path, **columns: np.ndarray) -> None:
    pq.write_table(pa.table({name: pa.array(values.tolist()) for name, values in columns.items()}), path)


def run_once(workspace: Path, output: Path) -> dict[str, float]:
    """Seconds, CPU seconds and peak memory of one command."""
    command = [
        sys.executable,
        "-m",
        "influence",
        "shortlist",
        "-w",
        str(workspace),
        "--niche",
        NICHE,
        "-o",
        str(output),
    ]
    began = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(process, 0)
    if status:
        raise click.ClickException(f"the command failed: {status}")
    cpu = used.ru_utime + used.ru_stime
    return {"s": time.perf_counter() - began, "cpu s": cpu, "peak GiB": used.ru_maxrss / 2**20}


@click.command()
@click.option("--candidates", default=100_000, show_default=True)
@click.option("--memberships", default=10_000_000, show_default=True)
@click.option("--folder", type=click.Path(file_okay=False), help="Keep the workspace here and use it again.")
@click.option("--prepare", is_flag=True, help="Make the workspace and stop.")
def main(candidates: int, memberships: int, folder: str | None, prepare: bool) -> None:
    """Print seconds and memory, cold and warm."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(folder or made)
        place.mkdir(parents=True, exist_ok=True)
        workspace = place / "w.duckdb"
        if not workspace.exists():
            write_tables(place, candidates, memberships)
            with influence.open_workspace(workspace) as opened:
                influence.import_files(
                    opened, [place / f"{name}.parquet" for name in ("accounts", "posts", "follows")]
                )
        if prepare:
            return
        shutil.rmtree(f"{workspace}.cache", ignore_errors=True)
        for name in ("cold", "warm"):
            told = run_once(workspace, place / "list.csv")
            click.echo(f"{name}: " + ", ".join(f"{value:.1f} {unit}" for unit, value in told.items()))


if __name__ == "__main__":
    main()
