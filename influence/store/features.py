"""What the bytes of a text column contain, so that SQL does only the cleaning that a batch needs.

Looking at a buffer once costs a tenth of a nanosecond a byte; a regular expression a row costs a thousand times more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

DIGITS = np.zeros(256, dtype=bool)
DIGITS[48:58] = True
CONTROLS = np.zeros(256, dtype=bool)
CONTROLS[:32] = True
CONTROLS[127] = True
CONTROLS[[9, 10, 13]] = False
NAME = DIGITS.copy()
NAME[97:123] = True
NAME[[ord(character) for character in "_-"]] = True
ISO = DIGITS.copy()
ISO[[ord(character) for character in "-:T ."]] = True


@dataclass(frozen=True)
class Features:
    """Facts about all values of one text column of one batch; True may be too careful, False is certain.

    Attributes
    ----------
    padded : bool
        A value may start or end with white space.
    controls : bool
        A value holds a control character other than tab and line breaks.
    breaks : bool
        A value holds a tab or a line break.
    upper : bool
        A value may hold a capital letter.
    at, colon : bool
        A value starts with ``@``; a value holds ``:``.
    blank : bool
        A value is empty.
    digits : bool
        Values are made of ASCII digits only, at most 18 of them.
    plain_iso : bool
        Values look like ``2024-01-31`` or ``2024-01-31 10:20:30``, without offset or zone.
    plain_name : bool
        Values are made of small ASCII letters, digits, ``_`` and ``-`` only, none empty.
    longest : int
        Bytes of the longest value.
    """

    padded: bool = True
    controls: bool = True
    breaks: bool = True
    upper: bool = True
    at: bool = True
    colon: bool = True
    blank: bool = True
    digits: bool = False
    plain_iso: bool = False
    plain_name: bool = False
    longest: int = 1 << 62


def features_of(column: pa.Array) -> Features:
    """Look at the bytes of a string column."""
    data, starts, ends = _bytes(column)
    lengths = ends - starts
    longest = int(lengths.max()) if len(lengths) else 0
    filled = lengths > 0
    if not len(data):
        return Features(False, False, False, False, False, False, True, longest=longest)
    first, last = data[starts[filled]], data[ends[filled] - 1]
    present = _present(data)
    is_iso = longest <= 19 and not (present & ~ISO).any()
    return Features(
        padded=bool(_may_be_space(first).any() or _may_be_space(last).any()),
        controls=bool((present & CONTROLS).any()),
        breaks=bool(present[[9, 10, 13]].any()),
        upper=bool(present[65:91].any() or present[128:].any()),
        at=bool((first == 64).any()),
        colon=bool(present[58]),
        blank=not bool(filled.all()),
        digits=longest <= 18 and not (present & ~DIGITS).any(),
        plain_iso=is_iso and _two_hyphens(data, starts[filled], lengths[filled]),
        plain_name=bool(filled.all()) and not (present & ~NAME).any(),
        longest=longest,
    )


def _present(data: np.ndarray) -> np.ndarray:
    """Which of the 256 bytes occur."""
    present = np.zeros(256, dtype=bool)
    for start in range(
        0, len(data), 1 << 18
    ):  # bincount widens to 8 bytes a value: small steps stay in the cache
        present |= np.bincount(data[start : start + (1 << 18)], minlength=256) > 0
    return present


def _two_hyphens(data: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> bool:
    """Every value is ``dddd-dd-dd`` and no hyphen follows (an offset would be one)."""
    if not len(starts) or int(lengths.min()) < 10 or int((data == 45).sum()) != 2 * len(starts):
        return False
    return bool((data[starts + 4] == 45).all() and (data[starts + 7] == 45).all())


def _may_be_space(byte: np.ndarray) -> np.ndarray:
    # first or last bytes of the UTF-8 forms of no-break space, zero-width space, byte order mark
    return (byte <= 32) | np.isin(byte, (0xC2, 0xA0, 0xE2, 0x8B, 0xEF, 0xBF))


def _bytes(column: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The value bytes, and where each value starts and ends in them; nulls are empty."""
    _, offsets_buffer, data_buffer = column.buffers()
    n = len(column)
    if offsets_buffer is None or data_buffer is None or n == 0:
        empty = np.zeros(n, dtype=np.int64)
        return np.zeros(0, dtype=np.uint8), empty, empty
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[column.offset : column.offset + n + 1].astype(
        np.int64
    )
    data = np.frombuffer(data_buffer, dtype=np.uint8)[offsets[0] : offsets[-1]]
    offsets = offsets - offsets[0]
    return data, offsets[:-1], offsets[1:]
