"""What a signal is: a declaration, a function from evidence to values, and how much each value rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from influence.signals.evidence import Evidence


@dataclass(frozen=True)
class SignalValues:
    """One signal for every candidate.

    Attributes
    ----------
    value : ndarray of float64, shape (n_candidates,)
        In the signal's natural unit; NaN is unknown, 0 is zero.
    support : ndarray of float64, shape (n_candidates,)
        How many observations the value rests on (posts, reactions, accounts); 0 where unknown.
    parts : mapping of str to ndarray, shape (n_candidates,)
        Named natural-unit figures behind the value, for `explain` (``{"applause_rate": ...}``).
    reliability : float
        How far this kind of evidence can be trusted, 0-1; multiplies the signal's weight. A follow says less about
        being reached than a vote, a platform's count says less than a name.
    of_niche : bool
        Measured in people or communities by their membership in the niche: then a low fit of single texts does not
        moderate it. Not so where nobody clearly speaks of the niche: members are told by what is said.
    scale : str
        The scale that this kind of evidence asks for, where it is another than the signal's own; else empty.
    half : float
        Observations with which a value tells half of what there is to tell; fitted where the data show it.
    told : ndarray or None, shape (n_candidates,)
        What `half` counts, where it is something else than `support`: words beyond the first, -1 where none is said.
    """

    value: np.ndarray
    support: np.ndarray
    parts: Mapping[str, np.ndarray] = field(default_factory=dict)
    reliability: float = 1.0
    of_niche: bool = False
    scale: str = ""
    half: float = 0.25
    told: np.ndarray | None = None


@dataclass(frozen=True)
class Signal:
    """Declaration of a signal.

    Attributes
    ----------
    name : str
        As in weights and outputs: ``niche_fit``.
    question : str
        The question it answers, in plain words.
    unit : str
        Natural unit of the value.
    needs : tuple of str
        What must be in the workspace, in words a person understands; any one suffices.
    scale : {"share", "percentile", "saturating", "logarithm", "median", "signed"}
        How the value becomes 0-1: ``share`` is already, ``percentile`` is the rank among candidates of known value,
        ``saturating`` its logarithm against the largest, ``logarithm`` the same between the candidates' first and last
        hundredth, ``median`` half at the median candidate, ``signed``
        runs from -1 to 1.
    unknown : {"neutral", "worst", "excluded"}
        What a candidate without a value counts as: the median candidate, nothing at all, or no candidate.
    reference : str
        Where the idea comes from.
    compute : callable
        ``Evidence -> SignalValues``.
    of_niche : bool
        Whether niche, brand or examples decide it; else it is worked out once for a pool of candidates.
    """

    name: str
    question: str
    unit: str
    needs: tuple[str, ...]
    scale: Literal["share", "percentile", "saturating", "logarithm", "median", "signed"]
    unknown: Literal["neutral", "worst", "excluded"]
    reference: str
    compute: Callable[[Evidence], SignalValues]
    of_niche: bool = True
