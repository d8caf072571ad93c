"""Servers that mean ill or do not care: each reading ends in words, within a bounded number of requests."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpcore
import pytest

from influence.networks.blogs import Depth, fetch_blog
from influence.networks.bluesky import Bluesky
from influence.networks.client import Budget, BudgetSpentError, Manners, PoliteClient
from influence.networks.harvest import Harvest
from influence.networks.mastodon import Mastodon

Make = Callable[..., Any]
SMALL = Depth(posts=20, pages=3, feed_pages=2, comment_pages=2)


@pytest.fixture
def dripping() -> Iterator[Callable[[bytes, bytes], str]]:
    """Servers that send a head and then a part again and again, without an end, until the reader hangs up."""
    stop, opened = threading.Event(), []

    def serve(listener: socket.socket, head: bytes, part: bytes) -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with closing(connection):
                connection.recv(65_536)
                try:
                    connection.sendall(head)
                    while part and not stop.wait(0.02):
                        connection.sendall(part)
                    stop.wait(3.0)
                except OSError:
                    continue

    def start(head: bytes, part: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        opened.append(listener)
        threading.Thread(target=serve, args=(listener, head, part), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    stop.set()
    for listener in opened:
        listener.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "part", "words"),
    [
        (HEAD, b"<p>" + b"x" * 20_000, "larger than 100,000 bytes"),  # a page without an end
        (HEAD, b"x", "no answer in time|too slow to be read"),  # a byte now and then, for ever
        (HEAD, b"", "no answer in time"),  # a head and nothing after it
        (b"", b"", "no answer in time"),  # not even a head
        (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n", ""),  # headers without an end
        (b"SSH-2.0-OpenSSH_9\r\n", b"", ""),  # another protocol
    ],
)
def test_a_server_without_an_end_is_left(
    dripping: Any, client: Make, head: bytes, part: bytes, words: str
) -> None:
    ours = client(robots=False, timeout_seconds=0.5, max_bytes=100_000)
    reply = ours.get(dripping(head, part))
    assert not reply.good
    assert re.search(words, reply.problem)
    assert reply.problem
    assert ours.asked.requests <= 3


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:1/", "http://[::1]/", "http://169.254.169.254/", "http://localhost.localdomain/", "http://0/",
           "http://2130706433/", "http://[::ffff:127.0.0.1]/", "http://10.0.0.1/", "http://100.64.0.1/", "file:///x"],
)  # fmt: skip
def test_a_way_into_a_private_network_is_refused_before_a_byte_is_sent(to: str) -> None:
    ours = PoliteClient(None, Manners(robots=False, delay_seconds=0.0), sleep=lambda _: None)
    with closing(ours):
        reply = ours.get(to)
    assert not reply.good
    assert reply.problem


def test_redirects_of_robots_txt_and_pages_into_other_schemes_and_circles_end(
    site: Any, client: Make
) -> None:
    site.pages = {"/robots.txt": lambda _: (302, {"Location": "/robots.txt"}, b""),
                  "/": lambda _: (302, {"Location": "gopher://127.0.0.1/"}, b"")}  # fmt: skip
    into = Harvest()
    assert fetch_blog(client(), site.address, into, SMALL) is None
    assert len(site.asked) <= 10
    assert into.problems


@pytest.mark.parametrize(("packed", "words"), [
    ("gzip", "larger than 1,000,000 bytes"), ("deflate", "larger than 1,000,000 bytes"),
    ("gzip, gzip", "packed more than once"),
])  # fmt: skip
def test_bombs_are_cut_at_the_cap(site: Any, client: Make, packed: str, words: str) -> None:
    zeros = b"0" * 5_000_000
    once = zlib.compress(zeros) if packed == "deflate" else gzip.compress(zeros)
    bomb = gzip.compress(once) if "," in packed else once
    site.pages = {"/": lambda _: (200, {"Content-Encoding": packed, "Content-Type": "text/html"}, bomb)}
    reply = client(robots=False, max_bytes=1_000_000).get(f"{site.address}/")
    assert (reply.good, reply.problem) == (False, words)


@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"\x00" * 500,
        b"{",
        b"[" * 100_000,
        b"<" * 10_000,
        b"<div>" * 20_000,
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>',
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss version="2.0">&x;</rss>',
        b'{"version":"https://jsonfeed.org/version/1","items":[1,null,{"url":7,"authors":{}}],"title":[]}',
        b'{"version":"https://jsonfeed.org/version/1","items":7}',
        b'<?xml version="1.0"?><rss version="2.0"><channel><item><link>http://[bad</link></item></channel></rss>',
        "<html>\ud800</html>".encode("utf-8", "surrogatepass"),
    ],
)
def test_wrong_types_are_a_problem_in_words_and_nothing_is_kept(site: Any, client: Make, body: bytes) -> None:
    site.pages = {"/": lambda _: (200, {"Content-Type": "application/rss+xml"}, body)}
    into = Harvest()
    fetch_blog(client(robots=False), site.address, into, SMALL)
    assert not into.tables.get("posts")
    assert into.problems
    assert len(site.asked) <= 12


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_that_only_fails_is_asked_a_few_times(site: Any, client: Make, status: int) -> None:
    site.answer = lambda *_: (status, {"Retry-After": "1"}, b"")
    into = Harvest()
    assert Mastodon(client(robots=False), into, {"my.server": site.address}).profiles(["ada@my.server"]) == []
    assert 1 <= len(site.asked) <= 3
    assert into.problems == [("ada@my.server", f"the server answered {status}")]


def test_a_feed_whose_next_page_is_itself_or_always_new_ends(site: Any, client: Make) -> None:
    atom = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>'
        '<link rel="next" href="{next}"/><entry><title>a</title><link href="/{n}"/></entry></feed>'
    )
    pages = iter(range(10_000))
    site.answer = lambda path, _: (
        200,
        {},
        atom.format(next=f"/p{next(pages)}", n=path.strip("/") or "0").encode(),
    )
    into = Harvest()
    fetch_blog(
        client(robots=False), site.address, into, Depth(posts=1_000, pages=0, feed_pages=3, comment_pages=0)
    )
    assert len(site.asked) <= 5


@pytest.mark.parametrize("cursor", ["same", "new"])
def test_lists_with_cursors_in_a_circle_or_without_an_end_stop(site: Any, client: Make, cursor: str) -> None:
    """Empty pages that always name another one: no entry bound ever ends these, so the budget must."""
    pages = iter(range(10_000))

    def answer(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
        at = "again" if cursor == "same" else str(next(pages))
        return 200, {}, json.dumps({"followers": [], "cursor": at}).encode()

    site.answer = answer
    asked = Bluesky(client(robots=False, budget=Budget(requests=300)), Harvest(), {"bluesky": site.address})
    assert asked.followers("bluesky:oven.example") == []
    assert len(site.asked) <= (2 if cursor == "same" else 25)


@pytest.mark.parametrize(
    "told", [[], {}, 7, None, "x", {"followers": 7}, {"followers": [7, {}, {"handle": 7}]}]
)
def test_replies_of_another_shape_are_empty_lists(site: Any, client: Make, told: Any) -> None:
    site.answer = lambda *_: (200, {}, json.dumps(told).encode())
    into = Harvest()
    ours = client(robots=False)
    assert Bluesky(ours, into, {"bluesky": site.address}).followers("bluesky:oven.example") in (
        [],
        ["bluesky:7"],
    )
    assert Mastodon(ours, into, {"my.server": site.address}).directory("my.server") == []


def test_a_budget_of_bytes_and_minutes_ends_a_run_whatever_servers_do(site: Any, client: Make) -> None:
    site.answer = lambda *_: (200, {}, b"x" * 50_000)
    ours = client(robots=False, budget=Budget(bytes=120_000))
    for n in range(3):
        assert ours.get(f"{site.address}/{n}").good
    with pytest.raises(BudgetSpentError):
        ours.get(f"{site.address}/3")
    assert len(site.asked) == 3


def test_a_name_that_leads_into_a_private_network_is_refused_at_every_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server of theirs says a public address first and ours later: connected is only to what was checked."""
    answers = iter([["93.184.216.34", "10.0.0.7"], ["127.0.0.1"], ["169.254.169.254", "::1"]])
    tried = []

    def resolve(host: str, port: int, **_: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(answers)]

    def connect(_: object, address: str, *__: object) -> Any:
        tried.append(address)
        raise httpcore.ConnectError("no way out of this test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    ours = PoliteClient(None, Manners(robots=False, delay_seconds=0.0), sleep=lambda _: None)
    with closing(ours):
        first = ours.get("http://turncoat.example/")
        second = ours.get("http://turncoat.example/again")
    assert tried == ["93.184.216.34"]
    assert "private network" in first.problem
    assert "private network" in second.problem
