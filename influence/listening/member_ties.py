"""How a community is tied: density, answered ties, clustering, the largest part, and who holds it together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

N_HOLDERS = 5
MOST_TRIED = 60
"""Best tied members that are taken out in turn, to see who holds the rest together."""


@dataclass(frozen=True)
class Social:
    """Ties among members; None where there are too few members for the figure to exist.

    Attributes
    ----------
    n_members, n_ties : int
    density : float or None
        Ties there are of those there could be, ``m / (n (n - 1))``.
    reciprocity : float or None
        Ties that are returned, of all ties.
    clustering : float or None
        Of two ties that meet in a member, how often the outer two are tied as well (transitivity).
    largest_part : float or None
        Members in the largest part that hangs together.
    """

    n_members: int
    n_ties: int
    density: float | None
    reciprocity: float | None
    clustering: float | None
    largest_part: float | None


def social_of(ties: sparse.csr_matrix) -> Social:
    """Figures of a directed graph of members.

    Parameters
    ----------
    ties : csr_matrix, shape (n, n)
        Nonzero where the row's member pays attention to the column's; the diagonal does not count.

    References
    ----------
    Wasserman and Faust, Social Network Analysis, 1994, 4.3, 13.2 and 6.
    """
    graph = _simple(ties)
    n, m = graph.shape[0], int(graph.nnz)
    if n < 2:
        return Social(n, m, None, None, None, None)
    either = _simple((graph + graph.T).tocsr())
    returned = int(graph.multiply(graph.T).nnz)
    triples = float((np.diff(either.indptr) * (np.diff(either.indptr) - 1.0)).sum())
    closed = float((either @ either).multiply(either).sum())
    return Social(
        n, m, m / (n * (n - 1)), returned / m if m else None, closed / triples if triples else None,
        _largest(either) / n,
    )  # fmt: skip


def _simple(ties: sparse.csr_matrix) -> sparse.csr_matrix:
    graph = sparse.csr_matrix((np.ones(ties.nnz), ties.indices, ties.indptr), shape=ties.shape)
    graph.setdiag(0)
    graph.eliminate_zeros()
    graph.data[:] = 1.0
    return graph


def holders(ties: sparse.csr_matrix) -> list[tuple[int, int]]:
    """Members without whom others lose touch with the largest part, and how many others; most first.

    Tried are the `MOST_TRIED` with the most ties.
    """
    either = _simple((ties + ties.T).tocsr())
    size = _largest(either)
    degree = np.diff(either.indptr)
    tried = np.lexsort((np.arange(len(degree)), -degree))[:MOST_TRIED]
    lost = [(int(at), size - 1 - _largest(_without(either, int(at)))) for at in tried if degree[at] > 1]
    return sorted([one for one in lost if one[1] > 0], key=lambda one: (-one[1], one[0]))[:N_HOLDERS]


def _largest(graph: sparse.csr_matrix) -> int:
    if graph.shape[0] == 0:
        return 0
    return int(np.bincount(connected_components(graph, directed=False)[1]).max())


def _without(graph: sparse.csr_matrix, at: int) -> sparse.csr_matrix:
    kept = np.delete(np.arange(graph.shape[0]), at)
    return graph[kept][:, kept]


def share_of_top_tenth(activity: np.ndarray) -> float | None:
    """Share of all activity by the most active tenth of members, at least one of them.

    >>> share_of_top_tenth(np.array([91.0] + [1.0] * 9))
    0.91
    """
    if activity.sum() <= 0:
        return None
    ordered = np.sort(activity)[::-1]
    return float(ordered[: max(round(len(ordered) / 10), 1)].sum() / ordered.sum())
