"""Can the wishes be met at all? If not: which of them clash, and the nearest that works.

A small integer programme answers exactly for size, budget, must-haves and quotas: candidates that count for the same
quotas differ in cost only, so that the cheapest few of each kind are enough. Overlap limits are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from influence.selection.wishes import Quota


@dataclass(frozen=True)
class SetRules:
    """Size, budget and quotas as numbers.

    Attributes
    ----------
    size : int
    budget : float
    costs : ndarray, shape (n_candidates,)
    quotas : tuple of Quota
    members : ndarray of bool, shape (n_quotas, n_candidates)
        Who counts for which quota.
    """

    size: int
    budget: float
    costs: np.ndarray
    quotas: tuple[Quota, ...]
    members: np.ndarray

    @cached_property
    def signature(self) -> np.ndarray:
        """Kind of each candidate: those that count for the same quotas have the same number."""
        if not self.quotas:
            return np.zeros(len(self.costs), dtype=np.int64)
        return np.unique(self.members, axis=1, return_inverse=True)[1].reshape(-1)

    @cached_property
    def cheapest(self) -> np.ndarray:
        """Of each kind that counts for a minimum, the cheapest few: at most twice as many as a set could hold."""
        least = np.array([quota.at_least for quota in self.quotas], dtype=bool)
        counts = self.members[least].any(axis=0) if least.any() else np.zeros(len(self.costs), dtype=bool)
        most = 2 * max([self.size, *(quota.n for quota in self.quotas)])
        rows = np.flatnonzero(counts)
        rows = rows[np.lexsort((rows, self.costs[rows], self.signature[rows]))]
        kind = self.signature[rows]
        first = np.searchsorted(kind, kind)
        return np.sort(rows[np.arange(len(rows)) - first < most])


@dataclass(frozen=True)
class Clash:
    """Wishes that cannot all be met, each with the nearest value that would do if the others stayed (None: none)."""

    wishes: tuple[str, ...]
    nearest: Mapping[str, float | None]


def can_complete(rules: SetRules, chosen: Sequence[int]) -> bool:
    """Whether `chosen` can be completed to a set that keeps to size, budget and every quota."""
    return _quick(rules, chosen) and _programme(rules, chosen, _names(rules), None) is not None


def find_clash(rules: SetRules, must: Sequence[int]) -> Clash | None:
    """The wishes that clash, fewest that still do; None when all can be met.

    Wishes are named ``size``, ``budget`` and by their quota. Each is left out in turn; those without which the rest
    still clashes are not part of it.
    """
    if not rules.quotas and _quick(rules, must):
        return None
    names = _names(rules)
    if _programme(rules, must, names, None) is not None:
        return None
    core = list(names)
    for name in names:
        without = [other for other in core if other != name]
        if _programme(rules, must, without, None) is None:
            core = without
    nearest = {name: _programme(rules, must, names, name) for name in core}
    return Clash(tuple(core), nearest)


def _names(rules: SetRules) -> list[str]:
    money = ["budget"] if np.isfinite(rules.budget) else []
    return ["size", *money, *(str(quota) for quota in rules.quotas)]


def _quick(rules: SetRules, chosen: Sequence[int]) -> bool:
    """What can be refused without a programme."""
    places = rules.size - len(chosen)
    counts = rules.members[:, list(chosen)].sum(axis=1)
    short = [quota.n - count for quota, count in zip(rules.quotas, counts, strict=True) if quota.at_least]
    cost = float(rules.costs[list(chosen)].sum())
    return bool(places >= max([0, *short])) and cost <= rules.budget * (1 + 1e-12)


def _programme(
    rules: SetRules, chosen: Sequence[int], kept: Sequence[str], loose: str | None
) -> float | None:
    """Least cost of completing `chosen` under the `kept` wishes, or the nearest value of the `loose` one.

    None when there is no such set.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = np.setdiff1d(rules.cheapest, list(chosen))
    fixed = list(chosen)
    n = len(rows)
    limits = _limits(rules, rows, fixed)
    matrix, low, high = [], [], []
    for name in kept:
        weights, least, most = limits[name]
        slack = 0.0 if name != loose else (1.0 if np.isfinite(least) else -1.0)
        matrix.append(np.append(weights, slack))
        low.append(least)
        high.append(most)
    goal = np.append(rules.costs[rows] if loose is None else 1e-9 * np.ones(n), 0.0 if loose is None else 1.0)
    found = milp(
        goal,
        integrality=np.append(np.ones(n), 0.0 if loose in ("budget", None) else 1.0),
        bounds=Bounds(0, np.append(np.ones(n), 0.0 if loose is None else np.inf)),
        constraints=LinearConstraint(np.array(matrix).reshape(len(kept), n + 1), low, high) if kept else None,
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    if loose is None:
        return float(found.fun)
    return _loosened(rules, loose, float(found.x[-1]))


def _limits(
    rules: SetRules, rows: np.ndarray, fixed: list[int]
) -> dict[str, tuple[np.ndarray, float, float]]:
    """Of each wish: weights of the open candidates, and between what their sum must lie."""
    spent = float(rules.costs[fixed].sum())
    money = rules.budget - spent + 1e-9 * max(1.0, abs(rules.budget)) if np.isfinite(rules.budget) else np.inf
    limits = {
        "size": (np.ones(len(rows)), -np.inf, float(rules.size - len(fixed))),
        "budget": (rules.costs[rows], -np.inf, money),
    }
    for at, quota in enumerate(rules.quotas):
        left = float(quota.n - rules.members[at, fixed].sum())
        span = (left, np.inf) if quota.at_least else (-np.inf, left)
        limits[str(quota)] = (rules.members[at, rows].astype(float), *span)
    return limits


def _loosened(rules: SetRules, name: str, slack: float) -> float | None:
    if name == "size":
        return rules.size + round(slack)
    if name == "budget":
        return rules.budget + slack
    quota = next(quota for quota in rules.quotas if str(quota) == name)
    return quota.n - round(slack) if quota.at_least else quota.n + round(slack)
