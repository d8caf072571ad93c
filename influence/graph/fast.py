"""The kernels of the extra ``influence-toolkit[fast]``, where installed and where they pay."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType

import numpy as np
import scipy.sparse as sp

from influence.graph.core import SWEEPS_OF_PATIENCE, Progress
from influence.graph.solver import Solver

MIN_TIES = 1_000_000
"""Below, loading numba takes longer than the kernels save."""

MAX_SWEEPS = 1000


@cache
def _load() -> ModuleType | None:
    try:
        from influence.graph import kernels
    except ImportError:
        return None
    return kernels


def kernels_for(n_ties: int) -> ModuleType | None:
    """The compiled kernels, or None where they are not installed, not wanted or would not pay.

    ``INFLUENCE_FAST=0`` switches them off, ``INFLUENCE_FAST=1`` on for graphs of any size.
    """
    wish = os.environ.get("INFLUENCE_FAST", "")
    if wish == "0" or (wish != "1" and n_ties < MIN_TIES):
        return None
    return _load()


def make_solver(audience: sp.csr_array) -> Solver:
    """The fastest solver there is for `audience`; all give the same answers to their error bounds."""
    kernels = kernels_for(audience.nnz)
    return Solver(audience) if kernels is None else FastSolver(audience, kernels)


@dataclass(frozen=True)
class Ties:
    """Ties of the core as the kernels want them.

    Attributes
    ----------
    pointers, columns : ndarray of uint64, uint32
    weights : ndarray of float32
    factor : ndarray of float32, shape (n,)
        What an account's value is multiplied by before `weights` pass it on.
    leak : ndarray of float64, shape (n,)
        Share of an account's value that leaves the core in a step.
    """

    pointers: np.ndarray
    columns: np.ndarray
    weights: np.ndarray
    factor: np.ndarray
    leak: np.ndarray


class FastSolver(Solver):
    """Gauss-Seidel on the core, on one thread; products without a float64 copy of the weights."""

    def __init__(self, audience: sp.csr_array, kernels: ModuleType) -> None:
        super().__init__(audience)
        self.kernels = kernels
        self._arrays = unsigned(audience)

    def product(self, values: np.ndarray) -> np.ndarray:
        """As `Solver.product`."""
        result: np.ndarray = self.kernels.product(*self._arrays, self.audience.data, values * self.inverse)
        return result

    def core_product(self, values: np.ndarray) -> np.ndarray:
        """As `Solver.core_product`."""
        passed_on = values * self.core.inverse
        result: np.ndarray = self.kernels.product(*self._core_arrays, self.core.matrix.data, passed_on)
        return result

    def solve_core(
        self, rhs: np.ndarray, damping: float, tol: float, along: np.ndarray | None
    ) -> tuple[np.ndarray, int]:
        """As `Solver.solve_core`, by Gauss-Seidel on what accounts pass on, in float32."""
        ties, progress, total = self._ties(damping), Progress(tol, SWEEPS_OF_PATIENCE), rhs.sum()
        right = rhs.astype(np.float32)
        passed = right * ties.factor if along is None else np.zeros_like(right)
        direction = None if along is None else (along * ties.factor).astype(np.float32)
        along_leak = 0.0 if along is None else float(along @ ties.leak)
        back, leak = (1 / ties.factor).astype(np.float32), ties.leak.astype(np.float32)
        sweeps = 0
        while sweeps < MAX_SWEEPS:
            change, leaking, size = self.kernels.sweep(
                ties.pointers, ties.columns, ties.weights, ties.factor, back, leak, right, passed
            )
            sweeps += 1
            progress.note(change / size if size else 0.0)
            if direction is not None and along_leak > 0:
                passed += direction * np.float32((total - leaking) / along_leak)
            elif direction is None and leaking > 0:
                passed *= np.float32(total / leaking)
            if progress.ended:
                break
        return passed / ties.factor.astype(np.float64), sweeps

    def _ties(self, damping: float) -> Ties:
        core = self.core
        if core.fits_single:
            # Who pays nobody passes nothing on, whatever the factor; it must not be 0 to be divided by.
            factor = (np.where(core.inverse > 0, core.inverse, 1.0) * damping).astype(np.float32)
        else:
            factor = np.full(len(core.inverse), damping, dtype=np.float32)
        return Ties(*self._core_arrays, core.single.data, factor, 1 - damping * core.inside)

    @cached_property
    def _core_arrays(self) -> tuple[np.ndarray, np.ndarray]:
        return unsigned(self.core.matrix)


def unsigned(matrix: sp.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Row pointers as uint64 and columns as uint32 (a view), as the kernels want them."""
    return matrix.indptr.astype(np.uint64), matrix.indices.view(np.uint32)
