#!/bin/bash
# DuckDB and polars: a rate made of two sums is 0
#
# Version: duckdb==2.0.1, polars==2.1.0, pyarrow==26.0.1
# Guessed: sum() of whole numbers arrives in polars as whole numbers, and `/` of two of them is a fraction, as in
#   SQL, pandas and polars itself.
# Is: sum(bigint) is a HUGEINT, which travels as Decimal(38, 0); polars divides decimals to the scale of the
#   first, here none: 3 / 100 = 0. The same division in SQL, or after .df(), is 0.03.
# Where users meet it: an engagement rate, sum(reactions) / sum(followers), taken with .pl() into an analyst's
#   notebook: every rate is 0 or 1.
# The product: hands out numpy and pandas doubles, not polars.
# Output seen:
#   type in polars: Decimal(precision=38, scale=0)
#   in polars: 0 | polars after a cast to integers: 0.03 | in SQL: 0.03
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "polars==2.1.0" "pyarrow==26.0.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import duckdb

sums = duckdb.sql("select sum(likes) as likes, sum(followers) as followers "
                  "from (values (1::bigint, 40::bigint), (2, 60)) as t(likes, followers)")
frame = sums.pl()
own = frame.cast({"likes": int, "followers": int})
in_polars, as_integers = (f.select(f["likes"] / f["followers"]).item() for f in (frame, own))
in_sql = duckdb.sql("select sum(l) / sum(f) from (values (1::bigint, 40::bigint), (2, 60)) as t(l, f)").fetchall()[0][0]
print("type in polars:", frame.schema["likes"])
print("in polars:", in_polars, "| polars after a cast to integers:", as_integers, "| in SQL:", in_sql)
raise SystemExit(0 if (float(in_polars), as_integers, in_sql) == (0.0, 0.03, 0.03) else "this has changed")
PYTHON
