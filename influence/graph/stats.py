"""What a graph looks like, in a few numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csgraph

from influence.graph.structure import core_numbers, reciprocity

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph


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
