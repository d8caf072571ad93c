#!/bin/bash
# pyarrow: an element-wise kernel that gives fewer rows than it was given
#
# Behaviour: pyarrow.compute.binary_join_element_wise(..., null_handling="skip") drops every row in which all values are null.
# The page of the function calls it element-wise ("Join string arguments together, with the last argument as separator";
# `skip`: null inputs are skipped), so that an empty string is expected there; the result is shorter than the input and
# no error is raised. Put beside other columns, the values of all later rows stand in the wrong rows.
# Remedy: one more column of empty strings keeps every row, and its separator is cut off again.
# Seen with pyarrow 26.0.1:
#   rows in 3, rows out 2: ['<x>', '<y>']
set -e
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env" && "$folder/env/bin/pip" install -q "pyarrow==26.0.1"
"$folder/env/bin/python" - <<'P'
import pyarrow as pa, pyarrow.compute as pc
given = pa.array(["<x>", None, "<y>"])
got = pc.binary_join_element_wise(given, ", ", null_handling="skip")
print(f"pyarrow {pa.__version__}: rows in {len(given)}, rows out {len(got)}: {got.to_pylist()}")
raise SystemExit(0 if got.to_pylist() == ["<x>", "<y>"] else "the behaviour has changed")
P
