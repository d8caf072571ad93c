"""peer_engagement: do members of the niche react to it, and pass it on?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from influence.signals.base import Signal, SignalValues
from influence.signals.engagement_rates import VENDOR_POSTS, engagement_parts
from influence.signals.evidence import Evidence
from influence.signals.shrinkage import collected, gamma_poisson_prior, shrunk_mean, shrunk_rate

RATE_WEIGHTS: Mapping[str, float] = {"likes": 1.0, "comments": 2.0, "shares": 3.0}
"""Applause costs least, conversation more, passing on most (Kaushik 2011); each is measured against its own average."""

RATE_NAMES = {"likes": "applause_rate", "comments": "conversation_rate", "shares": "amplification_rate"}
COUNTS_RELIABILITY = 0.5
"""Trust in reactions that are counted but not named: nobody knows whether the niche gave them."""

ELSEWHERE = 0.05
"""What the count of a post weighs of which no member of the niche is known to have seen it."""


POST_SD = 1.0
"""How much the log of a count differs from post to post of one account (1.06 among 31,482 blog posts)."""


def rate_per_post(counts: np.ndarray, evidence: Evidence) -> np.ndarray:
    """Mean of a reaction per post of each candidate, recent posts more; NaN where it is never known."""
    known = np.isfinite(counts)
    weight = evidence.post_weight * known
    total, exposure = evidence.per_account(np.nan_to_num(counts) * weight), evidence.per_account(weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(exposure > 0, total / exposure, np.nan)


def reactions_by_members(evidence: Evidence) -> dict[str, np.ndarray]:
    """Likes, comments and shares that members of the niche gave each post, shape (n_posts,); NaN unknown.

    Where the data name who reacted, each member counts once a post, by its membership. Where names were not collected
    broadly (`influence.signals.shrinkage.collected`) the platform's count stands in, by the membership of the community
    that the post reached, or in full where no audience is known.
    """
    found = {}
    for rate in RATE_WEIGHTS:
        counts = getattr(evidence.posts, rate)
        named = evidence.material.reactors.get(rate)
        if named is not None and (names_are_broad(named, evidence) or not np.isfinite(counts).any()):
            found[rate] = named @ evidence.audience.person
        elif np.isfinite(counts).any():
            share = evidence.post_membership
            share = np.where(np.isfinite(share), np.fmax(share, ELSEWHERE), 1.0)
            found[rate] = np.log1p(np.maximum(counts, 0.0)) * share
    return found


def names_are_broad(named: sparse.csr_matrix, evidence: Evidence) -> bool:
    """Were the names of those who reacted collected for everybody who posts, as far as one can see?"""
    posts = evidence.posts
    with_names = np.unique(posts.account[np.diff(named.indptr) > 0])
    return collected(len(with_names), len(np.unique(posts.account))) >= 0.5


def engagement_index(by_rate: Mapping[str, np.ndarray], about: np.ndarray) -> np.ndarray:
    """Reactions of each post against the average post of the niche, shape (n_posts,); 1 is average, NaN unknown.

    Formula: mean over the known rates of ``count / mean count``, weighted by `RATE_WEIGHTS`. Counts of a
    platform enter as ``log1p``, because one post that went everywhere says little about the next; named members don't
    need it, each counts once.
    """
    total, weight = np.zeros(len(about)), np.zeros(len(about))
    for rate, counts in by_rate.items():
        known = np.isfinite(counts)
        mean = np.average(counts[known], weights=about[known]) if about[known].sum() > 0 else 0.0
        if mean > 0:
            total += np.where(known, RATE_WEIGHTS[rate] * np.nan_to_num(counts) / mean, 0.0)
            weight += np.where(known, RATE_WEIGHTS[rate], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0, total / weight, np.nan)


def engagement_of_posts(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Index per post, recent ones more, shrunk towards the pool; and the posts it rests on.

    All posts count, those about other things too: members of the niche don't pass them on, and the mean says so.
    Who has fallen silent gets no more reactions: the rate is multiplied by the chance that another post comes.
    """
    about = np.maximum(np.fmax(evidence.post_membership, evidence.post_relevance), ELSEWHERE)
    gain = engagement_index(reactions_by_members(evidence), about)
    known = np.isfinite(gain)
    weight = np.where(known, evidence.post_weight, 0.0)
    totals, exposure = evidence.per_account(np.nan_to_num(gain) * weight), evidence.per_account(weight)
    value = shrunk_rate(totals, exposure, gamma_poisson_prior(totals, exposure)) * evidence.alive
    return value, evidence.per_account(known.astype(float))


def engagement_of_vendors(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """The same index from vendor averages, for accounts of which no posts are known; and the posts averaged.

    The log of a count differs from post to post with a standard deviation of about `POST_SD`, and so by
    ``POST_SD / mean log`` on the scale of the index; what an average is pulled towards the others follows from that.
    """
    metrics = evidence.material.metrics.iloc[evidence.pool]
    by_rate = {rate: np.log1p(metrics[f"{rate}_per_post"].to_numpy(dtype=float)) for rate in RATE_WEIGHTS}
    index = engagement_index(by_rate, np.ones(len(metrics)))
    known = np.isfinite(index)
    if not known.any():
        return index, np.zeros(len(index))
    n_posts = np.nan_to_num(metrics["n_posts"].to_numpy(dtype=float), nan=VENDOR_POSTS)
    usual_log = np.nanmean(np.vstack(list(by_rate.values())))
    noise = (POST_SD / max(usual_log, POST_SD)) ** 2 / np.maximum(n_posts, 1.0)
    return shrunk_mean(index, noise), np.where(known, n_posts, 0.0)


def engagement_by_name(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Reactions that members of the niche gave, where no posts are known; and the people who gave them.

    Formula: ``ln(1 + sum over people of membership x ln(1 + weight of their reactions))``; 0 for whom nobody was seen
    to react to, because everybody else's reactions were seen.
    """
    _, reacted = evidence.material.reaction_matrices
    mine = reacted[:, evidence.pool].tocsc()
    people = np.diff(mine.indptr).astype(float)
    return np.log1p(mine.T @ evidence.audience.person), people


def compute(evidence: Evidence) -> SignalValues:
    """Values are an index (0 nobody reacts, 1 the average post of the niche); parts are rates in reactions per post."""
    value, support = engagement_of_posts(evidence)
    vendor, n_posts = engagement_of_vendors(evidence)
    missing = ~np.isfinite(value)
    value, support = np.where(missing, vendor, value), np.where(missing, n_posts, support)
    by_name = len(evidence.posts) == 0 and len(evidence.material.reacted) > 0
    if by_name and not np.isfinite(value).any():
        value, support = engagement_by_name(evidence)
    metrics = evidence.material.metrics.iloc[evidence.pool]
    parts = {}
    for rate, name in RATE_NAMES.items():
        seen = rate_per_post(getattr(evidence.posts, rate), evidence)
        parts[name] = np.where(np.isfinite(seen), seen, metrics[f"{rate}_per_post"].to_numpy(dtype=float))
    parts |= engagement_parts(evidence)
    reliability = 1.0 if by_name or evidence.material.reactors else COUNTS_RELIABILITY
    return SignalValues(value, np.where(np.isfinite(value), support, 0.0), parts, reliability)


PEER_ENGAGEMENT = Signal(
    name="peer_engagement",
    question="Do members of the niche react to it, and pass it on?",
    unit="index of reactions by the niche per post (1 is average)",
    needs=("likes, comments or shares of posts", "interactions", "vendor averages (metrics)"),
    scale="saturating",
    unknown="neutral",
    reference="Kaushik 2011 (conversation, amplification, applause rate); Marshall 1991 (shrinkage)",
    compute=compute,
)
