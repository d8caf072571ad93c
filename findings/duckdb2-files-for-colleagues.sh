#!/bin/bash
# DuckDB 2 and 1.4: a new file cannot be opened, an old one that DuckDB 2 wrote to can
#
# Version: duckdb==2.0.1 and==1.4.4
# Guessed: as all through 1.x, a new file is written in the oldest form that holds it, so that 1.4.4 (the release
#   kept for long) opens it; a file that a newer one has written to is the risk.
# Is: the other way round: a new file of 2.0.1 is refused by 1.4.4 ("version number 999"), and a file made by
#   1.4.4 stays readable for it after DuckDB 2 has added rows and tables.
# Where users meet it: one workspace, two laptops: the colleague who has not upgraded cannot open it.
# The product: accepts duckdb 1.4.3 to 2 and sets storage_compatibility_version, so that 1.4 opens its files.
# Output seen:
#   made by 2.0.1, read by 1.4.4: _duckdb.IOException: IO Error: Trying to read a database file with version number 999, but
#   made by 1.4.4, added to by 2.0.1, rows read by 1.4.4: 2
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1"
python3 -m venv "$folder/old"
"$folder/old/bin/pip" install --quiet --disable-pip-version-check "duckdb==1.4.4"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import subprocess
import sys

folder = sys.argv[1]
READ = "import duckdb, sys; print(duckdb.connect(sys.argv[1]).execute('select count(*) from t').fetchall()[0][0])"
MAKE = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table t as select 1 as a')"
ADD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); c.execute('insert into t values (2)'); c.execute('create table u as from t')"


def run(env, code, file):
    done = subprocess.run([f"{folder}/{env}/bin/python", "-c", code, f"{folder}/{file}"], capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout.strip() or "done"
    return next((line for line in done.stderr.splitlines() if "version number" in line), done.stderr)[:90]


run("env", MAKE, "new.duckdb")
new = run("old", READ, "new.duckdb")
run("old", MAKE, "old.duckdb")
run("env", ADD, "old.duckdb")
kept = run("old", READ, "old.duckdb")
print("made by 2.0.1, read by 1.4.4:", new)
print("made by 1.4.4, added to by 2.0.1, rows read by 1.4.4:", kept)
raise SystemExit(0 if "version number" in new and kept == "2" else "this has changed")
PYTHON
