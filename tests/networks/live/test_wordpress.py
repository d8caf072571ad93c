"""A real WordPress, read as a user reads it: posts, links, comments and who wrote them, wishes, what did not change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from influence.cli.app import run
from tests.networks.live.wordpress import WordPress
from tests.networks.test_fetch import fetch, rows
from tests.networks.test_watch import EASY

ME, BEN = "web:127.0.0.1", "bluesky:ben.example"


@pytest.fixture
def setting(wordpress: WordPress) -> Iterator[Any]:
    """Change an option of WordPress for one test."""
    before: dict[str, str] = {}

    def change(name: str, value: str) -> None:
        before.setdefault(name, wordpress.option(name))
        wordpress.set_option(name, value)

    yield change
    for name, value in before.items():
        wordpress.set_option(name, value)


def test_posts_links_and_comments_are_those_that_were_seeded(
    wordpress: WordPress, tmp_path: Path, capsys: Any
) -> None:
    assert fetch(tmp_path, "blogs", wordpress.address, "--yes") == 0
    assert "Not read" not in capsys.readouterr().err
    (account,) = rows(tmp_path, f"select name, bio, language, kind from accounts where account_id = '{ME}'")
    assert account == {"name": "Crumb & Co", "bio": "Sourdough, mostly", "language": "en", "kind": "blog"}
    posts = rows(
        tmp_path, "select url, text, created_at, comments, is_sponsored from posts order by created_at desc"
    )
    assert len(posts) == 25
    assert posts[0]["text"] == (
        "Sourdough loaf 25\nCafé loaf 25 of sourdough baking, as Oven bakes it.\nWith flour.\n"
        "#Uncategorized #bread #sourdough"
    )
    assert posts[0]["url"] == f"{wordpress.address}/2025/07/loaf-25/"
    assert str(posts[0]["created_at"]) == "2025-07-24 22:30:00"  # the blog's day is Berlin's
    assert (posts[0]["comments"], posts[0]["is_sponsored"]) == (26, True)
    cited = rows(tmp_path, "select target_id from interactions where kind = 'link'")
    assert {one["target_id"] for one in cited} == {f"web:oven{n}.example" for n in range(1, 26)} | {
        "web:mill.example"
    }
    listed = rows(tmp_path, "select target_id from interactions where kind = 'list'")
    assert listed == [{"target_id": "web:rye.example"}]


def test_comments_name_their_writers_and_belong_to_the_posts_of_the_feed(
    wordpress: WordPress, tmp_path: Path
) -> None:
    fetch(tmp_path, "blogs", wordpress.address, "--yes")
    told = rows(
        tmp_path,
        "select i.*, account_id from interactions i left join posts using (post_id) where kind = 'comment'",
    )
    assert {one["actor_id"] for one in told} == {f"web:baker{n}.example" for n in range(1, 121)} | {
        "bluesky:ben.example"
    }
    assert {(one["target_id"], one["account_id"]) for one in told} == {(ME, ME)}
    ben = next(one for one in told if one["actor_id"] == BEN)
    assert (str(ben["created_at"]), ben["text"]) == ("2025-08-01 01:15:00", "Good crumb, Ben")
    covered = rows(tmp_path, "select list, state, n_read from coverage order by list")
    assert [tuple(one.values()) for one in covered] == [("comments", "whole", 121), ("posts", "whole", 25)]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("permalink_structure", ""),
        ("page_comments", "1"),
        ("rss_use_excerpt", "1"),
        ("show_on_front", "page"),
    ],
)
def test_the_same_comes_in_however_wordpress_is_set_up(
    wordpress: WordPress, setting: Any, tmp_path: Path, option: str, value: str
) -> None:
    setting(option, value)
    assert fetch(tmp_path, "blogs", wordpress.address, "--yes", "--posts", "10") == 0
    posts = rows(tmp_path, "select text from posts")
    assert len(posts) == 10
    assert all("of sourdough baking, as Oven bakes it." in one["text"] for one in posts)
    joined = rows(
        tmp_path, "select count(*) as n from interactions join posts using (post_id) where kind = 'comment'"
    )
    assert joined == [{"n": 121}]


def test_a_blog_that_asks_not_to_be_indexed_is_counted_and_not_kept(
    wordpress: WordPress, setting: Any, tmp_path: Path, capsys: Any
) -> None:
    setting("blog_public", "0")
    assert fetch(tmp_path, "blogs", wordpress.address, "--yes") == 1
    assert "1 not kept: asks not to be indexed." in capsys.readouterr().err


def test_a_new_post_and_a_new_comment_come_in_by_watch_and_nothing_twice(
    wordpress: WordPress, tmp_path: Path
) -> None:
    assert fetch(tmp_path, "blogs", wordpress.address, "--yes") == 0
    assert run(["--quiet", "watch", "-w", str(tmp_path / "w.duckdb"), *EASY]) == 0
    assert rows(tmp_path, "select count(*) as n from posts") == [{"n": 25}]
    number = wordpress.run(
        "$n = wp_insert_post(['post_title' => 'Spelt', 'post_content' => 'New', 'post_status' => 'publish']);"
        "wp_insert_comment(['comment_post_ID' => $n, 'comment_author_url' => 'https://zoe.example/',"
        "'comment_approved' => 1, 'comment_content' => 'Ah']); echo $n;"
    )
    try:
        assert run(["--quiet", "watch", "-w", str(tmp_path / "w.duckdb"), *EASY]) == 0
    finally:
        wordpress.run(f"wp_delete_post({number}, true);")
    assert len(rows(tmp_path, "select * from posts where text like 'Spelt%'")) == 1
    assert len(rows(tmp_path, "select * from interactions where actor_id = 'web:zoe.example'")) == 1
    assert rows(tmp_path, "select count(*) as n from interactions where kind = 'comment'") == [{"n": 122}]
