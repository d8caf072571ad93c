#!/bin/bash
# DuckDB: a NaN is NULL or a number, by the library the table comes from
#
# Version: duckdb==2.0.1, pandas==3.1.1, polars==2.1.0, pyarrow==26.0.1, numpy==2.4.6
# Guessed: the same column of doubles gives the same mean and maximum in SQL, whether it is a frame of pandas, of
#   polars or of pyarrow.
# Is: NaN of pandas and numpy is NULL, left out; NaN of polars and pyarrow is a number greater than all: mean and
#   maximum are NaN and `order by rate desc` puts it first. polars itself has 3.0 as the maximum.
# Where users meet it: rates of accounts without posts (0 / 0), computed in a notebook and handed to DuckDB: the
#   unknown tops the ranking.
# The product: turns NaN of a table handed in into NULL (`case when not isnan(...)`).
# Output seen:
#   pandas   mean, maximum, count: (2.0, 3.0, 2)
#   numpy    mean, maximum, count: (2.0, 3.0, 2)
#   polars   mean, maximum, count: (nan, nan, 3)
#   pyarrow  mean, maximum, count: (nan, nan, 3)
#   maximum in polars: 3.0
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "pandas==3.1.1" "polars==2.1.0" "pyarrow==26.0.1" "numpy==2.4.6"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

rates = [1.0, float("nan"), 3.0]
frames = {
    "pandas": pd.DataFrame({"rate": rates}),
    "numpy": {"rate": np.array(rates)},
    "polars": pl.DataFrame({"rate": rates}),
    "pyarrow": pa.table({"rate": rates}),
}
seen = {}
for name, frame in frames.items():
    row = duckdb.sql("select avg(rate), max(rate), count(rate) from frame").fetchall()[0]
    seen[name] = str(row)
    print(f"{name:8} mean, maximum, count: {row}")
print("maximum in polars:", frames["polars"]["rate"].max())
known, nan = "(2.0, 3.0, 2)", "(nan, nan, 3)"
raise SystemExit(0 if list(seen.values()) == [known, known, nan, nan] else "this has changed")
PYTHON
