"""The score: signals on a 0-1 scale, weighted, so that contributions add up and people see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.shrinkage import percentile_among_known

POINTS = 100.0


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
    """

    score: np.ndarray
    contributions: Mapping[str, np.ndarray]
    scaled: Mapping[str, np.ndarray]
    weights: Mapping[str, float]


def scale(signal: Signal, values: SignalValues) -> np.ndarray:
    """Bring a signal to 0-1; unknown becomes the median of the known (neutral) or 0 (worst); the excluded are gone.

    ``share`` is 0-1 already; ``saturating`` is ``log1p(value) / log1p(largest)``; ``median`` is
    ``value / (value + median)``; ``percentile`` the mid-rank;
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
    elif signal.scale == "median":
        scaled = against_median(value, float(np.median(value[known])) if known.any() else 0.0)
    else:
        scaled = percentile_among_known(value)
    if signal.unknown == "worst" or not known.any():
        neutral = 0.0
    else:
        neutral = 0.5 if signal.scale == "signed" else float(np.median(scaled[known]))
    return np.where(known, scaled, neutral)


def against_median(value: np.ndarray, median: float) -> np.ndarray:
    """``value / (value + median)``: half at the median, 0.91 at ten times it; half for everybody where it is 0 too."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.maximum(value, 0.0) / (np.maximum(value, 0.0) + max(median, 0.0))
    return np.where(np.isfinite(value) & ~np.isfinite(share), 0.5, share)


def weigh(
    signals: Mapping[str, tuple[Signal, SignalValues]], weights: Mapping[str, float], n_candidates: int
) -> Scores:
    """Weighted sum of the scaled signals; signals that nobody has drop out and the others share their weight.

    A weight is multiplied by the reliability of the evidence that the signal found.
    """
    usable = {
        name: pair
        for name, pair in signals.items()
        if weights.get(name, 0.0) * pair[1].reliability > 0 and np.isfinite(pair[1].value).any()
    }
    trusted = {name: weights[name] * values.reliability for name, (_, values) in usable.items()}
    total = sum(trusted.values())
    shares = {name: weight / total for name, weight in trusted.items()}
    scaled = {name: scale(*pair) for name, pair in usable.items()}
    contributions = {name: POINTS * shares[name] * scaled[name] for name in usable}
    score = np.zeros(n_candidates)
    for points in contributions.values():
        score = score + points
    return Scores(score, contributions, scaled, shares)


def order_of(score: np.ndarray, ties: tuple[np.ndarray, ...] = ()) -> np.ndarray:
    """Positions best first; equal scores by `ties` (larger first), last of all by position (ids are sorted)."""
    keys = [np.arange(len(score)), *(-np.nan_to_num(tie, nan=-np.inf) for tie in reversed(ties))]
    return np.lexsort((*keys, -np.round(score, 9)))
