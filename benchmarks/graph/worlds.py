"""Seeded follower graphs with a power law, half of whose accounts nobody follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TIES_AN_ACCOUNT = 10
EXPONENT = 0.8
"""Popularity of the k-th most followed account falls as ``k ** -EXPONENT``."""


@dataclass(frozen=True)
class World:
    """Ties as arrays of positions; `n_accounts` accounts, of which about `share_of_leaves` nobody follows."""

    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    n_accounts: int

    @property
    def n_ties(self) -> int:
        """Number of ties, repeated ones counted."""
        return len(self.source)

    def handle(self, position: int) -> str:
        """Text handle of an account."""
        return f"web:blog{position:08d}.example"


def follower_world(n_ties: int, seed: int = 0, share_of_leaves: float = 0.5) -> World:
    """Make a graph of `n_ties` weighted ties (float32 weights, int32 positions).

    Who follows is drawn with a lognormal activity, who is followed with a power law; positions are shuffled so that
    nothing can be gained from their order.
    """
    rng = np.random.default_rng(seed)
    n = max(n_ties // TIES_AN_ACCOUNT, 10)
    followed = max(int(n * (1 - share_of_leaves)), 1)
    shuffled = rng.permutation(n).astype(np.int32)
    popularity = np.cumsum(np.arange(1, followed + 1, dtype=np.float64) ** -EXPONENT)
    activity = np.cumsum(rng.lognormal(0.0, 1.0, n))
    source = np.empty(n_ties, dtype=np.int32)
    target = np.empty(n_ties, dtype=np.int32)
    weight = np.empty(n_ties, dtype=np.float32)
    for start in range(0, n_ties, 5_000_000):
        part = slice(start, min(start + 5_000_000, n_ties))
        size = part.stop - part.start
        source[part] = np.searchsorted(activity, rng.random(size) * activity[-1])
        target[part] = shuffled[np.searchsorted(popularity, rng.random(size) * popularity[-1])]
        weight[part] = np.log1p(rng.geometric(0.5, size))
    return World(source, target, weight, n)


def niche(world: World, n_seeds: int = 100, seed: int = 1) -> np.ndarray:
    """A teleport vector over `n_seeds` random accounts, weighted."""
    rng = np.random.default_rng(seed)
    vector = np.zeros(world.n_accounts)
    vector[rng.choice(world.n_accounts, n_seeds, replace=False)] = rng.random(n_seeds) + 0.1
    return vector / vector.sum()
