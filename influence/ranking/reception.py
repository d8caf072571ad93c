"""How the posts of each candidate are received, and how sure that is: what draws of engagement and reach share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.signals.base import SignalValues
from influence.signals.evidence import Evidence
from influence.signals.peer_engagement import differences, gains_by_index, gains_of
from influence.signals.shrinkage import gamma_poisson_prior

DEFAULT_DISPERSION = 0.5
"""Variance over mean of a post's reception where no account has two posts to tell it from."""


def weights_of(account: np.ndarray, weight: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the weights of each account's posts, and of their squares."""
    return np.bincount(account, weight, minlength=n), np.bincount(account, weight**2, minlength=n)


def dispersion_of(
    gain: np.ndarray,
    account: np.ndarray,
    weight: np.ndarray,
    weights: tuple[np.ndarray, np.ndarray],
    gained: np.ndarray,
) -> tuple[float, float]:
    """How unlike each other the posts of one account are, and how many posts the prior weighs.

    Parameters
    ----------
    gain, account, weight : ndarray, shape (n_posts,)
        Reception of each post, its author (0 to n - 1) and recency.
    weights, gained : ndarray, shape (n,)
        `weights_of` the accounts, and the weighted sum of what their posts gained.

    Returns
    -------
    dispersion : float
        Variance within accounts over their mean: 1 for Poisson counts.
    strength : float
        ``dispersion * mean / variance between accounts``, in posts: the gamma prior of the mean reception.
    """
    total, square = weights
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = gained / total
        n_effective = total**2 / square
    within = np.bincount(account, weight * (gain - mean[account]) ** 2, minlength=len(total))
    freedom = np.where(total > 0, total - square / np.where(total > 0, total, 1.0), 0.0)
    several = freedom > 1e-9
    expected = float((freedom * np.nan_to_num(mean))[several].sum())
    dispersion = float(within[several].sum()) / expected if expected > 0 else DEFAULT_DISPERSION
    seen = total > 0
    if seen.sum() < 2:
        return dispersion, 1.0
    middle = float(np.average(mean[seen], weights=n_effective[seen]))
    spread = float(np.average((mean[seen] - middle) ** 2, weights=n_effective[seen]))
    between = spread - dispersion * middle * seen.sum() / float(n_effective[seen].sum())
    if middle <= 0:
        return dispersion, 1.0
    return dispersion, float(np.clip(dispersion * middle / max(between, 1e-3 * middle**2), 0.1, 100.0))


@dataclass(frozen=True)
class Reception:
    """How the posts of each candidate are received: what was seen and how sure its mean is; shape (n_candidates,).

    The signal is ``(prior + exposure * mean) / (prior + total) * value``: draws of `mean` go through the shrinkage of
    the signal, so that a rank differs from draw to draw as it would if the luck of single posts were taken away.
    """

    mean: np.ndarray
    """Posterior mean of the reception of a post."""
    shape: np.ndarray
    """Of the gamma posterior of the mean; the larger, the surer."""
    total: np.ndarray
    """Reception of all posts seen, recent ones more."""
    exposure: np.ndarray
    """Posts behind `total`, recent ones more."""
    prior: np.ndarray
    """What the prior of the signal adds to the total."""

    @classmethod
    def of(cls, evidence: Evidence, engagement: SignalValues) -> Reception:
        """Read it from the posts; accounts known by vendor averages only bring their number of posts."""
        (weights, gained), (dispersion, strength) = evidence.once("reception", lambda: _received(evidence))
        n_posts, received = weights[0][evidence.learned_of], gained[evidence.learned_of]
        exposure, square, total = (figure[evidence.pool] for figure in (*weights, gained))
        seen = exposure > 0
        prior = np.where(seen, gamma_poisson_prior(received, n_posts)[0], 0.0)
        safe = np.where(seen, exposure, 1.0)
        n_effective = np.where(seen, safe**2 / np.where(seen, square, 1.0), engagement.support)
        raw = np.where(seen, total / safe, np.nan_to_num(engagement.value))
        middle = float(received.sum() / max(n_posts.sum(), 1e-12)) if seen.any() else 1.0
        mean = np.where(seen, (n_effective * raw + strength * middle) / (n_effective + strength), raw)
        shape = np.maximum(mean, 1e-3) * (n_effective + strength) / max(dispersion, 1e-3)
        return cls(mean, shape, np.where(seen, total, raw), np.where(seen, exposure, 1.0), prior)

    def value_factor(self, mean: np.ndarray) -> np.ndarray:
        """What draws of the mean make of the signal, as a factor; shape of `mean`."""
        whole = np.maximum(self.prior + self.total, 1e-9)
        share, rate = (figure.astype(mean.dtype) for figure in (self.prior / whole, self.exposure / whole))
        return np.asarray(share + rate * mean)

    def total_factor(self, mean: np.ndarray) -> np.ndarray:
        """What draws of the mean make of a sum over the posts seen, as a factor."""
        raw = np.where(self.total > 0, self.total / self.exposure, self.mean)
        return np.asarray(mean / np.maximum(raw, 1e-9).astype(mean.dtype))


def _received(
    evidence: Evidence,
) -> tuple[tuple[tuple[np.ndarray, np.ndarray], np.ndarray], tuple[float, float]]:
    """Weights of the posts of every account, what they gained, and `dispersion_of` all."""
    n = len(evidence.material.account_ids)
    author, gain, weight = evidence.posts.account, _gain(evidence), evidence.post_weight
    known = np.isfinite(gain)
    if known.all():
        weights = evidence.material.once("weights of posts", lambda: weights_of(author, weight, n))
    else:
        author, gain, weight = author[known], gain[known], weight[known]
        weights = weights_of(author, weight, n)
    gained = np.bincount(author, weight * gain, minlength=n)
    return (weights, gained), dispersion_of(gain, author, weight, weights, gained)


def _gain(evidence: Evidence) -> np.ndarray:
    """Reception of each post as peer_engagement counts it, shape (n_posts,); NaN unknown."""
    if not len(evidence.posts):
        return np.zeros(0)
    seen = gains_of(evidence)
    return gains_by_index(evidence) if seen.counted else seen.per_post


def root_deviation(evidence: Evidence, engagement: SignalValues) -> np.ndarray | None:
    """Standard deviation of the root of an engagement that is averaged in roots, float32; None elsewhere.

    Formula: ``sqrt(b w / (w + n b))`` with n posts, w and b the variances within and between accounts.
    """
    seen = gains_of(evidence)
    if not seen.counted:
        return None
    within, between, _ = differences(evidence, seen)
    return np.sqrt(between * within / (within + engagement.support * between)).astype(np.float32)
