"""Does ``rank --like`` find the influencers of a niche in what a focused crawl brought: few lists, most not read?

``python -m benchmarks.networks.partial``: the world and draws of `benchmarks.networks.discover`, 150 requests; the ties
that were read, what candidates state and how much was read come into a workspace, and `influence.rank` ranks it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd

import influence
from benchmarks.networks.discover import Recorded, say
from influence.networks.crawling import Crawl
from influence.networks.fetching import frames
from influence.networks.harvest import Harvest
from influence.simulation.world import simulate_world
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace

SOURCE = "simulated"


class Remembered:
    """Lists of a world, and the rows that a reader of them keeps."""

    def __init__(self, lists: Recorded) -> None:
        self._lists = lists
        self.into = Harvest()

    def followers(self, account_id: str) -> tuple[Sequence[str], int]:
        people, cost = self._lists.followers(account_id)
        return self._keep(account_id, "followers", people, [(one, account_id) for one in people]), cost

    def follows(self, account_id: str) -> tuple[Sequence[str], int]:
        people, cost = self._lists.follows(account_id)
        return self._keep(account_id, "follows", people, [(account_id, one) for one in people]), cost

    def stated(self, account_ids: Sequence[str]) -> tuple[Mapping[str, int], int]:
        told, cost = self._lists.stated(account_ids)
        for account_id, followers in told.items():
            self.into.account(account_id, SOURCE, 0, followers=followers)
        return told, cost

    def _keep(
        self, account_id: str, what: str, people: Sequence[str], ties: list[tuple[str, str]]
    ) -> Sequence[str]:
        for tie in ties:
            self.into.follow(*tie, SOURCE, 0)
        self.into.coverage(account_id, what, "whole", len(people), len(people), SOURCE, 0)
        return people


def recalls(
    lists: Recorded, planted: Sequence[str], budget: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Share of the planted ones among the first fifty of the crawl, and of the ranking of what it read."""
    seeds = tuple(rng.choice(sorted(planted), 5, replace=False))
    read = Remembered(lists)
    crawled = [one.account_id for one in Crawl(seeds, settle=False).run(read, budget)[:50]]
    with open_workspace(":memory:") as workspace:
        import_tables(workspace, frames(read.into))
        ranked = [one.account_id for one in influence.rank(workspace, like=seeds, top=50).rows]
    rest = set(planted) - set(seeds)
    first, second = (len(rest & set(found)) / len(rest) for found in (crawled, ranked))
    return first, second


@click.command()
@click.option("--draws", default=20, show_default=True)
@click.option("--seed", default=23, show_default=True, help="Of the world and the draws.")
@click.option("--requests", default=150, show_default=True)
def main(draws: int, seed: int, requests: int) -> None:
    """Recall in the first fifty, of the crawl and of the ranking of what it read."""
    with tempfile.TemporaryDirectory() as folder:
        simulate_world(folder, n_accounts=10_000, seed=seed, niches=10, file_format="parquet")
        ties = pd.read_parquet(Path(folder) / "follows.parquet", columns=["follower_id", "followee_id"])
        truth = pd.read_parquet(Path(folder) / "truth/niche_truth.parquet")
    tops = truth[truth["is_planted_top"]].groupby("niche")["account_id"].apply(list)
    lists, rng = Recorded(ties), np.random.default_rng(seed)
    found = [recalls(lists, tops.iloc[draw % len(tops)], requests, rng) for draw in range(draws)]
    say("the crawl itself", [crawled for crawled, _ in found])
    say("rank --like on what it read", [ranked for _, ranked in found])


if __name__ == "__main__":
    main()
