"""CSV and TSV, streamed: memory does not grow with the file, and every row knows its line."""

from __future__ import annotations

import codecs
import io
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from influence.errors import SourceError
from influence.sources.base import Batch, RawReject, ReadOptions, Source
from influence.sources.dialect import DELIMITERS, Dialect, recognise_dialect, several_tables
from influence.sources.encoding import (
    BROKEN_UTF8,
    guess_note,
    is_guess,
    open_text,
    read_head,
    recognise_encoding,
)
from influence.sources.packed import position, unbroken
from influence.sources.packed import size as packed_size

LET_GO_SECONDS = 5.0
BLOCK_SIZES = (8 << 20, 64 << 20, 256 << 20)
"""Bytes parsed at a time. The larger ones are tried only when one row does not fit the smaller."""
FIRST_BLOCK = 1 << 20
"""Bytes parsed at a time where the first rows are enough."""


@dataclass
class DelimitedSource(Source):
    """One CSV or TSV file (gzip or not)."""

    dialect: Dialect
    encoding: str
    looked_at: bool = False

    def sample(self) -> DelimitedSource:
        """The same file, for who needs no more than its first rows."""
        return replace(self, looked_at=True)

    @property
    def head_bytes(self) -> int:
        """Bytes of the file before its first row."""
        head, _ = read_head(self.path, self.encoding)
        mark = len(codecs.BOM_UTF8) if self.encoding == "utf-8-sig" else 0
        return mark + len(head[: self.dialect.skipped].encode("utf-8", "surrogateescape"))

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order."""
        done, block_sizes = 0, [*[FIRST_BLOCK] * self.looked_at, *BLOCK_SIZES]
        while True:
            try:
                with unbroken(self.path):
                    for last, batch in self._read(block_sizes[0], done):
                        done = last
                        yield batch
                return
            except _OtherEncoding:
                plain = read_head(self.path, self.encoding)[0].isascii()
                self.encoding = recognise_encoding(self.path) if plain else BROKEN_UTF8
            except pa.ArrowInvalid as error:
                if "straddling" not in str(error) or len(block_sizes) == 1:
                    raise self._explain(error, done) from error
                del block_sizes[0]

    def _read(self, block_size: int, done: int) -> Iterator[tuple[int, Batch]]:
        """Give the rows after line `done`, each batch with its last line."""
        with open_text(self.path, self.encoding, self.span) as file:
            stream = _Counting(file, self)
            if self.span is None:
                stream.skip(len(_encoded_head(self, self.dialect.skipped)))
            invalid: list[tuple[int, str, int]] = []
            lines = _LineCounter(self.span.first_line if self.span else self.dialect.first_line, invalid)
            try:
                for rows in self._open(stream, block_size, invalid):
                    batch = lines.number(self._valid(rows), len(self.headers))
                    if lines.last_line > done:
                        yield lines.last_line, _after(batch, done)
            except pa.ArrowInvalid as error:
                if "empty csv" not in str(error).lower():
                    raise
            tail = lines.number_rest(len(self.headers), self._empty())
            if tail.rejects:
                yield lines.last_line, _after(tail, done)
            if stream.quotes % 2 and lines.swallowed and (self.span is None or self.span.is_last):
                raise self._unclosed(lines.swallowed)

    def _open(
        self, stream: _Counting, block_size: int, invalid: list[tuple[int, str, int]]
    ) -> Iterator[pa.RecordBatch]:
        loans = _Loans()
        try:
            yield from pacsv.open_csv(
                _Stream(stream, loans),
                read_options=pacsv.ReadOptions(
                    use_threads=False, block_size=block_size, column_names=list(self.headers)
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=self.dialect.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=_Skipping(invalid, loans),
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(self.headers, pa.binary()),
                    strings_can_be_null=False,
                ),
            )
        finally:
            loans.wait()

    def _empty(self) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([pa.array([], pa.string())] * len(self.headers), list(self.headers))

    def _valid(self, rows: pa.RecordBatch) -> _Checked:
        """Turn bytes into text; of broken UTF-8, rows that hold what was broken are told apart."""
        wrong: dict[int, tuple[str, str]] = {}
        columns = []
        for name, column in zip(rows.schema.names, rows.columns, strict=True):
            try:
                columns.append(self._unguarded(column.cast(pa.string())))
            except pa.ArrowInvalid as error:
                raise _OtherEncoding from error
            if self.encoding == BROKEN_UTF8:
                lost = pc.match_substring(columns[-1], "\ufffd").to_numpy(zero_copy_only=False)
                for position in np.flatnonzero(lost).tolist():
                    wrong.setdefault(position, (name, columns[-1][position].as_py()))
        return _Checked(pa.RecordBatch.from_arrays(columns, rows.schema.names), wrong, self.wanted)

    def _unguarded(self, column: pa.Array) -> pa.Array:
        """Without the signs by which a tool keeps spreadsheets from cutting its ids."""
        pattern = r"^(?:=\"([^\"]*)\"|'(\d{8,}))$"
        return pc.replace_substring_regex(column, pattern, r"\1\2") if self.dialect.guarded else column

    def _unclosed(self, line: int) -> SourceError:
        return SourceError(
            "a quote is opened and never closed, so that the rest of the file reads as one value",
            where=f"{self.path}, line {line}",
            hint='close or double the quote (""), then import again; nothing was imported',
        )

    def _explain(self, error: pa.ArrowInvalid, done: int) -> SourceError:
        if "straddling" in str(error):
            return self._unclosed(max(done + 1, self.dialect.first_line))
        return SourceError(
            "the file cannot be read as delimited text",
            where=str(self.path),
            seen=str(error).splitlines()[0],
            hint="say --delimiter and --encoding, or save it as CSV (UTF-8)",
        )


class _OtherEncoding(Exception):
    """What began as UTF-8 does not go on so."""


@dataclass(frozen=True)
class _Checked:
    rows: pa.RecordBatch
    wrong: dict[int, tuple[str, str]]
    wanted: tuple[str, ...] | None


class _Counting(io.RawIOBase):
    """Passes bytes through, counts quotes and knows how far it is."""

    def __init__(self, file: IO[bytes], source: DelimitedSource) -> None:
        self._file = file
        self._source = source
        self._size = max(packed_size(source.path), 1)
        self.quotes = source.span.quotes if source.span else 0

    def readable(self) -> bool:
        return True

    def skip(self, count: int) -> None:
        self._file.read(count)

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.quotes += int(np.count_nonzero(np.frombuffer(piece, dtype=np.uint8) == ord('"')))
        self._source._position[0] = min(position(self._file) / self._size, 1.0)
        return piece


class _Loans:
    """How many objects of ours Arrow holds: the stream, its pieces, the handler of rows.

    A thread of Arrow may let them go last. Were Python ending by then, the process would abort ("terminate called
    without an active exception").
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._n = 0

    def add(self, n: int) -> None:
        with self._changed:
            self._n += n
            self._changed.notify_all()

    def wait(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._n, LET_GO_SECONDS)


class _Lent:
    """An object that Arrow alone holds."""

    def __init__(self, loans: _Loans) -> None:
        self._loans = loans
        loans.add(1)

    def __del__(self) -> None:
        self._loans.add(-1)


class _Piece(bytes):
    """Bytes that Arrow alone holds."""

    loans: _Loans

    def __del__(self) -> None:
        self.loans.add(-1)


class _Stream(_Lent):
    """The bytes of a file."""

    closed = False

    def __init__(self, stream: _Counting, loans: _Loans) -> None:
        super().__init__(loans)
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        piece = _Piece(self._stream.read(size))
        piece.loans = self._loans
        self._loans.add(1)
        return piece


class _Skipping(_Lent):
    """Keeps the rows that have too many or too few cells, and leaves them out."""

    def __init__(self, invalid: list[tuple[int, str, int]], loans: _Loans) -> None:
        super().__init__(loans)
        self._invalid = invalid

    def __call__(self, row: pacsv.InvalidRow) -> str:
        self._invalid.append((row.number, row.text, row.actual_columns))
        return "skip"


class _LineCounter:
    """Numbers rows by their line: records count one, plus the line breaks inside quoted values before them."""

    def __init__(self, first_line: int, invalid: list[tuple[int, str, int]]) -> None:
        self._next_line = first_line
        self._invalid = invalid
        self._used = 0
        self.record = 0
        self.swallowed = 0
        """Line of the last row seen, when that row holds line breaks."""

    @property
    def last_line(self) -> int:
        """The last line of the rows numbered so far."""
        return self._next_line - 1

    def number(self, checked: _Checked, width: int) -> Batch:
        rows = checked.rows
        n = rows.num_rows
        bad = self._invalid[self._used :]
        records = _records(self.record, n, [number for number, _, _ in bad])
        total = (n and int(records[-1])) or self.record
        while bad and bad[-1][0] > total:  # read ahead: they belong to the next batch
            bad.pop()
        self._used += len(bad)
        breaks = np.zeros(total - self.record + 1, dtype=np.int64)
        inner = _line_breaks(rows)
        if inner is not None:
            breaks[records - self.record] = inner
        for number, text, _ in bad:
            breaks[number - self.record] = text.rstrip("\r\n").count("\n")
        starts = self._next_line + np.arange(len(breaks)) + np.concatenate(([0], np.cumsum(breaks)[:-1])) - 1
        lines = starts[records - self.record]
        rejects = [_ragged(int(starts[number - self.record]), text, got, width) for number, text, got in bad]
        self._advance(total, int(breaks.sum()))
        self.swallowed = int(lines[-1]) if inner is not None and n and inner[-1] else 0
        return _without_wrong(checked, lines, rejects)

    def number_rest(self, width: int, empty: pa.RecordBatch) -> Batch:
        """The unreadable rows after the last readable one."""
        rejects = []
        for number, text, got in self._invalid[self._used :]:
            line = self._next_line + (number - self.record - 1)
            rejects.append(_ragged(line, text, got, width))
            inside = text.rstrip("\r\n").count("\n")
            self._advance(number, inside)
        self._used = len(self._invalid)
        return Batch(empty, np.zeros(0, dtype=np.int64), tuple(rejects))

    def _advance(self, record: int, inner_breaks: int) -> None:
        self._next_line += record - self.record + inner_breaks
        self.record = record


def _records(before: int, n: int, bad: list[int]) -> np.ndarray:
    """Numbers of the `n` readable records that follow record `before`, stepping over the `bad` ones."""
    records = np.arange(before + 1, before + 1 + n, dtype=np.int64)
    if not bad:
        return records
    # the k-th bad record (0-based) pushes back every readable one that would stand at or after it
    pushes = np.asarray(bad, dtype=np.int64) - np.arange(len(bad))
    return records + np.searchsorted(pushes, records, side="right")


def _line_breaks(rows: pa.RecordBatch) -> np.ndarray | None:
    total: np.ndarray | None = None
    for column in rows.columns:
        data = column.buffers()[2]
        if data is not None and (np.frombuffer(data, dtype=np.uint8) == ord("\n")).any():
            counts = pc.count_substring(column, "\n").to_numpy(zero_copy_only=False)
            total = counts.astype(np.int64) if total is None else total + counts
    return total


def _without_wrong(checked: _Checked, lines: np.ndarray, rejects: list[RawReject]) -> Batch:
    rows = checked.rows
    if checked.wrong:
        for position, (name, value) in checked.wrong.items():
            reason = "not UTF-8 text; say --encoding (cp1252, utf-16 ...) if the file has another encoding"
            rejects.append(RawReject(int(lines[position]), name, value, reason))
        keep = np.ones(rows.num_rows, dtype=bool)
        keep[list(checked.wrong)] = False
        rows, lines = rows.filter(pa.array(keep)), lines[keep]
    if checked.wanted is not None:
        rows = rows.select(list(checked.wanted))
    return Batch(rows, lines, tuple(rejects))


def _after(batch: Batch, done: int) -> Batch:
    """Drop what stood up to line `done`, delivered before the file was reopened with larger blocks."""
    if not len(batch.lines) or batch.lines[0] > done:
        return batch
    keep = batch.lines > done
    rejects = tuple(reject for reject in batch.rejects if (reject.line or 0) > done)
    return Batch(batch.rows.filter(pa.array(keep)), batch.lines[keep], rejects)


def _ragged(line: int, text: str, got: int, width: int) -> RawReject:
    return RawReject(line, None, text.rstrip("\r\n"), f"{got} values where the header has {width}")


def _encoded_head(source: DelimitedSource, characters: int) -> bytes:
    head, _ = read_head(source.path, source.encoding)
    raw = head[:characters].encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "replace").encode() if source.encoding == BROKEN_UTF8 else raw


def open_delimited(path: Path, options: ReadOptions, name: str) -> Sequence[Source]:
    """Open one CSV or TSV file, recognising what the options do not tell."""
    encoding = recognise_encoding(path, options.encoding, whole=False)
    head, whole = read_head(path, encoding)
    dialect = recognise_dialect(head, whole, path, options.delimiter)
    if options.decimal_comma:
        dialect = replace(dialect, decimal_comma=True)
    sign = DELIMITERS.get(dialect.delimiter, repr(dialect.delimiter))
    shown = "utf-8" if encoding == BROKEN_UTF8 else encoding.removesuffix("-sig")
    about = f"CSV, {sign}, {shown}" + (", decimal comma" if dialect.decimal_comma else "")
    notes = dialect.oddities
    if is_guess(encoding) and options.encoding is None:
        notes = (guess_note(encoding, head), *notes)
    several = several_tables(path, head, name, dialect.delimiter, about) if whole else []
    return several or [
        DelimitedSource(
            dialect,
            encoding,
            path=path,
            name=name,
            headers=dialect.headers,
            about=about,
            notes=notes,
            title=dialect.title,
            decimal_comma=dialect.decimal_comma,
            _position=[0.0],
        )
    ]
