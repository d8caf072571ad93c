"""What is usual for accounts of nearly the same size and platform: nearest neighbours in log followers.

Engagement falls with size, so one average (or five tiers) flatters the small and wrongs the large. Each account is
compared with the accounts next to it in the user's own data; published tables stand in only where those are too few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
_MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class PeerComparison:
    """Every account beside its peers.

    Attributes
    ----------
    typical : ndarray of float64, shape (n,)
        Median of the peers' values; NaN with fewer than `MIN_PEERS`.
    spread : ndarray of float64, shape (n,)
        Robust standard deviation of the peers (1.4826 times the median absolute deviation).
    percentile : ndarray of float64, shape (n,)
        Share of the peers below the account, ties half; NaN where its own value is unknown.
    n_peers : ndarray of float64, shape (n,)
    """

    typical: np.ndarray
    spread: np.ndarray
    percentile: np.ndarray
    n_peers: np.ndarray


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
    One sort and a sliding window: 100,000 accounts take about a second.
    """
    n = len(value)
    usable = np.isfinite(value) & np.isfinite(size)
    typical, spread, percentile = (np.full(n, np.nan) for _ in range(3))
    count = np.zeros(n)
    for members, pool in _groups(group, usable, n):
        asked = members[np.isfinite(size[members])]
        pool = pool[np.argsort(size[pool], kind="stable")]
        for start in range(0, len(asked), _CHUNK):
            rows = asked[start : start + _CHUNK]
            _compare_rows(rows, pool, value, size, n_peers, (typical, spread, percentile, count))
    return PeerComparison(typical, spread, percentile, count)


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
    names = None if group is None else np.asarray(group, dtype=object).astype(str)
    mine = sized if names is None else sized & (names == names[at])
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
    names, codes = np.unique(np.asarray(group, dtype=object).astype(str), return_inverse=True)
    found = []
    for code in range(len(names)):
        members = np.flatnonzero(codes == code)
        own = members[usable[members]]
        found.append((members, own if len(own) > MIN_PEERS else everyone))
    return found


def _compare_rows(
    rows: np.ndarray,
    pool: np.ndarray,
    value: np.ndarray,
    size: np.ndarray,
    n_peers: int,
    into: tuple[np.ndarray, ...],
) -> None:
    """Fill the figures of `rows`; `pool` is ordered by size."""
    k = min(n_peers, len(pool) - 1)
    place = np.searchsorted(size[pool], size[rows])
    position = np.full(len(value), -1)
    position[pool] = np.arange(len(pool))
    own = position[rows]
    centre = np.where(own >= 0, own, place)
    start = np.clip(centre - k // 2, 0, len(pool) - 1 - k)
    window = start[:, None] + np.arange(k)
    window += (own[:, None] >= 0) & (window >= own[:, None])
    near = value[pool[window]]
    middle = np.median(near, axis=1)
    typical, spread, percentile, count = into
    typical[rows] = middle
    spread[rows] = _MAD_TO_SD * np.median(np.abs(near - middle[:, None]), axis=1)
    here = value[rows][:, None]
    below = ((near < here).sum(axis=1) + 0.5 * (near == here).sum(axis=1)) / k
    percentile[rows] = np.where(np.isfinite(here[:, 0]), below, np.nan)
    count[rows] = k


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
    return np.log1p(followers)


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
