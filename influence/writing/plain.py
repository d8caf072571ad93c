"""How numbers, days and counts are written where people read them; no locale, no clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from influence.writing.safe import one_line

UNKNOWN = "unknown"
"""What a person reads where the data do not say; files leave the cell empty and JSON has null."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def known(value: object) -> bool:
    """True where there is a value: neither None nor NaN nor infinite (0 is a value)."""
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def shorten(text: str, width: int) -> str:
    """`text` on one line of at most `width` characters, cut at a word where that costs little."""
    text = one_line(text)
    if len(text) <= width:
        return text
    cut = text[: width - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > width * 0.6 else cut).rstrip() + "…"


def whole_clauses(text: str, width: int) -> str:
    """As `shorten`, but cut after a semicolon where at least two fifths of the width stay.

    >>> whole_clauses("Bakes in 5 of 27 posts; its posts there drew a median of 43 likes", 50)
    'Bakes in 5 of 27 posts; …'
    """
    text = one_line(text)
    head = text[: width - 2].rpartition("; ")[0]
    return f"{head}; …" if len(text) > width and len(head) >= 0.4 * width else shorten(text, width)


def whole(value: float | None) -> str:
    """A count with thousands separators: ``12,345``."""
    return f"{round(value):,}" if known(value) and value is not None else UNKNOWN


def compact(value: float | None) -> str:
    """A count that fits six characters: ``987``, ``12,345``, ``123K``, ``1.2M``."""
    if value is None or not known(value):
        return "?"
    for size, letter in ((1e9, "B"), (1e6, "M")):
        if value >= size * 0.9995:
            return f"{value / size:.1f}{letter}"
    return f"{value / 1e3:.0f}K" if value >= 99_999.5 else whole(value)


def decimal(value: float | None, digits: int = 1) -> str:
    """A number with a fixed number of decimals, never ``-0.0``."""
    if value is None or not known(value):
        return UNKNOWN
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if not text.strip("-0.,") else text


def figure(value: float | None) -> str:
    """A number with as many digits as matter: ``0.031``, ``2.4``, ``21``, ``12,345``."""
    if value is None or not known(value):
        return UNKNOWN
    size = abs(value)
    if size >= 100 or value == round(value):
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:.2g}"


def percent(share: float | None) -> str:
    """A share of 0-1 as a percentage that never rounds something to nothing: ``63%``, ``under 0.1%``."""
    if share is None or not known(share):
        return UNKNOWN
    points = share * 100
    if 0 < points < 0.1:
        return "under 0.1%"
    return decimal(points, 1).removesuffix(".0") + "%" if points < 10 else f"{points:.0f}%"


def rounded_to_sum(parts: Sequence[float | None], total: float) -> list[float | None]:
    """`parts` to one decimal so that what people see adds up to `total` to one decimal; unknown stays unknown.

    Largest remainders are rounded up first (Hare quota); no part moves by a tenth or more.
    """
    tenths = [None if part is None else part * 10 for part in parts]
    floors = [None if part is None else math.floor(part + 1e-9) for part in tenths]
    missing = round(round(total, 1) * 10) - sum(floor for floor in floors if floor is not None)
    rest = [(part - floor, -at) for at, (part, floor) in enumerate(zip(tenths, floors, strict=True))
            if part is not None and floor is not None]  # fmt: skip
    up = {-at for _, at in sorted(rest, reverse=True)[:missing]} if 0 <= missing <= len(rest) else set()
    return [None if floor is None else (floor + (at in up)) / 10 for at, floor in enumerate(floors)]


def above(share: float, whom: str) -> str:
    """Above how many of `whom`, never rounded up: ``above 99% of all accounts``, ``above none of its size``."""
    if share >= 1:
        return f"above {whom}" if whom.startswith("all ") else f"above all of {whom}"
    points = math.floor(share * 100 + 1e-9)
    return f"above {points}% of {whom}" if points else f"above less than 1% of {whom}"


def ordinal(n: int) -> str:
    """``1st``, ``2nd``, ``3rd``, ``11th``, ``1,002nd``."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def counted(n: float, noun: str, plural: str | None = None) -> str:
    """A count with its noun: ``1 post``, ``12 posts``."""
    return f"{whole(n)} {noun if round(n) == 1 else plural or noun + 's'}"


def listed(words: list[str] | tuple[str, ...]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def as_date(day: date | str | int | None) -> date | None:
    """A day as date, ISO text or days since 1970-01-01, made a date; None where it is none of them."""
    if day is None or isinstance(day, date):
        return day
    try:
        if isinstance(day, str):
            return date.fromisoformat(day[:10])
        return date(1970, 1, 1) + timedelta(days=int(day))
    except (ValueError, OverflowError):
        return None


def long_day(day: date | str | int | None) -> str:
    """A day that no country reads another way: ``1 July 2012``."""
    found = as_date(day)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}" if found else UNKNOWN


def times(ratio: float) -> str | None:
    """How a figure compares with another, to be followed by "what ...": ``about twice``, ``about half of``.

    None below one in ten and above fifty, where the other figure is too small for any words to be fair.
    """
    if ratio < 0.9:
        return next((words for least, words in _PARTS if ratio >= least), None)
    if ratio < 1.15:
        return "about"
    for whole_number, words in ((2, "about twice"), (3, "about three times")):
        if abs(ratio - whole_number) < 0.15:
            return words
    if ratio > 50:
        return None
    return f"{ratio:.1f} times" if ratio < 9.95 else f"about {ratio:.0f} times"


_PARTS = (
    (0.7, "a little less than"),
    (0.58, "about two thirds of"),
    (0.42, "about half of"),
    (0.29, "about a third of"),
    (0.2, "about a quarter of"),
    (0.1, "less than a quarter of"),
)
