#!/bin/bash
# networkx: what a GraphML or GEXF file declares as default reaches no node
#
# Version: networkx==3.6.1, igraph==1.0.0
# Guessed: a node without its own value has the <default> of the key, which is what the element is for.
# Is: networkx keeps defaults apart in graph["node_default"] and gives the nodes nothing, so weight and kind are
#   missing; weighted measures then take 1. igraph fills the defaults in.
# Where users meet it: graphs from yEd, Visone or a colleague's export, where most nodes are "person" or most ties
#   weigh 0.5 by default.
# The product: reads graph files itself and fills declared defaults in.
# Output seen:
#   networkx: {'anna': None, 'mill': 'brand'} {} weighted degree 1
#   igraph:   ['person', 'brand'] [0.5] weighted degree 0.5
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "networkx==3.6.1" "igraph==1.0.0"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import sys

import igraph
import networkx as nx

path = f"{sys.argv[1]}/ties.graphml"
open(path, "w").write("""<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="k" for="node" attr.name="kind" attr.type="string"><default>person</default></key>
<key id="w" for="edge" attr.name="weight" attr.type="double"><default>0.5</default></key>
<graph edgedefault="directed">
<node id="anna"/><node id="mill"><data key="k">brand</data></node>
<edge source="anna" target="mill"/>
</graph></graphml>""")
read, other = nx.read_graphml(path), igraph.Graph.Read_GraphML(path)
print("networkx:", dict(read.nodes(data="kind")), read["anna"]["mill"], "weighted degree", read.degree("mill", "weight"))
print("igraph:  ", other.vs["kind"], other.es["weight"], "weighted degree", other.strength(1, weights="weight"))
same = read["anna"]["mill"] == {} and read.degree("mill", "weight") == 1 and other.strength(1, weights="weight") == 0.5
raise SystemExit(0 if same else "this has changed")
PYTHON
