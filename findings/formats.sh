#!/bin/sh
# pyarrow 26.0.1, `pyarrow.compute.binary_join_element_wise(a, b, sep, null_handling="skip")`.
#
# Documented: a null argument is left out of the join. One expects one result for each row, an empty text where all
# arguments of a row are null. Seen: such rows have no result at all, so the answer is shorter than its arguments and
# every value behind the first such row stands in another row's place.
#
# Seen with 26.0.1:
#     rows in: 4, results: 3
#     ['a x', 'y', 'b']
#
# Exits non-zero when that changes. Installs into a temporary folder and removes it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "pyarrow==26.0.1"
"$folder/venv/bin/python" - <<'PYTHON'
import pyarrow as pa
import pyarrow.compute as pc

titles = pa.array(["a", None, None, "b"])
bodies = pa.array(["x", "y", None, None])
joined = pc.binary_join_element_wise(titles, bodies, " ", null_handling="skip")
print(f"rows in: {len(titles)}, results: {len(joined)}")
print(joined.to_pylist())
assert joined.to_pylist() == ["a x", "y", "b"], "this has changed"
PYTHON
