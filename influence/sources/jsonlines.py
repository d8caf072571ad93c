"""Lines of JSON: one by one as they come, or many at once where they are all alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from influence.sources import packed
from influence.sources.jsontext import Value

BLOCK_BYTES = 4 << 20
"""Bytes of lines that are tried at once."""

SHOWN = 500


def loads(line: bytes) -> Any:
    """The value of a line, with or without the comma of an array that lost its brackets; None: unreadable."""
    try:
        return json.loads(line.rstrip().removesuffix(b","))
    except (ValueError, RecursionError):
        return None


def numbered(lines: Iterable[bytes], first: int) -> Iterator[Value]:
    """The objects of lines that are not blank, and the text of those that are none, from line `first` on."""
    for number, line in enumerate(lines, first):
        value = loads(line)
        if isinstance(value, dict):
            yield Value((), number, value)
        elif line.strip():
            yield Value((), number, line[:SHOWN].decode("utf-8", "replace").strip())


def at_once(lines: list[bytes], headers: tuple[str, ...]) -> pa.RecordBatch | None:
    """Lines that are an object each, of texts, whole numbers and truths under these keys only; None: some are not."""
    from pyarrow import json as pajson

    first, block = loads(lines[0]), b"".join(lines)
    kinds = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), type(None): pa.string()}
    if not isinstance(first, dict) or not {type(value) for value in first.values()} <= set(kinds):
        return None
    schema = pa.schema([(header, kinds[type(first.get(header))]) for header in headers])
    try:
        block.decode()
        table = pajson.read_json(
            packed.lent(block),
            read_options=pajson.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )
    except (UnicodeDecodeError, pa.ArrowInvalid):
        return None
    if table.num_rows != len(lines):
        return None
    columns = [table[header].combine_chunks().cast(pa.string()) for header in headers]
    return pa.RecordBatch.from_arrays(columns, names=list(headers))
