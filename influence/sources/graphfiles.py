"""Graph files (GEXF, GraphML, GML, GDF, Pajek): their nodes and their edges as two sources, with line numbers.

Nodes are accounts, edges are ties; the id of an edge is nobody. The file is read three times (once for its columns,
once for each part) and never kept; of the nodes only their ids and names are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from influence.errors import SourceError
from influence.sources.base import Entry, FilePart, ReadOptions, Role, Source
from influence.sources.encoding import open_text, recognise_encoding
from influence.sources.graphdialects import DIALECTS
from influence.sources.graphtexts import TEXTS, Lines
from influence.sources.packed import unbroken
from influence.sources.xmlstream import xml_entries

PARTS = {"nodes": "accounts", "edges": "follows"}
USER_NAMES = ("username", "screen_name", "user_name", "handle", "acct", "twitter_handle")
ADDRESSES = ("homepage", "url", "website", "blog_url")
LABELS = ("label", "name", "title")
SERIAL = re.compile(r"[a-z]{0,2}(?:\d+::[a-z]{0,2})*(\d{1,9})(?:\.0)?", re.I)


def open_graphfile(path: str | Path, options: ReadOptions | None = None, _: str = "") -> list[Source]:
    """Open a graph file (packed or not) as the sources ``nodes`` and ``edges``.

    Parameters
    ----------
    path : str or Path
        What it is is told by its content where it is XML, else by its ending.
    options : ReadOptions, optional
        ``encoding`` of the formats that are plain text; XML names its own.
    _ : str
        The file's name, which is not used: the parts have names of their own.

    Returns
    -------
    list of Source
        ``nodes`` (``id`` and what the file says of a node) and ``edges`` (``source``, ``target`` and the rest). A
        part without rows has no columns. Where ids only number the nodes (``n0``, ``17``) and the labels tell them
        apart, the labels are the accounts.

    Raises
    ------
    SourceError
        Broken off, or not a graph; XML with entities of its own.
    """
    from influence.sources.opening import ending

    path = Path(path)
    if ending(path) not in TEXTS or _is_xml(path):
        seen: list[Any] = []
        entries = partial(xml_entries, path, DIALECTS, seen)
        next(entries(), None)
        return list(graph_parts(path, seen[0].dialect, entries))
    name, read = TEXTS[ending(path)]
    entries = partial(_text_entries, path, options.encoding if options else None, name, read)
    return list(graph_parts(path, name, entries))


def graph_parts(path: Path, dialect: str, entries: Callable[[], Iterator[Entry]]) -> list[FilePart]:
    """The nodes and the edges among `entries` as two sources."""
    seen = _Seen()
    for entry in entries():
        seen.add(entry)
    names = seen.names()
    named = partial(_renamed, entries, names.accounts) if names.accounts else entries
    notes = {
        "nodes": names.notes,
        "edges": ("undirected edges are read both ways",) if seen.both_ways else (),
    }
    return [
        FilePart(
            named,
            path=path,
            name=part,
            headers=seen.headers(part),
            about=f"{dialect}, {part}",
            notes=notes[part],
            role=names.role(part),
        )
        for part in PARTS
    ]


def _text_entries(
    path: Path, encoding: str | None, name: str, read: Callable[[Lines], Iterator[Entry]]
) -> Iterator[Entry]:
    """Stream nodes and edges of a format that is plain text."""
    try:
        file = open_text(path, recognise_encoding(path, encoding))
        with unbroken(path), io.TextIOWrapper(file, "utf-8", errors="replace") as text:
            yield from read(text)
    except (ValueError, csv.Error) as error:
        raise SourceError(
            f"this is no {name} file that can be read", where=str(path), seen=str(error)
        ) from error


def _is_xml(path: Path) -> bool:
    with unbroken(path), open_text(path, recognise_encoding(path)) as file:
        return file.read(200).lstrip("\ufeff \r\n\t".encode()).startswith(b"<")


def _renamed(entries: Any, accounts: dict[str, str]) -> Iterator[Entry]:
    """The same rows with edges between the names of the accounts."""
    for entry in entries():
        if entry.part == "edges":
            ends = {
                end: accounts.get(str(entry.record[end]), entry.record[end]) for end in ("source", "target")
            }
            entry = entry._replace(record={**entry.record, **ends})
        yield entry


@dataclass(frozen=True)
class _Names:
    """Which column of a node is its account, and the accounts of the ids where that is not the id."""

    column: str
    label: str | None
    accounts: dict[str, str]
    notes: tuple[str, ...] = ()

    def role(self, part: str) -> Role:
        if part == "edges":
            return Role("follows", {"follower_id": "source", "followee_id": "target"})
        columns = {"account_id": self.column} | ({"name": self.label} if self.label else {})
        return Role("accounts", columns)


@dataclass
class _Seen:
    """What the first reading of a file tells: the columns of each part, and what nodes are called."""

    columns: dict[str, dict[str, None]] = field(
        default_factory=lambda: {"nodes": {"id": None}, "edges": {"source": None, "target": None}}
    )
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    both_ways: bool = False
    ids: list[str] = field(default_factory=list)
    called: dict[str, list[str | None]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        self.columns[entry.part].update(dict.fromkeys(entry.record))
        self.rows[entry.part] += 1
        if entry.part == "edges":
            self.both_ways = self.both_ways or entry.mirrored
        elif not entry.refused:
            self._call(entry)

    def _call(self, entry: Entry) -> None:
        for name, value in entry.record.items():
            if name.lower() in (*USER_NAMES, *ADDRESSES, *LABELS):
                told = self.called.setdefault(name, [])
                told += [None] * (len(self.ids) - len(told)) + [value]
        self.ids.append(str(entry.record["id"]))

    def headers(self, part: str) -> tuple[str, ...]:
        return tuple(self.columns[part]) if self.rows[part] else ()

    def names(self) -> _Names:
        """Ids, unless a user name (or, where ids are mere numbers, an address or a label) tells all nodes apart."""
        known = {known: place for place, known in enumerate((*USER_NAMES, *ADDRESSES, *LABELS))}
        columns = sorted(self.called, key=lambda name: known[name.lower()])
        labels = [name for name in columns if name.lower() in LABELS]
        label = next((name for name in labels if self.called[name] != self.ids), None)
        serial = is_serial(self.ids)
        for column in columns:
            values = self._distinct(column)
            if values and (serial or _are_handles(values, self.ids)):
                accounts = dict(zip(self.ids, values, strict=True))
                return _Names(column, label, accounts)
        note = "its nodes are told apart by numbers only; they will match nobody in other files"
        return _Names("id", label, {}, (note,) if serial else ())

    def _distinct(self, column: str) -> list[str] | None:
        values = [" ".join((value or "").split()) for value in self.called[column]]
        if len(values) < len(self.ids) or not all(values) or values == self.ids:
            return None
        return values if len({value.casefold() for value in values}) == len(values) else None


def is_serial(ids: list[str]) -> bool:
    """Whether ids only number the rows: ``0``, ``n7``, ``n0::n3``, hardly higher than there are rows."""
    numbers = [match and int(match[1]) for match in map(SERIAL.fullmatch, ids)]
    return bool(numbers) and all(n is not None and n < 10 * len(ids) + 100_000 for n in numbers)


def _are_handles(values: list[str], ids: list[str]) -> bool:
    """Numbers for ids and one word each for names: ``44196397`` and ``oven_amy``."""
    return all(i.isdigit() for i in ids) and not any(" " in v or v.isdigit() for v in values)
