#!/bin/bash
# networkx: a reply to oneself counts as a reply that nobody returned
#
# Version: networkx==3.6.1, igraph==1.0.0
# Guessed: how mutual a community is leaves ties to oneself out, or takes them as returned; clustering in networkx leaves them out.
# Is: overall_reciprocity has them in its denominator only: two who answer each other are 100 % mutual, and 67 % once a third writes a
#   thread to herself. The same library says of her alone that she is 1.0 mutual. igraph leaves such ties out.
# Where users meet it: replies of X, Mastodon and Bluesky, where every thread is a chain of replies to oneself: the more people
#   write in threads, the less mutual their community looks.
# The product: ties to oneself count in no figure of a community; a test holds that.
# Output seen:
#   networkx: 1.0 without the thread, 0.667 with it; of the author of the thread alone 1.0
#   igraph: 1.0 and 1.0
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "networkx==3.6.1" "igraph==1.0.0"
"$folder/env/bin/python" - <<'PYTHON'
import igraph
import networkx

mutual, thread = [(0, 1), (1, 0)], [(2, 2)]
ours = [round(networkx.overall_reciprocity(networkx.DiGraph(ties)), 3) for ties in (mutual, mutual + thread)]
alone = networkx.reciprocity(networkx.DiGraph(mutual + thread), 2)
theirs = [igraph.Graph(ties, directed=True).reciprocity() for ties in (mutual, mutual + thread)]
print(f"networkx: {ours[0]} without the thread, {ours[1]} with it; of the author of the thread alone {alone}")
print(f"igraph: {theirs[0]} and {theirs[1]}")
raise SystemExit(0 if (ours, alone, theirs) == ([1.0, 0.667], 1.0, [1.0, 1.0]) else "this has changed")
PYTHON
