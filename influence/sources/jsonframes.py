"""Tables that were written as JSON without a record a row: a frame's columns, or rows of bare values under a header.

``{"username": {"0": "anna"}}``, ``{"username": ["anna"]}``, ``{"columns": [...], "data": [[...]]}`` as pandas writes
them, and ``[["username"], ["anna"]]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from influence.sources.dialect import unique_headers
from influence.sources.encoding import open_text
from influence.sources.entries import Entry, Part
from influence.sources.jsonshape import as_text
from influence.sources.packed import TRUNCATED

LARGEST = 64 << 20
"""Bytes up to which such a document is read; it can only be read whole."""

BEGINS = re.compile(rb'\s*(?:\[\s*\[|\{\s*"[^"]*"\s*:\s*(?:\{\s*"0"\s*:|\[\s*["\d]))')
Rows = Sequence[Sequence[Any]]


def open_frame(path: Path, encoding: str, name: str) -> Part | None:
    """The table of such a document; None where the document is of another kind."""
    document = _document(path, encoding)
    table = _table(document)
    if table is None:
        return None
    headers, _ = unique_headers([str(header) for header in table[0]])
    about = f"JSON, a table by columns, {encoding.removesuffix('-sig')}"
    return Part(path, name, headers, about, partial(_entries, name, headers, table[1]))


def _document(path: Path, encoding: str) -> Any:
    try:
        with open_text(path, encoding) as file:
            head = file.read(4096)
            if not BEGINS.match(head.removeprefix(b"\xef\xbb\xbf")):
                return None
            text = head + file.read(LARGEST)
        return json.loads(text)
    except (ValueError, RecursionError, *TRUNCATED):
        return None


def _table(document: Any) -> tuple[Sequence[Any], Rows] | None:
    """Headers, and the rows of values."""
    if isinstance(document, list):
        return _under_header(document)
    if not isinstance(document, dict):
        return None
    data = document.get("data")
    if (
        isinstance(document.get("columns"), list)
        and isinstance(data, list)
        and all(isinstance(r, list) for r in data)
    ):
        return document["columns"], data
    columns = list(document.values())
    if len(columns) > 1 and all(isinstance(column, dict) for column in columns):
        return _by_index(document)
    lengths = {len(column) if isinstance(column, list) else -1 for column in columns}
    if len(columns) > 1 and len(lengths) == 1 and lengths != {-1} and not any(map(_holds_records, columns)):
        return list(document), list(zip(*columns, strict=True))
    return None


def _under_header(rows: list[Any]) -> tuple[Sequence[Any], Rows] | None:
    if len(rows) < 2 or not all(isinstance(row, list) for row in rows) or _holds_records(rows[1]):
        return None
    named = len(rows[0]) > 1 and all(isinstance(cell, str) for cell in rows[0])
    return (rows[0], rows[1:]) if named else None


def _by_index(document: Mapping[str, Mapping[str, Any]]) -> tuple[Sequence[Any], Rows] | None:
    """Columns of values by the number of their row."""
    keys = dict.fromkeys(key for column in document.values() for key in column)
    if not all(key.isdigit() for key in keys) or any(
        map(_holds_records, (c.values() for c in document.values()))
    ):
        return None
    return list(document), [[column.get(key) for column in document.values()] for key in keys]


def _holds_records(values: Any) -> bool:
    return any(isinstance(value, dict) for value in values)


def _entries(name: str, headers: tuple[str, ...], rows: Rows) -> Iterator[Entry]:
    for number, row in enumerate(rows, 1):
        yield Entry(name, number, {header: as_text(cell) for header, cell in zip(headers, row, strict=False)})
