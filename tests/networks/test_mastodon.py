"""Mastodon: a real server of another maker on this machine, and wishes that its demo does not hold."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from influence.networks.harvest import Harvest
from influence.networks.mastodon import Mastodon


@contextmanager
def community(*args: str) -> Iterator[str]:
    """The demo community of `mastodon_mock`, a server that speaks Mastodon 4.6; its address."""
    pytest.importorskip("mastodon_mock", reason="needs mastodon_mock (extra dev)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mastodon_mock", "serve", "--demo", "--port", str(port), *args]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, server)
            yield address
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with community("--in-memory") as address:
        yield address


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


def test_a_real_server_whose_people_have_wishes(tmp_path: Path, client: Callable[..., Any]) -> None:
    """Ada is open and is boosted and favoured; Grace asks not to be found, Katherine is suspended, Alan locked."""
    (tmp_path / "mock.toml").write_text(f'[database]\npath = "{tmp_path}/mock.db"\n', "utf-8")
    with community("--config", str(tmp_path / "mock.toml")) as address:
        with closing(sqlite3.connect(tmp_path / "mock.db")) as people, people:
            people.execute("update accounts set indexable = 1, discoverable = 1 where username = 'ada'")
            for wish, name in (
                ("discoverable = 0", "grace"),
                ("suspended = 1", "katherine"),
                ("locked = 1", "alan"),
            ):
                people.execute(f"update accounts set {wish} where username = ?", [name])
        (told,) = [one for one in httpx.get(f"{address}/api/v1/timelines/public?limit=40").json()
                   if "new set of notes" in one["content"]]  # fmt: skip
        for name, what in (("alan", "favourite"), ("ada", "favourite"), ("grace", "reblog")):
            asked = f"{address}/api/v1/statuses/{told['id']}/{what}"
            assert httpx.post(asked, headers={"Authorization": f"Bearer {name}_token"}).status_code == 200
        into = Harvest()
        mastodon = Mastodon(client(robots=False), into, {"s": address})
        assert mastodon.profiles([f"{name}@s" for name in ("ada", "grace", "alan", "katherine")]) == [
            "mastodon:ada@s"
        ]
        assert into.hidden == {"mastodon:grace@s": "asks not to be found", "mastodon:alan@s": "private"}
        assert [name for name, _ in into.problems] == ["katherine@s"]
        posts = mastodon.posts("mastodon:ada@s")
        post = into.tables["posts"][(f"s/{told['id']}",)]
        assert f"s/{told['id']}" in posts
        assert (post["likes"], post["shares"]) == (2, 1)
        assert post["text"].endswith("#computing")
        mastodon.reactions(f"s/{told['id']}", "mastodon:ada@s")
        assert into.tables.get("interactions", {}) == {}  # of Ada herself, Alan and Grace nothing is kept
        assert mastodon.tagged("s", "computing") == ["mastodon:ada@s"]
        assert mastodon.directory("s") == ["mastodon:ada@s"]
        assert mastodon.followers("mastodon:ada@s") == []
        mastodon.lists("mastodon:ada@s")
        assert into.tables.get("interactions", {}) == {}
        covered = into.tables["coverage"][("mastodon:ada@s", "followers")]
        assert (covered["state"], covered["n_read"], covered["n_stated"]) == ("whole", 3, 3)

        with closing(sqlite3.connect(tmp_path / "mock.db")) as people, people:
            people.execute("update accounts set hide_collections = 1 where username = 'ada'")
        later, ours = Harvest(), client(robots=False)
        mastodon = Mastodon(ours, later, {"s": address})
        mastodon.profiles(["ada@s"])
        assert mastodon.followers("mastodon:ada@s") == mastodon.follows("mastodon:ada@s") == []
        assert later.tables["coverage"][("mastodon:ada@s", "followers")]["state"] == "unread"
        assert ours.asked.requests == 1  # the lists are not asked for


def test_whom_somebody_recommends_in_collections_is_listed_by_them(
    site: Any, client: Callable[..., Any]
) -> None:
    """As the documentation of 4.6 has them; one that its owner does not show is not opened."""
    ada, ben, shy = ({"id": name, "acct": name, **more} for name, more in
                     (("ada", {}), ("ben", {}), ("shy", {"discoverable": False})))  # fmt: skip
    shown = {"id": "7", "account_id": "ada", "created_at": "2026-02-25T11:35:01.394Z", "discoverable": True}
    listed = {"collections": [shown, {"id": "8", "discoverable": False}]}
    site.pages = {"/api/v1/accounts/lookup?acct=ada": json.dumps(ada),
                  "/api/v1/accounts/ada/collections": json.dumps(listed),
                  "/api/v1/collections/7": json.dumps({"collection": shown, "accounts": [ada, ben, shy]})}  # fmt: skip
    into = Harvest()
    mastodon = Mastodon(client(robots=False), into, {"s": site.address})
    mastodon.profiles(["ada@s"])
    mastodon.lists("mastodon:ada@s")
    (row,) = into.tables["interactions"].values()
    assert (row["target_id"], row["kind"], row["created_at"]) == (
        "mastodon:ben@s",
        "list",
        datetime(2026, 2, 25, 11, 35, 1, 394000),
    )
    assert "/api/v1/collections/8" not in site.asked
