#!/bin/bash
# DuckDB and pyarrow: a row is above a bound or not, by who wrote the Parquet file
#
# Version: duckdb==2.0.1, pyarrow==26.0.1, polars==2.1.0
# Guessed: `where rate > 100` gives the same rows of a table and of its Parquet file, whoever wrote that; the file's
#   statistics only save time.
# Is: DuckDB holds that NaN is above every number, and finds the row in memory and in a file of its own. pyarrow and polars
#   leave NaN out of a file's least and most, as the format asks, and DuckDB skips a row group by them: the row is gone. With
#   one number above the bound in the same row group it is back. DuckDB reads it well without the filter.
# Where users meet it: rates of 0 / 0 in a table of a data lake, counted by bounds; the count changes with the rows that lie beside.
# The product: reads files whole and takes NaN for unknown; its own SQL divides by `nullif(x, 0)`, which is null.
# Output seen:
#   above 100: {'in memory': 1, 'by DuckDB': 1, 'by pyarrow': 0, 'by polars': 0}
#   with one more row above: {'in memory': 2, 'by DuckDB': 2, 'by pyarrow': 2, 'by polars': 2}
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "pyarrow==26.0.1" "polars==2.1.0"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import sys

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]


def above(rates):
    table = pa.table({"rate": pa.array(rates, pa.float64())})
    files = {f"by {who}": f"{folder}/{who}-{len(rates)}.parquet" for who in ("DuckDB", "pyarrow", "polars")}
    duckdb.from_arrow(table).write_parquet(files["by DuckDB"])
    pq.write_table(table, files["by pyarrow"])
    pl.DataFrame({"rate": rates}).write_parquet(files["by polars"])
    found = {"in memory": duckdb.from_arrow(table).filter("rate > 100").shape[0]}
    return found | {who: duckdb.read_parquet(path).filter("rate > 100").shape[0] for who, path in files.items()}


few, more = above([1.0, 2.0, float("nan")]), above([1.0, 2.0, float("nan"), 101.0])
print(f"above 100: {few}\nwith one more row above: {more}")
same = list(few.values()) == [1, 1, 0, 0] and set(more.values()) == {2}
raise SystemExit(0 if same else "this has changed")
PYTHON
