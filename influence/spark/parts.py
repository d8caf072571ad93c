"""Large files cut where records begin, so that many workers read them at once and every row still knows its line.

Of delimited text and JSON Lines each block is looked through once, for line breaks and quotes: what a break means
depends on all quotes before it, so each block says both what follows if it begins inside a value and if it doesn't.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from influence.sources.base import Source, Span
from influence.sources.delimited import DelimitedSource
from influence.sources.encoding import BROKEN_UTF8
from influence.sources.jsonfiles import JsonSource
from influence.sources.packed import is_plain
from influence.sources.parquet import ParquetSource

PART_BYTES = 64 << 20
"""Bytes of a part; smaller ones cost more to begin than to read."""
NEWLINE, QUOTE, RETURN = 10, 34, 13
CHUNK = 1 << 20


@dataclass(frozen=True)
class Block:
    """A stretch of a text file that begins after a line break, to be looked through."""

    path: Path
    start: int
    stop: int
    delimiter: int | None
    """Byte between values; None: a line is a record."""


@dataclass(frozen=True)
class Looked:
    """What was found in a block.

    Attributes
    ----------
    start, stop : int
        From the first line break at or after the block's own places.
    n_lines, n_quotes : int
    is_inside : tuple of bool
        Whether the block ends inside a value, if it began outside of one, and if it began inside.
    begins : int or None
        Where the first record begins, if the block begins inside a value.
    ahead : tuple of int
        Lines and quotes before it.
    is_odd : bool
        Lines end otherwise than with a line feed; the file has to be read whole.
    """

    start: int
    stop: int
    n_lines: int
    n_quotes: int = 0
    is_inside: tuple[bool, bool] = (False, False)
    begins: int | None = None
    ahead: tuple[int, int] = (0, 0)
    is_odd: bool = False


def blocks_of(source: Source, part_bytes: int) -> list[Block]:
    """What has to be looked through before a source can be cut; nothing, if it is small or cannot be."""
    text = isinstance(source, DelimitedSource) or (isinstance(source, JsonSource) and bool(source.opened))
    if not text or not is_plain(source.path):
        return []
    size = source.path.stat().st_size
    delimiter = None
    first = 0
    if isinstance(source, DelimitedSource):
        if source.encoding not in ("utf-8", "utf-8-sig", BROKEN_UTF8):
            return []
        delimiter, first = ord(source.dialect.delimiter), source.head_bytes
    if size - first <= part_bytes:
        return []
    places = [first, *range(first + part_bytes, size, part_bytes), size]
    return [Block(source.path, a, b, delimiter) for a, b in pairwise(places)]


def look(block: Block, is_first: bool) -> Looked:
    """Look through one block."""
    with block.path.open("rb") as file:
        start = block.start if is_first else _after_break(file, block.start)
        stop = _after_break(file, block.stop)
        file.seek(start)
        data = np.frombuffer(file.read(max(stop - start, 0)), dtype=np.uint8)
    breaks = np.flatnonzero(data == NEWLINE)
    returns = np.flatnonzero(data == RETURN)
    is_odd = bool((data[np.minimum(returns + 1, len(data) - 1)] != NEWLINE).any())
    if block.delimiter is None:
        return Looked(start, stop, len(breaks), is_odd=is_odd)
    quotes = np.flatnonzero(data == QUOTE)
    outside, _ = _walk(data, quotes, breaks, block.delimiter, inside=False)
    inside, begins = _walk(data, quotes, breaks, block.delimiter, inside=True)
    ahead = [int(np.searchsorted(places, begins or 0)) for places in (breaks, quotes)]
    at = None if begins is None else start + begins
    return Looked(start, stop, len(breaks), len(quotes), (outside, inside), at, (ahead[0], ahead[1]), is_odd)


def _after_break(file: Any, place: int) -> int:
    """The first place at or after `place` at which a line begins (or the end of the file)."""
    if place == 0:
        return 0
    file.seek(place - 1)
    at = place - 1
    while piece := file.read(CHUNK):
        found = piece.find(b"\n")
        if found >= 0:
            return int(at + found + 1)
        at += len(piece)
    return at


def _walk(
    data: np.ndarray, quotes: np.ndarray, breaks: np.ndarray, delimiter: int, inside: bool
) -> tuple[bool, int | None]:
    """Whether the end is inside a value, and where the first record after it begins (if the start is inside one).

    A quote opens a value only where the value begins; inside, two quotes are one.
    """
    before = data[np.maximum(quotes - 1, 0)]
    opens = ((quotes == 0) | (before == delimiter) | (before == NEWLINE) | (before == RETURN)).tolist()
    places = quotes.tolist()
    begins: int | None = None
    closed, at = 0, 0
    looking = inside
    while at < len(places):
        place = places[at]
        if inside:
            if at + 1 < len(places) and places[at + 1] == place + 1:
                at += 1
            else:
                inside, closed = False, place + 1
        elif opens[at]:
            begins = _break_between(breaks, closed, place) if looking and begins is None else begins
            inside = True
        at += 1
    if looking and begins is None and not inside:
        begins = _break_between(breaks, closed, len(data))
    return inside, begins


def _break_between(breaks: np.ndarray, start: int, stop: int) -> int | None:
    """The place after the first line break from `start` on, before `stop`."""
    at = int(np.searchsorted(breaks, start))
    return int(breaks[at]) + 1 if at < len(breaks) and breaks[at] < stop else None


def spans_of(source: Source, looked: Sequence[Looked]) -> list[Span | None]:
    """The parts of a source, given what its blocks hold; ``[None]``: all of it at once."""
    if isinstance(source, ParquetSource):
        return _row_groups(source)
    if not looked or any(block.is_odd for block in looked):
        return [None]
    line = source.dialect.first_line if isinstance(source, DelimitedSource) else 1
    starts: list[tuple[int, int, int]] = []
    inside, quotes = False, 0
    for block in looked:
        if block.start < block.stop:
            begins, ahead = (block.begins, block.ahead) if inside else (block.start, (0, 0))
            if begins is not None:
                starts.append((begins, line + ahead[0], quotes + ahead[1]))
            inside = block.is_inside[inside]
        line, quotes = line + block.n_lines, quotes + block.n_quotes
    ends = [start for start, _, _ in starts[1:]] + [looked[-1].stop]
    last = len(starts) - 1
    return [
        Span(start, stop, line, quotes, number == last)
        for number, ((start, line, quotes), stop) in enumerate(zip(starts, ends, strict=True))
    ]


def _row_groups(source: ParquetSource) -> list[Span | None]:
    import pyarrow.parquet as pq

    if not source.path.is_file():
        return [None]
    spans: list[Span | None] = []
    line = 1
    with pq.ParquetFile(source.path) as file:
        n = file.metadata.num_row_groups
        for group in range(n):
            spans.append(Span(group, group + 1, line, is_last=group == n - 1))
            line += file.metadata.row_group(group).num_rows
    return spans or [None]
