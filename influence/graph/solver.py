"""Topic-sensitive PageRank: sweep the core in float32, polish it in float64, extend it by one product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from influence.errors import ConvergenceError, GraphError
from influence.graph.core import FLOAT32_TOL, Core, column_sums, find_core, sweep_core

MAX_ROUNDS = 40
PRODUCT_STEP = 2_000_000
Sweep = Callable[[Core, np.ndarray, float, float, "np.ndarray | None"], tuple[np.ndarray, int]]


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
    """

    scores: np.ndarray
    iterations: int
    l1_bound: float


def normalised_error(size: float, total: float, least_sum: float, damping: float) -> float:
    """L1 error of ``y / sum(y)`` where ``y`` leaves a residual of L1 `size` and sum `total` on accounts that pay.

    A residual of one on an account that pays, followed to the end, adds up to ``h`` between 1 and ``1 / (1 -
    damping)``. The error ``e`` of ``y`` is thus at most ``size / (1 - damping)``; that of its sum is at most the
    middle of the two times ``|total|`` and half of their distance times `size`.
    """
    return ((1 + damping / 2) * size + (1 - damping / 2) * abs(total)) / ((1 - damping) * least_sum)


def check_settings(damping: float, tol: float) -> None:
    """Raise GraphError unless ``0 <= damping < 1`` and ``tol > 0``."""
    if not 0 <= damping < 1:
        raise GraphError(
            "damping is out of range", where="damping", seen=damping, expected="0 <= damping < 1"
        )
    if not tol > 0:
        raise GraphError("the tolerance must be positive", where="tol", seen=tol)


class Solver:
    """What is prepared once for a graph and used for every niche.

    Parameters
    ----------
    audience : csr_array, shape (n, n)
        Row i holds who pays attention to account i.
    sweep : callable
        Solves on the core, see `influence.graph.core.sweep_core`.
    """

    caution = 0.5
    """How much further to sweep than the bound seems to need: another round costs more."""

    def __init__(self, audience: sp.csr_array, sweep: Sweep = sweep_core) -> None:
        self.audience = audience
        self._sweep = sweep

    @cached_property
    def out_strength(self) -> np.ndarray:
        """Weight of the attention each account pays, float64."""
        return column_sums(self.audience)

    @cached_property
    def inverse(self) -> np.ndarray:
        """One over the weight each account pays in all; 0 where it pays none."""
        paid = self.out_strength
        return np.asarray(np.divide(1.0, paid, out=np.zeros(len(paid)), where=paid > 0))

    @cached_property
    def core(self) -> Core:
        """The accounts that need iterations."""
        return find_core(self.audience, self.inverse)

    def solve(self, teleport: np.ndarray, damping: float, tol: float) -> PageRankResult:
        """PageRank for `teleport`, shape (n,), adding up to one."""
        values, sweeps, bound = self._solve_system(self._core_inflow(teleport, damping), damping, tol)
        scores = self._extend(values, teleport, damping)
        scores /= scores.sum()
        return PageRankResult(scores, sweeps, bound)

    def _solve_system(self, rhs: np.ndarray, damping: float, tol: float) -> tuple[np.ndarray, int, float]:
        """Solve ``y = rhs + damping * P' y`` on the core; `rhs` has shape (n_core,).

        After each round of sweeps the residual ``r`` of the core is computed in float64 and added. What is then left
        is ``r' = damping * P' r``, which bounds the error (`normalised_error`). Returns the solution, the sweeps and
        the bound.
        """
        values, along = np.zeros_like(rhs), None
        residual, sweeps, bound = rhs, 0, np.inf
        for _ in range(MAX_ROUNDS):
            bound = self._bound(residual, values, damping)
            if bound <= tol:
                return values + residual, sweeps, bound
            wanted = max(self.caution * tol / bound, FLOAT32_TOL)
            change, used = self._sweep(self.core, residual, damping, wanted, along)
            sweeps += used
            values += change
            along = values.copy() if along is None else along
            residual = self._residual(values, rhs, damping)
        raise ConvergenceError(
            "PageRank did not converge",
            seen=f"L1 error bound {bound:.2e} after {sweeps} sweeps",
            expected=f"at most {tol:.2e}",
            hint="allow a larger tol, or a damping further below 1",
        )

    def product(self, values: np.ndarray) -> np.ndarray:
        """Attention all receive when all accounts pass on `values`, float64."""
        return precise_product(self.audience, values * self.inverse)

    def _core_inflow(self, teleport: np.ndarray, damping: float) -> np.ndarray:
        """What reaches the core from the niche: directly, and by way of accounts nobody pays attention to."""
        if self.core.members is None:
            return teleport
        outside = teleport.copy()
        outside[self.core.members] = 0
        return self.core.take(damping * self.product(outside) + teleport)

    def _residual(self, values: np.ndarray, rhs: np.ndarray, damping: float) -> np.ndarray:
        residual = precise_product(self.core.matrix, values * self.core.inverse)
        residual *= damping
        residual += rhs
        residual -= values
        return residual

    def _bound(self, residual: np.ndarray, values: np.ndarray, damping: float) -> float:
        staying = residual * self.core.inside
        size, total = damping * float(np.abs(staying).sum()), damping * float(staying.sum())
        least_sum = max(float(values.sum() + residual.sum()), 1.0)
        return normalised_error(size, total, least_sum, damping)

    def _extend(self, values: np.ndarray, teleport: np.ndarray, damping: float) -> np.ndarray:
        """From the core to all accounts: those outside keep their teleport, plus what they receive."""
        core = self.core
        if core.members is None:
            return values
        scores = teleport.copy()
        scores[core.members] = values
        if len(core.hangers):
            scores[core.hangers] += damping * self.product(scores)[core.hangers]
        return scores


def precise_product(matrix: sp.csr_array, values: np.ndarray) -> np.ndarray:
    """``matrix @ values`` in float64 without a float64 copy of all weights: some ties at a time."""
    if matrix.dtype == np.float64:
        return np.asarray(matrix @ values)
    result = np.empty(matrix.shape[0])
    for rows in row_blocks(matrix.indptr, PRODUCT_STEP):
        first, last = matrix.indptr[rows.start], matrix.indptr[rows.stop]
        part = sp.csr_array(
            (
                matrix.data[first:last].astype(np.float64),
                matrix.indices[first:last],
                matrix.indptr[rows.start : rows.stop + 1] - first,
            ),
            shape=(rows.stop - rows.start, matrix.shape[1]),
        )
        result[rows] = part @ values
    return result


def row_blocks(indptr: np.ndarray, step: int) -> list[slice]:
    """Consecutive rows with about `step` entries each, at least one row."""
    n = len(indptr) - 1
    blocks, first = [], 0
    while first < n:
        last = int(np.searchsorted(indptr, indptr[first] + step, side="right")) - 1
        last = min(max(last, first + 1), n)
        blocks.append(slice(first, last))
        first = last
    return blocks
