"""What is known of each token by its number: valence, emphasis, the parts it can play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from influence.text.sentiment import lexicon
from influence.text.sentiment.idioms import sieve
from influence.text.sentiment.tokens import ADDRESS, BREAKS, HANDLE, NUMBER, PAD, Vocabulary

PARTS: dict[str, frozenset[str]] = {
    "negator": lexicon.NEGATORS,
    "hedge": lexicon.HEDGES,
    "contrast": lexicon.CONTRASTS,
    "asking": lexicon.ASKING,
    "first_person": lexicon.FIRST,
    "second_person": lexicon.SECOND,
    "break": BREAKS | {"!", "!!", "?", "??", "?!", PAD},
    "exclaim": frozenset(["!", "!!", "?!"]),
    "ask": frozenset(["?", "??", "?!"]),
    "address": frozenset([ADDRESS]),
    "handle": frozenset([HANDLE]),
    "number": frozenset([NUMBER]),
    "emoji": frozenset(),
}
"""Which tokens play which part; the emoji are those of the table."""
BIT = {part: 1 << place for place, part in enumerate(PARTS)}


@cache
def _parts() -> dict[str, int]:
    """The parts of a token as bits."""
    found = dict.fromkeys(lexicon.emoji_valence(), BIT["emoji"])
    for part, words in PARTS.items():
        for word in words:
            found[word] = found.get(word, 0) | BIT[part]
    return found


@dataclass(frozen=True)
class TokenMarks:
    """The parts that the tokens of some texts play."""

    bits: np.ndarray

    def __getitem__(self, part: str) -> np.ndarray:
        """Whether each token plays this part (see `PARTS`), shape (n_tokens,)."""
        return np.asarray((self.bits & BIT[part]) != 0)


class TokenFacts:
    """What is known of each token number, looked up in numpy; extended as the vocabulary grows.

    Parameters
    ----------
    vocabulary : Vocabulary
    guessed : mapping of str to float
        Valence of words that the lexicon lacks.

    Attributes
    ----------
    valence, wide : ndarray of float32
        By the lexicon; by the lexicon and the guessed words.
    booster : ndarray of float32
    parts : ndarray of int32
        Bits, see `BIT`.
    idiom : ndarray of int32
        Number of a word of idioms, see `Sieve`.
    """

    def __init__(self, vocabulary: Vocabulary, guessed: Mapping[str, float]) -> None:
        self.vocabulary, self.guessed = vocabulary, guessed
        self.valence, self.wide, self.booster = (np.zeros(0, dtype=np.float32) for _ in range(3))
        self.parts, self.idiom = (np.zeros(0, dtype=np.int32) for _ in range(2))
        lexical = {**lexicon.emoji_valence(), **lexicon.word_valence()}
        self._tables: dict[str, Mapping[str, float]] = {
            "valence": lexical,
            "wide": {**guessed, **lexical},
            "booster": lexicon.BOOSTERS,
            "parts": _parts(),
            "idiom": sieve().numbers,
        }

    def extend(self) -> None:
        """Look up the tokens that were new since the last call."""
        new = self.vocabulary.words[len(self.parts) :]
        for name, table in self._tables.items():
            known = getattr(self, name)
            fresh = np.array([table.get(word, 0) for word in new], dtype=known.dtype)
            setattr(self, name, np.concatenate([known, fresh]))

    def marks(self, ids: np.ndarray) -> TokenMarks:
        """The parts of these tokens."""
        return TokenMarks(self.parts[ids])
