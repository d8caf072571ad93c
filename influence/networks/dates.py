"""Dates of feeds as their writers meant them: zone names count, and a day that cannot be has no date.

feedparser reads 30 February as 2 March, zones that it does not know, CET among them, as UTC, and 25 May 2004 in Korean
as 1 November: its dates are not used.
"""

from __future__ import annotations

import email.utils
import re
from datetime import datetime, timedelta

from influence.networks.harvest import FIRST_YEAR

HOURS = {
    "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MET": 1, "MEZ": 1, "CEST": 2, "MEST": 2, "MESZ": 2, "EET": 2, "SAST": 2,
    "EEST": 3, "MSK": 3, "PKT": 5, "WIB": 7, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "ART": -3, "BRT": -3, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
"""Zone names that mean one thing only, hours before UTC; IST is India's, Israel's and Ireland's, and stays as UTC."""
ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?)(?:\.\d+)?\s*(?:([+-]\d{2}):?(\d{2})|([A-Z]+))?",
    re.IGNORECASE,
)
MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
AHEAD = re.compile(r"[+-]\d{4}\b")


def feed_date(said: str) -> datetime | None:
    """When an entry was published, UTC without its zone, from RFC 822 or ISO 8601; None where no such moment is.

    Examples
    --------
    >>> feed_date("Tue, 06 Apr 2021 10:00:00 CET")
    datetime.datetime(2021, 4, 6, 9, 0)
    >>> feed_date("Tue, 30 Feb 2021 10:00:00 GMT") is None
    True
    """
    try:
        found = _of_iso(said.strip()) or _of_mail(said)
    except (ValueError, OverflowError):
        return None
    return found if found is not None and found.year >= FIRST_YEAR else None


def _of_iso(said: str) -> datetime | None:
    told = ISO.fullmatch(said)
    if told is None:
        return None
    day, hours, minutes, name = told.groups()
    ahead = timedelta(hours=HOURS.get((name or "").upper(), 0))
    if hours:
        ahead = timedelta(hours=int(hours), minutes=int(hours[0] + minutes))
    return datetime.fromisoformat(day) - ahead


def _of_mail(said: str) -> datetime | None:
    told = email.utils.parsedate_tz(said) if MONTH.search(said) else None
    if told is None:
        return None
    zone = None if AHEAD.search(said) else HOURS.get(said.split()[-1].upper())
    ahead = timedelta(seconds=told[9] or 0) if zone is None else timedelta(hours=zone)
    year, month, day, hour, minute, second = told[:6]
    return datetime(year, month, day, hour, minute, min(second, 59)) - ahead
