#!/bin/bash
# scikit-network: PageRank gives almost twice the share to who links to nobody
#
# Version: scikit-network==0.33.5, networkx==3.6.1, igraph==1.0.0, networkit==11.3
# Guessed: PageRank is one number: networkx, igraph, NetworKit and scikit-network agree to the tolerance, sinks
#   included.
# Is: networkx, igraph and NetworKit 11.3 agree (a sink restarts anywhere). scikit-network does not: the sink has
#   .58 where the others have .35, with both of its solvers.
# Where users meet it: star accounts that follow nobody are the sinks of a follower graph; the second opinion of
#   an analyst differs just at the top.
# The product: restarts sinks as networkx does, and is tested against it.
# Output seen:
#   networkx        star 0.352 a 0.264 b 0.090 c 0.204 d 0.090
#   igraph          star 0.352 a 0.264 b 0.090 c 0.204 d 0.090
#   NetworKit       star 0.352 a 0.264 b 0.090 c 0.204 d 0.090
#   scikit-network  star 0.579 a 0.204 b 0.044 c 0.128 d 0.044
#     its lanczos   star 0.579 a 0.204 b 0.044 c 0.128 d 0.044
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "scikit-network==0.33.5" "networkx==3.6.1" "igraph==1.0.0" "networkit==11.3"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import igraph
import networkit
import networkx as nx
import numpy as np
import scipy.sparse as sp
from sknetwork.ranking import PageRank

names = ["star", "a", "b", "c", "d"]
ties = [(1, 0), (2, 0), (3, 1), (4, 3), (2, 3)]
engine = networkit.Graph(5, directed=True)
for tie in ties:
    engine.addEdge(*tie)
kit = networkit.centrality.PageRank(engine, damp=0.85, tol=1e-12)
kit.run()
matrix = sp.csr_matrix((np.ones(len(ties)), tuple(zip(*ties))), shape=(5, 5))
ranks = nx.pagerank(nx.DiGraph(ties), tol=1e-10, max_iter=1000)
seen = {
    "networkx": [ranks[i] for i in range(5)],
    "igraph": igraph.Graph(5, ties, directed=True).pagerank(),
    "NetworKit": kit.scores(),
    "scikit-network": PageRank(n_iter=1000, tol=1e-12).fit_predict(matrix),
    "  its lanczos": PageRank(solver="lanczos").fit_predict(matrix),
}
for name, scores in seen.items():
    print(f"{name:15}", *(f"{who} {score:.3f}" for who, score in zip(names, scores)))
star = [round(float(scores[0]), 2) for scores in seen.values()]
raise SystemExit(0 if star == [0.35, 0.35, 0.35, 0.58, 0.58] else "this has changed")
PYTHON
