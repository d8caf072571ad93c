"""networkx both ways, GEXF and GraphML out, for people who carry on in Gephi or a notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy.sparse as sp

from influence.writing.atomic import atomic_path
from influence.writing.safe import for_xml

if TYPE_CHECKING:
    import networkx as nx


def ties_of_networkx(graph: nx.Graph, weight: str | None = "weight") -> dict[str, Any]:
    """Ends, weights and ids as `AudienceGraph.from_edges` takes them."""
    edges = [
        (str(u), str(v), 1.0 if weight is None else d.get(weight, 1.0)) for u, v, d in graph.edges(data=True)
    ]
    if not graph.is_directed():
        edges += [(v, u, w) for u, v, w in edges if u != v]
    source, target, weights = zip(*edges, strict=True) if edges else ((), (), ())
    told = np.array(weights, dtype=np.float64)
    return {"source": source, "target": target, "weight": told, "ids": [str(node) for node in graph]}


def to_networkx(ids: list[Any], attention: sp.csr_array) -> nx.DiGraph:
    """See `AudienceGraph.to_networkx`."""
    import networkx as nx

    result = nx.DiGraph()
    result.add_nodes_from(ids)
    ties = attention.tocoo()
    rows, columns, weights = ties.row.tolist(), ties.col.tolist(), ties.data.astype(float).tolist()
    result.add_weighted_edges_from(
        (ids[r], ids[c], w) for r, c, w in zip(rows, columns, weights, strict=True)
    )
    return result


def write_graph(network: nx.DiGraph, path: str | Path, format: Literal["gexf", "graphml"]) -> Path:
    """Write `network` to `path` as a whole, or not at all."""
    import networkx as nx

    writers: dict[str, Callable[..., None]] = {"gexf": nx.write_gexf, "graphml": nx.write_graphml_xml}
    with atomic_path(path) as temporary:
        writers[format](nx.relabel_nodes(network, for_xml), str(temporary))
    return Path(path)
