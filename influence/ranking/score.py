"""The score: signals on a 0-1 scale, weighted, so that contributions add up and people see them.

What is about the niche moderates what is not: the gate, and the most points that there are with little fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.shrinkage import percentile_among_known

POINTS = 100.0
FIT = "niche_fit"

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


@dataclass(frozen=True)
class Scores:
    """Scores of all candidates.

    Attributes
    ----------
    score : ndarray, shape (n_candidates,)
        0-100.
    contributions : mapping of signal to ndarray, shape (n_candidates,)
        Points; they add up to `score`.
    scaled : mapping of signal to ndarray, shape (n_candidates,)
        0-1 before weighing, unknown already replaced.
    weights : mapping of signal to share of the score
        Signals that could be computed; adds up to one.
    gate : Gate
        How far signals count by niche fit; open for all without a niche.
    factors : mapping of signal to ndarray, shape (n_candidates,)
        What it makes of each signal's part, 0-1.
    evidence : mapping of signal to share
        How much each signal's values rest on, 0-1; multiplied into its weight.
    """

    score: np.ndarray
    contributions: Mapping[str, np.ndarray]
    scaled: Mapping[str, np.ndarray]
    weights: Mapping[str, float]
    gate: Gate
    factors: Mapping[str, np.ndarray]
    evidence: Mapping[str, float] = field(default_factory=dict)

    def counted(self, name: str) -> np.ndarray:
        """Scaled values of a signal as far as they count, 0-1: contributions are these times the weight."""
        return np.asarray(self.scaled[name] * self.factors[name])

    def points_if(self, name: str, at: int, scaled: np.ndarray) -> np.ndarray:
        """What one candidate's score would gain (points) if this signal were each of `scaled`, the others as now."""
        own = {other: values[at : at + 1] for other, values in self.scaled.items()}
        gate = self.gate.at(at)
        changed = self.gate.at(at, self._fit_of(scaled)) if name == FIT else gate
        return np.asarray(POINTS * (self._total(changed, own | {name: scaled}) - self._total(gate, own)))

    def _total(self, gate: Gate, scaled: Mapping[str, np.ndarray]) -> np.ndarray:
        parts = {name: self.weights[name] * values for name, values in scaled.items()}
        factors = gate.factors(parts)
        return np.asarray(sum(part * factors[name] for name, part in parts.items()))

    def _fit_of(self, scaled: np.ndarray) -> np.ndarray:
        """The niche fit (0-1) that its scale brings to `scaled`."""
        return np.asarray(np.interp(scaled, *self._fit_by_scale))

    @cached_property
    def _fit_by_scale(self) -> tuple[np.ndarray, np.ndarray]:
        """Scaled values of the niche fit, ascending, and the fit itself: sorted once, a target asks a hundred times."""
        known = np.isfinite(self.gate.fit)
        at, fit = self.scaled[FIT][known], self.gate.fit[known]
        order = np.argsort(at)
        return np.concatenate([[0.0], at[order], [1.0]]), np.concatenate([[0.0], fit[order], [1.0]])


def scale(signal: Signal, values: SignalValues) -> np.ndarray:
    """Bring a signal to 0-1; unknown becomes the median of the known (neutral) or 0 (worst); the excluded are gone.

    ``share`` is 0-1 already; ``saturating`` is ``log1p(value) / log1p(largest)``; ``logarithm`` see
    `logarithm_anchors`; ``median`` is ``value / (value + median)``; ``percentile`` the mid-rank;
    ``signed`` runs from -1 (0) over 0 (0.5, what unknown counts as) to 1 (1).
    """
    value = values.value
    known = np.isfinite(value)
    if signal.scale == "share":
        scaled = np.clip(value, 0.0, 1.0)
    elif signal.scale == "signed":
        scaled = np.clip((value + 1.0) / 2.0, 0.0, 1.0)
    elif signal.scale == "saturating":
        top = np.log1p(np.max(value[known], initial=0.0))
        scaled = np.log1p(np.maximum(value, 0.0)) / top if top > 0 else np.where(known, 0.0, np.nan)
    elif signal.scale == "logarithm":
        scaled = np.interp(np.log1p(np.maximum(value, 0.0)), *logarithm_anchors(value[known]))
    elif signal.scale == "median":
        scaled = against_median(value, float(np.median(value[known])) if known.any() else 0.0)
    else:
        scaled = percentile_among_known(value)
    if signal.unknown == "worst" or not known.any():
        neutral = 0.0
    else:
        neutral = 0.5 if signal.scale == "signed" else float(np.median(scaled[known]))
    return np.where(known, scaled, neutral)


OUTLYING = 0.01
"""Share of the candidates at either end that `logarithm_anchors` sets apart."""
TAIL = 0.05
"""Share of the scale that is left to them: the head stays in order without pressing the others together."""
LEAST_SPAN = np.log(10.0)
"""What the scale spans at least, natural logarithms: among accounts alike, a tenth more is not everything."""


def logarithm_anchors(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the scale ``logarithm`` bends: ``ln(1 + value)`` and 0-1, four points each, straight in between.

    The middle 98 % of the candidates have nine tenths of the scale, those beyond a twentieth on either side; a factor
    of ten at least is spanned. So a factor is worth the same however large the largest is.

    >>> at, scaled = logarithm_anchors(np.array([0.0, 99.0]))
    >>> at.round(2).tolist(), scaled.tolist()
    ([0.0, 0.05, 4.56, 4.61], [0.0, 0.05, 0.95, 1.0])
    """
    logs = np.log1p(np.maximum(known, 0.0))
    at = np.quantile(logs, [0.0, OUTLYING, 1.0 - OUTLYING, 1.0]) if len(logs) else np.zeros(4)
    lacking = max(LEAST_SPAN - float(at[3] - at[0]), 0.0) / 2.0
    return at + lacking * np.array([-1.0, -1.0, 1.0, 1.0]), np.array([0.0, TAIL, 1.0 - TAIL, 1.0])


def against_median(value: np.ndarray, median: float) -> np.ndarray:
    """``value / (value + median)``: half at the median, 0.91 at ten times it; half for everybody where it is 0 too."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.maximum(value, 0.0) / (np.maximum(value, 0.0) + max(median, 0.0))
    return np.where(np.isfinite(value) & ~np.isfinite(share), 0.5, share)


def evidence_share(values: SignalValues) -> float:
    """How much the known values of a signal rest on, 0-1: the mean of ``n / (n + h)``, n observations.

    ``h`` is 1/4 (one observation is worth 0.8, five 0.95), or what a signal fits from the data: where observations of
    one account differ more than accounts do, few of them tell little. A signal that is the same of everybody tells
    nobody apart: 0.
    """
    known = np.isfinite(values.value)
    n = (values.support if values.told is None else np.maximum(values.told, 0.0))[known]
    value = values.value[known]
    if len(value) > 1 and np.ptp(value) <= 1e-12 * max(1.0, float(np.abs(value).max())):
        return 0.0
    return float((n / (n + values.half)).mean())


def weigh(
    signals: Mapping[str, tuple[Signal, SignalValues]], weights: Mapping[str, float], n_candidates: int
) -> Scores:
    """Weighted sum of the scaled signals; signals that nobody has drop out and the others share their weight.

    No evidence, no weight: a weight is multiplied by the reliability of the kind of evidence that the signal found, and
    by how much of it there is (`evidence_share`; where no signal tells anybody apart, by the reliability alone).
    Where a niche is asked for, what is not about it moderates what is, and doesn't stand in for it
    (`influence.ranking.score`), also where niche fit itself has no weight.
    """
    usable = {
        name: pair
        for name, pair in signals.items()
        if weights.get(name, 0.0) * pair[1].reliability > 0 and np.isfinite(pair[1].value).any()
    }
    scaled = {name: scale(*pair) for name, pair in usable.items()}
    alike = {name for name, each in scaled.items() if n_candidates > 1 and not np.ptp(each)}  # filled in, too
    shown = {name: 0.0 if name in alike else evidence_share(pair[1]) for name, pair in usable.items()}
    shown = shown if any(shown.values()) else dict.fromkeys(shown, 1.0)
    trusted = {name: weights[name] * values.reliability * shown[name] for name, (_, values) in usable.items()}
    shares, points = weighted(scaled, trusted)
    fit = signals[FIT][1] if FIT in signals else None
    gate = Gate.of({name: values for name, (_, values) in usable.items()}, fit, n_candidates)
    factors = gate.factors({name: part / POINTS for name, part in points.items()})
    contributions = {name: part * factors[name] for name, part in points.items()}
    score = sum(contributions.values(), np.zeros(n_candidates))
    return Scores(score, contributions, scaled, shares, gate, factors, shown)


def weighted(
    scaled: Mapping[str, np.ndarray], weights: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """The one weighted sum: shares of the weights, which add up to one, and points (of 100) of each part.

    >>> shares, points = weighted({"a": np.array([0.5])}, {"a": 2.0})
    >>> shares["a"], float(points["a"][0])
    (1.0, 50.0)
    """
    total = sum(weights.values()) or 1.0
    shares = {name: weight / total for name, weight in weights.items()}
    return shares, {name: POINTS * share * scaled[name] for name, share in shares.items()}


def order_of(score: np.ndarray, ties: tuple[np.ndarray, ...] = ()) -> np.ndarray:
    """Positions best first; equal scores by `ties` (larger first), last of all by position (ids are sorted)."""
    keys = [np.arange(len(score)), *(-np.nan_to_num(tie, nan=-np.inf) for tie in reversed(ties))]
    return np.lexsort((*keys, -np.round(score, 9)))
