"""Amounts as briefs write them: `5k`, `5.000`, `5 000`, `30 mil`, `twenty`, `1,5 Mio`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from influence.toml_files import shipped


def read_table(name: str) -> Mapping[str, Any]:
    """A table of patterns that ships, by name."""
    return shipped("influence.text", "tables", f"{name}.toml")


def any_of(pieces: Iterable[str]) -> str:
    """An expression for any of some pieces, the longest first."""
    return "(?:" + "|".join(sorted(pieces, key=len, reverse=True)) + ")"


@lru_cache(maxsize=1)
def amount_pattern() -> str:
    """An expression for an amount in digits or in words, without groups."""
    said = read_table("conditions")["amount"]
    scale = any_of([*said["thousand"], *said["million"]])
    digits = r"\d{1,3}(?:[.,\u00a0\u202f' ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
    words = any_of(word for words in said["words"].values() for word in words)
    spelt = rf"(?<!\w){words}(?!\w)(?:\s(?:thousand|tausend|mil|mila|mille|mii)(?!\w))?"
    return rf"(?:(?:{digits})(?:\s?{scale}(?!\w))?|{spelt})"


def amount_of(text: str) -> float:
    """The number that an amount means; NaN for none.

    Examples
    --------
    >>> [amount_of(text) for text in ("5k", "5.000", "1,5 Mio", "30 mil", "zwanzig", "12")]
    [5000.0, 5000.0, 1500000.0, 30000.0, 20.0, 12.0]
    """
    said = read_table("conditions")["amount"]
    found = re.match(r"\s*([\d.,'\u00a0\u202f ]*\d)?\s*(.*?)\s*$", text.lower())
    digits, rest = (found[1], found[2]) if found else (None, "")
    number = _number(digits) if digits else float("nan")
    if not digits:
        named = {value: re.compile(any_of(words)) for value, words in said["words"].items()}
        for value, words in named.items():
            if words.fullmatch(rest):
                return float(value)
        first, _, after = rest.partition(" ")
        for value, words in named.items():
            if words.fullmatch(first):
                number, rest = float(value), after
    if rest and re.fullmatch(any_of(said["thousand"]), rest):
        return number * 1_000
    if rest and re.fullmatch(any_of(said["million"]), rest):
        return number * 1_000_000
    return number


def _number(digits: str) -> float:
    """A number whose last mark is a decimal one only where it does not stand before three digits."""
    bare = re.sub(r"[\u00a0\u202f' ]", "", digits)
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare)
    return float(re.sub(r"[.,]", "", bare) if grouped else bare.replace(",", "."))
