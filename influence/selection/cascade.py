"""Independent cascade backwards: the sets of accounts from which a random account would be reached.

A message passes from an account to one that pays it attention with a chance of its own per tie. The people who would
have passed it to a random person form a reverse reachable set; the share of such sets that a shortlist hits, times
the number of people, is its expected spread (Borgs et al. 2014, doi:10.1137/1.9781611973402.70).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from influence.errors import GraphError

SETS_AT_ONCE = 20_000


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
