"""How close accounts are to example accounts: topical PageRank, and what it is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError
from influence.graph.pagerank import check_settings, power_iteration
from influence.graph.teleport import seed_vector

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph

Normalise = Literal["degree", "global"] | None


def proximity(
    graph: AudienceGraph,
    seeds: Any,
    *,
    normalise: Normalise = "degree",
    symmetric: bool = True,
    damping: float = 0.85,
    tol: float = 1e-8,
) -> np.ndarray:
    """How close is each account to the examples, not counting how famous it is?

    Parameters
    ----------
    graph : AudienceGraph
    seeds : sequence of ids, mapping of id to weight, or float array of shape (n_accounts,)
        The example accounts.
    normalise : {"degree", "global"} or None
        Topical PageRank divided by the strength of the account (Andersen, Chung and Lang 2006), by its global
        PageRank, or not at all.
    symmetric : bool
        Attention brings both ends near, whoever pays it.

    Returns
    -------
    ndarray of float64, shape (n_accounts,)
        Larger is nearer; 0 where no chain of ties leads.

    References
    ----------
    Andersen, Chung and Lang (2006), Local graph partitioning using PageRank vectors, doi:10.1109/FOCS.2006.44
    """
    check_settings(damping, tol)
    teleport = seed_vector(seeds, graph.id_array)
    matrix = sp.csr_array(graph.audience + graph.audience.T) if symmetric else graph.audience
    paid = np.bincount(matrix.indices, weights=matrix.data, minlength=graph.n_accounts)
    scores = power_iteration(matrix, paid, teleport, damping, tol).scores
    if normalise is None:
        return scores
    if normalise == "global":
        uniform = np.full(graph.n_accounts, 1 / graph.n_accounts)
        return scores / power_iteration(matrix, paid, uniform, damping, tol).scores
    if normalise == "degree":
        strength = np.asarray(matrix.sum(axis=1, dtype=np.float64)).ravel()
        return np.divide(scores, strength, out=np.zeros_like(scores), where=strength > 0)
    raise GraphError(
        "unknown way to normalise", where="normalise", seen=normalise, expected="degree, global or None"
    )
