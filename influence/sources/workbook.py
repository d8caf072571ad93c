"""Excel workbooks (XLSX): one source a sheet; what a cell shows as number, date or truth becomes plain text.

Canonical text: ``12`` and ``1.5``, ``2020-01-02``, ``2020-01-02T03:04:05``, ``true``. Formulas give the value
that Excel last stored; error cells (``#N/A``) are unknown. A merged cell stands for every row that it covers.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from influence.errors import SourceError, did_you_mean
from influence.recognition.headers import platform_told
from influence.recognition.layout import Layout, find_header, side_by_side, table_starts
from influence.schema import TABLE_NAMES
from influence.sources import packed
from influence.sources.base import Batch, ReadOptions, Source
from influence.sources.dialect import unique_headers

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MAX_UNPACKED_BYTES = 4 << 30
PEEK_ROWS = 20_000
"""Rows looked at for headers and for further tables."""

LAST_EXACT = 1e15
BATCH_ROWS = 20_000

Cells = list[str | None]
Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each (row, column), counted from 0."""


MAX_CELLS = 50_000_000
MAX_TEXT = 1 << 30
"""Characters in all cells; a text that many cells share counts once for each."""

CHUNK = 1 << 20
CELL_TAG = re.compile(rb"<(?:\w+:)?c[\s/>]")
CELL = re.compile(rb'<(?:\w+:)?c [^<>]{0,200}?\br="([A-Z]{1,3})([1-9][0-9]{0,6})"')
ADDRESS = re.compile(r"\s*\$?([A-Za-z]{1,9})\$?0*([0-9]{1,18})\s*")
OVERLAP = 300


@dataclass
class Extent:
    """The rectangle from the first cell to the last used one, and the characters in its cells."""

    rows: int = 0
    columns: int = 0
    n_cells: int = 0
    text: int = 0

    @property
    def too_large(self) -> str | None:
        """What is too large, in words; None when it can be read."""
        if self.rows * self.columns > MAX_CELLS:
            return f"{self.rows:,} rows by {self.columns:,} columns"
        return f"{self.text:,} characters" if self.text > MAX_TEXT else None


def extents(archive: zipfile.ZipFile) -> Iterator[tuple[str, Extent]]:
    """(name of the part, extent) of every sheet of a workbook, wherever in the archive it lies."""
    lengths = _shared_lengths(archive)
    longest = max(lengths, default=0)
    for item in archive.infolist():
        if _is_sheet(archive, item):
            extent, plain = _quick(archive, item)
            if not plain or extent.n_cells * longest > MAX_TEXT:
                extent = _parsed(archive, item, _Reader(lengths)).extent
            yield item.filename, extent


def _is_sheet(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> bool:
    with archive.open(item) as part:
        return re.search(rb"<(?:\w+:)?worksheet[\s>]", part.read(1 << 16)) is not None


def _quick(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> tuple[Extent, bool]:
    """The extent by the addresses as Excel writes them, and whether there are no others."""
    extent, n_tags, rest = Extent(), 0, b""
    with archive.open(item) as sheet:
        while chunk := sheet.read(CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<", max(len(text) - OVERLAP, 0))
            text, rest = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
            n_tags += len(CELL_TAG.findall(text))
            for letters, row in CELL.findall(text):
                extent.n_cells += 1
                extent.rows = max(extent.rows, int(row))
                extent.columns = max(extent.columns, column_number(letters.decode()))
    return extent, extent.n_cells == n_tags + len(CELL_TAG.findall(rest))


class _Reader:
    """The extent of a sheet as a parser sees it, and the lengths of the texts that cells share."""

    def __init__(self, lengths: list[int]) -> None:
        self.extent = Extent()
        self.lengths = lengths
        self.row = self.column = 0
        self.shared, self.inside = False, ""
        self.value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        told = attributes.get("r", "")
        if name == "row":
            self.row, self.column = int(told) if told.strip().isdigit() else self.row + 1, 0
        elif name == "c":
            self.extent.n_cells += 1
            self.column += 1
            if match := ADDRESS.fullmatch(told):
                self.column, self.row = column_number(match[1].upper()), int(match[2])
            self.shared = attributes.get("t") == "s"
        elif name in ("v", "si"):
            self.inside, self.value = name, ""
            self.lengths += [0] if name == "si" else []
        self.extent.rows = max(self.extent.rows, self.row)
        self.extent.columns = max(self.extent.columns, self.column)

    def data(self, text: str) -> None:
        if self.inside == "v":
            self.value += text[:20]
        elif self.inside:
            self.lengths[-1] += len(text)

    def end(self, name: str) -> None:
        if name == self.inside:
            self.inside = ""
        if name == "v":
            place = self.value.strip()
            known = self.shared and place.isdigit() and int(place) < len(self.lengths)
            self.extent.text += self.lengths[int(place)] if known else len(place)


def _shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    """Lengths of the texts that cells share."""
    reader = _Reader([])
    for item in archive.infolist():
        if item.filename.lower().endswith("sharedstrings.xml"):
            _parsed(archive, item, reader)
    return reader.lengths


def _parsed(archive: zipfile.ZipFile, item: zipfile.ZipInfo, reader: _Reader) -> _Reader:
    """The reader, after it has seen a part of a workbook."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: reader.start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: reader.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = reader.data
    parser.EntityDeclHandler = _refuse
    try:
        with archive.open(item) as part:
            while chunk := part.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(f"{item.filename}: {error}") from error
    return reader


def _refuse(*_: Any) -> None:
    raise ValueError("entities of its own")


def column_number(letters: str) -> int:
    """The number of a column by its letters: ``A`` is 1, ``AA`` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def open_workbook(
    path: str | Path, options: ReadOptions | None = None, name: str | None = None
) -> list[Source]:
    """Open the sheets of an XLSX file as sources, in the order of the workbook.

    The header is the first row with two different words in it (titles and blank rows above are passed over);
    where its cells are merged across columns, the row below. A lone sheet is called like the file.

    Parameters
    ----------
    path : str or Path
    options : ReadOptions, optional
        ``sheet`` reads that sheet only, hidden or not; without it all visible sheets that are not empty.
    name : str, optional
        What a lone sheet is called; the file's name if not told.

    Raises
    ------
    SourceError
        Not a workbook, damaged, password-protected, without that sheet, without any rows, or with cells so
        far apart that reading it would fill the memory.
    """
    path = Path(path)
    _check_container(path)
    sources = [
        source for sheet in _sheet_names(path, options or ReadOptions()) for source in _tables(path, sheet)
    ]
    if not sources:
        raise SourceError(
            "every sheet of this workbook is empty", where=str(path), hint="save it with its rows"
        )
    if len(sources) == 1 and sources[0].name not in TABLE_NAMES:
        sources[0].name = name or path.name.lower().split(".")[0]
    return list(sources)


@dataclass
class SheetSource(Source):
    """One table of a sheet; `header_row` is 1-based, `columns` are the places of the headers among the sheet's cells.

    It ends before `end_row` where another table follows in the sheet.
    """

    sheet: str
    header_row: int
    columns: tuple[int, ...] = field(repr=False, default=())
    end_row: int | None = None

    def batches(self) -> Iterator[Batch]:
        """Stream the rows below the header; blank rows are passed over; lines are the sheet's row numbers."""
        last = float("inf") if self.end_row is None else self.end_row
        rows = (
            (line, cells) for line, cells in _rows(self.path, self.sheet) if self.header_row < line < last
        )
        picked = ((line, [cells[place] for place in self.columns]) for line, cells in rows)
        filled = ((line, cells) for line, cells in picked if any(cell is not None for cell in cells))
        while chunk := list(islice(filled, BATCH_ROWS)):
            lines = np.array([line for line, _ in chunk], dtype=np.int64)
            columns = [pa.array(column, pa.string()) for column in zip(*(c for _, c in chunk), strict=True)]
            yield Batch(pa.RecordBatch.from_arrays(columns, names=list(self.headers)), lines)


def _sheet_names(path: Path, options: ReadOptions) -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    with _calamine(path) as workbook:
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if options.sheet is None:
        return [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    known = {sheet.name.casefold(): sheet.name for sheet in sheets}
    if options.sheet.casefold() in known:
        return [known[options.sheet.casefold()]]
    raise SourceError(
        "this workbook has no such sheet",
        where=str(path),
        seen=options.sheet,
        expected="one of: " + ", ".join(known.values()),
        hint=did_you_mean(options.sheet, list(known.values())),
    )


def _tables(path: Path, sheet: str) -> list[SheetSource]:
    """The tables of a sheet, each with its header; none when the sheet is empty."""
    with _calamine(path, sheet) as data:
        merges = data.merged_cell_ranges or []
    top = list(islice(_rows(path, sheet), PEEK_ROWS))
    rows = [[cell or "" for cell in cells] for _, cells in top]
    if not any(map(any, rows)):
        return []
    starts = table_starts(rows)
    notes = (f"{len(merges)} merged cells: each stands for every row it covers",) if merges else ()
    found = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        layout = find_header(rows[start:end])
        for ends in side_by_side(rows[start:end], layout):
            last = top[end][0] if end < len(top) else None
            found.append(_table(path, sheet, top[start:end], layout, ends, last))
    if len(found) > 1:
        notes = (*notes, f"the sheet {sheet!r} holds {len(found)} tables, read one by one")
    for source in found:
        source.notes = (*notes, *source.notes)
    return found


def _table(
    path: Path,
    sheet: str,
    top: list[tuple[int, Cells]],
    layout: Layout,
    ends: tuple[int, int],
    last: int | None,
) -> SheetSource:
    line = top[layout.header][0] if layout.header >= 0 else top[layout.begins][0] - 1
    body = [cells for _, cells in top[max(layout.header + 1, layout.begins) :]]
    named = [
        place for place in range(*ends) if layout.names[place] or any(row[place] is not None for row in body)
    ]
    headers, oddities = unique_headers([layout.names[place] for place in named])
    about = f"XLSX, sheet {sheet!r}, " + (f"header in row {line}" if layout.header >= 0 else "no header")
    notes = (f"{layout.skipped} rows above the header are left out",) if layout.skipped else ()
    return SheetSource(
        sheet,
        line,
        tuple(named),
        last,
        path=path,
        name=sheet.strip().lower(),
        headers=headers,
        about=about,
        notes=notes + oddities,
        title=layout.title if platform_told(layout.title) else sheet,
    )


def _rows(path: Path, sheet: str) -> Iterator[tuple[int, Cells]]:
    """(1-based row number, cells as text) of every row, from the first used column on."""
    with _calamine(path, sheet) as data:
        if data.start is None:
            return
        offset = data.start[1]
        down = _fill_down(data.merged_cell_ranges or [])
        above: Cells = []
        for number, values in enumerate(data.iter_rows()):
            cells = [_text(value) for value in values]
            for column in down.get(number, ()):
                if column >= offset and column - offset < min(len(cells), len(above)):
                    cells[column - offset] = above[column - offset]
            yield number + 1, cells
            above = cells


def _fill_down(merges: list[Merge]) -> dict[int, list[int]]:
    """Row -> columns whose cell repeats the one above, because a merged cell covers both."""
    down: dict[int, list[int]] = {}
    for (top, left), (bottom, _) in merges:
        for row in range(top + 1, bottom + 1):
            down.setdefault(row, []).append(left)
    return down


def _text(value: Any) -> str | None:
    """A cell as canonical text; an empty cell is None."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if abs(value) >= LAST_EXACT:
            return f"{value:.14E}"  # a spreadsheet keeps 15 digits: of a longer id the rest is lost
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.timedelta):
        return str(value.total_seconds())
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return None if value is None else str(value)


@contextmanager
def _calamine(path: Path, sheet: str | None = None) -> Iterator[Any]:
    """The workbook, or one sheet of it; what the library complains about becomes our error."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_object(packed.seekable(path)) as workbook:
            yield workbook if sheet is None else workbook.get_sheet_by_name(sheet)
    except PasswordError as error:
        raise _protected(path) from error
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a panic of a Rust library reaches Python
            raise
        raise _damaged(path, error) from error


def _check_container(path: Path) -> None:
    """Refuse what is no zip, what is encrypted, and what would unpack to more than memory holds."""
    try:
        with packed.open_binary(path) as file:
            is_ole = file.read(len(OLE_MAGIC)) == OLE_MAGIC
            if is_ole and ENCRYPTED in file.read():
                raise _protected(path)
        if is_ole:
            return  # a workbook of before 2007
        with zipfile.ZipFile(packed.seekable(path)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise _too_large(path, "more than 4 GB when unpacked")
            for part, extent in extents(archive):
                if extent.too_large:
                    raise _too_large(path, f"{extent.too_large} in {part}")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
        raise _damaged(path, error) from error


def _protected(path: Path) -> SourceError:
    return SourceError(
        "this workbook is protected by a password",
        where=str(path),
        hint="open it in Excel and save a copy without a password (File > Info > Protect Workbook)",
    )


def _too_large(path: Path, seen: str) -> SourceError:
    return SourceError(
        "this workbook is too large to be read",
        where=str(path),
        seen=seen,
        expected=f"at most {MAX_CELLS:,} cells between the first and the last used one, and {MAX_TEXT:,} characters",
        hint="delete stray cells far from the table, or save the sheet as CSV",
    )


def _damaged(path: Path, error: BaseException) -> SourceError:
    return SourceError(
        "this file is not a readable Excel workbook",
        where=str(path),
        seen=str(error).splitlines()[0] if str(error) else type(error).__name__,
        expected="an .xlsx file",
        hint="open it in Excel and save it again as .xlsx or as CSV",
    )
