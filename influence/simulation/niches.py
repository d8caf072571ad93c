"""Words of the synthetic niches and sentences of the synthetic world, read from the two TOML files beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from influence.errors import UsageError, did_you_mean
from influence.toml_files import shipped

BRAND = "Tavilo"
RIVAL = "Brennick"
"""Fictional brand and rival that the accounts praise, compare and complain about."""


@dataclass(frozen=True)
class SyntheticNiche:
    """One niche: what a person would type to find it, and what its people write about."""

    key: str
    name: str
    weight: float
    neighbours: tuple[str, ...]
    things: tuple[str, ...]
    doing: tuple[str, ...]
    gear: tuple[str, ...]
    trouble: tuple[str, ...]
    tags: tuple[str, ...]
    """Hashtags; the first is the niche's own name."""


@cache
def all_niches() -> tuple[SyntheticNiche, ...]:
    """Every niche the package has words for, in the order of the file."""
    return tuple(_niche(key, row) for key, row in shipped("influence.simulation", "vocabulary.toml").items())


def _niche(key: str, row: dict[str, Any]) -> SyntheticNiche:
    lists = {name: tuple(row[name]) for name in ("neighbours", "things", "doing", "gear", "trouble", "tags")}
    return SyntheticNiche(key, row["name"], float(row["weight"]), **lists)


def phrases() -> Mapping[str, Any]:
    """Sentence templates by kind of post."""
    return shipped("influence.simulation", "phrases.toml")


def choose_niches(wanted: Sequence[str] | int | None) -> tuple[SyntheticNiche, ...]:
    """Return the niches named (by key or name), the first n, or all; `UsageError` for one that does not exist."""
    known = all_niches()
    if wanted is None:
        return known
    if isinstance(wanted, int):
        if not 1 <= wanted <= len(known):
            raise UsageError("too few or too many niches", seen=wanted, expected=f"1 to {len(known)}")
        return known[:wanted]
    by_word = {word: niche for niche in known for word in (niche.key, niche.name)}
    return tuple(dict.fromkeys(_named(word, by_word) for word in wanted))


def _named(word: str, by_word: dict[str, SyntheticNiche]) -> SyntheticNiche:
    if word.strip().lower() in by_word:
        return by_word[word.strip().lower()]
    names = sorted({niche.name for niche in by_word.values()})
    raise UsageError(
        "no such synthetic niche",
        seen=word,
        expected=", ".join(names),
        hint=did_you_mean(word, list(by_word)),
    )
