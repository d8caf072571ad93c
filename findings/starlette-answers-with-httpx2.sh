#!/bin/bash
# starlette and httpx2: installing a package changes what a test client raises
#
# Version: starlette==1.10.0, httpx==0.28.1, httpx2==2.16.2
# Guessed: TestClient is an httpx client, as its page says for years, and stays one while httpx is installed.
# Is: where httpx2 is there too (whoever asked for it) the client and its answers are httpx2's: no httpx.Response,
#   and raise_for_status() is not caught by `except httpx.HTTPStatusError`. Without httpx2 it warns that httpx is
#   deprecated, which fails a suite that makes warnings errors.
# Where users meet it: people who test a page around the local app, in an environment where another package brings
#   httpx2.
# The product: asks for httpx2 among the packages for developers; its tests look at the status, and its fetching
#   stays with httpx.
# Output seen:
#   with    httpx2: not caught: httpx2 False; warns: False
#   without httpx2: caught as httpx True; warns: True
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "starlette==1.10.0" "httpx==0.28.1" "httpx2==2.16.2"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import subprocess
import sys
import textwrap

CODE = textwrap.dedent("""
    import sys, warnings
    warnings.simplefilter("always")
    if sys.argv[1] == "without":
        sys.modules["httpx2"] = None
    import httpx
    from starlette.applications import Starlette
    from starlette.testclient import TestClient
    answer = TestClient(Starlette()).get("/nothing")
    try:
        answer.raise_for_status()
    except httpx.HTTPStatusError:
        print("caught as httpx", isinstance(answer, httpx.Response))
    except Exception as error:
        print("not caught:", type(error).__module__, isinstance(answer, httpx.Response))
""")
seen = {}
for case in ("with", "without"):
    done = subprocess.run([sys.executable, "-c", CODE, case], capture_output=True, text=True)
    seen[case] = (done.stdout.strip(), "deprecated" in done.stderr)
    print(f"{case:7} httpx2: {seen[case][0]}; warns: {seen[case][1]}")
expected = {"with": ("not caught: httpx2 False", False), "without": ("caught as httpx True", True)}
raise SystemExit(0 if seen == expected else "this has changed")
PYTHON
