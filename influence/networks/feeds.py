"""Feeds of blogs and podcasts (RSS, Atom, RDF, JSON Feed) as plain entries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from influence.networks.harvest import FIRST_YEAR, moment
from influence.networks.kept import Reply, objects
from influence.recognition.dates import parse_moment

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
ACCEPT = ", ".join(FEED_TYPES) + ", application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
SUMMARY_CHARACTERS = 600


@dataclass(frozen=True)
class FeedEntry:
    """One post or episode: `html` as the feed carries it, `comments` None where the feed does not count."""

    address: str
    title: str = ""
    html: str = ""
    published: datetime | None = None
    comments: int | None = None
    tags: tuple[str, ...] = ()
    whole: bool = False
    """Whether `html` is the whole post and not its summary."""


@dataclass(frozen=True)
class Feed:
    """A feed: what it calls itself and its entries, newest first as the feed has them."""

    title: str = ""
    description: str = ""
    home: str = ""
    language: str = ""
    is_podcast: bool = False
    next_page: str = ""
    is_wordpress: bool = False
    licence: str = ""
    entries: tuple[FeedEntry, ...] = field(default=())


def read_feed(reply: Reply) -> Feed | None:
    """The feed in a reply, or None where it is something else (a page, a picture, an empty body).

    Parameters
    ----------
    reply : Reply
        Its ``final`` address is what relative links start from.
    """
    start = reply.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not reply.good or not start:
        return None
    if start == b"{":
        return _json_feed(reply)
    return _xml_feed(reply) if start == b"<" else None


def _json_feed(reply: Reply) -> Feed | None:
    told = reply.json()
    if not isinstance(told, dict) or "jsonfeed.org" not in str(told.get("version")):
        return None
    items = objects(told, "items")
    return Feed(
        title=_text(told, "title"), description=_text(told, "description"),
        home=urljoin(reply.final, _text(told, "home_page_url")), language=_text(told, "language"),
        next_page=urljoin(reply.final, _text(told, "next_url")) if told.get("next_url") else "",
        is_podcast=any(str(file.get("mime_type", "")).startswith("audio/") for one in items
                       for file in objects(one, "attachments")),
        entries=tuple(_json_entry(one, reply.final) for one in items),
    )  # fmt: skip


def _json_entry(item: Mapping[str, Any], base: str) -> FeedEntry:
    place, tags = _text(item, "url") or _text(item, "id"), item.get("tags")
    html = _text(item, "content_html") or _text(item, "content_text")
    return FeedEntry(
        address=urljoin(base, place) if place else "", title=_text(item, "title"),
        html=html or _text(item, "summary"), whole=bool(html), published=moment(_text(item, "date_published")),
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
    )  # fmt: skip


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value.strip() if isinstance(value, str) else ""


def _xml_feed(reply: Reply) -> Feed | None:
    import feedparser

    header = {
        "content-type": f"{reply.kind or 'application/xml'}"
        + (f"; charset={reply.charset}" if reply.charset else "")
    }
    found = feedparser.parse(reply.body, response_headers={**header, "content-location": reply.final})
    if not found.version:  # a page, or nothing: feedparser would call it an empty feed
        return None
    head = found.feed
    return Feed(
        title=_plain(head.get("title")), description=_plain(head.get("subtitle")), home=_plain(head.get("link")),
        language=_plain(head.get("language")), next_page=_rel(head.get("links"), "next"),
        licence=_rel(head.get("links"), "license"),
        is_wordpress="wordpress" in str(head.get("generator", "")).lower(),
        is_podcast="itunes" in found.namespaces or any(_has_sound(one) for one in found.entries),
        entries=tuple(_xml_entry(one) for one in found.entries),
    )  # fmt: skip


def _xml_entry(item: Any) -> FeedEntry:
    contents = [one.get("value", "") for one in item.get("content") or ()]
    summary = item.get("summary", "")
    html = max(contents, key=len, default="") or summary
    return FeedEntry(
        address=_plain(item.get("link") or item.get("id")), title=_plain(item.get("title")), html=html,
        whole=bool(contents) or len(summary) > SUMMARY_CHARACTERS,
        published=_published(item),
        comments=_count(item.get("slash_comments") or item.get("thr_total")),
        tags=tuple(dict.fromkeys(tag.term for tag in item.get("tags") or () if tag.get("term"))),
    )  # fmt: skip


def _published(item: Any) -> datetime | None:
    told = [item[name] for name in ("published", "updated") if name in item.keys()]  # noqa: SIM118
    return feed_date(str(told[0])) if told else None  # `get` would take one for the other, and warn of it


def _plain(value: Any) -> str:
    from lxml import html

    text = str(value or "").strip()
    return str(html.fromstring(f"<p>{text}</p>").text_content()).strip() if "<" in text else text


def _rel(links: Any, rel: str) -> str:
    return next((str(one.get("href", "")) for one in links or () if one.get("rel") == rel), "")


def _has_sound(item: Any) -> bool:
    return any(str(one.get("type", "")).startswith("audio/") for one in item.get("enclosures") or ())


def _count(value: Any) -> int | None:
    return int(value) if str(value).isdigit() else None


SEVERAL = re.compile(r"\s*IST\b")
"""India's, Israel's and Ireland's: as UTC, as a name that nobody knows."""
ZONE = re.compile(r"(?<=\d)\s*(?:[A-Za-z]{1,5}|[+-]\d\d:?\d\d)$")
"""Behind a day without a time, or of a name that nobody knows: the day counts as it is written."""


def feed_date(said: str) -> datetime | None:
    """When an entry was published, UTC without its zone, from RFC 822 or ISO 8601; None where no such moment is.

    Examples
    --------
    >>> feed_date("Tue, 06 Apr 2021 10:00:00 CET")
    datetime.datetime(2021, 4, 6, 9, 0)
    >>> feed_date("Tue, 30 Feb 2021 10:00:00 GMT") is None
    True
    """
    plain = SEVERAL.sub("", said)
    found = parse_moment(plain) or parse_moment(ZONE.sub("", plain))
    return found.replace(microsecond=0) if found is not None and found.year >= FIRST_YEAR else None
