"""Blogs read over real sockets: feeds of every kind, links, blogrolls, comments, wishes not to be indexed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from influence.networks.blogs import Depth, fetch_blog
from influence.networks.feeds import read_feed
from influence.networks.fetching import frames
from influence.networks.harvest import Harvest
from influence.networks.kept import Reply
from influence.networks.pages import plain_text
from influence.store.importing.transaction import import_tables
from influence.store.people.persons import find_persons
from influence.store.workspace import open_workspace

Make = Callable[..., Any]
PAGE = """<!doctype html><html lang="en"><head><title>Crumb</title>{head}</head><body>{body}</body></html>"""
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>Crumb &amp; Co</title><link>{home}</link>
<description>Bread, mostly</description><language>en-GB</language>
<item><title>Oat loaf</title><link>{home}/oat</link><pubDate>Tue, 06 Apr 2021 10:00:00 +0200</pubDate>
<category>vegan</category><category>sour dough</category><slash:comments>7</slash:comments>
<content:encoded><![CDATA[<p>Caf&eacute; loaf, as <a href="https://oven.example/rye?utm_source=x">Oven</a> bakes it.</p>
<p>With <a rel="sponsored" href="https://shop.example/">flour</a> and <a href="/older">older</a>.</p>]]>
</content:encoded></item>
<item><title>No date</title><link>{home}/none</link><pubDate>0000-00-00</pubDate><description>short</description></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Oven</title>
<entry><title>Rye</title><link href="{home}/rye"/><updated>2021-04-06T10:00:00+02:00</updated>
<content type="html">&lt;p&gt;Rye &amp;amp; oats&lt;/p&gt;</content></entry></feed>"""


def read(site: Any, client: Make, into: Harvest | None = None, **depth: int) -> tuple[str | None, Harvest]:
    into = into or Harvest()
    return fetch_blog(client(), site.address, into, Depth(**depth)), into


def posts(into: Harvest) -> list[dict[str, Any]]:
    return list(into.tables.get("posts", {}).values())


def test_a_blog_is_read_by_the_feed_that_its_page_names(site: Any, client: Make) -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/all.rss">'
    )
    site.pages = {"/": PAGE.format(head=head, body=""), "/all.rss": RSS.format(home=site.address),
                  "/none": PAGE.format(head="", body="<article><p>The whole post</p></article>")}  # fmt: skip
    account, into = read(site, client)
    assert account == "web:127.0.0.1"
    assert into.tables["accounts"][(account,)]["name"] == "Crumb & Co"
    assert into.tables["accounts"][(account,)]["language"] == "en"
    oat, undated = posts(into)
    assert oat["text"] == "Oat loaf\nCafé loaf, as Oven bakes it.\nWith flour and older.\n#vegan #sourdough"
    assert (oat["created_at"], oat["comments"], oat["is_sponsored"]) == (datetime(2021, 4, 6, 8), 7, True)
    assert "created_at" not in undated
    assert undated["text"] == "No date\nThe whole post"
    assert "/comments/feed/" not in site.asked


def test_links_in_posts_say_who_cites_whom(site: Any, client: Make) -> None:
    site.pages = {"/": RSS.format(home=site.address)}
    _, into = read(site, client, pages=0)
    links = {
        (row["target_id"], row["kind"], row["created_at"]) for row in into.tables["interactions"].values()
    }
    assert links == {
        ("web:oven.example", "link", datetime(2021, 4, 6, 8)),
        ("web:shop.example", "link", datetime(2021, 4, 6, 8)),
    }


@pytest.mark.parametrize("path", ["/feed/", "/atom.xml", "/feeds/posts/default"])
def test_a_feed_that_the_page_does_not_name_is_looked_for_where_blogs_keep_it(
    site: Any, client: Make, path: str
) -> None:
    site.pages = {"/": PAGE.format(head="", body="hello"), path: ATOM.format(home=site.address)}
    _, into = read(site, client)
    assert [post["text"] for post in posts(into)] == ["Rye\nRye & oats"]


def test_a_json_feed_is_read_and_its_next_page_followed(site: Any, client: Make) -> None:
    def feed(n: int, **more: object) -> str:
        item = {
            "id": f"{site.address}/{n}",
            "title": f"Post {n}",
            "content_text": "x",
            "date_published": "2024-05-01T09:00:00Z",
        }
        return json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [item], **more}
        )

    site.pages = {"/": feed(1, next_url="/page2"), "/page2": feed(2)}
    _, into = read(site, client)
    assert [post["text"] for post in posts(into)] == ["Post 1\nx", "Post 2\nx"]
    assert posts(into)[0]["created_at"] == datetime(2024, 5, 1, 9)


def test_older_pages_are_asked_for_where_wordpress_has_them_and_nowhere_else(site: Any, client: Make) -> None:
    maker = "<channel><generator>https://wordpress.org/?v=6.5</generator>"
    site.pages = {"/": RSS.format(home=site.address).replace("<channel>", maker),
                  "/?paged=2": RSS.format(home=f"{site.address}/old")}  # fmt: skip
    _, into = read(site, client, pages=0)
    assert len(posts(into)) == 4
    site.pages, site.asked = {"/": RSS.format(home=site.address)}, []
    read(site, client, pages=0)
    assert site.asked == ["/robots.txt", "/"]


def test_a_page_is_no_empty_feed() -> None:
    page = Reply(
        "http://a.example/",
        "http://a.example/",
        200,
        "text/html",
        body=PAGE.format(head="", body="x").encode(),
    )
    assert read_feed(page) is None
    assert read_feed(Reply("http://a.example/", status=200, body=b"{}")) is None
    assert read_feed(Reply("http://a.example/", status=200, body=b"")) is None


def test_a_blogroll_is_a_list_of_blogs_that_it_recommends(site: Any, client: Make) -> None:
    roll = '<h3>Blogs I read</h3><ul><li><a href="https://www.rye.example/">Rye</a></li></ul>'
    head = '<link rel="blogroll" type="text/xml" href="/roll.opml">'
    site.pages = {
        "/": PAGE.format(head=head, body=roll), "/feed/": ATOM.format(home=site.address),
        "/roll.opml": '<opml><body><outline htmlUrl="https://spelt.example/" xmlUrl="https://spelt.example/f"/></body></opml>',
    }  # fmt: skip
    _, into = read(site, client)
    listed = {row["target_id"] for row in into.tables["interactions"].values() if row["kind"] == "list"}
    assert listed == {"web:rye.example", "web:spelt.example"}


def test_comments_of_wordpress_name_the_blogs_that_react(site: Any, client: Make) -> None:
    head = '<link rel="https://api.w.org/" href="/wp-json/">'
    comments = [
        {"author_url": "https://ben.example", "author_name": "Ben", "link": f"{site.address}/oat#comment-1",
         "date_gmt": "2021-04-07T09:00:00", "content": {"rendered": "<p>Lovely!</p>"}},
        {"author_url": "", "author_name": "Nobody", "link": f"{site.address}/oat#comment-2", "content": {}},
    ]  # fmt: skip
    site.pages = {"/": PAGE.format(head=head, body=""), "/feed/": RSS.format(home=site.address),
                  "/wp-json/wp/v2/comments?per_page=100&page=1": json.dumps(comments)}  # fmt: skip
    _, into = read(site, client, pages=0)
    (said,) = [row for row in into.tables["interactions"].values() if row["kind"] == "comment"]
    assert (said["actor_id"], said["post_id"], said["text"]) == (
        "web:ben.example",
        f"{site.address}/oat",
        "Lovely!",
    )
    assert said["created_at"] == datetime(2021, 4, 7, 9)
    states = {key[1]: row["state"] for key, row in into.tables["coverage"].items()}
    assert states == {"posts": "part", "comments": "whole"}


def test_comments_are_asked_for_where_wordpress_says_and_belong_to_the_post(site: Any, client: Make) -> None:
    """Seen on a real one: no pretty addresses (the interface behind ``?``), comments on pages of their own."""
    head = '</style.css>; rel=preload; as=style, <{root}>; rel="https://api.w.org/", </?p=1>; rel=shortlink'
    root = f"{site.address}/index.php?rest_route=/"
    comments = [{"author_url": f"https://{name}.example", "link": f"{site.address}{link}"} for name, link in (
        ("ben", "/oat/comment-page-2/#comment-1"), ("cy", "/oat/#comment-2"), ("di", "/?p=7&cpage=1#comment-3"),
    )]  # fmt: skip
    site.pages = {"/": lambda _: (200, {"Link": head.format(root=root)}, RSS.format(home=site.address).encode()),
                  "/index.php?rest_route=/wp/v2/comments&per_page=100&page=1": json.dumps(comments)}  # fmt: skip
    _, into = read(site, client, pages=0)
    said = {
        row["actor_id"]: row["post_id"]
        for row in into.tables["interactions"].values()
        if row["kind"] == "comment"
    }
    there = {"ben": "/oat/", "cy": "/oat/", "di": "/?p=7"}
    assert said == {f"web:{name}.example": f"{site.address}{post}" for name, post in there.items()}


@pytest.mark.parametrize(("refused_page", "state"), [(1, "unread"), (2, "part")])
def test_comments_that_are_refused_were_not_read(
    site: Any, client: Make, refused_page: int, state: str
) -> None:
    at = "/wp-json/wp/v2/comments?per_page=100&page="
    head = {"Link": '</wp-json/>; rel="https://api.w.org/"'}
    site.pages = {"/": lambda _: (200, head, RSS.format(home="").encode()),
                  f"{at}1": json.dumps([{"author_url": "https://ben.example", "link": "/oat#1"}] * 100)}  # fmt: skip
    site.pages[f"{at}{refused_page}"] = lambda _: (401, {}, b'{"code": "rest_forbidden"}')
    _, into = read(site, client, pages=0)
    assert into.tables["coverage"][("web:127.0.0.1", "comments")]["state"] == state


@pytest.mark.parametrize(
    ("wish", "kept"),
    [("noindex", False), ("nofollow, none", False), ("googlebot: noindex", True), ("noarchive", True)],
)
def test_a_wish_in_the_header_holds_as_one_in_the_page(
    site: Any, client: Make, wish: str, kept: bool
) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/all.rss">'
    site.pages = {"/": lambda _: (200, {"X-Robots-Tag": wish}, PAGE.format(head=head, body="").encode()),
                  "/all.rss": RSS.format(home=site.address)}  # fmt: skip
    account, into = read(site, client, pages=0)
    assert (account is not None) == kept
    assert bool(into.hidden) != kept


def test_a_blog_that_asks_not_to_be_indexed_is_counted_and_not_kept(site: Any, client: Make) -> None:
    site.pages = {"/": PAGE.format(head='<meta name="robots" content="noindex, nofollow">', body=""),
                  "/feed/": ATOM.format(home=site.address)}  # fmt: skip
    account, into = read(site, client)
    assert account is None
    assert into.tables == {}
    assert list(into.hidden.values()) == ["asks not to be indexed"]


def test_a_blog_without_a_feed_is_read_by_its_sitemap(site: Any, client: Make) -> None:
    site.pages = {
        "/": PAGE.format(head="", body=""),
        "/sitemap.xml": f"<urlset><url><loc>{site.address}/a</loc><lastmod>2024-01-01</lastmod></url>"
                        f"<url><loc>{site.address}/b</loc><lastmod>2024-02-01</lastmod></url></urlset>",
        "/a": PAGE.format(head="", body="<main>First</main>"), "/b": PAGE.format(head="", body="<main>Second</main>"),
    }  # fmt: skip
    _, into = read(site, client)
    assert [post["text"] for post in posts(into)] == ["Crumb\nSecond", "Crumb\nFirst"]


def test_where_nothing_can_be_read_the_reason_is_told(site: Any, client: Make) -> None:
    site.pages = {"/": PAGE.format(head="", body="a shop")}
    account, into = read(site, client)
    assert account is None
    assert into.problems == [(site.address, "no feed and no list of its posts was found")]
    assert fetch_blog(client(), f"{site.address}/gone", into := Harvest()) is None
    assert into.problems[0][1] == "the server answered 404"


def test_plain_text_leaves_scripts_out_and_keeps_blocks_apart() -> None:
    assert (
        plain_text("<p>One<br>two</p><script>alert(1)</script><ul><li>a</li><li>b &amp; c</li></ul>")
        == "One\ntwo\na\nb & c"
    )
    assert plain_text("") == plain_text("<!-- -->") == ""


def test_a_profile_and_a_blog_that_name_each_other_are_one_person(
    site: Any, client: Make, tmp_path: Path
) -> None:
    """By what she says herself: rel="me" on the page, and the blog's address in the profile."""
    head = '<link rel="me" href="https://bsky.app/profile/oven.bsky.social"><link rel="me" href="/about">'
    site.pages = {"/": PAGE.format(head=head, body=""), "/feed/": RSS.format(home=site.address),
                  "/none": PAGE.format(head="", body="<article>x</article>")}  # fmt: skip
    account, into = read(site, client)
    assert (
        into.tables["accounts"][(account,)]["bio"]
        == "Bread, mostly\nhttps://bsky.app/profile/oven.bsky.social"
    )
    into.account("bluesky:oven.bsky.social", "s", 0, platform="bluesky", bio=f"I bake. {site.address}")
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_tables(workspace, frames(into))
        (group,) = find_persons(workspace.store).groups
    assert group == ("bluesky:oven.bsky.social", "web:127.0.0.1")


def test_an_address_of_a_feeds_author_is_not_kept(site: Any, client: Make) -> None:
    author = "<author>anna@oven.example (Anna)</author><pubDate>Tue"
    site.pages = {"/": RSS.format(home=site.address).replace("<pubDate>Tue", author)}
    _, into = read(site, client, pages=0)
    assert posts(into)
    assert "anna@oven.example" not in str(into.tables)


def test_a_page_that_names_no_encoding_is_read_as_utf8_where_it_is(site: Any, client: Make) -> None:
    """And a title that the page repeats over the post counts once."""
    page = "<!doctype html><title>Caf\u00e9</title><article><h1>Short</h1><p>Caf\u00e9 {}</p></article>"
    feed = RSS.replace("No date", "Short").replace("/oat</link>", "/old</link>").format(home=site.address)
    site.pages = {
        "/": feed,
        "/none": lambda _: (200, {"Content-Type": "text/html"}, page.format("\u017e").encode()),
    }
    _, into = read(site, client)
    assert posts(into)[1]["text"] == "Short\nCaf\u00e9 \u017e"


def test_a_post_from_the_future_has_no_date(site: Any, client: Make) -> None:
    site.pages = {"/": ATOM.format(home=site.address).replace("2021-04-06", "2131-04-06")}
    _, into = read(site, client)
    assert "created_at" not in posts(into)[0]


def test_where_nobody_answers_by_https_a_bare_name_is_asked_by_http(
    client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def get(self: Any, address: str, **_: object) -> Reply:
        asked.append(address)
        return Reply(address, address, problem="no connection")

    monkeypatch.setattr("influence.networks.client.PoliteClient.get", get)
    for name in ("old.example", "https://new.example/"):
        assert fetch_blog(client(), name, Harvest()) is None
    assert asked == ["https://old.example", "http://old.example", "https://new.example/"]
