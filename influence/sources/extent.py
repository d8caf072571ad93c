"""How much a workbook would unpack to: the library that reads it allocates all of it, and ends the process if it fails.

A quick look suffices for what Excel writes; every other way to write a cell's address is parsed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

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
                extent = _exact(archive, item, lengths)
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


def _exact(archive: zipfile.ZipFile, item: zipfile.ZipInfo, lengths: list[int]) -> Extent:
    """The extent as a parser sees it."""
    reader = _SheetReader(lengths)
    _parse(archive, item, reader)
    return reader.extent


class _Reader:
    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text inside an element."""


class _SheetReader(_Reader):
    def __init__(self, lengths: list[int]) -> None:
        self.extent = Extent()
        self.lengths = lengths
        self.row = self.column = 0
        self.shared = self.inside = False
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
        elif name == "v":
            self.inside, self.value = True, ""
        self.extent.rows = max(self.extent.rows, self.row)
        self.extent.columns = max(self.extent.columns, self.column)

    def data(self, text: str) -> None:
        if self.inside:
            self.value += text[:20]

    def end(self, name: str) -> None:
        if name == "v":
            self.inside = False
            place = self.value.strip()
            known = self.shared and place.isdigit() and int(place) < len(self.lengths)
            self.extent.text += self.lengths[int(place)] if known else len(place)


class _StringReader(_Reader):
    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.lengths.append(0)

    def data(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


def _shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    """Lengths of the texts that cells share."""
    reader = _StringReader()
    for item in archive.infolist():
        if item.filename.lower().endswith("sharedstrings.xml"):
            _parse(archive, item, reader)
    return reader.lengths


def _parse(archive: zipfile.ZipFile, item: zipfile.ZipInfo, reader: _Reader) -> None:
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


def _refuse(*_: Any) -> None:
    raise ValueError("entities of its own")


def column_number(letters: str) -> int:
    """The number of a column by its letters: ``A`` is 1, ``AA`` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
