#!/bin/bash
# pyarrow: an element-wise kernel gives fewer rows than it was given
#
# Version: pyarrow==26.0.1
# Guessed: binary_join_element_wise(a, b, sep, null_handling="skip") gives one text for each row, an empty one
#   where all of a row is null.
# Is: rows in which every argument is null have no result: the answer is shorter, and all later values stand in
#   another row's place. No error.
# Where users meet it: title and text of posts joined into one column for a text index, where some posts are
#   pictures without words.
# The product: joins with one column of empty texts more, so that no row is all null, and cuts its separator off.
# Output seen:
#   rows in: 4, results: 3: ['a x', 'y', 'b']
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "pyarrow==26.0.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import pyarrow as pa
import pyarrow.compute as pc

titles = pa.array(["a", None, None, "b"])
bodies = pa.array(["x", "y", None, None])
joined = pc.binary_join_element_wise(titles, bodies, " ", null_handling="skip").to_pylist()
print(f"rows in: {len(titles)}, results: {len(joined)}: {joined}")
raise SystemExit(0 if joined == ["a x", "y", "b"] else "this has changed")
PYTHON
