"""Who belongs to the niche's audience: people and communities by the share of their attention that goes to it.

Follower counts say how many; they don't say who. Everyone who pays attention (a person who follows or reacts, a
community that votes) gets a membership from 0 to 1: how much more of its attention goes to the niche than the
average attention does. Reach and engagement count members, so that a celebrity's crowd counts for what it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from influence.signals.shrinkage import shrunk_share

SEGMENT_STRENGTH = 20.0
"""Posts that a community's prior weighs: one lucky post does not make a community one of the niche."""

PERSON_STRENGTH = 5.0
"""Attention events that a person's prior weighs."""

ELSEWHERE = 0.05
"""What counts of a post or of followers weigh at least where nothing says that the niche's people are among them."""

COMMUNITY_SHARPNESS = 2.0
"""Exponent of a community's membership: one half as devoted counts a quarter (its readers are many and mixed)."""

PERSON_SHARPNESS = 1.0
"""The same of a person."""


@dataclass(frozen=True)
class NicheAudience:
    """Membership of everyone who pays attention.

    Attributes
    ----------
    community : ndarray of float64, shape (n_communities,)
        Membership (0-1) of each audience segment.
    person : ndarray of float64, shape (n_accounts,)
        Membership (0-1) of each account as a reader; 0 for those who pay no attention at all.
    attention : ndarray of float64, shape (n_accounts,)
        How much attention each account pays in all.
    """

    community: np.ndarray
    person: np.ndarray
    attention: np.ndarray


def membership(
    hits: np.ndarray, trials: np.ndarray, strength: float, sharpness: float = 1.0, whole: float = 1.0
) -> np.ndarray:
    """Turn niche attention and all attention into a membership of 0 to 1.

    The share of attention that goes to the niche is shrunk towards the average share, and measured between that
    average (0) and the most devoted member (1). Texts find only part of what belongs to a niche, so the most devoted
    member, not a share of one, is the top of the scale. Where most of all attention goes to the niche (somebody's own
    list of bakers), the average is a member, too: from half on of what attention to nothing else comes to, the share
    itself counts more and more, so that small differences among readers of one niche make no strangers.

    Parameters
    ----------
    hits, trials : ndarray, shape (n,)
        Attention to the niche, and all attention; ``hits <= trials``.
    strength : float
        Pseudo-attention at the average share.
    sharpness : float
        Exponent; above 1 the half-devoted count less than half.
    whole : float
        Share that attention to nothing but the niche comes to.
    """
    total = trials.sum()
    if total <= 0 or hits.sum() <= 0:
        return np.zeros(len(trials))
    base = hits.sum() / total
    share = shrunk_share(hits, trials, base, strength)
    top = share.max()
    above = np.zeros(len(trials))
    if top > base * (1.0 + 1e-9):  # the only one is the average, whatever the last digit says
        above = np.clip((share - base) / (top - base), 0.0, 1.0) ** sharpness
    usual = float(np.clip(2.0 * base / whole - 1.0, 0.0, 1.0))
    return np.asarray(np.maximum(above, usual * np.where(hits > 0, np.minimum(share / whole, 1.0), 0.0)))


def beyond_chance(hits: np.ndarray, attention: np.ndarray, strength: float) -> np.ndarray:
    """Part of what members give each account that is more than any crowd of its size would bring, 0-1.

    Every large audience holds some members of every niche, so that their number alone follows size. Formula:
    ``1 - b (1 - b) / s``, at least 0: s the share of the account's attention that comes from members, b the same of
    all accounts, which comes by chance as far as the others are no members. 1 where no attention is known.

    Parameters
    ----------
    hits, attention : ndarray, shape (n_accounts,)
        Attention weighted by membership, and all attention, that each account receives.
    strength : float
        Pseudo-attention at the average share.

    >>> beyond_chance(np.array([10.0, 20.0, 0.0]), np.array([100.0, 50.0, 0.0]), 0.0).round(2).tolist()
    [0.0, 0.6, 1.0]
    """
    if hits.sum() <= 0:
        return np.ones(len(hits))
    base = hits.sum() / attention.sum()
    share = np.where(attention > 0, shrunk_share(hits, np.maximum(attention, 1e-12), base, strength), 1.0)
    with np.errstate(divide="ignore"):
        more = np.clip(1.0 - base * (1.0 - base) / share, 0.0, 1.0)
    return np.asarray(np.where(attention > 0, more, 1.0))


def niche_audience(
    post_relevance: np.ndarray,
    account_relevance: np.ndarray,
    community: np.ndarray,
    n_communities: int,
    to_posts: sparse.csr_matrix,
    to_accounts: sparse.csr_matrix,
    spoken_of: float = 1.0,
) -> NicheAudience:
    """Return the membership of every community and person.

    Relevance enters squared: many posts that are half about the niche must not outweigh a few that are wholly.

    Parameters
    ----------
    post_relevance : ndarray, shape (n_posts,)
        How surely each post is about the niche, 0-1.
    account_relevance : ndarray, shape (n_accounts,)
        The same of accounts, for attention that names no post (follows); NaN is unknown and counts for nothing.
    community : ndarray of int, shape (n_posts,)
        Community that each post reached, -1 for none.
    to_posts, to_accounts : sparse matrices, shapes (n_accounts, n_posts) and (n_accounts, n_accounts)
        Attention of persons.
    spoken_of : float
        How clearly anybody speaks of the niche, 0-1. Membership is measured against the most devoted, and where nobody
        speaks of the niche the most devoted is hardly a member.
    """
    sure = np.square(post_relevance)
    reached = community >= 0
    hits = np.bincount(community[reached], sure[reached], n_communities)
    trials = np.bincount(community[reached], minlength=n_communities).astype(float)
    known = np.isfinite(account_relevance)
    relevance = np.where(known, account_relevance, 0.0)
    whole = max(float(sure.max(initial=0.0)), float(relevance.max(initial=0.0))) or 1.0
    person_hits = to_posts @ sure + to_accounts @ relevance
    attention = np.asarray(to_posts.sum(axis=1)).ravel() + to_accounts @ known.astype(float)
    return NicheAudience(
        community=spoken_of * membership(hits, trials, SEGMENT_STRENGTH, COMMUNITY_SHARPNESS, whole),
        person=spoken_of * membership(person_hits, attention, PERSON_STRENGTH, PERSON_SHARPNESS, whole),
        attention=attention,
    )
