"""Codes of countries and languages by the names that people write, in ten languages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from influence.recognition.dates import LANGUAGES
from influence.recognition.headers import words_of
from influence.toml_files import shipped

_WORDS = shipped("influence.store.importing", "words.toml")
UNTOLD = _WORDS["languages"]["untold"]
"""Words of a column of languages that name none."""


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for language in (*LANGUAGES, "ja"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(" ".join(words_of(name)), code)
    return found | {name: code for code, names in _WORDS["countries"].items() for name in names}


def country_code(value: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country by its name (in ten languages, Japanese) or code; None: none is known.

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
    place, comma, last = value.rpartition(",")
    last = last.strip()
    if comma and last in STATES and place.strip():
        return STATES[last]
    return country_code(last) if comma and len(last) > 1 else None


STATES = dict.fromkeys(_WORDS["states"]["only"].split(), "US") | dict.fromkeys(
    _WORDS["states"]["also_countries"].split()
)
"""Behind a town: states of the US, and those whose two letters are another country's too, which tell neither."""

OTHER_LANGUAGES = ("ja", "ko", "zh", "ru", "uk", "sv", "da", "fi", "cs", "hu", "el", "hi", "ar")
"""Languages that are known by their own name only."""


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for language in (*LANGUAGES, *OTHER_LANGUAGES):
        own: Any = Locale(language).languages
        for code, name in own.items():
            if len(code) == 2 and (language in LANGUAGES or code == language):
                found.setdefault(" ".join(words_of(name)), code)
    return found


def language_code(value: str) -> str | None:
    """ISO 639-1 code of a language by its name in ten languages (``Deutsch``: ``de``), or None."""
    return _languages().get(" ".join(words_of(value)))
