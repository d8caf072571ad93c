"""``influence watch``: one command for cron reads anew who was fetched, and tells who fell silent or moved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from influence.cli.app import run
from influence.networks.client import Budget
from influence.networks.fetching import frames
from influence.networks.harvest import Harvest
from influence.networks.mastodon import Mastodon
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace
from tests.networks.test_fetch import ATOM, fetch, rows

EASY = ("--allow-private", "--delay", "0", "--yes", "--fresh", "0")


def watch(tmp_path: Path, *args: str) -> int:
    return run(["--quiet", "watch", "-w", str(tmp_path / "w.duckdb"), *(args or EASY)])


@pytest.fixture
def fetched(site: Any, tmp_path: Path) -> Any:
    """Two blogs on one host that were fetched, each answering with its mark when asked with it."""

    def blog(n: int, title: str) -> Any:
        text = ATOM.format(home=f"{site.address}/blogs/{n}", title=title, n=n)

        def page(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            mark = f'"{title}"'
            if headers.get("If-None-Match") == mark:
                return 304, {}, b""
            return 200, {"ETag": mark, "Content-Type": "application/atom+xml"}, text.encode()

        return page

    site.blog = blog
    site.pages = {f"/blogs/{n}/": blog(n, "oat") for n in (1, 2)}
    assert fetch(tmp_path, "blogs", *(site.address + path for path in site.pages), "--yes") == 0
    site.asked.clear()
    return site


def test_what_did_not_change_is_not_sent_again_and_brings_nothing(
    fetched: Any, tmp_path: Path, capsys: Any
) -> None:
    capsys.readouterr()
    assert watch(tmp_path) == 0
    assert sorted(fetched.asked) == ["/blogs/1/", "/blogs/2/"]
    assert len(rows(tmp_path, "select * from posts")) == 2
    assert capsys.readouterr().err == ""  # cron sends no mail when all is well


def test_new_posts_come_in_and_a_dead_feed_is_told_with_the_day_it_was_last_read(
    fetched: Any, tmp_path: Path, capsys: Any
) -> None:
    fetched.pages = {"/blogs/1/": fetched.blog(1, "rye")}
    capsys.readouterr()
    assert watch(tmp_path) == 3
    said = capsys.readouterr().out.split("\t")
    assert said[:2] == ["silent", "web:127.0.0.1/blogs/2"]
    assert said[2].startswith("last read 20")
    assert said[3].strip() == "the server answered 404"
    assert watch(tmp_path, *EASY, "--json") == 3
    (told,) = json.loads(capsys.readouterr().out)["watched"]
    assert (told["silent"][0]["account_id"], told["new_posts"]) == ("web:127.0.0.1/blogs/2", 0)
    assert len(rows(tmp_path, "select * from posts where text like 'rye%'")) == 1


def test_a_blog_that_stands_elsewhere_is_told(fetched: Any, tmp_path: Path, capsys: Any) -> None:
    fetched.pages["/blogs/9/"] = fetched.blog(9, "new")
    fetched.pages["/blogs/2/"] = lambda _: (301, {"Location": "/blogs/9/"}, b"")
    capsys.readouterr()
    assert watch(tmp_path) == 3
    assert capsys.readouterr().out == "moved\tweb:127.0.0.1/blogs/2\tto web:127.0.0.1/blogs/9\n"


def test_a_budget_that_ends_early_and_a_dead_host_have_their_exit_codes(fetched: Any, tmp_path: Path) -> None:
    assert watch(tmp_path, *EASY, "--requests", "1") in (1, 3)
    fetched.pages = {}
    assert watch(tmp_path) == 1


def test_a_rehearsal_asks_nobody_and_suppressed_people_are_left_alone(fetched: Any, tmp_path: Path) -> None:
    assert watch(tmp_path, *EASY, "--dry-run") == 0
    for n in (1, 2):
        run(["suppress", f"web:127.0.0.1/blogs/{n}", "-w", str(tmp_path / "w.duckdb")])
    assert watch(tmp_path) == 0
    assert fetched.asked == []


def test_an_account_that_moved_says_where_to(site: Any, client: Any) -> None:
    there = {"acct": "ada@new.server"}
    site.answer = lambda *_: (200, {}, json.dumps({"id": "1", "acct": "ada", "moved": there}).encode())
    into = Harvest()
    asked = Mastodon(client(budget=Budget(), robots=False), into, {"my.server": site.address})
    assert asked.profiles(["ada@my.server"]) == []
    assert into.moved == {"mastodon:ada@my.server": "mastodon:ada@new.server"}


def test_each_day_has_its_counts_so_that_growth_is_known(site: Any, tmp_path: Path) -> None:
    """Read on two days, ten followers more on the second; the day is that of the machine, moved in the first rows."""
    told = {
        "id": "1",
        "acct": "ada",
        "followers_count": 90,
        "statuses_count": 1,
        "discoverable": True,
        "indexable": True,
    }

    def answer(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
        body = told if "lookup" in path else []
        return 200, {}, json.dumps(body).encode()

    site.answer = answer
    place = ("--host", f"my.server={site.address}")
    assert fetch(tmp_path, "mastodon", "ada@my.server", "--yes", "--ties", "0", *place) == 0
    with open_workspace(tmp_path / "w.duckdb") as opened:
        opened.store.execute("update snapshots set day = day - 1")
    told["followers_count"] = 100
    watch(tmp_path, *EASY, *place)
    found = rows(tmp_path, "select followers from snapshots order by day")
    assert [row["followers"] for row in found] == [90, 100]


def test_another_handle_of_the_same_account_is_told(site: Any, tmp_path: Path, capsys: Any) -> None:
    """Bluesky's handles change and are given to others; the id in the address of a post stays."""
    handle = "oven.example"

    def answer(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        who = parse_qs(parts.query).get("actors", [""])[0]
        person = {"did": "did:plc:oven", "handle": handle, "labels": []}
        post = {"uri": "at://did:plc:oven/app.bsky.feed.post/1", "author": person,
                "record": {"text": "Rye", "createdAt": "2024-05-01T00:00:00Z"}}  # fmt: skip
        told: Any = {"feed": [{"post": post}]}
        if parts.path.endswith("getProfiles"):
            told = {"profiles": [person] if who in (handle, "did:plc:oven") else []}
        return 200, {}, json.dumps(told).encode()

    site.answer = answer
    place = ("--host", f"bluesky={site.address}")
    assert fetch(tmp_path, "bluesky", handle, "--yes", "--ties", "0", "--reactions", "0", *place) == 0
    handle = "rye.example"
    capsys.readouterr()
    assert watch(tmp_path, *EASY, *place) == 3
    assert capsys.readouterr().out == "moved\tbluesky:oven.example\tto bluesky:rye.example\n"


def test_a_key_that_is_missing_does_not_keep_the_others_from_being_read(
    fetched: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INFLUENCE_YOUTUBE_KEY", raising=False)
    monkeypatch.setattr("influence.networks.keys._from_keyring", lambda _: None)
    into = Harvest()
    into.account("youtube:oven", "s", 0.0, platform="youtube", handle="oven")
    into.coverage("youtube:oven", "posts", "whole", 1, 1, "s", 0.0)
    with open_workspace(tmp_path / "w.duckdb") as opened:
        import_tables(opened, frames(into))
    capsys.readouterr()
    assert watch(tmp_path) == 3
    assert (
        capsys.readouterr().out
        == "unread\tyoutube\tyoutube answers with a key of your own only: INFLUENCE_YOUTUBE_KEY\n"
    )
    assert len(fetched.asked) == 2
    assert watch(tmp_path, *EASY, "--on", "youtube") == 1
