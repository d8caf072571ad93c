"""Graph formats that are plain text: GDF, GML, Pajek, DOT, lists of neighbours; their nodes and edges, line by line."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise, product

from influence.sources.base import Entry, Record
from influence.sources.graphdialects import edge, node

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
