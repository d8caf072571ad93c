"""From whom a message spreads furthest when it is passed on: independent cascade, by reverse reachable sets.

The sets are drawn in two samples (OPIM-C, Tang et al. 2018): one to choose from, one to judge the choice by. Both are
doubled until they prove that the choice is good enough, which is far sooner than a number fixed beforehand would be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError
from influence.selection.cascade import Sampler, expected_spread, pass_on_chances
from influence.selection.exposure import Audiences
from influence.selection.greedy import Limits, Problem, grow, upper_bound

MAX_SETS = 5_000_000
FIRST_SETS = 1_000
CERTAIN_WITHIN = 0.05


@dataclass(frozen=True)
class Spread:
    """Accounts to start a message from.

    Attributes
    ----------
    chosen : ndarray of int
        Positions, in the order of choice.
    spread : float
        Expected number of accounts reached, the chosen included; from sets that had no part in the choice.
    standard_error : float
        Of `spread`, from the number of samples.
    n_sets : int
        Reverse reachable sets drawn, of both samples.
    guarantee : float
        With probability ``1 - 1/n`` at least this share of the best possible spread, 0-1.
    judged_by : csr_array of bool, shape (n_sets / 2, n)
        The sets that had no part in the choice, to judge others by.
    total : float
        What all accounts count together.
    """

    chosen: np.ndarray
    spread: float
    standard_error: float
    n_sets: int
    guarantee: float
    judged_by: sp.csr_array
    total: float

    def of(self, chosen: Sequence[int] | np.ndarray) -> tuple[float, float]:
        """Expected spread of another choice and its standard error, by the same sets."""
        return expected_spread(self.judged_by, chosen, self.total)


def maximise_spread(
    attention: sp.csr_array,
    k: int,
    rng: np.random.Generator,
    *,
    chances: np.ndarray | None = None,
    proven: float = 0.75,
    candidates: np.ndarray | None = None,
    worth: np.ndarray | None = None,
    max_sets: int = MAX_SETS,
) -> Spread:
    """Choose `k` accounts from which a message spreads furthest.

    Parameters
    ----------
    attention : csr_array, shape (n, n)
    k : int
    rng : numpy Generator
    chances : ndarray, shape (n_ties,), optional
        Per tie, as from `influence.selection.cascade.pass_on_chances`, which is asked when not given.
    proven : float
        Sets are drawn until they prove, with probability ``1 - 1/n``, at least this share of the best possible
        spread, or until there are as many as are enough for ``1 - 1/e - 0.05`` of it on any graph, or `max_sets`.
        What they prove is `Spread.guarantee`.
    candidates : ndarray of int, optional
        Positions to choose from; all when not given.
    worth : ndarray, shape (n,), optional
        How much it counts that an account is reached; 1 each when not given.

    References
    ----------
    Tang, Tang, Xiao and Yuan (2018), Online processing algorithms for influence maximization,
    doi:10.1145/3183713.3183749
    """
    n = attention.shape[0]
    if not 0 < k <= n:
        raise GraphError("so many accounts cannot be chosen", where="k", seen=k, expected=f"1 to {n}")
    rows = np.arange(n) if candidates is None else np.asarray(candidates)
    total = float(n if worth is None else worth.sum())
    if total <= 0:
        raise GraphError("nobody counts", where="worth", expected="an account of more than 0")
    chances = pass_on_chances(attention) if chances is None else chances
    sampler = Sampler(attention, chances, rng, worth)
    enough = min(_always_enough(n, k, CERTAIN_WITHIN), max_sets // 2)
    n_doublings = max(math.ceil(math.log2(max(enough / FIRST_SETS, 1))), 1)
    doubt = math.log(3 * n_doublings * n)
    to_choose, to_judge = (sp.csr_array((0, n), dtype=bool) for _ in range(2))
    wanted = min(FIRST_SETS, enough)
    while True:
        to_choose, to_judge = (
            sp.csr_array(sp.vstack([sets, sampler.draw(wanted - sets.shape[0])], format="csr"))
            for sets in (to_choose, to_judge)
        )
        found = _choice(to_choose, to_judge, k, rows, doubt, total)
        if found.guarantee >= proven or wanted >= enough:
            return found
        wanted = min(2 * wanted, enough)


def _choice(
    to_choose: sp.csr_array, to_judge: sp.csr_array, k: int, rows: np.ndarray, doubt: float, total: float
) -> Spread:
    """The best of one sample, judged by the other: an account covers the sets that it stands in."""
    n_sets = to_choose.shape[0]
    cover = sp.csr_array(to_choose[:, rows].T.tocsr()).astype(np.float64)
    nothing, one = np.zeros(len(rows)), np.ones(len(rows))
    problem = Problem(Audiences(cover, np.ones(n_sets)), nothing, one, min(k, len(rows)), second=0.0)
    picked = grow(problem, Limits(), [], by_cost=False)
    chosen = rows[picked]
    spread, error = expected_spread(to_judge, chosen, total)
    best = min(upper_bound(problem, picked[:n]) for n in (0, len(picked) // 2, len(picked)))
    guarantee = _at_least(spread / total * n_sets, doubt) / _at_most(best, doubt)
    return Spread(chosen, spread, error, 2 * n_sets, min(guarantee, 1.0), to_judge, total)


def _at_least(hits: float, doubt: float) -> float:
    """Expected hits of a sample that had `hits`, from below."""
    return max((math.sqrt(hits + 2 * doubt / 9) - math.sqrt(doubt / 2)) ** 2 - doubt / 18, 0.0)


def _at_most(hits: float, doubt: float) -> float:
    """Expected hits of the best choice in a sample where no choice has more than `hits`."""
    return (math.sqrt(hits + doubt / 2) + math.sqrt(doubt / 2)) ** 2


def _always_enough(n: int, k: int, epsilon: float) -> int:
    """Sets that are enough for whatever graph (Tang et al. 2018), wrong once in n times."""
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    share, doubt = 1 - 1 / math.e, math.log(6 * n)
    root = share * math.sqrt(doubt) + math.sqrt(share * (choices + doubt))
    return math.ceil(min(2 * n * root**2 / (epsilon**2 * k), 1e15))
