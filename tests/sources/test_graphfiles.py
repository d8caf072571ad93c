"""Graph files: what is read, where it stood, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import networkx as nx
import pytest

from influence.errors import SourceError
from influence.sources import base, xmlstream
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


def test_graphml_reads_named_keys_and_of_the_drawing_only_a_label(tmp_path: Path) -> None:
    nodes = parts(write(tmp_path, "g.graphml", GRAPHML))["nodes"]
    assert rows(nodes) == [
        {"id": "a", "name": "Anna", "label": "drawn"},
        {"id": "b", "name": None, "label": None},
    ]


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
        (graph.nodes[source]["name"], graph.nodes[target]["name"], weight) for source, target, weight in arcs
    }


def test_rows_come_in_batches_and_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "BATCH_ROWS", 7)
    monkeypatch.setattr(xmlstream, "CHUNK_BYTES", 100)
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
DTD_ONLY = '<!DOCTYPE graphml SYSTEM "http://no.such.host.invalid/graphml.dtd">'


@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL])
def test_entities_are_refused_with_their_line(tmp_path: Path, doctype: str) -> None:
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
    with pytest.raises(SourceError, match="nothing is known about this kind of XML") as caught:
        open_graphfile(write(tmp_path, "g.gexf", "<html><body/></html>"))
    assert caught.value.seen == "<html>"


def test_a_truncated_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.gexf.gz"
    path.write_bytes(gzip.compress(GEXF.encode())[:-20])
    with pytest.raises(SourceError, match="breaks off or is damaged"):
        open_graphfile(path)


def test_a_document_type_that_declares_no_entity_is_not_fetched_and_does_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, "g.graphml", GRAPHML.replace("?>\n", f"?>\n{DTD_ONLY}\n", 1))
    assert len(rows(parts(path)["nodes"])) == 2


def test_packing_is_told_by_the_content_not_by_the_name(tmp_path: Path) -> None:
    assert len(rows(parts(write(tmp_path, "g.graphml.gz", GRAPHML))["nodes"])) == 2


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


def ties(path: Path) -> list[tuple[str | None, ...]]:
    return [(row["source"], row["target"], row.get("weight")) for row in rows(parts(path)["edges"])]


def test_gdf_tables_are_nodes_and_edges_whatever_quotes_their_values(tmp_path: Path) -> None:
    text = (
        'nodedef>name VARCHAR,label VARCHAR,fans INTEGER\ns1,\'Crumb, Co\',12\ns2,"Oven ""Amy""",\ns3,it\'s me,3\n'
        "edgedef>node1 VARCHAR,node2 VARCHAR,weight DOUBLE,directed BOOLEAN\ns1,s2,2.0,true\ns2,s1,1.5,false\n"
    )
    path = write(tmp_path, "g.gdf", text)
    assert rows(parts(path)["nodes"]) == [
        {"id": "s1", "label": "Crumb, Co", "fans": "12"},
        {"id": "s2", "label": 'Oven "Amy"', "fans": None},
        {"id": "s3", "label": "it's me", "fans": "3"},
    ]
    named = {"s1": "Crumb, Co", "s2": 'Oven "Amy"'}
    found = [("s1", "s2", "2.0"), ("s2", "s1", "1.5"), ("s1", "s2", "1.5")]
    assert ties(path) == [(named[source], named[target], weight) for source, target, weight in found]
    assert lines(parts(path)["edges"]) == [6, 7, 7]


@pytest.mark.parametrize("directed", [True, False])
def test_what_networkx_writes_as_gml_comes_back(tmp_path: Path, directed: bool) -> None:
    graph = nx.gnm_random_graph(20, 50, seed=5, directed=directed)
    nx.set_node_attributes(graph, {n: {"followers": n, "about": f'says "{n} [é]"\nand more'} for n in graph})
    nx.set_edge_attributes(graph, {edge: edge[0] + 0.5 for edge in graph.edges}, "weight")
    path = tmp_path / "g.gml"
    nx.write_gml(nx.relabel_nodes(graph, lambda n: f"blog {n}"), path)
    nodes = rows(parts(path)["nodes"])
    assert {(row["label"], row["about"]) for row in nodes} == {
        (f"blog {n}", about) for n, about in graph.nodes(data="about")
    }
    assert {(s, t, float(w or 0)) for s, t, w in ties(path)} == {
        (f"blog {s}", f"blog {t}", w) for s, t, w in graph.to_directed().edges(data="weight")
    }


@pytest.mark.parametrize("directed", [True, False])
def test_what_networkx_writes_as_pajek_comes_back(tmp_path: Path, directed: bool) -> None:
    graph = nx.relabel_nodes(nx.gnm_random_graph(20, 50, seed=6, directed=directed), lambda n: f"blog {n}")
    path = tmp_path / "g.net"
    nx.write_pajek(graph, path)
    assert {(s, t) for s, t, _ in ties(path)} == set(graph.to_directed().edges)


def test_pajek_lists_tie_one_node_to_many(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "g.net",
        '*Vertices 3\n1 "Anna"\n2 "Ben"\n3 "Cleo"\n% note\n*Arcslist\n1 2 3\n*Edges\n2 3 4\n',
    )
    assert ties(path) == [
        ("Anna", "Ben", None),
        ("Anna", "Cleo", None),
        ("Ben", "Cleo", "4"),
        ("Cleo", "Ben", "4"),
    ]


def test_a_gml_ending_over_xml_is_read_as_what_it_is(tmp_path: Path) -> None:
    assert len(rows(parts(write(tmp_path, "g.gml", GRAPHML))["nodes"])) == 2


@pytest.mark.parametrize(
    ("ids", "labels", "called"),
    [
        (("n0", "n1"), ("Oven Amy", "Crust Ben"), ("Oven Amy", "Crust Ben")),
        (("UCabc", "UCdef"), ("Oven Amy", "Crust Ben"), ("UCabc", "UCdef")),
        (("44196397", "10228272"), ("oven_amy", "crust_ben"), ("oven_amy", "crust_ben")),
        (("44196397", "10228272"), ("Oven Amy", "Crust Ben"), ("44196397", "10228272")),
        (("n0", "n1"), ("Anna", "Anna"), ("n0", "n1")),
    ],
)
def test_numbers_that_only_count_nodes_give_way_to_labels(
    tmp_path: Path, ids: tuple[str, str], labels: tuple[str, str], called: tuple[str, str]
) -> None:
    nodes = "".join(f'<node id="{i}" label="{label}"/>' for i, label in zip(ids, labels, strict=True))
    edge = f'<edges><edge id="0" source="{ids[0]}" target="{ids[1]}"/></edges>'
    text = f'<gexf><graph defaultedgetype="directed"><nodes>{nodes}</nodes>{edge}</graph></gexf>'
    assert ties(write(tmp_path, "g.gexf", text)) == [(*called, None)]


def test_nodes_without_names_are_told_about(tmp_path: Path) -> None:
    nodes = parts(write(tmp_path, "g.net", "*Vertices 2\n1\n2\n*Arcs\n1 2\n"))["nodes"]
    assert "told apart by numbers only" in nodes.notes[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "text"),
    [("g.gml", 'graph [ node [ id 1 label "open'), ("g.net", "*Vertices 2\n*Matrix\n0 1\n"), ("g.gml", "a [ " * 500)],
)  # fmt: skip
def test_text_graphs_that_cannot_be_read_say_why(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(SourceError, match="that can be read") as caught:
        open_graphfile(write(tmp_path, name, text))
    assert "line 1" in str(caught.value.seen) or "line 2" in str(caught.value.seen)


DOT = """// who reads whom
digraph "blogs" {
  graph [rankdir=LR]; node [shape=box]
  size = "4,4";
  "oven_amy" [label="Amy \\"Oven\\"", followers=1200];
  "oven_amy":n -> rye_ben [weight=2.5, color=red]  /* a port */
  cake_cy -> oven_amy -> {rye_ben; pie_di}
  # a remark
  subgraph cluster_0 { label = "group"; tea_ed -> "rye_ben" }
}
"""


def test_dot_is_read_with_chains_groups_and_ports(tmp_path: Path) -> None:
    path = write(tmp_path, "g.dot", DOT)
    assert ties(path) == [
        ("oven_amy", "rye_ben", "2.5"),
        ("cake_cy", "oven_amy", None),
        ("oven_amy", "rye_ben", None),
        ("oven_amy", "pie_di", None),
        ("tea_ed", "rye_ben", None),
    ]
    assert rows(parts(path)["nodes"]) == [{"id": "oven_amy", "label": 'Amy "Oven"', "followers": "1200"}]
    assert lines(parts(path)["edges"]) == [6, 7, 7, 7, 9]


def test_ties_of_a_graph_in_dot_count_both_ways(tmp_path: Path) -> None:
    path = write(tmp_path, "g.gv", "strict graph { amy -- ben -- -1.5; }")
    assert {(s, t) for s, t, _ in ties(path)} == {
        ("amy", "ben"),
        ("ben", "amy"),
        ("ben", "-1.5"),
        ("-1.5", "ben"),
    }


@pytest.mark.parametrize("text", ["amy -> ben", "", "digraph { " * 300])
def test_what_is_no_dot_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match="no DOT file"):
        open_graphfile(write(tmp_path, "g.dot", text))


def test_what_networkx_writes_as_lists_of_neighbours_comes_back(tmp_path: Path) -> None:
    graph = nx.relabel_nodes(nx.gnm_random_graph(20, 50, seed=6, directed=True), lambda n: f"blog_{n}")
    path = tmp_path / "g.adjlist"
    nx.write_adjlist(graph, path)
    assert {(s, t) for s, t, _ in ties(path)} == set(graph.edges)
