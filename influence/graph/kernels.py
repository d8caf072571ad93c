"""The compiled kernel of the extra ``influence-toolkit[fast]`` (numba); import only through `influence.graph.fast`.

Row pointers are uint64 and columns uint32: with signed ones numba wraps negative indices, and is 2 to 4 times slower.
It runs on one thread and gives the same bits on every run.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
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
