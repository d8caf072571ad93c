"""Does an account look automated? From the counts that a profile shows."""

from __future__ import annotations

import numpy as np
from scipy import sparse

MASS_FOLLOWING = 500.0
"""Accounts that somebody reads: following fewer is no sign of anything (median of real accounts: a few hundred)."""
MASS_RATIO = 10.0
"""Following over followers from which an account that follows many looks automated.

Socialbakers drew the line at 50 to 1, Camisani-Calzolari and others lower; the rules and how little each proves alone
are compared by Cresci et al. 2015, doi:10.1016/j.dss.2015.09.003.
"""


def looks_automated(following: np.ndarray, followers: np.ndarray) -> np.ndarray:
    """1 for accounts that follow very many and are followed by few, 0 for others; NaN where following is unknown.

    Unknown followers: only those who follow more than 5,000 (the limit of several platforms is 7,500 or less) are
    said to look automated.
    """
    many = following >= MASS_FOLLOWING
    known = np.isfinite(followers)
    lopsided = np.where(
        known, following >= MASS_RATIO * np.maximum(np.nan_to_num(followers), 1.0), following > 5000
    )
    return np.where(np.isfinite(following), (many & lopsided).astype(float), np.nan)


def following_ratio(following: np.ndarray, followers: np.ndarray) -> np.ndarray:
    """Log of following over followers, ``ln((1 + following) / (1 + followers))``; NaN unknown."""
    return np.asarray(np.log1p(following) - np.log1p(followers))


RATIO_NATS, MASS_NATS, POSTS_NATS = 0.7, 0.5, 0.5
"""Evidence of one unit of the log of following over followers, of following beyond `MASS_FOLLOWING`, and of posts. A
logistic regression of the ratio and posts on 975 hand-judged followers gives 0.72 and 0.54 (SRF Data 2017). How many
an account follows says more than its ratio among those who follow many alone: said of all, it loses the fakes that
follow a few dozen."""
MOST_NATS = 4.0
_STEPS = 33


def profile_evidence(following: np.ndarray, followers: np.ndarray, posts_total: np.ndarray) -> np.ndarray:
    """Evidence (nats) that a profile is fake, from its counts as they are; NaN where one of the three is unknown.

    Formula: ``0.7 ln((1 + following) / (1 + followers)) + 0.5 ln(max(1, (1 + following) / 501)) - 0.5 ln(1 + posts)``,
    within -4 and 4: fakes follow more than they are followed, follow very many, or have hardly posted. A reader who
    posts nothing, follows 200 and is followed by 100 is at 0.5: no sign alone.
    """
    nats = (
        RATIO_NATS * following_ratio(following, followers)
        + MASS_NATS * np.maximum(np.log1p(following) - np.log1p(MASS_FOLLOWING), 0.0)
        - POSTS_NATS * np.log1p(posts_total)
    )
    return np.asarray(np.clip(nats, -MOST_NATS, MOST_NATS))


def chance_of_person(nats: np.ndarray, prior: np.ndarray | float) -> np.ndarray:
    """Chance 0-1 that a profile is real: the evidence that it is fake on the odds of the `prior` chance of a fake.

    >>> chance_of_person(np.array([0.0, 4.0]), 0.05).round(2).tolist()
    [0.95, 0.26]
    """
    return np.asarray(1.0 / (1.0 + np.exp(nats) * prior / (1.0 - prior)))


def fake_share(follows: sparse.csc_matrix, nats: np.ndarray, usual: float) -> tuple[np.ndarray, np.ndarray]:
    """Share of the followers of each account that are fake, most likely, and how many followers that rests on.

    Each follower alone proves little, 150 of the same kind prove much: the share is that of a mixture of fake and real
    profiles (expectation maximisation, with ten followers of the `usual` share as prior). Evidence is taken from the
    median of everybody's, where that is above 0, so that a platform of silent readers is not one of fakes.

    Parameters
    ----------
    follows : sparse matrix, shape (n_accounts, n_accounts)
        Rows follow columns.
    nats : ndarray, shape (n_accounts,)
        Of `profile_evidence`; NaN unknown.
    """
    known = np.flatnonzero(np.isfinite(nats))
    middle = max(float(np.median(nats[known])), 0.0) if len(known) else 0.0
    steps = np.linspace(-MOST_NATS, MOST_NATS, _STEPS)
    at = np.abs(np.clip(nats[known] - middle, -MOST_NATS, MOST_NATS)[:, None] - steps).argmin(axis=1)
    kinds = sparse.csr_matrix((np.ones(len(known)), (known, at)), shape=(len(nats), _STEPS))
    counts = (follows.T @ kinds).toarray()
    n, share = counts.sum(axis=1), np.full(len(nats), np.nan)
    followed = np.flatnonzero(n > 0)
    for start in range(0, len(followed), _AT_ONCE):
        some = followed[start : start + _AT_ONCE]
        share[some] = _mixed(counts[some], n[some], np.exp(steps), usual)
    return share, n


_AT_ONCE = 512
"""Candidates whose mixtures are worked out together: what fits the cache takes a third of the time."""


def _mixed(counts: np.ndarray, n: np.ndarray, odds: np.ndarray, usual: float) -> np.ndarray:
    """Share of each mixture, by expectation maximisation; shape (n_candidates,)."""
    share = np.full(len(n), usual)
    for _ in range(50):
        said = share[:, None] * odds
        fake = said / (said + 1.0 - share[:, None])
        share = ((counts * fake).sum(axis=1) + 10.0 * usual) / (n + 10.0)
    return share


def follower_shares(
    follows: sparse.csc_matrix, automated: np.ndarray, idle: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the followers of each account whose profile is known: share that look automated, share idle, how many.

    Parameters
    ----------
    follows : sparse matrix, shape (n_accounts, n_accounts)
        Rows follow columns.
    automated, idle : ndarray, shape (n_accounts,)
        1, 0 or NaN per account.
    """
    n_known = follows.T @ np.isfinite(automated).astype(float)
    n_idle_known = follows.T @ np.isfinite(idle).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        bots = np.where(n_known > 0, (follows.T @ np.nan_to_num(automated)) / n_known, np.nan)
        silent = np.where(n_idle_known > 0, (follows.T @ np.nan_to_num(idle)) / n_idle_known, np.nan)
    return bots, silent, n_known
