"""momentum: is it active, and growing?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse

from influence.graph.ties import HALF_LIFE_DAYS
from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.peer_engagement import names_missing
from influence.signals.reach import follow_half_life, pulled_by_fit
from influence.signals.shrinkage import decay, shrunk_mean
from influence.store.kept.spilling import blocks, by_row, stacked

GROWTH_WINDOW_DAYS = 90
MANY = 200.0
"""Accounts that one follows from which on each follow says clearly less."""
ACTIVITY_RELIABILITY = 0.5
"""Trust where nobody is seen to come and no community to be posted to: posting alone is half of the answer."""
PER_DAYS = HALF_LIFE_DAYS / np.log(2.0)
"""Newcomers are told per so many days: what recency adds up to where one has always come a day."""
SETTLING_DAYS = 30.0
"""Days that are added to the age of an account: a first follower today is no stream of them."""


def recent_posts(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Posts about or for the niche, each counting half after a half-life; and the dated posts behind it.

    Pulled towards the average as far as the luck of when posts fall explains the differences (the sum of squares, as of
    a Poisson count): a paper more or less in two years is no habit.
    """

    def counted(power: int) -> np.ndarray:
        for_niche = np.fmax(evidence.post_membership, evidence.post_relevance)
        recency = np.where(np.isfinite(evidence.posts.age_days), evidence.post_weight, 0.0)
        return evidence.summed((recency * (0.1 + 0.9 * for_niche)) ** power)

    n_dated = evidence.n_dated
    total = np.where(n_dated > 0, evidence.of_niche("recent posts", lambda: counted(1)), np.nan)
    squares = evidence.of_niche("recent posts, squared", lambda: counted(2))[n_dated > 0]
    luck = np.full(len(total), squares.mean() if len(squares) else 0.0)
    return shrunk_mean(total, luck) * evidence.alive, n_dated


def recent_ties(material: Material) -> dict[str, Any] | None:
    """How recent everyone's attention to everyone is, 0-1, from follows and reactions with a date; None without any.

    ``ties`` by column: rows pay attention, columns receive it. A follow or reaction counts half after a half-life;
    those of one account to another add up to one at most. ``many`` is to how many each account attends, ``first`` the
    day of the first that each received, infinite without one.
    """
    rows, n = material.reacted, len(material.account_ids)
    follower, followee, since, _ = material.follows
    dated = np.flatnonzero(np.isfinite(since))
    if not len(dated) and not np.isfinite(rows.last_day).any():
        return None
    half_life = follow_half_life(material, HALF_LIFE_DAYS)
    recency = _recency(material.reference_day, since[dated], half_life)
    follows = sparse.csr_matrix((recency, (follower[dated], followee[dated])), shape=(n, n))
    first = np.full(n, np.inf, np.float32)
    np.minimum.at(first, followee[dated], since[dated])

    def parts() -> Iterator[sparse.csr_matrix]:
        for start, stop, part in blocks(rows.starts(n)):
            day = rows.last_day[part]
            some = np.isfinite(day)
            ends = (rows.actor[part][some] - start, rows.target[part][some])
            np.minimum.at(first, ends[1], day[some])
            recency = _recency(material.reference_day, day[some], half_life)
            ties = (follows[start:stop] + by_row(*ends, recency, (stop - start, n))).tocsr()
            ties.data = np.minimum(ties.data, 1.0)
            yield ties

    ties = stacked(parts(), n, np.float32)
    return {"ties": ties.tocsc(), "many": np.diff(ties.indptr), "first": first}


def _recency(today: int, day: np.ndarray, half_life: float) -> np.ndarray:
    return decay(np.floor(np.maximum(today - day.astype(float), 0.0)), half_life)


def recent_attention(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Members of the niche who came lately; and the people seen to come. NaN where nothing has a date.

    Formula: ``sum of recency x membership``, over the time that the account had for it (`by_age`). A mass follower
    follows everybody and is no sign of growth: with ``x`` the accounts it attends to over `MANY` it counts
    ``ln(1 + x) / x``. Whose names were not collected counts as the median of the others.
    """
    recent = evidence.material.kept("arrivals", lambda: recent_ties(evidence.material))
    if recent is None:
        return evidence.unknown(), np.zeros(evidence.n_candidates)
    many = np.maximum(recent["many"] / MANY, 1e-12)
    counts, pool = np.log1p(many) / many, evidence.pool

    def attended(power: int) -> np.ndarray:
        return evidence.of_niche(
            f"recent attention {power}", lambda: recent["ties"].T @ (counts * evidence.audience.person**power)
        )

    came = attended(1)
    if evidence.niche:
        came = pulled_by_fit(came, attended(2), attended(0), evidence.text_fit[pool])
    age = np.fmax(evidence.reference_day - recent["first"][evidence.pool], evidence.days_since_first_post)
    half_life = follow_half_life(evidence.material, HALF_LIFE_DAYS)
    came, n_came = came * by_age(age, half_life), np.diff(recent["ties"].indptr)[evidence.pool].astype(float)
    unseen = (n_came == 0) & np.any([no_names[pool] for no_names in names_missing(evidence).values()], axis=0)
    return np.where(unseen, np.median(came[~unseen]) if not unseen.all() else 0.0, came), n_came


def by_age(age_days: np.ndarray, half_life_days: float = HALF_LIFE_DAYS) -> np.ndarray:
    """What a newcomer counts by the age of the account: young accounts had less time to win as many.

    Formula: ``260 / (H / ln 2 (1 - 0.5^(age / H)) + 30)``, H the half-life: newcomers per 260 days of the time that
    recency leaves it, and a month; one where the age is unknown.

    >>> by_age(np.array([1.0, 180.0, 3_600.0, -np.inf])).round(2).tolist()
    [8.38, 1.62, 0.9, 1.0]
    """
    had = half_life_days / np.log(2.0) * (1.0 - 0.5 ** (np.maximum(age_days, 0.0) / half_life_days))
    return np.where(np.isfinite(age_days), PER_DAYS / (had + SETTLING_DAYS), 1.0)


def follower_growth(evidence: Evidence) -> np.ndarray:
    """Change of log followers per 30 days over the last snapshots, clipped to +-0.2; NaN with fewer than two."""
    import pandas as pd

    frame = pd.DataFrame(evidence.material.snapshots)
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
    return np.asarray(growth[evidence.pool])


def compute(evidence: Evidence) -> SignalValues:
    """Values in recent posts for the niche, times recent readers of the niche where their coming has dates.

    Formula: ``(1 + posts) (1 + readers) - 1``, whose logarithm the scale takes, so that posting to nobody and being
    followed in silence both count half as much as both together (activity is an inverted U: it saturates). Growth of
    follower counts is shown and not weighed (bought followers grow best); readers are known by name, and weighed by
    membership.
    """
    value, support = recent_posts(evidence)
    came, n_came = recent_attention(evidence)
    if not np.isfinite(value).any():
        value, support = came, n_came
    else:
        value = (1.0 + value) * (1.0 + np.nan_to_num(came)) - 1.0
    parts = {
        "days_since_last_post": evidence.days_silent,
        "still_active": evidence.alive,
        "follower_growth_30_days": evidence.of_all("follower-growth", follower_growth),
    }
    support = np.where(np.isfinite(value), support, 0.0)
    of_niche = evidence.in_communities or bool(n_came.any() and evidence.spoken_of >= 1.0)
    reliability = 1.0 if n_came.any() or evidence.in_communities else ACTIVITY_RELIABILITY
    return SignalValues(value, support, parts, reliability, of_niche)


MOMENTUM = Signal(
    name="momentum",
    question="Is it active, and growing?",
    unit="posts for the niche, times new readers where dated; halved every 180 days",
    needs=("dates of posts", "dates of follows or interactions"),
    scale="median",
    unknown="neutral",
    reference="half-life of 180 days, measured; inverted U: Leung 2022, doi:10.1177/00222429221102889",
    compute=compute,
)
