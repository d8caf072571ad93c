"""How close accounts are to example accounts: topical PageRank, and what it is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError
from influence.graph.pagerank import check_settings
from influence.graph.teleport import seed_vector

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.graph.solver import Solver

Normalise = Literal["degree", "global"] | None

PSEUDO_TIES = 3.0
"""Ties of average weight and no preference that are lent to everyone, so that one lucky tie does not win."""

SEED_POWER = 0.5
"""Well connected examples say more about a niche: they count by their strength to this power."""

DAMPING = 0.95
"""Longer walks than PageRank's custom of 0.85: five examples reach a whole side (measured on polblogs)."""


class Walked(Protocol):
    """What a walk needs of a graph; `influence.graph.audience.AudienceGraph` has it."""

    @property
    def id_array(self) -> pa.Array:
        """Account ids, sorted."""

    @property
    def solver(self) -> Solver:
        """PageRank on ties as they are."""

    @property
    def symmetric_solver(self) -> Solver:
        """PageRank on ties taken both ways."""


def proximity(
    graph: Walked,
    seeds: Any,
    *,
    normalise: Normalise = "degree",
    symmetric: bool = True,
    damping: float = DAMPING,
    pseudo_ties: float = PSEUDO_TIES,
    seed_power: float = SEED_POWER,
    tol: float = 1e-8,
) -> np.ndarray:
    """How close is each account to the examples, not counting how famous it is?

    With ``p`` the topical PageRank, ``s`` the strength of an account (weight of its ties), ``S`` that of all and
    ``c`` the weight of `pseudo_ties` average ties, the default is the shrunk lift ``(p * S + c) / (s + c)``: how
    many times more often than its strength explains the walk from the examples meets the account.

    Parameters
    ----------
    graph : AudienceGraph
    seeds : sequence of ids, mapping of id to weight, or float array of shape (n_accounts,)
        The example accounts.
    normalise : {"degree", "global"} or None
        Against the strength of the account (Andersen, Chung and Lang 2006, shrunk), against its global PageRank,
        or not at all: the last finds the famous, and the audience segments most like the examples'.
    symmetric : bool
        Attention brings both ends near, whoever pays it.
    damping : float
        Chance of walking on rather than starting over at an example.
    pseudo_ties : float
        Strength of the shrinkage, in average ties; for "degree" only.
    seed_power : float
        An example counts by its strength to this power; 0 counts all alike.

    Returns
    -------
    ndarray of float64, shape (n_accounts,)
        Larger is nearer; 0 where no chain of ties leads. With "degree", 1 is what chance gives.

    References
    ----------
    Andersen, Chung and Lang (2006), Local graph partitioning using PageRank vectors, doi:10.1109/FOCS.2006.44
    """
    check_settings(damping, tol)
    if normalise not in ("degree", "global", None):
        raise GraphError("unknown way to normalise", seen=normalise, expected="degree, global or None")
    solver = graph.symmetric_solver if symmetric else graph.solver
    strength = solver.audience.sum(axis=1, dtype=np.float64)
    teleport = weighted_seeds(seed_vector(seeds, graph.id_array), strength, seed_power)
    scores = solver.solve(teleport, damping, tol).scores
    if normalise == "degree":
        lift = shrunk_lift(scores, strength, pseudo_ties, solver.audience.nnz)
        return np.where(scores > 0, lift, 0.0)
    if normalise == "global":
        return np.asarray(scores / _global_scores(solver, len(graph.id_array), damping, tol))
    return scores


def weighted_seeds(seeds: np.ndarray, strength: np.ndarray, power: float) -> np.ndarray:
    """Count each seed by its strength to `power`; as they are when none has a tie."""
    weighted = seeds * strength**power
    total = weighted.sum()
    return weighted / total if total > 0 else seeds


def shrunk_lift(scores: np.ndarray, strength: np.ndarray, pseudo_ties: float, n_ties: int) -> np.ndarray:
    """``(scores * S + c) / (strength + c)``, ``S`` the sum of `strength`, ``c`` the weight of `pseudo_ties` ties."""
    total = strength.sum()
    lent = pseudo_ties * total / max(n_ties, 1)
    weight = strength + lent
    return np.asarray(np.divide(scores * total + lent, weight, out=np.ones_like(scores), where=weight > 0))


def symmetrised(audience: sp.csr_array) -> sp.csr_array:
    """Ties in both directions, weights added."""
    return sp.csr_array(audience + audience.T.tocsr())


def _global_scores(solver: Solver, n: int, damping: float, tol: float) -> np.ndarray:
    return solver.solve(np.full(n, 1 / n), damping, tol).scores
