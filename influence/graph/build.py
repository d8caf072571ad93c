"""From lists of ties to a matrix: check, look up ids, add up repeated ties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError

if TYPE_CHECKING:
    import pyarrow as pa

MAX_ACCOUNTS = 2**31 - 1


def sorted_ids(ids: Any) -> tuple[pa.Array, np.ndarray | None]:
    """Return distinct `ids` as a sorted Arrow array, and the new position of each where the order changed."""
    import pyarrow.compute as pc

    array = as_arrow(ids)
    if array.null_count:
        raise GraphError("an account id is missing", where="ids", seen=f"{array.null_count} nulls")
    if len(array) > MAX_ACCOUNTS:
        raise GraphError("too many accounts", seen=len(array), expected=f"at most {MAX_ACCOUNTS}")
    if _increasing(array):
        return array, None
    order = pc.array_sort_indices(array)
    array = array.take(order)
    if not _increasing(array):
        raise GraphError("account ids are not distinct", where="ids", hint="give every account once")
    moved = np.empty(len(order), dtype=np.int32)
    moved[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    return array, moved


def _increasing(array: pa.Array) -> bool:
    """Sorted and distinct, found without a hash table, which would take 200 bytes an account."""
    import pyarrow.compute as pc

    return len(array) < 2 or bool(pc.all(pc.less(array[:-1], array[1:])).as_py())


def as_arrow(values: Any) -> pa.Array:
    """Turn a list, numpy array, pandas Series or Arrow column into one Arrow array of text or int64."""
    import pyarrow as pa

    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if not isinstance(values, pa.Array):
        values = pa.array(values if isinstance(values, np.ndarray | Sequence) else list(values))
    array = values
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if (
        len(array) == array.null_count
        or pa.types.is_large_string(array.type)
        or pa.types.is_string_view(array.type)
    ):
        return array.cast(pa.string())
    if pa.types.is_integer(array.type):
        return array.cast(pa.int64())
    if pa.types.is_string(array.type):
        return array
    raise GraphError("accounts are named by text or whole numbers", seen=f"values of type {array.type}")


def positions_of(values: Any, ids: pa.Array, moved: np.ndarray | None, where: str) -> np.ndarray:
    """Turn ends of ties into int32 positions in `ids`: text is looked up, whole numbers are positions."""
    import pyarrow as pa

    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        found = values
    else:
        array = as_arrow(values)
        if not pa.types.is_integer(array.type):
            return lookup(array, ids, where)
        found = array.to_numpy(zero_copy_only=False)
    if len(found) and (found.min() < 0 or found.max() >= len(ids)):
        raise GraphError(
            "a tie names an account out of range",
            where=where,
            seen=int(found.min() if found.min() < 0 else found.max()),
            expected=f"positions from 0 to {len(ids) - 1}",
        )
    found = found.astype(np.int32, copy=False)
    return found if moved is None else moved[found]


def lookup(array: pa.Array, ids: pa.Array, where: str) -> np.ndarray:
    """Positions of `array` in `ids`; GraphError names one that is missing."""
    import pyarrow.compute as pc

    if len(array) == 0:
        return np.zeros(0, dtype=np.int32)
    found = None
    if array.type == ids.type:
        found = pc.index_in(array, value_set=ids)
    if found is None or found.null_count:
        first = array[0] if found is None else array.filter(found.is_null())[0]
        raise GraphError("a tie names an account that is not in ids", where=where, seen=first.as_py())
    return np.asarray(found.to_numpy(zero_copy_only=False).astype(np.int32, copy=False))


def check_weights(weight: Any, n_ties: int) -> np.ndarray | None:
    """Weights as float32 or float64; GraphError on a wrong length, a negative, NaN or infinite one."""
    if weight is None:
        return None
    weights = np.asarray(weight)
    if weights.shape != (n_ties,):
        raise GraphError("there must be one weight a tie", seen=f"{weights.shape}", expected=f"({n_ties},)")
    if weights.dtype != np.float32:
        try:
            weights = weights.astype(np.float64, copy=False)
        except (TypeError, ValueError) as error:
            raise GraphError("weights are not numbers", where="weight", seen=weights.dtype) from error
    # Least and largest say all, without an array of answers; a NaN is passed on by both.
    if len(weights) and not (weights.min() >= 0 and np.isfinite(weights.max())):
        first = int(np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))[0])
        raise GraphError(
            "a weight is negative, infinite or not a number",
            where=f"weight, position {first}",
            seen=weights[first],
            expected="a finite number of at least 0",
        )
    return weights


def audience_matrix(
    source: np.ndarray, target: np.ndarray, weight: np.ndarray | None, n: int
) -> sp.csr_array:
    """Rows receive attention, columns pay it; repeated ties add up, columns are sorted within a row."""
    data = np.ones(len(source), dtype=np.float32) if weight is None else weight
    return sp.coo_array((data, (target, source)), shape=(n, n)).tocsr()


def infer_ids(source: Any, target: Any) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    """The accounts that occur in ties, sorted, and the positions of both ends."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sources, targets = as_arrow(source), as_arrow(target)
    if sources.null_count or targets.null_count:
        raise GraphError("a tie lacks an end", seen=f"{sources.null_count + targets.null_count} nulls")
    if sources.type != targets.type and len(sources):
        raise GraphError("the two ends of ties have different types", seen=f"{sources.type}, {targets.type}")
    both = pa.concat_arrays([sources.unique(), targets.unique()]).unique()
    ids = both.take(pc.array_sort_indices(both))
    return ids, lookup(sources, ids, "source"), lookup(targets, ids, "target")


def find_one(ids: pa.Array, name: str) -> str | None:
    """`name` if it is one of the text `ids`, else None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return name if pa.types.is_string(ids.type) and pc.index(ids, name).as_py() >= 0 else None
