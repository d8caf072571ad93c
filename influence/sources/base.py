"""What every reader gives: batches of raw rows with their line numbers, and the rows it could not read.

Readers never own types or rules (the schema does): text formats give text, formats that carry types (Parquet) give
their own. A source is one table-like thing; a workbook is several (one a sheet), a graph file two (nodes, edges).

Rows that a reader meets one by one (nodes and edges, items of a feed, records of a document) are entries of parts: each
part is a source of its own and streams the file again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class ReadOptions:
    """What the user told about a file; None means: recognise it."""

    delimiter: str | None = None
    encoding: str | None = None
    decimal_comma: bool = False
    sheet: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    """(what it is, header): columns that the guess got wrong."""
    owner: str | None = None
    """Whose download the files are, where they do not say it themselves."""


@dataclass(frozen=True)
class Span:
    """A part of a file that holds whole records.

    Attributes
    ----------
    start, stop : int
        Bytes of the file as it lies; of Parquet, its row groups.
    first_line : int
        Line (or record) at which the part begins.
    quotes : int
        Quotes before it.
    is_last : bool
        Nothing follows it.
    """

    start: int
    stop: int
    first_line: int
    quotes: int = 0
    is_last: bool = True


@dataclass(frozen=True)
class RawReject:
    """A row (or value) that could not be read: where, what was seen and why it was refused."""

    line: int | None
    column: str | None
    value: str
    reason: str


@dataclass(frozen=True)
class Role:
    """What a format says about its own rows: the table they fill, and which header fills which of its columns."""

    table: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Batch:
    """Consecutive rows of one source.

    Attributes
    ----------
    rows : pyarrow.RecordBatch
        One column a header; strings for text formats.
    lines : ndarray of int64, shape (n_rows,)
        1-based line of the file (text formats) or row of the sheet or record (others).
    rejects : tuple of RawReject
        Rows between these that could not be read.
    """

    rows: pa.RecordBatch
    lines: np.ndarray
    rejects: tuple[RawReject, ...] = field(default=())


@dataclass(kw_only=True)
class Source(ABC):
    """One readable table of a file.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        What the file (or sheet, or part) is called, lower case, without endings: `accounts`, `nodes`.
    headers : tuple of str
        Names of the columns, each once.
    about : str
        How it was recognised, for people: `CSV, comma, utf-8`.
    notes : tuple of str
        What was odd.
    role : Role or None
        What the format itself says about its rows.
    context : dict
        What the file says once, of all rows.
    title : str
        What stands above the rows, or the name of their sheet.
    part : str
        Where in a JSON document the rows lie: ``includes.users``.
    arrays : frozenset of str or None
        Of JSON: headers of columns that hold arrays.
    decimal_comma : bool
        Numbers are written ``1.234,5``.
    wanted : tuple of str or None
        Columns to be read; a reader that cannot leave out the others reads all.
    span : Span or None
        The part of the file to be read.
    """

    path: Path
    name: str
    about: str
    headers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    role: Role | None = None
    context: dict[str, str] = field(default_factory=dict)
    title: str = ""
    part: str = ""
    arrays: frozenset[str] | None = None
    decimal_comma: bool = False
    wanted: tuple[str, ...] | None = None
    span: Span | None = None
    _position: list[float] = field(default_factory=list, repr=False)

    @property
    def position(self) -> float | None:
        """How much of the file has been read, 0 to 1, where that is known."""
        return self._position[0] if self._position else None

    def only(self, headers: tuple[str, ...]) -> Self:
        """The same rows, reading no columns but these (where it can)."""
        return replace(self, wanted=tuple(header for header in self.headers if header in headers))

    def within(self, span: Span) -> Self:
        """The same file, reading only these rows."""
        return replace(self, span=span)

    def sample(self) -> Self:
        """The same rows, for who needs no more than the first of them."""
        return self

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order; raises `SourceError` when the file breaks off."""


BATCH_ROWS = 20_000

Record = dict[str, str | None]


class Entry(NamedTuple):
    """One row of one part: where it stood, its fields, and why it is refused (None: it is not).

    `mirrored` says that it is the way back of a tie without direction.
    """

    part: str
    line: int
    record: Record
    refused: str | None = None
    mirrored: bool = False


@dataclass
class FilePart(Source):
    """One part of a file, read by `entries`, which streams all parts of the file."""

    entries: Callable[[], Iterable[Entry]] = field(repr=False)

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order."""
        mine = (entry for entry in self.entries() if entry.part == self.name)
        while chunk := list(islice(mine, BATCH_ROWS)):
            rejects = [RawReject(e.line, None, _shown(e.record), e.refused) for e in chunk if e.refused]
            kept = [entry for entry in chunk if not entry.refused]
            columns = [pa.array([e.record.get(name) for e in kept], pa.string()) for name in self.headers]
            rows = pa.RecordBatch.from_arrays(columns, names=list(self.headers))
            yield Batch(rows, np.array([entry.line for entry in kept], dtype=np.int64), tuple(rejects))


def _shown(record: Record) -> str:
    return ", ".join(f"{name}={value}" for name, value in record.items() if value is not None)[:200]
