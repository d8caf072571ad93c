"""What the bytes of a text column contain, so that only the cleaning that a batch needs is done.

Looking at a buffer once costs a fraction of a nanosecond a byte; a regular expression a row costs a hundred times more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

DIGITS, SMALL = b"0123456789", b"abcdefghijklmnopqrstuvwxyz"


NAME = DIGITS + SMALL + b"_-"
ID = NAME + b".:"
ISO = DIGITS + b"-:T "


@dataclass(frozen=True)
class ColumnFacts:
    """Facts about all values of one text column of one batch; True may be too careful, False is certain.

    Attributes
    ----------
    padded : bool
        A value may start or end with white space.
    controls : bool
        A value holds a control character other than tab and line breaks.
    breaks : bool
        A value holds a tab or a line break.
    blank : bool
        A value is empty.
    digits : bool
        Values are made of ASCII digits only, at most 18 of them.
    plain_iso : bool
        Values look like ``2024-01-31`` or ``2024-01-31 10:20:30``, without fraction, offset or zone.
    marked : bool
        A value holds ``&``.
    longest : int
        Bytes of the longest value.
    """

    padded: bool = False
    controls: bool = False
    breaks: bool = False
    blank: bool = False
    digits: bool = False
    plain_iso: bool = False
    marked: bool = False
    longest: int = 0


def features_of(column: pa.Array) -> ColumnFacts:
    """Look at the bytes of a string column."""
    data, starts, lengths = bytes_of(column)
    if not len(data):
        return ColumnFacts(blank=True)
    longest, blank = int(lengths.max()), not lengths.all()
    if blank:
        starts, lengths = starts[lengths > 0], lengths[lengths > 0]
    low, high = int(data.min()), int(data.max())
    return ColumnFacts(
        padded=_may_be_space(data[starts]) or _may_be_space(data[starts + lengths - 1]),
        controls=_has_controls(data, low, high),
        breaks=low <= 13 and bool(np.isin(data[data <= 13], (9, 10, 13)).any()),
        blank=blank,
        digits=longest <= 18 and low >= 48 and high <= 57,
        plain_iso=longest <= 19 and high <= 84 and _only(data, ISO) and _two_hyphens(data, starts, lengths),
        marked=low <= 38 and bool((data == 38).any()),
        longest=longest,
    )


def plain_form(column: pa.Array) -> str:
    """``name``: all values are made of small ASCII letters, digits, ``_`` and ``-``; ``id``: of those and of ``.``,
    with one ``:`` each; empty: of something else, or one is empty.
    """
    data, starts, lengths = bytes_of(column)
    if not len(data) or not lengths.all() or data.min() < 45 or data.max() > 122:
        return ""
    colons = np.flatnonzero(data == 58)
    if not len(colons):
        return "name" if _only(data, NAME) else ""
    return "id" if _one_each(colons, starts, lengths) and _only(data, ID) else ""


def _one_each(places: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> bool:
    return len(places) == len(starts) and bool(((places >= starts) & (places < starts + lengths)).all())


def _only(data: np.ndarray, allowed: bytes) -> bool:
    return not data.tobytes().translate(None, allowed)


def _has_controls(data: np.ndarray, low: int, high: int) -> bool:
    """Whether there are control characters other than tab and line breaks."""
    if low >= 32:
        return high >= 127 and bool((data == 127).any())
    small = data[data < 32]
    return bool((~np.isin(small, (9, 10, 13))).any() or (data == 127).any())


def _two_hyphens(data: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> bool:
    """Every value is ``dddd-dd-dd``, alone or with a time of eight characters, and no hyphen follows."""
    if np.count_nonzero(data == 45) != 2 * len(starts) or not ((lengths == 10) | (lengths == 19)).all():
        return False
    return bool((data[starts + 4] == 45).all() and (data[starts + 7] == 45).all())


def _may_be_space(byte: np.ndarray) -> bool:
    # first or last bytes of the UTF-8 forms of no-break space, zero-width space, byte order mark
    return bool(byte.min() <= 32 or among(byte, b"\xc2\xa0\xe2\x8b\xef\xbf").any())


def among(characters: np.ndarray, some: bytes) -> np.ndarray:
    """Mask of the bytes that are one of some."""
    table = np.zeros(256, dtype=bool)
    table[list(some)] = True
    return np.asarray(table[characters])


def bytes_of(column: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The value bytes, and where each value starts in them and how long it is; nulls are empty."""
    _, offsets_buffer, data_buffer = column.buffers()
    n = len(column)
    if offsets_buffer is None or data_buffer is None or n == 0:
        empty = np.zeros(n, dtype=np.int32)
        return np.zeros(0, dtype=np.uint8), empty, empty
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[column.offset : column.offset + n + 1]
    data = np.frombuffer(data_buffer, dtype=np.uint8)[offsets[0] : offsets[-1]]
    return data, offsets[:-1] - offsets[0], np.diff(offsets)
