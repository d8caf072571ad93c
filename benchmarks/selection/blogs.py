"""Real blogs: does a set reach more of a niche than the best by score, also later, for the same money?

    python -m benchmarks.selection.blogs --split test

Ranked and chosen as of the cut, in plain words, with a topic prior that knows neither the judged communities nor what
came after (as `benchmarks.blogs`). No reader is known by name: communities are the segments, a community has as many
readers as its best post drew votes. Every blog costs the same, since nobody's followers are known, so that equal cost
is equal number. Beside the set: the best by score, those with most likes, and sets drawn at random from the hundred
best by score. Three marks of each:

- readers: what the choice maximises, as estimated at the cut;
- later readers: the same count with nothing but the posts after the cut, which no choice saw;
- later votes: all votes of the picks' later posts in the niche's own community, which the words did not name.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pandas as pd
import scipy.sparse as sp

from benchmarks.blogs import Later, hold_out_prior, load, niches
from benchmarks.common import bootstrap_mean
from influence.errors import NicheError
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.baselines import total_likes
from influence.selection.candidates import Candidates
from influence.selection.choosing import choose
from influence.selection.costs import Costs
from influence.selection.exposure import Audiences, reach_of
from influence.selection.reached import niche_reach
from influence.selection.sets import bare_rows, best_ranks, near_intervals
from influence.selection.wishes import WORTH_IT, Wishes
from influence.signals.material import Material

CUT = "2012-07-01"
N_RANDOM = 20
RANDOM_FROM = 100


def later_audiences(now: Audiences, labels: np.ndarray, ids: np.ndarray, later: Later) -> Audiences:
    """The segments of `now`, with the chances that posts after the cut tell: votes over the most votes there."""
    posts = later.future[
        later.future["community"].isin(set(labels)) & later.future["account_id"].isin(set(ids))
    ]
    most = later.future.groupby("community")["likes"].max()
    rows = pd.Index(ids).get_indexer(posts["account_id"])
    columns = pd.Index(labels).get_indexer(posts["community"])
    share = np.clip((posts["likes"] + 1) / (most[posts["community"]].to_numpy() + 1), 0, 0.98)
    missed = sp.coo_array((-np.log1p(-share), (rows, columns)), shape=(len(ids), len(labels))).tocsr()
    missed.data = -np.expm1(-missed.data)
    return Audiences(sp.csr_array(missed), now.people)


def candidates_of(found: Assessment) -> Candidates:
    """Everyone at one price."""
    rows, n = bare_rows(found), len(found.order)
    costs = Costs(np.ones(n), ("rate card",) * n, ("unknown",) * n, "", "one price")
    reach = niche_reach(found.evidence, found.order)
    return Candidates(rows, reach, costs, {}, np.zeros(n), best_ranks(found, near_intervals(found, 30)))


def compare(
    found: Assessment, gains: np.ndarray, later: Later, size: int, quality: float
) -> dict[str, float]:
    """Marks of the set over those of every other rule, as shares more."""
    candidates = candidates_of(found)
    if candidates.reach.unit != "readers" or len(candidates.rows) < size:
        return {}
    ids = candidates.rows.account_ids
    now = candidates.reach.audiences
    after = later_audiences(now, candidates.reach.labels, ids, later)
    votes = gains[found.evidence.pool[found.order]]
    made = choose(candidates, Wishes(size=size, quality=quality))
    chosen = [int(made.open[row]) for row in made.solution.chosen]
    plain = list(range(size))
    gain = reach_of(now, chosen) / max(reach_of(now, plain), 1e-9) - 1
    rng = np.random.default_rng(0)
    pool = min(RANDOM_FROM, len(ids))
    others = {
        "score": [plain],
        "likes": [
            np.argsort(-np.nan_to_num(total_likes(found.evidence))[found.order], kind="stable")[
                :size
            ].tolist()
        ],
        "random": [rng.choice(pool, size, replace=False).tolist() for _ in range(N_RANDOM)],
    }
    told: dict[str, float] = {"worth it": float(gain >= WORTH_IT)}
    marks = {
        "readers": lambda rows: reach_of(now, rows),
        "later readers": lambda rows: reach_of(after, rows),
        "later votes": lambda rows: float(votes[list(rows)].sum()),
    }
    for mark, of in marks.items():
        told[mark] = of(chosen)
        told |= {
            f"{mark}, {name}": float(np.mean([of(rows) for rows in sets])) for name, sets in others.items()
        }
    return told | {"open": float(len(made.open)), "kept": float(len(set(chosen) & set(plain)))}


def measure(split: str, cut: str, size: int, quality: float, limit: int | None) -> pd.DataFrame:
    """One row a niche."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, load(Path(folder), "blogs.csv.gz") as workspace:
        hold_out_prior(Path(folder), cut)
        material = Material(workspace.store, cut)
        later = Later(workspace, material, cut)
        for niche in niches(split)[:limit]:
            gains = later.gains(f"r/{niche['community']}")
            try:
                found = assess(workspace, replace(question_of(niche["words"], top=0), as_of=cut), material)
            except NicheError:
                continue
            told = compare(found, gains, later, size, quality)
            if told:
                rows.append({"niche": niche["words"]} | told)
    return pd.DataFrame(rows).set_index("niche")


def ratios(table: pd.DataFrame) -> list[dict[str, object]]:
    """Of each mark and rule: total of the set over total of the rule, and how often it is below."""
    told = []
    for mark in ("readers", "later readers", "later votes"):
        for rule in ("score", "likes", "random"):
            own, other = table[mark].to_numpy(), table[f"{mark}, {rule}"].to_numpy()
            known = other > 0
            ratio = own[known] / other[known] - 1
            told.append(
                {"mark": mark, "against": rule, **bootstrap_mean(ratio), "in all": own.sum() / other.sum() - 1,
                 "least": float(ratio.min()), "below": int((ratio < -1e-9).sum()), "niches": int(known.sum())}
            )  # fmt: skip
    return told


@click.command()
@click.option("--split", type=click.Choice(["tune", "test", "all"]), default="test", show_default=True)
@click.option("--cut", default=CUT, show_default=True)
@click.option("--size", default=30, show_default=True)
@click.option("--quality", default=1.0, show_default=True)
@click.option("--limit", type=int, help="So many niches only.")
@click.option("--each", is_flag=True, help="Print every niche.")
@click.option("--json", "as_json", is_flag=True)
def main(
    split: str, cut: str, size: int, quality: float, limit: int | None, each: bool, as_json: bool
) -> None:
    """Print what a set gains over plain rules at equal cost, per niche on average and in all."""
    table = measure(split, cut, size, quality, limit)
    told = ratios(table)
    if as_json:
        click.echo(json.dumps(told, indent=1))
        return
    if each:
        click.echo(table.round(2).to_string())
    click.echo(
        f"{len(table)} niches of split {split!r}, cut {cut}, {size} picks; set over rule, as a share more"
    )
    click.echo(pd.DataFrame(told).round(3).to_string(index=False))
    click.echo(
        f"the set is worth it (at least {WORTH_IT:.0%} more readers) in {table['worth it'].mean():.0%} of them"
    )


if __name__ == "__main__":
    main()
