"""Compiled kernels of the extra ``influence-toolkit[fast]`` (numba); import only through `influence.graph.fast`.

Row pointers are uint64 and columns uint32: with signed ones numba wraps negative indices, and is 2 to 4 times slower.
All kernels run on one thread and give the same bits on every run.
"""

from __future__ import annotations

from typing import Any

import numba
import numba.extending
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils

CHUNK = 4096
AHEAD = np.uint64(32)
"""How far ahead a scatter asks for the place it is going to write to."""

intrinsic: Any = numba.extending.intrinsic  # typed as taking what only the compiler gives
_jit = numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
_exact = numba.njit(cache=True, nogil=True)


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def fetch(typing: Any, array: Any, position: Any) -> tuple[Any, Any]:
    """Ask for entry `position` of `array`, to be written soon; changes nothing."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        first = context.make_array(signature.args[0])(context, builder, args[0]).data
        at, word = builder.gep(first, [args[1]]), ir.IntType(32)
        at = builder.bitcast(at, ir.IntType(8).as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [at.type, word, word, word])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")  # type: ignore[no-untyped-call, unused-ignore]
        builder.call(prefetch, [at, word(1), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, position), emit


@_exact
def row_pointers(keys: np.ndarray, pointers: np.ndarray) -> None:
    """Where the entries of each key begin once they are sorted by key, into `pointers` (zeros, shape (n + 1,))."""
    for e in range(keys.size):
        pointers[keys[e] + np.uint64(1)] += np.uint64(1)
    for i in range(pointers.size - 1):
        pointers[i + 1] += pointers[i]


@_exact
def scatter_part(
    sources: np.ndarray,
    targets: np.ndarray,
    bits: np.ndarray,
    place: np.ndarray,
    low: int,
    high: int,
    packed: np.ndarray,
) -> None:
    """Counting sort by source of the ties of sources from `low` to `high`, whose next free entries are `place`.

    Target and weight bits are packed into one word, so that a scatter touches one cache line, which is asked for
    ahead. Which ties are in the range is found first, a chunk at a time and without a branch to guess wrong.
    """
    begin, span = np.uint32(low), np.uint32(high - low)
    chosen = np.empty(CHUNK, np.uint32)
    for base in range(0, sources.size, CHUNK):
        count = 0
        for e in range(base, min(base + CHUNK, sources.size)):
            chosen[count] = e
            count += int(np.uint32(sources[e] - begin) < span)
        last = np.uint64(count)
        for c in range(last):
            if c + AHEAD < last:
                fetch(packed, place[sources[chosen[c + AHEAD]] - begin])
            e = chosen[c]
            k = sources[e] - begin
            p = place[k]
            place[k] = p + np.uint64(1)
            packed[p] = (np.uint64(targets[e]) << np.uint64(32)) | np.uint64(bits[e])


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
    first, size = pointers[low], np.uint64(packed.size)
    for i in range(low, high):
        for e in range(pointers[i] - first, pointers[i + 1] - first):
            if e + AHEAD < size:
                coming = place[packed[e + AHEAD] >> np.uint64(32)]
                fetch(columns, coming)
                fetch(bits, coming)
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
