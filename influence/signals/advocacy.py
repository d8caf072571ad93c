"""advocacy: does it speak well of the brand, and does it share?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from influence.signals.base import Signal, SignalValues
from influence.signals.shrinkage import decay
from influence.text.sentiment.shares import SHARED_BALANCE

if TYPE_CHECKING:
    from influence.signals.evidence import Evidence
    from influence.text.mentions import Mention, Mentions

PSEUDO_MENTIONS = 2.0
"""Mentions that the pool's own distribution counts for; two left the least error per account (issue study)."""
HALF_SPOKEN = 3.0
"""Mentions at which propensity is one half; it saturates."""
Z90 = 1.645
CO_CREATING_POSTS = 3


def advocacy_kernel(
    account: np.ndarray,
    probabilities: np.ndarray,
    n_accounts: int,
    *,
    weight: np.ndarray | None = None,
    day: np.ndarray | None = None,
    is_own_post: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """How well does each account speak of the brand, and how readily?

    Parameters
    ----------
    account : ndarray of int, shape (n_mentions,)
        Position of the account, -1 for somebody else (counts towards the pool only).
    probabilities : ndarray, shape (n_mentions, 3)
        Negative, neutral, positive; rows with NaN are left out.
    n_accounts : int
    weight : ndarray, shape (n_mentions,), optional
        Recency of each mention (0-1).
    day : ndarray, shape (n_mentions,), optional
        Day of each mention, NaN where unknown; for the trend.
    is_own_post : ndarray of bool, shape (n_mentions,), optional
        A post of its own, not a comment under another's.

    Returns
    -------
    dict of str to ndarray, shape (n_accounts,), NaN without a mention that the model could read
        ``sentiment`` is share positive minus share negative (-1 to 1) after shrinkage, ``sentiment_low`` and
        ``sentiment_high`` its 90 % interval, ``propensity`` 0-1, ``value`` their product; ``involvement`` 0 observing,
        1 participating, 2 co-creating; ``trend`` see `sentiment_trend`; ``mentions`` that could be read.

    Notes
    -----
    Dirichlet posterior ``2 * pool + sum(weight * p)``; sentiment is its mean positive minus negative, the interval
    its normal approximation, widened by the doubt about each mention (the variance of its feeling) and by what the
    model gets wrong about all mentions of a brand alike (`SHARED_BALANCE`): more mentions do not take that away.
    ``value = sentiment * n / (n + 3)`` with n the recency-weighted mentions.
    """
    kept = np.isfinite(probabilities).all(axis=1) if len(probabilities) else np.zeros(0, dtype=bool)
    account, chance = account[kept], probabilities[kept]
    weight = np.ones(len(chance)) if weight is None else weight[kept]
    day = np.full(len(chance), np.nan) if day is None else day[kept]
    own = np.ones(len(chance), dtype=bool) if is_own_post is None else is_own_post[kept]
    pool = pool_distribution(chance, weight)
    mine = account >= 0
    account, chance, weight, day, own = account[mine], chance[mine], weight[mine], day[mine], own[mine]
    alpha = PSEUDO_MENTIONS * pool + np.column_stack(
        [np.bincount(account, chance[:, k] * weight, n_accounts) for k in range(3)]
    )
    n_mentions = np.bincount(account, minlength=n_accounts).astype(float)
    sentiment, spread = dirichlet_balance(alpha)
    doubt = chance[:, 2] + chance[:, 0] - (chance[:, 2] - chance[:, 0]) ** 2
    doubted = np.bincount(account, doubt * weight**2, n_accounts) / alpha.sum(axis=1) ** 2
    spread = np.sqrt(spread**2 + doubted + SHARED_BALANCE**2)
    amount = np.bincount(account, weight, n_accounts)
    propensity = amount / (amount + HALF_SPOKEN)
    known = np.where(n_mentions > 0, 1.0, np.nan)
    return {
        "value": sentiment * propensity * known,
        "sentiment": sentiment * known,
        "sentiment_low": np.clip(sentiment - Z90 * spread, -1, 1) * known,
        "sentiment_high": np.clip(sentiment + Z90 * spread, -1, 1) * known,
        "propensity": propensity * known,
        "involvement": involvement_level(account, chance, own, n_accounts) * known,
        "trend": sentiment_trend(account, chance[:, 2] - chance[:, 0], day, n_accounts),
        "mentions": n_mentions * known,
    }


def pool_distribution(chance: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """How all mentions together feel, shape (3,); a few even ones keep it from the edge."""
    total = (chance * weight[:, None]).sum(axis=0) + 1.0
    return np.asarray(total / total.sum())


def dirichlet_balance(alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of share positive minus share negative, alpha shape (n, 3)."""
    total = alpha.sum(axis=1)
    negative, positive = alpha[:, 0] / total, alpha[:, 2] / total
    variance = (positive * (1 - positive) + negative * (1 - negative) + 2 * positive * negative) / (total + 1)
    return positive - negative, np.sqrt(variance)


def involvement_level(
    account: np.ndarray, chance: np.ndarray, own: np.ndarray, n_accounts: int
) -> np.ndarray:
    """0 observing: names the brand without feeling; 1 participating: says what it feels, good or bad; 2 co-creating:
    speaks well of it in three or more posts of its own."""
    felt = chance[:, 1] < 0.5
    n_felt = np.bincount(account[felt], minlength=n_accounts)
    made = felt & own & (chance[:, 2] > chance[:, 0])
    n_made = np.bincount(account[made], minlength=n_accounts)
    return np.where(n_made >= CO_CREATING_POSTS, 2.0, np.where(n_felt > 0, 1.0, 0.0))


def sentiment_trend(account: np.ndarray, balance: np.ndarray, day: np.ndarray, n_accounts: int) -> np.ndarray:
    """Mean balance of the later half of its dated mentions minus that of the earlier; NaN with fewer than four."""
    import pandas as pd

    dated = np.isfinite(day)
    frame = pd.DataFrame({"account": account[dated], "day": day[dated], "balance": balance[dated]})
    frame = frame.sort_values(["account", "day", "balance"])
    groups = frame.groupby("account")
    rank, size = groups.cumcount(), groups["day"].transform("size")
    frame["late"] = rank >= size / 2
    frame = frame[size >= 4]
    means = frame.groupby(["account", "late"])["balance"].mean().unstack()
    trend = np.full(n_accounts, np.nan)
    if len(means):
        trend[means.index.to_numpy()] = (means[True] - means[False]).to_numpy()
    return trend


def brand_mentions(evidence: Evidence) -> Mentions | None:
    """All mentions of the brand, found once per question; None when there is no brand."""
    brand = evidence.brand
    if not brand:
        return None
    from influence.text.mentions import find_mentions

    names = (evidence.aliases, evidence.rivals, evidence.material.cut)
    return evidence.once("mentions of the brand", lambda: find_mentions(evidence.store, brand, *names))


def quotes(
    mentions: Mentions, account_id: str, n_each: int = 2
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """What an account says for and against the brand: its clearest mentions of each side, clearest first."""
    mine = [m for m in mentions.rows if m.account_id == account_id and m.p_positive is not None]
    good = [m for m in mine if (m.p_positive or 0) >= max(m.p_negative or 0, 0.4)]
    bad = [m for m in mine if (m.p_negative or 0) > max(m.p_positive or 0, 0.4)]
    good.sort(key=lambda m: (-(m.p_positive or 0), m.post_id or "", m.clause))
    bad.sort(key=lambda m: (-(m.p_negative or 0), m.post_id or "", m.clause))
    return tuple(good[:n_each]), tuple(bad[:n_each])


def compute(evidence: Evidence) -> SignalValues:
    """Advocacy for the evidence's brand; unknown for all when no brand was named."""
    mentions = brand_mentions(evidence)
    n = evidence.n_candidates
    if mentions is None or not len(mentions):
        return SignalValues(np.full(n, np.nan), np.zeros(n))
    place = {account: at for at, account in enumerate(evidence.column("account_id").tolist())}
    account = np.array([place.get(m.account_id, -1) for m in mentions.rows])
    age = evidence.reference_day - mentions.days
    found = advocacy_kernel(
        account,
        mentions.probabilities,
        n,
        weight=decay(np.maximum(age, 0), evidence.half_life_days),
        day=mentions.days,
        is_own_post=mentions.is_own_post,
    )
    return SignalValues(found.pop("value"), np.nan_to_num(found["mentions"]), found)


ADVOCACY = Signal(
    name="advocacy",
    question="Does it speak well of the brand, and does it share?",
    unit="share of mentions positive minus negative, shrunk, times propensity to mention (-1 to 1)",
    needs=("posts or comments that name the brand (--brand)",),
    scale="signed",
    unknown="neutral",
    reference="Dirichlet prior of two mentions; involvement after Muntinga 2011, doi:10.2501/IJA-30-1-013-046",
    compute=compute,
)
