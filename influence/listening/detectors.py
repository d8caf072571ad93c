"""What is usual of a daily count, or of a share of one, and when is it left?

Usual are the rate, the rhythm of the week and how unruly days are; what leaves it is told by cumulated evidence, with a
bound on false alarms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST_RATE = 0.05
"""Events a day below which the usual rate is not believed to be: quiet years end."""
LEAST_TRIALS = 30.0
"""Mentions that a usual share must rest on."""
LEAST_BASELINE = 28
BOUND_OVER_TRUTH = 8.0
"""The bound promises more days between false alarms than asked, as scores jump past it: with this a stated rate of one
a month gave .64 on simulated talk without an incident (`benchmarks/listening.py`)."""

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


@dataclass(frozen=True)
class WatchedSeries:
    """Something that is counted every day.

    Attributes
    ----------
    kind : str
        Of alarm.
    counts : ndarray, shape (n_days,)
    trials : ndarray or None
        Where a share is watched: of how many.
    about : str
        Of what (an aspect) where the kind has several.
    shifts : tuple of float
        How many times as many (or times the odds) each detector looks for; below 1 a decline.
    n_alike : int
        Series of the same kind, which share its false alarms.
    least : int
        Events since the change below which nobody is called.
    least_days : int
        Days that the change must have lasted.
    """

    kind: str
    counts: np.ndarray
    trials: np.ndarray | None = None
    about: str = ""
    shifts: tuple[float, ...] = (1.5, 4.0)
    n_alike: int = 1
    least: int = 3
    least_days: int = 1


@dataclass(frozen=True)
class Shift:
    """That something changed: since which place in the days, and how strongly.

    `strength` is the logarithm of how much likelier the days since are under the change than under the usual;
    `seen` and `usual` are counts (or shares) of those days; `shift` what was looked for.
    """

    since: int
    strength: float
    seen: float
    usual: float
    shift: float


def threshold(false_alarms_per_month: float, n_detectors: float) -> float:
    """Strength from which it is an alarm, so that all detectors together give at most so many false ones a month.

    A cumulated log-likelihood ratio that restarts at 0 passes h without a change at most once in ``exp(h)`` days.

    References
    ----------
    Page 1954 (doi:10.1093/biomet/41.1-2.100); Lorden 1971 (doi:10.1214/aoms/1177693055).

    >>> round(threshold(1.0, 10), 2)
    3.62
    """
    return float(np.log(30.0 * n_detectors / (BOUND_OVER_TRUTH * false_alarms_per_month)))


def cumulated(scores: np.ndarray) -> tuple[float, int]:
    """Page's CUSUM at the last day, and the place of the day on which its last climb from 0 began.

    >>> cumulated(np.array([-1.0, 2.0, -0.5, 3.0]))
    (4.5, 1)
    """
    total, start = 0.0, len(scores)
    for at, score in enumerate(scores.tolist()):
        if total <= 0 and score > 0:
            start = at
        total = max(total + score, 0.0)
    return total, start


def count_scores(counts: np.ndarray, mean: np.ndarray, dispersion: float, times: float) -> np.ndarray:
    """How much likelier each count is if `times` as many are to be expected (logarithm; negative binomial).

    ``x ln k + (x + r) ln((r + m) / (r + k m))`` with ``r = 1 / dispersion``; Poisson ``x ln k - (k - 1) m`` at 0.
    """
    if dispersion <= 1e-9:
        return np.asarray(counts * np.log(times) - (times - 1) * mean)
    size = 1 / dispersion
    return np.asarray(
        counts * np.log(times) + (counts + size) * np.log((size + mean) / (size + times * mean))
    )


def share_scores(hits: np.ndarray, trials: np.ndarray, share: float, times: float) -> np.ndarray:
    """The same of hits among trials, if the odds are `times` the usual (binomial)."""
    odds = share / (1 - share) * times
    shifted = odds / (1 + odds)
    return np.asarray(hits * np.log(shifted / share) + (trials - hits) * np.log((1 - shifted) / (1 - share)))


def evidence_of(
    watched: WatchedSeries, days: np.ndarray, today: int, window_days: int, baseline_days: int
) -> list[Shift]:
    """What each detector of a series says on `today`, a place in `days`; empty where too little is known.

    The usual is that of the `baseline_days` before the window, the evidence is cumulated over the window.
    """
    start = today + 1 - window_days
    first = max(start - baseline_days, 0)
    if start - first < LEAST_BASELINE:
        return []
    before, window = slice(first, start), slice(start, today + 1)
    if watched.trials is None:
        usual = baseline_of(days[before], watched.counts[before])
        return [_of_counts(watched, usual, days, window, times) for times in watched.shifts]
    if watched.trials[before].sum() < LEAST_TRIALS:
        return []
    return [_of_shares(watched, before, window, times) for times in watched.shifts]


def _of_counts(
    watched: WatchedSeries, usual: Baseline, days: np.ndarray, window: slice, times: float
) -> Shift:
    mean = np.maximum(usual.expected(days[window]), LEAST_RATE)
    strength, since = cumulated(count_scores(watched.counts[window], mean, usual.dispersion, times))
    seen = watched.counts[window][since:]
    return Shift(window.start + since, strength, float(seen.sum()), float(mean[since:].sum()), times)


def _of_shares(watched: WatchedSeries, before: slice, window: slice, times: float) -> Shift:
    hits, trials = watched.counts, watched.trials
    assert trials is not None
    share = (hits[before].sum() + 1) / (trials[before].sum() + 2)
    scores = share_scores(hits[window], trials[window], share, times)
    strength, since = cumulated(scores / _unruly(hits[before], trials[before], share))
    seen = hits[window][since:].sum() / max(trials[window][since:].sum(), 1)
    return Shift(window.start + since, strength, float(seen), float(share), times)


def _unruly(hits: np.ndarray, trials: np.ndarray, share: float) -> float:
    """How much more shares differ from day to day than chance (Pearson); at least 1."""
    some = trials > 0
    excess = (hits[some] - share * trials[some]) ** 2 / (share * (1 - share) * trials[some])
    return max(float(excess.sum() / max(some.sum() - 1, 1)), 1.0)
