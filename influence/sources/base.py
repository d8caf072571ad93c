"""What every reader gives: batches of raw rows with their line numbers, and the rows it could not read.

Readers never own types or rules (the schema does): text formats give text, formats that carry types (Parquet) give
their own. A source is one table-like thing; a workbook is several (one a sheet), a graph file two (nodes, edges).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

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


class Source(Protocol):
    """One readable table of a file.

    Some also have ``notes`` (what was odd), ``role`` (a `Role`: what the format itself says about its rows),
    ``context`` (what the file says once of all rows),
    ``title`` (what stands above the rows, or the name of their sheet),
    ``position`` (how much has been read, 0 to 1), ``only`` (the same source with fewer columns), ``sample``
    (the same source, for its first rows) and ``within`` (reading one `Span` of it).
    """

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def name(self) -> str:
        """What the file (or sheet, or part) is called, lower case, without endings: `accounts`, `nodes`."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns, each once."""

    @property
    def about(self) -> str:
        """How it was recognised, for people: `CSV, comma, utf-8`."""

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order; raises `SourceError` when the file breaks off."""
