"""Who can be picked: ranked accounts with whom they reach and what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from influence.selection.bare import BareRows
from influence.selection.costs import Costs
from influence.selection.reached import NicheReach
from influence.selection.wishes import Quota


@dataclass(frozen=True)
class Candidates:
    """Ranked accounts (best first) with whom they reach and what they cost, all in the same order.

    Attributes
    ----------
    rows : BareRows
    reach : NicheReach
    costs : Costs
    traits : mapping of name to ndarray
        Platform, language, country and kind of each, in lower case.
    support : ndarray of float64, shape (n_candidates,)
        Observations behind the best supported signal of each.
    best_rank : ndarray of int or None
        The best rank that each may truly have, see `influence.ranking.uncertainty`; None where nobody asked.
    """

    rows: BareRows
    reach: NicheReach
    costs: Costs
    traits: Mapping[str, np.ndarray] = field(default_factory=dict)
    support: np.ndarray = field(default_factory=lambda: np.zeros(0))
    best_rank: np.ndarray | None = None

    @cached_property
    def worth(self) -> np.ndarray:
        """Points, none below 0."""
        return self.rows.scores.clip(min=0.0)

    def subset(self, rows: np.ndarray) -> Candidates:
        """The candidates at `rows`, in that order."""
        return Candidates(
            self.rows.subset(rows),
            self.reach.subset(rows),
            self.costs.subset(rows),
            {name: values[rows] for name, values in self.traits.items()},
            self.support[rows] if len(self.support) else self.support,
            None if self.best_rank is None else self.best_rank[rows],
        )

    def counts_for(self, quota: Quota) -> np.ndarray:
        """Who counts for a quota, shape (n_candidates,)."""
        if quota.attribute == "community":
            wanted = {quota.value, quota.value.removeprefix("r/"), f"r/{quota.value}"}
            return np.array([bool(wanted & names) for names in self.reach.communities])
        if quota.attribute == "tier":
            return np.array([tier.lower() == quota.value for tier in self.costs.tier])
        values = self.traits.get(quota.attribute)
        return np.zeros(len(self.rows), dtype=bool) if values is None else values == quota.value
