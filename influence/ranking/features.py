"""What learning may weigh: the scaled signals of a ranking, and beside them plain columns of accounts and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from influence.ranking.assess import Assessment

if TYPE_CHECKING:
    import pandas as pd

RISING = (
    "followers", "listed", "likes_per_post", "comments_per_post", "shares_per_post", "views_per_post",
    "mentions_received", "shares_received",
)  # fmt: skip
"""Columns of which more can only speak for an account."""
EITHER = ("following", "posts_total", "n_posts")
"""Columns of which more may speak for or against it."""


@dataclass(frozen=True)
class Features:
    """Figures per candidate.

    Attributes
    ----------
    ids : ndarray of object, shape (n_candidates,)
        Sorted.
    names : tuple of str
        Signals first, by name; columns as ``log followers``.
    values : ndarray of float64, shape (n_candidates, n_features)
        Signals scaled 0-1 as in the score, columns ``ln(1 + x)``; unknown is the median of the known.
    preset : ndarray, shape (n_features,)
        Shares that the goal's weights give; 0 for columns.
    trust : ndarray, shape (n_features,)
        Reliability of a signal's evidence, by which its weight is multiplied; 1 for columns.
    rising : ndarray of bool, shape (n_features,)
        True where more can only speak for an account.
    n_signals : int
    followers : ndarray, shape (n_candidates,)
        NaN where unknown.
    """

    ids: np.ndarray
    names: tuple[str, ...]
    values: np.ndarray
    preset: np.ndarray
    trust: np.ndarray
    rising: np.ndarray
    n_signals: int
    followers: np.ndarray


def features_of(found: Assessment, figures: pd.DataFrame | None = None) -> Features:
    """Read the features off a ranking; a column without two different known values is left out.

    `figures` are further numbers, one row per account by id, of which more may speak for or against it.
    """
    from influence.ranking.score import scale

    signals = {
        name: scale(signal, values)
        for name, (signal, values) in found.signals.items()
        if np.isfinite(values.value).any()
    }
    columns = _columns(found, figures)
    weights = np.array([found.question.weights.get(name, 0.0) for name in signals])
    trust = np.array([found.signals[name][1].reliability for name in signals])
    shares = weights * trust / max(float((weights * trust).sum()), 1e-12)
    n_columns = len(columns)
    return Features(
        ids=found.evidence.column("account_id"),
        names=(*signals, *(f"log {name}" for name in columns)),
        values=np.column_stack([*signals.values(), *columns.values()]),
        preset=np.concatenate([shares, np.zeros(n_columns)]),
        trust=np.concatenate([trust, np.ones(n_columns)]),
        rising=np.array([True] * len(signals) + [name in RISING for name in columns]),
        n_signals=len(signals),
        followers=found.evidence.column("followers"),
    )


def _columns(found: Assessment, figures: pd.DataFrame | None) -> dict[str, np.ndarray]:
    evidence = found.evidence
    columns = {**evidence.material.metrics, **evidence.material.columns}
    raw = {name: columns[name][evidence.pool].astype(float) for name in (*RISING, *EITHER)}
    if figures is not None:
        further = figures.reindex(evidence.column("account_id"))
        raw |= {str(name): further[name].to_numpy(dtype=float) for name in further if str(name) not in raw}
    return {name: _logged(values) for name, values in raw.items() if _tells(values)}


def _tells(values: np.ndarray) -> bool:
    known = np.isfinite(values)
    return bool(known.any() and np.ptp(values[known]) > 0)


def _logged(values: np.ndarray) -> np.ndarray:
    """``ln(1 + x)``, ``-ln(1 - x)`` below 0; unknown is the median of the known."""
    known = np.isfinite(values)
    logged = np.sign(values) * np.log1p(np.abs(values))
    return np.asarray(np.where(known, logged, np.median(logged[known])))
