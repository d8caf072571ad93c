"""What do many blogs cost, and does a run that is killed again and again bring the same tables, asking nothing twice?

``python -m benchmarks.networks.harvest``: a server on this machine answers for blogs on forty loopback addresses (a
page, a feed of ten whole posts with links to other blogs); ``influence fetch blogs`` reads them undisturbed, then in
a fresh workspace, killed at random moments (SIGKILL) before it may end. Delay between requests 0.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import numpy as np

from influence.networks.fetching import WORKERS
from influence.store.workspace import open_workspace

HOSTS, POSTS = 40, 10
PAGE = '<!doctype html><title>{number}</title><link rel="alternate" type="application/rss+xml" href="{feed}">'
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>{number}</title><link>{home}</link>'
    "{posts}</channel></rss>"
)
POST = (
    "<item><title>Post {n}</title><link>{home}p/{n}</link><pubDate>Tue, {n:02} Apr 2025 10:00:00 GMT</pubDate>"
    "<description>{words}&lt;a href='{other}'&gt;x&lt;/a&gt;</description></item>"
)
TABLES = ("accounts", "posts", "interactions", "coverage")


class Blogs(ThreadingHTTPServer):
    """Blogs ``/b/N/`` on every address of this machine, and how often each page was asked for."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, n: int) -> None:
        super().__init__(("0.0.0.0", 0), _Handler)
        self.n = n
        self.asked: Counter[str] = Counter()
        self.sent = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """Readers that are killed hang up."""

    def home(self, number: int) -> str:
        return f"http://127.0.0.{1 + number % HOSTS}:{self.server_port}/b/{number}/"

    def page(self, path: str) -> str:
        number = int(path.split("/")[2])
        home = self.home(number)
        if not path.endswith("feed.xml"):
            return PAGE.format(number=number, feed=f"{home}feed.xml")
        posts = (
            POST.format(
                n=post, home=home, words="bread " * 150, other=self.home((number * 7 + post) % self.n)
            )
            for post in range(1, POSTS + 1)
        )
        return FEED.format(number=number, home=home, posts="".join(posts))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Blogs

    def do_GET(self) -> None:
        self.server.asked[f"{self.headers['Host']}{self.path}"] += 1
        found = self.path.startswith("/b/")
        body = self.server.page(self.path).encode() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/xml" if self.path.endswith("xml") else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.server.sent += len(body)

    def log_message(self, *_: object) -> None:
        pass


def fetch(workspace: Path, names: Path) -> subprocess.Popen[bytes]:
    """Start ``influence fetch blogs`` in a process of its own."""
    command = [
        "fetch",
        "blogs",
        "--from",
        str(names),
        "-w",
        str(workspace),
        "--yes",
        "--allow-private",
        "--delay",
        "0",
    ]
    code = "import sys; from influence.cli.app import main; main(sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", code, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def tables(workspace: Path) -> dict[str, list[str]]:
    """Rows of the tables as sorted text, without when they were fetched."""
    with open_workspace(workspace, read_only=True) as opened:
        return {
            name: sorted(str({key: value for key, value in row.items() if not key.startswith("fetched")})
                         for row in opened.store.query(f"select * from {name}").to_pylist())
            for name in TABLES
        }  # fmt: skip


def killed(server: Blogs, workspace: Path, names: Path, after: Sequence[int]) -> list[int]:
    """Runs that are killed when so many requests were sent in all, then one until the end; of each, how many of its
    requests had been sent before."""
    again = []
    for n in (*after, None):
        before = server.asked.copy()
        run = fetch(workspace, names)
        while n is not None and run.poll() is None and server.asked.total() < n:
            time.sleep(0.001)
        if n is not None:
            run.kill()
        assert run.wait() == (0 if n is None else -signal.SIGKILL)
        again.append(sum(server.asked[page] - times for page, times in before.items()))
    return again


@click.command()
@click.option("--blogs", default=1_000, show_default=True)
@click.option("--kills", default=10, show_default=True)
@click.option("--seed", default=23, show_default=True, help="Of the moments of the kills.")
def main(blogs: int, kills: int, seed: int) -> None:
    """Requests, bytes, minutes and memory undisturbed; then the same tables after kills."""
    with tempfile.TemporaryDirectory() as folder:
        server = Blogs(blogs)
        names, calm, rough = (Path(folder) / name for name in ("names.txt", "calm.duckdb", "rough.duckdb"))
        names.write_text("\n".join(server.home(number) for number in range(blogs)), "utf-8")
        began = time.monotonic()
        assert fetch(calm, names).wait() == 0
        took, first = time.monotonic() - began, server.asked.copy()
        size = sum(file.stat().st_size for file in Path(f"{calm}.cache").rglob("*.reply"))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{blogs:,} blogs: {first.total():,} requests, {server.sent / 1e6:.1f} MB, {took / 60:.1f} minutes, "
              f"{memory:.0f} MB of memory, {size / 1e6:.1f} MB kept")  # fmt: skip
        server.asked.clear()
        moments = np.random.default_rng(seed).integers(1, first.total(), kills)
        again = killed(server, rough, names, sorted(moments.tolist()))
        same = tables(calm) == tables(rough)
        print(f"killed {kills} times: the same tables: {same}; asked again: {sum(again)} of "
              f"{server.asked.total():,}, at most {max(again)} in a run ({WORKERS} hosts at once)")  # fmt: skip
        server.shutdown()


if __name__ == "__main__":
    main()
