"""From wishes to a set: who may be picked, the choice, and a choice that is never worse than the plain one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from influence.errors import InfluenceError
from influence.selection.candidates import Candidates
from influence.selection.exposure import Audiences, reach_of
from influence.selection.feasible import Clash, SetRules, find_clash
from influence.selection.greedy import Problem, Solution, grow, solve, upper_bound
from influence.selection.limits import Overlaps, SetLimits
from influence.selection.wishes import Quota, Wishes

FLOOR = 0.7
"""Open to a set is who may truly be among the best N by score. Where reach goes before score (``quality`` below 1), or
nobody asked how sure ranks are: whose score is at least this share of that of the last of them. Letting in those at 0.9
of it in any case gained a hundredth of reach and lost a hundredth of the people moved (`benchmarks.selection.sets`)."""


@dataclass(frozen=True)
class Choosing:
    """A choice that was made, with everything it was made from.

    Attributes
    ----------
    candidates : Candidates
    wishes : Wishes
    open : ndarray of int
        Who could be picked, ascending; `problem`, `limits` and `solution` speak of places in it.
    barred : mapping of place among the candidates to reason
    limits : SetLimits
    problem : Problem
        Its budget is the one given, else what the plain choice costs.
    solution : Solution
    plain : tuple of int
        The best by score within the same limits.
    by_score : bool
        The best by score were taken as they are.
    set_gain : float or None
        Share by which the set reached more than they do, where it was not worth it; None where it was not asked.
    notes : tuple of str
    """

    candidates: Candidates
    wishes: Wishes
    open: np.ndarray
    barred: Mapping[int, str]
    limits: SetLimits
    problem: Problem
    solution: Solution
    plain: tuple[int, ...]
    by_score: bool = False
    set_gain: float | None = None
    notes: tuple[str, ...] = ()


def choose(
    candidates: Candidates,
    wishes: Wishes,
    must: Sequence[int] = (),
    never: Sequence[int] = (),
    *,
    doubles: Sequence[int] = (),
    by_score: bool = False,
    least_gain: float = 0.0,
) -> Choosing:
    """Choose the set that reaches most of the niche with good accounts, within every wish.

    Open are the accounts that may be among the best N by score (the interval of their rank says so): among those that
    cannot be told apart, the ones that reach most together. Never worse than the best by score within the same
    limits: a set that reaches fewer people than those, or not `least_gain` (a share) more, is not taken. Without a
    budget it costs no more than they do. With `by_score` the best by score are taken as they are. `doubles` are further
    accounts of persons who stand higher with another one: each person is picked once.

    Raises
    ------
    InfeasibleError
        With the wishes that clash and the nearest that work.
    """
    check_must(candidates, wishes, must, never)
    barred, notes = _barred(candidates, wishes, must, never, doubles)
    open_rows = np.setdiff1d(np.arange(len(candidates.rows)), sorted(barred))
    inside = candidates.subset(open_rows)
    wanted = [int(row) for row in np.searchsorted(open_rows, list(must))]
    rules = rules_of(inside, wishes)
    check_feasible(rules, wanted)
    limits = SetLimits(rules, Overlaps(inside.reach.audiences), wishes.max_overlap)
    plain = _plain(inside, wishes, limits, wanted)
    problem = _problem(inside, wishes, wanted, plain)
    best, gain = _as_it_is(problem, plain), None
    if not by_score:
        best, gain = _best(inside.reach.audiences, problem, limits, plain, least_gain)
    if not limits.holds(best.chosen):
        raise overlap_clash(limits, best.chosen)
    kept = by_score or gain is not None
    return Choosing(
        candidates, wishes, open_rows, barred, limits, problem, best, tuple(plain), kept, gain, tuple(notes)
    )


def _plain(inside: Candidates, wishes: Wishes, limits: SetLimits, must: Sequence[int]) -> list[int]:
    """The best by score that keep to the same limits."""
    nobody = Audiences(sp.csr_array((len(inside.rows), 0)), np.zeros(0))
    budget = np.inf if wishes.budget is None else wishes.budget
    problem = Problem(nobody, inside.worth, inside.costs.cost, wishes.size, budget, tuple(must))
    return grow(problem, limits, list(must), by_cost=False)


def _problem(inside: Candidates, wishes: Wishes, must: Sequence[int], plain: Sequence[int]) -> Problem:
    """Quality in people: with ``wishes.quality`` 1 the scores of the plain set are worth as much as its reach."""
    audiences, costs = inside.reach.audiences, inside.costs.cost
    typical = float(inside.worth[list(plain)].sum()) or 1.0
    reached = reach_of(audiences, plain) or 1.0
    quality = wishes.quality * reached * inside.worth / typical
    budget = float(costs[list(plain)].sum()) if wishes.budget is None else wishes.budget
    return Problem(audiences, quality, costs, wishes.size, budget, tuple(must))


def _best(
    audiences: Audiences, problem: Problem, limits: SetLimits, plain: list[int], least_gain: float
) -> tuple[Solution, float | None]:
    """The set, and None; or the plain choice, and what the set would have gained."""
    found = solve(problem, limits)
    reached = reach_of(audiences, plain)
    gain = reach_of(audiences, found.chosen) / reached - 1 if reached > 0 else 0.0
    too_little = gain < max(least_gain, 0.0) - 1e-9
    if limits.holds(plain) and (too_little or not limits.holds(found.chosen)):
        return replace(_as_it_is(problem, plain), bound=max(found.bound, problem.value(plain))), max(
            gain, 0.0
        )
    return found, None


def _as_it_is(problem: Problem, chosen: Sequence[int]) -> Solution:
    value = problem.value(chosen)
    return Solution(tuple(chosen), value, problem.cost(chosen), max(upper_bound(problem, chosen), value))


def rules_of(candidates: Candidates, wishes: Wishes) -> SetRules:
    """Size, budget and quotas of a wish, as numbers over these candidates."""
    quotas = tuple(dict.fromkeys(wishes.quotas))
    members = np.array([candidates.counts_for(quota) for quota in quotas], dtype=bool)
    budget = np.inf if wishes.budget is None else wishes.budget
    shape = (len(quotas), len(candidates.rows))
    return SetRules(wishes.size, budget, candidates.costs.cost, quotas, members.reshape(shape))


def _barred(
    candidates: Candidates,
    wishes: Wishes,
    must: Sequence[int],
    never: Sequence[int],
    doubles: Sequence[int],
) -> tuple[dict[int, str], list[str]]:
    """Who may not be picked, and why; must-haves may whatever their score."""
    low = {
        "min score": candidates.rows.scores < wishes.min_score,
        "min support": candidates.support < wishes.min_support,
    }
    reasons = {int(row): "person" for row in doubles if int(row) not in must}
    reasons |= dict.fromkeys((int(row) for row in never), "never")
    for why, rows in low.items():
        reasons = {int(row): why for row in np.flatnonzero(rows) if int(row) not in must} | reasons
    allowed = np.setdiff1d(np.arange(len(candidates.rows)), sorted(reasons))
    below = {int(row): "floor" for row in _too_low(candidates, wishes, allowed) if int(row) not in must}
    if wishes.quotas and not _feasible(candidates, wishes, reasons | below, must):
        return reasons, [
            "The quotas could not be met with the accounts near the best, so lower ones were let in."
        ]
    return reasons | below, []


def _too_low(candidates: Candidates, wishes: Wishes, allowed: np.ndarray) -> np.ndarray:
    """Who of the allowed is surely not among the best N by score; reach before score opens the pool wider."""
    if len(allowed) <= wishes.size:
        return allowed[:0]
    last = allowed[wishes.size - 1]
    if candidates.best_rank is not None and wishes.quality >= 1:
        low = candidates.best_rank[allowed] > candidates.rows.ranks[last]
    else:
        low = candidates.rows.scores[allowed] < FLOOR * candidates.rows.scores[last]
    return allowed.compress(low)


def _feasible(candidates: Candidates, wishes: Wishes, barred: Mapping[int, str], must: Sequence[int]) -> bool:
    rows = np.setdiff1d(np.arange(len(candidates.rows)), sorted(barred))
    rules = rules_of(candidates.subset(rows), wishes)
    return find_clash(rules, [int(row) for row in np.searchsorted(rows, list(must))]) is None


class InfeasibleError(InfluenceError):
    """Wishes that cannot all be met."""

    exit_code = 2


def check_must(candidates: Candidates, wishes: Wishes, must: Sequence[int], never: Sequence[int]) -> None:
    """Raise where the must-haves alone break a wish."""
    both = sorted(set(must) & set(never))
    if both:
        raise InfeasibleError(
            "an account is wanted and ruled out at once",
            where="--must and --never",
            seen=", ".join(candidates.rows[row].handle for row in both),
            hint="take it out of one of them",
        )
    if len(must) > wishes.size:
        raise InfeasibleError(
            "there are more must-haves than places",
            where="--must and --size",
            seen=f"{len(must)} must-haves, size {wishes.size}",
            hint=f"the nearest that works: --size {len(must)}",
        )
    spent = float(candidates.costs.cost[list(must)].sum())
    if wishes.budget is not None and spent > wishes.budget * (1 + 1e-12):
        raise InfeasibleError(
            "the must-haves cost more than the budget",
            where="--must and --budget",
            seen=f"{spent:,.0f} against {wishes.budget:,.0f}",
            hint=f"the nearest that works: --budget {np.ceil(spent):.0f}",
        )
    if wishes.max_overlap is not None and len(must) > 1:
        _check_overlap(candidates, wishes.max_overlap, must)


def _check_overlap(candidates: Candidates, most: float, must: Sequence[int]) -> None:
    shared = Overlaps(candidates.reach.audiences).matrix(must)
    np.fill_diagonal(shared, 0.0)
    if shared.max() <= most:
        return
    one, other = divmod(int(shared.argmax()), len(must))
    first, second = candidates.rows[must[one]].handle, candidates.rows[must[other]].handle
    raise InfeasibleError(
        "two must-haves overlap more than is allowed",
        where="--must and --max-overlap",
        seen=f"{first} and {second} share {shared.max():.0%} of what they reach",
        hint=f"the nearest that works: --max-overlap {np.ceil(shared.max() * 100) / 100:.2f}",
    )


def check_feasible(rules: SetRules, must: Sequence[int]) -> None:
    """Raise where size, budget, must-haves and quotas cannot all be met; names the clash and the nearest that works."""
    clash = find_clash(rules, must)
    if clash is None:
        return
    raise InfeasibleError(
        "these wishes clash: no set meets all of them",
        where=" and ".join(_option(name, rules) for name in clash.wishes),
        seen=_seen(clash, rules, len(must)) or None,
        hint=_nearest(clash, rules),
    )


def _option(name: str, rules: SetRules) -> str:
    if name == "size":
        return f"--size {rules.size}"
    return f"--budget {rules.budget:g}" if name == "budget" else f'--quota "{name}"'


def _seen(clash: Clash, rules: SetRules, n_must: int) -> str:
    known = [
        f"{int(members.sum()):,} candidates are {quota.attribute}:{quota.value}"
        for quota, members in zip(rules.quotas, rules.members, strict=True)
        if str(quota) in clash.wishes
    ]
    return "; ".join([*known, *([f"{n_must} must-haves"] if n_must else [])])


def _nearest(clash: Clash, rules: SetRules) -> str:
    ways = []
    for name, value in clash.nearest.items():
        if value is None:
            continue
        if name == "budget":
            ways.append(f"--budget {np.ceil(value - 1e-6):.0f}")
        elif name == "size":
            ways.append(f"--size {value:.0f}")
        else:
            quota = next(quota for quota in rules.quotas if str(quota) == name)
            ways.append(f'--quota "{Quota(quota.attribute, quota.value, quota.at_least, int(value))}"')
    return f"the nearest that works: {' or '.join(ways)}" if ways else "loosen several of them"


def overlap_clash(limits: SetLimits, chosen: Sequence[int]) -> InfeasibleError:
    """The error for quotas that could be met, but not without overlapping more than is allowed."""
    counts = limits.rules.members[:, list(chosen)].sum(axis=1)
    short = [
        f"{quota} (got {count})"
        for quota, count in zip(limits.rules.quotas, counts, strict=True)
        if quota.at_least and count < quota.n
    ]
    return InfeasibleError(
        "no set was found that meets the quotas without overlapping more than is allowed",
        where="--max-overlap and --quota",
        seen=", ".join(short) or None,
        hint=f"loosen --max-overlap {limits.max_overlap:g}, or the quota",
    )
