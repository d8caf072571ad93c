"""The kernels of the extra ``influence-toolkit[fast]``, where installed and where they pay."""

from __future__ import annotations

import os
from functools import cache, cached_property
from types import ModuleType

import numpy as np
import scipy.sparse as sp

from influence.graph.core import Core, find_core
from influence.graph.solver import Solver

MIN_TIES = 1_000_000
"""Below, loading numba takes longer than the kernels save."""

MAX_SWEEPS = 1000
KERNEL_BLOCK = 8
FLOAT64_TOL = 1e-14


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


def make_solver(audience: sp.csr_array, out_strength: np.ndarray | None = None) -> Solver:
    """The fastest solver there is for `audience`; all give the same answers to their error bounds."""
    kernels = kernels_for(audience.nnz)
    if kernels is None:
        return Solver(audience, out_strength=out_strength)
    return FastSolver(audience, out_strength=out_strength, kernels=kernels)


class FastSolver(Solver):
    """Gauss-Seidel on the core, on one thread; products without a float64 copy of the weights."""

    method = "Gauss-Seidel"
    block = KERNEL_BLOCK
    caution = 0.15

    def __init__(
        self, audience: sp.csr_array, out_strength: np.ndarray | None = None, *, kernels: ModuleType
    ) -> None:
        self.kernels = kernels
        self._pointers, self._columns = unsigned(audience)
        if out_strength is None:
            out_strength = kernels.column_sums(self._columns, audience.data, audience.shape[1])
        super().__init__(audience, out_strength=out_strength)

    def product(self, values: np.ndarray) -> np.ndarray:
        """As `Solver.product`."""
        if values.ndim == 2:
            return super().product(values)
        data = self.audience.data
        result: np.ndarray = self.kernels.product(self._pointers, self._columns, data, values * self.inverse)
        return result

    def core_product(self, values: np.ndarray) -> np.ndarray:
        """As `Solver.core_product`."""
        if values.ndim == 2:
            return super().core_product(values)
        passed_on = values * self.core.inverse
        result: np.ndarray = self.kernels.product(*self._core_arrays, self.core.matrix.data, passed_on)
        return result

    def _find_core(self) -> Core:
        return find_core(self.audience, self.inverse, self._cut)

    def _cut(self, inner: np.ndarray, members: np.ndarray) -> sp.csr_array:
        pointers, columns, weights = self.kernels.cut(
            self._pointers, self._columns, self.audience.data, inner, members
        )
        indptr = pointers.astype(np.int32 if pointers[-1] < 2**31 else np.int64)
        shape = (len(members), len(members))
        return sp.csr_array((weights, columns.view(np.int32), indptr), shape=shape)

    def solve_core(
        self, rhs: np.ndarray, damping: float, tol: float, along: np.ndarray | None
    ) -> tuple[np.ndarray, int]:
        """As `Solver.solve_core`, by Gauss-Seidel in float64 for one niche."""
        if rhs.ndim == 2:
            return self._solve_block(rhs, damping, tol, along)
        core = self.core
        values = np.zeros(len(rhs)) if along is not None else rhs.copy()
        sweeps = self.kernels.gauss_seidel(
            *self._core_arrays,
            core.matrix.data,
            core.inverse,
            1 - damping * core.inside,
            rhs,
            np.zeros(0) if along is None else along.astype(np.float64),
            damping,
            max(tol, FLOAT64_TOL),
            MAX_SWEEPS,
            values,
        )
        return values, sweeps

    def _solve_block(
        self, rhs: np.ndarray, damping: float, tol: float, along: np.ndarray | None
    ) -> tuple[np.ndarray, int]:
        """Eight right-hand sides in one pass over the ties, in float32."""
        core, n_columns = self.core, rhs.shape[1]
        padded = np.zeros((len(rhs), KERNEL_BLOCK), dtype=np.float32)
        padded[:, :n_columns] = rhs
        direction = np.zeros((0, KERNEL_BLOCK), dtype=np.float32)
        if along is not None:
            direction = np.zeros_like(padded)
            direction[:, :n_columns] = along
        values = padded.copy() if along is None else np.zeros_like(padded)
        sweeps = self.kernels.gauss_seidel_eight(
            *self._core_arrays,
            core.single.data,
            core.single_inverse * np.float32(damping),
            (1 - damping * core.inside).astype(np.float32),
            padded,
            direction,
            tol,
            MAX_SWEEPS,
            values,
        )
        return values[:, :n_columns], sweeps

    @cached_property
    def _core_arrays(self) -> tuple[np.ndarray, np.ndarray]:
        return unsigned(self.core.matrix)

    def smallest_tol(self, rhs: np.ndarray) -> float:
        """As `Solver.smallest_tol`; one niche is swept in float64."""
        return super().smallest_tol(rhs) if rhs.ndim == 2 else FLOAT64_TOL


def unsigned(matrix: sp.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Row pointers as uint64 and columns as uint32 (a view), as the kernels want them."""
    return matrix.indptr.astype(np.uint64), matrix.indices.view(np.uint32)
