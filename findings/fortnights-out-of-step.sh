#!/bin/bash
# DuckDB and polars: a fortnight that begins on a Monday begins on another Monday in the other
#
# Version: duckdb==2.0.1, polars==2.1.0
# Guessed: weeks of both begin on Monday, so periods of two weeks are the same in both; and in polars seven days are a week.
# Is: DuckDB counts fortnights from Monday, 3 January 2000, polars from Monday, 29 December 1969: an odd number of weeks
#   apart, so that every fortnight of one straddles two of the other. Four weeks differ too. And polars' "7d" begins on a
#   Thursday, as 1 January 1970 was one, its "1w" on a Monday, DuckDB's 7 days on a Monday.
# Where users meet it: mentions by fortnight or by four weeks, made by two people with two tools and put side by side.
# The product: counts periods back from the last day and names their days; weeks are ISO weeks, by DuckDB alone.
# Output seen:
#   2026-11-23: fortnight since 2026-11-23 in polars, 2026-11-16 in DuckDB
#   2026-11-30: fortnight since 2026-11-23 in polars, 2026-11-30 in DuckDB
#   7 days: Thursday in polars, Monday in DuckDB; 1 week: Monday in polars
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "polars==2.1.0"
"$folder/env/bin/python" - <<'PYTHON'
from datetime import date

import duckdb
import polars as pl


def in_polars(day, every):
    return pl.Series([day]).dt.truncate(every)[0]


def in_duckdb(day, width):
    return duckdb.sql(f"select time_bucket(interval '{width}', date '{day}')::date").fetchall()[0][0]


mondays = [date(2026, 11, 23), date(2026, 11, 30)]
fortnights = [(in_polars(day, "2w"), in_duckdb(day, "2 weeks")) for day in mondays]
for day, (theirs, ours) in zip(mondays, fortnights, strict=True):
    print(f"{day}: fortnight since {theirs} in polars, {ours} in DuckDB")
begins = [in_polars(mondays[0], "7d"), in_duckdb(mondays[0], "7 days"), in_polars(mondays[0], "1w")]
names = [f"{day:%A}" for day in begins]
print(f"7 days: {names[0]} in polars, {names[1]} in DuckDB; 1 week: {names[2]} in polars")
a, b = date(2026, 11, 16), date(2026, 11, 30)
same = fortnights == [(mondays[0], a), (mondays[0], b)] and names == ["Thursday", "Monday", "Monday"]
raise SystemExit(0 if same else "this has changed")
PYTHON
