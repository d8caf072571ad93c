"""What a choice can say for itself: what each pick added, why the others lost, how reach grows, who could stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from influence.selection.candidates import Candidates
from influence.selection.choosing import Choosing
from influence.selection.exposure import Exposure, reach_of
from influence.selection.greedy import GUARANTEES, Limits, grow, offers
from influence.selection.reached import counted_as
from influence.selection.set_plan import Addition, CurvePoint, NearMiss, ReachCurve, Replacement, SetPlan
from influence.selection.wishes import Quota

CURVE_LENGTH = 2.0
"""The curve of reach goes on to so many times the size, so that one sees where it flattens."""
BY_CHOICE, BY_SCORE, BY_FOLLOWERS = "this choice", "best by score", "most followers"


def plan_of(made: Choosing, n_alternatives: int = 0) -> SetPlan:
    """Explain a choice."""
    candidates = made.candidates
    chosen = [int(made.open[row]) for row in made.solution.chosen]
    audiences = candidates.reach.audiences
    picks = _additions(made, chosen)
    overlaps = made.limits.overlaps.matrix(made.solution.chosen)
    np.fill_diagonal(overlaps, 1.0)
    return SetPlan(
        wishes=made.wishes,
        unit=candidates.reach.unit,
        counted=candidates.reach.counted,
        unit_note=candidates.reach.note,
        picks=picks,
        reached=reach_of(audiences, chosen),
        reachable=reach_of(audiences, range(len(candidates.rows))),
        cost=float(candidates.costs.cost[chosen].sum()),
        currency=candidates.costs.currency,
        cost_source=candidates.costs.source,
        n_guessed=sum(pick.basis == "guess" for pick in picks),
        share_of_bound=made.solution.share_of_bound,
        guarantee=_guarantee(made),
        against=_against(made, chosen),
        by_size=_by_size(made, chosen),
        misses=near_misses(made, chosen),
        alternatives=_alternatives(made, n_alternatives) if n_alternatives else {},
        overlaps=overlaps,
        notes=_notes(made, chosen),
        by_score=made.by_score,
        set_gain=made.set_gain,
    )


def _additions(made: Choosing, chosen: Sequence[int]) -> tuple[Addition, ...]:
    candidates, overlaps = made.candidates, made.limits.overlaps
    state = Exposure(candidates.reach.audiences)
    alone = candidates.reach.audiences.alone()
    picks: list[Addition] = []
    for place, row in enumerate(chosen):
        shared = overlaps.with_all(made.solution.chosen[place])[list(made.solution.chosen[:place])]
        nearest = int(shared.argmax()) if place else -1
        known = place > 0 and candidates.reach.unit != "nothing"
        picks.append(
            Addition(
                account_id=candidates.rows[row].account_id,
                row=row,
                new_people=state.new_people(row),
                alone=float(alone[row]),
                cost=float(candidates.costs.cost[row]),
                basis=candidates.costs.basis[row],
                tier=candidates.costs.tier[row],
                overlap=float(shared[nearest]) if known else None,
                overlap_with=picks[nearest].account_id if known and shared[nearest] > 0 else None,
            )
        )
        state.add(row)
    return tuple(picks)


def _guarantee(made: Choosing) -> float | None:
    if made.wishes.quotas or made.wishes.max_overlap is not None:
        return None
    one_price = len(set(made.problem.costs.tolist())) <= 1
    return GUARANTEES["size"] if made.wishes.budget is None and one_price else GUARANTEES["budget"]


def _against(made: Choosing, chosen: Sequence[int]) -> tuple[ReachCurve, ...]:
    """As many picks, for no more cost where money counts, taken in the order of score and of followers."""
    candidates = made.candidates
    spend = max(float(candidates.costs.cost[list(chosen)].sum()), 0.0) if _priced(made, chosen) else np.inf
    return tuple(
        ReachCurve(name, (_point(made, _walk(candidates.costs.cost, order, len(chosen), spend)),))
        for name, order in _plain_orders(candidates).items()
    )


def _plain_orders(candidates: Candidates) -> dict[str, np.ndarray]:
    """The candidates by score, and by followers where any are known."""
    by = {BY_SCORE: candidates.rows.scores}
    if (candidates.rows.followers >= 0).any():
        by[BY_FOLLOWERS] = candidates.rows.followers
    return {name: np.argsort(-values, kind="stable") for name, values in by.items()}


def _priced(made: Choosing, chosen: Sequence[int]) -> bool:
    """Whether money counts: somebody told a price of a pick, or a budget."""
    told = any(made.candidates.costs.basis[row] != "guess" for row in chosen)
    return told or made.wishes.budget is not None


def _walk(costs: np.ndarray, order: np.ndarray, size: int, budget: float) -> list[int]:
    """Down a list, taking each that is still affordable."""
    taken: list[int] = []
    left = budget * (1 + 1e-12)
    for row in order.tolist():
        if len(taken) == size:
            break
        if costs[row] <= left:
            taken.append(row)
            left -= costs[row]
    return taken


def _point(made: Choosing, rows: Sequence[int]) -> CurvePoint:
    candidates = made.candidates
    reached = reach_of(candidates.reach.audiences, rows)
    return CurvePoint(len(rows), float(candidates.costs.cost[list(rows)].sum()), reached)


def _by_size(made: Choosing, chosen: Sequence[int]) -> tuple[ReachCurve, ...]:
    """Reach after each pick; this choice is carried on without limits."""
    candidates = made.candidates
    length = min(int(np.ceil(CURVE_LENGTH * max(len(chosen), 1))), len(made.open))
    inside = replace(made.problem, budget=np.inf, must=())
    longer = grow(inside, Limits(), list(made.solution.chosen), by_cost=False, until=length)
    orders = {BY_CHOICE: [int(made.open[row]) for row in longer]}
    orders |= {name: order[:length].tolist() for name, order in _plain_orders(candidates).items()}
    return tuple(ReachCurve(name, _steps(made, rows)) for name, rows in orders.items())


def _steps(made: Choosing, rows: Sequence[int]) -> tuple[CurvePoint, ...]:
    candidates, spent = made.candidates, 0.0
    state = Exposure(candidates.reach.audiences)
    points = [CurvePoint(0, 0.0, 0.0)]
    reached = 0.0
    for n, row in enumerate(rows, 1):
        reached += state.new_people(row)
        state.add(row)
        spent += float(candidates.costs.cost[row])
        points.append(CurvePoint(n, spent, reached))
    return tuple(points)


def _alternatives(made: Choosing, n: int) -> dict[str, tuple[Replacement, ...]]:
    """For each pick, the best that could stand in within every wish, were it to decline."""
    found: dict[str, tuple[Replacement, ...]] = {}
    chosen = list(made.solution.chosen)
    for place, row in enumerate(chosen):
        rest = chosen[:place] + chosen[place + 1 :]
        others = offers(made.problem, made.limits, rest, row, n)
        name = made.candidates.rows[made.open[row]].account_id
        found[name] = tuple(_replacement(made, rest, other) for other, *_ in others)
    return found


def _replacement(made: Choosing, rest: list[int], other: int) -> Replacement:
    rows = [int(made.open[row]) for row in [*rest, other]]
    point, account = _point(made, rows), made.candidates.rows[rows[-1]]
    return Replacement(account.account_id, account.handle, point.reached, point.cost)


def _notes(made: Choosing, chosen: Sequence[int]) -> tuple[str, ...]:
    notes = [made.candidates.reach.note, *made.notes]
    if len(chosen) < made.wishes.size:
        short = f"Only {len(chosen):,} of {made.wishes.size:,} places could be filled within the wishes."
        notes.append(short)
    guessed = sum(made.candidates.costs.basis[row] == "guess" for row in chosen)
    if guessed and _priced(made, chosen):
        notes.append(
            f"The cost of {guessed:,} of {len(chosen):,} picks is a guess by tier ({made.candidates.costs.source})."
        )
    return tuple(notes)


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
        shared = made.limits.overlaps.with_all(clash)[inside]
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
    people = counted_as(alone, candidates.reach.unit)
    its = f"its {people}".replace("its 1 ", "its one ")
    done = "covered" if candidates.reach.unit == "topics" else "reached"
    known = f"{1 - new / alone:.0%} of {its} is {done} already{_by_whom(made, row)}"
    cost, worst = candidates.costs.cost[row], candidates.costs.cost[list(chosen)].max(initial=0.0)
    return f"{known}, and it costs {_money(made, cost)}" if cost > worst else known


def _money(made: Choosing, cost: float) -> str:
    return f"{cost:,.0f} {made.candidates.costs.currency}".rstrip()


def _by_whom(made: Choosing, row: int) -> str:
    inside = int(np.searchsorted(made.open, row))
    shared = made.limits.overlaps.with_all(inside)[list(made.solution.chosen)]
    if not len(shared) or shared.max() <= 0:
        return ""
    return f", most by {made.candidates.rows[made.open[made.solution.chosen[int(shared.argmax())]]].handle}"
