"""Where a theme is heading from week to week, and the weeks of the year in which it returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.listening.detectors import ODD
from influence.listening.voice_share import Z90
from influence.store.workspace import from_day

WEEKS = 52
"""Weeks of a year, counted from 1 January; the last has eight days (nine in leap years)."""
LEAST_COUNT, LEAST_WEEKS = 10, 6
LEAST_SEEN = 5
"""Voices of the niche in a week below which the week tells nothing of a theme."""
MOST_SLOPE = 3.0


@dataclass(frozen=True)
class Trend:
    """Change of a theme's share of the niche's talk in four weeks (0.1 is a tenth more), with its 90 % interval.

    `word` is ``rising``, ``falling``, ``steady`` (the interval holds none at all) or ``too few``.
    """

    change: float | None
    low: float | None
    high: float | None
    word: str


@dataclass(frozen=True)
class Return:
    """Weeks of the year in which a theme comes back: how many times its usual share, and in which years."""

    week: int
    n_weeks: int
    ratio: float
    years: tuple[int, ...]
    n_years_seen: int


def trend_of(counts: np.ndarray, totals: np.ndarray) -> Trend:
    """Does a theme gain or lose in the niche's talk?

    A quasi-Poisson regression of `counts` on time with `totals` as exposure: ``count = total * exp(a + b * t)``, `t` in
    units of four weeks. Weeks are whole, so that the rhythm of the week is in none of it. Given the sum of the counts
    the slope solves ``sum(count t) / sum(count) = sum(total e^(bt) t) / sum(total e^(bt))``; its variance is
    ``dispersion / (sum(count) * var(t))`` under the same weights.

    Parameters
    ----------
    counts, totals : ndarray, shape (n_weeks,)
        Voices of the theme and of the niche in each week, oldest first.

    References
    ----------
    McCullagh and Nelder, Generalized Linear Models, 2nd ed. 1989, 6.2 and 9.2.
    """
    counts, totals = np.asarray(counts, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    if counts.sum() < LEAST_COUNT or (totals > 0).sum() < LEAST_WEEKS:
        return Trend(None, None, None, "too few")
    at = (np.arange(len(counts)) - (len(counts) - 1) / 2) / 4
    slope, mean, spread = _slope(counts, totals, at)
    dispersion = _dispersion(counts, mean, 2)
    half = Z90 * float(np.sqrt(dispersion / max(counts.sum() * spread, 1e-12)))
    low, high = float(np.expm1(slope - half)), float(np.expm1(slope + half))
    word = "rising" if low > 0 else "falling" if high < 0 else "steady"
    return Trend(float(np.expm1(slope)), low, high, word)


def _slope(counts: np.ndarray, totals: np.ndarray, at: np.ndarray) -> tuple[float, np.ndarray, float]:
    """Slope, expected counts, and variance of time under them, by Newton's method."""
    aim, slope = float(counts @ at / counts.sum()), 0.0
    for _ in range(60):
        weight = totals * np.exp(slope * at)
        weight /= weight.sum()
        middle = float(weight @ at)
        spread = float(weight @ (at - middle) ** 2)
        step = (aim - middle) / max(spread, 1e-9)
        slope = float(np.clip(slope + np.clip(step, -1, 1), -MOST_SLOPE, MOST_SLOPE))
        if abs(step) < 1e-10:
            break
    return slope, counts.sum() * weight, spread


def _dispersion(counts: np.ndarray, mean: np.ndarray, n_fitted: int) -> float:
    """Pearson's, never below that of chance alone."""
    some = mean > 0
    squares = ((counts[some] - mean[some]) ** 2 / mean[some]).sum()
    return max(1.0, float(squares) / max(int(some.sum()) - n_fitted, 1))


def week_of_year(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Year and week of the year (0 to 51, counted from 1 January) of days since 1970-01-01."""
    moments = np.asarray(days, dtype="datetime64[D]")
    years = moments.astype("datetime64[Y]")
    week = np.minimum((moments - years.astype("datetime64[D]")).astype(np.int64) // 7, WEEKS - 1)
    return years.astype(np.int64) + 1970, week


def next_day_of(week: int, after: int) -> int:
    """First day of a week of the year on or after a day (days since 1970-01-01)."""
    year = from_day(after).year
    starts = [_day_of(year + more, week) for more in (0, 1)]
    return starts[0] if starts[0] >= after else starts[1]


def _day_of(year: int, week: int) -> int:
    return int(np.datetime64(f"{year:04d}-01-01").astype("datetime64[D]").astype(np.int64)) + 7 * week


def returns_of(counts: np.ndarray, totals: np.ndarray, first_year: int, n_alike: int = 1) -> list[Return]:
    """In which weeks of the year does a theme come back, year after year?

    A week returns when, in at least two years and in two thirds of those in which the niche was heard then, the theme
    has more voices than 95 of 100 usual weeks of that year, and over all years more than chance allows once in twenty
    pages: 0.05 over 52 weeks and `n_alike` themes. Neighbouring weeks are one. Chance is quasi-Poisson, its dispersion
    that of all weeks, odd ones counting less (as `influence.listening.detectors`).

    Parameters
    ----------
    counts, totals : ndarray, shape (n_years, 52)
        Voices of the theme and of the niche in each week of each year.
    """
    from scipy.special import gammainc

    counts, totals = np.asarray(counts, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    usual = counts.sum(axis=1) / np.maximum(totals.sum(axis=1), 1)
    mean = np.maximum(totals * usual[:, None], 1e-9)
    seen = (totals >= LEAST_SEEN) & (usual > 0)[:, None]
    odd = np.minimum((counts - mean) ** 2 / mean, ODD**2)[seen]
    extra = max(1.0, float(odd.mean())) if seen.any() else 1.0
    chance = np.where(counts > 0, gammainc(np.maximum(counts, 1e-9) / extra, mean / extra), 1.0)
    here, expected = (counts * seen).sum(axis=0), (mean * seen).sum(axis=0)
    rare = gammainc(np.maximum(here, 1e-9) / extra, expected / extra) < 0.05 / (WEEKS * n_alike)
    hits, n_seen = (seen & (chance < 0.05) & (counts >= 2)), seen.sum(axis=0)
    back = rare & (here > expected) & (hits.sum(axis=0) >= np.maximum(2, n_seen * 2 / 3))
    return [_return(weeks, here, expected, hits, seen, first_year) for weeks in _runs(back)]


def _runs(flags: np.ndarray) -> list[np.ndarray]:
    """Stretches of neighbouring weeks; the last of December and the first of January are neighbours."""
    weeks = np.flatnonzero(flags)
    runs = np.split(weeks, np.flatnonzero(np.diff(weeks) > 1) + 1) if len(weeks) else []
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == WEEKS - 1:
        runs = [*runs[1:-1], np.concatenate([runs[-1], runs[0]])]
    return runs


def _return(
    weeks: np.ndarray, here: np.ndarray, expected: np.ndarray, hits: np.ndarray, seen: np.ndarray, first_year: int
) -> Return:  # fmt: skip
    years = first_year + np.flatnonzero(hits[:, weeks].any(axis=1))
    ratio = float(here[weeks].sum() / expected[weeks].sum())
    n_seen = int(seen[:, weeks].any(axis=1).sum())
    return Return(int(weeks[0]), len(weeks), ratio, tuple(int(year) for year in years), n_seen)
