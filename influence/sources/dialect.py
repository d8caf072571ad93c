"""Recognise the delimiter, the header and the decimal sign of a delimited text file, and the tables that share one."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from influence.errors import EmptySourceError, SourceError
from influence.recognition.layout import Layout, find_header, table_starts
from influence.recognition.numbers import read_number
from influence.sources.base import Entry, FilePart, Record, Role

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NAMED = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "bar": "|", "pipe": "|", "space": " "}
COMMA_DECIMAL = re.compile(r"[+-]?(\d+,\d{1,2}|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})")
GUARDED = re.compile(r"=\"[^\"]*\"|'\d{8,}")
DOT_DECIMAL = re.compile(r"[+-]?(\d+\.\d{1,2}|\d+\.\d{4,}|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})")

Numbered = tuple[int, list[str]]
"""Line, and the cells of a row."""
LEAST_SQUARE = 3
"""Names on each side of a table of ties."""


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is laid out.

    Attributes
    ----------
    delimiter : str
    headers : tuple of str
        Unique; unnamed columns are called ``column_3``, repeated names get ``_2``.
    skipped : int
        Characters before the first row of data.
    first_line : int
        1-based line of the first row of data.
    decimal_comma : bool
        Numbers are written ``1.234,5``.
    oddities : tuple of str
        What was odd about the header, in words.
    """

    delimiter: str
    headers: tuple[str, ...]
    skipped: int
    first_line: int
    decimal_comma: bool
    oddities: tuple[str, ...] = ()
    title: str = ""
    guarded: bool = False
    """Ids are guarded against spreadsheets: ``="158..."`` or ``'158...``."""


def recognise_dialect(head: str, whole: bool, path: Path, told: str | None = None) -> Dialect:
    """Read the layout off the first characters of a file.

    Parameters
    ----------
    head : str
        The first characters; `whole` says that there are no others.
    path : Path
        For messages.
    told : str, optional
        The delimiter, when the user said it: a character or ``tab``, ``comma``, ``semicolon``, ``bar``.
    """
    start, line, told = _leading(head, told)
    if start >= len(head):
        raise EmptySourceError("the file is empty", where=str(path), expected="a header and rows")
    delimiter = _delimiter(told, path) if told else _guess_delimiter(head[start:], whole)
    layout, used, n_lines, notes = _header(head[start:], delimiter, whole, path)
    _refuse_open_quotes(head[start + used :], delimiter, line + n_lines, path)
    headers, oddities = unique_headers(list(layout.names))
    oddities = oddities if any(layout.names) else ()
    sample = _rows(head[start + used :], delimiter, whole)
    return Dialect(
        delimiter=delimiter,
        headers=headers,
        skipped=start + used,
        first_line=line + n_lines,
        decimal_comma=delimiter != "," and _writes_decimal_comma(sample),
        oddities=(*notes, *oddities),
        title=layout.title,
        guarded=any(GUARDED.fullmatch(cell) for row in sample for cell in row),
    )


def unique_headers(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the unnamed, number the repeated, and say so."""
    seen: Counter[str] = Counter()
    taken = {name.strip() for name in names}
    headers, oddities = [], []
    for position, name in enumerate(names, 1):
        name = " ".join(_legible(name).replace("\0", "").split())[:200]
        if not name:
            name = f"column_{position}"
            oddities.append(f"column {position} has no name; called {name!r}")
        seen[name] += 1
        if seen[name] > 1:
            fresh = next(n for k in range(seen[name], 10**6) if (n := f"{name}_{k}") not in taken)
            taken.add(fresh)
            oddities.append(f"two columns are called {name!r}; the later one is {fresh!r}")
            name = fresh
        headers.append(name)
    return tuple(headers), tuple(oddities)


def _legible(name: str) -> str:
    """A name whose bytes are not of the file's encoding, read as Western."""
    if name.isascii() or not any("\udc80" <= character <= "\udcff" for character in name):
        return name
    return name.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _refuse_open_quotes(text: str, delimiter: str, line: int, path: Path) -> None:
    """Refuse a file in which every row opens a quote and closes none: pairs of rows would be read as one.

    The sign: text directly after what would be the closing quote; doubled quotes (JSON in a cell) close nothing.
    """
    closings = re.findall(rf'(?:^|[{re.escape(delimiter)}\n])"(?:[^"]|"")*+"(.?)', text[: 1 << 16], re.S)
    broken = [after for after in closings if after not in ("", delimiter, "\n", "\r", '"', " ")]
    if len(broken) >= 2 and len(broken) > 0.5 * len(closings):
        raise SourceError(
            "quotes are opened and not closed, so that several rows would be read as one",
            where=f"{path}, from line {line} on",
            seen=text[:80],
            hint="close or double the quotes, or save the file again as CSV; nothing was imported",
        )


def _leading(head: str, told: str | None) -> tuple[int, int, str | None]:
    """Skip blank lines and Excel's ``sep=;`` line; give the start, its line and the delimiter now known."""
    start, line = 0, 1
    while match := re.compile(r"[ \t]*(sep=(.))?[ \t]*(\r\n|\n|\r)", re.I).match(head, start):
        told = told or match.group(2)
        start, line = match.end(), line + 1
    return (len(head) if not head[start:].strip() else start), line, told


def _delimiter(told: str, path: Path) -> str:
    character = NAMED.get(told.lower(), told)
    if len(character) != 1 or character in '"\r\n' or ord(character) > 127:
        raise SourceError(
            "this cannot be a delimiter",
            where=str(path),
            seen=told,
            expected="one character, or tab, comma, semicolon",
        )
    return character


def _rows(text: str, delimiter: str, whole: bool) -> list[list[str]]:
    csv.field_size_limit(1 << 30)
    reader = csv.reader(lines_of(text), delimiter=delimiter)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(islice(filter(None, reader), 201))
    return rows if whole or len(rows) > 200 else rows[:-1] or rows


def lines_of(text: str) -> list[str]:
    """Lines as CSV files end them, without zero bytes; `str.splitlines` splits at further characters."""
    return list(io.StringIO(text.replace("\0", ""), newline=""))


def _usual_width(rows: list[list[str]]) -> int:
    """Cells in the first row, or in most rows where titles stand above them."""
    counts = Counter(map(len, rows))
    return max(counts, key=lambda n: (counts[n], n == len(rows[0]))) if rows else 0


def _guess_delimiter(text: str, whole: bool) -> str:
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        rows = _rows(text, delimiter, whole)[:50]
        width = _usual_width(rows)
        if width < 2:
            continue
        agreeing = sum(len(row) == width for row in rows) / len(rows)
        score = (round(agreeing, 1) if agreeing >= 0.5 else agreeing / 2, width)
        if score > best_score:
            best, best_score = delimiter, score
    return " " if best_score == (0.0, 0) and _are_pairs(text) else best


def _are_pairs(text: str) -> bool:
    """Two or three numbers or words a line, one blank between them: ties, as tools for graphs write them."""
    lines = [line for line in text.splitlines()[:200] if line and not line.startswith(("#", "%"))][:100]
    widths = {len(line.split(" ")) for line in lines}
    figures = sum(line.replace(" ", "").replace(".", "").replace("-", "").isdigit() for line in lines)
    return len(lines) > 1 and widths in ({2}, {3}) and figures >= len(lines) - 1


def _header(text: str, delimiter: str, whole: bool, path: Path) -> tuple[Layout, int, int, tuple[str, ...]]:
    """Give the header, how many characters and lines stand up to its end, and what was passed over."""
    lines = list(io.StringIO(text, newline=""))
    rows, ends = _top_rows(lines, delimiter, whole)
    layout = find_header(rows)
    if not rows:
        raise SourceError(
            "the header cannot be read",
            where=f"{path}, line 1",
            seen=text[:80],
            hint="is a quote missing in line 1?",
        )
    named = layout.header >= 0
    n_lines = ends[layout.header] if named else ends[layout.begins - 1] if layout.begins else 0
    notes = () if named else ("there is no header: columns are called by their place",)
    if layout.skipped:
        above = "header" if named else "first row"
        notes = (*notes, f"{layout.skipped} lines above the {above} are left out")
    return layout, sum(map(len, lines[:n_lines])), n_lines, notes


def _top_rows(lines: list[str], delimiter: str, whole: bool) -> tuple[list[list[str]], list[int]]:
    """The first rows, and how many lines are read up to the end of each; a row that breaks off is none."""
    reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter, strict=False)
    rows: list[list[str]] = []
    ends: list[int] = []
    with suppress(csv.Error):
        for row in islice(reader, 201):
            runs_on = reader.line_num - (ends[-1] if ends else 0) > 50
            if runs_on or (reader.line_num >= len(lines) and (not whole or _unclosed(row, lines, ends))):
                break
            rows.append(row)
            ends.append(reader.line_num)
    return rows, ends


def _unclosed(row: list[str], lines: list[str], ends: list[int]) -> bool:
    """The last row swallowed lines to the end of the file: a quote is missing."""
    taken = "".join(lines[ends[-1] if ends else 0 :])
    return "\n" in taken.rstrip("\r\n") and taken.count('"') % 2 == 1 and any("\n" in cell for cell in row)


def _writes_decimal_comma(rows: list[list[str]]) -> bool:
    cells = [cell.strip() for row in rows for cell in row]
    commas = sum(COMMA_DECIMAL.fullmatch(cell) is not None for cell in cells)
    dots = sum(DOT_DECIMAL.fullmatch(cell) is not None for cell in cells)
    return commas > dots


def several_tables(path: Path, text: str, name: str, delimiter: str, about: str) -> list[FilePart]:
    """The tables of a small file; none where it holds one, which is read as a stream."""
    rows = _numbered(text, delimiter)
    if square := _square([cells for _, cells in rows]):
        entries = partial(_ties, rows, square)
        role = Role("follows", {"follower_id": "source", "followee_id": "target", "weight": "weight"})
        return [
            FilePart(
                entries,
                path=path,
                name="follows",
                headers=("source", "target", "weight"),
                about=f"{about}, a square of ties",
                role=role,
            )
        ]
    starts = table_starts([cells for _, cells in rows])
    if len(starts) < 2:
        return []
    notes = (f"the file holds {len(starts)} tables, read one by one",)
    ranges = zip(starts, [*starts[1:], len(rows)], strict=True)
    return [_part(path, f"{name} {n}", rows[a:b], about, notes) for n, (a, b) in enumerate(ranges, 1)]


def _numbered(text: str, delimiter: str) -> list[Numbered]:
    reader = csv.reader(lines_of(text), delimiter=delimiter)
    found, line = [], 1
    for cells in reader:
        found.append((line, cells))
        line = reader.line_num + 1
    return found


def _part(path: Path, name: str, rows: Sequence[Numbered], about: str, notes: tuple[str, ...]) -> FilePart:
    layout = find_header([cells for _, cells in rows])
    headers, oddities = unique_headers(list(layout.names))
    first, last = rows[0][0], rows[-1][0]
    entries = partial(_entries, name, headers, rows[max(layout.header + 1, layout.begins) :])
    where = f"{about}, lines {first} to {last}"
    notes = (*notes, *oddities)
    return FilePart(
        entries, path=path, name=name, headers=headers, about=where, notes=notes, title=layout.title
    )


def _entries(name: str, headers: tuple[str, ...], rows: Sequence[Numbered]) -> Iterator[Entry]:
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        record: Record = dict(zip(headers, (*cells, *[""] * len(headers)), strict=False))
        ragged = f"{len(cells)} values where the header has {len(headers)}"
        more = any(cell.strip() for cell in cells[len(headers) :])
        yield Entry(name, line, record, ragged if more else None)


def _square(rows: Sequence[Sequence[str]]) -> Layout | None:
    """A header of names that are also, in the same order, the first cells of the rows, and numbers between."""
    if len(rows) <= LEAST_SQUARE or len(rows[0]) != len(rows) or len(rows[0]) <= LEAST_SQUARE:
        return None
    names = [cell.strip() for cell in rows[0][1:]]
    if names != [row[0].strip() for row in rows[1:] if row] or len(set(names)) < len(names):
        return None
    cells = (cell for row in rows[1:] for cell in row[1:] if cell.strip())
    figures = all(read_number(cell, False) is not None for cell in cells)
    return Layout(0, tuple(names)) if figures else None


def _ties(rows: Sequence[Numbered], square: Layout) -> Iterator[Entry]:
    for line, cells in rows[1:]:
        for target, cell in zip(square.names, cells[1:], strict=False):
            if read_number(cell or "0", False):
                tie: Record = {"source": cells[0].strip(), "target": target, "weight": cell.strip()}
                yield Entry("follows", line, tie)
