"""Do rank intervals hold the true rank as often as they say? A world of Poisson counts whose true order is known.

    python -m benchmarks.ranking.coverage --worlds 5

Every account has a true rate of reactions per post (log-normal); counts are Poisson, in half of the worlds with more
luck per post. The true rank is the one that the same formula gives where luck is taken away: the mean of the signal
over many redrawn worlds. In worlds where all have as many posts that is the order of the rates. Printed: the share of
accounts whose interval holds their true rank, by what it says, and the Brier score of the chance of a top place.
``--fewer``: what it costs that rivals beyond 10,000 have fewer draws than the chosen: the same world and places with
as many draws of all, with those of today and with the least there are, by the ends of the intervals and what they hold.
"""

from __future__ import annotations

import json

import click
import numpy as np
import pandas as pd

from influence.ranking import uncertainty
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.uncertainty import rank_intervals
from influence.signals.registry import SIGNAL_NAMES
from influence.store.importing.transaction import import_tables
from influence.store.workspace import memory_workspace

LEVELS = (0.5, 0.8, 0.9)
POSTS = ("few and many", "five each")
SETTINGS = {**dict.fromkeys(SIGNAL_NAMES, 0.0), "peer_engagement": 1.0}


class World:
    """True rates, and as many draws of the tables in which they show as are asked for."""

    def __init__(self, n: int, rng: np.random.Generator, posts: str, spread: float, luck: float) -> None:
        self.n, self.rng, self.luck = n, rng, luck
        self.rate = np.exp(rng.normal(np.log(8.0), spread, n))
        n_posts = np.full(n, 5) if posts == "five each" else 1 + rng.negative_binomial(1, 1 / 9, n)
        self.author = np.repeat(np.arange(n), n_posts)
        day = np.concatenate([np.linspace(360, 0, k, endpoint=False) for k in n_posts])
        self.day = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.floor(day), unit="D")

    def tables(self) -> dict[str, pd.DataFrame]:
        """Posts with their likes, another draw each time."""
        lucky = np.exp(self.rng.normal(-(self.luck**2) / 2, self.luck, len(self.author)))
        posts = {
            "post_id": [f"p{k}" for k in range(len(self.author))],
            "account_id": [f"web:a{k:05d}" for k in self.author],
            "created_at": self.day,
            "likes": self.rng.poisson(self.rate[self.author] * lucky),
        }
        return {"posts": pd.DataFrame(posts)}

    def assess(self, top: int = 30) -> Assessment:
        """Rank one draw of the world by reactions alone."""
        with memory_workspace() as workspace:
            import_tables(workspace, self.tables())
            return assess(workspace, question_of("", weights=SETTINGS, top=top))

    def true_rank(self, n_redrawn: int = 30) -> np.ndarray:
        """Rank of the mean signal over redrawn worlds."""
        mean = np.mean([self.assess().signals["peer_engagement"][1].value for _ in range(n_redrawn)], axis=0)
        rank = np.empty(self.n, dtype=int)
        rank[np.argsort(-mean)] = np.arange(1, self.n + 1)
        return rank


def coverage(world: World, top: int = 30) -> dict[str, float]:
    """Share of intervals that hold the true rank, by level, and the Brier score of `p_top`."""
    true, found = world.true_rank(), world.assess(top)
    marks = {}
    for level in LEVELS:
        sure = rank_intervals(found, np.arange(world.n), level=level)
        marks[f"{level:.0%}"] = float(np.mean((sure.low <= true) & (true <= sure.high)))
    chance = np.mean(true <= top)
    marks["brier"] = float(np.mean((sure.p_top - (true <= top)) ** 2))
    return marks | {"brier of no knowledge": float(chance * (1 - chance))}


def fewer_draws(n: int, rng: np.random.Generator, n_chosen: int = 300) -> pd.DataFrame:
    """Intervals of every so many-th place, by how many draws its rivals have."""
    world = World(n, rng, "few and many", 0.8, 0.6)
    true, found = world.true_rank(10), world.assess()
    chosen = np.sort(found.order[:: n // n_chosen])
    rows, whole = [], None
    usual = uncertainty._MANY, uncertainty._SCORES
    for name, (many, scores) in {"all": (n + 1, 0), "today": usual, "least": (usual[0], 0)}.items():
        uncertainty._MANY, uncertainty._SCORES = many, scores
        sure = rank_intervals(found, chosen)
        whole = whole or sure
        width = whole.high - whole.low + 1
        off = np.abs(np.concatenate([sure.low - whole.low, sure.high - whole.high])) / np.tile(width, 2)
        held = (sure.low <= true[chosen]) & (true[chosen] <= sure.high)
        told = {"ends off, of the width, mean": off.mean(), "most": off.max(), "held": held.mean()}
        rows.append(
            {"draws of rivals": name, **told, "p_top off, most": np.abs(sure.p_top - whole.p_top).max()}
        )
    uncertainty._MANY, uncertainty._SCORES = usual
    return pd.DataFrame(rows).set_index("draws of rivals")


@click.command()
@click.option("--fewer", type=int, help="Accounts of a world in which rivals have fewer draws; nothing else.")
@click.option("--worlds", default=3, show_default=True)
@click.option("--accounts", default=300, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(fewer: int | None, worlds: int, accounts: int, seed: int, as_json: bool) -> None:
    """Print coverage by level over several worlds."""
    rng = np.random.default_rng(seed)
    if fewer:
        click.echo(fewer_draws(fewer, rng).round(4).to_string())
        return
    rows = [
        {
            "posts": posts,
            "spread": spread,
            "luck": luck,
            **coverage(World(accounts, rng, posts, spread, luck)),
        }
        for posts in POSTS
        for spread in (0.4, 0.8)
        for luck in (0.0, 0.6)
        for _ in range(worlds)
    ]
    table = pd.DataFrame(rows).groupby(["posts", "spread", "luck"]).mean()
    click.echo(
        json.dumps(table.reset_index().to_dict("records"), indent=2)
        if as_json
        else table.round(3).to_string()
    )
    click.echo(
        f"mean of {len(rows)} worlds: "
        + ", ".join(f"{key} {value:.3f}" for key, value in table.mean().items())
    )


if __name__ == "__main__":
    main()
