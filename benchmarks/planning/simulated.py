"""Do the advocates the tool invites bring more per euro than followers, engagement rate or kind words alone?

    python benchmarks/planning/simulated.py --accounts 5000 --seeds 201,202,203

Worlds of `influence.simulation`, whose truth the tool never sees. Candidates are the same for all: customers with a
known account and accounts that name the brand, without those asked within 60 days, whom nobody may ask again. Whoever
is invited and loves the brand moves the people they truly move (`persuasive_power`), and 15 % of those buy; the
indifferent say yes three times in ten, those who dislike the brand bring nothing. Budgets are equal; prices are a kit
of 40 for everybody, or dearer with followers, as those worlds' past campaigns were paid.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
import numpy as np
import pandas as pd

import influence
from influence.planning.advocates import Advocate, Advocates, brand_feelings, find_advocates
from influence.settings import parse_pairs
from influence.simulation.niches import BRAND
from influence.store.workspace import Workspace

BUYS = 0.15
WILLING = {1.0: 1.0, 0.0: 0.3, -1.0: 0.0}
BUDGETS = (0.05, 0.10, 0.15)
"""Budgets as shares of what inviting every candidate would cost; at 15 % a list by followers is long enough to hold
nearly everybody who matters."""


@click.command()
@click.option("--accounts", default=5_000, show_default=True)
@click.option("--seeds", default="1,2,3", show_default=True)
@click.option("--weights", help="As `influence advocates --weights`.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write every row here as CSV.")
def main(accounts: int, seeds: str, weights: str | None, output: str | None) -> None:
    """Simulated conversions per 1,000 euros, and how often the tool wins."""
    changes = parse_pairs(weights, "--weights", numbers=True) if weights else None
    frame = pd.DataFrame(
        [row for seed in seeds.split(",") for row in run_world(accounts, int(seed), changes)]
    )
    if output:
        frame.to_csv(output, index=False)
    click.echo(summary(frame).to_string())


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean conversions per 1,000 by price and budget; beside them in how many worlds the tool brings more."""
    keys = ["price", "budget", "seed"]
    tool = frame[frame["chosen by"] == "the tool"].set_index(keys)["per 1,000"]
    ahead = frame.assign(
        ahead=tool.reindex(pd.MultiIndex.from_frame(frame[keys])).to_numpy() > frame["per 1,000"]
    )
    found = ahead.pivot_table(index="chosen by", columns=["price", "budget"], values=["per 1,000", "ahead"],
                              aggfunc={"per 1,000": "mean", "ahead": "sum"})  # fmt: skip
    return found["per 1,000"].map("{:.1f}".format) + " (" + found["ahead"].astype(int).astype(str) + ")"


def run_world(
    n_accounts: int, seed: int, weights: Mapping[str, float] | None = None
) -> list[dict[str, object]]:
    """One world: simulate, import, choose, mark."""
    with tempfile.TemporaryDirectory() as folder:
        report = influence.simulate_world(
            Path(folder) / "world", n_accounts=n_accounts, seed=seed, file_format="parquet"
        )
        with influence.open_workspace(Path(folder) / "influence.duckdb") as workspace:
            influence.import_files(workspace, [report.folder])
            return mark_world(workspace, report.folder, seed, weights)


def mark_world(
    workspace: Workspace, folder: Path, seed: int, weights: Mapping[str, float] | None = None
) -> list[dict[str, object]]:
    """Conversions per 1,000 euros for every way of choosing."""
    found = find_advocates(workspace, BRAND, top=0, weights=weights)
    everyone = [row for row in (*found.rows, *found.detractors) if row.account_id]
    truth = pd.read_parquet(folder / "truth" / "account_truth.parquet").set_index("account_id")
    truth = truth.reindex([row.account_id for row in everyone])
    willing = truth["brand_feeling"].astype(float).map(WILLING).fillna(0.3).to_numpy()
    brings = BUYS * truth["persuasive_power"].to_numpy() * willing
    followers = np.nan_to_num(followers_of(folder, everyone))
    ways = choices(workspace, folder, found, everyone, followers, seed)
    prices = {"kit of 40": np.full(len(everyone), 40.0), "by followers": 40 + 0.37 * followers**0.75}
    rows = []
    for price, cost in prices.items():
        for share in BUDGETS:
            budget = share * cost.sum()
            for name, score in {**ways, "ceiling: the truth": brings / cost}.items():
                rows.append({"seed": seed, "price": price, "budget": f"{share:4.0%}", "chosen by": name,
                             "per 1,000": 1000 * conversions(score, cost, brings, budget) / budget})  # fmt: skip
    return rows


def choices(
    workspace: Workspace,
    folder: Path,
    found: Advocates,
    everyone: list[Advocate],
    followers: np.ndarray,
    seed: int,
) -> dict[str, np.ndarray]:
    """A score for every way of choosing; the tool's order is kept, critics last."""
    place = {(row.customer_id, row.account_id): -row.rank for row in found.rows}
    last = -len(everyone) - 1
    feelings, _ = brand_feelings(workspace.store, BRAND)
    posts = pd.read_parquet(folder / "posts.parquet", columns=["account_id", "likes", "comments", "shares"])
    posts["reactions"] = posts[["likes", "comments", "shares"]].sum(axis=1)
    per_post = posts.groupby("account_id")["reactions"].mean()
    ids = [row.account_id for row in everyone]
    return {
        "the tool": np.array(
            [place.get((row.customer_id, row.account_id), last) for row in everyone], dtype=float
        ),
        "the tool, critics asked, too": np.array([row.score for row in everyone]),
        "followers": followers,
        "engagement rate": per_post.reindex(ids).fillna(0).to_numpy() / np.maximum(followers, 1),
        "sentiment": feelings["feeling"].reindex(ids).fillna(0).to_numpy(),
        "customer value": np.array([row.value or 0.0 for row in everyone]),
        "chance": np.random.default_rng(seed).random(len(everyone)),
    }


def followers_of(folder: Path, everyone: list[Advocate]) -> np.ndarray:
    """Follower counts as the tables show them."""
    accounts = pd.read_parquet(folder / "accounts.parquet", columns=["account_id", "followers"]).set_index(
        "account_id"
    )
    return (
        accounts["followers"].reindex([row.account_id for row in everyone]).to_numpy(float, na_value=np.nan)
    )


def conversions(score: np.ndarray, cost: np.ndarray, brings: np.ndarray, budget: float) -> float:
    """Best first, as long as the money lasts; who is too dear for the rest is passed over."""
    total, left = 0.0, budget
    for at in np.lexsort((np.arange(len(score)), -score)):
        if cost[at] <= left:
            left -= cost[at]
            total += brings[at]
    return total


if __name__ == "__main__":
    main()
