"""Compiled kernels of the extra ``influence-toolkit[fast]`` (numba); import only through `influence.graph.fast`.

Row pointers are uint64 and columns uint32: with signed ones numba wraps negative indices, and is 2 to 4 times slower.
All kernels run on one thread and give the same bits on every run.
"""

from __future__ import annotations

import numba
import numpy as np

CHUNK = 4096
_jit = numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
_exact = numba.njit(cache=True, nogil=True)


@_exact
def row_pointers(keys: np.ndarray, pointers: np.ndarray) -> None:
    """Where the entries of each key begin once they are sorted by key, into `pointers` (zeros, shape (n + 1,))."""
    for e in range(keys.size):
        pointers[keys[e] + np.uint64(1)] += np.uint64(1)
    for i in range(pointers.size - 1):
        pointers[i + 1] += pointers[i]


@_exact
def split_by_source(
    sources: np.ndarray,
    targets: np.ndarray,
    bits: np.ndarray,
    low: int,
    high: int,
    shift: int,
    place: np.ndarray,
    keys: np.ndarray,
    words: np.ndarray,
) -> None:
    """Put the ties of sources from `low` to `high` into buckets of ``2 ** shift`` sources, in the order they have.

    `place` holds the next free entry of each bucket; a word is target and weight bits. Which ties are in the range is
    found first, a chunk at a time and without a branch to guess wrong.
    """
    begin, span, by = np.uint32(low), np.uint32(high - low), np.uint32(shift)
    chosen = np.empty(CHUNK, np.uint32)
    for base in range(0, sources.size, CHUNK):
        count = 0
        for e in range(base, min(base + CHUNK, sources.size)):
            chosen[count] = e
            count += int(np.uint32(sources[e] - begin) < span)
        for c in range(np.uint64(count)):
            e = chosen[c]
            k = sources[e] - begin
            b = k >> by
            p = place[b]
            place[b] = p + np.uint64(1)
            keys[p] = k
            words[p] = (np.uint64(targets[e]) << np.uint64(32)) | np.uint64(bits[e])


@_exact
def sort_buckets(keys: np.ndarray, words: np.ndarray, place: np.ndarray, packed: np.ndarray) -> None:
    """Counting sort of `words` by `keys` that come in buckets: what is written to lies close together."""
    for e in range(np.uint64(words.size)):
        k = keys[e]
        p = place[k]
        place[k] = p + np.uint64(1)
        packed[p] = words[e]


@_exact
def split_by_target(
    packed: np.ndarray,
    pointers: np.ndarray,
    low: int,
    high: int,
    shift: int,
    place: np.ndarray,
    keys: np.ndarray,
    words: np.ndarray,
) -> None:
    """Put ties sorted by source into buckets of ``2 ** shift`` targets; `keys` become their sources.

    `place`, zeros with one entry more than there are buckets, is used up.
    """
    by = np.uint64(32 + shift)
    for e in range(packed.size):
        place[(packed[e] >> by) + np.uint64(1)] += np.uint64(1)
    for b in range(place.size - 1):
        place[b + 1] += place[b]
    first = pointers[low]
    for i in range(low, high):
        for e in range(pointers[i] - first, pointers[i + 1] - first):
            word = packed[e]
            b = word >> by
            p = place[b]
            place[b] = p + np.uint64(1)
            keys[p] = np.uint32(i)
            words[p] = word


@_exact
def place_buckets(
    keys: np.ndarray, words: np.ndarray, place: np.ndarray, columns: np.ndarray, bits: np.ndarray
) -> None:
    """Append ties in buckets of targets to the rows of their targets, whose next free entries are `place`."""
    for e in range(np.uint64(words.size)):
        word = words[e]
        k = word >> np.uint64(32)
        p = place[k]
        place[k] = p + np.uint64(1)
        columns[p] = keys[e]
        bits[p] = np.uint32(word & np.uint64(0xFFFFFFFF))


@_exact
def add_repeated(pointers: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> int:
    """Add up entries of equal column within each sorted row, in place; returns how many are left."""
    kept = np.uint64(0)
    begin = pointers[0]
    for i in range(pointers.size - 1):
        end = pointers[i + 1]
        row_start = kept
        for e in range(begin, end):
            if kept > row_start and columns[kept - np.uint64(1)] == columns[e]:
                weights[kept - np.uint64(1)] += weights[e]
            else:
                columns[kept] = columns[e]
                weights[kept] = weights[e]
                kept += np.uint64(1)
        begin = end
        pointers[i + 1] = kept
    return int(kept)


@_exact
def column_sums(columns: np.ndarray, weights: np.ndarray, n: int) -> np.ndarray:
    """Sums of columns in float64."""
    sums = np.zeros(n)
    for e in range(columns.size):
        sums[columns[e]] += weights[e]
    return sums


@_jit
def product(pointers: np.ndarray, columns: np.ndarray, weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Matrix times vector, summed in float64 whatever the weights are."""
    result = np.empty(pointers.size - 1)
    for i in range(result.size):
        total = 0.0
        for e in range(pointers[i], pointers[i + 1]):
            total += weights[e] * values[columns[e]]
        result[i] = total
    return result


@_exact
def cut(
    pointers: np.ndarray, columns: np.ndarray, weights: np.ndarray, inner: np.ndarray, members: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns `members` (where `inner`) of a matrix."""
    place = np.zeros(inner.size, np.uint32)
    for c in range(members.size):
        place[members[c]] = np.uint32(c)
    starts = np.zeros(members.size + 1, np.uint64)
    for c in range(members.size):
        i = members[c]
        count = np.uint64(0)
        for e in range(pointers[i], pointers[i + 1]):
            count += np.uint64(inner[columns[e]])
        starts[c + 1] = starts[c] + count
    new_columns = np.empty(starts[members.size], np.uint32)
    new_weights = np.empty(starts[members.size], weights.dtype)
    p = np.uint64(0)
    for c in range(members.size):
        i = members[c]
        for e in range(pointers[i], pointers[i + 1]):
            j = columns[e]
            if inner[j]:
                new_columns[p] = place[j]
                new_weights[p] = weights[e]
                p += np.uint64(1)
    return starts, new_columns, new_weights


@_jit
def sweep(
    pointers: np.ndarray,
    columns: np.ndarray,
    weights: np.ndarray,
    factor: np.ndarray,
    back: np.ndarray,
    leak: np.ndarray,
    rhs: np.ndarray,
    passed: np.ndarray,
) -> tuple[float, float, float]:
    """One Gauss-Seidel sweep of ``y = rhs + W passed`` in float32, in place in ``passed = factor * y``.

    ``back = 1 / factor``. Returns how much `y` changed in all, how much leaks from it, and its size.
    """
    change, leaking, size = 0.0, 0.0, 0.0
    for i in range(factor.size):
        new = rhs[i]
        for e in range(pointers[i], pointers[i + 1]):
            new += weights[e] * passed[columns[e]]
        change += abs(new - passed[i] * back[i])
        leaking += new * leak[i]
        size += abs(new)
        passed[i] = new * factor[i]
    return change, leaking, size


@_exact
def place_rows(values: np.ndarray, rows: np.ndarray, scores: np.ndarray, first: int) -> None:
    """Write row c of `values` to row ``rows[c]`` of `scores`, from column `first` on, as many as there are."""
    width = min(values.shape[1], scores.shape[1] - first)
    for c in range(rows.size):
        i = rows[c]
        for j in range(width):
            scores[i, first + j] = values[c, j]


@_exact
def product_of_few(
    pointers: np.ndarray, columns: np.ndarray, weights: np.ndarray, carries: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """As `product` where only few accounts carry a value: the others cost a look at one byte."""
    result = np.zeros(pointers.size - 1)
    for i in range(result.size):
        for e in range(pointers[i], pointers[i + 1]):
            if carries[columns[e]]:
                result[i] += weights[e] * values[columns[e]]
    return result
