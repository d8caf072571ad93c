"""A web of small sites on this machine: real sockets, any reply a test wants, and a record of what was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from influence.networks.client import Budget, Manners, PoliteClient

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """One server: pages by path (text, or a function of the headers asked with), and the paths it was asked for."""

    address: str = ""
    pages: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    busy: int = 0
    most_busy: int = 0

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        page = self.pages.get(path)
        if page is None:
            return 404, {}, b"not here"
        if callable(page):
            made = page(headers)
            return made if isinstance(made, tuple) else (200, {}, made.encode())
        kind = "text/html" if str(page).lstrip().lower().startswith("<!doctype html") else "application/xml"
        return 200, {"Content-Type": f"{kind}; charset=utf-8"}, str(page).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on a free port of this machine."""
    here = Site()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                here.busy += 1
                here.most_busy = max(here.most_busy, here.busy)
                here.asked.append(self.path)
                here.agents.add(self.headers.get("User-Agent", ""))
            status, headers, body = here.answer(self.path, dict(self.headers))
            with lock:
                here.busy -= 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield here
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client() -> Iterator[Callable[..., PoliteClient]]:
    """Clients that may ask this machine, without waiting: ``client(folder, budget=..., robots=False)``."""
    made: list[PoliteClient] = []

    def make(folder: object = None, budget: Budget | None = None, **manners: object) -> PoliteClient:
        told = {"private": True, "delay_seconds": 0.0, **manners}
        one = PoliteClient(folder, Manners(**told), budget, sleep=lambda _: None)  # type: ignore[arg-type]
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()
