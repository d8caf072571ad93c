#!/bin/bash
# pandas and DuckDB: `order by` and `<` see two orders of one column
#
# Version: duckdb==2.0.1, pandas==3.1.1, pyarrow==26.0.1, numpy==2.4.6
# Guessed: an unordered Categorical of pandas is text in SQL: sorted and compared by the alphabet (polars'
#   Categorical and a dictionary of pyarrow are).
# Is: it becomes an ENUM: order by, min and max follow the list of categories (also where pandas says unordered
#   and refuses max), while a comparison with a text follows the alphabet. The highest tier by max() does not
#   satisfy `tier > 'micro'`.
# Where users meet it: tiers, nano to macro, kept as Categorical in a notebook and queried with DuckDB.
# The product: its tables hold texts; a tier is a range of followers.
# Output seen:
#   ordered in pandas: False | order by: ['nano', 'micro', 'macro'] | max: macro | tier > 'micro': ['nano']
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "pandas==3.1.1" "pyarrow==26.0.1" "numpy==2.4.6"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import duckdb
import pandas as pd

tiers = pd.DataFrame({"tier": pd.Categorical(["micro", "nano", "macro"], categories=["nano", "micro", "macro"])})
by_order = [tier for (tier,) in duckdb.sql("select tier from tiers order by tier").fetchall()]
highest = duckdb.sql("select max(tier) from tiers").fetchall()[0][0]
above = [tier for (tier,) in duckdb.sql("select tier from tiers where tier > 'micro'").fetchall()]
print("ordered in pandas:", tiers.tier.cat.ordered, "| order by:", by_order, "| max:", highest, "| tier > 'micro':", above)
same = by_order == ["nano", "micro", "macro"] and highest == "macro" and above == ["nano"]
raise SystemExit(0 if same else "this has changed")
PYTHON
