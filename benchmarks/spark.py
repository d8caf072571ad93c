"""CPU-seconds and peak memory of a first ranking, by DuckDB and by Spark, on the same world of so many reactions.

    python -m benchmarks.spark --reactions 1000000 --cores 2

The world is written as Parquet tables of the contract; DuckDB gets them as a workspace (filling it is not counted),
Spark reads them as they are. Each ranks once, from nothing, in processes of its own; CPU is that of all of them, memory
the peak of each sort: the Python that asks, what of it is its own (the rest is files that it maps, which the system may
take back), the JVM (on this machine master and workers in one), and the Python of the workers. One account has a third
of all reactions. The orders must be the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from pathlib import Path

import click
import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

NICHE = "vegan baking"
WORDS = np.char.split(
    "vegan baking bread flour oven oats sugar recipe cake almond garden roses soil seeds running trail shoes "
    "mountain coffee espresso beans brewing beer hops guitar chords vinyl camera lens light portrait sunday "
    "morning kitchen table small big new old first last week friends family home train city river"
).item()
FIRST_DAY, DAYS, N_FILES = 19_800, 365, 8
ASK = """
import json, sys, time
from influence.session import Session
engine, place, cores = sys.argv[1:]
told = {} if engine == "duckdb" else {"engine": "spark", "tables": place, "spark_master": f"local[{cores}]"}
start = time.time()
with Session(place if engine == "duckdb" else None, **told) as session:
    found = session.rank(sys.argv[4] if len(sys.argv) > 4 else "vegan baking", top=100)
print(json.dumps({"wall": time.time() - start, "order": [row.account_id for row in found.rows]}))
"""


def write_world(folder: Path, n: int, seed: int = 0) -> None:
    """`n` reactions, a tenth as many posts, a fiftieth as many accounts, a fifth as many follows."""
    rng = np.random.default_rng(seed)
    n_accounts, n_posts, n_follows = max(n // 50, 1000), n // 10, n // 5
    names = np.array([f"web:a{at:08d}" for at in range(n_accounts)], dtype=object)
    author = _popular(rng, n_accounts, n_posts)
    author[: n_posts // 3] = 0
    post_names = np.array([f"p{at:09d}" for at in range(n_posts)], dtype=object)
    _write(folder, "accounts", account_id=names, followers=rng.integers(10, 100_000, n_accounts))
    texts = np.array([" ".join(row) for row in rng.choice(WORDS, (min(n_posts, 200_000), 12))], dtype=object)
    _write(
        folder, "posts", post_id=post_names, account_id=names[author],
        created_day=_days(rng, n_posts), text=texts[rng.integers(0, len(texts), n_posts)],
        likes=rng.integers(0, 500, n_posts), comments=rng.integers(0, 50, n_posts),
    )  # fmt: skip
    _write(
        folder, "follows", follower_id=names[rng.integers(0, n_accounts, n_follows)],
        followee_id=names[_popular(rng, n_accounts, n_follows)],
    )  # fmt: skip
    for part in range(N_FILES):
        post = rng.integers(0, n_posts, n // N_FILES)
        kinds = np.array(["like", "comment", "share"], dtype=object)[
            rng.choice(3, len(post), p=[0.7, 0.25, 0.05])
        ]
        _write(
            folder, "interactions", part, actor_id=names[rng.integers(0, n_accounts, len(post))],
            target_id=names[author[post]], post_id=post_names[post], kind=kinds, created_day=_days(rng, len(post)),
        )  # fmt: skip


def _popular(rng: np.random.Generator, n_accounts: int, size: int) -> np.ndarray:
    return np.minimum((n_accounts * rng.random(size) ** 2.5).astype(np.int64), n_accounts - 1)


def _days(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.integers(FIRST_DAY, FIRST_DAY + DAYS, size).astype(np.int32)


def _write(folder: Path, table: str, part: int = 0, **columns: np.ndarray) -> None:
    n = len(next(iter(columns.values())))
    told = pa.table({**columns, "fetched_day": np.full(n, FIRST_DAY + DAYS, np.int32)})
    (folder / table).mkdir(parents=True, exist_ok=True)
    pq.write_table(told, folder / table / f"part-{part}.parquet", compression="zstd")


def fill_workspace(file: Path, folder: Path) -> None:
    """The same rows as a workspace, as the import would leave them."""
    import duckdb

    from influence.store.workspace import open_workspace

    open_workspace(file).close()
    with duckdb.connect(str(file)) as con:
        for table in sorted(folder.iterdir()):
            con.execute(f"insert into {table.name} by name select * from read_parquet('{table}/*.parquet')")


class Watched:
    """CPU and peak memory of a process and all below it, by what they are."""

    def __init__(self, call: list[str]) -> None:
        self.cpu: dict[int, float] = {}
        self.peak: dict[str, float] = defaultdict(float)
        self._process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._root = psutil.Process(self._process.pid)
        done = threading.Event()
        looking = threading.Thread(target=self._look, args=(done,))
        looking.start()
        self.out, self.err = self._process.communicate()
        done.set()
        looking.join()

    def _look(self, done: threading.Event) -> None:
        while not done.wait(0.1):
            memory: dict[str, float] = defaultdict(float)
            try:
                for one in [self._root, *self._root.children(recursive=True)]:
                    times = one.cpu_times()
                    self.cpu[one.pid] = times.user + times.system
                    size = one.memory_info()
                    memory[self._sort(one)] += size.rss / 1e6
                    if one.pid == self._root.pid:
                        memory["own"] = (size.rss - getattr(size, "shared", 0)) / 1e6
            except psutil.Error:
                continue
            for sort, size in memory.items():
                self.peak[sort] = max(self.peak[sort], size)

    def _sort(self, one: psutil.Process) -> str:
        if one.pid == self._root.pid:
            return "asks"
        return "JVM" if "java" in one.name() else "workers"


@click.command()
@click.option("--reactions", type=int, default=1_000_000, show_default=True)
@click.option("--cores", multiple=True, type=int, default=[2], show_default=True)
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep the world there.")
@click.option("--engine", "engines", multiple=True, default=["duckdb", "spark"], show_default=True)
def main(reactions: int, cores: tuple[int, ...], keep: Path | None, engines: tuple[str, ...]) -> None:
    """Make the world, rank by both, print the table."""
    with tempfile.TemporaryDirectory() as name:
        home = keep or Path(name)
        world, file = home / "world", home / "w.duckdb"
        if not world.is_dir():
            write_world(world, reactions)
            fill_workspace(file, world)
        click.echo(f"{reactions:,} reactions{'':10} CPU-s   wall s   MB: asks      own      JVM  workers")
        runs = [(one, n) for one in engines for n in (cores if one == "spark" else (1,))]
        orders = [_ran(engine, n, file, world) for engine, n in runs]
    if any(order != orders[0] for order in orders):
        raise click.ClickException("the orders differ")


def _ran(engine: str, cores: int, file: Path, world: Path) -> list[str]:
    place = file if engine == "duckdb" else world
    subprocess.run(["rm", "-rf", f"{place}.cache"], check=True)
    done = Watched([sys.executable, "-c", ASK, engine, str(place), str(cores)])
    if not done.out:
        raise click.ClickException(done.err[-3000:])
    told = json.loads(done.out.splitlines()[-1])
    memory = "".join(f"{done.peak[sort]:9.0f}" for sort in ("asks", "own", "JVM", "workers"))
    title = engine if engine == "duckdb" else f"spark local[{cores}]"
    click.echo(f"{title:25}{sum(done.cpu.values()):11.1f}{told['wall']:9.1f}   {memory}")
    order: list[str] = told["order"]
    return order


if __name__ == "__main__":
    main()
