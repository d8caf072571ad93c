"""What is usual for accounts of nearly the same size and platform: nearest neighbours in log followers.

Engagement falls with size, so one average (or five tiers) flatters the small and wrongs the large. Each account is
compared with the accounts next to it in the user's own data; published tables stand in only where those are too few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.signals.shrinkage import gamma_poisson_prior
from influence.toml_files import shipped

if TYPE_CHECKING:
    from influence.signals.evidence import Evidence

N_PEERS = 100
"""Neighbours in size that one account is compared with."""
MIN_PEERS = 30
"""Fewer comparable accounts than this say nothing about what is usual."""
_CHUNK = 1 << 14


@dataclass(frozen=True)
class PeerComparison:
    """Every account beside its peers.

    Attributes
    ----------
    typical : ndarray of float64, shape (n,)
        Median of the peers' values; NaN with fewer than `MIN_PEERS`.
    n_peers : ndarray of float64, shape (n,)
    """

    typical: np.ndarray
    n_peers: np.ndarray
    _value: np.ndarray
    _windows: list[_Window]

    @cached_property
    def percentile(self) -> np.ndarray:
        """Share of the peers below each account, ties half; NaN where its own value is unknown; shape (n,)."""
        found = np.full(len(self._value), np.nan)
        for window in self._windows:
            for start in range(0, len(window.own), _CHUNK):
                rows, below = window.below(slice(start, start + _CHUNK))
                found[rows] = below
        return found


@dataclass(frozen=True)
class _Window:
    """The accounts of one platform whose value is known, smallest first, and which of them each is compared with."""

    rows: np.ndarray
    """Who is asked about: positions."""
    values: np.ndarray
    """Of all who may be peers, by size."""
    own: np.ndarray
    """Place of each row among them; -1 where its value is unknown."""
    start: np.ndarray
    """Place of its first peer; the peers are the `k` from there on, its own place left out."""
    k: int

    def medians(self) -> np.ndarray:
        """Median of the peers of each row, shape (n_rows,)."""
        k, known = self.k, self.own >= 0
        lower, upper = (k - 1) // 2, k // 2
        found = np.empty(len(self.rows))
        found[~known] = (self._ordered(k, lower) + self._ordered(k, upper))[self.start[~known]] / 2.0
        mine, at = self.values[self.own[known]], self.start[known]
        # of k + 1 with the own among them: what is not below it moves up a place
        ordered = {rank: self._ordered(k + 1, rank)[at] for rank in {lower, lower + 1, upper, upper + 1}}
        without = [
            np.where(ordered[rank] < mine, ordered[rank], ordered[rank + 1]) for rank in (lower, upper)
        ]
        found[known] = (without[0] + without[1]) / 2.0
        return found

    def _ordered(self, size: int, rank: int) -> np.ndarray:
        """Value of `rank` (0 the smallest) among `size` neighbours, by the place of the first."""
        from scipy.ndimage import rank_filter  # a tenth of a second that a kept answer need not wait for

        return np.asarray(rank_filter(self.values, rank, size)[size // 2 :])

    def below(self, some: slice) -> tuple[np.ndarray, np.ndarray]:
        """Some of the rows whose value is known, and the share of the peers below each, ties half."""
        known = self.own[some] >= 0
        own, start = (figure[some][known][:, None] for figure in (self.own, self.start))
        at = start + np.arange(self.k)
        near, here = self.values[at + (at >= own)], self.values[own]
        share = ((near < here).sum(axis=1) + 0.5 * (near == here).sum(axis=1)) / self.k
        return self.rows[some][known], share


def compare_with_peers(
    value: np.ndarray, size: np.ndarray, group: np.ndarray | None = None, n_peers: int = N_PEERS
) -> PeerComparison:
    """What is usual among the `n_peers` accounts nearest in size, the account itself not among them?

    Parameters
    ----------
    value : ndarray, shape (n,)
        What is compared; NaN is unknown and is nobody's peer.
    size : ndarray, shape (n,)
        Log followers; accounts of unknown size have no peers.
    group : ndarray, shape (n,), optional
        Platform. A group with fewer than `MIN_PEERS` known accounts is compared with everybody.
    n_peers : int
        Half of them larger and half smaller, as far as there are (at both ends of the scale there are not). Equal
        sizes are ordered by position, that is by id.

    Notes
    -----
    One sort and an order filter that slides along: 100,000 accounts take a tenth of a second.
    """
    n = len(value)
    usable = np.isfinite(value) & np.isfinite(size)
    typical, count = np.full(n, np.nan), np.zeros(n)
    windows = [_window(members, pool, value, size, n_peers) for members, pool in _groups(group, usable, n)]
    for window in windows:
        typical[window.rows] = window.medians()
        count[window.rows] = window.k
    return PeerComparison(typical, count, value, windows)


def peers_of(
    at: int, size: np.ndarray, group: np.ndarray | None = None, n_peers: int = N_PEERS
) -> tuple[np.ndarray, bool]:
    """Whom `compare_with_peers` compares one account with, where every value is known.

    Parameters
    ----------
    at : int
        Position of the account; its size must be known.
    size, group, n_peers
        As in `compare_with_peers`.

    Returns
    -------
    peers : ndarray of int
        Positions, smallest first, the account not among them.
    in_group : bool
        True where all are of the account's own group although there are others.
    """
    sized = np.isfinite(size)
    mine = sized if group is None else sized & (group == group[at])
    in_group = bool(mine.sum() > MIN_PEERS and mine.sum() < sized.sum())
    pool = np.flatnonzero(mine if in_group else sized)
    pool = pool[np.argsort(size[pool], kind="stable")]
    own = int(np.flatnonzero(pool == at)[0])
    k = min(n_peers, len(pool) - 1)
    start = int(np.clip(own - k // 2, 0, len(pool) - 1 - k))
    return np.delete(pool[start : start + k + 1], own - start), in_group


def _groups(group: np.ndarray | None, usable: np.ndarray, n: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """(who is asked about, whom they are compared with) for each platform."""
    everyone = np.flatnonzero(usable)
    if len(everyone) <= MIN_PEERS:
        return []
    if group is None:
        return [(np.arange(n), everyone)]
    names = np.asarray(group)
    names, codes = np.unique(names.astype(str) if names.dtype == object else names, return_inverse=True)
    found = []
    for code in range(len(names)):
        members = np.flatnonzero(codes == code)
        own = members[usable[members]]
        found.append((members, own if len(own) > MIN_PEERS else everyone))
    return found


def _window(
    members: np.ndarray, pool: np.ndarray, value: np.ndarray, size: np.ndarray, n_peers: int
) -> _Window:
    rows = members[np.isfinite(size[members])]
    pool = pool[np.argsort(size[pool], kind="stable")]
    k = min(n_peers, len(pool) - 1)
    position = np.full(len(value), -1)
    position[pool] = np.arange(len(pool))
    own = position[rows]
    centre = np.where(own >= 0, own, np.searchsorted(size[pool], size[rows]))
    start = np.clip(centre - k // 2, 0, len(pool) - 1 - k)
    return _Window(rows, value[pool], own, start, k)


def ratio_to_peers(totals: np.ndarray, exposure: np.ndarray, typical: np.ndarray) -> np.ndarray:
    """Rate per post over what is usual among the peers, pulled towards 1 where posts are few; NaN unknown.

    The gamma prior has the peers' rate as its mean; its strength, in posts, is fitted from the data
    (`gamma_poisson_prior`). Formula: ``(totals / typical + strength) / (exposure + strength)``.
    """
    known = (exposure > 0) & (typical > 0)
    scaled = np.where(known, totals / np.where(known, typical, 1.0), 0.0)
    _, strength = gamma_poisson_prior(scaled, np.where(known, exposure, 0.0))
    return np.where(known, (scaled + strength) / (exposure + strength), np.nan)


def size_of(evidence: Evidence) -> np.ndarray:
    """Log followers of the candidates, shape (n_candidates,); NaN unknown."""
    followers = evidence.column("followers")
    return np.asarray(np.log1p(followers))


def published_tables() -> Mapping[str, Any]:
    """`benchmarks.toml`: published engagement rates by platform and size, each with its source and date."""
    table: Mapping[str, Any] = shipped("influence.signals", "benchmarks.toml")["platform"]
    return table


def published_rate(platform: np.ndarray, followers: np.ndarray) -> np.ndarray:
    """Engagement rate per post by followers (share) that a published table calls usual; NaN where none does.

    Between two rows of a table the logarithm of the rate is drawn as a straight line over log followers.
    """
    rate = np.full(len(followers), np.nan)
    names = np.asarray([str(name).lower() for name in platform], dtype=object)
    for name, table in published_tables().items():
        rows = np.flatnonzero(np.isin(names, [name, *table.get("also", ())]) & np.isfinite(followers))
        points = sorted((float(row["followers"]), float(row["rate"])) for row in table["rows"])
        at, usual = np.log1p([p[0] for p in points]), np.log([p[1] for p in points])
        rate[rows] = np.exp(np.interp(np.log1p(followers[rows]), at, usual))
    return rate
