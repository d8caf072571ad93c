"""What a JSON document holds: which of its arrays are records, and which columns records have.

A frame's columns, and rows of bare values under a header, are read here too: they can only be read whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from influence.sources.base import Entry, FilePart
from influence.sources.dialect import unique_headers
from influence.sources.encoding import open_text
from influence.sources.packed import TRUNCATED

DEPTH = 4
MAX_COLUMNS = 1_000
MAX_KEYS = 100
"""An object with more keys than this, over the first records, is a map (by user, by day): it stays one column."""

ENVELOPES = frozenset({
    "data", "users", "items", "ordereditems", "results", "posts", "tweets", "statuses", "accounts", "records", "rows",
    "messages", "videos", "feed", "followers", "follows", "following", "profiles", "actors", "nodes", "edges", "links",
    "hits", "entries", "children", "list",
})  # fmt: skip
"""Keys under which services put their records."""

SPOKEN = frozenset({"links", "list", "children", "following"})
"""Of these, what a record too may have."""

OUTER = frozenset({"data", "result", "response", "payload", "elements", "includes", "body", "output", "page"})
"""Keys of what services put around their arrays."""

TELLING = frozenset({
    "username", "screen_name", "handle", "full_text", "text", "caption", "preferredusername", "acct", "did", "body",
    "content", "user_name", "shortcode", "id_str", "string_list_data", "string_map_data",
})  # fmt: skip
"""Keys that only a record has, of its own or of what it is wrapped in."""

WRAPPINGS = (frozenset({"kind", "data"}),)
"""Keys of objects that are but a wrapping of the one in ``data``: things of the Reddit API."""

Steps = tuple[str, ...]
ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def record_paths(value: Any, path: Steps = (), is_first: bool = True) -> list[Steps]:
    """Paths of the arrays of records in a document; ``*`` for the values of a map; none: it is one record itself."""
    if isinstance(value, list):
        return [path] if any(isinstance(element, dict) for element in value[:1000]) else []
    if not isinstance(value, dict) or len(path) >= DEPTH:
        return []
    if path and path[-1].lower() in ENVELOPES - SPOKEN and _is_map(value):
        return [(*path, "*")]
    inner = [found for key, inside in value.items() for found in record_paths(inside, (*path, key), False)]
    if is_first and not _is_envelope(value, inner):
        return [(*path, "*")] if _is_map(value) else []
    return inner


def _is_envelope(value: dict[str, Any], inner: list[Steps]) -> bool:
    lower = [tuple(step.lower() for step in path if step != "*") for path in inner]
    known = {path[-1] for path in lower if path[-1] in ENVELOPES and set(path[:-1]) <= ENVELOPES | OUTER}
    wrapped = [inside for inside in value.values() if isinstance(inside, dict)]
    if {key.lower() for keys in (value, *wrapped) for key in keys} & TELLING:
        return bool(known - SPOKEN)
    return bool(known) or (bool(inner) and _n_plain(value) <= 3)


def _n_plain(value: dict[str, Any]) -> int:
    return sum(isinstance(inside, str | int | float) for inside in value.values())


def _is_map(value: dict[str, Any]) -> bool:
    """Two or more objects of much the same keys, and nothing else: ``{"anna": {...}, "ben": {...}}``."""
    inside = list(value.values())[:50]
    if len(inside) < 2 or not all(isinstance(element, dict) and element for element in inside):
        return False
    shared = set.intersection(*(set(element) for element in inside))
    return 2 * len(shared) >= max(len(element) for element in inside)


class Shape:
    """What the records of one array look like, learnt one by one; none is kept."""

    def __init__(self) -> None:
        self.n_records = 0
        self._children: dict[Steps, dict[str, None]] = {}
        self._plain: set[Steps] = set()
        self.arrays: set[Steps] = set()
        self._keys: set[frozenset[str]] = set()
        self._bare = False

    def add(self, record: dict[str, Any]) -> None:
        """Learn from one record."""
        self.n_records += 1
        if len(self._keys) < 2:
            self._keys.add(frozenset(record))
        self._bare = self._bare or not any(_has_values(inside) for inside in record.values())
        self._collect(record, ())

    def _collect(self, value: dict[str, Any], path: Steps) -> None:
        known = self._children.setdefault(path, {})
        if len(known) > MAX_COLUMNS:
            return
        for key, inside in value.items():
            known[key] = None
            if isinstance(inside, dict) and inside and len(path) < 2 * DEPTH:
                self._collect(inside, (*path, key))
            elif inside is not None and inside != {} and len(known) <= MAX_KEYS:
                self._plain.add((*path, key))
                if isinstance(inside, list):
                    self.arrays.add((*path, key))

    @property
    def wrapping(self) -> Steps:
        """The key in which every record is wrapped (``{"tweet": {...}}``, ``{"node": {...}}``), as a path."""
        found = next(iter(self._keys)) if len(self._keys) == 1 else frozenset[str]()
        if found in WRAPPINGS:
            return ("data",)
        if self.n_records == 1 and len(found) == 2 and "id" in found:
            inside = next(key for key in found if key != "id")  # an answer with the id of who asked
            return (inside,) if TELLING & {key.lower() for key in self._children.get((inside,), ())} else ()
        return tuple(found) if len(found) == 1 and not self._bare else ()

    @property
    def keys(self) -> frozenset[str]:
        """Keys that the records themselves have."""
        return frozenset(self._children.get((), {}))

    @property
    def columns(self) -> dict[str, Steps]:
        """Header -> path of every value: nested objects dotted, arrays and maps one column each."""
        columns: dict[str, Steps] = {}
        self._spread(self.wrapping, len(self.wrapping), columns)
        return columns

    def _spread(self, path: Steps, hidden: int, columns: dict[str, Steps]) -> None:
        for key in self._children.get(path, {}):
            here = (*path, key)
            below = self._children.get(here)
            nested = below is not None and len(below) <= MAX_KEYS
            if nested:
                self._spread(here, hidden, columns)
            if (not nested or here in self._plain) and len(columns) < MAX_COLUMNS:
                columns.setdefault(clean(".".join(here[hidden:])), here)


def _has_values(value: Any) -> bool:
    """An object with a plain value of its own, not only of objects in it."""
    return isinstance(value, dict) and any(not isinstance(inside, dict) for inside in value.values())


def clean(text: str) -> str:
    """Text without lone surrogates, which are legal in JSON and no legal text."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def as_text(value: Any) -> str | None:
    """A value as text: numbers and truths as JSON writes them, arrays and objects as JSON."""
    if value is None:
        return None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    try:
        return clean(ENCODE(value))
    except RecursionError:
        return "..."


def reach(record: Any, path: Steps) -> Any:
    """The value at `path` of a record; None where there is none."""
    for key in path:
        if not isinstance(record, dict):
            return None
        record = record.get(key)
    return record


LARGEST = 64 << 20
"""Bytes up to which such a document is read; it can only be read whole."""

BEGINS = re.compile(rb'\s*(?:\[\s*\[|\{\s*"[^"]*"\s*:\s*(?:\{\s*"0"\s*:|\[\s*["\d]))')
Rows = Sequence[Sequence[Any]]


def open_frame(path: Path, encoding: str, name: str) -> FilePart | None:
    """The table of such a document; None where the document is of another kind."""
    document = _document(path, encoding)
    table = _table(document)
    if table is None:
        return None
    headers, _ = unique_headers([str(header) for header in table[0]])
    about = f"JSON, a table by columns, {encoding.removesuffix('-sig')}"
    entries = partial(_entries, name, headers, table[1])
    return FilePart(entries, path=path, name=name, headers=headers, about=about)


def _document(path: Path, encoding: str) -> Any:
    try:
        with open_text(path, encoding) as file:
            head = file.read(4096)
            if not BEGINS.match(head.removeprefix(b"\xef\xbb\xbf")):
                return None
            text = head + file.read(LARGEST)
        return json.loads(text)
    except (ValueError, RecursionError, *TRUNCATED):
        return None


def _table(document: Any) -> tuple[Sequence[Any], Rows] | None:
    """Headers, and the rows of values."""
    if isinstance(document, list):
        return _under_header(document)
    if not isinstance(document, dict):
        return None
    names, data = document.get("columns"), document.get("data")
    if isinstance(names, list) and isinstance(data, list) and all(isinstance(row, list) for row in data):
        return names, data
    columns = list(document.values())
    if len(columns) > 1 and all(isinstance(column, dict) for column in columns):
        return _by_index(document)
    lengths = {len(column) if isinstance(column, list) else -1 for column in columns}
    if len(columns) > 1 and len(lengths) == 1 and lengths != {-1} and not any(map(_holds_records, columns)):
        return list(document), list(zip(*columns, strict=True))
    return None


def _under_header(rows: list[Any]) -> tuple[Sequence[Any], Rows] | None:
    if len(rows) < 2 or not all(isinstance(row, list) for row in rows) or _holds_records(rows[1]):
        return None
    named = len(rows[0]) > 1 and all(isinstance(cell, str) for cell in rows[0])
    return (rows[0], rows[1:]) if named else None


def _by_index(document: Mapping[str, Mapping[str, Any]]) -> tuple[Sequence[Any], Rows] | None:
    """Columns of values by the number of their row."""
    keys = dict.fromkeys(key for column in document.values() for key in column)
    if not all(key.isdigit() for key in keys) or any(
        map(_holds_records, (c.values() for c in document.values()))
    ):
        return None
    return list(document), [[column.get(key) for column in document.values()] for key in keys]


def _holds_records(values: Any) -> bool:
    return any(isinstance(value, dict) for value in values)


def _entries(name: str, headers: tuple[str, ...], rows: Rows) -> Iterator[Entry]:
    for number, row in enumerate(rows, 1):
        yield Entry(name, number, {header: as_text(cell) for header, cell in zip(headers, row, strict=False)})
