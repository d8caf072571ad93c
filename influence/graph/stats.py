"""What a graph looks like: circles, core, what is returned, and it all in a few numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse import csgraph

from influence.errors import MissingDataError

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph


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


@dataclass(frozen=True)
class GraphStats:
    """Figures of an `AudienceGraph`.

    Attributes
    ----------
    accounts, ties : int
    unheard, silent, alone : int
        Accounts to whom nobody pays attention, who pay none, and both at once.
    returned : float or None
        Share of ties that are returned, 0-1; None without ties.
    median_audience : float
        Of accounts that have one; 0 where none has.
    largest_audiences : tuple of (account_id, size)
        The five largest.
    share_of_largest : float
        Share of all ties that go to the one per cent of accounts with the largest audiences, 0-1.
    components, largest_component : int
        Pieces that no tie joins, single accounts not counted, and the accounts in the largest.
    deepest_core, in_deepest_core : int
        Largest k of a k-core, and the accounts in it.
    core_ties : int
        Ties among accounts that both pay and receive attention: all that PageRank has to iterate on.
    """

    accounts: int
    ties: int
    unheard: int
    silent: int
    alone: int
    returned: float | None
    median_audience: float
    largest_audiences: tuple[tuple[Any, int], ...]
    share_of_largest: float
    components: int
    largest_component: int
    deepest_core: int
    in_deepest_core: int
    core_ties: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def graph_stats(graph: AudienceGraph) -> GraphStats:
    """Describe `graph`."""
    received, paid = graph.in_degree, graph.out_degree
    unheard, silent = received == 0, paid == 0
    returned = reciprocity(graph.attention) if graph.n_ties else float("nan")
    pieces, largest = _components(graph)
    cores = core_numbers(graph.attention) if graph.n_ties else np.zeros(graph.n_accounts, dtype=np.int64)
    deepest = int(cores.max(initial=0))
    both = ~unheard & ~silent
    return GraphStats(
        accounts=graph.n_accounts,
        ties=graph.n_ties,
        unheard=int(unheard.sum()),
        silent=int(silent.sum()),
        alone=int((unheard & silent).sum()),
        returned=None if np.isnan(returned) else returned,
        median_audience=float(np.median(received[~unheard])) if (~unheard).any() else 0.0,
        largest_audiences=_largest(graph, received),
        share_of_largest=_share_of_largest(received),
        components=pieces,
        largest_component=largest,
        deepest_core=deepest,
        in_deepest_core=int((cores == deepest).sum()) if deepest else 0,
        core_ties=int(np.count_nonzero(both[graph.audience.indices] & np.repeat(both, received))),
    )


def _largest(graph: AudienceGraph, received: np.ndarray, n: int = 5) -> tuple[tuple[Any, int], ...]:
    order = np.lexsort((np.arange(len(received)), -received))[:n]
    return tuple((graph.id_array[int(i)].as_py(), int(received[i])) for i in order if received[i] > 0)


def _share_of_largest(received: np.ndarray) -> float:
    total = received.sum()
    n_top = max(len(received) // 100, 1)
    return float(np.sort(received)[::-1][:n_top].sum() / total) if total else 0.0


def _components(graph: AudienceGraph) -> tuple[int, int]:
    if graph.n_accounts == 0:
        return 0, 0
    _, labels = csgraph.connected_components(graph.audience, directed=False)
    sizes = np.bincount(labels)
    return int((sizes > 1).sum()), int(sizes.max())
