"""How many mentions a day is to be expected: the rate, the rhythm of the week, and how unruly days are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WEEKDAY_PRIOR = 5.0
"""Mentions at the average rate that every weekday is given before its own."""
ODD = 2.58
"""Standard deviations beyond which a past day counts less: an incident is no baseline (Noufaily et al. 2013)."""
ROUNDS = 5


def weekday_of(days: np.ndarray) -> np.ndarray:
    """Monday 0 to Sunday 6 of days since 1970-01-01, which was a Thursday."""
    return (np.asarray(days, dtype=np.int64) + 3) % 7


@dataclass(frozen=True)
class Baseline:
    """What days looked like.

    Attributes
    ----------
    rate : float
        Mentions a day, over whole weeks.
    weekday : ndarray of float64, shape (7,)
        How much more or less each weekday brings, Monday first; 1 on average.
    dispersion : float
        Variance of a day is ``mean + dispersion * mean ** 2`` (negative binomial); 0 is Poisson.
    """

    rate: float
    weekday: np.ndarray
    dispersion: float

    def expected(self, days: np.ndarray) -> np.ndarray:
        """Mentions to be expected on each of these days."""
        return np.asarray(self.rate * self.weekday[weekday_of(days)])


def baseline_of(days: np.ndarray, counts: np.ndarray) -> Baseline:
    """What is to be expected of a day, from days that were?

    A negative binomial mean with a factor a weekday (shrunk towards 1), fitted by weighted moments in which odd days
    count ``(ODD / residual) ** 2``, so that an incident of the past does not hide the next.

    Parameters
    ----------
    days : ndarray of int, shape (n_days,)
        Days since 1970-01-01, each once, days without a mention too.
    counts : ndarray, shape (n_days,)

    References
    ----------
    Farrington, Andrews, Beale and Catchpole 1996 (doi:10.2307/2983331); Noufaily et al. 2013
    (doi:10.1002/sim.5595), from whom the weights of odd days are.
    """
    counts, weekday = np.asarray(counts, dtype=np.float64), weekday_of(days)
    weight, factors, rate, dispersion = np.ones(len(counts)), np.ones(7), 0.0, 0.0
    for _ in range(ROUNDS):
        rate = float((weight * counts).sum() / max((weight * factors[weekday]).sum(), 1e-12))
        seen = np.bincount(weekday, weight * counts, minlength=7) + WEEKDAY_PRIOR
        factors = seen / (rate * np.bincount(weekday, weight, minlength=7) + WEEKDAY_PRIOR)
        factors /= factors.mean()
        mean = np.maximum(rate * factors[weekday], 1e-9)
        extra = (
            (weight * ((counts - mean) ** 2 - mean)).sum() / (weight * mean**2).sum() if len(mean) else 0.0
        )
        dispersion = max(float(extra), 0.0)
        odd = np.abs(counts - mean) / np.sqrt(mean + dispersion * mean**2)
        weight = np.where(odd > ODD, (ODD / np.maximum(odd, ODD)) ** 2, 1.0)
    return Baseline(rate, factors, dispersion)


def counts_by_day(days: np.ndarray, first: int, end: int) -> np.ndarray:
    """Mentions on each day from `first` up to, not including, `end`; days that are unknown count nowhere."""
    known = days[(days >= first) & (days < end)].astype(np.int64)
    return np.bincount(known - first, minlength=end - first)
