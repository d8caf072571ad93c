"""The shape of a graph: circles of accounts, its dense core, and how much attention is returned."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from influence.errors import MissingDataError

NETWORKX_MAX_TIES = 200_000
"""Above, networkx's Louvain takes minutes; igraph's Leiden does not."""


def reciprocity(attention: sp.csr_array) -> float:
    """Share of ties between different accounts that are returned, 0-1; NaN where there are none."""
    pattern = _pattern(attention)
    n_ties = pattern.nnz
    if n_ties == 0:
        return float("nan")
    return float(sp.csr_array(pattern.multiply(pattern.T)).nnz / n_ties)


def core_numbers(attention: sp.csr_array) -> np.ndarray:
    """For each account the largest k such that it lies in the k-core of the undirected graph, shape (n,).

    The k-core is what is left when accounts with fewer than k neighbours are taken away again and again (Seidman
    1983, doi:10.1016/0378-8733(83)90028-X). Ties to oneself do not count.
    """
    pattern = _pattern(attention)
    graph = sp.csr_array(pattern + pattern.T.tocsr())
    degree = np.diff(graph.indptr).astype(np.int64)
    core = np.zeros(len(degree), dtype=np.int64)
    alive = np.ones(len(degree), dtype=bool)
    level = 0
    while alive.any():
        level = max(level, int(degree[alive].min()))
        leaving = np.flatnonzero(alive & (degree <= level))
        while len(leaving):
            core[leaving] = level
            alive[leaving] = False
            neighbours = graph[leaving].indices
            lost = np.bincount(neighbours, minlength=len(degree))
            degree -= lost
            leaving = np.flatnonzero(alive & (degree <= level) & (lost > 0))
    return core


def communities(weights: sp.csr_array, seed: int = 0, resolution: float = 1.0) -> np.ndarray:
    """Circles of accounts that pay more attention to each other than chance would have it.

    Leiden from igraph where it is installed (extra ``communities``), else Louvain from networkx for small graphs.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Ties; both directions add up.
    seed : int
        The libraries search at random; the same seed gives the same circles.
    resolution : float
        Larger gives more and smaller circles.

    Returns
    -------
    ndarray of int, shape (n,)
        Number of each account's circle; 0 is the largest, equals ordered by their first account.
    """
    both = sp.csr_array(weights + weights.T.tocsr())
    upper = sp.coo_array(sp.triu(both, k=1))
    try:
        labels = _by_igraph(upper, seed, resolution)
    except ImportError:
        labels = _by_networkx(upper, seed, resolution)
    return _renumbered(labels)


def _by_igraph(upper: sp.coo_array, seed: int, resolution: float) -> np.ndarray:
    import random

    import igraph

    edges = np.stack([upper.row, upper.col], axis=1)
    graph = igraph.Graph(n=upper.shape[0], edges=edges.tolist())
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = graph.community_leiden(
            objective_function="modularity",
            weights=upper.data.astype(float).tolist(),
            resolution=resolution,
            n_iterations=5,
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(found.membership)


def _by_networkx(upper: sp.coo_array, seed: int, resolution: float) -> np.ndarray:
    if upper.nnz > NETWORKX_MAX_TIES:
        raise MissingDataError(
            "circles in a graph of this size need igraph",
            seen=f"{upper.nnz:,} ties",
            hint='pip install "influence-toolkit[communities]"',
        )
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(upper.shape[0]))
    ends = zip(upper.row.tolist(), upper.col.tolist(), upper.data.astype(float).tolist(), strict=True)
    graph.add_weighted_edges_from(ends)
    labels = np.zeros(upper.shape[0], dtype=np.int64)
    for number, circle in enumerate(
        nx.community.louvain_communities(graph, seed=seed, resolution=resolution)
    ):
        labels[list(circle)] = number
    return labels


def _renumbered(labels: np.ndarray) -> np.ndarray:
    """Number circles by size, largest first, then by their first member."""
    _, first, inverse, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[inverse]


def _pattern(attention: sp.csr_array) -> sp.csr_array:
    """Ties between different accounts as ones; ties of weight 0 are none."""
    entries = attention.tocoo()
    kept = (entries.row != entries.col) & (entries.data > 0)
    ones = np.ones(int(kept.sum()), dtype=np.int32)
    return sp.csr_array((ones, (entries.row[kept], entries.col[kept])), shape=attention.shape)
