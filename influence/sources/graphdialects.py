"""GEXF and GraphML as parser events: what is a node, an edge, an attribute, and which way an edge points."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from influence.sources.base import Entry, Record
from influence.sources.xmlstream import Emit, XmlReader, local_name


class GraphReader(XmlReader, ABC):
    """Turns XML events into nodes and edges. Subclasses know one dialect each."""

    own: ClassVar[dict[str, set[str]]] = {}
    """Fields that the elements themselves have."""

    def __init__(self, emit: Emit) -> None:
        super().__init__(emit)
        self.undirected = False
        self.names: dict[tuple[str, str], str] = {}
        self.defaults: dict[str, Record] = {"node": {}, "edge": {}}
        self.open: list[tuple[str, int, Record]] = []

    def begin(self, kind: str, attributes: dict[str, str]) -> None:
        record = {**self.defaults[kind], **{local_name(name): value for name, value in attributes.items()}}
        self.open.append((kind, self.line(), record))

    def set(self, key: str, value: str) -> None:
        """Give the innermost open node or edge an attribute."""
        kind, _, record = self.open[-1]
        record[self.names.get((kind, key), key)] = value

    def declare(self, kind: str, key: str, name: str, default: str | None = None) -> None:
        """Learn an attribute's name; one named like a field or another attribute gets a suffix."""
        name = f"{name}_attribute" if name in self.own[kind] else name
        others = {n for (k, other), n in self.names.items() if k == kind and other != key}
        numbered = (f"{name}_{k}" for k in range(2, len(others) + 3))
        name = next(free for free in (name, *numbered) if free not in others)
        self.names[kind, key] = name
        if default is not None:
            self.defaults[kind][name] = default

    def finish(self) -> None:
        kind, line, record = self.open.pop()
        entries = [node(line, record)] if kind == "node" else edge(line, record, self.is_undirected(record))
        for entry in entries:
            self.emit(entry)

    @abstractmethod
    def is_undirected(self, record: Record) -> bool:
        """Whether this edge is attention both ways."""


def node(line: int, record: Record) -> Entry:
    """The row of a node."""
    return Entry("nodes", line, record, None if record.get("id") else "a node without an id")


def edge(line: int, record: Record, both_ways: bool) -> list[Entry]:
    """The rows of an edge, source and target first; one without direction is attention both ways: two of one line."""
    source, target = record.pop("source", None), record.pop("target", None)
    missing = None if source and target else "an edge without a source or a target"
    there = Entry("edges", line, {"source": source, "target": target, **record}, missing)
    if not both_ways or missing or source == target:
        return [there]
    return [there, Entry("edges", line, {"source": target, "target": source, **record}, None, True)]


class Gexf(GraphReader):
    """GEXF 1.1 to 1.3: typed attributes declared per class, values in ``attvalue`` elements."""

    dialect = "GEXF"
    own: ClassVar = {"node": {"id", "label"}, "edge": {"id", "source", "target", "type", "weight", "label"}}

    def __init__(self, emit: Emit) -> None:
        super().__init__(emit)
        self.kind = "node"
        self.attribute = ("", "")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if name in ("node", "edge"):
            self.begin(name, attributes)
        elif name == "attvalue" and self.open:
            self.set(attributes.get("for") or attributes.get("id") or "value", attributes.get("value", ""))
        elif name == "attributes":
            self.kind = "edge" if attributes.get("class") == "edge" else "node"
        elif name == "attribute":
            key = attributes.get("id", "")
            self.attribute = (key, attributes.get("title") or key)
            self.declare(self.kind, *self.attribute)
        elif name == "default":
            self.text = []
        elif name == "graph":
            self.undirected = attributes.get("defaultedgetype", "undirected") != "directed"

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if name in ("node", "edge") and self.open:
            self.finish()
        elif name == "default":
            self.declare(self.kind, *self.attribute, default=self.take_text())

    def is_undirected(self, record: Record) -> bool:
        kind = record.pop("type", None)
        return kind in ("undirected", "mutual") if kind else self.undirected


class GraphML(GraphReader):
    """GraphML: attributes declared as ``key``, values as text of ``data`` elements.

    Of what an editor keeps for drawing (keys without a name) only the label of a node is read, as ``label``.
    """

    dialect = "GraphML"
    own: ClassVar = {"node": {"id"}, "edge": {"id", "source", "target", "directed"}}

    def __init__(self, emit: Emit) -> None:
        super().__init__(emit)
        self.key: tuple[str, str, str] | None = None
        self.data_key = ""
        self.depth = 0
        self.drawn: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if self.text is not None:
            self.depth += 1
            if name == "NodeLabel" and self.open:
                self.drawn = []
        elif name in ("node", "edge"):
            self.begin(name, attributes)
        elif name == "hyperedge":
            self.emit(Entry("edges", self.line(), {**attributes}, "a hyperedge joins more than two nodes"))
        elif name == "data" and self.open:
            self.data_key, self.text, self.depth = attributes.get("key", ""), [], 0
        elif name == "key":
            target, key = attributes.get("for", "all"), attributes.get("id", "")
            self.key = (target, key, attributes.get("attr.name", ""))
            self.declare_key(None)
        elif name == "default" and self.key:
            self.text, self.depth = [], 0
        elif name == "graph":
            self.undirected = attributes.get("edgedefault") == "undirected"

    def data(self, text: str) -> None:
        if self.depth == 0:
            super().data(text)
        elif self.drawn is not None:
            self.drawn.append(text)

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if self.text is not None and self.depth:
            self.depth -= 1
            if name == "NodeLabel" and self.drawn is not None:
                self.end_label()
        elif name in ("node", "edge") and self.open:
            self.finish()
        elif name == "data" and self.open:
            self.end_data()
        elif name == "default" and self.key:
            self.declare_key(self.take_text())
        elif name == "key":
            self.key = None

    def end_label(self) -> None:
        text, self.drawn = " ".join("".join(self.drawn or ()).split()), None
        kind, _, record = self.open[-1]
        if text and kind == "node":
            record.setdefault("label", text)

    def end_data(self) -> None:
        text = self.take_text()
        if (self.open[-1][0], self.data_key) in self.names:
            self.set(self.data_key, text)

    def declare_key(self, default: str | None) -> None:
        if self.key is None or not self.key[2]:
            return  # drawing data of an editor: nothing a person named
        target, key, name = self.key
        for kind in ("node", "edge"):
            if target in (kind, "all"):
                self.declare(kind, key, name, default)

    def is_undirected(self, record: Record) -> bool:
        directed = record.pop("directed", None)
        return directed == "false" if directed else self.undirected


DIALECTS: dict[str, type[XmlReader]] = {"gexf": Gexf, "graphml": GraphML}
