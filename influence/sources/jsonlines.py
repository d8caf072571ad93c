"""JSON Lines (one object a line) and JSON arrays of objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from influence.errors import SourceError
from influence.sources.base import Batch, RawReject, ReadOptions
from influence.sources.encoding import TRUNCATED, broken_off, open_text, recognise_encoding

BATCH_LINES = 20_000
HEADER_LINES = 20_000
"""Keys are collected from so many lines; a key first seen later is reported, not imported."""

MAX_ARRAY_BYTES = 512 << 20

Record = tuple[int, dict[str, Any] | None, str]
"""Line, the object (None: unreadable), and what was seen or why not."""


@dataclass
class JsonSource:
    """One file of JSON objects; nested objects become ``outer.inner`` columns, lists stay JSON text."""

    path: Path
    name: str
    headers: tuple[str, ...]
    about: str
    encoding: str
    is_array: bool
    notes: tuple[str, ...] = ()

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order; a line that is no object becomes a reject."""
        records = _records(self.path, self.encoding, self.is_array)
        known = set(self.headers)
        late: dict[str, int] = {}
        while chunk := list(islice(records, BATCH_LINES)):
            yield self._batch(chunk, known, late)
        if late:
            reason = f"a key first seen after {HEADER_LINES:,} lines is not imported"
            rejects = tuple(RawReject(line, key, "", reason) for key, line in late.items())
            yield Batch(self._rows([]), np.zeros(0, dtype=np.int64), rejects)

    def _batch(self, chunk: list[Record], known: set[str], late: dict[str, int]) -> Batch:
        good = [(line, record) for line, record, _ in chunk if record is not None]
        rejects = tuple(
            RawReject(line, None, seen, "not a JSON object on one line")
            for line, record, seen in chunk
            if record is None
        )
        for line, record in good:
            if not record.keys() <= known:
                for key in record.keys() - known:
                    late.setdefault(key, line)
        lines = np.array([line for line, _ in good], dtype=np.int64)
        return Batch(self._rows([record for _, record in good]), lines, rejects)

    def _rows(self, records: list[dict[str, Any]]) -> pa.RecordBatch:
        columns = [pa.array([_text(r.get(key)) for r in records], pa.string()) for key in self.headers]
        return pa.RecordBatch.from_arrays(columns, list(self.headers))


def open_json(path: Path, options: ReadOptions, name: str) -> list[JsonSource]:
    """Open one JSON Lines file, or one JSON array of objects."""
    encoding = recognise_encoding(path, options.encoding)
    is_array = _first_character(path, encoding) == "["
    keys: dict[str, None] = {}
    for _, record, _ in islice(_records(path, encoding, is_array), HEADER_LINES):
        if record is not None:
            keys.update(dict.fromkeys(record))
    if not keys:
        raise SourceError(
            "no JSON object was found", where=str(path), expected='one object a line, as {"handle": "anna"}'
        )
    about = f"{'JSON array' if is_array else 'JSON Lines'}, {encoding.removesuffix('-sig')}"
    return [JsonSource(path, name, tuple(keys), about, encoding, is_array)]


def _first_character(path: Path, encoding: str) -> str:
    try:
        with open_text(path, encoding) as file:
            start = file.read(4096).decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    except TRUNCATED as error:
        raise broken_off(path, error) from error
    if not start:
        raise SourceError("the file is empty", where=str(path), expected="JSON objects")
    return start[0]


def _records(path: Path, encoding: str, is_array: bool) -> Iterator[Record]:
    try:
        with open_text(path, encoding) as file:
            yield from _from_array(file, path) if is_array else _from_lines(file)
    except TRUNCATED as error:
        raise broken_off(path, error) from error


def _from_lines(file: Iterable[bytes]) -> Iterator[Record]:
    for line, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        yield (
            line,
            _flat(value) if isinstance(value, dict) else None,
            text[:500].decode("utf-8", "replace").strip(),
        )


def _from_array(file: IO[bytes], path: Path) -> Iterator[Record]:
    data = file.read(MAX_ARRAY_BYTES + 1)
    if len(data) > MAX_ARRAY_BYTES:
        raise SourceError(
            "this JSON array is too large to read whole", where=str(path), hint="write JSON Lines"
        )
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceError("this JSON cannot be read", where=str(path), seen=str(error)) from error
    for number, value in enumerate(values, 1):
        yield number, _flat(value) if isinstance(value, dict) else None, str(value)[:500]


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    if not any(isinstance(value, dict) for value in record.values()):
        return record
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{inner}": inside for inner, inside in value.items()})
        else:
            flat[key] = value
    return flat


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        # a lone surrogate ("\\ud800") is legal JSON and no legal text
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
