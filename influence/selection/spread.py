"""From whom a message spreads furthest when it is passed on: independent cascade, by reverse reachable sets.

A message passes from an account to one that pays it attention with a chance of its own per tie. The people who would
have passed it to a random person form a reverse reachable set; the share of such sets that a shortlist hits, times
the number of people, is its expected spread (Borgs et al. 2014, doi:10.1137/1.9781611973402.70).
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
from influence.selection.exposure import Audiences
from influence.selection.greedy import Limits, Problem, grow, upper_bound

SETS_AT_ONCE = 20_000
MAX_SETS = 5_000_000
FIRST_SETS = 1_000
CERTAIN_WITHIN = 0.05
PROVEN = 0.75
"""Share of the best possible spread at which no more sets are drawn."""


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
    share = np.divide(1.0, paid, out=np.zeros(len(paid)), where=paid > 0).astype(np.float32)
    chances: np.ndarray = np.repeat(share, np.diff(attention.indptr)) * attention.data
    return chances.clip(max=np.float32(1))


class Sampler:
    """Draws reverse reachable sets of one graph.

    Of the ties of an account only those that pass are looked at: the next one is a geometric jump away at the largest
    chance of the account's ties, and one of smaller chance is taken in proportion (Guo et al. 2020, SUBSIM,
    doi:10.1145/3318464.3389740).

    Parameters
    ----------
    attention : csr_array, shape (n, n)
        Row v holds to whom v pays attention.
    chances : ndarray, shape (n_ties,)
        As from `pass_on_chances`.
    worth : ndarray, shape (n,), optional
        How much it counts that an account is reached, not negative; 1 each when not given.
    """

    def __init__(
        self,
        attention: sp.csr_array,
        chances: np.ndarray,
        rng: np.random.Generator,
        worth: np.ndarray | None = None,
    ) -> None:
        self.attention, self.chances, self.rng = attention, chances, rng
        self.cumulated = None if worth is None else np.cumsum(worth)
        starts = attention.indptr[:-1][np.diff(attention.indptr) > 0]
        self.largest = np.zeros(attention.shape[0])
        self.largest[np.diff(attention.indptr) > 0] = (
            np.maximum.reduceat(chances, starts) if len(starts) else 0
        )
        with np.errstate(divide="ignore"):
            self.log_miss = np.log1p(-np.minimum(self.largest, 1.0))

    def draw(self, n_sets: int) -> sp.csr_array:
        """So many sets, as a bool matrix of shape (n_sets, n)."""
        parts = [self._draw(min(SETS_AT_ONCE, n_sets - first)) for first in range(0, n_sets, SETS_AT_ONCE)]
        if not parts:
            return sp.csr_array((0, self.attention.shape[0]), dtype=bool)
        return sp.csr_array(sp.vstack(parts, format="csr"))

    def _draw(self, n_sets: int) -> sp.csr_array:
        """All sets grow by one step at a time; a member is the number ``set * n + account``."""
        n = self.attention.shape[0]
        seen = frontier = np.arange(n_sets, dtype=np.int64) * n + self._reached(n_sets)
        while len(frontier):
            reached = np.unique(self._heard_from(frontier))
            frontier = reached[~_in_sorted(reached, seen)]
            seen = np.sort(np.concatenate([seen, frontier]), kind="stable")
        sets, accounts = np.divmod(seen, n)
        indptr = np.searchsorted(sets, np.arange(n_sets + 1))
        ones = np.ones(len(seen), dtype=bool)
        return sp.csr_array((ones, accounts.astype(np.int32), indptr), shape=(n_sets, n))

    def _reached(self, n_sets: int) -> np.ndarray:
        """An account for each set, drawn in proportion to what it counts."""
        if self.cumulated is None:
            return self.rng.integers(0, self.attention.shape[0], n_sets)
        drawn = self.rng.random(n_sets)
        drawn *= self.cumulated[-1]
        return np.searchsorted(self.cumulated, drawn, side="right")

    def _heard_from(self, members: np.ndarray) -> np.ndarray:
        """Whom each of `members` would have heard the message from, as members of the same set."""
        n = self.attention.shape[0]
        sets, accounts = np.divmod(members, n)
        base = sets * n
        ends = self.attention.indptr[accounts + 1].astype(np.int64)
        # One before the first tie: a jump is at least one tie long.
        at = self.attention.indptr[accounts].astype(np.int64) - 1
        found = []
        hears = self.largest[accounts] > 0
        while hears.any():
            base, accounts, at, ends = base[hears], accounts[hears], at[hears], ends[hears]
            at = at + self._jumps(accounts)
            hears = at < ends
            ties = at[hears]
            chance = self.chances[ties] / self.largest[accounts[hears]]
            passed = (chance >= 1) | (self.rng.random(len(ties)) < chance)
            found.append(base[hears][passed] + self.attention.indices[ties[passed]])
        return np.concatenate([np.zeros(0, np.int64), *found])

    def _jumps(self, accounts: np.ndarray) -> np.ndarray:
        longest = self.attention.nnz + 1.0
        misses: np.ndarray = np.log(1 - self.rng.random(len(accounts))) / self.log_miss[accounts]
        return 1 + misses.clip(max=longest).astype(np.int64)


def expected_spread(
    sets: sp.csr_array, chosen: Sequence[int] | np.ndarray, total: float | None = None
) -> tuple[float, float]:
    """Expected spread of `chosen` and its standard error, from reverse reachable `sets`.

    `total` is what all accounts count together; their number when not told.
    """
    n_sets, n = sets.shape
    total = float(n) if total is None else total
    picked = np.zeros(n, dtype=np.float32)
    picked[np.asarray(chosen, dtype=np.intp)] = 1
    share = float(((sets.astype(np.float32) @ picked) > 0).mean())
    return total * share, total * math.sqrt(max(share * (1 - share), 0.0) / n_sets)


def _in_sorted(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    place = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[place] == values)


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
    candidates: np.ndarray | None = None,
    worth: np.ndarray | None = None,
) -> Spread:
    """Choose `k` accounts from which a message spreads furthest.

    Sets are drawn until they prove, with probability ``1 - 1/n``, at least `PROVEN` of the best possible spread, or
    until there are as many as are enough for ``1 - 1/e - 0.05`` of it on any graph, or `MAX_SETS`. What they prove is
    `Spread.guarantee`.

    Parameters
    ----------
    attention : csr_array, shape (n, n)
    k : int
    rng : numpy Generator
    chances : ndarray, shape (n_ties,), optional
        Per tie, as from `pass_on_chances`, which is asked when not given.
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
    enough = min(_always_enough(n, k, CERTAIN_WITHIN), MAX_SETS // 2)
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
        if found.guarantee >= PROVEN or wanted >= enough:
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
