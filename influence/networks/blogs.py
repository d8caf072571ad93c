"""A blog by its feed: posts, tags, counts of comments, whom it links to, and who comments where that is public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from influence.networks.client import PoliteClient
from influence.networks.feeds import ACCEPT, Feed, FeedEntry, read_feed
from influence.networks.harvest import Harvest, State, moment
from influence.networks.kept import Reply, objects
from influence.networks.pages import (
    USUAL_FEEDS,
    BlogPage,
    Link,
    links_of,
    main_part,
    outlines,
    parse_html,
    plain_text,
    read_page,
)
from influence.store.people.handles import account_of

COMMENTS_A_PAGE = 100
COMMENT_PLACE = re.compile(r"/comment-page-\d+(/?)(?=#|$)|[?&]cpage=\d+|#.*")
"""What follows the post's own address in that of a comment."""
WORDPRESS = "https://api.w.org/"
TEXT_CHARACTERS = 20_000
POST_HOURS = 30 * 24.0
"""A post's page seldom changes: it is not asked for again for a month."""


@dataclass(frozen=True)
class Depth:
    """How far a blog is read.

    Attributes
    ----------
    posts : int
        Posts kept, newest first.
    pages : int
        Pages of posts opened where the feed carries only summaries.
    feed_pages : int
        Older pages of the feed that are followed.
    comment_pages : int
        Pages of a hundred comments each, where WordPress gives them to everybody; 0 asks for none.
    """

    posts: int = 60
    pages: int = 10
    feed_pages: int = 3
    comment_pages: int = 3


def fetch_blog(client: PoliteClient, address: str, into: Harvest, depth: Depth | None = None) -> str | None:
    """Read one blog into `into`.

    Parameters
    ----------
    client : PoliteClient
    address : str
        The blog's address, its feed's, or a bare domain.
    into : Harvest
        Receives the account, posts, links, comments and how much was read.
    depth : Depth, optional

    Returns
    -------
    str or None
        Its `account_id`; None where nothing could be read (`into.problems` says why).
    """
    depth = depth or Depth()
    bare = "://" not in address
    address = f"https://{address}" if bare else address
    first = client.get(address, accept="text/html, " + ACCEPT)
    if bare and not first.status:  # nobody answers there: an old blog may know http only
        address = f"http{address.removeprefix('https')}"
        first = client.get(address, accept="text/html, " + ACCEPT)
    page = read_page(first)
    feed, at = _feed_of(client, first, page)
    home = feed.home if feed is not None and page is None and feed.home else first.final or address
    named = account_of(home)
    if named is None or not first.good:
        into.problems.append((address, first.problem or "this address names no blog"))
        return None
    asked = account_of(address)
    if asked is not None and asked.account_id != named.account_id and first.final != address:
        into.moved[asked.account_id] = named.account_id
    if page is not None and page.noindex:
        into.hidden[named.account_id] = "asks not to be indexed"
        return None
    entries = list(_entries(client, feed, at, depth)) if feed else _from_sitemap(client, home, depth)
    if not entries:
        into.problems.append((address, "no feed and no list of its posts was found"))
        return None
    shown, told = page or BlogPage(), feed or Feed()
    blog = _Blog(client, into, named.account_id, home, at or first, told.licence or shown.licence)
    blog.describe(shown, told)
    blog.keep_posts(entries, depth)
    blog.keep_blogroll(shown)
    blog.keep_comments(first, depth)
    return named.account_id


def _feed_of(client: PoliteClient, first: Reply, page: BlogPage | None) -> tuple[Feed | None, Reply | None]:
    """The feed that is there, that the page names, or that stands where blogs usually keep it."""
    here = read_feed(first)
    if here is not None:
        return here, first
    if page is None:
        return None, None
    guesses = [urljoin(first.final.rstrip("/") + "/", path) for path in USUAL_FEEDS]
    for address in page.feeds[:2] or guesses:
        reply = client.get(address, accept=ACCEPT)
        found = read_feed(reply)
        if found is not None:
            return found, reply
    return None, None


def _entries(client: PoliteClient, feed: Feed, at: Reply | None, depth: Depth) -> Iterator[FeedEntry]:
    """Entries of the feed and of its older pages, each address once, up to the depth."""
    seen: set[str] = set()
    for number in range(depth.feed_pages + 1):
        fresh = [entry for entry in feed.entries if entry.address and entry.address not in seen]
        for entry in fresh:
            if len(seen) < depth.posts:
                seen.add(entry.address)
                yield entry
        further = _older(feed, at, number + 2) if at else ""
        if not fresh or len(seen) >= depth.posts or number == depth.feed_pages or not further:
            return
        found = read_feed(client.get(further, accept=ACCEPT))
        if found is None:
            return
        feed = found


def _older(feed: Feed, at: Reply, number: int) -> str:
    """The next page as the feed names it (RFC 5005), or WordPress's way; empty where there is none."""
    paged = f"{at.address}{'&' if '?' in at.address else '?'}paged={number}" if feed.is_wordpress else ""
    return feed.next_page or paged


def _from_sitemap(client: PoliteClient, home: str, depth: Depth) -> list[FeedEntry]:
    """Posts of a blog without a feed, from its sitemap, the latest first; their text comes from their pages."""
    found: list[tuple[str, str]] = []
    waiting = [urljoin(home, "/sitemap.xml")]
    for _ in range(3):
        if not waiting:
            break
        reply = client.get(waiting.pop(0))
        tree = parse_html(reply.body) if reply.good else None
        if tree is None:
            continue
        waiting += [
            one.findtext("loc") or "" for one in tree.iter("sitemap") if "post" in (one.findtext("loc") or "")
        ]
        found += [
            (one.findtext("lastmod") or "", (one.findtext("loc") or "").strip()) for one in tree.iter("url")
        ]
    posts = [(day, place) for day, place in found if urlsplit(place).path.strip("/")]
    return [FeedEntry(place) for _, place in sorted(posts, reverse=True)[: depth.pages]]


@dataclass
class _Blog:
    """One blog while it is read."""

    client: PoliteClient
    into: Harvest
    account_id: str
    home: str
    feed: Reply
    licence: str = ""

    def describe(self, page: BlogPage, feed: Feed) -> None:
        """The account, by its feed and its page."""
        said, language = feed.description or page.description, (feed.language or page.language)[:2].lower()
        self.into.account(
            self.account_id, self.home, self.feed.at, platform="web", handle=self.account_id.partition(":")[2],
            name=feed.title or page.title, url=self.home, language=language if language.isalpha() else "",
            bio="\n".join(filter(None, (said, *self._elsewhere(page)))),
            kind="podcast" if feed.is_podcast else "blog",
        )  # fmt: skip

    def _elsewhere(self, page: BlogPage) -> list[str]:
        """Profiles that the page calls its owner's (``rel="me"``): with a link back they prove one person."""
        accounts = ((address, account_of(address)) for address in page.me)
        return [address for address, one in accounts if one is not None and one.account_id != self.account_id]

    def keep_posts(self, entries: list[FeedEntry], depth: Depth) -> None:
        """Posts and the links in them; the page is opened where the feed carries a summary only."""
        opened = 0
        for entry in entries:
            if not entry.whole and opened < depth.pages:
                opened += 1
                entry = self._whole(entry)
            self._keep(entry)
        short = any(not entry.whole for entry in entries[depth.pages :])
        state: State = "part" if len(entries) >= depth.posts or short else "whole"
        self._covered("posts", state, len(entries), self.feed.final)

    def _covered(self, what: str, state: State, n: int, source: str) -> None:
        self.into.coverage(self.account_id, what, state, n, None, source, self.feed.at, self.licence)

    def _whole(self, entry: FeedEntry) -> FeedEntry:
        reply = self.client.get(entry.address, accept="text/html", hold_hours=POST_HOURS)
        part = main_part(reply)
        page = read_page(reply)
        if not part or page is None or page.noindex:
            return entry
        return replace(entry, html=part, title=entry.title or page.title, whole=True)

    def _keep(self, entry: FeedEntry) -> None:
        links = links_of(entry.html, entry.address)
        words = plain_text(entry.html)[:TEXT_CHARACTERS]
        if words.partition("\n")[0] != entry.title:  # a page repeats it over the post
            words = "\n".join(filter(None, (entry.title, words)))
        tags = " ".join("#" + "".join(tag.split()) for tag in entry.tags)
        self.into.post(
            entry.address, self.account_id, self.feed.final, self.feed.at, url=entry.address,
            text="\n".join(filter(None, (words, tags))), created_at=entry.published, comments=entry.comments,
            is_sponsored=True if any(link.paid for link in links) else None,
        )  # fmt: skip
        for link in links:
            self._link(link, "link", entry.address, entry.published)

    def _link(self, link: Link, kind: str, post: str | None, when: datetime | None) -> None:
        whom = cited(link.address)
        if whom is not None:
            self.into.interaction(self.account_id, whom, kind, post or self.home, self.feed.at, when=when)

    def keep_blogroll(self, page: BlogPage) -> None:
        """Whom the blog lists as blogs it reads."""
        links = list(page.blogroll)
        for file in page.blogroll_files[:1]:
            links += map(Link, outlines(self.client.get(file).body))
        for link in links:
            self._link(link, "list", None, None)

    def keep_comments(self, first: Reply, depth: Depth) -> None:
        """Who comments, where the blog is WordPress and gives comments to everybody."""
        root = _wordpress_root(first)
        if not root or not depth.comment_pages:
            return
        read = 0
        state: State = "unread"
        for number in range(1, depth.comment_pages + 1):
            asked = urlencode({"per_page": COMMENTS_A_PAGE, "page": number})
            reply = self.client.get(f"{root}wp/v2/comments{'&' if '?' in root else '?'}{asked}")
            if not reply.good:
                break
            comments = objects(reply.json())
            read += sum(self._comment(comment, reply) for comment in comments)
            state = "part" if len(comments) == COMMENTS_A_PAGE else "whole"
            if state == "whole":
                break
        self._covered("comments", state, read, root)

    def _comment(self, comment: dict[str, Any], reply: Reply) -> int:
        """Keep a comment whose writer names a blog or profile of their own; 1 if kept."""
        whom = cited(str(comment["author_url"])) if comment.get("author_url") else None
        link = COMMENT_PLACE.sub(r"\1", str(comment.get("link") or ""))
        if whom is None or not link:
            return 0
        body = comment.get("content") or {}
        self.into.interaction(
            whom, self.account_id, "comment", reply.final, reply.at, post=link,
            when=moment(comment.get("date_gmt")),
            text=plain_text(str(body.get("rendered") or "")) if isinstance(body, dict) else None,
        )  # fmt: skip
        return 1


def cited(address: str) -> str | None:
    """Whose blog or profile a link in a text leads to: a page of a site is its site's, ``/~anna`` is Anna's."""
    whom = account_of(address)
    if whom is None:
        return None
    host, _, path = whom.handle.partition("/")
    own = whom.platform != "web" or "/" in path or path.startswith("~")
    return whom.account_id if own else f"web:{host}"


def _wordpress_root(first: Reply) -> str:
    """Where WordPress answers programs, as the page's header or head says; empty where it is none."""
    if told := first.linked(WORDPRESS):
        return told
    tree = parse_html(first.body, first.charset) if first.good else None
    for element in tree.iter("link") if tree is not None else ():
        if element.get("rel") == WORDPRESS:
            return urljoin(first.final, str(element.get("href") or ""))
    return ""
