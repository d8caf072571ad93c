"""What the built sentence model (extra ``languages``) hears in a text: a second opinion, where it is there.

A layer on the mean numbers of two of its layers, one for all languages and one more for each that was learnt. The layer
ships (60 KB); the sentence model is built on the user's machine (`influence models build`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from influence.text.sentence.building import STATES, built_folder, model_mark
from influence.text.sentiment.languages import OTHER
from influence.text.sentiment.linear import softmax
from influence.text.sentiment.modelfile import read_arrays
from influence.text.sentiment.tokens import NAME

HEAD_PATH = Path(__file__).resolve().parent / "model" / "sentences.npz"
LEARNT = ("en", "de", "es", "fr", "it", "pt", "ar")
"""Languages with weights of their own, in the order of the table."""
TRANSFERRED = ("nl", "pl", "ro")
"""Languages that are read by what all others have in common: nothing of them was learnt."""
READ = (*LEARNT, *TRANSFERRED)
SHARE = 0.5
"""Of the log-odds that the sentence model has where another model reads the language too."""
SOMEBODY = "Acme"
"""What the model reads where the brand stands."""


def sentences_mark() -> str:
    """A few letters that change when the built model does; empty where there is none."""
    folder = built_folder()
    return model_mark(folder) if folder else ""


def states(texts: Sequence[str]) -> np.ndarray:
    """What the built model holds of texts, shape (n_texts, width)."""
    from influence.text.encoder import loaded

    return loaded(str(built_folder()), STATES).read(texts)


def join_sentences(chance: np.ndarray, texts: Sequence[str], languages: Sequence[str | None]) -> None:
    """Join what the sentence model hears to the probabilities, shape (n_texts, 3), in place; NaN is no opinion.

    Parameters
    ----------
    chance : ndarray, shape (n_texts, 3)
    texts : sequence of str
        With `NAME` where the target stands.
    languages : sequence of str or None
        Texts in none of `READ` are left as they are.
    """
    which = np.array([code in READ for code in languages], dtype=bool)
    if not which.any():
        return
    asked = np.flatnonzero(which)
    read = states([texts[at].replace(NAME, SOMEBODY) for at in asked.tolist()])
    heard = Head.of(HEAD_PATH).probabilities(read, [str(languages[at]) for at in asked.tolist()])
    before = chance[which]
    alone = np.isnan(before[:, 0])
    joined = np.maximum(before, 1e-9) ** (1 - SHARE) * heard**SHARE
    joined[alone] = heard[alone]
    chance[which] = joined / joined.sum(axis=1, keepdims=True)


def named_languages(
    texts: Sequence[str], languages: Sequence[str | None], stated: Sequence[str | None]
) -> list[str | None]:
    """Languages where some of `OTHER` have names: stated by the platform, or told by the identifier."""
    from influence.text.language import identify_one

    found = list(languages)
    for at, code in enumerate(languages):
        if code == OTHER:
            named = stated[at] or identify_one(texts[at].replace(NAME, ""))
            found[at] = named if named in READ else OTHER
    return found


class Head:
    """The layer.

    Parameters
    ----------
    weights : ndarray, shape (1 + n_learnt, width + 1, 3)
        For all languages, then what each of `LEARNT` adds; the last row is constant.
    temperature : float
    """

    def __init__(self, weights: np.ndarray, temperature: float) -> None:
        self.weights, self.temperature = weights.astype(np.float32), temperature

    @staticmethod
    @cache
    def of(path: Path) -> Head:
        """The layer in a file, read once."""
        arrays = read_arrays(path)
        return Head(arrays["weights"], float(arrays["temperature"]))

    def probabilities(self, read: np.ndarray, languages: Sequence[str]) -> np.ndarray:
        """Probabilities, shape (n_texts, 3), by what `states` gave and the language of each."""
        given = np.column_stack([read, np.ones(len(read), dtype=np.float32)])
        place = np.array([LEARNT.index(code) + 1 if code in LEARNT else 0 for code in languages])
        odds = given @ self.weights[0]
        for one in np.unique(place[place > 0]):
            odds[place == one] += given[place == one] @ self.weights[one]
        return softmax(odds.astype(np.float64) / self.temperature)
