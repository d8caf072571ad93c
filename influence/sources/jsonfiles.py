"""JSON as people get it: one object a line, an array, or arrays in an envelope, pretty-printed or not.

Each array of records is a source. What the document says once beside them (the name of a channel, the address of a
feed) is the `context` of its sources. Scripts that assign JSON (``window.YTD.tweets.part0 = [...]``) are read too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from influence.errors import EmptySourceError, SourceError
from influence.sources.base import Batch, Entry, RawReject, ReadOptions, Source, Span
from influence.sources.encoding import guess_note, is_guess, open_text, recognise_encoding
from influence.sources.graphdialects import edge, node
from influence.sources.jsonshape import (
    DEPTH,
    MAX_COLUMNS,
    Shape,
    Steps,
    as_text,
    clean,
    open_frame,
    reach,
    record_paths,
)
from influence.sources.jsontext import BLOCK_BYTES, SHOWN, JsonText, Value, at_once, loads, numbered, walk
from influence.sources.packed import unbroken

BATCH_RECORDS = 10_000
HEADER_RECORDS = 20_000
"""Keys are collected from so many records; a key first seen later is reported, not imported."""

WHOLE_CHARS = 32 << 20
"""A document up to this size is looked at whole to tell an envelope from a record; a larger one is an envelope."""

LINES_TRIED, LINE_BYTES = 20, 16 << 20

Records = Callable[[Span | None], Iterator[Value]]


@dataclass
class JsonSource(Source):
    """The records of one array, or of the lines; nested objects are ``outer.inner`` columns, arrays JSON text."""

    steps: Steps
    columns: dict[str, Steps]
    records: Records = field(repr=False)
    known: frozenset[str] = field(repr=False, default=frozenset())
    lines_in: str = ""
    """Of JSON Lines: the encoding of the lines, which are decoded many at once where they are all alike."""

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order; what is no object becomes a reject."""
        late: dict[str, int] = {}
        for part in self._parts():
            if isinstance(part, Batch):
                yield part
                continue
            yield self._batch(part)
            self._note_late(part, late)
        if late:
            yield Batch(self._rows([]), np.zeros(0, dtype=np.int64), (_told_late(late),))

    def _parts(self) -> Iterator[Batch | list[Value]]:
        """Rows that were decoded at once, or some records to make rows of."""
        if not self.lines_in or any(len(steps) > 1 for steps in self.columns.values()):
            mine = (value for value in self.records(self.span) if value.number and value.path == self.steps)
            while chunk := list(islice(mine, BATCH_RECORDS)):
                yield chunk
            return
        first = self.span.first_line if self.span else 1
        with unbroken(self.path), open_text(self.path, self.lines_in, self.span) as file:
            while lines := file.readlines(BLOCK_BYTES):
                rows = at_once(lines, self.headers)
                if rows is None:
                    yield list(numbered(lines, first))
                else:
                    names = list(self.headers if self.wanted is None else self.wanted)
                    yield Batch(rows.select(names), np.arange(first, first + len(lines)))
                first += len(lines)

    def _batch(self, chunk: list[Value]) -> Batch:
        good = [value for value in chunk if isinstance(value.value, dict)]
        rejects = tuple(
            RawReject(number, None, clean(str(value))[:SHOWN], "not a JSON object")
            for _, number, value in chunk
            if not isinstance(value, dict)
        )
        lines = np.array([value.number for value in good], dtype=np.int64)
        return Batch(self._rows([value.value for value in good]), lines, rejects)

    def _rows(self, records: list[dict[str, Any]]) -> pa.RecordBatch:
        headers = self.headers if self.wanted is None else self.wanted
        columns = [_texts(_values(records, self.columns[header])) for header in headers]
        return pa.RecordBatch.from_arrays(columns, names=list(headers))

    def _note_late(self, chunk: list[Value], late: dict[str, int]) -> None:
        for _, number, record in chunk:
            if isinstance(record, dict) and not record.keys() <= self.known and len(late) < HEADER_RECORDS:
                for key in record.keys() - self.known:
                    late.setdefault(key, number)


def _told_late(late: Mapping[str, int]) -> RawReject:
    """One reject for all keys that are no columns; the first of them stands for the rest."""
    key, line = next(iter(late.items()))
    others = f", nor are {len(late) - 1:,} further keys" if len(late) > 1 else ""
    beyond = f"beyond the first {MAX_COLUMNS:,}, or first seen after {HEADER_RECORDS:,} records"
    reason = f"a key {beyond}, is not imported{others}"
    return RawReject(line, clean(key), "", reason)


def _values(records: list[dict[str, Any]], steps: Steps) -> list[Any]:
    if len(steps) == 1:
        return [record.get(steps[0]) for record in records]
    return [reach(record, steps) for record in records]


def _texts(values: list[Any]) -> pa.Array:
    """A column as text: at once where all are texts or all whole numbers, else one by one."""
    kinds = set(map(type, values)) - {type(None)}
    try:
        if kinds <= {str}:
            return pa.array(values, pa.string())
        if kinds == {int}:
            return pa.array(values, pa.int64()).cast(pa.string())
    except (UnicodeEncodeError, OverflowError):  # lone surrogates; numbers beyond 64 bits
        pass
    return pa.array([as_text(value) for value in values], pa.string())


def open_json(path: Path, options: ReadOptions, name: str) -> list[Source]:
    """Open a file of JSON: one source for each array of records, two for a graph.

    Raises
    ------
    SourceError
        It is no JSON, breaks off, or holds no object.
    """
    encoding = recognise_encoding(path, options.encoding)
    if frame := open_frame(path, encoding, name):
        return [frame]
    shown = encoding.removesuffix("-sig")
    if _is_lines(path, encoding):
        records = partial(_lines, path, encoding)
        sources = _sources(path, name, f"JSON Lines, {shown}", records, whole=False)
        sources = [replace(source, lines_in=encoding) for source in sources]
    else:
        wanted = _wanted(path, encoding)
        records = partial(_document, path, encoding, wanted)
        sources = _sources(path, name, f"JSON, {shown}", records, whole=True)
    if not sources:
        raise EmptySourceError(
            "no JSON object was found", where=str(path), expected='one object a line, as {"handle": "anna"}'
        )
    _refuse_recordings(path, sources)
    if is_guess(encoding) and options.encoding is None:
        with open_text(path, encoding) as stream:
            note = guess_note(encoding, stream.read(1 << 16).decode("utf-8", "replace"))
        sources = [replace(source, notes=(note, *source.notes)) for source in sources]
    return _as_graph(path, sources) or list(sources)


def _refuse_recordings(path: Path, sources: list[JsonSource]) -> None:
    """Questions to a server and its answers as tests record them (vcr, HAR): the address asked is nobody's account."""
    for source in sources:
        asked = [header for header in source.columns if header.startswith("request.")]
        told = [header for header in source.columns if header.startswith("response.")]
        if asked and told:
            raise SourceError(
                "this is a recording of what a server was asked and answered; the data lie in the answers, as text",
                where=str(path),
                seen=", ".join((*asked[:2], *told[:2])),
                expected="the answers themselves",
                hint="save the text of each answer (body, content) as a JSON file of its own, and import those",
            )


def _sources(path: Path, name: str, about: str, records: Records, whole: bool) -> list[JsonSource]:
    shapes, context = _shapes(records(None), whole)
    called = {steps: _dotted(steps) or name for steps in shapes}
    if len(called) == 1:
        called = dict.fromkeys(called, name)
    facts = {clean(".".join(steps)): fact for steps, fact in context.items() if steps}
    return [
        JsonSource(
            s,
            columns,
            records,
            shape.keys,
            path=path,
            name=called[s],
            headers=tuple(columns),
            context=facts,
            about=f"{about}, {called[s]}" if len(shapes) > 1 else about,
            part=_dotted(s),
            arrays=frozenset(header for header, place in columns.items() if place in shape.arrays),
        )
        for s, shape in shapes.items()
        if (columns := shape.columns)
    ]


def _dotted(steps: Steps) -> str:
    """``includes.users``"""
    return ".".join(step for step in steps if step != "*")


def _shapes(values: Iterable[Value], whole: bool) -> tuple[dict[Steps, Shape], dict[Steps, str]]:
    """The shape of each array of records, and what is said once; of lines and lone arrays the first records only."""
    shapes: dict[Steps, Shape] = {}
    context: dict[Steps, str] = {}
    for path, number, value in values:
        if not number:
            context.setdefault(path, as_text(value) or "")
        elif isinstance(value, dict):
            shape = shapes.setdefault(path, Shape())
            if shape.n_records < HEADER_RECORDS:
                shape.add(value)
            elif not whole or not path:
                break
    return shapes, context


def _is_lines(path: Path, encoding: str) -> bool:
    """Whether most of the first lines are an object each, and the first of them is no envelope of records."""
    with unbroken(path), open_text(path, encoding) as file:
        lines = _first_lines(file)
    if not lines:
        raise EmptySourceError("the file is empty", where=str(path), expected="JSON objects")
    if not lines[0].lstrip().startswith(b"{"):
        return False
    objects = [value for line in lines if isinstance(value := loads(line), dict)]
    surely = isinstance(loads(lines[0]), dict) or 2 * len(objects) >= len(lines)
    return bool(objects) and surely and not record_paths(objects[0])


def _first_lines(file: IO[bytes]) -> list[bytes]:
    """The first lines that are not blank: few, and of the longest lines only the first."""
    lines: list[bytes] = []
    while (
        len(lines) < LINES_TRIED and sum(map(len, lines)) < LINE_BYTES and (line := file.readline(LINE_BYTES))
    ):
        lines += [line] if line.strip() else []
    return lines


def _lines(path: Path, encoding: str, span: Span | None) -> Iterator[Value]:
    with unbroken(path), open_text(path, encoding, span) as file:
        yield from numbered(file, span.first_line if span else 1)


def _document(
    path: Path, encoding: str, wanted: frozenset[Steps] | None, span: Span | None = None
) -> Iterator[Value]:
    """The values of a document, which is read as a whole."""
    with unbroken(path), JsonText(open_text(path, encoding), path) as text:
        yield from walk(text, (lambda steps: True) if wanted is None else wanted.__contains__, DEPTH)


def _wanted(path: Path, encoding: str) -> frozenset[Steps]:
    """Paths of the arrays of records."""
    with JsonText(open_text(path, encoding), path) as text:
        text.skip_assignment()
        if text.peek() == "[":
            return frozenset([()])
        if not text.holds_all(WHOLE_CHARS):
            return _wanted_of_large(path, encoding)
        found: set[Steps] = set()
        while text.peek():
            found.update(record_paths(text.value()) or [()])
            if text.peek() in (",", ";"):
                text.skip(",;")
    return frozenset(found)


def _wanted_of_large(path: Path, encoding: str) -> frozenset[Steps]:
    arrays = _document(path, encoding, None)
    return frozenset(steps for steps, number, value in arrays if number and isinstance(value, dict))


def _as_graph(path: Path, sources: list[JsonSource]) -> list[Source]:
    """Nodes and links as networkx, d3 and Cytoscape write them; empty when it is no graph."""
    from influence.sources.graphfiles import graph_parts

    by_last = {source.steps[-1]: source for source in sources if source.steps}
    edges = by_last.get("links") or by_last.get("edges")
    if edges is None or "nodes" not in by_last or not {"source", "target"} <= set(edges.columns):
        return []
    both_ways = edges.context.get("directed") == "false"
    entries = partial(_graph_entries, by_last["nodes"], edges, both_ways)
    return list(graph_parts(path, "JSON graph", entries))


def _graph_entries(nodes: JsonSource, edges: JsonSource, both_ways: bool) -> Iterator[Entry]:
    numbered = "id" not in nodes.columns
    for batch in nodes.batches():
        for line, row in zip(batch.lines.tolist(), batch.rows.to_pylist(), strict=True):
            yield node(line, {"id": str(line - 1), **row} if numbered else row)
    for batch in edges.batches():
        for line, row in zip(batch.lines.tolist(), batch.rows.to_pylist(), strict=True):
            yield from edge(line, row, both_ways)
