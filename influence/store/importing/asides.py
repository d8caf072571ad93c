"""Rows between the rows that are no data: totals, the header again, notes, the head of a section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.recognition.headers import PLATFORMS, words_of
from influence.recognition.layout import TOTALS, is_total
from influence.sources.base import RawReject
from influence.store.importing.mapping import ColumnRule
from influence.toml_files import shipped

IDENTIFYING = ("handle", "account_id", "follower_id", "actor_id")
"""Columns of which a row of totals bears the word."""

HEADINGS = {*shipped("influence.store.importing", "words.toml")["headings"]["words"], *PLATFORMS}
"""Words over a part of a list."""


def without_asides(
    rows: pa.RecordBatch, lines: np.ndarray, rules: Iterable[ColumnRule], *, lists_people: bool = False
) -> tuple[pa.RecordBatch, np.ndarray, tuple[RawReject, ...]]:
    """Set apart rows that add up the others, the header where it stands again and, in lists, lines of words."""
    keys = sorted(
        {n for rule in rules if rule.target in IDENTIFYING for n in rule.columns if n in rows.schema.names}
    )
    rejects: dict[int, RawReject] = {}
    for name in keys:
        if pa.types.is_string(rows.column(name).type):
            rejects |= _totals(rows, lines, name)
    if lists_people and keys:
        rejects = _lines_of_words(rows, lines, keys) | rejects
    if not rejects:
        return rows, lines, ()
    keep = np.ones(rows.num_rows, dtype=bool)
    keep[list(rejects)] = False
    return rows.filter(pa.array(keep)), lines[keep], tuple(rejects[place] for place in sorted(rejects))


def _totals(rows: pa.RecordBatch, lines: np.ndarray, name: str) -> dict[int, RawReject]:
    column = rows.column(name)
    found = {}
    for place in _worded(column, [*TOTALS, *(f"{total}:" for total in TOTALS), name.lower().strip()]):
        cells = _cells(rows, place)
        again = sum(str(value).strip().lower() == header.lower() for header, value in cells.items()) > 1
        figures = [_in_figures(value) for header, value in cells.items() if header != name]
        adds_up = is_total(column[place].as_py()) and any(figures) and 2 * sum(figures) >= len(figures)
        if again or adds_up:
            why = "the header again" if again else "a row of totals, which is nobody"
            found[place] = RawReject(int(lines[place]), name, column[place].as_py(), why)
    return found


def _worded(column: pa.Array, words: list[str]) -> list[int]:
    """Places of the values that are one of `words`, but for white space and case; long ones need no closer look."""
    trimmed = pc.utf8_trim_whitespace(column)
    longest = max(len(word.encode()) for word in words)
    places = np.flatnonzero(
        pc.fill_null(pc.less_equal(pc.binary_length(trimmed), longest), False).to_numpy(zero_copy_only=False)
    )
    found = pc.is_in(pc.utf8_lower(trimmed.take(pa.array(places))), value_set=pa.array(words))
    return list(places[found.to_numpy(zero_copy_only=False)].tolist())


def _lines_of_words(rows: pa.RecordBatch, lines: np.ndarray, keys: list[str]) -> dict[int, RawReject]:
    """Rows of one cell among fuller ones that are a note or a heading, and figures without a name that are totals."""
    columns = [rows.column(name) for name in rows.schema.names]
    if len(columns) < 2 or not all(pa.types.is_string(column.type) for column in columns):
        return {}
    filled = np.array([_filled(column) for column in columns])
    if not rows.num_rows or np.median(filled.sum(axis=0)) < 2:
        return {}
    found = {}
    for place in np.flatnonzero(filled.sum(axis=0) == 1).tolist():
        ((header, cell),) = _cells(rows, place).items()
        if (header not in keys and not _in_figures(cell)) or _is_heading(cell) or is_total(cell):
            found[place] = RawReject(
                int(lines[place]), header, cell, "a line of words between the rows, which is nobody"
            )
    named = filled[[rows.schema.get_field_index(name) for name in keys]].any(axis=0)
    for place in np.flatnonzero(~named).tolist():
        cells = _cells(rows, place)
        if (
            place not in found
            and cells
            and all(_in_figures(value) or is_total(value) for value in cells.values())
        ):
            shown = ", ".join(f"{header}={value}" for header, value in cells.items())
            found[place] = RawReject(
                int(lines[place]),
                keys[0],
                shown,
                "figures without a name: a row of totals, or of somebody who has gone",
            )
    return found


def _filled(column: pa.Array) -> np.ndarray:
    blank = pc.equal(pc.binary_length(pc.ascii_trim_whitespace(column)), 0)
    return np.asarray(pc.invert(pc.fill_null(blank, True)).to_numpy(zero_copy_only=False))


def _cells(rows: pa.RecordBatch, place: int) -> Mapping[str, Any]:
    """Header and value of the filled cells of a row."""
    row = rows.slice(place, 1).to_pylist()[0]
    return {header: value for header, value in row.items() if value is not None and str(value).strip()}


def _is_heading(cell: str) -> bool:
    """``MICRO``, ``Source: agency list``, ``* ask Tom by Friday``: nobody's name."""
    words = words_of(cell)
    return (
        ": " in cell
        or cell.lstrip().startswith(("* ", "*) ", "† "))
        or cell.rstrip().endswith(":")
        or (len(max(words, default="", key=len)) > 2 and set(words) <= HEADINGS)
    )


def _in_figures(value: Any) -> bool:
    return any(ch.isdigit() for ch in str(value)) and "@" not in str(value)
