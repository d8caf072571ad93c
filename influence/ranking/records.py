"""Who was compared before: what somebody's own record adds to the figures, told apart from the worth for new people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from influence.ranking.comparisons import Comparisons
from influence.ranking.marks import Mark, Wobble, gap_of, marks_of

PULLS = (0.1, 0.3, 1.0, 3.0, 30.0)
"""Strengths of the pull of everybody's own part to nothing, chosen on pairs held back within the training."""
N_FOLDS = 5
FEWEST = 30
"""Pairs of people who were compared before, from which on anything is said of them."""
Margins = Callable[[np.ndarray], np.ndarray]
"""Margins of all pairs by figures alone, from a model that was fitted on these rows."""


@dataclass(frozen=True)
class Records:
    """What own records are worth.

    Attributes
    ----------
    names : ndarray of object, shape (n_people,)
        Accounts that were compared.
    ahead : ndarray of float64, shape (n_people,)
        Log-odds by which each is preferred beyond what its figures tell.
    figures, own : Mark
        AUC by figures alone and with own records, on pairs held back whose two people are in other pairs.
    gain : Mark
        Of own records.
    n_tested : int
    """

    names: np.ndarray
    ahead: np.ndarray
    figures: Mark
    own: Mark
    gain: Mark
    n_tested: int

    @property
    def used(self) -> bool:
        """Are they shown to tell more?"""
        return self.gain.low > 0

    def ahead_of(self, ids: np.ndarray) -> np.ndarray:
        """By account id; 0 of whom nothing was ever compared, and of everybody where records are not used."""
        known = dict(zip(self.names, self.ahead, strict=True)) if self.used else {}
        return np.array([known.get(name, 0.0) for name in ids])


def records_of(pairs: Comparisons, margins: Margins, rng: np.random.Generator) -> Records | None:
    """Own records and their worth; None where hardly anybody is in two pairs.

    The record of a person is a part of its own in the log-odds, pulled to nothing (Bradley and Terry 1952 with a normal
    prior). Pairs held back are later than the training where there is a time, else a fifth of all at random.
    """
    found = {"figures": np.full(len(pairs), np.nan), "own": np.full(len(pairs), np.nan)}
    for train, test in _splits(pairs, rng):
        seen = np.isin(pairs.people[test], pairs.people[train]).all(axis=1)
        told = margins(train)
        ahead = _fitted(pairs, told, train, rng)
        found["figures"][test[seen]] = told[test[seen]]
        found["own"][test[seen]] = (told + _gap_between(pairs, ahead))[test[seen]]
    tested = np.isfinite(found["own"])
    if tested.sum() < FEWEST:
        return None
    wobble = Wobble.of(pairs.people[tested], rng)
    auc, draws = marks_of({name: margin[tested] for name, margin in found.items()}, wobble)
    everything = np.arange(len(pairs))
    ahead = _fitted(pairs, margins(everything), everything, rng)
    gain = gap_of(auc, draws, "own", "figures")
    return Records(pairs.names, ahead, auc["figures"], auc["own"], gain, int(tested.sum()))


def _splits(pairs: Comparisons, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Train and test rows: each group after all earlier ones, or fifths at random where there is but one."""
    groups = np.unique(pairs.group)
    fold = rng.permutation(len(pairs)) % N_FOLDS
    for k in groups[1:] if len(groups) > 1 else range(N_FOLDS):
        by, later = (pairs.group, pairs.group < k) if len(groups) > 1 else (fold, fold != k)
        yield np.flatnonzero(later), np.flatnonzero(by == k)


def _fitted(pairs: Comparisons, told: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Own parts from `rows`, with the pull that tells a fifth of them best from the others."""
    held = rng.permutation(len(rows)) % N_FOLDS == 0
    inner, outer = rows[~held], rows[held]

    def loss(pull: float) -> float:
        margin = told + _gap_between(pairs, _own_parts(pairs, told, inner, pull))
        return float(np.logaddexp(0.0, -margin[outer]).sum())

    best = min(PULLS, key=lambda pull: (round(loss(pull), 6), -pull))
    return _own_parts(pairs, told, rows, best)


def _own_parts(pairs: Comparisons, told: np.ndarray, rows: np.ndarray, pull: float) -> np.ndarray:
    """Penalised maximum likelihood of everybody's own part, shape (n_people,), the figures' part as it is."""
    from scipy.optimize import minimize

    winner, loser = pairs.people[rows].T
    n = len(pairs.names)

    def loss(ahead: np.ndarray) -> tuple[float, np.ndarray]:
        margin = told[rows] + ahead[winner] - ahead[loser]
        doubt = np.exp(-np.logaddexp(0.0, margin))
        slope = np.bincount(loser, doubt, n) - np.bincount(winner, doubt, n) + pull * ahead
        return float(np.logaddexp(0.0, -margin).sum() + 0.5 * pull * (ahead @ ahead)), slope

    return np.asarray(minimize(loss, np.zeros(n), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x)


def _gap_between(pairs: Comparisons, ahead: np.ndarray) -> np.ndarray:
    return np.asarray(ahead[pairs.people[:, 0]] - ahead[pairs.people[:, 1]])
