"""How many people a message reaches when it is passed on: independent cascade, by reverse reachable sets.

A message passes from an account to one that pays it attention with a chance of its own per tie. The people who would
have passed it to a random person form a reverse reachable set; the share of such sets that a shortlist hits, times
the number of people, is its expected spread (Borgs et al. 2014). How many sets are enough is IMM's (Tang et al. 2015).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError
from influence.graph.coverage import greedy_coverage

SETS_AT_ONCE = 20_000
MAX_SETS = 5_000_000


@dataclass(frozen=True)
class Spread:
    """Accounts to start a message from.

    Attributes
    ----------
    chosen : ndarray of int
        Positions, in the order of choice.
    spread : float
        Expected number of accounts reached, the chosen included.
    standard_error : float
        Of `spread`, from the number of samples.
    n_sets : int
        Reverse reachable sets drawn.
    """

    chosen: np.ndarray
    spread: float
    standard_error: float
    n_sets: int


def pass_on_chances(attention: sp.csr_array, chance: float | None = None) -> np.ndarray:
    """Chance per tie that a message passes, in the order of ``attention.data``.

    Without `chance` each account hears on average once: a tie counts by its share of the attention its account pays
    (weighted cascade, Kempe, Kleinberg and Tardos 2003). With it, all ties alike.
    """
    if chance is not None:
        if not 0 <= chance <= 1:
            raise GraphError("a chance lies between 0 and 1", where="chance", seen=chance)
        return np.full(attention.nnz, chance, dtype=np.float32)
    paid = np.asarray(attention.sum(axis=1, dtype=np.float64))
    lengths = np.diff(attention.indptr)
    return (attention.data / np.repeat(np.where(paid > 0, paid, 1), lengths)).astype(np.float32)


def reverse_reachable_sets(
    attention: sp.csr_array, chances: np.ndarray, n_sets: int, rng: np.random.Generator
) -> sp.csr_array:
    """Draw sets of accounts from which a random account would be reached.

    Parameters
    ----------
    attention : csr_array, shape (n, n)
        Row v holds to whom v pays attention.
    chances : ndarray, shape (n_ties,)
        As from `pass_on_chances`.

    Returns
    -------
    csr_array of bool, shape (n_sets, n)
    """
    parts = [
        _draw(attention, chances, min(SETS_AT_ONCE, n_sets - first), rng)
        for first in range(0, n_sets, SETS_AT_ONCE)
    ]
    return sp.csr_array(sp.vstack(parts, format="csr")) if parts else sp.csr_array((0, attention.shape[0]))


def _draw(
    attention: sp.csr_array, chances: np.ndarray, n_sets: int, rng: np.random.Generator
) -> sp.csr_array:
    """All sets of a batch grow by one step at a time; a member is the number ``set * n + account``."""
    n = attention.shape[0]
    found = np.arange(n_sets, dtype=np.int64) * n + rng.integers(0, n, n_sets)
    frontier, pieces, seen = found, [found], found
    while len(frontier):
        sets, accounts = np.divmod(frontier, n)
        ties, lengths = _ties_of(attention.indptr, accounts)
        passed = rng.random(len(ties), dtype=np.float32) < chances[ties]
        reached = np.repeat(sets * n, lengths)[passed] + attention.indices[ties[passed]]
        reached = np.unique(reached)
        frontier = reached[~_in_sorted(reached, seen)]
        pieces.append(frontier)
        seen = np.sort(np.concatenate([seen, frontier]), kind="stable")
    sets, accounts = np.divmod(seen, n)
    indptr = np.searchsorted(sets, np.arange(n_sets + 1))
    return sp.csr_array(
        (np.ones(len(seen), dtype=bool), accounts.astype(np.int32), indptr), shape=(n_sets, n)
    )


def _ties_of(indptr: np.ndarray, accounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all ties of `accounts`, one after the other, and how many each has."""
    starts = indptr[accounts].astype(np.int64)
    lengths = indptr[accounts + 1] - starts
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - lengths), lengths), lengths


def _in_sorted(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    place = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[place] == values)


def expected_spread(sets: sp.csr_array, chosen: Sequence[int] | np.ndarray) -> tuple[float, float]:
    """Expected spread of `chosen` and its standard error, from reverse reachable `sets`."""
    n_sets, n = sets.shape
    picked = np.zeros(n, dtype=np.float64)
    picked[np.asarray(chosen, dtype=np.intp)] = 1
    share = float(((sets.astype(np.float64) @ picked) > 0).mean())
    return n * share, n * math.sqrt(max(share * (1 - share), 0.0) / n_sets)


def maximise_spread(
    attention: sp.csr_array,
    k: int,
    rng: np.random.Generator,
    *,
    chance: float | None = None,
    epsilon: float = 0.3,
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
        See `pass_on_chances`.
    epsilon : float
        With probability ``1 - 1/n`` the spread is at least ``1 - 1/e - epsilon`` of the best possible (while
        `max_sets` suffices); IMM is usually far better than this.
    candidates : ndarray of int, optional
        Positions to choose from; all when not given.

    References
    ----------
    Tang, Shi and Xiao (2015), doi:10.1145/2723372.2723734; the sets that give the answer are drawn afresh (Chen 2018,
    arXiv:1808.09363).
    """
    n = attention.shape[0]
    if not 0 < k <= n:
        raise GraphError("so many accounts cannot be chosen", where="k", seen=k, expected=f"1 to {n}")
    chances = pass_on_chances(attention, chance)
    never = () if candidates is None else np.setdiff1d(np.arange(n), candidates).tolist()
    needed = _enough_sets(attention, chances, k, epsilon, never, max_sets, rng)
    sets = reverse_reachable_sets(attention, chances, needed, rng)
    chosen = greedy_coverage(sp.csr_array(sets.T), size=k, never=never).chosen
    spread, error = expected_spread(sets, chosen)
    return Spread(chosen, spread, error, needed)


def _enough_sets(
    attention: sp.csr_array,
    chances: np.ndarray,
    k: int,
    epsilon: float,
    never: Sequence[int],
    max_sets: int,
    rng: np.random.Generator,
) -> int:
    """IMM's number of sets: double the sample until it proves a lower bound of the best spread."""
    n = attention.shape[0]
    log_n = math.log(max(n, 2))
    confidence = 1 + math.log(2) / log_n
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    rough = math.sqrt(2) * epsilon
    per_bound = (2 + 2 / 3 * rough) * (choices + confidence * log_n + math.log(max(math.log2(max(n, 2)), 1)))
    per_bound *= n / rough**2
    lower = 1.0
    sets = sp.csr_array((0, n), dtype=bool)
    for step in range(1, max(int(math.log2(max(n, 2))), 2)):
        guess = n / 2**step
        wanted = min(math.ceil(per_bound / guess), max_sets)
        more = reverse_reachable_sets(attention, chances, wanted - sets.shape[0], rng)
        sets = sp.csr_array(sp.vstack([sets, more], format="csr"))
        covered = greedy_coverage(sp.csr_array(sets.T), size=k, never=never).value
        estimate = n * covered / wanted
        if estimate >= (1 + rough) * guess or wanted == max_sets:
            lower = max(estimate / (1 + rough), 1.0)
            break
    alpha = math.sqrt(confidence * log_n + math.log(2))
    beta = math.sqrt((1 - 1 / math.e) * (choices + confidence * log_n + math.log(2)))
    enough = 2 * n * ((1 - 1 / math.e) * alpha + beta) ** 2 / epsilon**2 / lower
    return int(min(math.ceil(enough), max_sets))
