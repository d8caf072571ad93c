#!/bin/bash
# networkx and igraph: hubs and authorities of two communities of one size are drawn by lot, and below zero in networkx
#
# Version: networkx==3.6.1, scipy==1.17.1, numpy==2.4.6, igraph==1.0.0
# Guessed: who is listened to by three people in one community scores as whoever is in another one: .5 and .5, every time.
# Is: the largest singular value belongs to both communities, and any mixture of them is an answer. networkx takes the one
#   that a random start leads to, divides it by its sum (which may be near 0), and gives 1.2 and -0.2, then -11 and 12: another answer
#   in every call, without a warning. igraph gives all to one of the two, another one in every process.
# Where users meet it: whoever ranks blogs of several niches as hubs and authorities: regular communities, small crawls, samples.
# The product: ranks by PageRank, whose teleport makes the answer one; two equal communities share alike.
# Output seen (the numbers change, that is the point):
#   networkx: A and B over ten calls: least -10.97, most 11.97, different answers 10
#   igraph: A gets 0.0 or 1.0 over twenty processes: [0.0, 1.0]
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "networkx==3.6.1" "scipy==1.17.1" "numpy==2.4.6" "igraph==1.0.0"
"$folder/env/bin/python" - <<'PYTHON'
import subprocess
import sys

import networkx as nx

ties = [(f"{side}{reader}", side) for side in "AB" for reader in range(3)]
graph = nx.DiGraph(ties)
answers = [nx.hits(graph)[1] for _ in range(10)]
seen = [answer[side] for answer in answers for side in "AB"]
different = len({round(answer["A"], 6) for answer in answers})
print(f"networkx: A and B over ten calls: least {min(seen):.2f}, most {max(seen):.2f}, different answers {different}")
one = f"""
import igraph
graph = igraph.Graph.TupleList({ties!r}, directed=True)
print(round(graph.authority_score()[graph.vs.find("A").index], 3))
"""
ran = {float(subprocess.run([sys.executable, "-c", one], capture_output=True, text=True, check=True).stdout) for _ in range(20)}
print(f"igraph: A gets 0.0 or 1.0 over twenty processes: {sorted(ran)}")
share = nx.pagerank(graph)
same = min(seen) < 0 and different > 1 and ran <= {0.0, 1.0} and len(ran) == 2 and abs(share["A"] - share["B"]) < 1e-9
raise SystemExit(0 if same else "this has changed")
PYTHON
