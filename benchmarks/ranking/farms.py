"""Does the rule for fake profiles hold on fakes of other kinds, and by halves of those judged by hand?

    python -m benchmarks.ranking.farms

Simulated farms among real readers, counts alone: *pushers* follow thousands, *sleepers* follow a few dozen and never
post, *circles* follow each other in hundreds, *thieves* have stolen posts and followers of their own. One account in
ten is fake; real ones are log-normal with correlated counts. *Judged* are the 975 profiles of
`benchmarks.ranking.followers`: AUC of the shipped rule on random halves of them, and of a logistic regression on its
three figures fitted to the other half. Beside the rule (the three counts as they are) stand the bare ratio of
following to followers, and the sum of the ranks of that ratio and of few posts.
"""

from __future__ import annotations

import click
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.common import shared_data
from benchmarks.ranking.followers import read_judged
from influence.signals.quality.profiles import profile_evidence
from influence.signals.shrinkage import mid_ranks

N, SHARE = 4_000, 0.1
Counts = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Following, followers, posts."""
FARMS: dict[str, tuple[tuple[float, float], ...]] = {
    "pushers": ((3_000, 0.7), (60, 0.9), (6, 1.0)),
    "sleepers": ((45, 0.8), (8, 1.0), (0.7, 0.8)),
    "circles": ((700, 0.5), (500, 0.5), (3, 1.0)),
    "thieves": ((900, 0.7), (250, 0.8), (25, 0.9)),
}
"""Median and spread (of the logarithm) of following, followers and posts."""


def real_profiles(rng: np.random.Generator, n: int) -> Counts:
    """Readers and creators: counts share a size, and one in five has hardly posted."""
    size = rng.normal(0.0, 0.8, n)
    following, followers, posts = (
        np.floor(middle * np.exp(part * size + rng.normal(0.0, spread, n)))
        for middle, part, spread in ((300, 0.5, 0.8), (320, 1.0, 0.7), (90, 1.0, 1.1))
    )
    return following, followers, np.where(rng.random(n) < 0.2, np.floor(posts / 30), posts)


def farm(rng: np.random.Generator, kind: str, n: int) -> Counts:
    """Fakes of one kind."""
    counts = [np.floor(middle * np.exp(rng.normal(0.0, spread, n))) for middle, spread in FARMS[kind]]
    return counts[0], counts[1], counts[2]


def scores_of(counts: Counts) -> dict[str, np.ndarray]:
    """How fake each profile looks, by rule."""
    following, followers, posts = counts
    ratio = np.log((1 + following) / (1 + followers))
    return {
        "shipped rule": profile_evidence(following, followers, posts),
        "ratio alone": ratio,
        "sum of ranks": mid_ranks(ratio) + mid_ranks(-posts),
    }


def marked(counts: Counts, fake: np.ndarray) -> dict[str, float]:
    """AUC by rule."""
    return {name: float(roc_auc_score(fake, score)) for name, score in scores_of(counts).items()}


def simulated(kind: str, seed: int) -> dict[str, float]:
    """AUC among a tenth of fakes of one kind."""
    rng = np.random.default_rng(seed)
    n_fake = int(N * SHARE)
    pairs = zip(real_profiles(rng, N - n_fake), farm(rng, kind, n_fake), strict=True)
    following, followers, posts = (np.concatenate(pair) for pair in pairs)
    return marked((following, followers, posts), np.arange(N) >= N - n_fake)


def judged_halves(seed: int) -> dict[str, float]:
    """AUC on a random half of the profiles judged by hand; `fitted` saw the other half alone."""
    columns, fake = read_judged(shared_data() / "followers" / "labelled_975_anon.csv")
    counts = [
        columns[name] for name in ("Number.of.people.they.follow", "Number.of.followers", "Number.of.posts")
    ]
    half = np.random.default_rng(seed).random(len(fake)) < 0.5
    figures = np.column_stack([np.log1p(values) for values in counts])
    fitted = LogisticRegression(C=1.0, max_iter=1_000).fit(figures[~half], fake[~half])
    there = (counts[0][half], counts[1][half], counts[2][half])
    return marked(there, fake[half]) | {
        "fitted to the other half": float(roc_auc_score(fake[half], fitted.decision_function(figures[half])))
    }


@click.command()
@click.option("--seeds", default=20, show_default=True, help="How many worlds and halves.")
@click.option("--json", "as_json", is_flag=True)
def main(seeds: int, as_json: bool) -> None:
    """Print the mean and least AUC by kind of fake and rule."""
    rows = [{"kind": kind, **simulated(kind, 100 + s)} for kind in FARMS for s in range(seeds)]
    rows += [{"kind": "judged, halves", **judged_halves(100 + s)} for s in range(seeds)]
    table = pd.DataFrame(rows).groupby("kind", sort=False).agg(["mean", "min"])
    click.echo(table.T.to_json() if as_json else table.T.round(3).to_string())


if __name__ == "__main__":
    main()
