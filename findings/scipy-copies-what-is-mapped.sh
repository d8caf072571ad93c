#!/bin/bash
# scipy: copy=False copies arrays that are parts of one mapped file
#
# Version: scipy==1.17.1, numpy==2.4.6
# Guessed: csr_matrix((data, indices, indptr), copy=False) of arrays of the right types takes them as they are, also
#   where they are parts of one memory-mapped file.
# Is: the constructor ends in a check that copies each array that has fewer items than half of its base. A view of
#   bytes counts its own items against the bytes of the file: of three arrays in one file all are copied.
# Where users meet it: a file that holds a matrix beside others, mapped to be shared and to cost no memory; every
#   matrix is in memory twice, and nothing tells.
# The product: makes each array by np.frombuffer of the map, where numpy takes no larger base; kept matrices of 100,000
#   accounts cost 240 MB and half a second less.
# Output seen:
#   views of the file are shared: {'data': False, 'indices': False} | frombuffer: {'data': True, 'indices': True}
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "numpy==2.4.6" "scipy==1.17.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import sys
from pathlib import Path

import numpy as np
import scipy.sparse as sp

matrix = sp.random(1000, 1000, density=0.1, format="csr", random_state=1)
parts = [("data", matrix.data), ("indices", matrix.indices), ("indptr", matrix.indptr)]
file = Path(sys.argv[1]) / "matrix"
file.write_bytes(b"".join(part.tobytes() for _, part in parts))
mapped, starts = np.memmap(file, mode="r"), np.cumsum([0, *(part.nbytes for _, part in parts)])
raw = np.asarray(mapped)


def shared(arrays):
    """Which parts of a matrix of these arrays still lie in the file."""
    found = sp.csr_matrix(tuple(arrays), shape=matrix.shape, copy=False)
    return {name: bool(np.shares_memory(getattr(found, name), raw)) for name in ("data", "indices")}


views = [raw[at : at + part.nbytes].view(part.dtype) for at, (_, part) in zip(starts, parts)]
places = [np.frombuffer(mapped, part.dtype, part.size, at) for at, (_, part) in zip(starts, parts)]
print("views of the file are shared:", shared(views), "| frombuffer:", shared(places))
raise SystemExit(0 if not any(shared(views).values()) and all(shared(places).values()) else "this has changed")
PYTHON
