"""Graph files: what is read, where it stood, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import networkx as nx
import pytest

from influence.errors import SourceError
from influence.sources import graphfiles
from influence.sources.base import RawReject, Source
from influence.sources.graphfiles import open_graphfile

GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
  <graph defaultedgetype="{kind}">
    <attributes class="node">
      <attribute id="0" title="followers" type="integer"/>
      <attribute id="1" title="lang" type="string"><default>en</default></attribute>
    </attributes>
    <nodes>
      <node id="a" label="Anna">
        <attvalues><attvalue for="0" value="12"/><attvalue for="1" value="de"/></attvalues>
      </node>
      <node id="b" label="Bob &amp; Co"/>
    </nodes>
    <edges>
      <edge id="0" source="a" target="b" weight="2.5"/>
    </edges>
  </graph>
</gexf>
"""

GRAPHML = """<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key id="d0" for="node" attr.name="name" attr.type="string"/>
  <key id="d1" for="edge" attr.name="weight" attr.type="double"><default>1.0</default></key>
  <key id="d2" for="node" yfiles.type="nodegraphics"/>
  <graph edgedefault="directed">
    <node id="a"><data key="d0"> Anna </data><data key="d2"><y:NodeLabel>drawn</y:NodeLabel></data></node>
    <node id="b"/>
    <edge source="a" target="b"><data key="d1">3</data></edge>
    <edge source="b" target="a" directed="false"/>
  </graph>
</graphml>
"""


def parts(path: Path) -> dict[str, Source]:
    return {source.name: source for source in open_graphfile(path)}


def rows(source: Source) -> list[dict[str, str | None]]:
    return [row for batch in source.batches() for row in batch.rows.to_pylist()]


def lines(source: Source) -> list[int]:
    return [line for batch in source.batches() for line in batch.lines.tolist()]


def rejects(source: Source) -> list[RawReject]:
    return [reject for batch in source.batches() for reject in batch.rejects]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_gexf_nodes_carry_their_attributes_and_defaults(tmp_path: Path) -> None:
    nodes = parts(write(tmp_path, "g.gexf", GEXF.format(kind="directed")))["nodes"]
    assert set(nodes.headers) == {"id", "label", "followers", "lang"}
    assert rows(nodes) == [
        {"id": "a", "lang": "de", "label": "Anna", "followers": "12"},
        {"id": "b", "lang": "en", "label": "Bob & Co", "followers": None},
    ]


def test_gexf_edges_carry_source_target_and_weight_first(tmp_path: Path) -> None:
    edges = parts(write(tmp_path, "g.gexf", GEXF.format(kind="directed")))["edges"]
    assert edges.headers[:2] == ("source", "target")
    assert rows(edges) == [{"source": "a", "target": "b", "id": "0", "weight": "2.5"}]


def test_lines_are_those_where_an_element_starts(tmp_path: Path) -> None:
    found = parts(write(tmp_path, "g.gexf", GEXF.format(kind="directed")))
    assert lines(found["nodes"]) == [9, 12]
    assert lines(found["edges"]) == [15]


@pytest.mark.parametrize("kind", ["undirected", "mutual"])
def test_an_undirected_edge_is_attention_both_ways(tmp_path: Path, kind: str) -> None:
    edges = parts(write(tmp_path, "g.gexf", GEXF.format(kind=kind)))["edges"]
    assert [(row["source"], row["target"]) for row in rows(edges)] == [("a", "b"), ("b", "a")]
    assert edges.notes == ("undirected edges are read both ways",)  # type: ignore[attr-defined]


def test_graphml_reads_named_keys_and_leaves_drawing_data(tmp_path: Path) -> None:
    nodes = parts(write(tmp_path, "g.graphml", GRAPHML))["nodes"]
    assert rows(nodes) == [{"id": "a", "name": "Anna"}, {"id": "b", "name": None}]


def test_graphml_edges_have_defaults_and_their_own_direction(tmp_path: Path) -> None:
    edges = parts(write(tmp_path, "g.graphml", GRAPHML))["edges"]
    found = [(row["source"], row["target"], row["weight"]) for row in rows(edges)]
    assert found == [("a", "b", "3"), ("b", "a", "1.0"), ("a", "b", "1.0")]


@pytest.mark.parametrize("ending", ["gexf", "graphml", "gexf.gz", "graphml.gz"])
@pytest.mark.parametrize("directed", [True, False])
def test_what_networkx_writes_comes_back(tmp_path: Path, ending: str, directed: bool) -> None:
    graph = nx.gnm_random_graph(30, 80, seed=3, directed=directed)
    for node in graph:
        graph.nodes[node]["name"] = f'<{node}> "é", 猫'
    nx.set_edge_attributes(graph, {edge: edge[0] + 0.5 for edge in graph.edges}, "weight")
    path = tmp_path / f"g.{ending}"
    writer = nx.write_gexf if "gexf" in ending else nx.write_graphml_xml
    if ending.startswith("gexf") and ending.endswith("gz"):
        path.write_bytes(gzip.compress("\n".join(nx.generate_gexf(graph)).encode()))
    else:
        writer(graph, path)
    found = parts(path)
    assert {(row["id"], row["name"]) for row in rows(found["nodes"])} == {
        (str(node), data["name"]) for node, data in graph.nodes(data=True)
    }
    arcs = graph.to_directed().edges(data="weight")
    assert {(row["source"], row["target"], float(row["weight"] or 0)) for row in rows(found["edges"])} == {
        (str(source), str(target), weight) for source, target, weight in arcs
    }


def test_rows_come_in_batches_and_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphfiles, "BATCH_ROWS", 7)
    monkeypatch.setattr(graphfiles, "CHUNK_BYTES", 100)
    path = tmp_path / "g.gexf"
    nx.write_gexf(nx.path_graph(50, create_using=nx.DiGraph), path)
    nodes = parts(path)["nodes"]
    batches = list(nodes.batches())
    assert len(batches) > 3
    assert [row["id"] for row in rows(nodes)] == [str(n) for n in range(50)]
    assert all(len(batch.lines) == batch.rows.num_rows for batch in batches)


def test_an_edge_without_a_target_is_a_reject_with_its_line(tmp_path: Path) -> None:
    text = GEXF.format(kind="directed").replace('source="a" target="b"', 'source="a"')
    edges = parts(write(tmp_path, "g.gexf", text))["edges"]
    assert rows(edges) == []
    assert [(reject.line, reject.reason) for reject in rejects(edges)] == [
        (15, "an edge without a source or a target")
    ]
    assert "source=a" in rejects(edges)[0].value


def test_a_node_without_an_id_is_a_reject(tmp_path: Path) -> None:
    text = GEXF.format(kind="directed").replace('id="b" ', "")
    nodes = parts(write(tmp_path, "g.gexf", text))["nodes"]
    assert [row["id"] for row in rows(nodes)] == ["a"]
    assert rejects(nodes)[0].line == 12


def test_an_attribute_named_like_a_field_does_not_overwrite_it(tmp_path: Path) -> None:
    text = GEXF.format(kind="directed").replace('title="followers"', 'title="id"')
    nodes = parts(write(tmp_path, "g.gexf", text))["nodes"]
    assert rows(nodes)[0]["id"] == "a"
    assert rows(nodes)[0]["id_attribute"] == "12"


BOMB = '<!DOCTYPE gexf [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE graphml [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
DTD_ONLY = '<!DOCTYPE graphml SYSTEM "http://graphml.graphdrawing.org/dtds/graphml.dtd">'


@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL, DTD_ONLY])
def test_document_types_and_entities_are_refused_with_their_line(tmp_path: Path, doctype: str) -> None:
    path = write(tmp_path, "g.graphml", GRAPHML.replace("?>\n", f"?>\n{doctype}\n", 1))
    with pytest.raises(SourceError, match="never expanded") as caught:
        open_graphfile(path)
    assert caught.value.where == f"{path}, line 2"
    assert caught.value.hint is not None


@pytest.mark.parametrize("keep", [0, 1, 60, 300, len(GRAPHML) - 12])
def test_a_file_that_breaks_off_is_refused_on_opening(tmp_path: Path, keep: int) -> None:
    path = write(tmp_path, "g.graphml", GRAPHML[:keep])
    with pytest.raises(SourceError, match=r"breaks off") as caught:
        open_graphfile(path)
    assert f"{path}, line " in (caught.value.where or "")


def test_another_xml_file_is_no_graph(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no graph") as caught:
        open_graphfile(write(tmp_path, "g.gexf", "<html><body/></html>"))
    assert caught.value.seen == "<html>"


def test_a_truncated_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.gexf.gz"
    path.write_bytes(gzip.compress(GEXF.encode())[:-20])
    with pytest.raises(SourceError, match="damaged or breaks off"):
        open_graphfile(path)


def test_a_name_that_promises_gzip_and_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not gzip"):
        open_graphfile(write(tmp_path, "g.gexf.gz", GEXF))


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    text = GRAPHML.replace('version="1.0"', 'version="1.0" encoding="klingon"')
    with pytest.raises(SourceError):
        open_graphfile(write(tmp_path, "g.graphml", text))


def test_a_graph_without_edges_has_no_edge_columns(tmp_path: Path) -> None:
    path = tmp_path / "g.gexf"
    nx.write_gexf(nx.empty_graph(3), path)
    found = parts(path)
    assert found["edges"].headers == ()
    assert rows(found["edges"]) == []
    assert len(rows(found["nodes"])) == 3
