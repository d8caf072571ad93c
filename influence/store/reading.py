"""Values as people write them -> the plain forms that the engine casts: numbers, moments, countries, languages.

Only values that are not plain already are looked at, each distinct one once; what cannot be read stays as it is, so
that a reject shows what was seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.recognition import numbers
from influence.recognition.dates import ISO, LANGUAGES, parse_moment
from influence.recognition.headers import words_of
from influence.recognition.values import EMAIL
from influence.schema import Column, Type
from influence.store.handles import plain_name
from influence.store.mapping import ColumnRule

DIGITS = r"^\s*\d+(\.\d*)?\s*$"
SERIAL = r"^\s*\d{1,5}([.,]\d+)?\s*$"
CODE = r"^[A-Z]{2}$"
OTHER_CODES = ("UK", "EL")
"""Two letters that are a country and not its code; as an Arrow array at once they would import pandas."""
REACTIONS = ("likes", "comments", "shares", "views", "clicks")
"""Counts of which exports write -1 for unknown."""

LANGUAGE = r"^[a-z]{2}$"


def canonical(
    text: pa.Array, column: Column, rule: ColumnRule, decimal_comma: bool, order: str | None
) -> pa.Array:
    """The values of a text column in plain form, where they can be read.

    Parameters
    ----------
    decimal_comma : bool
        The file writes ``1.234,5``; the rule's own habit counts first.
    order : str or None
        Date format told for the file.
    """
    if column.type in (Type.INTEGER, Type.REAL):
        comma = {"decimal_comma": True, "number": False}.get(rule.parse or "", decimal_comma or None)
        return _numbers(text, column, comma, rule.scale)
    if column.type in (Type.TIME, Type.DAY):
        told = rule.parse or order
        if told and ("%" in told or told.startswith("unix")):
            return text
        if told == "excel":
            return _replaced(text, pc.invert(_matches(text, SERIAL)), spreadsheet_day)
        moment = lambda value: _moment(value, None if told == "iso" else told)  # noqa: E731
        return _replaced(text, pc.or_(_matches(text, ISO), _matches(text, DIGITS)), moment)
    if column.name == "country":
        # of "Leeds, UK" the country is taken; a place without one says nothing about it
        return _replaced(
            text,
            pc.and_not(_matches(text, CODE), pc.is_in(text, value_set=pa.array(OTHER_CODES))),
            lambda v: country_code(v) or ("" if rule.parse == "place" else None),
        )
    if column.name == "language":
        return _replaced(text, _matches(text, LANGUAGE), language_code)
    if column.name == "name" and rule.parse == "name":
        return _replaced(text, pa.nulls(len(text), pa.bool_()), plain_name)
    if column.name == "email":
        return _replaced(text, pa.nulls(len(text), pa.bool_()), _email)
    return text


def _numbers(text: pa.Array, column: Column, comma: bool | None, scale: float) -> pa.Array:
    whole = column.type is Type.INTEGER
    plain = r"^\d{1,18}$" if whole or comma else numbers.PLAIN_REAL
    done = _matches(text, plain) if scale == 1 else pa.nulls(len(text), pa.bool_())

    def read(value: str) -> str | None:
        n = numbers.read_number(value, comma)
        if n is None:
            return None
        if n == -1 and column.name in REACTIONS:
            return ""  # how exports write that nothing is known
        factor = 1.0 if "%" in value or value.strip()[-1:].isalpha() else scale
        return _whole(n * factor, value) if whole else repr(n * factor)

    return _replaced(text, done, read)


def _whole(n: float, value: str) -> str | None:
    """A whole number; float noise and rounded units (``12.3456K``) are taken to the nearest."""
    if not abs(n) < 9e15:
        return None
    near = abs(n - round(n)) <= 1e-6 * max(1.0, abs(n))
    rounded = any(ch.isalpha() or ch == "%" for ch in value) and "e" not in value.lower()
    return str(round(n)) if near or rounded else None


def _moment(value: str, order: str | None) -> str | None:
    found = parse_moment(value, order)
    return None if found is None else found.isoformat(sep=" ")


def spreadsheet_day(value: str) -> str | None:
    """The moment of a spreadsheet's number of days since 30 December 1899 (``45413.5``: noon of 1 May 2024)."""
    days = float(value.replace(",", "."))
    found = datetime(1899, 12, 30) + timedelta(seconds=round(days * 86_400))
    return found.isoformat(sep=" ")


def _email(value: str) -> str | None:
    parts = re.split(r"[\s,;<>]+", value) if re.search(r"[,;<>\n]|mailto:", value) else []
    return next((part.removeprefix("mailto:") for part in parts if EMAIL.fullmatch(part)), None)


def _matches(text: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(text, pattern)


def _replaced(text: pa.Array, done: pa.Array, read: Callable[[str], str | None]) -> pa.Array:
    """`text` with every value that is not `done` read; those that cannot be read stay."""
    odd = pc.and_(pc.invert(pc.fill_null(done, False)), text.is_valid())
    if not odd.true_count:
        return text
    encoded = pc.dictionary_encode(text.filter(odd))
    known = [value if (found := read(value)) is None else found for value in encoded.dictionary.to_pylist()]
    return pc.replace_with_mask(text, odd, pa.array(known, pa.string()).take(encoded.indices))


COUNTRIES = {
    "usa": "US", "u s a": "US", "u s": "US", "us": "US", "america": "US", "united states of america": "US",
    "uk": "GB", "u k": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "britain": "GB", "holland": "NL", "korea": "KR", "south korea": "KR", "uae": "AE",
    "republic of korea": "KR", "russian federation": "RU", "czech republic": "CZ", "turkey": "TR", "viet nam": "VN",
    "ivory coast": "CI", "macedonia": "MK", "el": "GR",
}  # fmt: skip
"""Names of countries that people write and the Unicode tables do not have."""


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(" ".join(words_of(name)), code)
    return found | COUNTRIES


def country_code(value: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country by its name (in ten languages) or code; None where none is known.

    Examples
    --------
    >>> [country_code(x) for x in ("United Kingdom", "uk", "Deutschland", "ESP", "Leeds, UK", "Atlantis")]
    ['GB', 'GB', 'DE', 'ES', 'GB', None]
    """
    from babel.core import get_global

    plain = " ".join(words_of(value))
    if plain in _countries():
        return _countries()[plain]
    if len(plain) == 2 and plain.upper() in _countries().values():
        return plain.upper()
    if len(plain) == 3 and len(aliases := get_global("territory_aliases").get(plain.upper(), ())) == 1:
        return str(aliases[0])
    last = value.rpartition(",")[2].strip()
    return country_code(last) if "," in value and len(last) > 1 else None


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for language in (
        *LANGUAGES,
        "ja",
        "ko",
        "zh",
        "ru",
        "uk",
        "sv",
        "da",
        "fi",
        "cs",
        "hu",
        "el",
        "hi",
        "ar",
    ):
        own: Any = Locale(language).languages
        for code, name in own.items():
            if len(code) == 2 and (language in LANGUAGES or code == language):
                found.setdefault(" ".join(words_of(name)), code)
    return found


def language_code(value: str) -> str | None:
    """ISO 639-1 code of a language by its name in ten languages (``Deutsch``: ``de``), or None."""
    return _languages().get(" ".join(words_of(value)))
