#!/bin/bash
# igraph and networkx: in a GML file of igraph n_posts and nposts become one column
#
# Version: igraph==1.0.0, networkx==3.6.1
# Guessed: attributes keep their names; GML's grammar knows letters and digits only, but everybody writes underscores, and
#   networkx writes and reads them.
# Is: igraph takes the underscores out without a word: n_posts is nposts when it is read again. Two attributes that then
#   have one name are both written; networkx reads a list of both values, igraph keeps one and loses the other.
# Where users meet it: a network measured in R or Python's igraph, handed on to networkx or Gephi with the figures at its nodes.
# The product: writes GEXF and GraphML, in which names are what they were; GML is read for ties, handles and labels.
# Output seen:
#   networkx reads {'nposts': [3, 40]}
#   igraph reads {'nposts': 40.0}
#   networkx reads of its own file {'n_posts': 3, 'nposts': 40}
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "igraph==1.0.0" "networkx==3.6.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings

import igraph
import networkx as nx

warnings.simplefilter("error")
path = f"{sys.argv[1]}/graph.gml"
graph = igraph.Graph([(0, 1)], directed=True)
graph.vs["label"] = ["zoe", "max"]
graph.vs["n_posts"] = [3, 5]
graph.vs["nposts"] = [40, 50]
graph.write_gml(path)
in_networkx = nx.read_gml(path).nodes["zoe"]
attributes = igraph.Graph.Read_GML(path).vs[0].attributes()
in_igraph = {name: value for name, value in attributes.items() if "posts" in name}
other = nx.DiGraph()
other.add_node("zoe", n_posts=3, nposts=40)
nx.write_gml(other, path)
own = nx.read_gml(path).nodes["zoe"]
print(f"networkx reads {in_networkx}\nigraph reads {in_igraph}\nnetworkx reads of its own file {own}")
renamed = in_networkx == {"nposts": [3, 40]} and set(in_igraph) == {"nposts"}
raise SystemExit(0 if renamed and own == {"n_posts": 3, "nposts": 40} else "this has changed")
PYTHON
