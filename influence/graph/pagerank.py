"""Topic-sensitive PageRank: where attention ends up that keeps coming back to a niche."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from influence.errors import ConvergenceError, GraphError


@dataclass(frozen=True)
class PageRankResult:
    """Scores and how well they are known.

    Attributes
    ----------
    scores : ndarray of float64, shape (n_accounts,)
        Adds up to one.
    iterations : int
        Sweeps over the ties.
    l1_bound : float
        The summed absolute error of `scores` is at most this.
    method : str
        What computed it.
    """

    scores: np.ndarray
    iterations: int
    l1_bound: float
    method: str


def inverse_strength(out_strength: np.ndarray) -> np.ndarray:
    """``1 / out_strength``, zero where an account pays no attention."""
    positive = out_strength > 0
    return np.asarray(np.divide(1.0, out_strength, out=np.zeros(len(out_strength)), where=positive))


def normalised_error(size: Any, total: Any, least_sum: Any, damping: float) -> Any:
    """L1 error of ``y / sum(y)`` where ``y`` leaves a residual of L1 `size` and sum `total` on accounts that pay.

    A residual of one on an account that pays, followed to the end, adds up to ``h`` between 1 and ``1 / (1 -
    damping)``. The error ``e`` of ``y`` is thus at most ``size / (1 - damping)``; that of its sum is at most the
    middle of the two times ``|total|`` and half of their distance times `size`.
    """
    return ((1 + damping / 2) * size + (1 - damping / 2) * np.abs(total)) / ((1 - damping) * least_sum)


def not_converged(sweeps: int, bound: float, tol: float) -> ConvergenceError:
    """The error to raise when the sweeps are used up."""
    return ConvergenceError(
        "PageRank did not converge",
        seen=f"L1 error bound {bound:.2e} after {sweeps} sweeps",
        expected=f"at most {tol:.2e}",
        hint="allow a larger tol, or a damping further below 1",
    )


def check_settings(damping: float, tol: float) -> None:
    """Raise GraphError unless ``0 <= damping < 1`` and ``tol > 0``."""
    if not 0 <= damping < 1:
        raise GraphError(
            "damping is out of range", where="damping", seen=damping, expected="0 <= damping < 1"
        )
    if not tol > 0:
        raise GraphError("the tolerance must be positive", where="tol", seen=tol)
