"""Columns inside arrays: ``mentions[].username`` makes a row of each element, ``media[0].url`` takes one of them.

``tags[*].name`` joins those of all elements with commas, ``text[+].text`` puts them together as pieces of one text; an
element that is bare text is its own piece.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from influence.sources.base import Batch
from influence.sources.jsonshape import as_text, reach

STEP = re.compile(r"\[(\d*|\*|\+)\]\.?")
HELD = "\0"
"""Behind the name of a spread array: the column of its elements as JSON."""

MOST_PRINTED = 100_000
"""Characters of a printed object that are read; longer ones stay text."""

JOINED = {"*": ", ", "+": ""}


def outer(header: str) -> str:
    """The column of the file that a header reaches into: ``media`` of ``media[0].url``; a plain header is its own."""
    return header.split("[", 1)[0] if STEP.search(header) else header


def with_arrays(batch: Batch, headers: Iterable[str]) -> Batch:
    """The batch with the columns that reach into arrays, one row for each element of the array spread with ``[]``.

    All columns with ``[]`` spread the same array; rows in which it is empty are left out.
    """
    inside = [
        header for header in dict.fromkeys(headers) if header not in batch.rows.schema.names and "[" in header
    ]
    if not inside:
        return batch
    spread = sorted({header[: header.index("[]") + 2] for header in inside if "[]" in header})
    for array in spread[:1]:
        batch = _spread(batch, array)
    for header in [header for header in inside if header not in batch.rows.schema.names]:
        batch = _with(batch, header, [_text(value, header) for value in _bases(batch, header, spread)])
    return batch


def _bases(batch: Batch, header: str, spread: Sequence[str]) -> list[Any]:
    """The values that a header reaches into, decoded."""
    held = f"{spread[0]}{HELD}" if spread and header.startswith(spread[0]) else outer(header)
    return [decoded(text) for text in _column(batch, held)]


def _text(value: Any, header: str) -> str | None:
    steps = _steps_behind(header) if "[]" in header else STEP.split(header[header.index("[") :])[1:]
    return as_text(_reached(value, [step for step in steps if step]))


def _reached(value: Any, steps: list[str]) -> Any:
    for place, step in enumerate(steps):
        if step in JOINED:
            rest = steps[place + 1 :]
            found = [as_text(e if isinstance(e, str) else _reached(e, rest)) for e in _listed(value)]
            return JOINED[step].join(text for text in found if text) or None
        if step.isdigit():
            elements = _listed(value)
            value = elements[int(step)] if int(step) < len(elements) else None
        else:
            value = reach(value, tuple(step.rstrip(".").split(".")))
    return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None or value == "" else [value]


def _steps_behind(header: str) -> list[str]:
    """Steps into an element: of ``edges[].node.media[0].url`` those behind the ``[]``."""
    behind = header[header.index("[]") + 2 :].lstrip(".")
    return [step for step in STEP.split(behind) if step]


def _spread(batch: Batch, array: str) -> Batch:
    column = array.removesuffix("[]")
    lists = [_listed(decoded(text)) for text in _column(batch, column)]
    counts = np.array([len(value) for value in lists], dtype=np.int64)
    rows = pa.array(np.repeat(np.arange(len(lists)), counts))
    elements: list[str | None] = [json.dumps(element) for value in lists for element in value]
    taken = replace(batch, rows=batch.rows.take(rows), lines=np.repeat(batch.lines, counts))
    return _with(taken, f"{array}{HELD}", elements)


def _column(batch: Batch, name: str) -> list[Any]:
    there = name in batch.rows.schema.names
    return batch.rows.column(name).to_pylist() if there else [None] * batch.rows.num_rows


def decoded(text: Any) -> Any:
    """The JSON in a cell, or what a script printed (`{'username': ...}`); a cell that holds none is its own text."""
    if not isinstance(text, str) or text[:1] not in ("[", "{", '"'):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text) if "'" in text[:3] and len(text) < MOST_PRINTED else text
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text


def _with(batch: Batch, name: str, values: list[str | None]) -> Batch:
    rows = batch.rows
    arrays = [*rows.columns, pa.array(values, pa.string())]
    return replace(batch, rows=pa.RecordBatch.from_arrays(arrays, [*rows.schema.names, name]))
