"""Compiled kernels that sweep sixteen niches at once, for the extra ``influence-toolkit[fast]`` (numba).

The sixteen float32 values of an account are one cache line and one vector: `Lanes` in registers, a row of an array of
shape (n, 16) in memory. Numba does not make vectors out of a loop over sixteen columns by itself, so that the few
operations needed are spelled out in LLVM; what the machine lacks in width, LLVM splits. Import only through
`influence.graph.fast`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import models, register_model

N_LANES = 16
AHEAD = 16
"""Ties ahead for which the values of an account are fetched: random gather is what a sweep waits for."""

_SINGLE = ir.VectorType(ir.FloatType(), N_LANES)
_DOUBLE = ir.VectorType(ir.DoubleType(), N_LANES)
intrinsic: Any = numba.extending.intrinsic  # typed as taking what only the compiler gives
_FUSED = ("contract",)
_jit = numba.njit(cache=True, nogil=True)
Emit = Callable[..., Any]


class Lanes(types.Type):
    """Sixteen float32 or float64 numbers in registers."""

    def __init__(self, kind: str) -> None:
        super().__init__(name=f"Lanes({kind})")
        self.kind = kind


SINGLE, DOUBLE = Lanes("float32"), Lanes("float64")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: Lanes) -> None:
        super().__init__(manager, fe_type, _SINGLE if fe_type is SINGLE else _DOUBLE)


def _spread(builder: Any, scalar: Any) -> Any:
    """All lanes the same number."""
    vector = ir.VectorType(scalar.type, N_LANES)
    empty = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(empty, scalar, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(
        one, empty, ir.Constant(ir.VectorType(ir.IntType(32), N_LANES), [0] * N_LANES)
    )


def _address(context: Any, builder: Any, array_type: Any, array: Any, row: Any) -> Any:
    first = context.make_array(array_type)(context, builder, array).data
    if row.type.width < 64:
        row = builder.zext(row, ir.IntType(64))
    return builder.gep(first, [builder.mul(row, ir.Constant(ir.IntType(64), N_LANES))])


@intrinsic
def load(typing: Any, array: Any, row: Any) -> tuple[Any, Emit]:
    """Row `row` of a C-contiguous array of shape (n, 16), as its dtype."""
    lanes = SINGLE if array.dtype == types.float32 else DOUBLE

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        at = _address(context, builder, signature.args[0], args[0], args[1])
        vector = _SINGLE if lanes is SINGLE else _DOUBLE
        return builder.load(builder.bitcast(at, vector.as_pointer()), align=4 if lanes is SINGLE else 8)

    return lanes(array, row), emit


@intrinsic
def store(typing: Any, array: Any, row: Any, lanes: Any) -> tuple[Any, Emit]:
    """Write `lanes` to row `row`."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        at = _address(context, builder, signature.args[0], args[0], args[1])
        at = builder.bitcast(at, args[2].type.as_pointer())
        builder.store(args[2], at, align=4 if lanes is SINGLE else 8)
        return context.get_dummy_value()

    return types.void(array, row, lanes), emit


@intrinsic
def fetch(typing: Any, array: Any, row: Any) -> tuple[Any, Emit]:
    """Ask for row `row` of a float32 array to be brought near; changes nothing."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        at = _address(context, builder, signature.args[0], args[0], args[1])
        at, word = builder.bitcast(at, ir.IntType(8).as_pointer()), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [at.type, word, word, word])
        name = "llvm.prefetch.p0"
        builder.call(
            cgutils.get_or_insert_function(builder.module, kind, name), [at, word(0), word(3), word(1)]
        )
        return context.get_dummy_value()

    return types.void(array, row), emit


@intrinsic
def nothing(typing: Any) -> tuple[Any, Emit]:
    """Sixteen float64 zeros."""
    return DOUBLE(), lambda context, builder, signature, args: ir.Constant(_DOUBLE, [0.0] * N_LANES)


@intrinsic
def widened(typing: Any, lanes: Any) -> tuple[Any, Emit]:
    """As float64."""
    return DOUBLE(lanes), lambda context, builder, signature, args: builder.fpext(args[0], _DOUBLE)


@intrinsic
def narrowed(typing: Any, lanes: Any) -> tuple[Any, Emit]:
    """As float32."""
    return SINGLE(lanes), lambda context, builder, signature, args: builder.fptrunc(args[0], _SINGLE)


@intrinsic
def scaled(typing: Any, lanes: Any, factor: Any) -> tuple[Any, Emit]:
    """`lanes` times one number of their own precision, or lane by lane times other lanes."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fmul(args[0], args[1] if factor == lanes else _spread(builder, args[1]))

    return lanes(lanes, factor), emit


@intrinsic
def plus(typing: Any, lanes: Any, others: Any, factor: Any) -> tuple[Any, Emit]:
    """``lanes + others * factor``; `factor` is one number or lanes."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        times = args[2] if factor == others else _spread(builder, args[2])
        return builder.fadd(args[0], builder.fmul(args[1], times, flags=_FUSED), flags=_FUSED)

    return lanes(lanes, others, factor), emit


@intrinsic
def size(typing: Any, lanes: Any) -> tuple[Any, Emit]:
    """Without signs."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        name = f"llvm.fabs.v{N_LANES}f{32 if lanes is SINGLE else 64}"
        kind = ir.FunctionType(args[0].type, [args[0].type])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [args[0]])

    return lanes(lanes), emit


@_jit
def sweep(
    pointers: np.ndarray,
    columns: np.ndarray,
    weights: np.ndarray,
    factor: np.ndarray,
    back: np.ndarray,
    leak: np.ndarray,
    rhs: np.ndarray,
    shift: np.ndarray,
    times: np.ndarray,
    passed: np.ndarray,
    sums: np.ndarray,
) -> None:
    """One Gauss-Seidel sweep, in place in `passed`, of ``y = times[0] * rhs + times[1] * shift + W passed``.

    ``passed = factor * y`` is what accounts pass on, ``back = 1 / factor``. Puts into `sums` for each lane how much
    `y` changed in all, how much leaks from it and how large it is.
    """
    n, last, one = np.uint64(factor.size), pointers[factor.size], np.uint64(1)
    rhs_times, shift_times = load(times, 0), load(times, 1)
    change, leaking, total = nothing(), nothing(), nothing()
    e, unit = np.uint64(0), np.float32(-1)
    for i in range(n):
        new = plus(scaled(load(rhs, i), rhs_times), load(shift, i), shift_times)
        end = pointers[i + one]
        while e < end:
            fetch(passed, columns[min(e + np.uint64(AHEAD), last - one)])
            new = plus(new, load(passed, columns[e]), weights[e])
            e += one
        moved = plus(new, scaled(load(passed, i), back[i]), unit)
        change = plus(change, widened(size(moved)), 1.0)
        leaking = plus(leaking, widened(new), leak[i])
        total = plus(total, widened(size(new)), 1.0)
        store(passed, i, scaled(new, factor[i]))
    store(sums, 0, change)
    store(sums, 1, leaking)
    store(sums, 2, total)


@_jit
def first_residual(
    pointers: np.ndarray,
    columns: np.ndarray,
    weights: np.ndarray,
    back: np.ndarray,
    leak: np.ndarray,
    passed: np.ndarray,
    values: np.ndarray,
    rhs: np.ndarray,
    residual: np.ndarray,
    sums: np.ndarray,
) -> None:
    """What `passed` leaves of ``values``, in float64: ``values + W passed - passed / factor`` goes into `residual`.

    What it solves, ``values - residual``, goes into `rhs`, and ``y = passed / factor`` into `values`. `sums`: size and
    sum of the residual, sum and leak of ``y``.
    """
    one = np.uint64(1)
    left, missing, total, leaking = nothing(), nothing(), nothing(), nothing()
    e = np.uint64(0)
    for i in range(np.uint64(back.size)):
        wanted = load(values, i)
        new = wanted
        end = pointers[i + one]
        while e < end:
            new = plus(new, widened(load(passed, columns[e])), np.float64(weights[e]))
            e += one
        y = scaled(widened(load(passed, i)), back[i])
        new = plus(new, y, -1.0)
        store(values, i, y)
        store(residual, i, narrowed(new))
        store(rhs, i, narrowed(plus(wanted, new, -1.0)))
        left, missing = plus(left, size(new), 1.0), plus(missing, new, 1.0)
        total, leaking = plus(total, y, 1.0), plus(leaking, y, leak[i])
    store(sums, 0, left)
    store(sums, 1, missing)
    store(sums, 2, total)
    store(sums, 3, leaking)


@_jit
def next_residual(
    pointers: np.ndarray,
    columns: np.ndarray,
    weights: np.ndarray,
    back: np.ndarray,
    first: np.ndarray,
    times: np.ndarray,
    passed: np.ndarray,
    values: np.ndarray,
    residual: np.ndarray,
    sums: np.ndarray,
) -> None:
    """As `first_residual` for the correction ``passed + times * first``, which is added to `values`.

    What it solves is taken from `residual`.
    """
    one = np.uint64(1)
    share = load(times, 0)
    left, missing, total = nothing(), nothing(), nothing()
    e = np.uint64(0)
    for i in range(np.uint64(back.size)):
        new = widened(load(residual, i))
        end = pointers[i + one]
        while e < end:
            c = columns[e]
            other = plus(widened(load(passed, c)), widened(load(first, c)), share)
            new = plus(new, other, np.float64(weights[e]))
            e += one
        own = plus(widened(load(passed, i)), widened(load(first, i)), share)
        new = plus(new, own, -back[i])
        y = plus(load(values, i), own, back[i])
        store(values, i, y)
        store(residual, i, narrowed(new))
        left, missing, total = plus(left, size(new), 1.0), plus(missing, new, 1.0), plus(total, y, 1.0)
    store(sums, 0, left)
    store(sums, 1, missing)
    store(sums, 2, total)
