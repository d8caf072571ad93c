"""Who is followed later? A growing world of follows alone, ranked as of a day and marked by what came after it.

    python -m benchmarks.ranking.later_followers

Accounts join one after the other; whom a newcomer follows depends on how many follow already (to the power 0.85), on a
merit of its own (log-normal) and on how fresh it is (attention fades, each at its own pace). Nothing else is known: no
posts, no counts; with ``--posts`` everybody posts, too, as often as it likes, and likes follow merit and freshness. The
ranking is that of `influence rank --as-of` without a niche; beside it followers so far and
PageRank. Spearman over all accounts known by then, and nDCG of the first thirty. Worlds 1 to 4 chose the half-life of
follows; these here are others.
"""

from __future__ import annotations

import json

import click
import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from benchmarks.common import ndcg_at
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.baselines import followers_in_the_data
from influence.ranking.simpler_rules import pageranks
from influence.store.importing.transaction import import_tables
from influence.store.workspace import memory_workspace

START = pd.Timestamp("2020-01-01")
DAYS, CUT = 1_200, 800


def world(seed: int, n: int = 1_000, per_day: float = 25.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Follows as ``follower, followee, day`` and posts as ``author, day, likes``; accounts are numbers from 0."""
    rng = np.random.default_rng(seed)
    merit, fades = rng.lognormal(0.0, 0.6, n), rng.lognormal(np.log(500.0), 0.5, n)
    joined = np.sort(rng.integers(0, DAYS * 2 // 3, n))
    joined[:60] = 0
    followed, seen, rows = np.ones(n), set(), []
    for day in range(DAYS):
        here = np.flatnonzero(joined <= day)
        wish = merit[here] * followed[here] ** 0.85 * np.exp(-(day - joined[here]) / fades[here]) + 0.002
        k = rng.poisson(per_day)
        for pair in zip(rng.choice(here, k), rng.choice(here, k, p=wish / wish.sum()), strict=True):
            if pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                rows.append((*pair, day))
                followed[pair[1]] += 1
    posts = []
    for author in range(n):
        for day in range(int(joined[author] + rng.integers(1, 60)), DAYS, int(rng.integers(20, 90))):
            fresh = np.exp(-(day - joined[author]) / fades[author])
            posts.append((author, day, rng.poisson(2.0 + 4.0 * merit[author] * fresh)))
    return (
        pd.DataFrame(rows, columns=["follower", "followee", "day"]),
        pd.DataFrame(posts, columns=["author", "day", "likes"]),
    )


def tables_of(follows: pd.DataFrame, posts: pd.DataFrame, with_posts: bool) -> dict[str, pd.DataFrame]:
    """What is imported."""
    tables = {
        "follows": pd.DataFrame(
            {
                "follower_id": _names(follows["follower"]),
                "followee_id": _names(follows["followee"]),
                "since": START + pd.to_timedelta(follows["day"], unit="D"),
            }
        )
    }
    if with_posts:
        tables["posts"] = pd.DataFrame(
            {
                "post_id": [f"p{k}" for k in range(len(posts))],
                "account_id": _names(posts["author"]),
                "created_at": START + pd.to_timedelta(posts["day"], unit="D"),
                "likes": posts["likes"],
            }
        )
    return tables


def _names(numbers: pd.Series) -> list[str]:
    return [f"web:u{number:05d}" for number in numbers]


def measure(seed: int, with_posts: bool) -> list[dict[str, object]]:
    """One row per method."""
    follows, posts = world(seed)
    cut = (START + pd.Timedelta(days=CUT)).date().isoformat()
    with memory_workspace() as workspace:
        import_tables(workspace, tables_of(follows, posts, with_posts))
        found = assess(workspace, question_of("", as_of=cut, top=0))
        plain, _ = pageranks(found.evidence)
        at = np.array([int(name[-5:]) for name in found.evidence.candidates["account_id"]])
        scores = {"influence": found.scores.score, "followers": followers_in_the_data(found.evidence)}
    later = follows.loc[follows["day"] >= CUT, "followee"]
    gain = np.bincount(later, minlength=at.max() + 1)[at].astype(float)
    scores |= {"pagerank": plain} if plain is not None else {}
    return [
        {
            "method": name,
            "spearman": float(spearmanr(score, gain).statistic),
            "ndcg_at_30": ndcg_at(score, gain, 30),
        }
        for name, score in scores.items()
    ]


@click.command()
@click.option("--seeds", default="101,102,103,104,105", show_default=True)
@click.option("--posts", is_flag=True, help="Everybody posts, too.")
@click.option("--json", "as_json", is_flag=True)
def main(seeds: str, posts: bool, as_json: bool) -> None:
    """Print means over worlds, by method."""
    table = pd.DataFrame([row for seed in seeds.split(",") for row in measure(int(seed), posts)])
    means = table.groupby("method", sort=False).mean()
    click.echo(json.dumps(means.to_dict("index"), indent=2) if as_json else means.round(3).to_string())


if __name__ == "__main__":
    main()
