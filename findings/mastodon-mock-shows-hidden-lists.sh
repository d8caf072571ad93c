#!/bin/bash
# mastodon_mock: who follows an account that hides it is served all the same
#
# Version: mastodon_mock==0.6.1
# Guessed: a server that says "hide_collections": true of an account keeps back whom it follows and who follows it, as
#   Mastodon does: there both lists are empty for everybody else (FollowerAccountsController, hide_results?).
# Is: the flag is stored and told, and both lists are served in full.
# Where users meet it: a client is tested against the mock, never sees a hidden list, and reads an empty one from a real
#   server as an account that nobody follows.
# The product: asks for no list of an account that says so, and takes an empty list beside a count above zero for
#   "not told"; how an empty one looks is tried on a page written by hand.
# Output seen:
#   hide_collections True, followers_count 3, followers served 3
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "mastodon_mock==0.6.1"
cd "$folder"
printf '[database]\npath = "%s"\n' "$folder/mock.db" > mock.toml
"$folder/env/bin/python" - <<'PYTHON'
import json, socket, sqlite3, subprocess, sys, time, urllib.request

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
base = f"http://127.0.0.1:{port}/api/v1/accounts"


def get(address):
    with urllib.request.urlopen(urllib.request.Request(address, headers={"User-Agent": "x"}), timeout=10) as answer:
        return json.load(answer)


command = [sys.executable, "-m", "mastodon_mock", "serve", "--demo", "--config", "mock.toml", "--port", str(port)]
with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
    try:
        for _ in range(300):
            try:
                get(f"http://127.0.0.1:{port}/api/v1/instance")
                break
            except OSError:
                time.sleep(0.2)
        with sqlite3.connect("mock.db") as data:
            data.execute("update accounts set hide_collections = 1")
            names = [str(row[0]) for row in data.execute("select id from accounts order by id")]
        told = next(one for one in (get(f"{base}/{name}") for name in names) if one["followers_count"])
        served = len(get(f"{base}/{told['id']}/followers"))
    finally:
        server.terminate()
hidden, count = told["hide_collections"], told["followers_count"]
print(f"hide_collections {hidden}, followers_count {count}, followers served {served}")
raise SystemExit(0 if hidden and served == count else "this has changed")
PYTHON
