"""What Bluesky's own servers answered (`live/test_bluesky_stack.py` records it), read by ``influence fetch``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from influence.cli.app import run
from tests.networks.test_fetch import rows
from tests.networks.test_watch import EASY

FILE = Path(__file__).with_name("bluesky_replies.json")


def test_a_baker_comes_in_with_posts_reactions_ties_and_endorsements(site: Any, tmp_path: Path) -> None:
    recorded = json.loads(FILE.read_text("utf-8"))
    site.answer = lambda path, _: (200, {}, json.dumps(recorded[path]).encode())
    place = ["-w", str(tmp_path / "w.duckdb"), "--host", f"bluesky={site.address}", *EASY]
    assert run(["fetch", "bluesky", "oven1.test", *place]) == 0
    assert sorted(site.asked) == sorted(recorded)
    (baker,) = rows(
        tmp_path, "select name, bio, followers, posts_total from accounts where handle = 'oven1.test'"
    )
    assert tuple(baker.values()) == ("Oven 1", "Sourdough baking at home", 16, 6)
    posts = rows(tmp_path, "select text, likes, comments, shares, language, year(created_at) as y from posts "
                           "order by created_at")  # fmt: skip
    assert [post["text"] for post in posts] == [
        *(f"Sourdough baking, loaf {n}" for n in range(5)),
        "From the future",
    ]
    assert tuple(posts[4].values()) == ("Sourdough baking, loaf 4", 7, 1, 1, "en", 2026)
    assert posts[5]["y"] == 2026  # its writer said 2031
    reacted = rows(tmp_path, "select kind, count(*) as n, count(created_at) as dated from interactions "
                             "group by kind order by kind")  # fmt: skip
    assert [tuple(one.values()) for one in reacted] == [("like", 6, 6), ("list", 3, 3), ("share", 1, 0)]
    assert rows(tmp_path, "select count(*) as n from follows") == [
        {"n": 15}
    ]  # of sixteen one asks not to be shown
    assert rows(tmp_path, "select account_id from accounts where handle = 'reader0.test'") == []
