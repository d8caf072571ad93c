"""Idioms: turns of phrase with a feeling of their own, found in many texts at once."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, chain, groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from influence.text.sentiment.lexicon import read_table
from influence.text.sentiment.tokens import HANDLE, NAME

if TYPE_CHECKING:
    from scipy import sparse

Span = tuple[int, int, float]
_NAMES = frozenset([HANDLE, NAME])
"""Tokens that stand anywhere inside a turn of phrase."""


@dataclass(frozen=True)
class Idiom:
    """A turn of phrase with a feeling of its own: its valence and the pattern as written in the table."""

    valence: float
    pattern: str

    @property
    def needs(self) -> list[list[str]]:
        """Words of every position that must be filled."""
        parts = [part.split("|") for part in self.pattern.split()]
        return [words for words in parts if "*" not in words]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern over tokens that are joined, each followed by a blank."""
        return re.compile("(?<![^ ])" + "".join(_position(part) for part in self.pattern.split()))


def _position(part: str) -> str:
    words = part.split("|")
    if words == ["*"]:
        return r"(?:[^ .,;!?]+ ){0,2}"
    listed = "|".join(re.escape(word) for word in words if word != "*")
    return f"(?:(?:{listed}) )" + ("?" if "*" in words else "")


@cache
def idioms() -> tuple[Idiom, ...]:
    """The idiom table."""
    return tuple(Idiom(value, pattern) for value, pattern in read_table("idioms.tsv"))


def find_idioms(tokens: Sequence[str], listed: Sequence[Idiom] | None = None) -> list[Span]:
    """Idioms among `tokens`, longest, then strongest, none overlapping: (first token, one past the last, valence).

    Parameters
    ----------
    tokens : sequence of str
    listed : sequence of Idiom, optional
        Those to look for; all of them without.
    """
    kept = _without_names(tokens)
    said = [tokens[place] for place in kept]
    joined = " ".join(said) + " "
    spans = [
        (*found.span(), idiom.valence)
        for idiom in (idioms() if listed is None else listed)
        for found in idiom.regex.finditer(joined)
    ]
    if not spans:
        return spans
    starts = list(accumulate((len(token) + 1 for token in said), initial=0))
    places = ((bisect_left(starts, a), bisect_left(starts, b), value) for a, b, value in spans)
    return _apart([(kept[a], kept[b - 1] + 1, value) for a, b, value in places])


def _without_names(tokens: Sequence[str]) -> Sequence[int]:
    """Places of the tokens but names and the commas around them ("thanks, Acme, for nothing")."""
    named = {place for place, token in enumerate(tokens) if token in _NAMES}
    if not named:
        return range(len(tokens))
    return [
        place
        for place, token in enumerate(tokens)
        if place not in named and not (token == "," and (place - 1 in named or place + 1 in named))
    ]


def _apart(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[0] - s[1], -abs(s[2]), s[0])):
        if all(span[1] <= other[0] or span[0] >= other[1] for other in kept):
            kept.append(span)
    return sorted(kept)


class Sieve:
    """Which idioms a text may hold: those with a word for every position. Leaves few to match, one text in two.

    Attributes
    ----------
    numbers : dict of str to int
        The words of idioms, numbered from 1; other words are 0.
    """

    def __init__(self) -> None:
        needs = [words for idiom in idioms() for words in idiom.needs]
        self.numbers = {word: number for number, word in enumerate(dict.fromkeys(chain(*needs)), 1)}
        self._bounds = list(accumulate((len(idiom.needs) for idiom in idioms()), initial=0))
        rows = np.repeat(np.arange(len(needs)), [len(words) for words in needs])
        columns = [self.numbers[word] for words in needs for word in words]
        self._fills = _table(rows, columns, (len(needs), len(self.numbers) + 1))

    def pick(
        self, numbers: np.ndarray, document: np.ndarray, n_texts: int
    ) -> Iterator[tuple[int, list[Idiom]]]:
        """Texts that may hold idioms, with these: from the `numbers` of their words, shape (n_tokens,)."""
        at = np.flatnonzero(numbers)
        said = _table(numbers[at], document[at], (self._fills.shape[1], n_texts))
        filled = (self._fills @ said).toarray()
        texts = [np.flatnonzero(filled[a:b].all(axis=0)).tolist() for a, b in pairwise(self._bounds)]
        pairs = [(text, idiom) for idiom, found in zip(idioms(), texts, strict=True) for text in found]
        for text, mine in groupby(sorted(pairs, key=itemgetter(0)), key=itemgetter(0)):
            yield text, [idiom for _, idiom in mine]


@cache
def sieve() -> Sieve:
    """The sieve of the idiom table, made once."""
    return Sieve()


def _table(rows: npt.ArrayLike, columns: npt.ArrayLike, shape: tuple[int, int]) -> sparse.csr_matrix:
    """True at these places."""
    from scipy import sparse

    return sparse.csr_matrix((np.ones(np.size(rows), dtype=np.bool_), (rows, columns)), shape=shape)
