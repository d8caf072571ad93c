"""Compiled kernels of the extra ``influence-toolkit[fast]`` (numba); import only through `influence.graph.fast`.

Row pointers are uint64 and columns uint32: with signed ones numba wraps negative indices, and is 2 to 4 times slower.
All kernels run on one thread and give the same bits on every run.
"""

from __future__ import annotations

import numba
import numpy as np

_jit = numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
_exact = numba.njit(cache=True, nogil=True)


@_exact
def row_pointers(keys: np.ndarray, n: int) -> np.ndarray:
    """Where the entries of each key begin once they are sorted by key, shape (n + 1,)."""
    pointers = np.zeros(n + 1, np.uint64)
    for e in range(keys.size):
        pointers[keys[e] + np.uint64(1)] += np.uint64(1)
    for i in range(n):
        pointers[i + 1] += pointers[i]
    return pointers


@_exact
def scatter_part(
    sources: np.ndarray, targets: np.ndarray, bits: np.ndarray, pointers: np.ndarray, low: int, high: int
) -> np.ndarray:
    """Counting sort by source of the ties of sources from `low` to `high`.

    Target and weight bits are packed into one word, so that a scatter touches one cache line.
    """
    first = pointers[low]
    place = pointers[low:high] - first
    packed = np.empty(pointers[high] - first, np.uint64)
    begin, end = np.uint64(low), np.uint64(high)
    for e in range(sources.size):
        k = np.uint64(sources[e])
        if k >= begin and k < end:
            p = place[k - begin]
            place[k - begin] = p + np.uint64(1)
            packed[p] = (np.uint64(targets[e]) << np.uint64(32)) | np.uint64(bits[e])
    return packed


@_exact
def place_part(
    packed: np.ndarray,
    pointers: np.ndarray,
    low: int,
    high: int,
    place: np.ndarray,
    columns: np.ndarray,
    bits: np.ndarray,
) -> None:
    """Append ties sorted by source to the rows of their targets, whose next free entries are `place`."""
    first = pointers[low]
    for i in range(low, high):
        for e in range(pointers[i] - first, pointers[i + 1] - first):
            word = packed[e]
            k = word >> np.uint64(32)
            p = place[k]
            place[k] = p + np.uint64(1)
            columns[p] = np.uint32(i)
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
def gauss_seidel(
    pointers: np.ndarray,
    columns: np.ndarray,
    weights: np.ndarray,
    inverse: np.ndarray,
    leak: np.ndarray,
    rhs: np.ndarray,
    along: np.ndarray,
    damping: float,
    tol: float,
    max_sweeps: int,
    values: np.ndarray,
) -> int:
    """Solve ``y = rhs + damping * P' y`` in place in `values`, putting the mass right along `along` after each sweep.

    An empty `along` stands for the current solution. Gauss-Seidel alone is slow here: it loses mass to the order of
    the accounts, which the correction gives back.
    """
    n = rhs.size
    passed = np.empty(n)
    total, along_leak = 0.0, 0.0
    for i in range(n):
        passed[i] = values[i] * inverse[i] * damping
        total += rhs[i]
    for i in range(along.size):
        along_leak += along[i] * leak[i]
    for sweep in range(max_sweeps):
        change, size, leaking = 0.0, 0.0, 0.0
        for i in range(n):
            new = rhs[i]
            for e in range(pointers[i], pointers[i + 1]):
                new += weights[e] * passed[columns[e]]
            change += abs(new - values[i])
            size += abs(new)
            leaking += new * leak[i]
            values[i] = new
            passed[i] = new * inverse[i] * damping
        if change <= tol * size:
            return sweep + 1
        if along_leak > 0.0:
            step = (total - leaking) / along_leak
            for i in range(n):
                values[i] += step * along[i]
                passed[i] = values[i] * inverse[i] * damping
        elif along.size == 0 and leaking > 0.0:
            ratio = total / leaking
            for i in range(n):
                values[i] *= ratio
                passed[i] *= ratio
    return max_sweeps


@_jit
def gauss_seidel_eight(
    pointers: np.ndarray,
    columns: np.ndarray,
    weights: np.ndarray,
    factor: np.ndarray,
    leak: np.ndarray,
    rhs: np.ndarray,
    along: np.ndarray,
    tol: float,
    max_sweeps: int,
    values: np.ndarray,
) -> int:
    """As `gauss_seidel` for eight right-hand sides in float32; ``factor`` is ``damping * inverse``.

    Written out so that the eight sums stay in registers; a loop over a small array was half as fast.
    """
    n = rhs.shape[0]
    passed = np.empty((n, 8), np.float32)
    total, along_leak, leaking = np.zeros(8), np.zeros(8), np.zeros(8)
    change, size, step = np.zeros(8), np.zeros(8), np.zeros(8, np.float32)
    for i in range(n):
        for j in range(8):
            passed[i, j] = values[i, j] * factor[i]
            total[j] += rhs[i, j]
    for i in range(along.shape[0]):
        for j in range(8):
            along_leak[j] += along[i, j] * leak[i]
    for sweep in range(max_sweeps):
        change[:] = 0.0
        size[:] = 0.0
        leaking[:] = 0.0
        for i in range(n):
            s0 = rhs[i, 0]
            s1 = rhs[i, 1]
            s2 = rhs[i, 2]
            s3 = rhs[i, 3]
            s4 = rhs[i, 4]
            s5 = rhs[i, 5]
            s6 = rhs[i, 6]
            s7 = rhs[i, 7]
            for e in range(pointers[i], pointers[i + 1]):
                w, c = weights[e], columns[e]
                s0 += w * passed[c, 0]
                s1 += w * passed[c, 1]
                s2 += w * passed[c, 2]
                s3 += w * passed[c, 3]
                s4 += w * passed[c, 4]
                s5 += w * passed[c, 5]
                s6 += w * passed[c, 6]
                s7 += w * passed[c, 7]
            f, lost = factor[i], leak[i]
            for j, s in enumerate((s0, s1, s2, s3, s4, s5, s6, s7)):
                change[j] += abs(s - values[i, j])
                size[j] += abs(s)
                leaking[j] += s * lost
                values[i, j] = s
                passed[i, j] = s * f
        if (change <= tol * size).all():
            return sweep + 1
        if along.shape[0] > 0:
            for j in range(8):
                step[j] = (total[j] - leaking[j]) / along_leak[j] if along_leak[j] > 0.0 else 0.0
            for i in range(n):
                for j in range(8):
                    values[i, j] += step[j] * along[i, j]
                    passed[i, j] = values[i, j] * factor[i]
        else:
            for j in range(8):
                step[j] = total[j] / leaking[j] if leaking[j] > 0.0 else 1.0
            for i in range(n):
                for j in range(8):
                    values[i, j] *= step[j]
                    passed[i, j] *= step[j]
    return max_sweeps
