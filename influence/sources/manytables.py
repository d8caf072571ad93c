"""Tables that share one delimited file: under each other after a blank line, or a square of who is tied to whom."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from influence.recognition.layout import Layout, find_header, table_starts
from influence.recognition.numbers import read_number
from influence.sources.base import Entry, Part, Record, Role
from influence.sources.dialect import lines_of, unique_headers

Numbered = tuple[int, list[str]]
"""Line, and the cells of a row."""
LEAST_SQUARE = 3
"""Names on each side of a table of ties."""


def several_tables(path: Path, text: str, name: str, delimiter: str, about: str) -> list[Part]:
    """The tables of a small file; none where it holds one, which is read as a stream."""
    rows = _numbered(text, delimiter)
    if square := _square([cells for _, cells in rows]):
        entries = partial(_ties, rows, square)
        role = Role("follows", {"follower_id": "source", "followee_id": "target", "weight": "weight"})
        return [
            Part(
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


def _part(path: Path, name: str, rows: Sequence[Numbered], about: str, notes: tuple[str, ...]) -> Part:
    layout = find_header([cells for _, cells in rows])
    headers, oddities = unique_headers(list(layout.names))
    first, last = rows[0][0], rows[-1][0]
    entries = partial(_entries, name, headers, rows[max(layout.header + 1, layout.begins) :])
    where = f"{about}, lines {first} to {last}"
    notes = (*notes, *oddities)
    return Part(entries, path=path, name=name, headers=headers, about=where, notes=notes, title=layout.title)


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
