"""What is about the niche moderates what is not: the gate, and the most points that there are with little fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from influence.signals.base import SignalValues

FULL_FIT = 0.2
"""Niche fit from which on what is not about the niche counts in full (see `full_fit`); below, in proportion."""
LEAST_GATE = 0.05
"""What it counts at least: texts that say nothing of the niche leave their accounts in the order of all else."""
WITHOUT_FIT = 0.2
"""Share of the points that an account without fit has at most, whatever else is known of it."""
SOME_FIT = 0.03
"""Niche fit from which on who has readers or communities of the niche may have all points; below, in proportion.

Where fit is read from a title or two, or from one word of bio, little of it is all that can be seen: 0.05 costs .003 of
nDCG@10 on real blogs and .006 of Spearman among genres of one word, 0.1 .002 to .009 and .04 (those for choosing)."""
ORDERED = 0.1
"""Part of the ceiling that is left to tell those apart who would have more: none stand level."""
PER_WORD = 0.5
"""What each word that says nothing of the niche leaves of all else, down to `LEAST_GATE`: one word shows little."""


@dataclass(frozen=True)
class Gate:
    """How far the signals of each account count, by its niche fit.

    With ``f`` the niche fit (0 where it is unknown) and ``o`` the fit that opens the gate: a signal that is not
    measured in the niche is multiplied by ``f / o`` (within `least` and 1), and a value that is only filled in counts
    nothing where the fit is unknown, too. Then, if need be, all parts are lessened alike, so that the score is at most
    ``max(WITHOUT_FIT, f / o)``, or ``max(WITHOUT_FIT, f / SOME_FIT)`` where something of it is measured in the niche:
    20 points without fit, whatever weights, scales and goal (`lowered`).

    Attributes
    ----------
    fit : ndarray, shape (n_candidates,)
        Niche fit in its own unit, 0-1; NaN unknown. Ones where no niche is asked for.
    least, full : ndarray, shape (n_candidates,)
        See `least_gate` and `full_fit`.
    gated : mapping of signal to ndarray of bool, shape (n_candidates,)
        Whose value the gate multiplies: everybody's where a signal is not measured in the niche, else 0 and unknown.
    filled : mapping of signal to ndarray of bool, shape (n_candidates,)
        Whose value is unknown as their fit is.
    """

    fit: np.ndarray
    least: np.ndarray
    full: np.ndarray
    gated: Mapping[str, np.ndarray] = field(default_factory=dict)
    filled: Mapping[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, signals: Mapping[str, SignalValues], fit: SignalValues | None, n_candidates: int) -> Gate:
        """The gate of `signals` by `fit`; open for all without it."""
        if fit is None or not np.isfinite(fit.value).any():
            ones = np.ones(n_candidates)
            return cls(ones, LEAST_GATE * ones, FULL_FIT * ones)
        others = {name: values for name, values in signals.items() if values is not fit}
        unknown = ~np.isfinite(fit.value)
        return cls(
            fit.value,
            least_gate(fit),
            full_fit(fit),
            {name: ~((values.value > 0) & values.of_niche) for name, values in others.items()},
            {name: unknown & ~np.isfinite(values.value) for name, values in others.items()},
        )

    @property
    def share(self) -> np.ndarray:
        """How far what is not about the niche counts, 0-1."""
        return np.asarray(np.clip(np.nan_to_num(self.fit) / self.full, self.least, 1.0))

    @property
    def ceiling(self) -> np.ndarray:
        """The most that the score can be, 0-1."""
        moderated = reduce(np.logical_and, self.gated.values(), np.ones(len(self.fit), dtype=bool))
        opening = np.where(moderated, self.full, SOME_FIT)
        return np.asarray(np.clip(np.nan_to_num(self.fit) / opening, WITHOUT_FIT, 1.0))

    def factors(self, parts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What each signal's part of the score is multiplied by, 0-1.

        Parameters
        ----------
        parts : mapping of signal to ndarray, shape (n_candidates,)
            Share of the score times scaled value: the score (0-1) of those whose gate is open.
        """
        share = self.share
        moderated = {name: np.where(self.gated.get(name, False), share, 1.0) for name in parts}
        found = {name: np.where(self.filled.get(name, False), 0.0, each) for name, each in moderated.items()}
        total = sum((part * found[name] for name, part in parts.items()), np.zeros(len(self.fit)))
        held = lowered(total, self.ceiling) / np.maximum(total, 1e-12)
        held = np.where(total > 1e-12, held, 1.0)
        return {name: factor * held for name, factor in found.items()}

    def at(self, place: int, fit: float | np.ndarray | None = None) -> Gate:
        """The gate of one candidate, as if its fit were each of `fit` where that is told."""
        one = slice(place, place + 1)
        return replace(
            self,
            fit=self.fit[one] if fit is None else np.atleast_1d(fit),
            least=self.least[one],
            full=self.full[one],
            gated={name: some[one] for name, some in self.gated.items()},
            filled={name: some[one] & (fit is None) for name, some in self.filled.items()},
        )


def lowered(score: np.ndarray, ceiling: np.ndarray) -> np.ndarray:
    """Scores (0-1) at most as high as the ceiling: as they are up to nine tenths of it, then in their order to its top.

    >>> lowered(np.array([0.1, 0.18, 1.0, 0.5]), np.array([0.2, 0.2, 0.2, 1.0])).round(3).tolist()
    [0.1, 0.18, 0.2, 0.5]
    """
    free = (1.0 - ORDERED) * ceiling
    return np.where(score <= free, score, free + ORDERED * ceiling * (score - free) / (1.0 - free))


def full_fit(fit: SignalValues) -> np.ndarray:
    """Fit from which on the gate is open: of one word a half, of two a quarter, of more a fifth.

    A single word is the niche's or it is not; that it is a little like it (metal, asked for jazz) is no membership.
    """
    if fit.told is None:
        return np.full(len(fit.value), FULL_FIT)
    return np.asarray(np.maximum(PER_WORD ** (np.maximum(fit.told, 0.0) + 1.0), FULL_FIT))


def least_gate(fit: SignalValues) -> np.ndarray:
    """The gate without any fit: halved by every word that the fit rests on, at least 0.05; 0.05 where it is unknown."""
    if fit.told is None:
        return np.full(len(fit.value), LEAST_GATE)
    heard = np.isfinite(fit.value) & (fit.told >= 0)
    return np.where(heard, np.maximum(PER_WORD ** (fit.told + 1.0), LEAST_GATE), LEAST_GATE)
