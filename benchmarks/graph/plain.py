"""Plain power iteration in float64: slow, clear, and the oracle of every faster method."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp


def power_iteration(
    audience: sp.csr_array, out_strength: np.ndarray, teleport: np.ndarray, damping: float, tol: float
) -> np.ndarray:
    """Topic-sensitive PageRank, L1 error at most `tol`; shapes (n, n), (n,) and (n,) to (n,).

    With ``P`` the attention matrix divided by its row sums, iterates ``x = damping * (P' x + lost * t) + (1 -
    damping) * t``, where ``lost`` is what sits on accounts that pay no attention. Two sweeps that differ by
    ``delta`` in L1 put the truth within ``delta * damping / (1 - damping)``.
    """
    dangling = out_strength <= 0
    inverse = np.divide(1.0, out_strength, out=np.zeros(len(out_strength)), where=~dangling)
    scores, bound = teleport.copy(), np.inf
    while bound > tol:
        flow = audience @ (scores * inverse)
        lost = float(scores[dangling].sum())
        following = damping * flow + (damping * lost + 1 - damping) * teleport
        following /= following.sum()
        bound = float(np.abs(following - scores).sum()) * damping / (1 - damping)
        scores = following
    return scores
