#!/bin/bash
# networkx: voterank elects who follows many, not who is followed
#
# Version: networkx==3.6.1, numpy==2.4.6, scipy==1.17.1
# Guessed: in a directed graph an edge is a vote for its target, as for pagerank, hits and eigenvector_centrality
#   of the same library.
# Is: the votes go from the target to the source: the star with six followers is not in the answer; the one who
#   follows four accounts is the only one elected. On the reversed graph the star is first.
# Where users meet it: VoteRank is the usual baseline for choosing seeds of a campaign; a follower table read as
#   follower -> followed gives the wrong end.
# The product: does not use it; ties run from who pays attention to who receives it.
# Output seen:
#   pagerank: star | voterank: ['fan0'] | voterank of the reversed graph: ['star']
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "networkx==3.6.1" "numpy==2.4.6" "scipy==1.17.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import networkx as nx

follows = nx.DiGraph([(f"fan{i}", "star") for i in range(6)] + [("fan0", "x"), ("fan0", "y"), ("fan0", "z")])
ranks = nx.pagerank(follows)
first = max(ranks, key=ranks.get)
elected, turned = nx.voterank(follows), nx.voterank(follows.reverse())
print("pagerank:", first, "| voterank:", elected, "| voterank of the reversed graph:", turned)
same = first == "star" and elected == ["fan0"] and turned[0] == "star"
raise SystemExit(0 if same else "this has changed")
PYTHON
