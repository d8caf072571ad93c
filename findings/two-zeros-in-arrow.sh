#!/bin/bash
# pyarrow: zero is two groups, and does not meet itself in a join
#
# Version: pyarrow==26.0.1, pandas==3.1.1, polars==2.1.0, duckdb==2.0.1
# Guessed: 0.0 == -0.0, so they are one group and one key everywhere, as they are equal in a filter.
# Is: Arrow's filter finds them equal, its group_by, unique and join take the bits: two groups, and an inner join of 0.0 with
#   -0.0 is empty. pandas, polars and DuckDB have one group and one match.
# Where users meet it: net sentiment rounded to one place (round(-0.04, 1) is -0.0), then counted by value, or joined to the
#   words for each level; the row of "no feeling either way" is there twice.
# The product: groups by text and whole numbers, and rounds where people read, after all counting and without a minus at 0
#   (percentages and net sentiment had one until this was looked for).
# Output seen:
#   groups: {'Arrow': 2, 'pandas': 1, 'polars': 1, 'DuckDB': 1}
#   rows of a join: {'Arrow': 0, 'pandas': 1, 'polars': 1, 'DuckDB': 1}
#   rows that Arrow's filter finds equal to 0: 3
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "pyarrow==26.0.1" "pandas==3.1.1" "polars==2.1.0" "duckdb==2.0.1"
"$folder/env/bin/python" - <<'PYTHON'
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

net = pa.table({"net": [round(value, 1) for value in (0.04, -0.04, 0.0)]})
words = pa.table({"net": [0.0], "word": ["even"]})
one = net.slice(1, 1)
groups = {
    "Arrow": net.group_by("net").aggregate([("net", "count")]).num_rows,
    "pandas": net.to_pandas().groupby("net").ngroups,
    "polars": pl.DataFrame(net).group_by("net").len().height,
    "DuckDB": duckdb.sql("select net from net group by net").shape[0],
}
joined = {
    "Arrow": one.join(words, "net", join_type="inner").num_rows,
    "pandas": len(one.to_pandas().merge(words.to_pandas(), on="net")),
    "polars": pl.DataFrame(one).join(pl.DataFrame(words), on="net").height,
    "DuckDB": duckdb.sql("select * from one join words using (net)").shape[0],
}
equal = net.filter(pc.field("net") == 0.0).num_rows
print(f"groups: {groups}\nrows of a join: {joined}\nrows that Arrow's filter finds equal to 0: {equal}")
others = {"pandas": 1, "polars": 1, "DuckDB": 1}
same = groups == {"Arrow": 2, **others} and joined == {"Arrow": 0, **others} and equal == 3
raise SystemExit(0 if same else "this has changed")
PYTHON
