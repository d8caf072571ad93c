"""XML that blogs and readers write: RSS, Atom, WordPress exports (WXR), OPML; streamed, with line numbers.

Rows of ``items`` (posts), ``comments`` (of a WordPress export), ``outlines`` (of OPML) and ``channel`` (the blog
itself, one row), whose fields are also the context of the others. Names are those of RSS, with the prefix of their
vocabulary where they are of another: ``wp:post_id``. Atom's names become those of RSS.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from influence.errors import SourceError
from influence.sources.base import Entry, FilePart, ReadOptions, Record, Source
from influence.sources.graphdialects import DIALECTS
from influence.sources.graphfiles import open_graphfile
from influence.sources.xmlstream import Emit, XmlReader, local_name, xml_entries

PREFIXES = {
    "wordpress.org/export/": "wp", "purl.org/dc/": "dc", "purl.org/rss/1.0/modules/slash/": "slash",
    "purl.org/rss/1.0/modules/content/": "content", "www.itunes.com/dtds/podcast": "itunes",
    "search.yahoo.com/mrss": "media", "wellformedweb.org/commentapi/": "wfw",
}  # fmt: skip
"""How the namespaces of a vocabulary begin, without http(s) -> its prefix; others are taken for the feed's own."""

SAME = {
    "content:encoded": "content", "pubDate": "published", "dc:date": "published", "updated": "modified",
    "dc:creator": "author", "subtitle": "description", "summary": "description", "id": "guid", "about": "guid",
}  # fmt: skip
"""Other names of a field."""

MARKED = {"content", "summary", "description", "title", "content:encoded"}
"""Fields that may hold mark-up as elements (Atom's ``type="xhtml"``)."""

BLOCKS = {"p", "br", "div", "li", "h1", "h2", "h3", "h4"}
ITEMS = {"item": "items", "entry": "items", "wp:comment": "comments", "outline": "outlines"}
ROOTS = ("rss", "feed", "RDF", "opml")


def name_of(tag: str) -> str:
    """The name of an element with the prefix of its vocabulary."""
    space, _, name = tag.rpartition("}")
    place = space.lower().rpartition("://")[2]
    prefix = next((prefix for start, prefix in PREFIXES.items() if place.startswith(start)), None)
    return f"{prefix}:{name}" if prefix else name


class FeedReader(XmlReader):
    """One feed, blog export or list of feeds."""

    dialect = "feed"

    def __init__(self, emit: Emit) -> None:
        super().__init__(emit)
        self.channel: Record = {}
        self.open: list[tuple[str, int, Record]] = []
        self.path: list[str] = []
        self.inside = 0
        """Depth of the element whose mark-up is being read as text; 0: none."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = name_of(tag)
        self.path.append(name)
        if self.inside:
            self.data("\n" if name in BLOCKS else "")
            return
        told = {local_name(key): value for key, value in attributes.items()}
        if name in ITEMS:
            around = self.open[-1][2] if self.open and name == "wp:comment" else {}
            parent = around.get("link") or around.get("guid")
            record: Record = {"post": parent} if parent else {}
            record |= told if name == "outline" else {SAME[k]: told[k] for k in told.keys() & {"about"}}
            self.open.append((ITEMS[name], self.line(), record))
            self.text = None
        elif name == "link" and told.get("href"):
            self._link(told)
        elif name == "category" and (told.get("term") or told.get("nicename")):
            self._add("category", told.get("term") or "")
            self.text = []
        else:
            self.text = []
            self.inside = len(self.path) if name in MARKED else 0

    def _link(self, told: dict[str, str]) -> None:
        """Atom: the page is the link that is alternate, the address of the feed is self."""
        if told.get("rel", "alternate") == "alternate":
            self._record().setdefault("link", told["href"])
        self.text = None

    def end(self, tag: str) -> None:
        name = name_of(tag)
        self.path.pop()
        if self.inside and len(self.path) >= self.inside:
            return
        self.inside = 0
        if name in ITEMS:
            self._finish()
        elif self.text is not None:
            text = self.take_text()
            parent = self.path[-1] if self.path else ""
            if text and parent in (*ITEMS, "channel", "feed", "head", "author"):
                self._add("author" if parent == "author" and name == "name" else SAME.get(name, name), text)
        if not self.path and name != "opml":
            self.emit(Entry("channel", 1, self.channel))

    def _add(self, name: str, text: str) -> None:
        record = self._record()
        if name == "category" and record.get(name):
            record[name] = f"{record[name]}, {text}" if text else record[name]
        elif text and name != "email":
            record.setdefault(name, text)

    def _record(self) -> Record:
        return self.open[-1][2] if self.open else self.channel

    def _finish(self) -> None:
        part, line, record = self.open.pop()
        if part == "outlines" and not (record.get("xmlUrl") or record.get("htmlUrl")):
            return  # a folder
        self.emit(Entry(part, line, record))


READERS: dict[str, type[XmlReader]] = dict.fromkeys(ROOTS, FeedReader)


def open_xml(path: Path, options: ReadOptions, name: str) -> list[Source]:
    """Open an XML file: a feed, an export of WordPress, a list of feeds, or a graph.

    Raises
    ------
    SourceError
        Not XML (but for bare ``&`` and entities of HTML), broken off, with entities of its own, or of another kind.
    """
    try:
        return _opened(path, options, repair=False)
    except SourceError as error:
        if not str(error.seen).startswith(("not well-formed", "undefined entity")):
            raise
        return _opened(path, options, repair=True)


def _opened(path: Path, options: ReadOptions, repair: bool) -> list[Source]:
    seen: list[Any] = []
    columns: dict[str, dict[str, None]] = {}
    context: dict[str, str] = {}
    for entry in xml_entries(path, READERS | DIALECTS, seen, repair):
        if not isinstance(seen[-1], FeedReader):
            return open_graphfile(path, options)
        columns.setdefault(entry.part, {}).update(dict.fromkeys(entry.record))
        context.update({k: v for k, v in entry.record.items() if v} if entry.part == "channel" else {})
    entries = partial(xml_entries, path, READERS, [], repair)
    note = "it is not quite XML; bare & and quotes, and entities of HTML, were read as they are meant"
    return [
        FilePart(
            entries,
            path=path,
            name=part,
            headers=tuple(names),
            about=f"feed, {part}",
            notes=(note,) if repair else (),
            context=context,
        )
        for part, names in columns.items()
        if names
    ]
