"""Budgeted lazy greedy choice of a set, improved by exchanges, with a bound on what any other set could be worth."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from influence.selection.exposure import SECOND_EXPOSURE, Audiences, Exposure

EXCHANGE_WORK = 4e8
"""Memberships looked at for exchanges at most, so that large problems end in time; a count, not a clock."""
N_OFFERS = 25
"""Best replacements of a pick that are tried against the limits."""
GUARANTEES = {"size": 1 - 1 / np.e, "budget": (1 - 1 / np.e) / 2}
"""Share of the best possible that greedy never falls below: size alone; a budget (better of two rules)."""


@dataclass(frozen=True)
class Problem:
    """What is maximised: people reached (see `Exposure`) plus the quality of the picks, in people.

    Attributes
    ----------
    audiences : Audiences
    quality : ndarray of float64, shape (n_candidates,)
        Worth of each pick for itself, not negative.
    costs : ndarray of float64, shape (n_candidates,)
        Not negative.
    size : int
    budget : float
        Infinite without one.
    must : tuple of int
    second : float
    """

    audiences: Audiences
    quality: np.ndarray
    costs: np.ndarray
    size: int
    budget: float = np.inf
    must: tuple[int, ...] = ()
    second: float = SECOND_EXPOSURE

    def value(self, chosen: Sequence[int]) -> float:
        """Worth of a set."""
        reached = Exposure(self.audiences, chosen, self.second).value
        return reached + float(self.quality[list(chosen)].sum())

    def cost(self, chosen: Sequence[int]) -> float:
        """Cost of a set."""
        return float(self.costs[list(chosen)].sum())


class Limits:
    """What a set must keep to beside size and budget; this one keeps to nothing."""

    def admits(self, chosen: Sequence[int], row: int) -> bool:
        """Whether `row` may join `chosen`; once False it must stay False for every larger set."""
        return True

    def may_join(self, chosen: Sequence[int], n: int) -> np.ndarray:
        """Who of all `n` does not clash with `chosen`, shape (n,); `holds` decides."""
        return np.ones(n, dtype=bool)

    def holds(self, chosen: Sequence[int]) -> bool:
        """Whether a whole set keeps every limit."""
        return True


@dataclass(frozen=True)
class Solution:
    """A set, in the order of choice, its worth, and the most that any set within the limits can be worth."""

    chosen: tuple[int, ...]
    value: float
    cost: float
    bound: float

    @property
    def share_of_bound(self) -> float:
        """At least this share (0-1) of the best possible."""
        return min(self.value / self.bound, 1.0) if self.bound > 0 else 1.0


def solve(problem: Problem, limits: Limits | None = None, *, exchanges: bool = True) -> Solution:
    """Choose a set within size, budget and limits.

    The better of greedy by gain and greedy by gain per cost, then exchanges of single picks. Guarantee without
    further limits: ``GUARANTEES["size"]`` (Nemhauser, Wolsey and Fisher 1978, doi:10.1007/BF01588971) without a
    budget, ``GUARANTEES["budget"]`` with one (Leskovec et al. 2007, doi:10.1145/1281192.1281239); quotas and overlap
    limits have none in general, hence the bound of the solution at hand, which holds whatever the limits.

    Parameters
    ----------
    problem : Problem
    limits : Limits, optional
    exchanges : bool
        Try to replace single picks at the end.

    Returns
    -------
    Solution
        Ties go to the lower row.
    """
    limits = limits or Limits()
    by_cost = [False, True] if np.isfinite(problem.budget) else [False]
    runs = [grow(problem, limits, list(problem.must), by_cost=rule) for rule in by_cost]
    bound = min(upper_bound(problem, state) for state in (list(problem.must), *runs))
    if exchanges:
        runs = [exchange(problem, limits, run) for run in runs]
        bound = min(bound, *(upper_bound(problem, run) for run in runs))
    best = max(runs, key=problem.value)
    best = in_order(problem, best)
    value = problem.value(best)
    return Solution(tuple(best), value, problem.cost(best), max(bound, value))


def grow(problem: Problem, limits: Limits, start: list[int], *, by_cost: bool, until: int = 0) -> list[int]:
    """Add the best candidate again and again; only what stands first is looked at again (Minoux 1978).

    `until` replaces the problem's size.
    """
    chosen = list(start)
    state = Exposure(problem.audiences, chosen, problem.second)
    spent, taken, size = problem.cost(chosen), set(chosen), until or problem.size
    divisor = np.maximum(problem.costs, 1e-12) if by_cost else np.ones(len(problem.costs))
    rates = (state.gains() + problem.quality) / divisor
    heap = [(-rate, row, len(chosen)) for row, rate in enumerate(rates.tolist()) if row not in taken]
    heapq.heapify(heap)
    while heap and len(chosen) < size:
        _, row, when = heapq.heappop(heap)
        if not _fits(spent + problem.costs[row], problem.budget):
            continue
        if when < len(chosen):
            fresh = (state.gain(row) + problem.quality[row]) / divisor[row]
            heapq.heappush(heap, (-fresh, row, len(chosen)))
        elif limits.admits(chosen, row):
            state.add(row)
            chosen.append(row)
            spent += float(problem.costs[row])
    return chosen


def exchange(problem: Problem, limits: Limits, chosen: list[int]) -> list[int]:
    """Replace single picks while that makes the set worth more; then fill up what became free."""
    chosen = list(chosen)
    work = float(problem.audiences.chance.nnz + problem.audiences.n_candidates + 1)
    rounds = int(max(1, min(5, EXCHANGE_WORK // (work * max(len(chosen), 1)))))
    for _ in range(rounds):
        if not _improve(problem, limits, chosen):
            break
    return grow(problem, limits, chosen, by_cost=False)


def _improve(problem: Problem, limits: Limits, chosen: list[int]) -> bool:
    improved = False
    for place in range(len(problem.must), len(chosen)):
        rest = chosen[:place] + chosen[place + 1 :]
        for row, gain, old in offers(problem, limits, rest, chosen[place]):
            if gain > old * (1 + 1e-9) + 1e-12:
                chosen[place] = row
                improved = True
            break
    return improved


def offers(
    problem: Problem, limits: Limits, rest: list[int], leaving: int, n: int = 1
) -> list[tuple[int, float, float]]:
    """The best `n` candidates to stand in for `leaving`: (row, its gain, the gain of `leaving`), best first."""
    state = Exposure(problem.audiences, rest, problem.second)
    gains = state.gains() + problem.quality
    old = float(gains[leaving])
    gains[[*rest, leaving]] = -np.inf
    gains[~limits.may_join(rest, len(gains))] = -np.inf
    gains[problem.costs + problem.cost(rest) > problem.budget * (1 + 1e-12)] = -np.inf
    found: list[tuple[int, float, float]] = []
    for row in best_rows(gains, N_OFFERS + n):
        if len(found) == n or not np.isfinite(gains[row]):
            break
        if limits.holds([*rest, int(row)]):
            found.append((int(row), float(gains[row]), old))
    return found


def best_rows(values: np.ndarray, n: int) -> np.ndarray:
    """Rows of the `n` largest values, largest first; among equals the lower row."""
    if n >= len(values):
        return np.argsort(-values, kind="stable")
    least = np.partition(values, len(values) - n)[len(values) - n]
    rows = np.flatnonzero(values >= least)
    return rows[np.argsort(-values[rows], kind="stable")][:n]


def in_order(problem: Problem, chosen: Sequence[int]) -> list[int]:
    """The same set, must-haves first, then each time the one that adds most."""
    ordered, left = list(problem.must), sorted(set(chosen) - set(problem.must))
    state = Exposure(problem.audiences, ordered, problem.second)
    while left:
        row = max(left, key=lambda row: (state.gain(row) + problem.quality[row], -row))
        state.add(row)
        ordered.append(row)
        left.remove(row)
    return ordered


def upper_bound(problem: Problem, chosen: Sequence[int]) -> float:
    """At most this much is any set worth that has the must-haves and keeps to size and budget.

    Adding the rest of the best set to `chosen` gains at most the sum of single gains; that sum within size and budget
    is at most the Lagrangian dual ``min over price of price * budget + sum of the largest (gain - price * cost)``.
    """
    state = Exposure(problem.audiences, chosen, problem.second)
    gains = state.gains() + problem.quality
    gains[list(chosen)] = 0.0
    must = list(problem.must)
    size, budget = problem.size - len(must), problem.budget - problem.cost(must)
    value = state.value + float(problem.quality[list(chosen)].sum())

    def dual(price: float) -> float:
        left = np.maximum(gains - price * problem.costs, 0.0)
        top = np.partition(left, len(left) - size)[len(left) - size :] if 0 < size < len(left) else left
        return (price * budget if price else 0.0) + (float(top.sum()) if size > 0 else 0.0)

    if not np.isfinite(budget):
        return value + dual(0.0)
    paid = problem.costs > 0
    high = float((gains[paid] / problem.costs[paid]).max()) if paid.any() else 0.0
    return value + _least(dual, 0.0, high)


def _least(function: Callable[[float], float], low: float, high: float, steps: int = 40) -> float:
    """Least value of a convex function that was seen; any value of a dual is a bound, so near is enough."""
    ratio = (np.sqrt(5) - 1) / 2
    seen = [function(low), function(high)]
    for _ in range(steps):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        at_left, at_right = function(left), function(right)
        seen += [at_left, at_right]
        low, high = (low, right) if at_left <= at_right else (left, high)
    return float(min(seen))


def _fits(cost: float, budget: float) -> bool:
    return bool(cost <= budget * (1 + 1e-12))
