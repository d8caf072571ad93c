"""Small samples are the normal case: kernels that pull them towards their peers instead of dropping them."""

from __future__ import annotations

import numpy as np


def decay(age_days: np.ndarray, half_life_days: float) -> np.ndarray:
    """Weight of something `age_days` old, 1 now, 0.5 after one half-life; unknown age counts as one half-life.

    Formula: ``0.5 ** (age / half_life)``.
    """
    age = np.where(np.isfinite(age_days), age_days, half_life_days)
    return np.power(0.5, age / half_life_days)


def shrunk_share(
    hits: np.ndarray, trials: np.ndarray, base: np.ndarray | float, strength: float
) -> np.ndarray:
    """Share of `trials` that are `hits`, pulled towards `base` as if by `strength` earlier trials.

    Formula: ``(hits + strength * base) / (trials + strength)``: the mean of a beta posterior.
    """
    return (hits + strength * base) / (trials + strength)


def gamma_poisson_prior(totals: np.ndarray, exposure: np.ndarray) -> tuple[float, float]:
    """Fit the gamma prior of Poisson rates by moments (Marshall 1991, doi:10.2307/2347593).

    Parameters
    ----------
    totals, exposure : ndarray, shape (n,)
        Events and the exposure (posts) in which they fell; only entries with exposure > 0 are used.

    Returns
    -------
    shape, rate : float
        Prior mean is ``shape / rate``; ``rate`` is the number of posts that the prior weighs.
    """
    used = exposure > 0
    if not used.any() or totals[used].sum() <= 0:
        return 0.5, 1.0
    y, n = totals[used], exposure[used]
    mean = y.sum() / n.sum()
    spread = np.sum(n * (y / n - mean) ** 2) / n.sum() - mean / n.mean()
    variance = max(spread, 0.05 * mean**2)
    strength = float(np.clip(mean / variance, 0.25, 50.0))
    return mean * strength, strength


def shrunk_rate(totals: np.ndarray, exposure: np.ndarray, prior: tuple[float, float]) -> np.ndarray:
    """Posterior mean rate ``(totals + shape) / (exposure + rate)``; NaN where there is no exposure."""
    shape, rate = prior
    with np.errstate(invalid="ignore", divide="ignore"):
        value = (totals + shape) / (exposure + rate)
    return np.where(exposure > 0, value, np.nan)


def variance_of_posts(
    value: np.ndarray, account: np.ndarray, weight: np.ndarray, n: int, usual: float
) -> tuple[float, float, float]:
    """How much posts differ within accounts, accounts from each other, and what is average (one-way random effects).

    Parameters
    ----------
    value, account, weight : ndarray, shape (n_posts,)
        Figure of each post, its author (0 to n - 1) and recency, above 0.
    n : int
    usual : float
        Variance within, where no account has two posts to tell it from.

    Returns
    -------
    within, between, average : float
        ``within / between`` is what the pull towards the average weighs, in posts: nothing where accounts differ
        clearly, much where single posts do. `between` is at least 1 % of the variance of the means.

    Notes
    -----
    Moments of Henderson's method 1 with weights; the pull is that of Morris 1983,
    doi:10.1080/01621459.1983.10477920.
    """
    total, square = (np.bincount(account, weight**power, minlength=n) for power in (1, 2))
    seen = total > 0
    if not seen.any():
        return usual, usual, 0.0
    safe = np.where(seen, total, 1.0)
    mean = np.bincount(account, weight * value, minlength=n) / safe
    freedom = float((total - square / safe)[seen].sum())
    within = float((weight * (value - mean[account]) ** 2).sum()) / freedom if freedom > 1e-9 else usual
    size = total[seen] ** 2 / square[seen]
    average = float(np.average(mean[seen], weights=size))
    spread = float(np.average((mean[seen] - average) ** 2, weights=size))
    return within, max(spread - within * len(size) / float(size.sum()), 0.01 * spread, 1e-12), average


def shrunk_mean(value: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Means pulled towards the average of all, as far as their `noise` explains that they differ.

    Parameters
    ----------
    value : ndarray, shape (n,)
        NaN is unknown and stays so.
    noise : ndarray, shape (n,)
        Variance of each mean, had it been taken of other posts of the same account.

    Formula: ``average + b / (b + noise) * (value - average)``, with ``b`` what the values differ beyond their noise, at
    least 1 % of their variance (Morris 1983, doi:10.1080/01621459.1983.10477920).
    """
    known = np.isfinite(value)
    if not known.any():
        return value
    average, total = value[known].mean(), value[known].var()
    between = max(total - noise[known].mean(), 0.01 * total, 1e-12)
    with np.errstate(invalid="ignore"):
        return np.asarray(average + between / (between + noise) * (value - average))


def mid_ranks(values: np.ndarray) -> np.ndarray:
    """Rank of each value from 1 up; equal values share the middle of theirs (``scipy.stats.rankdata``, which costs
    half a second to import).

    Examples
    --------
    >>> mid_ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2.0)[which])


def percentile_among_known(value: np.ndarray) -> np.ndarray:
    """Mid-rank of every known value among the known ones, 0 to 1; NaN stays NaN, ties share their rank."""
    result = np.full(len(value), np.nan)
    known = np.isfinite(value)
    n = int(known.sum())
    if n == 1:
        result[known] = 0.5
    elif n > 1:
        result[known] = (mid_ranks(value[known]) - 1.0) / (n - 1.0)
    return result


BROAD = 0.1
"""Share of the accounts with an audience from which on reactions to some are taken as collected for all."""

MANY = 20
"""Accounts with reactions, beyond the first, from which on that is believed."""


def collected(n_reacted: int, n_attended: int) -> float:
    """How surely the data hold everybody's reactions, 0-1, where `n_reacted` of `n_attended` accounts have any.

    Formula: ``min(1, share / BROAD) * min(1, (n - 1) / MANY)``: 0 for the reactions to a single account, 1 where a
    tenth of all, and at least 21, have some.

    Examples
    --------
    >>> collected(1, 50), collected(11, 50), collected(500, 2_000)
    (0.0, 0.5, 1.0)
    """
    share = n_reacted / max(n_attended, 1)
    return min(share / BROAD, 1.0) * min(max(n_reacted - 1, 0) / MANY, 1.0)
