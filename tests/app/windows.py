"""A real browser over the app as a user starts it, for the tests that need one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]


@contextmanager
def started(file: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The app as a user starts it over a workspace that need not exist; ended as a user ends it."""
    command = [sys.executable, "-m", "influence", "app", "-w", str(file), "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        found = re.search(r"http://\S+", server.stderr.readline())
        assert found
        try:
            yield found[0], server
        finally:
            if server.poll() is None:
                server.send_signal(2)
        assert server.wait(60) == 0


def _is_error(message: Any) -> bool:
    """What the console complains about, but for the pages that are meant to be refused."""
    meant = ("/nowhere", "/plan?voices=20", "/version", "/export", "/heard/communities?brand=Tavilo")
    return message.type == "error" and not message.location["url"].endswith(meant)


@contextmanager
def window_of(chromium: Any, address: str, **how: Any) -> Iterator[Any]:
    """A fresh window that opened the app; fails on any message of the console and on any foreign address."""
    context = chromium.new_context(**how)
    context.set_default_timeout(30_000)
    window, said = context.new_page(), []
    window.on("console", lambda message: said.append(message.text) if _is_error(message) else None)
    window.on("request", lambda request: said.append(request.url) if "127.0.0.1" not in request.url else None)
    try:
        window.goto(address)
        yield window
    finally:
        context.close()
    assert said == []


def at(window: Any, path: str) -> str:
    """The address of a page of the app that a window shows."""
    host = re.match(r"http://[^/]+", window.url)
    assert host
    return f"{host[0]}/{path}"
