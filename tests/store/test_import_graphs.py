"""Graph files in the workspace: nodes are accounts, edges are ties, an edge's id is nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

import influence

GEXF = """<?xml version="1.0"?><gexf version="1.2"><graph defaultedgetype="{kind}">
<attributes class="node"><attribute id="0" title="followers" type="integer"/></attributes>
<nodes><node id="anna" label="Anna A"><attvalues><attvalue for="0" value="7"/></attvalues></node>
<node id="ben"/></nodes>
<edges><edge id="0" source="anna" target="ben" weight="2.0"/><edge id="1" source="cleo" target="ben"/></edges>
</graph></gexf>"""


def imported(folder: Path, name: str, text: str) -> influence.Workspace:
    (folder / name).write_text(text, "utf-8")
    workspace = influence.open_workspace(":memory:")
    influence.import_files(workspace, [folder / name], platform="web")
    return workspace


@pytest.mark.parametrize(("kind", "n_ties"), [("directed", 2), ("undirected", 4)])
def test_the_id_of_an_edge_is_nobody(tmp_path: Path, kind: str, n_ties: int) -> None:
    workspace = imported(tmp_path, "blogs.gexf", GEXF.format(kind=kind))
    accounts = workspace.store.query(
        "select account_id, name, followers from accounts order by 1"
    ).to_pylist()
    assert accounts == [
        {"account_id": "web:anna", "name": "Anna A", "followers": 7},
        {"account_id": "web:ben", "name": None, "followers": None},
    ]
    ties = workspace.store.query("select follower_id, followee_id from follows order by 1, 2")
    assert ties.num_rows == n_ties
    assert {"follower_id": "web:cleo", "followee_id": "web:ben"} in ties.to_pylist()
