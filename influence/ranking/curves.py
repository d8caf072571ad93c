"""Scales that are learned: every feature bent at its thirds, rising wherever more can only speak for an account."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from influence.ranking.comparisons import Comparisons

THIRDS = (1 / 3, 2 / 3)
STRETCHES = ("low", "middle", "high")


def bent(pairs: Comparisons) -> Comparisons:
    """The same pairs with every feature as three stretches, each with a weight of its own.

    ``x = min(x, a) + clip(x - a, 0, b - a) + max(x - b, 0)`` with ``a, b`` the thirds of the feature among all: equal
    weights are the straight line that the preset is, and weights of at least 0 keep the curve rising.
    """
    features = pairs.features
    thirds = np.quantile(features.values, THIRDS, axis=0)
    names = tuple(f"{name}, {stretch}" for name in features.names for stretch in STRETCHES)
    told = {
        name: np.repeat(getattr(features, name), len(STRETCHES)) for name in ("preset", "trust", "rising")
    }
    return replace(
        pairs,
        features=replace(
            features, names=names, values=stretches(features.values, thirds),
            n_signals=features.n_signals * len(STRETCHES), **told,
        ),
        winner=stretches(pairs.winner, thirds),
        loser=stretches(pairs.loser, thirds),
    )  # fmt: skip


def stretches(values: np.ndarray, thirds: np.ndarray) -> np.ndarray:
    """Rows of features cut at `thirds`, shape (2, n_features) -> (n_rows, 3 n_features); the three add up to the value.

    >>> stretches(np.array([[5.0]]), np.array([[1.0], [3.0]])).tolist()
    [[1.0, 2.0, 2.0]]
    """
    low, high = thirds
    cut = [np.minimum(values, low), np.clip(values - low, 0.0, high - low), np.maximum(values - high, 0.0)]
    return np.stack(cut, axis=-1).reshape(len(values), -1)
