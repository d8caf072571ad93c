"""What is too large to be held: columns and matrices put together on disk, piece by piece, and mapped.

The system takes their memory back when it needs it, and reads it again from the file.
"""

from __future__ import annotations

import ctypes
import mmap
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING
from weakref import WeakSet

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

AT_ONCE = 1 << 21
"""Entries that are held while a matrix is put together, a few numbers each."""
_MAPPED: WeakSet[mmap.mmap] = WeakSet()


def spilled(pieces: Iterable[Mapping[str, np.ndarray]], kinds: Mapping[str, type]) -> dict[str, np.ndarray]:
    """Columns that come piece by piece, put together on disk and mapped: they are never in memory all at once.

    Examples
    --------
    >>> spilled([{"n": np.array([1.0, 2.0])}, {"n": np.array([3.0])}], {"n": np.int32})["n"].tolist()
    [1, 2, 3]
    """
    with ExitStack() as open_files:
        files = {name: open_files.enter_context(TemporaryFile()) for name in kinds}
        for piece in pieces:
            for name, file in files.items():
                file.write(np.ascontiguousarray(piece[name], kinds[name]).data if len(piece[name]) else b"")
        return {name: _mapped(file, kinds[name]) for name, file in files.items()}


def _mapped(file: IO[bytes], kind: type) -> np.ndarray:
    if file.tell() == 0:
        return np.zeros(0, kind)
    file.flush()
    raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    remember(raw)
    return np.frombuffer(raw, kind)


def ones(n: int) -> np.ndarray:
    """So many ones as float32: on disk where they are many."""
    if n <= AT_ONCE:
        return np.ones(n, dtype=np.float32)
    pieces = ({"ones": np.ones(min(AT_ONCE, n - start), np.float32)} for start in range(0, n, AT_ONCE))
    return spilled(pieces, {"ones": np.float32})["ones"]


def blocks(starts: np.ndarray) -> Iterator[tuple[int, int, slice]]:
    """First row, row after the last, and entries of stretches of rows, where each row's entries begin at `starts`.

    A stretch has at most `AT_ONCE` entries, more only where one row has. All rows are in one. What was mapped for it is
    given back before the next.

    >>> list(blocks(np.array([0, 2, 2, 3])))
    [(0, 3, slice(0, 3, None))]
    """
    first, n_rows = 0, len(starts) - 1
    while first < n_rows:
        most = int(np.searchsorted(starts, starts[first] + AT_ONCE, side="right")) - 1
        stop = max(most, first + 1)
        yield first, stop, slice(int(starts[first]), int(starts[stop]))
        unmap()
        first = stop


def starts_of(row: np.ndarray, n_rows: int) -> np.ndarray:
    """Where the entries of each row begin, and the last end; they come by row."""
    return np.searchsorted(row, np.arange(n_rows + 1, dtype=row.dtype))


def by_row(
    row: np.ndarray, column: np.ndarray, value: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """The matrix of entries whose rows come in order, those of one place summed; nothing is held twice.

    >>> by_row(np.array([0, 2, 2]), np.array([1, 0, 0]), np.array([1.0, 2.0, 3.0]), (3, 2)).toarray().tolist()
    [[0.0, 1.0], [0.0, 0.0], [5.0, 0.0]]
    """
    from scipy import sparse

    made = sparse.csr_matrix((value, column.copy(), starts_of(row, shape[0])), shape=shape)
    made.sum_duplicates()
    return made


def stacked(parts: Iterable[sparse.csr_matrix], n_columns: int, kind: type = np.float64) -> sparse.csr_matrix:
    """Blocks of rows, each place once in them, one below the other; on disk, unless all is one small block.

    >>> from scipy import sparse
    >>> stacked([sparse.csr_matrix([[0.0, 2.0]]), sparse.csr_matrix([[1.0, 0.0], [0.0, 0.0]])], 2).toarray().tolist()
    [[0.0, 2.0], [1.0, 0.0], [0.0, 0.0]]
    """
    from scipy import sparse

    coming = iter(parts)
    first = [*islice(coming, 2)]
    for part in first:
        part.sort_indices()
    if len(first) == 1 and first[0].nnz <= AT_ONCE:
        return sparse.csr_matrix(first[0].astype(kind, copy=False))
    lengths = [np.zeros(1, np.int64)]

    def told() -> Iterator[dict[str, np.ndarray]]:
        for part in chain(first, coming):
            part.sort_indices()
            lengths.append(np.diff(part.indptr))
            yield {"data": part.data, "indices": part.indices}

    found = spilled(told(), {"data": kind, "indices": np.int32})
    starts = np.cumsum(np.concatenate(lengths))
    starts = starts.astype(np.int32 if starts[-1] < 2**31 else np.int64)
    shape = (len(starts) - 1, n_columns)
    made = sparse.csr_matrix((found["data"], found["indices"], starts), shape=shape, copy=False)
    made.has_sorted_indices = made.has_canonical_format = True
    return made


def remember(raw: mmap.mmap) -> None:
    """Give the memory of this mapping back with the others, too (`release`)."""
    _MAPPED.add(raw)


def unmap() -> None:
    """Give the memory of what is mapped back; who reads it again has it from the system's own copy of the files."""
    for mapped in list(_MAPPED):
        if hasattr(mapped, "madvise"):
            mapped.madvise(mmap.MADV_DONTNEED)


def release() -> None:
    """As `unmap`, and what was used and is free: allocators keep several times what is in use."""
    unmap()
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """What gives free memory back to the system; only the C library of GNU has it."""
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return None
    return found
