#!/bin/bash
# networkx: write_gexf writes a file that read_gexf cannot read
#
# Version: networkx==3.6.1
# Guessed: an attribute that is a whole number on one node and a fraction on the next is declared as double.
# Is: the type is that of the first node met: `long`, with 2.5 among the values. No warning; read_gexf stops with
#   ValueError, other readers drop or refuse the value. And an attribute called `start` is no attribute: it makes
#   the whole graph dynamic.
# Where users meet it: followers as 3 and 2.5 (thousands), scores that are 0 here and 0.4 there, a campaign's
#   start: exports for Gephi.
# The product: writes every weight as a float and no other attribute into GEXF.
# Output seen:
#   declared: long | written: ['1', '2.5']
#   read_gexf: ValueError: invalid literal for int() with base 10: '2.5'
#   with an attribute `start` the graph is dynamic
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "networkx==3.6.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import re
import sys

import networkx as nx

graph = nx.DiGraph()
graph.add_node("anna", score=1)
graph.add_node("ben", score=2.5)
path = f"{sys.argv[1]}/scores.gexf"
nx.write_gexf(graph, path)
text = open(path).read()
print("declared:", re.search(r'title="score" type="(\w+)"', text)[1], "| written:", re.findall(r'attvalue .*?value="(.*?)"', text))
try:
    nx.read_gexf(path)
    read = "read"
except ValueError as error:
    read = f"ValueError: {error}"
print("read_gexf:", read)
graph.nodes["ben"].update(score=2, start="2026-05-01")
nx.write_gexf(graph, path)
mode = re.search(r'mode="(dynamic|static)" name', open(path).read())[1]
print("with an attribute `start` the graph is", mode)
raise SystemExit(0 if read.startswith("ValueError") and mode == "dynamic" else "this has changed")
PYTHON
