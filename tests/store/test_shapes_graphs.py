"""Graphs and tables of ties in the shapes that tools write them: each with the rows known by construction."""

from __future__ import annotations

from typing import Any

import pytest

SHAPES: dict[str, tuple[dict[str, Any], str | None, str, Any]] = {
    "json-edges": (
        {
            "g.json": (
                '{"nodes": [{"id": "a", "label": "Anna"}, {"id": "b", "label": "Ben"}], "links": [{"source"'
                ': "a", "target": "b", "value": 2}]}'
            ),
        },
        None,
        "select follower_id,followee_id,weight from follows",
        [("web:a", "web:b", 2.0)],
    ),
    "json-nodes-by-index": (
        {
            "g.json": (
                '{"nodes": [{"name": "Anna"}, {"name": "Ben"}], "links": [{"source": 0, "target": 1, "value'
                '": 2}]}'
            ),
        },
        None,
        (
            "select (select count(*) from accounts),(select count(*) from follows f join accounts a on "
            "a.account_id=f.follower_id)"
        ),
        [(2, 1)],
    ),
    "cytoscape": (
        {
            "g.cyjs": (
                '{"elements": {"nodes": [{"data": {"id": "a", "name": "Anna"}}, {"data": {"id": "b", "name"'
                ': "Ben"}}], "edges": [{"data": {"id": "e1", "source": "a", "target": "b"}}]}}'
            ),
        },
        None,
        "select follower_id,followee_id from follows",
        [("web:a", "web:b")],
    ),
    "cytoscape-json": (
        {
            "g.json": (
                '{"elements": {"nodes": [{"data": {"id": "a", "name": "Anna"}}, {"data": {"id": "b", "name"'
                ': "Ben"}}], "edges": [{"data": {"id": "e1", "source": "a", "target": "b"}}]}}'
            ),
        },
        None,
        "select follower_id,followee_id from follows",
        [("web:a", "web:b")],
    ),
    "sigma-json": (
        {
            "g.json": (
                '{"nodes": [{"id": "a", "label": "Anna", "attributes": {"followers": "12"}, "x": 1, "y": 2}'
                '], "edges": [{"source": "a", "target": "b", "id": "0"}]}'
            ),
        },
        None,
        "select follower_id,followee_id from follows",
        [("web:a", "web:b")],
    ),
    "graphml-attr-names": (
        {
            "g.graphml": (
                '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="d0" for="node" attr.name="'
                'label" attr.type="string"/><key id="d1" for="node" attr.name="followers" attr.type="long"/'
                '><key id="d2" for="edge" attr.name="weight" attr.type="double"/><graph edgedefault="direct'
                'ed"><node id="n0"><data key="d0">Anna</data><data key="d1">10</data></node><node id="n1"><'
                'data key="d0">Ben</data></node><edge source="n0" target="n1"><data key="d2">2.5</data></ed'
                "ge></graph></graphml>"
            ),
        },
        None,
        (
            "select (select count(*) from accounts),(select max(followers) from accounts),(select weigh"
            "t from follows)"
        ),
        [(2, 10, 2.5)],
    ),
    "graphml-undirected": (
        {
            "g.graphml": (
                '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"><no'
                'de id="anna"/><node id="ben"/><edge source="anna" target="ben"/></graph></graphml>'
            ),
        },
        None,
        "select follower_id,followee_id from follows order by 1",
        [("web:anna", "web:ben"), ("web:ben", "web:anna")],
    ),
    "yed": (
        {
            "g.graphml": (
                '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/'
                'graphml"><key for="node" id="d6" yfiles.type="nodegraphics"/><graph edgedefault="directed"'
                ' id="G"><node id="n0"><data key="d6"><y:ShapeNode><y:NodeLabel>Anna</y:NodeLabel></y:Shape'
                'Node></data></node><node id="n1"><data key="d6"><y:ShapeNode><y:NodeLabel>Ben</y:NodeLabel'
                '></y:ShapeNode></data></node><edge id="e0" source="n0" target="n1"/></graph></graphml>'
            ),
        },
        None,
        "select name from accounts order by 1",
        [("Anna",), ("Ben",)],
    ),
    "gexf-attvalues-13": (
        {
            "g.gexf": (
                '<gexf xmlns="http://gexf.net/1.3" version="1.3"><graph defaultedgetype="undirected" mode="'
                'static"><attributes class="node"><attribute id="0" title="followers" type="integer"/><attr'
                'ibute id="1" title="screen_name" type="string"/></attributes><nodes><node id="501" label="'
                'Anna A"><attvalues><attvalue for="0" value="12"/><attvalue for="1" value="anna"/></attvalu'
                'es></node><node id="502" label="Ben B"><attvalues><attvalue for="0" value="15"/><attvalue '
                'for="1" value="ben"/></attvalues></node></nodes><edges><edge source="501" target="502" typ'
                'e="directed"/></edges></graph></gexf>'
            ),
        },
        "twitter",
        (
            "select (select string_agg(handle||followers, ' ' order by handle) from accounts where foll"
            "owers is not null),(select count(*) from follows)"
        ),
        [("anna12 ben15", 1)],
    ),
    "gml-networkx": (
        {
            "g.gml": (
                "graph [\n"
                "  directed 1\n"
                "  node [\n"
                "    id 0\n"
                '    label "anna"\n'
                "    followers 12\n"
                "  ]\n"
                "  node [\n"
                "    id 1\n"
                '    label "ben"\n'
                "  ]\n"
                "  edge [\n"
                "    source 0\n"
                "    target 1\n"
                "    weight 3.0\n"
                "  ]\n"
                "]\n"
            ),
        },
        None,
        "select follower_id,followee_id,weight from follows",
        [("web:anna", "web:ben", 3.0)],
    ),
    "pajek-arcs-and-edges": (
        {
            "g.net": (
                '*Vertices 3\n1 "anna" 0.1 0.2 0.5\n2 "ben smith"\n3 "cleo"\n*Arcs\n1 2 2\n*Edges\n2 3 1\n'
            ),
        },
        None,
        "select follower_id,followee_id from follows order by 1,2",
        [("web:anna", "web:ben smith"), ("web:ben smith", "web:cleo"), ("web:cleo", "web:ben smith")],
    ),
    "pajek-arcslist": (
        {
            "g.net": '*Vertices 3\n1 "anna"\n2 "ben"\n3 "cleo"\n*Arcslist\n1 2 3\n',
        },
        None,
        "select follower_id,followee_id from follows order by 1,2",
        [("web:anna", "web:ben"), ("web:anna", "web:cleo")],
    ),
    "gdf-quoted-and-directed": (
        {
            "g.gdf": (
                "nodedef>name VARCHAR,label VARCHAR,followers INTEGER\n"
                "501,'Amy, the Oven',12\n"
                "502,Ben,13\n"
                "edgedef>node1 VARCHAR,node2 VARCHAR,directed BOOLEAN,weight DOUBLE\n"
                "501,502,true,2\n"
            ),
        },
        "facebook",
        ("select (select name from accounts where followers=12),(select count(*) from follows)"),
        [("Amy, the Oven", 1)],
    ),
    "edge-list-no-header": (
        {
            "edges.csv": "anna,ben\ncleo,ben\nben,anna\n",
        },
        "twitter",
        "select count(*) from follows",
        [(3,)],
    ),
    "snap-edge-list": (
        {
            "g.txt": "# Directed graph\n# Nodes: 3 Edges: 2\n# FromNodeId\tToNodeId\n0\t1\n2\t1\n",
        },
        None,
        "select count(*) from follows",
        [(2,)],
    ),
    "space-edge-list": (
        {
            "g.txt": "1 2\n3 2\n2 1\n",
        },
        None,
        "select count(*) from follows",
        [(3,)],
    ),
    "edge-list-weights": (
        {
            "e.csv": "Source;Target;Weight\nanna;ben;0,5\ncleo;ben;2\n",
        },
        "twitter",
        "select follower_id,weight from follows order by 1",
        [("twitter:anna", 0.5), ("twitter:cleo", 2.0)],
    ),
    "adjacency-matrix": (
        {
            "m.csv": ",anna,ben,cleo\nanna,0,1,0\nben,0,0,1\ncleo,2,0,0\n",
        },
        None,
        "select follower_id,followee_id,weight from follows order by 1",
        [("web:anna", "web:ben", 1.0), ("web:ben", "web:cleo", 1.0), ("web:cleo", "web:anna", 2.0)],
    ),
    "nodexl-real": (
        {
            "n.xlsx": {
                "Edges": [
                    [
                        "Visual Properties",
                        None,
                        None,
                        None,
                        "Labels",
                        "Graph Metrics",
                        "Other Columns",
                        None,
                        None,
                    ],
                    [
                        "Vertex 1",
                        "Vertex 2",
                        "Color",
                        "Width",
                        "Label",
                        "Reciprocated?",
                        "Relationship",
                        "Relationship Date (UTC)",
                        "Tweet",
                    ],
                    [
                        "anna",
                        "ben",
                        None,
                        None,
                        None,
                        None,
                        "Mentions",
                        "2019-05-01 10:00:00",
                        "hi @ben try the oat loaf",
                    ],
                    [
                        "cleo",
                        "cleo",
                        None,
                        None,
                        None,
                        None,
                        "Tweet",
                        "2019-05-02 10:00:00",
                        "rye loaf alone today",
                    ],
                    [
                        "cleo",
                        "anna",
                        None,
                        None,
                        None,
                        None,
                        "Replies to",
                        "2019-05-02 11:00:00",
                        "@anna yes",
                    ],
                ],
                "Vertices": [
                    [
                        "Visual Properties",
                        None,
                        None,
                        "Graph Metrics",
                        None,
                        "Other Columns",
                        None,
                        None,
                        None,
                    ],
                    [
                        "Vertex",
                        "Color",
                        "Shape",
                        "Degree",
                        "In-Degree",
                        "Name",
                        "Followers",
                        "Tweets",
                        "Description",
                    ],
                    ["anna", None, None, 2, 1, "Anna", 10, 100, "bread"],
                    ["ben", None, None, 1, 1, "Ben", 20, 200, "rye"],
                    ["cleo", None, None, 1, 0, "Cleo", 30, 300, "oats"],
                ],
            },
        },
        "twitter",
        (
            "select (select count(*) from accounts),(select count(*) from interactions where actor_id<>"
            "target_id),(select max(followers) from accounts)"
        ),
        [(3, 2, 30)],
    ),
    "follows-by-name": (
        {
            "f.csv": "follower,followed_at,followee\nanna,2024-05-01,ben\ncleo,2024-05-02,ben\n",
        },
        "twitter",
        ("select follower_id,followee_id,since::date::varchar from follows order by 1"),
        [("twitter:anna", "twitter:ben", "2024-05-01"), ("twitter:cleo", "twitter:ben", "2024-05-02")],
    ),
    "retweet-pairs": (
        {
            "rt.csv": (
                "user,retweeted_user,created_at,tweet_id\nanna,ben,2024-05-01,9\ncleo,ben,2024-05-02,8\n"
            ),
        },
        "twitter",
        "select actor_id,target_id,kind from interactions order by 1",
        [("twitter:anna", "twitter:ben", "share"), ("twitter:cleo", "twitter:ben", "share")],
    ),
    "mention-pairs": (
        {
            "m.csv": "source_user,mentioned_user,count\nanna,ben,3\ncleo,ben,1\n",
        },
        "twitter",
        ("select (select count(*) from follows)+(select count(*) from interactions)"),
        [(2,)],
    ),
}
"""Name: files, the platform that the user tells, a question, and its answer."""


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_file_of_this_shape_is_read_as_it_is_meant(shape: str, answer_of: Any) -> None:
    files, platform, question, right = SHAPES[shape]
    assert answer_of(files, platform, question) == right
