"""Do weights learned from judged pairs recover a planted order? Vendor-like accounts whose true merit is known.

    python -m benchmarks.ranking.pairs --worlds 5

Counts of accounts (followers, lists, mentions, shares ...) come from one hidden size with noise of their own; merit is
a weighted sum of their logarithms, most of it in being mentioned and passed on. A judge compares 500 random pairs and
errs as a logistic choice does. Weights are learned from the tables alone and marked on pairs of other accounts that
the same judge compared: AUC of the learned weights, of the preset, of followers, and of true merit (the noise ceiling).
*Compared before*: a hundred accounts whose merit holds something that no figure tells, each in about ten pairs; AUC on
further pairs of the same people, by figures alone and with their own record.
"""

from __future__ import annotations

import json

import click
import numpy as np
import pandas as pd

from benchmarks.common import bootstrap_mean
from influence.ranking.asking import question_of
from influence.ranking.comparisons import judged_pairs
from influence.ranking.learn import learn
from influence.ranking.marks import auc_of_margins
from influence.store.importing.transaction import import_tables
from influence.store.workspace import memory_workspace

MERIT = {
    "mentions_received": 0.6,
    "shares_received": 0.5,
    "listed": 0.3,
    "followers": 0.2,
    "following": -0.25,
}
COLUMNS = ("followers", "following", "listed", "mentions_received", "shares_received", "n_posts")
IN_ACCOUNTS = ("followers", "following", "listed")


class JudgedWorld:
    """Accounts with counts, their true merit, and a judge."""

    def __init__(self, n: int, rng: np.random.Generator, untold: float = 0.0) -> None:
        self.rng = rng
        size = rng.normal(0.0, 1.0, n)
        self.logs = {name: 5.0 + 1.4 * size + rng.normal(0.0, 1.2, n) for name in COLUMNS}
        self.counts = {name: np.floor(np.exp(np.maximum(value, 0.0))) for name, value in self.logs.items()}
        self.merit = np.sum([weight * np.log1p(self.counts[name]) for name, weight in MERIT.items()], axis=0)
        if untold:
            self.merit = self.merit + untold * rng.normal(size=n)
        self.ids = np.array([f"web:a{k:04d}" for k in range(n)])

    def tables(self) -> dict[str, pd.DataFrame]:
        """`accounts` and `metrics` as a vendor exports them."""
        accounts = pd.DataFrame({"account_id": self.ids} | {name: self.counts[name] for name in IN_ACCOUNTS})
        metrics = pd.DataFrame(
            {"account_id": self.ids, "day": "2024-01-01"}
            | {name: self.counts[name] for name in COLUMNS if name not in IN_ACCOUNTS}
        )
        return {"accounts": accounts.astype(dict.fromkeys(IN_ACCOUNTS, "int64")), "metrics": metrics}

    def judged(self, among: np.ndarray, n_pairs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Positions of both accounts of random pairs, and whether the judge prefers the first."""
        a = self.rng.choice(among, n_pairs)
        b = self.rng.choice(among, n_pairs)
        a, b = a[a != b], b[a != b]
        gap = self.merit[a] - self.merit[b]
        return a, b, self.rng.random(len(a)) < 1.0 / (1.0 + np.exp(-gap))


def measure(rng: np.random.Generator, n_accounts: int = 600, n_pairs: int = 500) -> dict[str, float]:
    """AUC on pairs of accounts that were in no training pair."""
    world = JudgedWorld(n_accounts, rng)
    half = rng.permutation(n_accounts)
    seen, others = half[: n_accounts // 2], half[n_accounts // 2 :]
    a, b, first = world.judged(seen, n_pairs)
    rows = [
        (str(world.ids[x]), str(world.ids[y]), "a" if won else "b")
        for x, y, won in zip(a, b, first, strict=True)
    ]
    with memory_workspace() as workspace:
        import_tables(workspace, world.tables())
        question = question_of("")
        learned = learn(judged_pairs(workspace, question, rows), question)
    a, b, first = world.judged(others, 5_000)
    sign = np.where(first, 1.0, -1.0)
    features = learned.features
    scores = {
        "learned": learned.model.score(features.values),
        "preset": features.values @ features.preset,
        "followers": np.log1p(world.counts["followers"]),
        "ceiling": world.merit,
    }
    one = np.ones((1, len(a)))
    found = {
        name: float(auc_of_margins((score[a] - score[b]) * sign, one)[0]) for name, score in scores.items()
    }
    return found | {
        "below the ceiling": found["ceiling"] - found["learned"],
        "told": learned.auc["learned"].value,
    }


def measure_records(rng: np.random.Generator, n_accounts: int = 100, n_pairs: int = 500) -> dict[str, float]:
    """AUC on further pairs of people who were compared before, where merit holds what no figure tells."""
    world = JudgedWorld(n_accounts, rng, untold=1.5)
    everybody = np.arange(n_accounts)
    rows = [
        (str(world.ids[x]), str(world.ids[y]), "a" if won else "b")
        for x, y, won in zip(*world.judged(everybody, n_pairs), strict=True)
    ]
    with memory_workspace() as workspace:
        import_tables(workspace, world.tables())
        learned = learn(judged_pairs(workspace, question_of(""), rows), question_of(""))
    a, b, first = world.judged(everybody, 5_000)
    sign, one = np.where(first, 1.0, -1.0), np.ones((1, len(a)))
    figures = learned.model.score(learned.features.values)
    own = figures + (learned.records.ahead_of(learned.features.ids) if learned.records else 0.0)
    scores = {"figures": figures, "own record": own, "ceiling": world.merit}
    found = {
        f"compared before, {name}": float(auc_of_margins((score[a] - score[b]) * sign, one)[0])
        for name, score in scores.items()
    }
    told = learned.records.own.value if learned.records else float("nan")
    return found | {"compared before, told": told}


@click.command()
@click.option("--worlds", default=5, show_default=True)
@click.option("--pairs", "n_pairs", default=500, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(worlds: int, n_pairs: int, seed: int, as_json: bool) -> None:
    """Print mean AUC with 95 % intervals over worlds."""
    rng = np.random.default_rng(seed)
    apart = np.random.default_rng(seed + 1)
    table = pd.DataFrame(
        [measure(rng, n_pairs=n_pairs) | measure_records(apart, n_pairs=n_pairs) for _ in range(worlds)]
    )
    rows = [{"method": name, **bootstrap_mean(table[name].to_numpy())} for name in table.columns]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(f"{row['method']:<27} {row['mean']:.3f}  [{row['low']:.3f}, {row['high']:.3f}]")


if __name__ == "__main__":
    main()
