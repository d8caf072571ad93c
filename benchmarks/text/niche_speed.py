"""What a niche costs: CPU-seconds and memory for N posts (titles of the public posts, repeated with words mixed).

OMP_NUM_THREADS=1 python -m benchmarks.text.niche_speed 100000
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.text.blogs import data_folder
from influence.store.workspace import open_workspace
from influence.text.cache import read_index
from influence.text.niche import Niche
from influence.text.relevance import niche_relevance

T = TypeVar("T")
MORE = 1_000


def main(n_posts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "speed.duckdb"
        fill(file, n_posts)
        print(f"{n_posts:,} posts; memory before: {peak_mb():,.0f} MB")
        for label in ("first time: read, cut, index, keep", "again: read what was kept"):
            with open_workspace(file, read_only=True) as workspace:
                index = timed(label, lambda store=workspace.store: read_index(store))
        with open_workspace(file, read_only=True) as workspace:
            index = read_index(workspace.store)
            for words in ("vegan baking", "open source", "history of art", "vegan bakign"):
                timed(f"niche {words!r}", lambda words=words: niche_relevance(index, Niche(words)))
            like = tuple(index.account_ids[[5, 50, 500]])
            timed("niche by three examples", lambda: niche_relevance(index, Niche(like=like)))
        fill(file, MORE, first=n_posts)
        with open_workspace(file, read_only=True) as workspace:
            timed(f"{MORE:,} more posts: cut, index, keep", lambda: read_index(workspace.store))
        kept = sum(f.stat().st_size for f in Path(f"{file}.cache").iterdir()) / 1e6
        print(f"peak memory: {peak_mb():,.0f} MB; kept on disk: {kept:,.0f} MB; {len(index.terms):,} terms")


def fill(file: Path, n_posts: int, first: int = 0) -> None:
    """Fill a workspace with `n_posts` titles; beyond the titles there are, two different ones are joined."""
    posts = pd.read_parquet(data_folder() / "blogs" / "sites.parquet", columns=["domain", "title"])
    rng = np.random.default_rng([1, first])
    one, two = rng.integers(0, len(posts), (2, n_posts))
    titles = posts["title"].to_numpy()
    texts = [
        f"{titles[i]} {titles[j]}" if n_posts > len(posts) else titles[i]
        for i, j in zip(one, two, strict=True)
    ]
    authors = ("web:" + posts["domain"].str.lower()).to_numpy()[one]
    names = [f"p{i:08d}" for i in range(first, first + n_posts)]
    table = pa.table(
        {"post_id": names, "account_id": authors, "text": texts, "created_day": np.full(n_posts, 15_000)}
    )
    with open_workspace(file) as workspace, workspace.store.register("fresh", table):
        workspace.store.execute("insert into posts by name select * from fresh")


def timed(label: str, work: Callable[[], T]) -> T:
    """Run and print CPU-seconds."""
    start, clock = time.process_time(), time.perf_counter()
    result = work()
    print(
        f"  {label:40s} {time.process_time() - start:7.2f} CPU-s  {time.perf_counter() - clock:7.2f} s",
        flush=True,
    )
    return result


def peak_mb() -> float:
    """Largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
