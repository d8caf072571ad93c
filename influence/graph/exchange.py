"""networkx both ways, GEXF and GraphML out, for people who carry on in Gephi or a notebook."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from influence.errors import OutputError
from influence.graph.audience import AudienceGraph

if TYPE_CHECKING:
    import networkx as nx


def from_networkx(graph: nx.Graph, weight: str | None = "weight") -> AudienceGraph:
    """See `AudienceGraph.from_networkx`."""
    edges = [
        (str(u), str(v), 1.0 if weight is None else d.get(weight, 1.0)) for u, v, d in graph.edges(data=True)
    ]
    if not graph.is_directed():
        edges += [(v, u, w) for u, v, w in edges if u != v]
    source, target, weights = zip(*edges, strict=True) if edges else ((), (), ())
    return AudienceGraph.from_edges(
        source, target, np.array(weights, dtype=np.float64), ids=[str(n) for n in graph]
    )


def to_networkx(graph: AudienceGraph) -> nx.DiGraph:
    """See `AudienceGraph.to_networkx`."""
    import networkx as nx

    ids = graph.ids.tolist()
    result = nx.DiGraph()
    result.add_nodes_from(ids)
    ties = graph.attention.tocoo()
    rows, columns, weights = ties.row.tolist(), ties.col.tolist(), ties.data.astype(float).tolist()
    result.add_weighted_edges_from(
        (ids[r], ids[c], w) for r, c, w in zip(rows, columns, weights, strict=True)
    )
    return result


def write_graph(graph: AudienceGraph, path: str | Path, format: Literal["gexf", "graphml"]) -> Path:
    """Write `graph` to `path` as a whole, or not at all."""
    import networkx as nx

    writers: dict[str, Callable[..., None]] = {"gexf": nx.write_gexf, "graphml": nx.write_graphml_xml}
    network = to_networkx(graph)
    return atomic_write(path, lambda temporary: writers[format](network, temporary))


def atomic_write(path: str | Path, write: Callable[[str], None]) -> Path:
    """Call `write` with a temporary file beside `path` and move it there when it has ended well."""
    target = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise OutputError("this file cannot be written", where=str(target), seen=error.strerror) from error
    os.close(handle)
    try:
        write(temporary)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except OSError as error:
        raise OutputError("this file cannot be written", where=str(target), seen=error.strerror) from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    return target
