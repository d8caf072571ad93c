"""Reputation: which shares of the mentions are praise, neither and complaint, and what changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from influence.listening.detectors import Baseline, weekday_of
from influence.listening.gathering import FEELINGS, chances_of
from influence.listening.voice_share import Z90, Share
from influence.text.sentiment.shares import SHARED_ERROR, Label, Shares, shares_of, smoothed

NET_ERROR = float(SHARED_ERROR[0] + SHARED_ERROR[2])
"""What positive less negative may be off by, all mentions alike: both errors the same way, the worst case."""


@dataclass(frozen=True)
class Reputation:
    """Shares of feeling with honest 90 % intervals, and net sentiment (positive less negative, -1 to 1)."""

    negative: Share
    neutral: Share
    positive: Share
    net: Share
    n_read: int
    n_unread: int
    n_labels: int


@dataclass(frozen=True)
class ReputationChange:
    """This period against the one before, 90 % interval; `verdict` is ``more``, ``less`` or ``no telling``."""

    what: str
    before: float
    now: float
    difference: float
    low: float
    high: float
    verdict: str


def reputation_of(rows: pd.DataFrame, labels: tuple[Label, ...] = ()) -> Reputation:
    """How do these mentions feel? Intervals are those of `influence.text.sentiment.shares.shares_of`."""
    unread = int(rows["p_negative"].isna().sum())
    shares = shares_of(chances_of(rows), rows["said"].tolist(), labels)
    if shares is None:
        nothing = Share(None, None, None)
        return Reputation(nothing, nothing, nothing, nothing, 0, unread, 0)
    negative, neutral, positive = (
        Share(*map(float, told)) for told in zip(shares.share, shares.low, shares.high, strict=True)
    )
    return Reputation(negative, neutral, positive, _net(shares), shares.n_mentions, unread, shares.n_labels)


def _net(shares: Shares) -> Share:
    """Positive less negative; without labels both shared errors may lean the same way."""
    net = float(shares.share[2] - shares.share[0])
    negative, _, positive = smoothed(shares.share, shares.n_mentions)
    spread = np.sqrt((negative + positive - (positive - negative) ** 2) / max(shares.n_mentions, 1))
    if shares.n_labels:
        half = float(np.hypot(*((shares.high - shares.low)[[0, 2]] / 2)))
    else:
        half = float(Z90 * np.hypot(spread, NET_ERROR))
    return Share(net, max(net - half, -1.0), min(net + half, 1.0))


def volume_change(
    n_now: int, n_before: int, now: np.ndarray, before: np.ndarray, usual: Baseline
) -> ReputationChange:
    """How many times as many mentions as in the period before, the rhythm of the week taken out?

    Counts are divided by the weekday factors of their days, so that a period with one more weekend is not called a
    decline. Logarithm of the ratio with variance ``1 / n + dispersion / n_days`` of each period (negative binomial).

    Parameters
    ----------
    n_now, n_before : int
        Mentions.
    now, before : ndarray of int
        The days of each period.
    usual : Baseline
        Of days before both.
    """
    size_now, size_before = (float(usual.weekday[weekday_of(days)].sum()) for days in (now, before))
    ratio = np.log((n_now + 0.5) / size_now) - np.log((n_before + 0.5) / size_before)
    spread = np.sqrt(
        1 / (n_now + 0.5) + 1 / (n_before + 0.5) + usual.dispersion * (1 / len(now) + 1 / len(before))
    )
    low, high = float(np.exp(ratio - Z90 * spread)), float(np.exp(ratio + Z90 * spread))
    verdict = "more" if low > 1 else "less" if high < 1 else "no telling"
    daily = n_before / size_before, n_now / size_now
    return ReputationChange("mentions a day", *daily, float(np.exp(ratio)), low, high, verdict)


def feeling_changes(now: pd.DataFrame, before: pd.DataFrame) -> tuple[ReputationChange, ...]:
    """Which shares of feeling moved?

    What the model gets wrong about a brand it gets wrong in both periods, so the shared error is not in the
    difference; authors are the units, as one may write many posts.
    """
    found = []
    for feeling in FEELINGS:
        (share, even, spread), (past, past_even, past_spread) = (
            _share_by_author(rows, feeling) for rows in (now, before)
        )
        if np.isnan(share) or np.isnan(past):
            continue
        half, gap, sure = Z90 * float(np.hypot(spread, past_spread)), share - past, even - past_even
        low, high = max(min(sure - half, gap), -1.0), min(max(sure + half, gap), 1.0)
        verdict = "more" if low > 0 else "less" if high < 0 else "no telling"
        found.append(ReputationChange(feeling, past, share, gap, low, high, verdict))
    return tuple(found)


def _share_by_author(rows: pd.DataFrame, feeling: str) -> tuple[float, float, float]:
    """Share of read mentions of a feeling; with one pseudo-author at a third; its standard error over authors."""
    read = rows[rows["feeling"].notna()]
    if read.empty:
        return np.nan, np.nan, np.nan
    by_author = (read["feeling"] == feeling).groupby(read["account_id"]).agg(["sum", "size"])
    hits, trials = np.append(by_author["sum"], 1 / 3), np.append(by_author["size"], 1.0)
    smooth = hits.sum() / trials.sum()
    spread = np.sqrt(((hits - smooth * trials) ** 2).sum()) / trials.sum()
    plain = float((read["feeling"] == feeling).mean())
    return (
        plain,
        float(smooth),
        float(max(spread, np.sqrt(smooth * (1 - smooth) * (trials**2).sum()) / trials.sum())),
    )
