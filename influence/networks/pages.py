"""Pages of blogs: their text, the feeds they name, whom they link to, and who they say they are elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from influence.networks.feeds import FEED_TYPES
from influence.networks.kept import Reply

BLOGROLL = re.compile(r"blog-?roll|blogs i (read|follow|like)|friends of this blog", re.IGNORECASE)
NOT_FEEDS = re.compile(r"/comments/(feed|default)|[?&]withoutcomments=|oembed", re.IGNORECASE)
NOINDEX = re.compile(r"(^|,)\s*(noindex|none)\b", re.IGNORECASE)
"""Asked of everybody; ``googlebot: noindex`` is asked of one."""
SILENT = ("script", "style", "noscript", "template", "svg", "iframe", "form")
PAID = {"sponsored", "paid"}
USUAL_FEEDS = ("feed/", "rss.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")
"""Where blogs keep their feed when their page does not say: WordPress, Jekyll, Hugo, micro.blog, Blogger."""


@dataclass(frozen=True)
class Link:
    """A link in a text: absolute address, and whether the author marked it as paid."""

    address: str
    paid: bool = False


@dataclass(frozen=True)
class BlogPage:
    """What a page of a blog says."""

    title: str = ""
    description: str = ""
    language: str = ""
    feeds: tuple[str, ...] = ()
    blogroll: tuple[Link, ...] = ()
    blogroll_files: tuple[str, ...] = ()
    me: tuple[str, ...] = ()
    licence: str = ""
    noindex: bool = False


def parse_html(text: bytes | str, charset: str = "") -> Any | None:
    """A tree of lxml, or None where there is nothing to read."""
    from lxml import etree, html

    if not text.strip():
        return None
    try:
        raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
        coded = charset or ("utf-8" if _is_utf8(raw) else None)
        return html.document_fromstring(raw, parser=html.HTMLParser(encoding=coded, huge_tree=False))
    except (etree.ParserError, etree.LxmlError, ValueError, LookupError):
        return None


def _is_utf8(raw: bytes) -> bool:
    """Whether bytes that nobody names an encoding for are UTF-8; of plain ASCII the page itself may say more."""
    try:
        return not raw.isascii() and bool(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def read_page(reply: Reply) -> BlogPage | None:
    """What a page says about its blog; None where the reply is no page."""
    tree = parse_html(reply.body, reply.charset) if reply.good else None
    if tree is None:
        return None
    rels = list(_rels(tree, reply.final))
    feeds = [address for rel, kind, address in rels if "alternate" in rel and kind in FEED_TYPES]
    return BlogPage(
        title=" ".join((tree.findtext(".//title") or "").split()),
        description=_meta(tree, "description"),
        language=(tree.get("lang") or "").strip(),
        feeds=tuple(dict.fromkeys(one for one in feeds if not NOT_FEEDS.search(one))),
        blogroll=_blogroll(tree, reply.final),
        blogroll_files=tuple(address for rel, _, address in rels if "blogroll" in rel),
        me=tuple(dict.fromkeys(address for rel, _, address in rels if "me" in rel)),
        licence=next((address for rel, _, address in rels if "license" in rel), ""),
        noindex=any(NOINDEX.search(wish) for wish in (_meta(tree, "robots"), reply.wishes)),
    )


def outlines(raw: bytes) -> list[str]:
    """Addresses of the blogs (else of their feeds) that an OPML file lists."""
    tree = parse_html(raw)
    found = tree.iter("outline") if tree is not None else ()
    return [address for one in found if (address := one.get("htmlurl") or one.get("xmlurl"))]


def plain_text(html_text: str) -> str:
    """The words of a piece of HTML, blocks apart by line breaks; scripts and styles left out."""
    tree = parse_html(html_text)
    if tree is None:
        return ""
    for element in list(tree.iter(*SILENT)):
        element.drop_tree()
    for element in tree.iter("p", "br", "li", "h1", "h2", "h3", "h4", "div", "blockquote", "tr"):
        element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in str(tree.text_content()).splitlines())
    return "\n".join(line for line in lines if line)


def links_of(html_text: str, base: str) -> list[Link]:
    """Every link to another page in a piece of HTML, in order, each address once."""
    tree = parse_html(html_text)
    found = {} if tree is None else {link.address: link for link in _links(tree, base)}
    return list(found.values())


def main_part(reply: Reply) -> str:
    """The post on a page, as HTML: its article, main part or body."""
    from lxml import html

    tree = parse_html(reply.body, reply.charset) if reply.good else None
    if tree is None:
        return ""
    for path in (".//article", ".//*[@itemprop='articleBody']", ".//main", ".//*[@role='main']", ".//body"):
        found = tree.findall(path)
        if len(found) == 1 or (found and path == ".//body"):
            return str(html.tostring(found[0], encoding="unicode"))
    return ""


def _rels(tree: Any, base: str) -> Iterator[tuple[set[str], str, str]]:
    for element in tree.iter("link", "a"):
        rel, href = (element.get("rel") or "").lower().split(), (element.get("href") or "").strip()
        address = _absolute(base, href) if rel and href else None
        if address:
            yield set(rel), (element.get("type") or "").lower().partition(";")[0].strip(), address


def _meta(tree: Any, name: str) -> str:
    for element in tree.iter("meta"):
        if (element.get("name") or element.get("property") or "").lower() in (name, f"og:{name}"):
            return " ".join((element.get("content") or "").split())
    return ""


def _blogroll(tree: Any, base: str) -> tuple[Link, ...]:
    """Links of the lists that call themselves a blogroll: by class, id, or the heading over them."""
    boxes = [
        element for element in tree.iter("ul", "ol", "div", "aside", "section", "nav")
        if BLOGROLL.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ]  # fmt: skip
    for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        after = heading.getnext()
        if after is not None and BLOGROLL.search(str(heading.text_content())):
            boxes.append(after)
    listed: dict[str, Link] = {}
    for link in (one for box in boxes for one in _links(box, base)):
        listed.setdefault(link.address, link)
    return tuple(listed.values())


def _links(tree: Any, base: str) -> Iterator[Link]:
    for element in tree.iter("a"):
        address = _absolute(base, (element.get("href") or "").strip())
        if address:
            rel = set((element.get("rel") or "").lower().split())
            yield Link(address, bool(rel & PAID))


def _absolute(base: str, href: str) -> str | None:
    try:
        address = urljoin(base, href)
        parts = urlsplit(address)
        return address if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None
