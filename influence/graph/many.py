"""PageRank of many niches: blocks of them in one pass over the ties."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from influence.errors import ConvergenceError
from influence.graph.pagerank import PageRankResult
from influence.graph.solver import FEW_COLUMNS, Solver, columns_of, precise_product, scaled


def solve_many(solver: Solver, niches: sp.csc_array, damping: float, tol: float) -> PageRankResult:
    """PageRank of each column of `niches`, shape (n, n_niches), adding up to one; scores as columns."""
    inflow = Inflow(solver, niches, damping)
    scores = np.zeros(niches.shape)
    sweeps, bound = 0, 0.0
    for first in range(0, niches.shape[1], solver.block):
        part = slice(first, first + solver.block)
        try:
            values, used, reached = solver.solve_system(inflow.of(part), damping, tol)
        except ConvergenceError:
            values, used, reached = _one_by_one(solver, inflow.of(part), damping, tol)
        solver.place(values, scores, first)
        sweeps, bound = sweeps + used, max(bound, reached)
    _add_outside(solver, niches, scores)
    _add_hangers(solver, scores, damping)
    scores /= scores.sum(axis=0)
    return PageRankResult(scores, sweeps, bound, f"{solver.method}, {solver.block} niches at once")


def _one_by_one(solver: Solver, rhs: np.ndarray, damping: float, tol: float) -> tuple[np.ndarray, int, float]:
    """Each column for itself, refined in float64: slower, and proves what a block of float32 cannot."""
    values, sweeps, bound = np.zeros_like(rhs), 0, 0.0
    for column in np.flatnonzero(rhs.any(axis=0)):
        values[:, column], used, reached = solver.solve_system(rhs[:, column].copy(), damping, tol)
        sweeps, bound = sweeps + used, max(bound, reached)
    return values, sweeps, bound


class Inflow:
    """What reaches the core from niches: directly, and by way of accounts nobody pays attention to."""

    def __init__(self, solver: Solver, niches: sp.csc_array, damping: float) -> None:
        self.solver, self.niches, self.damping = solver, niches, damping
        self.in_core = np.ones(niches.shape[0], dtype=bool)
        members = solver.core.members
        if members is not None:
            self.in_core[:] = False
            self.in_core[members] = True
        carries = np.zeros(niches.shape[0], dtype=bool)
        carries[niches.indices] = True
        self.carriers = np.flatnonzero(carries & ~self.in_core)
        few = len(self.carriers) <= FEW_COLUMNS * niches.shape[0]
        self.ties = self._ties_of_carriers() if few else None

    def of(self, part: slice) -> np.ndarray:
        """Right-hand sides of the niches `part`, shape (n_core, solver.width), float64; spare columns are 0."""
        chosen = self.niches[:, part]
        rhs = self._by_way_of_outside(chosen)
        entries = chosen.tocoo()
        inside = self.in_core[entries.row]
        rows, columns = entries.row[inside], entries.col[inside]
        if self.solver.core.members is not None:
            rows = np.searchsorted(self.solver.core.members, rows)
        rhs[rows, columns] += entries.data[inside]
        return rhs

    def _by_way_of_outside(self, chosen: sp.csc_array) -> np.ndarray:
        core, width = self.solver.core, max(self.solver.width, chosen.shape[1])
        if len(self.carriers) == 0:
            return np.zeros((core.matrix.shape[0], width))
        if self.ties is None:
            outside = chosen.toarray()
            outside[self.in_core] = 0
            found = core.take(self.solver.product(outside))
            return np.pad(self.damping * found, ((0, 0), (0, width - found.shape[1])))
        outside = np.zeros((len(self.carriers), width))
        outside[:, : chosen.shape[1]] = chosen.tocsr()[self.carriers].toarray()
        return np.asarray(self.ties @ (self.damping * scaled(outside, self.solver.inverse[self.carriers])))

    def _ties_of_carriers(self) -> sp.csr_array:
        ties = columns_of(self.solver.audience, self.carriers)
        members = self.solver.core.members
        return ties if members is None else sp.csr_array(ties[members])


def _add_outside(solver: Solver, niches: sp.csc_array, scores: np.ndarray) -> None:
    """Accounts outside the core keep what of the niche is theirs."""
    if solver.core.members is None:
        return
    in_core = np.zeros(len(scores), dtype=bool)
    in_core[solver.core.members] = True
    entries = niches.tocoo()
    outside = ~in_core[entries.row]
    scores[entries.row[outside], entries.col[outside]] = entries.data[outside]


def _add_hangers(solver: Solver, scores: np.ndarray, damping: float) -> None:
    """Accounts that receive attention and pay none get what the others pass on to them."""
    core = solver.core
    if len(core.hangers) == 0:
        return
    if core.hanger_ties is None:
        for first in range(0, scores.shape[1], solver.block):
            part = slice(first, first + solver.block)
            scores[core.hangers, part] += damping * solver.product(scores[:, part])[core.hangers]
        return
    payers, places = np.unique(core.hanger_ties.indices, return_inverse=True)
    ties = core.hanger_ties
    few = sp.csr_array((ties.data, places.astype(np.int32), ties.indptr), shape=(ties.shape[0], len(payers)))
    passed_on = damping * scaled(scores[payers], solver.inverse[payers])
    scores[core.hangers] += precise_product(few, passed_on)
