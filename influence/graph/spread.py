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
from influence.graph.cascade import Sampler, expected_spread, pass_on_chances, reverse_reachable_sets
from influence.graph.coverage import greedy_coverage

__all__ = ["Spread", "expected_spread", "maximise_spread", "pass_on_chances", "reverse_reachable_sets"]

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
    """

    chosen: np.ndarray
    spread: float
    standard_error: float
    n_sets: int
    guarantee: float


def maximise_spread(
    attention: sp.csr_array,
    k: int,
    rng: np.random.Generator,
    *,
    chance: float | None = None,
    proven: float = 0.75,
    candidates: np.ndarray | None = None,
    max_sets: int = MAX_SETS,
) -> Spread:
    """Choose `k` accounts from which a message spreads furthest.

    Parameters
    ----------
    attention : csr_array, shape (n, n)
    k : int
    rng : numpy Generator
    chance : float, optional
        See `influence.graph.cascade.pass_on_chances`.
    proven : float
        Sets are drawn until they prove, with probability ``1 - 1/n``, at least this share of the best possible
        spread, or until there are as many as are enough for ``1 - 1/e - 0.05`` of it on any graph, or `max_sets`.
        What they prove is `Spread.guarantee`.
    candidates : ndarray of int, optional
        Positions to choose from; all when not given.

    References
    ----------
    Tang, Tang, Xiao and Yuan (2018), Online processing algorithms for influence maximization,
    doi:10.1145/3183713.3183749
    """
    n = attention.shape[0]
    if not 0 < k <= n:
        raise GraphError("so many accounts cannot be chosen", where="k", seen=k, expected=f"1 to {n}")
    never = () if candidates is None else np.setdiff1d(np.arange(n), candidates).tolist()
    sampler = Sampler(attention, pass_on_chances(attention, chance), rng)
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
        found = _choice(to_choose, to_judge, k, never, doubt)
        if found.guarantee >= proven or wanted >= enough:
            return found
        wanted = min(2 * wanted, enough)


def _choice(
    to_choose: sp.csr_array, to_judge: sp.csr_array, k: int, never: Sequence[int], doubt: float
) -> Spread:
    """The best of one sample, judged by the other."""
    n_sets = to_choose.shape[0]
    cover = greedy_coverage(sp.csr_array(to_choose.T.tocsr()), size=k, never=never)
    spread, error = expected_spread(to_judge, cover.chosen)
    hit = spread / to_judge.shape[1] * n_sets
    guarantee = _at_least(hit, doubt) / _at_most(cover.upper_bound, doubt)
    return Spread(cover.chosen, spread, error, 2 * n_sets, min(guarantee, 1.0))


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
