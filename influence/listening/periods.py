"""The period that is asked about, the one before it of the same length, and its days, weeks or months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from influence.errors import UsageError
from influence.store.workspace import from_day, to_day

USUAL_DAYS = 28
"""Days of a period that nobody told: four whole weeks, so that every weekday counts alike."""
BY = ("day", "week", "month")
MOST_BINS = 45


@dataclass(frozen=True)
class Period:
    """Days since 1970-01-01: `first` up to, not including, `end`; `before` begins the period of the same length before.

    `by` is ``day``, ``week`` (Monday first) or ``month``.
    """

    before: int
    first: int
    end: int
    by: str

    @property
    def n_days(self) -> int:
        """Length."""
        return self.end - self.first


def period_of(
    latest_end: int, first: str | None, last: str | None, by: str | None = None, usual_days: int = USUAL_DAYS
) -> Period:
    """The period between two days, both in it; without them the latest `usual_days` before `latest_end`.

    Raises
    ------
    UsageError
        A day that is none, or an end before the beginning.
    """
    end = latest_end if last is None else _day(last, "--to") + 1
    start = end - usual_days if first is None else _day(first, "--from")
    if start >= end:
        raise UsageError("the period ends before it begins", where="--from, --to",
                         seen=f"{from_day(start)} to {from_day(end - 1)}")  # fmt: skip
    if by is not None and by not in BY:
        raise UsageError("mentions are counted by day, week or month", where="--by", seen=by)
    n_days = end - start
    fits = "day" if n_days <= MOST_BINS else "week" if n_days <= 7 * MOST_BINS else "month"
    return Period(start - n_days, start, end, by or fits)


def _day(text: str, where: str) -> int:
    try:
        return int(to_day(text))  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise UsageError(
            "this is no date", where=where, seen=text, expected="a day such as 2024-06-30"
        ) from error


def bins_of(period: Period) -> list[tuple[int, int, bool]]:
    """Start, end and wholeness of each day, week or month from the period before on; none lies across both periods."""
    return [*_bins(period.before, period.first, period.by), *_bins(period.first, period.end, period.by)]


def _bins(first: int, end: int, by: str) -> list[tuple[int, int, bool]]:
    found, start = [], first
    while start < end:
        whole_start, whole_end = _bin_of(start, by)
        stop = min(whole_end, end)
        found.append((start, stop, start == whole_start and stop == whole_end))
        start = stop
    return found


def _bin_of(day: int, by: str) -> tuple[int, int]:
    if by == "day":
        return day, day + 1
    if by == "week":
        monday = day - (day + 3) % 7
        return monday, monday + 7
    told = from_day(day)
    after = date(told.year + told.month // 12, told.month % 12 + 1, 1)
    return (told.replace(day=1) - date(1970, 1, 1)).days, (after - date(1970, 1, 1)).days
