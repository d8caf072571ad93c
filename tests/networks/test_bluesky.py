"""Bluesky's interface as a real stack answered it: cursors, wishes, reposts, dates from the future, gone accounts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from influence.networks.bluesky import Bluesky
from influence.networks.harvest import Harvest

Asked = dict[str, list[str]]


def person(handle: str, **more: object) -> dict[str, Any]:
    return {"did": f"did:plc:{handle.partition('.')[0]}", "handle": handle, "labels": [], **more}


@pytest.fixture
def service(
    site: Any, client: Callable[..., Any]
) -> Callable[[Callable[[str, Asked], Any]], tuple[Bluesky, Harvest]]:
    """A service whose answers are a function of method and arguments; None is a refusal."""

    def make(answer: Callable[[str, Asked], Any]) -> tuple[Bluesky, Harvest]:
        def reply(path: str, _: object) -> tuple[int, dict[str, str], bytes]:
            parts = urlsplit(path)
            told = answer(parts.path.rpartition("/")[2], parse_qs(parts.query))
            return (
                (400, {}, b'{"error":"InvalidRequest"}')
                if told is None
                else (200, {}, json.dumps(told).encode())
            )

        site.answer = reply
        into = Harvest()
        return Bluesky(client(robots=False), into, {"bluesky": site.address}), into

    return make


def test_a_short_page_is_not_the_end_and_a_missing_cursor_is(service: Any) -> None:
    pages = {"": (["a.example", "b.example"], "1"), "1": ([], "2"), "2": (["c.example"], None)}

    def answer(method: str, asked: Asked) -> Any:
        names, cursor = pages[asked.get("cursor", [""])[0]]
        return {"followers": [person(name) for name in names], **({"cursor": cursor} if cursor else {})}

    bluesky, into = service(answer)
    assert bluesky.followers("bluesky:me.example") == [
        "bluesky:a.example",
        "bluesky:b.example",
        "bluesky:c.example",
    ]
    assert set(into.tables["follows"]) == {(f"bluesky:{n}.example", "bluesky:me.example") for n in "abc"}
    assert into.tables["coverage"][("bluesky:me.example", "followers")]["state"] == "whole"


def test_a_cursor_that_comes_again_ends_the_list(service: Any) -> None:
    asked_for = []

    def answer(method: str, asked: Asked) -> Any:
        asked_for.append(asked.get("cursor"))
        return {"followers": [person("a.example")], "cursor": "same"}

    bluesky, into = service(answer)
    bluesky.followers("bluesky:me.example")
    assert asked_for == [None, ["same"]]
    assert into.tables["coverage"][("bluesky:me.example", "followers")]["state"] == "part"


def test_people_who_ask_not_to_be_shown_to_strangers_are_counted_and_not_kept(service: Any) -> None:
    shy = person("shy.example", labels=[{"val": "!no-unauthenticated"}])
    bluesky, into = service(lambda *_: {"followers": [shy, person("open.example")]})
    assert bluesky.followers("bluesky:me.example") == ["bluesky:open.example"]
    assert list(into.hidden) == ["bluesky:shy.example"]
    assert "bluesky:shy.example" not in json.dumps(list(into.tables["follows"]))


def test_reposts_of_others_are_not_own_posts_and_no_post_is_of_the_future(service: Any) -> None:
    def post(key: str, by: str, said: str) -> dict[str, Any]:
        seen = "2024-05-02T09:00:00.000Z"
        return {"uri": f"at://x/app.bsky.feed.post/{key}", "author": person(by), "indexedAt": seen,
                "record": {"text": key, "createdAt": said, "langs": ["en-GB"]}, "likeCount": 3, "replyCount": 1,
                "repostCount": 2, "quoteCount": 1}  # fmt: skip

    feed = [
        {"post": post("later", "me.example", "2031-01-01T00:00:00Z")},
        {"post": post("other", "you.example", "2024-05-01T00:00:00Z"), "reason": {"$type": "#reasonRepost"}},
        {"post": post("mine", "me.example", "2024-05-01T10:00:00+02:00")},
    ]  # fmt: skip
    bluesky, into = service(lambda *_: {"feed": feed})
    assert bluesky.posts("bluesky:me.example") == [
        f"at://x/app.bsky.feed.post/{key}" for key in ("later", "mine")
    ]
    later, mine = into.tables["posts"].values()
    assert later["created_at"] == datetime(2024, 5, 2, 9)
    assert (mine["created_at"], mine["likes"], mine["comments"], mine["shares"]) == (
        datetime(2024, 5, 1, 8),
        3,
        1,
        3,
    )


def test_who_is_gone_is_left_out_of_the_batch_and_named(service: Any) -> None:
    def answer(method: str, asked: Asked) -> Any:
        assert len(asked["actors"]) <= 25
        return {
            "profiles": [person(name, followersCount=7) for name in asked["actors"] if name != "gone.example"]
        }

    bluesky, into = service(answer)
    names = [f"p{n}.example" for n in range(30)] + ["gone.example"]
    assert len(bluesky.profiles(names)) == 30
    assert into.problems == [("gone.example", "gone, suspended or never there")]
    assert into.tables["accounts"][("bluesky:p3.example",)]["followers"] == 7


def test_likes_have_a_day_and_reposts_have_none(service: Any) -> None:
    def answer(method: str, asked: Asked) -> Any:
        if method.endswith("getLikes"):
            return {"likes": [{"actor": person("a.example"), "createdAt": "2024-05-01T09:00:00Z"}]}
        return {"repostedBy": [person("b.example")]}

    bluesky, into = service(answer)
    bluesky.reactions("at://p", "bluesky:me.example")
    like, repost = into.tables["interactions"].values()
    assert (like["kind"], like["created_at"]) == ("like", datetime(2024, 5, 1, 9))
    assert repost["kind"] == "share"
    assert "created_at" not in repost


def test_lists_are_endorsements_and_lists_to_mute_are_not(service: Any) -> None:
    def answer(method: str, asked: Asked) -> Any:
        if method.endswith("getLists"):
            kinds = (("good", "curatelist"), ("bad", "modlist"))
            return {
                "lists": [
                    {"uri": f"at://{name}", "purpose": f"app.bsky.graph.defs#{kind}"} for name, kind in kinds
                ]
            }
        if method.endswith("getActorStarterPacks"):
            return {"starterPacks": []}
        return {"items": [{"subject": person(f"in-{asked['list'][0][5:]}.example")}]}

    bluesky, into = service(answer)
    bluesky.lists("bluesky:me.example")
    assert [row["target_id"] for row in into.tables["interactions"].values()] == ["bluesky:in-good.example"]


def test_a_refusal_is_a_problem_and_the_list_counts_as_not_read(service: Any) -> None:
    bluesky, into = service(lambda *_: None)
    assert bluesky.follows("bluesky:me.example") == []
    assert into.tables["coverage"][("bluesky:me.example", "follows")]["state"] == "unread"
    assert into.problems[0][1] == "the server answered 400"
