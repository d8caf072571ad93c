"""Mastodon: a real server of another maker on this machine, and wishes that its demo does not hold."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from influence.networks.harvest import Harvest
from influence.networks.mastodon import Mastodon


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The demo community of `mastodon_mock`, a server that speaks Mastodon 4."""
    pytest.importorskip("mastodon_mock", reason="needs mastodon_mock (extra dev)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mastodon_mock", "serve", "--demo", "--in-memory", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server)
        yield address
        server.terminate()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{address}/api/v1/instance", timeout=5.0).status_code == 200:
                return
        except httpx.HTTPError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    pytest.fail("the server did not start within a minute")


def test_people_of_a_real_server_are_read_with_who_follows_them(
    demo: str, client: Callable[..., Any]
) -> None:
    into = Harvest()
    mastodon = Mastodon(client(robots=False), into, {"my.server": demo})
    assert mastodon.profiles(["ada@my.server", "nobody@my.server"]) == ["mastodon:ada@my.server"]
    assert into.problems == [("nobody@my.server", "the server answered 404")]
    ada = into.tables["accounts"][("mastodon:ada@my.server",)]
    assert ada["name"] == "Ada Lovelace"
    followers = mastodon.followers("mastodon:ada@my.server")
    assert len(followers) == ada["followers"] > 0
    assert all((one, "mastodon:ada@my.server") in into.tables["follows"] for one in followers)
    assert into.tables["coverage"][("mastodon:ada@my.server", "followers")]["state"] == "whole"


def test_posts_that_are_not_open_to_search_are_not_read(demo: str, client: Callable[..., Any]) -> None:
    into = Harvest()
    mastodon = Mastodon(client(robots=False), into, {"my.server": demo})
    mastodon.profiles(["ada@my.server"])
    assert (
        mastodon.posts("mastodon:ada@my.server") == []
    )  # the demo's people never said that they are indexable
    assert into.tables["coverage"][("mastodon:ada@my.server", "posts")]["state"] == "unread"


def test_wishes_are_honoured_and_pages_followed_by_their_links(site: Any, client: Callable[..., Any]) -> None:
    def person(name: str, **more: object) -> dict[str, object]:
        return {"id": name, "acct": name, "followers_count": 5, "indexable": True, **more}

    def page(number: int) -> Callable[[object], tuple[int, dict[str, str], bytes]]:
        status = {"id": str(number), "content": "<p>Rye</p>", "created_at": "2024-05-01T09:00:00.000Z",
                  "favourites_count": 2, "tags": [{"name": "bread"}], "visibility": "public"}  # fmt: skip
        link = {"Link": f'<{site.address}/next>; rel="next"'} if number == 1 else {}
        return lambda _: (200, link, json.dumps([status]).encode())

    lookup = "/api/v1/accounts/lookup?acct="
    wishes = {"a": {}, "b": {"noindex": True}, "c": {"discoverable": False}, "d": {"moved": {"acct": "x"}},
              "e": {"suspended": True}, "f": {"locked": True}}  # fmt: skip
    site.pages = {lookup + name: json.dumps(person(name, **more)) for name, more in wishes.items()}
    site.pages |= {"/api/v1/accounts/a/statuses?exclude_reblogs=true&limit=40": page(1), "/next": page(2),
                   "/api/v1/accounts/a/followers?limit=80": "[]"}  # fmt: skip
    into = Harvest()
    mastodon = Mastodon(client(robots=False), into, {"s": site.address})
    assert mastodon.profiles([f"{name}@s" for name in wishes]) == ["mastodon:a@s"]
    assert sorted(into.hidden) == [f"mastodon:{name}@s" for name in "bcdef"]
    assert mastodon.posts("mastodon:a@s") == ["s/1", "s/2"]
    post = into.tables["posts"][("s/1",)]
    assert (post["text"], post["likes"], post["created_at"]) == ("Rye\n#bread", 2, datetime(2024, 5, 1, 9))
    mastodon.followers("mastodon:a@s")
    assert (
        into.tables["coverage"][("mastodon:a@s", "followers")]["state"] == "unread"
    )  # hidden, for five are stated
