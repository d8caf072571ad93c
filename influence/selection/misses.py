"""Why the ones that nearly made it did not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from influence.selection.choosing import Choosing
from influence.selection.exposure import Exposure
from influence.selection.reached import counted_as
from influence.selection.set_plan import NearMiss
from influence.selection.wishes import Quota

N_MISSES = 10
BARRED = {
    "never": "ruled out by --never",
    "min score": "its score is below --min-score",
    "min support": "too little is known of it for --min-support",
    "person": "another account of the same person stands higher (`influence accounts persons` says why)",
    "floor": "even where it is underrated, its score is not among the best",
}


def near_misses(made: Choosing, chosen: Sequence[int]) -> tuple[NearMiss, ...]:
    """The best by score that were not picked, each with the reason that weighed."""
    taken = set(chosen)
    rows = [row for row in range(min(len(made.candidates.rows), len(chosen) + N_MISSES)) if row not in taken]
    candidates = made.candidates
    state = Exposure(candidates.reach.audiences, chosen)
    return tuple(
        NearMiss(
            candidates.rows[row].account_id,
            candidates.rows[row].handle,
            candidates.rows[row].rank,
            candidates.rows[row].score,
            state.new_people(row),
            _why(made, chosen, row, state),
        )
        for row in rows[:N_MISSES]
    )


def _why(made: Choosing, chosen: Sequence[int], row: int, state: Exposure) -> str:
    if row in made.barred:
        return BARRED[made.barred[row]]
    inside = int(np.searchsorted(made.open, row))
    clash = made.limits.clash(made.solution.chosen, inside)
    if isinstance(clash, Quota):
        return f"the quota {clash} is full"
    if clash is not None:
        other = made.candidates.rows[made.open[clash]].handle
        shared = made.limits.overlaps.between(clash, inside)
        whose = (
            "topics of the one with fewer" if made.candidates.reach.unit == "topics" else "smaller audience"
        )
        return f"shares {shared:.0%} of the {whose} with {other}, more than --max-overlap"
    left = made.problem.budget - made.problem.cost(made.solution.chosen)
    if made.candidates.costs.cost[row] > left * (1 + 1e-12) and len(chosen) < made.wishes.size:
        return f"costs {_money(made, made.candidates.costs.cost[row])}, and {_money(made, max(left, 0))} are left"
    return "its score is lower" if made.by_score else _adds_little(made, chosen, row, state)


def _adds_little(made: Choosing, chosen: Sequence[int], row: int, state: Exposure) -> str:
    """What it would add beside the last pick, and who reaches its people already."""
    candidates = made.candidates
    alone = float(candidates.reach.audiences.alone()[row])
    if alone <= 0 and candidates.reach.unit != "nothing":
        return f"reaches none of the {candidates.reach.counted}"
    if alone <= 0:
        return "its score is lower"
    new = state.new_people(row)
    if new > 0.7 * alone:
        return f"would add {counted_as(new, candidates.reach.unit)}; the picks add more, or score higher"
    known = f"{1 - new / alone:.0%} of {_its(alone, made)} {_already(made)}{_by_whom(made, row)}"
    cost, worst = candidates.costs.cost[row], candidates.costs.cost[list(chosen)].max(initial=0.0)
    return f"{known}, and it costs {_money(made, cost)}" if cost > worst else known


def _its(alone: float, made: Choosing) -> str:
    return f"its {counted_as(alone, made.candidates.reach.unit)}".replace("its 1 ", "its one ")


def _already(made: Choosing) -> str:
    return "is covered already" if made.candidates.reach.unit == "topics" else "is reached already"


def _money(made: Choosing, cost: float) -> str:
    return f"{cost:,.0f} {made.candidates.costs.currency}".rstrip()


def _by_whom(made: Choosing, row: int) -> str:
    inside = int(np.searchsorted(made.open, row))
    shared = made.limits.overlaps.with_all(inside)[list(made.solution.chosen)]
    if not len(shared) or shared.max() <= 0:
        return ""
    return f", most by {made.candidates.rows[made.open[made.solution.chosen[int(shared.argmax())]]].handle}"
