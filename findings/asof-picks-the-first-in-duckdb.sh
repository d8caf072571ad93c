#!/bin/bash
# DuckDB and pandas: of several rows with one time an as-of join takes the first here and the last there
#
# Version: duckdb==2.0.1, pandas==3.1.1, polars==2.1.0, pyarrow==26.0.1
# Guessed: where two rows of the right side have the latest fitting time, every as-of join takes the later row, as a file
#   is read from top to bottom.
# Is: pandas, polars and Arrow take the last of them, DuckDB the first, whatever the size. Nothing is said about it, and no
#   row more or less comes back: only another number.
# Where users meet it: followers as of the day of a post, from counts that were taken twice a day and kept by day; the
#   same notebook moved from pandas to DuckDB.
# The product: keeps one count a day and account (the key), the later row of a file, and joins by key.
# Output seen:
#   pandas [300, 300], polars [300, 300], Arrow [300, 300], DuckDB [100, 100]
#   DuckDB over rows turned round [300, 300]
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "pandas==3.1.1" "polars==2.1.0" "pyarrow==26.0.1"
"$folder/env/bin/python" - <<'PYTHON'
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

posts = pd.DataFrame({"account": ["zoe", "zoe"], "day": [10, 12]})
counts = pd.DataFrame({"account": "zoe", "day": [9, 10, 10, 10], "followers": [50, 100, 200, 300]})
turned = counts[::-1]
SQL = "select followers from posts asof join {} using (account, day) order by day"


def in_duckdb(name):
    return [row[0] for row in duckdb.sql(SQL.format(name)).fetchall()]


in_pandas = pd.merge_asof(posts, counts, on="day", by="account")["followers"].tolist()
in_polars = pl.DataFrame(posts).join_asof(pl.DataFrame(counts), on="day", by="account")["followers"].to_list()
in_arrow = (
    pa.Table.from_pandas(posts)
    .join_asof(pa.Table.from_pandas(counts), on="day", by="account", tolerance=-9)["followers"]
    .to_pylist()
)
here, round_turned = in_duckdb("counts"), in_duckdb("turned")
print(f"pandas {in_pandas}, polars {in_polars}, Arrow {in_arrow}, DuckDB {here}")
print(f"DuckDB over rows turned round {round_turned}")
last = in_pandas == in_polars == in_arrow == round_turned == [300, 300]
raise SystemExit(0 if last and here == [100, 100] else "this has changed")
PYTHON
