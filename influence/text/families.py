"""Words of one family in other languages: `gezond` and `gezonde`, `bakken` and `gebakken`, `receta` and `recetas`.

Terms are kept as English rules leave them. What another language's endings (Snowball) make of a word is worked out when
it is asked for, among the terms that begin alike: nothing is decided about a text's language when it is indexed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from influence.text.language import asked_language
from influence.text.tokens import stem_by, stem_word
from influence.text.vectors import shipped_vectors

STEMMERS = {
    "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian",
    "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
KIN = 0.9
"""How far a word of the same family stands in for the one that was asked for."""
ALIKE, LONGER = 4, 6
"""Letters that a family has in common at least, and how many more a member may have."""
COMMON = ("de", "es", "fr", "it", "nl", "pt", "ro")
"""Whose endings are tried on a word of two of which nothing is known."""
JOINING = frozenset({"da", "de", "fi", "hu", "nl", "no", "sv"})
"""Languages that write compounds as one word."""
PREFIXED = frozenset({"de", "nl"})
"""Languages whose participles begin with `ge`."""


def families_of(text: str) -> tuple[str, ...]:
    """The languages whose endings the words of a niche or brief may have: one where it is sure, else `COMMON`."""
    words = re.findall(r"\w+", text)
    if text.isascii() and all(
        shipped_vectors().is_english(stem_word(word.lower())) or len(word) < ALIKE for word in words
    ):
        return ()  # English enough: nothing to be loaded for it
    if text.isascii() and len(words) == 1:
        return COMMON  # one word tells its language one time in sixty: no model is loaded for it
    sure = asked_language(text)
    return COMMON if sure is None else (sure,) if sure in STEMMERS else ()


def kin_of(terms: np.ndarray, term: str, languages: Sequence[str]) -> list[str]:
    """Other terms (of the sorted `terms`) that are `term` with another ending in one of the languages."""
    if not languages or not (term.isascii() and term.isalpha()) or len(term) < ALIKE:
        return []
    found = {
        other
        for language in languages
        for start in _starts(term, language)
        for other in _slice(terms, start)
        if len(other) <= len(term) + LONGER and _root(other, language) == _root(term, language)
    }
    return sorted(found - {term})


def parts_of(terms: np.ndarray, term: str, languages: Sequence[str]) -> list[str]:
    """Shorter terms (of the sorted `terms`) whose root a compound begins or ends with: *stricken*, *muster*.

    Both parts must have `ALIKE` letters.
    """
    joining = [language for language in languages if language in JOINING]
    if not joining or not (term.isascii() and term.isalpha()) or len(term) < 2 * ALIKE:
        return []
    ends = {term[at:] for at in range(ALIKE, len(term) - ALIKE + 1)}
    last = np.array(sorted(ends))
    at = np.minimum(np.searchsorted(terms, last), len(terms) - 1)
    found = {str(end) for end in last[terms[at] == last]}
    for other in _slice(terms, term[:ALIKE]):
        roots = (_root(other, language) for language in joining)
        if any(ALIKE <= len(root) <= len(term) - ALIKE and term.startswith(root) for root in roots):
            found.add(other)
    return sorted(found - {term})


def _starts(term: str, language: str) -> Iterator[str]:
    bare = _bare(term, language)
    yield bare[:ALIKE]
    if language in PREFIXED:
        yield f"ge{bare[:ALIKE]}"


def _slice(terms: np.ndarray, start: str) -> list[str]:
    low, high = np.searchsorted(terms, [start, start + "\uffff"])
    return [str(term) for term in terms[low:high]]


@lru_cache(maxsize=65_536)
def _root(term: str, language: str) -> str:
    return stem_by(STEMMERS[language], _bare(term, language))


def _bare(term: str, language: str) -> str:
    long = len(term) > ALIKE + 2
    return term[2:] if language in PREFIXED and long and term.startswith("ge") else term
