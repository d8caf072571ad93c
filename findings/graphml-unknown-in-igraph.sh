#!/bin/bash
# igraph: what a GraphML file does not say is read as False
#
# Version: networkx==3.6.1, igraph==1.0.0
# Guessed: a node without a value for a boolean has None (as networkx reads it: no attribute); a number of type
#   long keeps its digits.
# Is: igraph reads the unknown boolean as False, and every number as a double: an id of 19 digits comes back as
#   another one.
# Where users meet it: verified or is_bot known for some accounts only, and the numbers that platforms give to
#   accounts, on the way from networkx to igraph.
# The product: does not go through GraphML to reach igraph (edges go as arrays); on import unknown stays unknown
#   and ids are texts.
# Output seen:
#   networkx: {'anna': {'verified': True, 'number': 1234567890123456789}, 'ben': {}}
#   igraph:   verified [True, False] number [1234567890123456768, None]
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

graph = nx.DiGraph([("anna", "ben")])
graph.nodes["anna"].update(verified=True, number=1234567890123456789)
path = f"{sys.argv[1]}/accounts.graphml"
nx.write_graphml(graph, path)
back, other = nx.read_graphml(path), igraph.Graph.Read_GraphML(path)
print("networkx:", dict(back.nodes(data=True)))
numbers = [int(n) if n == n else None for n in other.vs["number"]]
print("igraph:   verified", other.vs["verified"], "number", numbers)
same = other.vs["verified"] == [True, False] and numbers[0] == 1234567890123456768 and back.nodes["ben"] == {}
raise SystemExit(0 if same else "this has changed")
PYTHON
