"""Who has fallen silent for good? Habits of posting, learned from all accounts at once."""

from __future__ import annotations

import numpy as np

DAYS_BETWEEN_POSTS = np.geomspace(1 / 3, 3_000.0, 12)
"""Days from post to post of the kinds of accounts that are told apart."""

DAYS_TO_SILENCE = np.array([60.0, 250.0, 1_000.0, np.inf])
"""Mean days until an account of a kind falls silent for good."""

PRIOR_ACCOUNTS = 20.0
"""Accounts, spread over all kinds alike, that are added to those seen."""

MOST = 4_000
"""Accounts that the shares of the kinds are learned from; of more, one in so many."""

N_STEPS = 40
_CHUNK = 1 << 11
"""Histories at once: what fits the cache takes a fifth of the time."""


def still_active(n_posts: np.ndarray, span_days: np.ndarray, silent_days: np.ndarray) -> np.ndarray:
    """Chance that an account which has been silent for some days will post again.

    Parameters
    ----------
    n_posts : ndarray
        Dated posts.
    span_days : ndarray
        Days from the first post to now.
    silent_days : ndarray
        Days from the latest post to now; NaN where no post is dated, which gives 1.

    Notes
    -----
    An account posts at a rate and falls silent for good at another (Schmittlein, Morrison and Colombo 1987,
    doi:10.1287/mnsc.33.1.1); how common each pair of rates is, is learned from all accounts (Laird 1978,
    doi:10.1080/01621459.1978.10480103). Silence of half a year means much for a daily voice, little for a yearly one,
    and nothing where everybody has one post: a paper is no habit that was given up.
    """
    dated = np.flatnonzero(np.isfinite(silent_days) & (n_posts > 0))
    latest = span_days - np.nan_to_num(silent_days)
    seen = np.stack([n_posts[dated] - 1.0, latest[dated], span_days[dated]])
    chance = np.ones(len(n_posts))
    if len(dated):
        shares = shares_of_kinds(seen[:, :: -(-len(dated) // MOST)])
        for start in range(0, len(dated), _CHUNK):
            part = slice(start, start + _CHUNK)
            active, silent = (likelihood @ shares for likelihood in likelihoods(seen[:, part]))
            chance[dated[part]] = active / (active + silent)
    return chance


def likelihoods(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each history (row) under each kind (column): still active, and silent for good; up to a factor by row.

    `seen`, shape (3, n): dated posts of an account, the first one apart; days from that to the latest, and to now. With
    rates r and m, x further posts, the latest at t of T days: ``r^x e^(-(r + m) T)`` and
    ``r^x m / (r + m) (e^(-(r + m) t) - e^(-(r + m) T))``.
    """
    rate, end = (grid.ravel() for grid in np.meshgrid(1 / DAYS_BETWEEN_POSTS, 1 / DAYS_TO_SILENCE))
    further, latest, now = seen
    silent_for = (now - latest)[:, None] * (rate + end)
    until_latest = np.outer(further, np.log(rate)) - np.outer(latest, rate + end)
    until_latest = np.exp(until_latest - until_latest.max(axis=1, keepdims=True))
    return until_latest * np.exp(-silent_for), until_latest * (end / (rate + end)) * -np.expm1(-silent_for)


def shares_of_kinds(seen: np.ndarray) -> np.ndarray:
    """How common each kind of account is, shape (n_kinds,), by expectation and maximisation."""
    of_kind = np.add(*likelihoods(seen))
    n_kinds = of_kind.shape[1]
    shares = np.full(n_kinds, 1 / n_kinds)
    for _ in range(N_STEPS):
        expected = of_kind.T @ (1 / (of_kind @ shares)) * shares
        shares = (expected + PRIOR_ACCOUNTS / n_kinds) / (seen.shape[1] + PRIOR_ACCOUNTS)
    return shares
