#!/bin/bash
# zstandard and pandas: half of a .csv.zst is read as if it were the whole
#
# Version: zstandard==0.25.0, pandas==3.1.1, polars==2.1.0, duckdb==2.0.1, pyarrow==26.0.1
# Guessed: a compressed file that breaks off raises everywhere, as gzip does.
# Is: zstandard's stream reader ends a frame that breaks off like a whole one, and pandas, which uses it, gives the rows
#   so far. DuckDB and polars raise. The same file as .gz raises in all three. (Where the cut happens to end a row,
#   DuckDB gives the rows so far, too: seen, but not asserted here.)
# Where users meet it: forum dumps and vendor exports come as .zst, and downloads break off.
# The product: unpacks frame by frame and refuses a file whose last frame is not whole; nothing of it is imported.
# Output seen:
#   gz {'pandas': 'error', 'DuckDB': 'error', 'polars': 'error'}
#   zst {'pandas': 'rows', 'DuckDB': 'error', 'polars': 'error'}
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "zstandard==0.25.0" "pandas==3.1.1" "polars==2.1.0" "duckdb==2.0.1" "pyarrow==26.0.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import gzip
import sys

import duckdb
import pandas as pd
import polars as pl
import zstandard

ROWS = 200_000
text = ("account,followers\n" + "".join(f"m:user{i},{i * 7919 % 99991}\n" for i in range(ROWS))).encode()
readers = {
    "pandas": lambda path: len(pd.read_csv(path)),
    "DuckDB": lambda path: duckdb.sql(f"select count(*) from read_csv('{path}')").fetchall()[0][0],
    "polars": lambda path: len(pl.read_csv(path)),
}
seen = {}
for ending, pack in {"gz": gzip.compress, "zst": zstandard.compress}.items():
    packed, path = pack(text), f"{sys.argv[1]}/half.csv.{ending}"
    with open(path, "wb") as file:
        file.write(packed[: len(packed) // 2])
    for name, read in readers.items():
        try:
            seen[ending, name] = "rows" if 0 < read(path) < ROWS else "all"
        except Exception as error:
            seen[ending, name] = "error"
    print(ending, {name: what for (end, name), what in seen.items() if end == ending})
quiet = {which for which, what in seen.items() if what == "rows"}
raise SystemExit(0 if quiet == {("zst", "pandas")} else "this has changed")
PYTHON
