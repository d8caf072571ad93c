#!/bin/bash
# DuckDB: its own CSV does not bring back what it wrote
#
# Version: duckdb==2.0.1
# Guessed: COPY writes an empty text as "" and NULL as nothing, so reading it back tells the two apart, as in
#   PostgreSQL.
# Is: the difference is written and not read: both come back as NULL, also when the columns are declared.
# Where users meet it: a bio known to be empty against one never fetched: unknown is not empty, and a share of
#   accounts without a bio counts on it.
# The product: keeps its tables in the workspace and Parquet, never in a CSV of its own; of a foreign CSV both
#   mean unknown.
# Output seen:
#   written: ['id,bio', '1,""', '2,', '3,bread']
#   read:    [(1, None), (2, None), (3, 'bread')]
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import sys

import duckdb

path = f"{sys.argv[1]}/bios.csv"
duckdb.sql("select * from (values (1, ''), (2, null), (3, 'bread')) as t(id, bio)").write_csv(path)
lines = open(path).read().split()
back = duckdb.sql(f"select * from read_csv('{path}', header = true, columns = {{'id': 'int', 'bio': 'varchar'}})")
seen = back.fetchall()
print("written:", lines)
print("read:   ", seen)
same = lines[1:3] == ['1,""', "2,"] and seen == [(1, None), (2, None), (3, "bread")]
raise SystemExit(0 if same else "this has changed")
PYTHON
