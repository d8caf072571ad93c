"""The score: signals on a 0-1 scale, weighted, so that contributions add up and people see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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
"""Share of the points that all else can bring at most without fit, however little was said."""
PER_WORD = 0.5
"""What each word that says nothing of the niche leaves of all else, down to `LEAST_GATE`: one word shows little."""


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
    gate : ndarray, shape (n_candidates,)
        How far what is not about the niche counts, 0-1; ones without a niche.
    gated : mapping of signal to ndarray of bool, shape (n_candidates,)
        Whose value is multiplied by it: everybody's where a signal is not measured in the niche, else 0 and unknown.
    least_gate : ndarray, shape (n_candidates,)
        What the gate would be without any fit.
    full_fit : ndarray, shape (n_candidates,)
        Niche fit from which on the gate is open.
    evidence : mapping of signal to share
        How much each signal's values rest on, 0-1; multiplied into its weight.
    """

    score: np.ndarray
    contributions: Mapping[str, np.ndarray]
    scaled: Mapping[str, np.ndarray]
    weights: Mapping[str, float]
    gate: np.ndarray
    gated: Mapping[str, np.ndarray] = field(default_factory=dict)
    evidence: Mapping[str, float] = field(default_factory=dict)
    least_gate: np.ndarray | float = LEAST_GATE
    full_fit: np.ndarray | float = FULL_FIT

    def factor(self, name: str) -> np.ndarray:
        """How far a signal counts, 0-1, shape (n_candidates,)."""
        return np.where(self.gated.get(name, False), self.gate, 1.0)

    def counted(self, name: str) -> np.ndarray:
        """Scaled values of a signal as far as they count, 0-1: contributions are these times the weight."""
        return self.scaled[name] * self.factor(name)

    def points_if(self, name: str, at: int, scaled: float) -> float:
        """What one candidate's score would gain (points) if this signal were `scaled`, the others as they are."""
        own, gate = float(self.scaled[name][at]), float(self.gate[at])
        gained = self.weights[name] * (scaled - own) * float(self.factor(name)[at])
        if name == FIT:
            least, full = (
                np.broadcast_to(each, self.gate.shape)[at] for each in (self.least_gate, self.full_fit)
            )
            opened = float(gate_of(np.array([scaled]), least, full)[0]) - gate
            gained += opened * sum(
                self.weights[other] * float(self.scaled[other][at])
                for other, gated in self.gated.items()
                if gated[at]
            )
        return POINTS * gained


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


def gate_of(
    fit: np.ndarray, least: np.ndarray | float = LEAST_GATE, full: np.ndarray | float = FULL_FIT
) -> np.ndarray:
    """How far what is not about the niche counts, 0-1, by niche fit (scaled): ``fit / full`` within `least` and 1."""
    return np.clip(fit / full, least, 1.0)


def full_fit(fit: SignalValues) -> np.ndarray:
    """Fit from which on the gate is open: of one word a half, of two a quarter, of more a fifth.

    A single word is the niche's or it is not; that it is a little like it (metal, asked for jazz) is no membership.
    """
    if fit.told is None:
        return np.full(len(fit.value), FULL_FIT)
    return np.maximum(PER_WORD ** (np.maximum(fit.told, 0.0) + 1.0), FULL_FIT)


def least_gate(fit: SignalValues, gated_share: np.ndarray | float = 1.0) -> np.ndarray:
    """The gate without any fit: halved by every word that the fit rests on, at least 0.05; 0.05 where it is unknown.

    What the gate moderates has `gated_share` of the score and brings `WITHOUT_FIT` of it at most.
    """
    if fit.told is None:
        return np.full(len(fit.value), LEAST_GATE)
    heard = np.isfinite(fit.value) & (fit.told >= 0)
    open_by = np.minimum(PER_WORD ** (fit.told + 1.0), WITHOUT_FIT / np.maximum(gated_share, WITHOUT_FIT))
    return np.where(heard, np.maximum(open_by, LEAST_GATE), LEAST_GATE)


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
    Where a niche is asked for, signals that are not measured in the niche's communities are multiplied by the gate,
    candidate by candidate, and so is what an unknown value or none of the niche's people is taken for: what is not
    about the niche moderates what is, and doesn't stand in for it.
    """
    usable = {
        name: pair
        for name, pair in signals.items()
        if weights.get(name, 0.0) * pair[1].reliability > 0 and np.isfinite(pair[1].value).any()
    }
    shown = {name: evidence_share(values) for name, (_, values) in usable.items()}
    shown = shown if any(shown.values()) else dict.fromkeys(shown, 1.0)
    trusted = {name: weights[name] * values.reliability * shown[name] for name, (_, values) in usable.items()}
    scaled = {name: scale(*pair) for name, pair in usable.items()}
    shares, _ = weighted(scaled, trusted)
    gate, least, full = (np.full(n_candidates, each) for each in (1.0, LEAST_GATE, FULL_FIT))
    gated: dict[str, np.ndarray] = {}
    if FIT in scaled:
        gated = {
            name: ~((values.value > 0) & values.of_niche)
            for name, (_, values) in usable.items()
            if name != FIT
        }
        gated_share = np.zeros(n_candidates) + sum(shares[name] * some for name, some in gated.items())
        least, full = least_gate(usable[FIT][1], gated_share), full_fit(usable[FIT][1])
        gate = gate_of(scaled[FIT], least, full)
    scores = Scores(np.zeros(n_candidates), {}, scaled, shares, gate, gated, shown, least, full)
    _, contributions = weighted({name: scores.counted(name) for name in usable}, trusted)
    score = np.zeros(n_candidates)
    for points in contributions.values():
        score = score + points
    return replace(scores, score=score, contributions=contributions)


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
