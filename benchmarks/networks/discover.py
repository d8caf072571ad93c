"""Does the focused crawl find the influencers of a niche, from five of them, within a few requests?

``python -m benchmarks.networks.discover``: a simulated world (10,000 accounts, 10 niches, one request a list, a
request for 25 stated counts) and the political blogs by links alone (150 reads). Constants were chosen on other draws
and another world than those reported here.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.common import shared_data
from influence.networks.crawling import Crawl
from influence.simulation.world import simulate_world


class Recorded:
    """Lists of a world that is known whole."""

    def __init__(self, ties: pd.DataFrame, batch: int = 25) -> None:
        follower, followee = ties.columns[:2]
        self._followers = ties.groupby(followee)[follower].apply(sorted).to_dict()
        self._follows = ties.groupby(follower)[followee].apply(sorted).to_dict()
        self._batch = batch

    def followers(self, account_id: str) -> tuple[Sequence[str], int]:
        return self._followers.get(account_id, []), 1

    def follows(self, account_id: str) -> tuple[Sequence[str], int]:
        return self._follows.get(account_id, []), 1

    def stated(self, account_ids: Sequence[str]) -> tuple[Mapping[str, int], int]:
        counts = {one: len(self._followers.get(one, ())) for one in account_ids}
        return counts, -(-len(account_ids) // self._batch)


def recall(
    lists: Recorded, planted: Sequence[str], budget: int, settle: bool, rng: np.random.Generator
) -> float:
    """Share of the planted ones not given as seeds among the first fifty found."""
    seeds = tuple(rng.choice(sorted(planted), 5, replace=False))
    found = Crawl(seeds, settle=settle).run(lists, budget)
    rest = set(planted) - set(seeds)
    return len(rest & {one.account_id for one in found[:50]}) / len(rest)


def harvest(lists: Recorded, side: set[str], budget: int, rng: np.random.Generator) -> float:
    """Share of the blogs read, seeds left out, that are of the seeds' side."""
    seeds = tuple(rng.choice(sorted(one for one in side if lists.follows(one)[0]), 5, replace=False))
    crawl = Crawl(seeds, by_links=True, settle=False)
    crawl.run(lists, budget)
    return float(np.mean([one in side for one in crawl.read if one not in seeds]))


def say(what: str, marks: Sequence[float]) -> None:
    print(f"{what:58} mean {np.mean(marks):.3f}  worst {min(marks):.2f}  ({len(marks)} draws)", flush=True)


@click.command()
@click.option("--draws", default=20, show_default=True)
@click.option("--seed", default=23, show_default=True, help="Of the world and the draws.")
def main(draws: int, seed: int) -> None:
    """Recall in the first fifty on a simulated world, harvest on political blogs."""
    with tempfile.TemporaryDirectory() as folder:
        simulate_world(folder, n_accounts=10_000, seed=seed, niches=10, file_format="parquet")
        ties = pd.read_parquet(Path(folder) / "follows.parquet", columns=["follower_id", "followee_id"])
        truth = pd.read_parquet(Path(folder) / "truth/niche_truth.parquet")
    lists = Recorded(ties)
    tops = truth[truth["is_planted_top"]].groupby("niche")["account_id"].apply(list)
    for budget, settle in ((150, False), (400, False), (2_000, False), (2_000, True)):
        rng = np.random.default_rng(seed)
        marks = [recall(lists, tops.iloc[draw % len(tops)], budget, settle, rng) for draw in range(draws)]
        say(f"world, {budget:,} requests{', stops when settled' if settle else ''}", marks)
    blogs(draws * 2, seed)


def blogs(draws: int, seed: int) -> None:
    folder = shared_data() / "polblogs"
    with (folder / "nodes.csv").open(encoding="utf-8") as file:
        side_of = {row["id"]: row["value"] for row in csv.DictReader(file)}
    lists = Recorded(pd.read_csv(folder / "edges.csv", dtype=str))
    rng = np.random.default_rng(seed)
    sides = [{one for one, side in side_of.items() if side == told} for told in ("0", "1")]
    say(
        "political blogs, 150 reads by links",
        [harvest(lists, sides[draw % 2], 150, rng) for draw in range(draws)],
    )


if __name__ == "__main__":
    main()
