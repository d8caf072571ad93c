"""momentum: is it active, and growing?"""

from __future__ import annotations

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence

GROWTH_WINDOW_DAYS = 90


def recent_posts(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Posts about or for the niche, each counting half after a half-life; and the dated posts behind it.

    In an inverted U activity stops helping: log1p saturates it.
    """
    dated = np.isfinite(evidence.posts.age_days)
    for_niche = np.fmax(evidence.post_membership, evidence.post_relevance)
    recency = np.where(dated, evidence.post_weight, 0.0)
    n_dated = evidence.per_account(dated.astype(float))
    total = evidence.per_account(recency * (0.1 + 0.9 * for_niche))
    return np.where(n_dated > 0, np.log1p(total * evidence.alive), np.nan), n_dated


def follower_growth(evidence: Evidence) -> np.ndarray:
    """Change of log followers per 30 days over the last snapshots, clipped to +-0.2; NaN with fewer than two."""
    frame = evidence.material.snapshots
    growth = np.full(len(evidence.material.account_ids), np.nan)
    frame = frame[(frame["day"] >= evidence.reference_day - GROWTH_WINDOW_DAYS) & (frame["account"] >= 0)]
    frame = frame.dropna(subset=["followers"])
    if len(frame):
        ends = frame.groupby("account").agg(
            first=("followers", "first"),
            last=("followers", "last"),
            start=("day", "first"),
            end=("day", "last"),
        )
        ends = ends[ends["end"] > ends["start"]]
        change = np.log1p(ends["last"].to_numpy(float)) - np.log1p(ends["first"].to_numpy(float))
        growth[ends.index] = np.clip(change / (ends["end"] - ends["start"]).to_numpy(float) * 30, -0.2, 0.2)
    return growth[evidence.pool]


def compute(evidence: Evidence) -> SignalValues:
    """Values in log recent niche posts; growth is shown, and not yet weighed (bought followers grow best)."""
    value, support = recent_posts(evidence)
    parts = {
        "days_since_last_post": evidence.days_silent,
        "still_active": evidence.alive,
        "follower_growth_30_days": follower_growth(evidence),
    }
    return SignalValues(value, np.where(np.isfinite(value), support, 0.0), parts)


MOMENTUM = Signal(
    name="momentum",
    question="Is it active, and growing?",
    unit="log of posts for the niche, halved every 180 days",
    needs=("dates of posts",),
    scale="percentile",
    unknown="neutral",
    reference="half-life of 180 days, measured; inverted U: Leung 2022, doi:10.1177/00222429221102889",
    compute=compute,
)
