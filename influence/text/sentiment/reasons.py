"""Why a text was judged so: the words, emoji and idioms that spoke loudest."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from influence.text.sentiment.features import Valences
from influence.text.sentiment.reader import Reader
from influence.text.sentiment.tokens import HANDLE, NAME, NUMBER, Encoded

LOUD = 0.3
"""Valence from which a word is named."""
UNKNOWN = "language not known to the model"


def explain(
    encoded: Encoded, valences: Valences, reader: Reader, chance: np.ndarray, n_words: int = 3
) -> list[str]:
    """The words that spoke loudest in the direction of the verdict, in the order of the text.

    Parameters
    ----------
    encoded, valences : Encoded, Valences
    reader : Reader
    chance : ndarray, shape (n_texts, 3)
        Probabilities; NaN where the language is not known.
    n_words : int
        Words, emoji or idioms to name at most.
    """
    verdict = chance.argmax(axis=1) - 1
    reasons = ["wording, no single word" if side else "no word of feeling" for side in verdict.tolist()]
    top = _loudest(encoded, valences.read, verdict, n_words).tolist()
    texts = encoded.document[top].tolist()
    for text, pairs in groupby(zip(texts, top, strict=True), key=lambda pair: pair[0]):
        named = ", ".join(_shown(place, encoded, valences, reader) for _, place in pairs)
        reasons[text] = named if verdict[text] else f"weighed and found even: {named}"
    for text in np.flatnonzero(np.isnan(chance[:, 0])).tolist():
        reasons[text] = UNKNOWN
    return reasons


def _loudest(encoded: Encoded, read: np.ndarray, verdict: np.ndarray, n_words: int) -> np.ndarray:
    """Places of the loudest tokens of every text for its verdict, or either way where it is neutral; in order."""
    felt = np.flatnonzero(read)
    side = verdict[encoded.document[felt]].astype(read.dtype)
    strength = np.where(side == 0, np.abs(read[felt]), read[felt] * side)
    loud = felt[strength > LOUD]
    loud = loud[np.lexsort([-strength[strength > LOUD], encoded.document[loud]])]
    text = encoded.document[loud]
    rank = np.arange(len(loud)) - np.searchsorted(text, text)
    return np.sort(loud[rank < n_words])


def _shown(place: int, encoded: Encoded, valences: Valences, reader: Reader) -> str:
    words = reader.vocabulary.words
    if valences.idiom[place]:
        idiom = encoded.ids[place : valences.idiom_end[place]].tolist()
        said = " ".join(words[number] for number in idiom)
        return said.replace(HANDLE, "@…").replace(NAME, "…").replace(NUMBER, "#")
    return ("not " if valences.negated[place] else "") + words[encoded.ids[place]]
