"""How well pairs are told apart, with an interval that knows that pairs share people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

N_DRAWS = 300


@dataclass(frozen=True)
class Mark:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Wobble:
    """Weights of pairs a little off one, by which the error of a figure is found; arrays of shape (n_draws, n_pairs).

    Pairs that share a person are not independent. With ``g`` a normal number per person, weights ``1 + e (g_a + g_b)``
    give the variance of shared persons, in which every pair is counted twice; ``1 + e h`` with ``h`` per pair gives
    what is counted once too often. Cameron, Gelbach and Miller 2011, doi:10.1198/jbes.2010.07136.
    """

    by_person: np.ndarray
    by_pair: np.ndarray

    STEP = 0.15

    @classmethod
    def of(cls, people: np.ndarray, rng: np.random.Generator, n_draws: int = N_DRAWS) -> Wobble:
        """For the pairs of `people`, shape (n_pairs, 2)."""
        names, rows = np.unique(people, return_inverse=True)
        rows = rows.reshape(people.shape)
        person = cls.STEP * rng.standard_normal((n_draws, len(names)))
        pair = cls.STEP * rng.standard_normal((n_draws, len(people)))
        both = 1.0 + person[:, rows[:, 0]] + person[:, rows[:, 1]]
        return cls(np.maximum(both, 0.0), np.maximum(1.0 + pair, 0.0))


def marked(margin: np.ndarray, wobble: Wobble) -> tuple[Mark, np.ndarray]:
    """AUC with its interval, and the figure under both kinds of wobble, shape (2, n_draws)."""
    drawn = np.vstack([auc_of_margins(margin, wobble.by_person), auc_of_margins(margin, wobble.by_pair)])
    value = float(auc_of_margins(margin, np.ones((1, len(margin))))[0]) if len(margin) else float("nan")
    return _mark(value, drawn), drawn


def marks_of(
    margins: Mapping[str, np.ndarray], wobble: Wobble
) -> tuple[dict[str, Mark], dict[str, np.ndarray]]:
    """`marked` of each margin: the marks, and their draws."""
    both = {name: marked(margin, wobble) for name, margin in margins.items()}
    return {name: mark for name, (mark, _) in both.items()}, {
        name: draws for name, (_, draws) in both.items()
    }


def _mark(value: float, drawn: np.ndarray) -> Mark:
    person, pair = np.nanvar(drawn, axis=1) / Wobble.STEP**2 if np.isfinite(drawn).any() else (np.nan, np.nan)
    reach = 1.96 * float(np.sqrt(max(person - pair, pair)))
    return Mark(value, value - reach, value + reach)


def auc_of_margins(margin: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """AUC of "is the first of the pair preferred?" with every pair asked both ways round, per row of weights.

    The positives are the margins of the winners, the negatives their negatives; equal ones count half.
    """
    if not len(margin):
        return np.full(len(weights), np.nan)
    both = np.concatenate([margin, -margin])
    _, place = np.unique(both, return_inverse=True)
    n = int(place.max()) + 1
    found = np.empty(len(weights))
    for k, row in enumerate(weights):
        positive = np.bincount(place[: len(margin)], row, minlength=n)
        negative = np.bincount(place[len(margin) :], row, minlength=n)
        below = np.cumsum(negative) - negative
        whole = positive.sum() * negative.sum()
        found[k] = (positive @ (below + 0.5 * negative)) / whole if whole > 0 else np.nan
    return found


def gap_of(auc: Mapping[str, Mark], draws: Mapping[str, np.ndarray], one: str, other: str) -> Mark:
    return _mark(auc[one].value - auc[other].value, draws[one] - draws[other])
