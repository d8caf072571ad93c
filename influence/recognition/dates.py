"""Dates as people and tools write them; the order of day and month is decided by the whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from influence.recognition.headers import words_of

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "ro", "tr")
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "met": 60, "mez": 60, "cest": 120,
    "mest": 120, "mesz": 120, "eet": 120, "sast": 120, "eest": 180, "msk": 180, "trt": 180, "pkt": 300, "wib": 420,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "akst": -540, "akdt": -480, "hst": -600, "brt": -180, "art": -180, "ist": 330, "sgt": 480, "hkt": 480, "awst": 480,
    "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
}  # fmt: skip
"""Zone names, in minutes east of Greenwich; where a name has two meanings, the one of the tools that write it."""

CLOCK = re.compile(
    r"(?<![\d.:])(\d{1,2})(?::|h|\.(?=\d\d\b(?!\.)))(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?\s?m\b\.?)?"
    r"(?:\s*(?:(?:UTC|GMT)?([+-]\d{2}):?(\d{2})?|\(?([A-Z]{1,5})\)?)(?![\w:]))?",
    re.IGNORECASE,
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(?:[.,]\d+)?Z?")
ISO = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?( ?(Z|UTC|GMT|[+-]\d{2}:?(\d{2})?))?)?$"
LOCAL = re.compile(r"(\d{1,4})\s?[./\-]\s?(\d{1,2})\s?[./\-]\s?(\d{1,4})\.?")
EAST_ASIAN = re.compile(r"(\d{4})[年년]\s*(\d{1,2})[月월]\s*(\d{1,2})[日일]")


MOST_PARTS = 8
"""Words and numbers of a written date."""


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Names and short names of the months in the languages read, without accents (first three letters too)."""
    from babel import Locale

    found: dict[str, int] = {}
    for language in LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in months[context][width].items():
                    for word in words_of(name)[:1]:
                        found.setdefault(word, number)
    return found | {"sept": 9, "mrz": 3, "okt": 10, "dez": 12, "mai": 5, "juni": 6, "juli": 7}


def parse_moment(text: str, order: str | None = None) -> datetime | None:
    """A moment in UTC, or None where it is none or day and month could be swapped.

    Parameters
    ----------
    order : str, optional
        ``dmy``, ``mdy`` or ``ymd``: how dates in figures are to be read.

    Examples
    --------
    >>> parse_moment("Tue, 06 Apr 2021 10:00:00 +0200")
    datetime.datetime(2021, 4, 6, 8, 0)
    >>> parse_moment("22-Sep-21"), parse_moment("18/02/2025"), parse_moment("03/04/2024")
    (datetime.datetime(2021, 9, 22, 0, 0), datetime.datetime(2025, 2, 18, 0, 0), None)
    """
    text = text.strip()
    if len(text) > 60 or not any(ch.isdigit() for ch in text):
        return None
    if compact := COMPACT.fullmatch(text):
        return _made(*(int(part) for part in compact.groups()))
    clock, rest = _clock(text)
    if clock is None:
        return None
    day = _day(rest, order)
    return None if day is None else _shifted(day, clock)


def without_year(text: str) -> bool:
    """Whether a day is told by month and number alone: which year is meant nobody can know for sure.

    Examples
    --------
    >>> [without_year(x) for x in ("Mar 5", "5. Mrz", "5/3", "Mar 2024", "5 Mar 2024")]
    [True, True, True, False, False]
    """
    words = [word for word in re.findall(r"\d+|[^\W\d]+", text) if len(word) < 12]
    numbers = [int(word) for word in words if word.isdecimal()]
    if not 1 <= len(words) <= 3 or not numbers or any(not 1 <= number <= 31 for number in numbers):
        return False
    if len(numbers) == 2 and len(words) == 2:
        return bool(re.fullmatch(r"\s*\d\d?\s?[./\-]\s?\d\d?\.?\s*", text)) and min(numbers) <= 12
    months = ("".join(words_of(word)) for word in words if not word.isdecimal())
    return len(numbers) == 1 and any(month in month_names() for month in months)


def date_order(values: Iterable[str]) -> str | None:
    """``dmy`` or ``mdy`` where the values of a column leave no doubt; None where they do, or contradict each other.

    Points stand between day and month, in that order: whoever types ``3.4.2026`` means April by ``2/4/2026``.

    Examples
    --------
    >>> date_order(["03/04/2024", "18/02/2024"])
    'dmy'
    """
    first = second = points = swapped = 0
    for value in values:
        match = LOCAL.match(value.strip())
        if not match or len(match[1]) > 2:
            continue
        one, two = int(match[1]), int(match[2])
        first, second = first + (one > 12), second + (two > 12)
        pointed = "." in match[0]
        points, swapped = points + pointed, swapped + (pointed and two > 12)
    if second and (first or (points and not swapped)):
        return None
    if first or (points and not swapped):
        return "dmy"
    return "mdy" if second else None


Clock = tuple[int, int, int, int, int]
"""Hour, minute, second, microsecond, minutes east of Greenwich."""


def _clock(text: str) -> tuple[Clock | None, str]:
    match = CLOCK.search(text)
    if not match:
        return (0, 0, 0, 0, 0), text
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            return None, text
        hour = hour % 12 + (12 if match[5].lower().startswith("p") else 0)
    micros = int((match[4] or "0")[:6].ljust(6, "0"))
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    offset = _offset(match[6], match[7], match[8])
    if offset is None and match[8] and match[8].lower() in month_names():
        offset, rest = 0, f"{rest} {match[8]}"
    if match[6] is None and match[8] is None and (late := re.search(r"([+-]\d{2}):?(\d{2})\b", rest)):
        offset, rest = _offset(late[1], late[2], None), rest.replace(late[0], " ")
    if offset is None or hour > 23 or minute > 59 or second > 60:
        return None, text
    return (hour, minute, min(second, 59), micros, offset), rest


def _offset(hours: str | None, minutes: str | None, zone: str | None) -> int | None:
    if hours:
        total = abs(int(hours)) * 60 + int(minutes or 0)
        return None if total > 14 * 60 or int(minutes or 0) > 59 else total * (-1 if hours[0] == "-" else 1)
    return ZONES.get(zone.lower()) if zone else 0


def _day(text: str, order: str | None) -> datetime | None:
    text = re.sub(r"[\s,]+", " ", text).strip(" ,.-T")
    if asian := EAST_ASIAN.fullmatch(text):
        return _made(*(int(part) for part in asian.groups()))
    local = LOCAL.fullmatch(re.sub(r"^[^\W\d]+\.? ", "", text))
    return _local(local, order) if local else _named(text)


def _local(match: re.Match[str], order: str | None) -> datetime | None:
    one, two, three = (int(part) for part in match.groups())
    if len(match[1]) == 4:
        return _made(one, two, three) if len(match[3]) <= 2 else None
    if len(match[1]) > 2 or len(match[3]) not in (2, 4):
        return None
    year = three if len(match[3]) == 4 else _century(three)
    if order == "ymd" and len(match[3]) == 2:
        return _made(_century(one), two, three)
    if order not in ("dmy", "mdy"):
        order = "dmy" if one > 12 or "." in match[0] else "mdy" if two > 12 or one == two else None
    if order is None:
        return None
    return _made(year, two, one) if order == "dmy" else _made(year, one, two)


def _named(text: str) -> datetime | None:
    """``6 Apr 2021``, ``Apr 6 2021``, ``3 de mayo de 2024``, ``22-Sep-21``."""
    parts = re.findall(r"\d+|[^\W\d]+", text)
    numbers = [part for part in parts if part.isdecimal()]
    if len(numbers) != 2 or len(parts) > MOST_PARTS:  # asked before the names of months: they load slowly
        return None
    words = [part for part in parts if len(part) > 2 and not part.isdecimal()]
    month = next((m for word in words if (m := month_names().get("".join(words_of(word))))), None)
    day, year = sorted(numbers, key=len) if {len(n) for n in numbers} & {4} else numbers
    if month is None or len(day) > 2:
        return None
    return _made(int(year) if len(year) == 4 else _century(int(year)), month, int(day))


def _century(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _made(*parts: int) -> datetime | None:
    try:
        return datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None


def _shifted(day: datetime, clock: Clock) -> datetime | None:
    hour, minute, second, micros, offset = clock
    ahead = timedelta(hours=hour, minutes=minute - offset, seconds=second, microseconds=micros)
    try:
        return day + ahead
    except OverflowError:
        return None
