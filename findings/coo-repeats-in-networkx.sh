#!/bin/bash
# scipy and networkx: repeated entries of a sparse matrix are not summed
#
# Version: networkx==3.6.1, scipy==1.17.1
# Guessed: from_scipy_sparse_array(matrix) has the weights of the matrix: repeated entries of a COO matrix are
#   summed, as scipy does in every operation.
# Is: of repeated entries the last one wins: two interactions of 1 and 2 weigh 2, not 3. The same matrix as CSR
#   gives 3.
# Where users meet it: rows of an interactions table (who, whom, weight) are COO as they come, with a repeat for
#   every second reply.
# The product: builds its own CSR, which sums; networkx is met only with one entry for each pair.
# Output seen:
#   scipy: 3.0 | networkx from coo: 2.0 | networkx from csr: 3.0
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "networkx==3.6.1" "scipy==1.17.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import networkx as nx
import scipy.sparse as sp

matrix = sp.coo_array(([1.0, 2.0, 4.0], ([0, 0, 1], [1, 1, 2])), shape=(3, 3))
weights = {}
for name, given in {"coo": matrix, "csr": matrix.tocsr()}.items():
    weights[name] = nx.from_scipy_sparse_array(given, create_using=nx.DiGraph)[0][1]["weight"]
print("scipy:", matrix.toarray()[0, 1], "| networkx from coo:", weights["coo"], "| networkx from csr:", weights["csr"])
raise SystemExit(0 if (weights["coo"], weights["csr"]) == (2.0, 3.0) else "this has changed")
PYTHON
