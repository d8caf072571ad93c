#!/bin/bash
# mcp: an unknown number makes the answer of a tool unreadable for its own client
#
# Version: mcp==2.3.0
# Guessed: a tool that is declared `-> dict[str, float]` and returns NaN fails at the server, or the number
#   arrives as NaN or null.
# Is: the server writes null and sends it under the schema "number" that it made from the declaration itself; the
#   client of the same library refuses the answer as invalid and raises. Declared `float | None`, the same value
#   arrives. And a bare dict has no structured answer at all.
# Where users meet it: an assistant that asks for signals of an account of which little is known: unknown is NaN
#   in every numeric library.
# The product: the server for assistants is to answer with typed models whose numbers may be None, and to clean
#   NaN before.
# Output seen:
#   typed    -> Invalid structured content returned by tool typed: None is not of type 'number'
#   optional -> {'reach': None, 'fit': 0.5}
#   bare     -> None
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "mcp==2.3.0"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import anyio
from mcp import Client
from mcp.server.mcpserver import MCPServer

server = MCPServer("signals")


@server.tool()
def typed() -> dict[str, float]:
    return {"reach": float("nan"), "fit": 0.5}


@server.tool()
def optional() -> dict[str, float | None]:
    return {"reach": float("nan"), "fit": 0.5}


@server.tool()
def bare() -> dict:
    return {"fit": 0.5}


async def main():
    seen = {}
    async with Client(server) as client:
        for name in ("typed", "optional", "bare"):
            try:
                seen[name] = str((await client.call_tool(name, {})).structured_content)
            except RuntimeError as error:
                seen[name] = str(error).splitlines()[0]
            print(f"{name:8} -> {seen[name]}")
    return seen


seen = anyio.run(main)
same = "None is not of type" in seen["typed"] and seen["optional"] == "{'reach': None, 'fit': 0.5}" and seen["bare"] == "None"
raise SystemExit(0 if same else "this has changed")
PYTHON
