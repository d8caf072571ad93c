"""peer_engagement: do members of the niche react to it, and pass it on?"""

from __future__ import annotations

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence
from influence.signals.shrinkage import gamma_poisson_prior, shrunk_rate

METRIC_WEIGHTS = {"likes_per_post": 1.0, "comments_per_post": 2.0, "shares_per_post": 3.0}
STRANGER_WEIGHT = 0.1
"""What a reaction counts that comes from nobody of the niche."""


def rate_per_post(counts: np.ndarray, evidence: Evidence) -> np.ndarray:
    """Mean of a reaction per post of each candidate, recent posts more; NaN where it is never known."""
    known = np.isfinite(counts)
    weight = evidence.post_weight * known
    total, exposure = evidence.per_account(np.nan_to_num(counts) * weight), evidence.per_account(weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(exposure > 0, total / exposure, np.nan)


def reactions_of_the_niche(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Reactions per post that members of the niche gave, shrunk towards the pool; and the posts they rest on.

    A post's reactions (1 like, 2 comment, 3 share) count by the membership of those who saw it; log1p tames the one
    post that went everywhere.
    """
    reactions = evidence.posts.reactions
    known = np.isfinite(reactions)
    audience = np.nan_to_num(evidence.post_membership, nan=0.0)
    share = STRANGER_WEIGHT + (1 - STRANGER_WEIGHT) * np.maximum(audience, evidence.post_relevance)
    gain = np.log1p(np.nan_to_num(np.maximum(reactions, 0.0))) * share
    weight = evidence.post_weight * known
    totals, exposure = evidence.per_account(gain * weight), evidence.per_account(weight)
    return shrunk_rate(totals, exposure, gamma_poisson_prior(totals, exposure)), exposure


def reactions_of_vendors(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """The same from vendor averages, for accounts of which no posts are known."""
    metrics = evidence.material.metrics.iloc[evidence.pool]
    columns = [metrics[name].to_numpy() * weight for name, weight in METRIC_WEIGHTS.items()]
    known = np.any([np.isfinite(column) for column in columns], axis=0)
    total = np.sum([np.nan_to_num(column) for column in columns], axis=0)
    n_posts = np.where(known, np.nan_to_num(metrics["n_posts"].to_numpy(), nan=1.0), 0.0)
    rate = np.where(known, np.log1p(total), np.nan)
    prior = gamma_poisson_prior(np.nan_to_num(rate) * n_posts, n_posts)
    return shrunk_rate(np.nan_to_num(rate) * n_posts, n_posts, prior), n_posts


def compute(evidence: Evidence) -> SignalValues:
    """Values in log reactions per post; parts are Kaushik's three rates in reactions per post."""
    value, support = reactions_of_the_niche(evidence)
    vendor, n_posts = reactions_of_vendors(evidence)
    missing = ~np.isfinite(value)
    value, support = np.where(missing, vendor, value), np.where(missing, n_posts, support)
    posts = evidence.posts
    parts = {
        "applause_rate": rate_per_post(posts.likes, evidence),
        "conversation_rate": rate_per_post(posts.comments, evidence),
        "amplification_rate": rate_per_post(posts.shares, evidence),
    }
    for name, column in zip(parts, METRIC_WEIGHTS, strict=True):
        vendor_rate = evidence.material.metrics[column].to_numpy()[evidence.pool]
        parts[name] = np.where(np.isfinite(parts[name]), parts[name], vendor_rate)
    return SignalValues(value, np.where(np.isfinite(value), support, 0.0), parts)


PEER_ENGAGEMENT = Signal(
    name="peer_engagement",
    question="Do members of the niche react to it, and pass it on?",
    unit="log reactions per post, counted by niche membership",
    needs=("likes, comments or shares of posts", "vendor averages (metrics)"),
    scale="percentile",
    unknown="neutral",
    reference="Kaushik 2011 (conversation, amplification, applause rate); Marshall 1991 (shrinkage)",
    compute=compute,
)
