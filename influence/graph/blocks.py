"""Sixteen niches at once with the kernels of the extra ``fast``: float32 Gauss-Seidel, refined in float64.

What is swept is what accounts pass on, ``passed = factor * y``, so that one cache line holds all that is read of an
account. The mass is put right after each sweep without touching the values: in the first round the right-hand side is
divided by the factor that is still to come, in later rounds a multiple of the first solution, of which is known what
it solves, is taken from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.graph.core import FLOAT32_TOL, SWEEPS_OF_PATIENCE, Progress
from influence.graph.pagerank import normalised_error, not_converged

MAX_ROUNDS = 40
MAX_SWEEPS = 1000
SINGLE_STEP = 2.0**-24
LEAST_GAIN = 0.1
AIM = 1.5
"""A sweep leaves about a quarter of the residual that its change would allow; another round would cost more."""


@dataclass(frozen=True)
class Ties:
    """Ties of the core as the kernels want them.

    Attributes
    ----------
    pointers, columns : ndarray of uint64, uint32
    weights, exact : ndarray
        Float32 to sweep with; as exact as they are known, for residuals.
    factor : ndarray of float32, shape (n,)
        What an account's value is multiplied by before `weights` pass it on.
    back : ndarray of float64, shape (n,)
        One over the exact factor before `exact`.
    leak : ndarray of float64, shape (n,)
        Share of an account's value that leaves the core in a step.
    """

    pointers: np.ndarray
    columns: np.ndarray
    weights: np.ndarray
    exact: np.ndarray
    factor: np.ndarray
    back: np.ndarray
    leak: np.ndarray


class Block:
    """The right-hand sides of some niches, shape (n, 16), and how far they are solved.

    `values` holds the right-hand sides in float64 at first, the solution from the first round on.
    """

    def __init__(self, ties: Ties, values: np.ndarray, damping: float) -> None:
        from influence.graph import lanes

        self.lanes, self.ties, self.values, self.damping = lanes, ties, values, damping
        self.rhs = values.astype(np.float32)
        self.total = values.sum(axis=0)
        self.passed = self.rhs * ties.factor[:, None]
        self.residual = np.empty_like(self.rhs)
        self.sums = np.empty((4, lanes.N_LANES))
        self.sweeps = 0
        self.back = (1 / ties.factor).astype(np.float32)

    def solve(self, tol: float) -> float:
        """Bring the error of all columns, divided by their sums, to `tol` in L1; returns the bound reached.

        ConvergenceError where float32 cannot prove it, which a damping close to 1 may bring about.
        """
        self._first_round()
        along, along_leak = self.passed, self.sums[3].copy()
        hidden = np.zeros_like(self.total)
        bound = self._bound(hidden)
        for _ in range(MAX_ROUNDS):
            if bound <= tol:
                return bound
            size = self.sums[0].copy()
            share = self._correct(self._wanted_change(tol), along_leak)
            hidden += SINGLE_STEP * size  # what rounding the residual to float32 may hide
            self._look(along, share)
            bound = self._bound(hidden)
            if self._bound(hidden, 0.0) > tol:  # no round to come can take that back
                break
        raise not_converged(self.sweeps, bound, tol)

    def _first_round(self) -> None:
        scale, progress = np.ones(self.lanes.N_LANES), Progress(FLOAT32_TOL, SWEEPS_OF_PATIENCE)
        for _ in range(MAX_SWEEPS):
            self._sweep(self.rhs, self.rhs, 1 / scale, 0 * scale)
            change, leaking, size, _ = self.sums
            scale = np.divide(self.total, leaking, out=np.ones_like(scale), where=leaking > 0)
            progress.note(float(np.max(change / np.maximum(size, np.finfo(float).tiny))))
            if progress.ended:
                break
        self.passed *= scale.astype(np.float32)
        ties = self.ties
        self.lanes.first_residual(
            ties.pointers, ties.columns, ties.exact, ties.back, ties.leak, self.passed, self.values, self.rhs,
            self.residual, self.sums,
        )  # fmt: skip

    def _correct(self, wanted: np.ndarray, along_leak: np.ndarray) -> np.ndarray:
        """Solve for the residual; the solution is `passed` plus the returned multiple of the first one."""
        share, missing = np.zeros(self.lanes.N_LANES), self.sums[1].copy()
        self.passed = np.zeros_like(self.passed)
        progress = Progress(1.0, SWEEPS_OF_PATIENCE)
        for _ in range(MAX_SWEEPS):
            self._sweep(self.residual, self.rhs, np.ones_like(share), -share)
            change, leaking = self.sums[:2]
            share = np.divide(missing - leaking, along_leak, out=np.zeros_like(share), where=along_leak > 0)
            progress.note(float(np.max(change / wanted)))
            if progress.ended:
                break
        return share

    def _look(self, along: np.ndarray, share: np.ndarray) -> None:
        ties = self.ties
        self.lanes.next_residual(
            ties.pointers, ties.columns, ties.exact, ties.back, along, share[None, :], self.passed, self.values,
            self.residual, self.sums,
        )  # fmt: skip

    def _sweep(
        self, rhs: np.ndarray, shift: np.ndarray, rhs_times: np.ndarray, shift_times: np.ndarray
    ) -> None:
        times, ties = np.stack([rhs_times, shift_times]).astype(np.float32), self.ties
        self.lanes.sweep(
            ties.pointers, ties.columns, ties.weights, ties.factor, self.back, ties.leak, rhs, shift, times,
            self.passed, self.sums,
        )  # fmt: skip
        self.sweeps += 1

    def _wanted_change(self, tol: float) -> np.ndarray:
        """A sweep that changes less than this leaves an error of about `tol`, and much less of it than before."""
        error_of_change = normalised_error(self.damping, 0.0, self._least_sum(), self.damping)
        wanted = np.minimum(AIM * tol / error_of_change, LEAST_GAIN * self.sums[0])
        return np.maximum(wanted, np.finfo(np.float64).tiny)

    def _least_sum(self) -> np.ndarray:
        return np.maximum(self.sums[2], 1.0)

    def _bound(self, hidden: np.ndarray, seen: float = 1.0) -> float:
        size, total = seen * self.sums[0] + hidden, seen * np.abs(self.sums[1]) + hidden
        return float(np.max(normalised_error(size, total, self._least_sum(), self.damping)))
