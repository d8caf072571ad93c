"""momentum: is it active, and growing?"""

from __future__ import annotations

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.shrinkage import decay

GROWTH_WINDOW_DAYS = 90
MANY = 200.0
"""Accounts that one follows from which on each follow says clearly less."""


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


def dated_attention(material: Material) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who (position) paid attention to whom on which day: of each pair the latest dated follow or reaction."""
    follower, followee, since = material.follows
    actor, target, _ = material.reaction_ends
    reacted = material.reactions["last_day"].to_numpy(dtype=float, na_value=np.nan)
    who, whom, day = (
        np.concatenate(ends) for ends in ((follower, actor), (followee, target), (since, reacted))
    )
    dated = np.isfinite(day)
    who, whom, day = who[dated], whom[dated], day[dated]
    order = np.lexsort((day, whom, who))
    who, whom, day = who[order], whom[order], day[order]
    last = np.append((who[1:] != who[:-1]) | (whom[1:] != whom[:-1]), True)[: len(who)]
    return who[last], whom[last], day[last]


def recent_attention(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Members of the niche who came lately, by follows and reactions with a date; and the dated ones behind it.

    Each counts half after a half-life, by its membership: ``ln(1 + sum of recency x membership)``. A mass follower
    follows everybody and is no sign of growth: who follows many counts ``ln(1 + n) / n``.
    """
    material = evidence.material
    actor, target, day = material.once("dated attention", lambda: dated_attention(material))
    recency = decay(np.maximum(evidence.reference_day - day, 0.0), evidence.half_life_days)
    given = np.bincount(actor, minlength=len(material.account_ids))[actor]
    thin = np.log1p(given / MANY) / np.maximum(given / MANY, 1e-12)
    total, n_dated = (
        np.bincount(target, weight, minlength=len(material.account_ids))[evidence.pool]
        for weight in (recency * evidence.audience.person[actor] * thin, np.ones(len(target)))
    )
    return np.where(len(day) > 0, np.log1p(total), np.nan), n_dated


def compute(evidence: Evidence) -> SignalValues:
    """Values in log recent niche posts, or where no post has a date in log recent readers.

    Growth of follower counts is shown and not weighed (bought followers grow best).
    """
    value, support = recent_posts(evidence)
    if not np.isfinite(value).any():
        value, support = recent_attention(evidence)
    parts = {
        "days_since_last_post": evidence.days_silent,
        "still_active": evidence.alive,
        "follower_growth_30_days": follower_growth(evidence),
    }
    return SignalValues(value, np.where(np.isfinite(value), support, 0.0), parts)


MOMENTUM = Signal(
    name="momentum",
    question="Is it active, and growing?",
    unit="log of posts for the niche (of new readers where no post is dated), halved every 180 days",
    needs=("dates of posts", "dates of follows or interactions"),
    scale="percentile",
    unknown="neutral",
    reference="half-life of 180 days, measured; inverted U: Leung 2022, doi:10.1177/00222429221102889",
    compute=compute,
)
