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
        Gains computed after the first round.
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
        self.worth = self.people * self.exposure[0]

    def all_gains(self) -> np.ndarray:
        return _row_sums(self.members, self.worth)

    def gain(self, row: int) -> float:
        return float(self.worth[self._people_of(row)].sum())

    def add(self, row: int) -> None:
        reached = self._people_of(row)
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
    barred = never | set(chosen)
    first = search.all_gains()
    bounds = [_bound(first, search.costs, (size - len(chosen), budget - spent), barred) + sum(gains)]
    divisor = search.costs if by_cost else np.ones_like(search.costs)
    # An entry is (-rate, row, length of the set it was computed for); an old rate is an upper bound.
    heap = [
        (-first[i] / divisor[i], i, len(chosen))
        for i in np.flatnonzero(first > 0).tolist()
        if i not in barred
    ]
    heapq.heapify(heap)
    n_looked = 0
    while heap and len(chosen) < size:
        rate, row, when = heapq.heappop(heap)
        if spent + search.costs[row] > budget * (1 + 1e-12):
            continue
        if when < len(chosen):
            n_looked += 1
            gain = search.gain(row)
            if gain > 0:
                heapq.heappush(heap, (-gain / divisor[row], row, len(chosen)))
            continue
        gains.append(float(-rate * divisor[row]))
        search.add(row)
        chosen.append(row)
        spent += float(search.costs[row])
    value = float(np.sum(gains))
    bounds.append(value + _bound(search.all_gains(), search.costs, limit, set(must_have) | never))
    return Coverage(np.array(chosen, dtype=np.intp), np.array(gains), value, spent, min(bounds), n_looked)


def _bound(gains: np.ndarray, costs: np.ndarray, limit: tuple[int, float], barred: set[int]) -> float:
    """At most this much can be added within `limit`: the best fractional choice at the gains as they are."""
    size, budget = limit
    open_gains = gains.copy()
    open_gains[list(barred)] = 0
    largest = np.sort(open_gains)[::-1][: max(int(min(size, len(gains))), 0)].sum()
    if not np.isfinite(budget):
        return float(largest)
    order = np.argsort(-open_gains / costs, kind="stable")
    spent = np.cumsum(costs[order])
    taken = np.clip((budget - (spent - costs[order])) / costs[order], 0, 1)
    return float(min(largest, (taken * open_gains[order]).sum()))


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


def _row_sums(members: sp.csr_array, worth: np.ndarray) -> np.ndarray:
    """Sum of `worth` over each row's people, exact in float64 whatever the matrix holds."""
    ones = sp.csr_array((np.ones(members.nnz), members.indices, members.indptr), shape=members.shape)
    return np.asarray(ones @ worth)
