"""How many niche people does a set reach, beside the best by score, by followers and at random, for the same money?

    python -m benchmarks.selection.sets --accounts 5000 --seeds 1,2

Three kinds of data: worlds where audiences overlap much (crowds followed by many accounts alike, the best scores in the
same few crowds), simulated campaign worlds with planted influencers, and the size of problem that a laptop must bear.
In the simulated worlds it is known who really cares about the niche and how persuasive everybody is, which no table
says: "true people" counts those who care and follow a pick that still posts, each once; "moved" counts, each once,
those of them who would act on what a pick says. "set" is the set that was asked for (``--set``), "default" what the
command line takes by itself: the set where it reaches at least `WORTH_IT` more, else the best by score.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd
import scipy.sparse as sp

import influence
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.results import RankedAccount
from influence.selection.bare import BareRows
from influence.selection.candidates import Candidates
from influence.selection.choosing import choose
from influence.selection.costs import Costs, costs_of, default_card
from influence.selection.exposure import Audiences, reach_of
from influence.selection.greedy import Problem, solve
from influence.selection.reached import NicheReach, niche_reach
from influence.selection.sets import bare_rows, best_ranks, near_intervals
from influence.selection.wishes import WORTH_IT, Wishes
from influence.signals.material import Material
from influence.simulation.attention import draw_follows
from influence.simulation.names import account_ids, name_accounts
from influence.simulation.niches import choose_niches
from influence.simulation.people import cast_people

N_RANDOM = 20
NOISE = 0.15
"""Of scores in crowded worlds, as a standard deviation of logs; ranks are as unsure as that."""


def walk(costs: np.ndarray, order: np.ndarray, size: int, budget: float) -> list[int]:
    """Down a list, taking each that is still affordable."""
    taken: list[int] = []
    for row in order.tolist():
        if len(taken) < size and costs[[*taken, row]].sum() <= budget * (1 + 1e-12):
            taken.append(row)
    return taken


def picks_of(candidates: Candidates, wishes: Wishes, least_gain: float = 0.0) -> tuple[list[int], float]:
    """Rows of the chosen, and how near the bound they are."""
    made = choose(candidates, wishes, least_gain=least_gain)
    return [int(made.open[row]) for row in made.solution.chosen], made.solution.share_of_bound


def compare(candidates: Candidates, size: int, quality: float, rng: np.random.Generator) -> dict[str, float]:
    """Reach of the set over that of every rule, at equal cost and no more picks."""
    chosen, of_bound = picks_of(candidates, Wishes(size=size, quality=quality))
    costs, audiences = candidates.costs.cost, candidates.reach.audiences
    spend = float(costs[chosen].sum())
    by_score = list(range(size))
    equal = walk(costs, np.arange(len(costs)), size, max(spend, float(costs[by_score].sum())))
    followers = walk(costs, np.argsort(-candidates.rows.followers, kind="stable"), size, spend)
    random = [walk(costs, rng.permutation(len(costs)), size, spend) for _ in range(N_RANDOM)]
    reached = reach_of(audiences, chosen)
    return {
        "reached": reached,
        "over score": reached / reach_of(audiences, equal) - 1,
        "over followers": reached / max(reach_of(audiences, followers), 1e-9) - 1,
        "over random": reached / max(float(np.mean([reach_of(audiences, rows) for rows in random])), 1e-9)
        - 1,
        "score kept": float(candidates.rows.scores[chosen].mean() / candidates.rows.scores[equal].mean()),
        "of bound": of_bound,
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
    seen = audiences.alone() * rng.lognormal(0, NOISE, n)
    score = 40 + 40 * np.argsort(np.argsort(seen)) / n
    order = np.argsort(-score, kind="stable")
    best_rank = 1 + (seen[None, :] > (seen[order] * np.exp(1.64 * NOISE))[:, None]).sum(axis=1)
    ranked = [
        RankedAccount(
            place, f"web:{row}", str(row), None, float(score[row]), {}, {}, {}, int(rng.lognormal(7, 1.5)), 9
        )
        for place, row in enumerate(order, 1)
    ]
    reach = NicheReach(audiences, "people", np.arange(int(starts[-1])), tuple(frozenset() for _ in range(n)))
    costs = Costs(np.full(n, 55.0), ("rate card",) * n, ("nano",) * n, "USD", "one price")
    return Candidates(BareRows.of(ranked), reach.subset(order), costs, {}, np.zeros(n), best_rank)


class Truth:
    """Who really cares about each niche and how persuasive everybody is: the world drawn again from its seed."""

    def __init__(self, n_accounts: int, seed: int, folder: Path, days: int = 365) -> None:
        self.niches = [niche.name for niche in choose_niches(None)]
        rngs = [np.random.default_rng(step) for step in np.random.SeedSequence(seed).spawn(12)]
        self.cast = cast_people(n_accounts, choose_niches(None), rngs[0])
        handles, _ = name_accounts(self.cast, choose_niches(None), rngs[1])
        self.place = pd.Index(np.array(list(account_ids(self.cast, handles)), dtype=object))
        follows = draw_follows(self.cast, len(self.niches), days, rngs[2])
        ones = np.ones(len(follows.follower), dtype=np.float32)
        self.heard = sp.csr_array(
            (ones, (follows.followee, follows.follower)), shape=(n_accounts, n_accounts)
        )
        self.table = pd.read_parquet(folder / "truth" / "niche_truth.parquet")

    def planted(self, niche: str) -> set[str]:
        """Ids of the niche's planted influencers."""
        return set(self.table.query("niche == @niche and is_planted_top")["account_id"])

    def marks(self, niche: str, ids: Sequence[str]) -> dict[str, float]:
        """True people reached and moved by a set of accounts, and how many of them are planted."""
        cares = self.cast.cares(self.niches.index(niche)) & ~self.cast.plays("bot")
        told = self.table[self.table["niche"] == niche].set_index("account_id").reindex(ids)
        speaks = told["true_influence"].fillna(0).to_numpy() > 0
        follow = self.heard[self.place.get_indexer(list(ids))][:, np.flatnonzero(cares)].toarray() > 0
        moves = np.where(speaks, told["persuasion"].fillna(0).to_numpy(), 0.0)
        return {
            "true people": float((follow & speaks[:, None]).any(axis=0).sum()),
            "moved": float((1 - np.prod(1 - follow * moves[:, None], axis=0)).sum()),
            "planted": float(len(self.planted(niche) & set(ids))),
        }


def simulated(n_accounts: int, seed: int, size: int, quality: float, niches: int) -> list[dict[str, object]]:
    """Every niche of a simulated world, beside what is true of it."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        report = influence.simulate_world(
            Path(folder) / "world", n_accounts=n_accounts, seed=seed, file_format="parquet"
        )
        truth = Truth(n_accounts, seed, report.folder)
        with influence.open_workspace(Path(folder) / "w.duckdb") as workspace:
            influence.import_files(workspace, [report.folder])
            material = Material(workspace.store, None)
            for niche in report.niches[:niches]:
                found = assess(workspace, question_of(niche, top=0), material)
                candidates = ranked_candidates(found)
                marks: dict[str, object] = {"seed": seed, "niche": niche}
                marks |= compare(candidates, size, quality, np.random.default_rng(seed))
                wishes, plain = Wishes(size=size, quality=quality), list(range(size))
                sets = {
                    "set": picks_of(candidates, wishes)[0],
                    "default": picks_of(candidates, wishes, WORTH_IT)[0],
                }
                rows.append(marks | true_marks(truth, niche, candidates, plain, sets))
    return rows


def true_marks(
    truth: Truth, niche: str, candidates: Candidates, plain: Sequence[int], sets: dict[str, list[int]]
) -> dict[str, object]:
    """Of each set: true people and moved people as shares more than the best by score, planted as a difference."""

    def marks(rows: Sequence[int]) -> dict[str, float]:
        return truth.marks(niche, candidates.rows.account_ids[rows].tolist())

    base, audiences = marks(plain), candidates.reach.audiences
    told: dict[str, object] = {"planted by score": base["planted"]}
    for name, rows in sets.items():
        found = marks(rows)
        told[f"{name}: reach"] = reach_of(audiences, rows) / reach_of(audiences, plain) - 1
        told |= {f"{name}: {mark}": found[mark] / base[mark] - 1 for mark in ("true people", "moved")}
        told[f"{name}: planted"] = found["planted"] - base["planted"]
    return told


def ranked_candidates(found: Assessment) -> Candidates:
    """Candidates as `influence.selection.sets` makes them, at the shipped prices."""
    rows = bare_rows(found)
    costs, reach = costs_of(rows, default_card()), niche_reach(found.evidence, found.order)
    return Candidates(
        rows, reach, costs, {}, np.zeros(len(rows)), best_ranks(found, near_intervals(found, 30))
    )


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
    if worlds:
        click.echo("Simulated worlds\n" + pd.DataFrame(worlds).round(3).to_string(index=False))
        number = pd.DataFrame(worlds).drop(columns=["seed", "niche"]).astype(float)
        click.echo(number.describe().loc[["mean", "min", "max"]].T.round(3).to_string())
    click.echo("Large\n" + pd.Series(scale).round(3).to_string())


if __name__ == "__main__":
    main()
