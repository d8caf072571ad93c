"""The product's own export of a graph, read back, is the same graph."""

from __future__ import annotations

from pathlib import Path

import pytest

import influence
from influence.graph.audience import AudienceGraph
from influence.store.importing.transaction import import_tables

TABLES = {
    "follows": {
        "follower_id": ["instagram:anna", "instagram:cleo", "web:ben.example"],
        "followee_id": ["instagram:ben", "instagram:ben", "web:anna.example"],
    },
    "interactions": {
        "actor_id": ["instagram:anna"],
        "target_id": ["instagram:cleo"],
        "kind": ["comment"],
        "weight": [3.0],
    },
}


def ties(workspace: influence.Workspace) -> dict[tuple[str, str], float]:
    graph = AudienceGraph.from_workspace(workspace)
    found = graph.attention.tocoo()
    ids = graph.ids.tolist()
    return {
        (ids[source], ids[target]): round(float(weight), 5)
        for source, target, weight in zip(found.row, found.col, found.data, strict=True)
    }


@pytest.mark.parametrize("ending", ["gexf", "graphml"])
def test_an_export_read_back_is_the_same_graph(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"graph.{ending}"
    with influence.open_workspace(":memory:") as first, influence.open_workspace(":memory:") as second:
        import_tables(first, TABLES)
        graph = AudienceGraph.from_workspace(first)
        write = graph.to_gexf if ending == "gexf" else graph.to_graphml
        write(path)
        influence.import_files(second, [path])
        assert ties(second) == ties(first)
