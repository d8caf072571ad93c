"""The niche as a probability over accounts: where attention starts over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.errors import GraphError
from influence.graph.build import as_arrow, lookup

if TYPE_CHECKING:
    import pyarrow as pa


def teleport_vector(teleport: Any, ids: pa.Array) -> np.ndarray:
    """Turn None, an array or a mapping of id to weight into float64 probabilities, shape (n_accounts,)."""
    n = len(ids)
    if n == 0:
        raise GraphError("the graph has no accounts", hint="import follows, interactions or posts first")
    if teleport is None:
        return np.full(n, 1.0 / n)
    if isinstance(teleport, Mapping):
        vector = np.zeros(n)
        if teleport:
            weights = np.fromiter(teleport.values(), dtype=np.float64, count=len(teleport))
            vector[lookup(as_arrow(list(teleport)), ids, "teleport")] = weights
    else:
        vector = np.asarray(teleport, dtype=np.float64)
    return normalised(vector, n)


def normalised(vector: np.ndarray, n: int) -> np.ndarray:
    """Check a teleport vector and divide it by its sum."""
    if vector.shape != (n,):
        raise GraphError(
            "the teleport has another length than the graph", seen=vector.shape, expected=f"({n},)"
        )
    if not np.isfinite(vector).all() or (vector < 0).any():
        raise GraphError("a teleport weight is negative, infinite or not a number", where="teleport")
    total = vector.sum()
    if not total > 0:
        raise GraphError(
            "the niche is empty: no account carries any weight",
            where="teleport",
            hint="name at least one account, or None for everybody alike",
        )
    return np.asarray(vector / total)


def seed_vector(seeds: Any, ids: pa.Array) -> np.ndarray:
    """As `teleport_vector`, but a sequence of text is a list of example accounts that count alike."""
    if isinstance(seeds, str):
        seeds = [seeds]
    if seeds is None or (hasattr(seeds, "__len__") and len(seeds) == 0):
        raise GraphError("there are no example accounts", where="seeds", hint="name at least one account")
    if isinstance(seeds, Mapping) or (isinstance(seeds, np.ndarray) and seeds.dtype.kind in "fiub"):
        return teleport_vector(seeds, ids)
    vector = np.zeros(len(ids))
    vector[lookup(as_arrow(seeds), ids, "seeds")] = 1.0
    return normalised(vector, len(ids))
