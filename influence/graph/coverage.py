"""Which few audiences reach the most people: greedy maximum coverage, lazily, with costs and a bound.

Adding an audience never adds more to a larger set than to a smaller one (diminishing returns), so that an old gain is
an upper bound of the new one, and most candidates need not be looked at again (Minoux 1978; Leskovec et al. 2007).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError
from influence.graph.solver import row_blocks

LOOK_AT_ONCE = 256


@dataclass(frozen=True)
class Coverage:
    """A chosen set, in the order of choice.

    Attributes
    ----------
    chosen : ndarray of int
        Rows of the candidates.
    gains : ndarray of float64
        What each added when it was chosen.
    value : float
        People reached, weighted, with repeated exposures as told.
    cost : float
    upper_bound : float
        No set within the same limits reaches more than this.
    n_looked : int
        Candidates whose gain was computed one by one.
    """

    chosen: np.ndarray
    gains: np.ndarray
    value: float
    cost: float
    upper_bound: float
    n_looked: int

    @property
    def guarantee(self) -> float:
        """At least this share of the best possible value, 0-1."""
        return self.value / self.upper_bound if self.upper_bound > 0 else 1.0


@dataclass
class _Search:
    """Gains of candidates given how often each person has been reached so far."""

    members: sp.csr_array
    people: np.ndarray
    exposure: np.ndarray
    costs: np.ndarray

    def __post_init__(self) -> None:
        self.times = np.zeros(self.members.shape[1], dtype=np.int32)
        # Where all people count 1 and once, a byte each says all: eight times less to read at random.
        self.plain = len(self.exposure) == 2 and self.exposure[0] == 1 and bool((self.people == 1).all())
        self.worth = np.ones(len(self.people), bool) if self.plain else self.people * self.exposure[0]

    def all_gains(self) -> np.ndarray:
        alike = float(self.worth[0]) if len(self.worth) else 0.0
        if (self.worth == alike).all():
            return np.diff(self.members.indptr) * alike
        return _row_sums(self.members, self.worth)

    def gains_of(self, rows: np.ndarray) -> np.ndarray:
        return _row_sums(sp.csr_array(self.members[rows]), self.worth)

    def gain(self, row: int) -> float:
        worth = self.worth.take(self._people_of(row))
        return float(np.count_nonzero(worth) if self.plain else worth.sum())

    def add(self, row: int) -> None:
        reached = self._people_of(row)
        if self.plain:
            self.worth[reached] = False
            return
        self.times[reached] += 1
        next_worth = self.exposure[np.minimum(self.times[reached], len(self.exposure) - 1)]
        self.worth[reached] = self.people[reached] * next_worth

    def _people_of(self, row: int) -> np.ndarray:
        return self.members.indices[self.members.indptr[row] : self.members.indptr[row + 1]]


def greedy_coverage(
    members: sp.csr_array,
    *,
    size: int | None = None,
    budget: float | None = None,
    costs: np.ndarray | None = None,
    people: np.ndarray | None = None,
    exposure: Sequence[float] = (1.0,),
    must_have: Sequence[int] = (),
    never: Sequence[int] = (),
) -> Coverage:
    """Choose rows of `members` that together reach the most people.

    Parameters
    ----------
    members : csr_array, shape (n_candidates, n_people)
        Who belongs to which audience; values are ignored, each person once a row.
    size, budget : optional
        At most so many candidates; at most so much cost. At least one must be given.
    costs : ndarray, shape (n_candidates,), optional
        Positive; 1 each when not given.
    people : ndarray, shape (n_people,), optional
        Weight of reaching each person; 1 when not given.
    exposure : sequence of float
        Worth of the first, second, ... time a person is reached; not increasing, later ones are worth nothing.
    must_have, never : sequences of int
        Rows that are taken first, whatever they add, and rows that are not taken.

    Returns
    -------
    Coverage
        Without costs at least 63 % (1 - 1/e) of the best possible; with costs the better of the greedy by gain and
        the greedy by gain per cost, at least 31 %. `upper_bound` says how much it is on these data, usually far
        above. Candidates that add nothing are not taken; among equals the lower row comes first.

    References
    ----------
    Nemhauser, Wolsey and Fisher (1978), doi:10.1007/BF01588971; Leskovec et al. (2007), doi:10.1145/1281192.1281239
    """
    search_args = _checked(members, costs, people, exposure)
    limit = _limit(size, budget, members.shape[0], search_args[3])
    rules = [True] if costs is None or budget is None else [True, False]
    runs = [_run(_Search(*search_args), limit, must_have, set(never), by_cost) for by_cost in rules]
    best = max(runs, key=lambda run: run.value)
    bound = min(run.upper_bound for run in runs)
    return Coverage(best.chosen, best.gains, best.value, best.cost, max(bound, best.value), best.n_looked)


def _run(
    search: _Search, limit: tuple[int, float], must_have: Sequence[int], never: set[int], by_cost: bool
) -> Coverage:
    size, budget = limit
    chosen: list[int] = []
    gains: list[float] = []
    for row in dict.fromkeys(must_have):
        gains.append(search.gain(row))
        search.add(row)
        chosen.append(row)
    spent = float(search.costs[chosen].sum())
    if len(chosen) > size or spent > budget:
        raise GraphError("what must be had does not fit the limits", seen=f"{len(chosen)} for {spent:g}")
    first = search.all_gains()
    closed = never | set(chosen)
    left = size - len(chosen), budget - spent
    bounds = [_bound(_without(first, closed), search.costs, left) + sum(gains)]
    queue = _Queue(first / search.costs if by_cost else first, never | set(chosen))
    while len(chosen) < size and (best := queue.pop()) is not None:
        if spent + search.costs[best] > budget * (1 + 1e-12):
            continue
        gain = search.gain(best)
        if queue.is_behind(gain / search.costs[best] if by_cost else gain, best):
            continue
        gains.append(gain)
        search.add(best)
        chosen.append(best)
        spent += float(search.costs[best])
    value = float(np.sum(gains))
    bounds.append(value + _present_bound(search, first, limit, closed | set(chosen)))
    return Coverage(
        np.array(chosen, dtype=np.intp), np.array(gains), value, spent, min(bounds), queue.n_looked
    )


class _Queue:
    """Candidates by their last known rate, best first, the lower row first among equals.

    First rates are sorted once; only candidates looked at again enter the heap, so that no entry is made for the many
    that never come up.
    """

    def __init__(self, rates: np.ndarray, barred: set[int]) -> None:
        order = np.argsort(-rates, kind="stable")
        self.order = order[rates[order] > 0].tolist()
        self.rates = rates
        self.barred = barred
        self.place = 0
        self.heap: list[tuple[float, int]] = []
        self.n_looked = 0

    def _next_new(self) -> tuple[float, int] | None:
        while self.place < len(self.order) and self.order[self.place] in self.barred:
            self.place += 1
        if self.place == len(self.order):
            return None
        row = self.order[self.place]
        return -float(self.rates[row]), row

    def _best(self) -> tuple[float, int] | None:
        new = self._next_new()
        if self.heap and (new is None or self.heap[0] < new):
            return self.heap[0]
        return new

    def pop(self) -> int | None:
        """Take out the candidate of the highest known rate; None when none is left."""
        new = self._next_new()
        if self.heap and (new is None or self.heap[0] < new):
            return heapq.heappop(self.heap)[1]
        if new is None:
            return None
        self.place += 1
        return new[1]

    def is_behind(self, rate: float, row: int) -> bool:
        """Put `row` back when, at its present `rate`, another may be ahead of it, or drop it when it adds nothing."""
        self.n_looked += 1
        best = self._best()
        if rate > 0 and (best is None or (-rate, row) < best):
            return False
        if rate > 0:
            heapq.heappush(self.heap, (-rate, row))
        return True


def _without(gains: np.ndarray, rows: set[int]) -> np.ndarray:
    left = gains.astype(np.float64)
    left[list(rows)] = 0
    return left


def _present_bound(search: _Search, first: np.ndarray, limit: tuple[int, float], barred: set[int]) -> float:
    """`_bound` at the present gains, of which none is above its `first`.

    Within a size alone the largest are wanted: gains are renewed from the largest first one on, until the next first
    one cannot be among them.
    """
    size, budget = min(limit[0], len(first)), limit[1]
    if np.isfinite(budget):
        return _bound(_without(search.all_gains(), barred), search.costs, limit)
    first = _without(first, barred)
    order = np.argsort(-first, kind="stable")[: np.count_nonzero(first)]
    best, at, step = np.zeros(size), 0, max(size, LOOK_AT_ONCE)
    while size and at < len(order) and first[order[at]] > best[0]:
        renewed = search.gains_of(order[at : at + step])
        best = np.sort(np.concatenate([best, renewed]))[-size:]
        at, step = at + step, 2 * step
    return float(best.sum())


def _bound(gains: np.ndarray, costs: np.ndarray, limit: tuple[int, float]) -> float:
    """At most this much can be added within `limit`: the best fractional choice at `gains`."""
    size, budget = min(limit[0], len(gains)), limit[1]
    if size <= 0:
        return 0.0
    largest = float(np.partition(gains, len(gains) - size)[len(gains) - size :].sum())
    if not np.isfinite(budget):
        return largest
    order = np.argsort(-gains / costs, kind="stable")
    spent = np.cumsum(costs[order])
    taken = np.clip((budget - (spent - costs[order])) / costs[order], 0, 1)
    return min(largest, float((taken * gains[order]).sum()))


def _checked(
    members: sp.csr_array, costs: np.ndarray | None, people: np.ndarray | None, exposure: Sequence[float]
) -> tuple[sp.csr_array, np.ndarray, np.ndarray, np.ndarray]:
    n, n_people = members.shape
    prices = np.ones(n) if costs is None else np.asarray(costs, dtype=np.float64)
    weights = np.ones(n_people) if people is None else np.asarray(people, dtype=np.float64)
    steps = np.array([*exposure, 0.0])
    if prices.shape != (n,) or not (np.isfinite(prices) & (prices > 0)).all():
        raise GraphError("candidates need one positive cost each", where="costs")
    if weights.shape != (n_people,) or not (np.isfinite(weights) & (weights >= 0)).all():
        raise GraphError("people need one finite, non-negative weight each", where="people")
    if len(steps) < 2 or (np.diff(steps) > 0).any():
        raise GraphError("repeated exposures must not be worth more than earlier ones", seen=tuple(exposure))
    return members, weights, steps, prices


def _limit(size: int | None, budget: float | None, n: int, costs: np.ndarray) -> tuple[int, float]:
    if size is None and budget is None:
        raise GraphError("a choice needs a limit", expected="size, budget or both")
    if (size is not None and size < 0) or (budget is not None and not budget >= 0):
        raise GraphError("a limit must not be negative", seen=f"size {size}, budget {budget}")
    return (n if size is None else size), (np.inf if budget is None else float(budget))


def _row_sums(members: sp.csr_array, worth: np.ndarray, step: int = 4_000_000) -> np.ndarray:
    """Sum of `worth` over each row's people, in float64, some rows at a time."""
    sums = np.zeros(members.shape[0])
    filled = np.diff(members.indptr) > 0
    for rows in row_blocks(members.indptr, step):
        first, last = members.indptr[rows.start], members.indptr[rows.stop]
        if last > first:
            starts = (members.indptr[rows] - first)[filled[rows]]
            sums[rows][filled[rows]] = np.add.reduceat(
                worth.take(members.indices[first:last]), starts, dtype=np.float64
            )
    return sums
