"""Graph files, GEXF and GraphML: their nodes and their edges as two sources, streamed, with line numbers.

An undirected edge is attention both ways, so it becomes two rows (of the same line). The file is read three
times (once for its columns, once for each part) and never kept: memory does not grow with it.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from influence.errors import SourceError
from influence.sources.base import Batch, RawReject, ReadOptions, Source
from influence.sources.graphdialects import DIALECTS, Emit, Record, local_name

PARTS = ("nodes", "edges")
GZIP_MAGIC = b"\x1f\x8b"
CHUNK_BYTES = 1 << 18
BATCH_ROWS = 20_000


def open_graphfile(path: str | Path, options: ReadOptions | None = None) -> list[Source]:
    """Open a GEXF or GraphML file (gz too) as the sources ``nodes`` and ``edges``.

    Parameters
    ----------
    path : str or Path
    options : ReadOptions, optional
        Nothing in it concerns graph files: XML names its own encoding.

    Returns
    -------
    list of Source
        ``nodes`` (``id``, ``label`` and the node's attributes) and ``edges`` (``source``, ``target`` and the
        edge's attributes, ``weight`` where the file has one). A part without rows has no columns.

    Raises
    ------
    SourceError
        Not XML, broken off, neither GEXF nor GraphML, or with a document type or entities, which are never
        expanded.
    """
    path = Path(path)
    columns: dict[str, dict[str, None]] = {"nodes": {"id": None}, "edges": {"source": None, "target": None}}
    rows = dict.fromkeys(PARTS, 0)

    def collect(part: str, line: int, record: Record, refused: str | None) -> None:
        columns[part].update(dict.fromkeys(record))
        rows[part] += 1

    dialect, both_ways = "", False
    for reader in _events(path, collect):
        dialect, both_ways = reader.dialect, both_ways or reader.both_ways
    notes = {"nodes": (), "edges": ("undirected edges are read both ways",) if both_ways else ()}
    headers = {part: tuple(columns[part]) if rows[part] else () for part in PARTS}
    return [GraphPart(path, part, headers[part], f"{dialect}, {part}", notes[part]) for part in PARTS]


@dataclass
class GraphPart:
    """The nodes or the edges of one graph file."""

    path: Path
    name: str
    headers: tuple[str, ...]
    about: str
    notes: tuple[str, ...] = ()

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order; lines are those of the elements' start tags."""
        held = _Held()

        def collect(part: str, line: int, record: Record, refused: str | None) -> None:
            if part == self.name:
                held.add(line, record, refused)

        for _ in _events(self.path, collect):
            if len(held) >= BATCH_ROWS:
                yield held.take(self.headers)
        if len(held):
            yield held.take(self.headers)


class _Held:
    """Rows read but not yet handed on."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.lines: list[int] = []
        self.rejects: list[RawReject] = []

    def __len__(self) -> int:
        return len(self.records) + len(self.rejects)

    def add(self, line: int, record: Record, refused: str | None) -> None:
        if refused:
            self.rejects.append(RawReject(line, None, _shown(record), refused))
        else:
            self.records.append(record)
            self.lines.append(line)

    def take(self, headers: tuple[str, ...]) -> Batch:
        columns = [pa.array([record.get(name) for record in self.records], pa.string()) for name in headers]
        rows = pa.RecordBatch.from_arrays(columns, names=list(headers))
        batch = Batch(rows, np.array(self.lines, dtype=np.int64), tuple(self.rejects))
        self.records, self.lines, self.rejects = [], [], []
        return batch


def _shown(record: Record) -> str:
    return ", ".join(f"{name}={value}" for name, value in record.items() if value is not None)[:200]


class _Root:
    """First target: looks at the root element, then hands every event to the reader of its dialect."""

    def __init__(self, path: Path, emit: Emit) -> None:
        self.path, self.emit = path, emit
        self.reader: Any = None
        self.line: Callable[[], int] = lambda: 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.reader is None:
            name = local_name(tag)
            if name not in DIALECTS:
                raise SourceError(
                    "this XML file is no graph",
                    where=str(self.path),
                    seen=f"<{name}>",
                    expected="<gexf> or <graphml>",
                )
            self.reader = DIALECTS[name](self.emit)
            self.reader.line = self.line
        self.reader.start(tag, attributes)

    def end(self, tag: str) -> None:
        self.reader.end(tag)

    def data(self, text: str) -> None:
        if self.reader is not None:
            self.reader.data(text)

    def close(self) -> None:
        """Nothing is kept."""


def _events(path: Path, emit: Emit) -> Iterator[Any]:
    """Parse `path` chunk by chunk, calling `emit`; yields the reader after each chunk."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    root = _Root(path, emit)
    parser = DefusedXMLParser(target=root, forbid_dtd=True)
    root.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        with _open(path) as file:
            while chunk := file.read(CHUNK_BYTES):
                parser.feed(chunk)
                if root.reader is not None:
                    yield root.reader
        parser.close()
    except DefusedXmlException as error:
        raise _forbidden(path, root.line(), error) from error
    except ParseError as error:
        raise _not_xml(path, error) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            "this compressed file is damaged or breaks off",
            where=str(path),
            seen=str(error),
            hint="fetch it again",
        ) from error
    except (OSError, LookupError, ValueError) as error:
        raise SourceError("this file cannot be read", where=str(path), seen=str(error)) from error


def _open(path: Path) -> IO[bytes] | gzip.GzipFile:
    file = path.open("rb")
    magic = file.read(2)
    file.seek(0)
    if magic == GZIP_MAGIC:
        file.close()
        return gzip.open(path, "rb")
    if path.suffix.lower() == ".gz":
        file.close()
        raise SourceError("this file is not gzip, though its name says so", where=str(path), hint="rename it")
    return file


def _not_xml(path: Path, error: Any) -> SourceError:
    line, column = error.position
    return SourceError(
        "this graph file breaks off or is not valid XML",
        where=f"{path}, line {line}, column {column + 1}",
        seen=str(error).split(":")[0],
        expected="a complete GEXF or GraphML file",
        hint="export it again",
    )


def _forbidden(path: Path, line: int, error: Exception) -> SourceError:
    return SourceError(
        "this graph file has a document type or entities, which are never expanded",
        where=f"{path}, line {line}",
        seen=type(error).__name__,
        expected="plain GEXF or GraphML",
        hint="delete the <!DOCTYPE ...> part, if you trust who made the file",
    )
