"""Graph files (GEXF, GraphML, GML, GDF, Pajek): their nodes and their edges as two sources, with line numbers.

Nodes are accounts, edges are ties; the id of an edge is nobody. The file is read three times (once for its columns,
once for each part) and never kept; of the nodes only their ids and names are.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise, product
from pathlib import Path
from typing import Any

from influence.errors import SourceError
from influence.sources.base import Entry, Part, ReadOptions, Record, Role, Source
from influence.sources.encoding import open_text, recognise_encoding
from influence.sources.graphdialects import DIALECTS, edge, node
from influence.sources.packed import unbroken
from influence.sources.xmlstream import xml_entries

PARTS = {"nodes": "accounts", "edges": "follows"}
USER_NAMES = ("username", "screen_name", "user_name", "handle", "acct", "twitter_handle")
ADDRESSES = ("homepage", "url", "website", "blog_url")
LABELS = ("label", "name", "title")
SERIAL = re.compile(r"[a-z]{0,2}(?:\d+::[a-z]{0,2})*(\d{1,9})(?:\.0)?", re.I)


Lines = Iterable[str]

GML_TOKEN = re.compile(r'"([^"]*)"|([\[\]])|(\#[^\n]*)|([^\s\[\]"]+)')
PAJEK_WORD = re.compile(r'"([^"]*)"|(\S+)')
TRUE = {"true", "1", "yes"}
MAX_GML_DEPTH = 100


def gdf(lines: Lines) -> Iterator[Entry]:
    """GDF: ``nodedef>name VARCHAR,...`` and ``edgedef>node1,node2,...`` each head a table of values."""
    part, names = "", []
    quoting = csv.reader(_single_quotes(lines))
    for row in quoting:
        head = re.match(r"\s*(node|edge|arc)def\s*>", row[0], re.I) if row else None
        if head:
            part = "nodes" if head[1].lower() == "node" else "edges"
            names = [_gdf_name(word, part) for word in [row[0][head.end() :], *row[1:]]]
        elif part and any(cell.strip() for cell in row):
            record: Record = {n: cell.strip() or None for n, cell in zip(names, row, strict=False)}
            yield from _node_or_edge(part, quoting.line_num, record, _directed(record, default=True))


def _single_quotes(lines: Lines) -> Iterator[str]:
    """GUESS quotes with ' as well as with ": a value wholly in single quotes becomes one in double quotes."""
    for line in lines:
        if "'" in line and '"' not in line:
            line = re.sub(
                r"(?:^|(?<=,))\s*'((?:[^'\\]|\\.|'(?!\s*(?:,|$)))*)'\s*(?=,|$)", r'"\1"', line.rstrip("\r\n")
            )
            line += "\n"
        yield line


def _gdf_name(word: str, part: str) -> str:
    name = word.strip().split(" ")[0].split("\t")[0]
    told = {"name": "id"} if part == "nodes" else {"node1": "source", "node2": "target"}
    return told.get(name.lower(), name)


def _directed(record: Record, default: bool) -> bool:
    told = record.pop("directed", None)
    return default if told is None else told.strip().lower() in TRUE


def _node_or_edge(part: str, line: int, record: Record, directed: bool) -> list[Entry]:
    return [node(line, record)] if part == "nodes" else edge(line, record, not directed)


def gml(lines: Lines) -> Iterator[Entry]:
    """GML: nested ``key value`` pairs; nodes and edges are lists inside ``graph [ ... ]``."""
    path: list[str] = []
    record: Record = {}
    key, start, directed = "", 0, False
    for line, kind, value in _gml_tokens(lines):
        if kind == "[":
            path.append(key)
            if len(path) > MAX_GML_DEPTH:
                raise ValueError(f"lists nested deeper than {MAX_GML_DEPTH}, line {line}")
            if len(path) == 2 and key in ("node", "edge"):
                record, start = {}, line
            key = ""
        elif kind == "]":
            if len(path) == 2 and path[1] in ("node", "edge"):
                yield from _node_or_edge(f"{path[1]}s", start, record, _directed(record, default=directed))
            if path:
                path.pop()
            key = ""
        elif not key:
            key = value
        else:
            if path == ["graph"] and key == "directed":
                directed = value == "1"
            if len(path) >= 2 and path[1] in ("node", "edge"):
                record[".".join([*path[2:], key])] = value
            key = ""


def _gml_tokens(lines: Lines) -> Iterator[tuple[int, str, str]]:
    """(line, kind, text): ``[``, ``]`` or a word; a quoted text may run over many lines."""
    pending: list[str] = []
    first, is_open = 0, False
    for number, line in enumerate(lines, 1):
        first = first if pending else number
        pending.append(line)
        is_open ^= line.count('"') % 2 == 1
        if not is_open:
            for quoted, bracket, comment, word in GML_TOKEN.findall("".join(pending)):
                if not comment:
                    yield first, bracket or "word", bracket or html.unescape(word or quoted)
            pending = []
    if is_open:
        raise ValueError(f"a quote is opened in line {first} and never closed")


def pajek(lines: Lines) -> Iterator[Entry]:
    """Pajek: ``*Vertices``, then ``*Arcs`` (one way) and ``*Edges`` (both ways), as pairs or as lists."""
    section, names = "", {}
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("%"):
            continue
        if line.startswith("*"):
            section = re.split(r"[\s:]", line[1:].lower(), maxsplit=1)[0]
            if section == "matrix":
                raise ValueError(f"a *Matrix, line {number}; only *Arcs and *Edges are read")
            continue
        words = [quoted or word for quoted, word in PAJEK_WORD.findall(line)]
        if section == "vertices":
            names[words[0]] = words[1] if len(words) > 1 else words[0]
            yield Entry("nodes", number, {"id": words[0], "label": names[words[0]]})
        elif section in PAJEK_TIES:
            yield from _pajek_ties(number, words, *PAJEK_TIES[section])


PAJEK_TIES = {
    "arcs": (False, True), "edges": (False, False), "arcslist": (True, True), "edgeslist": (True, False),
}  # fmt: skip
"""Section -> (each line is a node and all that it is tied to, directed)."""


def _pajek_ties(line: int, words: list[str], listed: bool, directed: bool) -> Iterator[Entry]:
    pairs: list[tuple[str, str | None, str | None]]
    if listed:
        pairs = [(words[0], target, None) for target in words[1:]]
    else:
        pairs = [(words[0], words[1] if len(words) > 1 else None, words[2] if len(words) > 2 else None)]
    for source, target, weight in pairs:
        yield from edge(line, {"source": source, "target": target, "weight": weight}, not directed)


DOT_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|^[ \t]*\#[^\n]*|"((?:[^"\\]|\\.)*)"|<((?:[^<>]|<[^<>]*>)*)>'
    r"|(->|--|[\[\]{};,=:])|(-?[^\s\[\]{};,=:\"<>-]+)",
    re.S | re.M,
)


def dot(lines: Lines) -> Iterator[Entry]:
    """DOT (Graphviz): ``a -> b -> {c d} [weight=2]`` are ties, ``a [label="Anna"]`` is a node."""
    tokens, line, done = [], 1, 0
    text = "".join(lines)
    for match in DOT_TOKEN.finditer(text):
        line, done = line + text.count("\n", done, match.start()), match.start()
        quoted, html_text, sign, word = match.groups()
        if match.lastindex:
            name = (word or html_text or quoted or "").replace('\\"', '"')
            tokens.append((line, sign or "name", name))
    head = [name.lower() for _, kind, name in tokens[:3] if kind == "name"]
    if "digraph" not in head and "graph" not in head:
        raise ValueError("no `graph {` or `digraph {` at its beginning")
    yield from _Dot(tokens, "digraph" in head).entries()


class _Dot:
    """The statements of a DOT file."""

    def __init__(self, tokens: list[tuple[int, str, str]], directed: bool) -> None:
        self._tokens, self._at, self._directed = tokens, 0, directed
        self._found: list[Entry] = []

    def entries(self) -> list[Entry]:
        while self._kind() not in ("{", ""):
            self._at += 1
        self._group(0)
        return self._found

    def _kind(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at][1] if at < len(self._tokens) else ""

    def _group(self, depth: int) -> list[str]:
        """The nodes of ``{ ... }``, whose ties are noted."""
        if depth > MAX_GML_DEPTH:
            raise ValueError(f"groups nested deeper than {MAX_GML_DEPTH}")
        self._at += 1
        inside: list[str] = []
        while self._kind() not in ("}", ""):
            inside += self._statement(depth)
        self._at += 1
        return inside

    def _statement(self, depth: int) -> list[str]:
        line, first = self._tokens[self._at][0], self._at
        steps = [self._end(depth)]
        while self._kind() in ("->", "--"):
            self._at += 1
            steps.append(self._end(depth))
        bare = len(steps) == 1 and self._tokens[first][1] == "name"
        told = self._attributes()
        if bare and steps[0] and told:
            self._found.append(node(line, {"id": steps[0][0], **told}))
        for sources, targets in pairwise(steps):
            for source, target in product(sources, targets):
                record: Record = {"source": source, "target": target, **told}
                self._found += edge(line, record, not self._directed)
        return [name for step in steps for name in step]

    def _end(self, depth: int) -> list[str]:
        """One end of a tie: a node (its port left out) or a group; none of a default or of a lone sign."""
        if self._kind() == "{":
            return self._group(depth + 1)
        if self._kind() != "name":
            self._at += 1
            return []
        name = self._tokens[self._at][2]
        self._at += 1
        if name.lower() == "subgraph":
            self._at += self._kind() == "name"
            return self._group(depth + 1) if self._kind() == "{" else []
        if self._kind() == "=":
            self._at += 2
            return []
        while self._kind() == ":":
            self._at += 2
        return [] if name.lower() in ("node", "edge", "graph") else [name]

    def _attributes(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        while self._kind() == "[":
            self._at += 1
            while self._kind() not in ("]", ""):
                if [self._kind(k) for k in range(3)] == ["name", "=", "name"]:
                    found[self._tokens[self._at][2]] = self._tokens[self._at + 2][2]
                    self._at += 2
                self._at += 1
            self._at += 1
        return found


def neighbours(lines: Lines) -> Iterator[Entry]:
    """A node and all that it is tied to on a line each, ``#`` before a remark (networkx)."""
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        for target in words[1:]:
            yield from edge(number, {"source": words[0], "target": target}, False)


TEXTS: dict[str, tuple[str, Callable[[Lines], Iterator[Entry]]]] = {
    ".gdf": ("GDF", gdf), ".gml": ("GML", gml), ".net": ("Pajek", pajek), ".dot": ("DOT", dot), ".gv": ("DOT", dot),
    ".adjlist": ("lists of neighbours", neighbours),
}  # fmt: skip


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


def graph_parts(path: Path, dialect: str, entries: Callable[[], Iterator[Entry]]) -> list[Part]:
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
        Part(
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
