#!/bin/bash
# snowballstemmer: its stems change when another package is installed
#
# Version: snowballstemmer==3.1.1
# Guessed: a pure Python package of stemmers; its version decides the stems.
# Is: where PyStemmer is installed (a search library brings it), snowballstemmer.stemmer() hands out PyStemmer's
#   class instead. With PyStemmer 2.2 the Dutch rules are those of the old Snowball: other stems from the same
#   pinned version of snowballstemmer.
# Where users meet it: a text index made on one laptop and asked on another: words of the niche are no longer
#   found, with equal lock files for what we declare.
# The product: the version of PyStemmer is part of the key of a kept index.
# Output seen:
#   alone             snowballstemmer.dutch_stemmer bak bak recep hond
#   beside PyStemmer  Stemmer gebak bakkerij recept hond
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "snowballstemmer==3.1.1"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "PyStemmer==2.2.0.3"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import subprocess
import sys

CODE = ("import sys\nif sys.argv[1] == 'alone': sys.modules['Stemmer'] = None\nimport snowballstemmer\n"
        "s = snowballstemmer.stemmer('dutch')\n"
        "print(type(s).__module__, *map(s.stemWord, ['gebakken', 'bakkerij', 'recepten', 'honden']))")
seen = {}
for case in ("alone", "beside PyStemmer"):
    done = subprocess.run([sys.executable, "-c", CODE, case], capture_output=True, text=True, check=True)
    seen[case] = done.stdout.split()
    print(f"{case:17}", *seen[case])
alone, beside = seen.values()
same = alone[0] != "Stemmer" and beside[0] == "Stemmer" and alone[1:] != beside[1:]
raise SystemExit(0 if same else "this has changed")
PYTHON
