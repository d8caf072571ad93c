"""What a set must keep to beside size and budget: quotas that can still be met, and audiences that overlap too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from influence.selection.exposure import Audiences
from influence.selection.feasible import SetRules, can_complete
from influence.selection.greedy import Limits
from influence.selection.wishes import Quota


class Overlaps:
    """Common audience of pairs, as a share of the smaller one; people weigh what they weigh in the niche."""

    def __init__(self, audiences: Audiences) -> None:
        chance = audiences.chance
        self.people = audiences.people
        self.members = sp.csr_array(
            (np.ones(chance.nnz, dtype=np.float32), chance.indices, chance.indptr), shape=chance.shape
        )
        self.sizes = np.asarray(self.members @ audiences.people.astype(np.float32), dtype=np.float64)
        self._kept: dict[int, np.ndarray] = {}

    def with_all(self, row: int) -> np.ndarray:
        """Overlap of `row` with every candidate, shape (n_candidates,); 0 where one of them reaches nobody."""
        if row not in self._kept:
            marked = np.zeros(len(self.people), dtype=np.float32)
            span = slice(self.members.indptr[row], self.members.indptr[row + 1])
            who = self.members.indices[span]
            marked[who] = self.people[who]
            shared = np.asarray(self.members @ marked, dtype=np.float64)
            smaller = np.minimum(self.sizes, self.sizes[row])
            share = np.divide(shared, smaller, out=np.zeros_like(shared), where=smaller > 0)
            self._kept[row] = np.clip(share, 0.0, 1.0)
        return self._kept[row]

    def matrix(self, rows: Sequence[int]) -> np.ndarray:
        """Overlap of each pair of `rows`, shape (n, n)."""
        return np.array([self.with_all(row)[list(rows)] for row in rows]).reshape(len(rows), len(rows))


@dataclass
class SetLimits(Limits):
    """Quotas, size and budget together, and the largest overlap.

    Attributes
    ----------
    rules : SetRules
    overlaps : Overlaps
    max_overlap : float or None
    """

    rules: SetRules
    overlaps: Overlaps
    max_overlap: float | None = None
    _refused: dict[int, tuple[float, frozenset[int]]] = field(default_factory=dict)

    def admits(self, chosen: Sequence[int], row: int) -> bool:
        """Whether `row` overlaps little enough, breaks no maximum, and leaves room for every minimum."""
        return self.clash(chosen, row) is None and self._leaves_room(chosen, row)

    def clash(self, chosen: Sequence[int], row: int) -> Quota | int | None:
        """The quota that is full, or the pick that overlaps too much; None when neither stands in the way."""
        counts = self.rules.members[:, list(chosen)].sum(axis=1)
        for at, quota in enumerate(self.rules.quotas):
            if not quota.at_least and self.rules.members[at, row] and counts[at] >= quota.n:
                return quota
        if self.max_overlap is None:
            return None
        return next((p for p in chosen if self.overlaps.with_all(p)[row] > self.max_overlap), None)

    def may_join(self, chosen: Sequence[int], n: int) -> np.ndarray:
        """Who breaks neither a maximum nor the overlap with any of `chosen`, shape (n,)."""
        fine = np.ones(n, dtype=bool)
        counts = self.rules.members[:, list(chosen)].sum(axis=1)
        for at, quota in enumerate(self.rules.quotas):
            if not quota.at_least and counts[at] >= quota.n:
                fine &= ~self.rules.members[at]
        for row in chosen if self.max_overlap is not None else ():
            fine &= self.overlaps.with_all(row) <= self.max_overlap
        return fine

    def holds(self, chosen: Sequence[int]) -> bool:
        """Whether a whole set keeps quotas and overlap."""
        counts = self.rules.members[:, list(chosen)].sum(axis=1)
        for quota, count in zip(self.rules.quotas, counts, strict=True):
            if (count < quota.n) if quota.at_least else (count > quota.n):
                return False
        if self.max_overlap is None:
            return True
        shared = self.overlaps.matrix(chosen)
        np.fill_diagonal(shared, 0.0)
        return bool((shared <= self.max_overlap).all())

    def _leaves_room(self, chosen: Sequence[int], row: int) -> bool:
        """Whether the minimums can still be met; what cannot be completed cannot be with more of the set chosen."""
        if not any(quota.at_least for quota in self.rules.quotas):
            return True
        kind, cost = int(self.rules.signature[row]), float(self.rules.costs[row])
        least, before = self._refused.get(kind, (np.inf, frozenset[int]()))
        if cost >= least and before.issubset(chosen):
            return False
        if can_complete(self.rules, [*chosen, row]):
            return True
        self._refused[kind] = (cost, frozenset(chosen))
        return False
