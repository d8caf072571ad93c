"""The kernels of the extra ``influence-toolkit[fast]``, where installed and where they pay."""

from __future__ import annotations

import os
from functools import cache, partial
from types import ModuleType

import numpy as np
import scipy.sparse as sp

from influence.graph.core import SWEEPS_OF_PATIENCE, Core, Progress
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
    return Solver(audience) if kernels is None else Solver(audience, partial(gauss_seidel, kernels))


def gauss_seidel(
    kernels: ModuleType, core: Core, rhs: np.ndarray, damping: float, tol: float, along: np.ndarray | None
) -> tuple[np.ndarray, int]:
    """As `influence.graph.core.sweep_core`, by Gauss-Seidel on what accounts pass on, in float32, on one thread."""
    # Who pays nobody passes nothing on, whatever the factor; it must not be 0 to be divided by.
    inverse = np.where(core.inverse > 0, core.inverse, 1.0) if core.fits_single else np.ones(len(rhs))
    factor, leak = (inverse * damping).astype(np.float32), 1 - damping * core.inside
    matrix, progress, total = core.single, Progress(tol, SWEEPS_OF_PATIENCE), rhs.sum()
    right = rhs.astype(np.float32)
    passed = right * factor if along is None else np.zeros_like(right)
    direction = None if along is None else (along * factor).astype(np.float32)
    along_leak = 0.0 if along is None else float(along @ leak)
    ties = (matrix.indptr.astype(np.uint64), matrix.indices.view(np.uint32), matrix.data)
    told = (factor, (1 / factor).astype(np.float32), leak.astype(np.float32), right)
    sweeps = 0
    while sweeps < MAX_SWEEPS:
        change, leaking, size = kernels.sweep(*ties, *told, passed)
        sweeps += 1
        progress.note(change / size if size else 0.0)
        if direction is not None and along_leak > 0:
            passed += direction * np.float32((total - leaking) / along_leak)
        elif direction is None and leaking > 0:
            passed *= np.float32(total / leaking)
        if progress.ended:
            break
    return passed / factor.astype(np.float64), sweeps
