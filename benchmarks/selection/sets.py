"""How many niche people does a set reach, beside the best by score, by followers and at random, for the same money?

    python -m benchmarks.selection.sets --accounts 5000 --seeds 1,2

Three kinds of data: worlds where audiences overlap much (crowds followed by many accounts alike, the best scores in the
same few crowds), simulated campaign worlds with planted influencers, and the size of problem that a laptop must bear.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from pathlib import Path

import click
import numpy as np
import pandas as pd
import scipy.sparse as sp

import influence
from influence.ranking.rank import assess, question_of
from influence.ranking.results import RankedAccount
from influence.selection.audiences import NicheReach, niche_reach
from influence.selection.candidates import Candidates
from influence.selection.costs import Costs, costs_of, default_card
from influence.selection.exposure import Audiences, reach_of
from influence.selection.greedy import Problem, solve
from influence.selection.planning import choose
from influence.selection.wishes import Wishes
from influence.signals.material import Material

N_RANDOM = 20


def walk(costs: np.ndarray, order: np.ndarray, size: int, budget: float) -> list[int]:
    """Down a list, taking each that is still affordable."""
    taken: list[int] = []
    for row in order.tolist():
        if len(taken) < size and costs[[*taken, row]].sum() <= budget * (1 + 1e-12):
            taken.append(row)
    return taken


def compare(candidates: Candidates, size: int, quality: float, rng: np.random.Generator) -> dict[str, float]:
    """Reach of the set over that of every rule, at equal cost and no more picks."""
    made = choose(candidates, Wishes(size=size, quality=quality))
    chosen = [int(made.open[row]) for row in made.solution.chosen]
    costs, audiences = candidates.costs.cost, candidates.reach.audiences
    spend = float(costs[chosen].sum())
    by_score = list(range(size))
    equal = walk(costs, np.arange(len(costs)), size, max(spend, float(costs[by_score].sum())))
    followers = walk(costs, np.argsort(-candidates.followers, kind="stable"), size, spend)
    random = [walk(costs, rng.permutation(len(costs)), size, spend) for _ in range(N_RANDOM)]
    reached = reach_of(audiences, chosen)
    return {
        "reached": reached,
        "over score": reached / reach_of(audiences, equal) - 1,
        "over followers": reached / max(reach_of(audiences, followers), 1e-9) - 1,
        "over random": reached / max(float(np.mean([reach_of(audiences, rows) for rows in random])), 1e-9)
        - 1,
        "score kept": float(candidates.scores[chosen].mean() / candidates.scores[equal].mean()),
        "of bound": made.solution.share_of_bound,
    }


def crowded(rng: np.random.Generator, n: int = 400, crowds: int = 12) -> Candidates:
    """Accounts in crowds of readers; the largest crowds have the best scores, so that the best share their readers."""
    sizes = np.sort(rng.integers(150, 700, crowds))[::-1]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    home = rng.choice(crowds, n, p=sizes / sizes.sum())
    rows, columns = [], []
    for row in range(n):
        share = rng.beta(2, 3)
        crowd = starts[home[row]] + rng.choice(
            sizes[home[row]], int(share * sizes[home[row]]) + 1, replace=False
        )
        strangers = rng.choice(starts[-1], 10, replace=False)
        who = np.unique(np.concatenate([crowd, strangers]))
        rows.append(np.full(len(who), row))
        columns.append(who)
    where = (np.concatenate(rows), np.concatenate(columns))
    chance = sp.csr_array((np.full(len(where[0]), 0.63), where), shape=(n, int(starts[-1])))
    audiences = Audiences(chance, rng.uniform(0.2, 1.0, int(starts[-1])))
    score = 40 + 40 * np.argsort(np.argsort(audiences.alone() * rng.lognormal(0, 0.15, n))) / n
    order = np.argsort(-score, kind="stable")
    ranked = [
        RankedAccount(
            place, f"web:{row}", str(row), None, float(score[row]), {}, {}, {}, int(rng.lognormal(7, 1.5)), 9
        )
        for place, row in enumerate(order, 1)
    ]
    reach = NicheReach(audiences, "people", np.arange(int(starts[-1])), tuple(frozenset() for _ in range(n)))
    costs = Costs(np.full(n, 55.0), ("rate card",) * n, ("nano",) * n, "USD", "one price")
    return Candidates(ranked, reach.subset(order), costs)


def simulated(n_accounts: int, seed: int, size: int, quality: float, niches: int) -> list[dict[str, object]]:
    """Every niche of a simulated world; planted influencers among the picks and among the best by score."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        report = influence.simulate_world(
            Path(folder) / "world", n_accounts=n_accounts, seed=seed, file_format="parquet"
        )
        truth = pd.read_parquet(report.folder / "truth" / "niche_truth.parquet")
        with influence.open_workspace(Path(folder) / "w.duckdb") as workspace:
            influence.import_files(workspace, [report.folder])
            material = Material(workspace.store, None)
            for niche in report.niches[:niches]:
                found = assess(workspace, question_of(niche, top=0), material)
                planted = set(truth.query("niche == @niche and is_planted_top")["account_id"])
                candidates = ranked_candidates(found)
                marks = compare(candidates, size, quality, np.random.default_rng(seed))
                made = choose(candidates, Wishes(size=size, quality=quality))
                ids = [candidates.rows[made.open[row]].account_id for row in made.solution.chosen]
                plain = [row.account_id for row in candidates.rows[:size]]
                counts = {"planted": len(planted & set(ids)), "planted by score": len(planted & set(plain))}
                rows.append({"seed": seed, "niche": niche, **marks, **counts})
    return rows


def ranked_candidates(found: object) -> Candidates:
    """Candidates of an assessment without the sentences that a list for people needs."""
    frame, order = found.evidence.candidates.iloc[found.order], found.order  # type: ignore[attr-defined]
    points = sum(found.scores.contributions.values(), start=np.zeros(len(order)))[order]  # type: ignore[attr-defined]
    rows = [
        RankedAccount(
            place, key, handle, None, float(score), {}, {}, {}, None if np.isnan(size) else int(size), None
        )
        for place, (key, handle, size, score) in enumerate(
            zip(frame["account_id"], frame["handle"], frame["followers"], points, strict=True), 1
        )
    ]
    return Candidates(rows, niche_reach(found.evidence, order), costs_of(rows, default_card()))  # type: ignore[attr-defined]


def large(n: int, n_people: int, n_members: int) -> dict[str, float]:
    """CPU seconds, seconds and memory of one choice at size, with and without a budget."""
    rng = np.random.default_rng(0)
    degree = np.minimum(rng.pareto(1.2, n) * 30 + 3, n_people / 50)
    degree = (degree * n_members / degree.sum()).astype(int) + 1
    rows = np.repeat(np.arange(n), degree)
    columns = (n_people * rng.random(len(rows)) ** 2).astype(int)
    chance = sp.csr_array((rng.uniform(0.01, 0.3, len(rows)), (rows, columns)), shape=(n, n_people))
    chance.sum_duplicates()
    chance.data = np.minimum(chance.data, 0.98)
    audiences, quality = Audiences(chance, rng.random(n_people)), rng.random(n) * 50
    costs = np.where(degree > 1000, 300.0, 55.0)
    told: dict[str, float] = {"memberships": float(chance.nnz)}
    for name, budget in (("size 30", np.inf), ("budget 3000", 3000.0)):
        began, cpu = time.perf_counter(), time.process_time()
        found = solve(Problem(audiences, quality, costs, 30, budget))
        told |= {f"{name}: s": time.perf_counter() - began, f"{name}: cpu s": time.process_time() - cpu}
        told[f"{name}: of bound"] = found.share_of_bound
    return told | {"peak GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}


@click.command()
@click.option("--accounts", default=5_000, show_default=True, help="Of each simulated world.")
@click.option("--seeds", default="1,2", show_default=True)
@click.option("--niches", default=4, show_default=True, help="Of each simulated world.")
@click.option("--size", default=30, show_default=True)
@click.option("--quality", default=1.0, show_default=True)
@click.option(
    "--candidates", default=100_000, show_default=True, help="Of the large problem; 0 leaves it out."
)
@click.option("--json", "as_json", is_flag=True)
def main(
    accounts: int, seeds: str, niches: int, size: int, quality: float, candidates: int, as_json: bool
) -> None:
    """Print what a set gains over plain rules at equal cost."""
    crowds = pd.DataFrame(
        [
            compare(crowded(np.random.default_rng(s)), size, quality, np.random.default_rng(s))
            for s in range(10)
        ]
    )
    worlds = [
        row
        for seed in seeds.split(",")
        if seed
        for row in simulated(accounts, int(seed), size, quality, niches)
    ]
    scale = large(candidates, 10 * candidates, 100 * candidates) if candidates else {}
    if as_json:
        click.echo(
            json.dumps({"crowded": crowds.to_dict("records"), "worlds": worlds, "large": scale}, indent=1)
        )
        return
    click.echo("Crowded worlds\n" + crowds.describe().loc[["mean", "min", "max"]].round(3).to_string())
    click.echo("Simulated worlds\n" + pd.DataFrame(worlds).round(3).to_string(index=False))
    click.echo("Large\n" + pd.Series(scale).round(3).to_string())


if __name__ == "__main__":
    main()
