"""A set and everything that explains it, as frozen results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from influence.selection.wishes import Wishes


@dataclass(frozen=True)
class Addition:
    """What one pick added to those before it.

    Attributes
    ----------
    account_id : str
    row : int
        Place among the candidates.
    new_people, alone : float
        Expected people nobody before it reaches; people it reaches for itself.
    cost : float
    basis : str
        ``quote``, ``paid before``, ``rate card`` or ``guess``.
    tier : str
    overlap : float or None
        Largest share (0-1) of the smaller audience that it has in common with an earlier pick.
    overlap_with : str or None
        Account id of that pick.
    """

    account_id: str
    row: int
    new_people: float
    alone: float
    cost: float
    basis: str
    tier: str
    overlap: float | None = None
    overlap_with: str | None = None

    @property
    def cost_per_new(self) -> float | None:
        """Cost of each new person; None where nobody is new."""
        return self.cost / self.new_people if self.new_people > 1e-9 else None


@dataclass(frozen=True)
class NearMiss:
    """A candidate that was not taken, and why it lost; `new_people` is what it would add to the set.

    For a list that was taken by score, `behind` is how many points it stands below the last pick, and `by` the signals
    that make the difference, with the points of each.
    """

    account_id: str
    handle: str
    rank: int
    score: float
    new_people: float
    why: str
    behind: float | None = None
    by: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Replacement:
    """Who could stand in for a pick that declines: what the set reaches then, and at what cost."""

    account_id: str
    handle: str
    reached: float
    cost: float


@dataclass(frozen=True)
class CurvePoint:
    """A set of `n` for `cost` reaches so many."""

    n: int
    cost: float
    reached: float


@dataclass(frozen=True)
class ReachCurve:
    """Reach against size and cost: `name` says of which rule."""

    name: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class SetPlan:
    """A set, and what one needs to know to trust it.

    Attributes
    ----------
    wishes : Wishes
    unit, counted, unit_note : str
        What is counted; see `influence.selection.reached`.
    picks : tuple of Addition
        In the order of choice.
    reached, reachable : float
        Expected people the set reaches, each once; what all candidates together could reach at most.
    cost : float
    currency, cost_source : str
    n_guessed : int
        Picks whose cost nobody told: shipped list prices by tier.
    share_of_bound : float
        The set is worth at least this share (0-1) of the best possible one.
    guarantee : float or None
        What the method promises on any data; None where quotas or overlap limits void it.
    against : tuple of ReachCurve
        The same number of picks for no more cost, by score and by followers: one point each.
    by_size : tuple of ReachCurve
        Reach against size: this choice carried on, by score, by followers.
    misses : tuple of NearMiss
    alternatives : mapping of account_id to tuple of Replacement
    by_score : bool
        The best by score were taken as they are.
    set_gain : float or None
        Then: share by which a set would have reached more, which was too little to leave them.
    overlaps : ndarray, shape (n_picks, n_picks)
        Common share of the smaller audience of each pair.
    notes : tuple of str
    """

    wishes: Wishes
    unit: str
    counted: str
    unit_note: str
    picks: tuple[Addition, ...]
    reached: float
    reachable: float
    cost: float
    currency: str
    cost_source: str
    n_guessed: int
    share_of_bound: float
    guarantee: float | None
    against: tuple[ReachCurve, ...]
    by_size: tuple[ReachCurve, ...]
    misses: tuple[NearMiss, ...]
    alternatives: Mapping[str, tuple[Replacement, ...]]
    overlaps: np.ndarray = field(repr=False)
    notes: tuple[str, ...] = ()
    by_score: bool = False
    set_gain: float | None = None

    @property
    def tells_money(self) -> bool:
        """Whether costs can be shown: somebody told a price or a budget. List prices alone are nobody's offer."""
        return self.cost > 0 and (self.n_guessed < len(self.picks) or self.wishes.budget is not None)

    def gain_over(self, name: str) -> float | None:
        """Share by which the set reaches more than the rule `name` at equal cost; None where that reaches nobody."""
        other = next((curve.points[-1].reached for curve in self.against if curve.name == name), 0.0)
        return self.reached / other - 1 if other > 1e-9 else None
