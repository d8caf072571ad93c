"""Do counted reactions reach the score? Posts with likes and comments, no names: the commonest export of all.

    python -m benchmarks.ranking.counts

*Cells*: 40 accounts of 10,000 followers, all active, half of them with R times the reactions of the others, P posts
each; how many of those 20 stand among the first 20 (chance: 10; beside it the best rule, the mean logarithm of likes),
where the logarithm of a count differs from post to post by 0.5 and where it differs by 1.0. *World*: accounts of very
different size whose reactions grow more slowly than their followers and differ from account to account and from post
to post; marked by the mean reactions of later posts, over all and within tenths of size; *few posts*: two to five an
account; *hidden likes*: these, and three in ten hide theirs; *heavy tails*: 8,000, a few of whom dwarf the others.
No niche. Beside the ranking stand earlier mean reactions and their rate by followers. Worlds of seeds below 100 chose
the scales. ``--roots``: by which power counts are best averaged, in these worlds and on a real network (sites with ten
posts and more before a cut; Spearman with the mean reactions of those of a year after it, over three cuts; 0 is the
logarithm).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import click
import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from benchmarks.common import shared_data
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.store.importing.transaction import import_tables
from influence.store.workspace import memory_workspace

Known = tuple[pd.DataFrame, pd.DataFrame, np.ndarray]
"""Accounts, their earlier posts, and the mean reactions to later ones."""

END = pd.Timestamp("2024-06-01")
RATIOS, POSTS = (3, 10, 100), (2, 5, 30)
POST_SD = 1.0
"""Standard deviation of the log of a count from post to post, as among 31,482 blog posts (1.06)."""


CELL_SD = 0.5
"""The same within the cells, where the mean of five posts can tell three times the reactions apart."""


BEST_RULE = "likes"
N_CELLS = 12
"""Draws of each cell: the count of one has a standard deviation of about one."""


def posts_of(
    rng: np.random.Generator,
    rate: np.ndarray,
    n_posts: np.ndarray,
    days: int,
    post_sd: float = POST_SD,
    freedom: float = np.inf,
) -> pd.DataFrame:
    """Posts of accounts with a log-normal (or log-t) number of likes about `rate`, and a twentieth in comments."""
    account = np.repeat(np.arange(len(rate)), n_posts)
    tail = np.sqrt(freedom / rng.chisquare(freedom, len(account))) if np.isfinite(freedom) else 1.0
    luck = np.minimum(rng.normal(0.0, post_sd, len(account)) * tail - post_sd**2 / 2, 6.0)
    expected = rate[account] * np.exp(luck)
    return pd.DataFrame(
        {
            "post_id": [f"p{k}" for k in range(len(account))],
            "account_id": [f"instagram:a{k:05d}" for k in account],
            "created_at": END - pd.to_timedelta(rng.integers(0, days, len(account)), unit="D"),
            "likes": rng.poisson(expected),
            "comments": rng.poisson(expected / 20),
        }
    )


def accounts_of(followers: np.ndarray) -> pd.DataFrame:
    """Accounts with a number of followers."""
    names = [f"a{k:05d}" for k in range(len(followers))]
    return pd.DataFrame({"platform": "instagram", "handle": names, "followers": followers.astype(int)})


def scores_of(accounts: pd.DataFrame, posts: pd.DataFrame, goal: str, **asked: Any) -> np.ndarray:
    """Score of every account, in the order of the accounts."""
    with memory_workspace() as workspace:
        import_tables(workspace, {"accounts": accounts, "posts": posts})
        return assess(workspace, question_of("", goal=goal, top=0, **asked)).scores.score


def cell(ratio: float, n_posts: int, goal: str, seed: int, post_sd: float = CELL_SD, **asked: Any) -> int:
    """How many of the 20 with `ratio` times the reactions are among the first 20 of 40; goal `likes`: by the best rule.

    That is the mean logarithm of likes: what is drawn is log-normal, and everything else in these posts is noise.
    """
    rng = np.random.default_rng(seed)
    engaged = rng.permutation(np.repeat([True, False], 20))
    posts = posts_of(rng, np.where(engaged, 100.0 * ratio, 100.0), np.full(40, n_posts), 90, post_sd)
    if goal == BEST_RULE:
        score = np.log1p(posts["likes"]).groupby(posts["account_id"]).mean().to_numpy()
    else:
        score = scores_of(accounts_of(np.full(40, 10_000)), posts, goal, **asked)
    return int(engaged[np.lexsort((np.arange(40), -score))[:20]].sum())


def heavy_world(seed: int, n: int = 8_000) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """The same with heavy tails everywhere (Student's t in logarithms): a few accounts and posts dwarf the others."""
    rng = np.random.default_rng(seed)
    followers = np.exp(8.8 + 1.6 * rng.standard_t(4, n)).clip(50, 3e8)
    rate = np.exp(0.75 * np.log(followers) - 1.0 + 0.9 * rng.standard_t(4, n)).clip(0, 1e8)
    n_posts = np.minimum(rng.geometric(0.08, n), 40)
    posts = posts_of(rng, rate, n_posts, 700, freedom=5)
    later = (
        posts_of(rng, rate, np.full(n, 8), 365, freedom=5).groupby("account_id")["likes"].mean().to_numpy()
    )
    return accounts_of(followers), posts, later


def world(seed: int, n: int = 1_000, few: bool = False, hidden: float = 0.0) -> Known:
    """Accounts, their earlier posts, and the mean reactions to later ones; a share of `hidden` shows no likes."""
    rng = np.random.default_rng(seed)
    followers = np.exp(rng.normal(8.5, 1.8, n)).clip(100)
    rate = np.exp(0.8 * np.log(followers) - 1.5 + rng.normal(0.0, 0.9, n))
    posts = posts_of(rng, rate, rng.integers(2, 6, n) if few else rng.geometric(0.1, n), 365)
    later = posts_of(rng, rate, np.full(n, 12), 365).groupby("account_id")["likes"].mean().to_numpy()
    hides = rng.random(n) < hidden
    posts["likes"] = posts["likes"].mask(hides[posts["account_id"].str[-5:].astype(int)])
    return accounts_of(followers), posts, later


def within_size(score: np.ndarray, later: np.ndarray, size: np.ndarray) -> float:
    """Mean over tenths of size of Spearman's correlation."""
    tenth = pd.qcut(size, 10, labels=False, duplicates="drop")
    return float(
        np.mean([spearmanr(score[tenth == k], later[tenth == k]).statistic for k in np.unique(tenth)])
    )


def measure(seed: int, of: Callable[..., Known] = world) -> list[dict[str, object]]:
    """One row per method."""
    accounts, posts, later = of(seed)
    size = accounts["followers"].to_numpy(float)
    likes = posts.groupby("account_id")["likes"].mean()
    mean = likes.fillna(likes.median()).to_numpy()
    scores = {f"influence, {goal}": scores_of(accounts, posts, goal) for goal in ("long-tail", "response")}
    scores |= {"earlier mean reactions": mean, "earlier rate": mean / size, "followers": size}
    return [
        {
            "method": name,
            "spearman": float(spearmanr(score, later).statistic),
            "within size": within_size(score, later, size),
        }
        for name, score in scores.items()
    ]


POWERS = (0.0, 0.25, 0.5, 1.0)
CUTS = ("2011-07-01", "2012-01-01", "2012-07-01")


def sites(cut: str, least: int = 10) -> tuple[pd.DataFrame, np.ndarray]:
    """Posts of real sites before a cut, and the mean reactions to those of the year after it, by site."""
    posts = pd.read_parquet(shared_data() / "blogs" / "sites.parquet")
    likes = posts["score"].clip(lower=0)
    told = pd.DataFrame(
        {"account_id": posts["domain"], "likes": likes, "comments": posts["num_comments"].clip(lower=0)}
    )
    day = (posts["created_utc"] - pd.Timestamp(cut).timestamp()) / 86_400
    past, later = told[day < 0], told[(day >= 0) & (day < 365)]
    mean = later.set_index("account_id").sum(axis=1).groupby("account_id").agg(["mean", "size"])
    many = past.groupby("account_id").size()
    kept = mean.index[mean["size"] >= 3].intersection(many.index[many >= least])
    return past[past["account_id"].isin(kept)], mean.loc[kept, "mean"].to_numpy()


def by_power(posts: pd.DataFrame, later: np.ndarray) -> dict[str, float]:
    """Spearman with later reactions of the mean of each power of what posts got (a comment counts two)."""
    got = (posts["likes"] + 2 * posts["comments"]).to_numpy(float)
    raised = {f"power {p}": np.log1p(got) if p == 0 else got**p for p in POWERS}
    means = pd.DataFrame(raised).groupby(posts["account_id"].to_numpy()).mean()
    return {name: float(spearmanr(means[name], later).statistic) for name in means}


def roots(seeds: list[int]) -> pd.DataFrame:
    """Means over worlds and over cuts."""
    whole = {"world": world, "heavy tails": heavy_world}
    rows = [{"of": name, **by_power(*make(seed)[1:])} for name, make in whole.items() for seed in seeds]
    rows += [{"of": "sites", **by_power(*sites(cut))} for cut in CUTS]
    return pd.DataFrame(rows).groupby("of", sort=False).mean()


WORLDS: dict[str, Callable[..., Known]] = {
    "world": world,
    "few posts": partial(world, few=True),
    "hidden likes": partial(world, few=True, hidden=0.3),
    "heavy tails": heavy_world,
}


def means_of(seeds: list[int], make: Callable[..., Known]) -> pd.DataFrame:
    """Means over worlds, by method."""
    table = pd.DataFrame([row for seed in seeds for row in measure(seed, make)])
    return table.groupby("method", sort=False).mean()


@click.command()
@click.option("--seeds", default="101,102,103", show_default=True)
@click.option("--roots", "only_roots", is_flag=True, help="Only by which power counts are averaged.")
@click.option("--json", "as_json", is_flag=True)
def main(seeds: str, only_roots: bool, as_json: bool) -> None:
    """Print the cells and the world."""
    chosen = [int(seed) for seed in seeds.split(",")]
    if only_roots:
        click.echo(roots(chosen).round(3).to_string())
        return
    cells = {
        f"{goal}, noise {sd}": {
            f"R {ratio}": {
                f"{n} posts": np.mean([cell(ratio, n, goal, 101 + s, sd) for s in range(N_CELLS)]).round(1)
                for n in POSTS
            }
            for ratio in RATIOS
        }
        for sd in (CELL_SD, POST_SD)
        for goal in ("response", "long-tail", BEST_RULE)
    }
    means = {name: means_of(chosen, make) for name, make in WORLDS.items()}
    if as_json:
        click.echo(
            json.dumps(
                {"cells": cells, **{name: table.to_dict("index") for name, table in means.items()}}, indent=2
            )
        )
        return
    for goal, rows in cells.items():
        click.echo(f"engaged among the first 20 of 40, {goal}\n{pd.DataFrame(rows).T.to_string()}\n")
    for name, table in means.items():
        click.echo(f"{name}\n{table.round(3).to_string()}\n")


if __name__ == "__main__":
    main()
