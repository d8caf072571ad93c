"""Score texts: three calibrated probabilities each, about a target where one is named, and the reason in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path

import numpy as np

from influence.text.sentiment.asides import (
    says_something,
    without_announcements,
    without_asides,
    without_questions,
)
from influence.text.sentiment.clauses import passage_of
from influence.text.sentiment.features import LOUD, Valences
from influence.text.sentiment.languages import LANGUAGES, ROUGH, ROUGH_MARK
from influence.text.sentiment.linear import LinearModel
from influence.text.sentiment.modelfile import MODEL_PATH, guessed_words, model_mark, read_model
from influence.text.sentiment.network import hear_quiet, load_network, speaks
from influence.text.sentiment.passages import Passage, Span
from influence.text.sentiment.sentences import join_sentences, named_languages, sentences_mark
from influence.text.sentiment.targets import Reader, known_names, mask
from influence.text.sentiment.tokens import HANDLE, NAME, NUMBER, Encoded

BATCH = 5_000
TARGET_SHARE = 0.8
"""Weight of the model of targets where both speak; the rest is the model of whole texts, on the clause."""

PROSE_SHARE = 0.6
"""The same in prose about others, such as news, on the whole passage."""

QUIET = np.array([0.1, 0.8, 0.1])
"""What a text is taken to feel that only asks, or feels something about others only."""


@dataclass(frozen=True)
class FeelingScores:
    """Probabilities of passages, shape (n, 3): negative, neutral, positive; NaN where the language is not known.

    `reasons` names the words, emoji or idioms that spoke loudest; `languages` is the language that each was read in,
    None where it cannot be read, or where emoji alone speak.
    """

    probabilities: np.ndarray
    reasons: tuple[str, ...]
    languages: tuple[str | None, ...]


class Sentiment:
    """The default model, or one that `influence sentiment train` wrote.

    Parameters
    ----------
    path : Path
        Model file.
    """

    hears_sentences = False
    """Whether the sentence model that was built here is asked, too: for the default model alone."""

    def __init__(self, path: Path = MODEL_PATH) -> None:
        self._path = path
        self.is_default = path == MODEL_PATH
        if not self.is_default:
            self._parts  # noqa: B018 - what is wrong with a user's file is told at once
        self.hears_sentences = self.is_default and bool(sentences_mark())
        self.mark = model_mark(path) + (sentences_mark() if self.hears_sentences else "")

    @property
    def is_shipped(self) -> bool:
        """Nothing but what comes with the package judges: workers elsewhere have the same."""
        return self.is_default and not self.hears_sentences

    @cached_property
    def _parts(self) -> tuple[list[str], LinearModel, LinearModel]:
        """Words and the two models: read when something is judged, which what is remembered need not be."""
        return read_model(self._path)

    @cached_property
    def sentence(self) -> LinearModel:
        """The model of whole texts."""
        return self._parts[1]

    @cached_property
    def target(self) -> LinearModel:
        """The model of what is said about a target."""
        return self._parts[2]

    @cached_property
    def reader(self) -> Reader:
        """What makes numbers of texts."""
        return Reader(self._parts[0], guessed_words(), load_network())

    @cached_property
    def things(self) -> frozenset[int]:
        """The things, no brands, that the model of targets has met."""
        return known_names(self.target.known)

    def score(
        self, passages: Sequence[Passage], *, stated: Sequence[str | None] | None = None, reasons: bool = True
    ) -> FeelingScores:
        """Score passages; texts in a language that cannot be read have NaN.

        Parameters
        ----------
        passages : sequence of Passage
        stated : sequence of str or None, optional
            Language of each as the platform says it (a code of `languages.LANGUAGES`), None where it does not.
        reasons : bool
            Also say why; without, faster.
        """
        said = stated or [None] * len(passages)
        chances, words, read = [np.zeros((0, 3))], [], []
        for start in range(0, len(passages), BATCH):
            part = slice(start, start + BATCH)
            chance, why, languages = self._score_batch(passages[part], said[part], reasons)
            chances.append(chance)
            words += why
            read += languages
        return FeelingScores(np.vstack(chances), tuple(words), tuple(read))

    def _score_batch(
        self, passages: Sequence[Passage], stated: Sequence[str | None], reasons: bool
    ) -> tuple[np.ndarray, list[str], list[str | None]]:
        self.reader.refresh()
        share = np.array([self._target_share(passage) for passage in passages])
        texts = [p.nameless(s == TARGET_SHARE) for p, s in zip(passages, share, strict=True)]
        encoded, valences, material = self.reader.read(texts)
        chance = self.sentence.probabilities(material)
        tongues = self.reader.tongues.read(encoded, stated, texts)
        foreign = tongues.language > 0
        feeling = np.where(foreign[:, None], tongues.feeling, chance)
        languages = [LANGUAGES[place] if place >= 0 else None for place in tongues.language.tolist()]
        if self.hears_sentences:
            idioms = np.bincount(encoded.document, np.abs(valences.idiom), len(texts)) > 0
            languages = named_languages(texts, languages, stated)
            # of the idioms of English the tables know more than the sentence model does
            asked = [None if one else code for code, one in zip(languages, idioms & ~foreign, strict=True)]
            join_sentences(feeling, texts, asked)
            chance[~foreign] = feeling[~foreign]
        some = share > 0
        if some.any():
            hard = [passage for passage, flag in zip(passages, some, strict=True) if flag]
            chance[some] = self._with_target(hard, chance[some], share[some])
        quiet = ~some & np.array([p.target is not None for p in passages], dtype=bool)
        if self.is_default:
            hear_quiet(chance, material, quiet & ~speaks(encoded, valences))
        _turn_to_idioms(chance, np.bincount(encoded.document, valences.idiom * ~valences.negated, len(texts)))
        self._hear_only(texts, without_questions, chance, (2,))
        about = [text if passage.target else "" for text, passage in zip(texts, passages, strict=True)]
        praised = [
            text if good > QUIET[2] else "" for text, good in zip(about, chance[:, 2].tolist(), strict=True)
        ]
        self._hear_only(praised, without_announcements, chance, (2,))
        self._hear_only(about, without_asides, chance, (0, 2))
        chance[foreign] = feeling[foreign]
        languages = [
            code if np.isfinite(p) else None for code, p in zip(languages, chance[:, 0], strict=True)
        ]
        if not reasons:
            return chance, [""] * len(texts), languages
        why = explain(encoded, valences, self.reader, chance)
        for text in np.flatnonzero(foreign & np.isfinite(chance[:, 0])).tolist():
            code = str(languages[text])
            told = (
                self.reader.tongues.reason(text, encoded, code, chance[text]) if code in ROUGH else "wording"
            )
            why[text] = f"{ROUGH_MARK}{code}: {told}"
        return chance, why, languages

    def _hear_only(
        self,
        texts: Sequence[str],
        without: Callable[[str], str | None],
        chance: np.ndarray,
        sides: Sequence[int],
    ) -> None:
        """A text feels no more than what is left `without` its questions, or asides; of these `sides`, in place."""
        rests = {i: rest for i, text in enumerate(texts) if (rest := without(text)) is not None}
        if not rests:
            return
        heard = np.array(list(rests))
        most = self.sentence.probabilities(self.reader.read(list(rests.values()))[2])
        most[[not says_something(rest) for rest in rests.values()]] = QUIET
        for side in sides:
            excess = np.maximum(chance[heard, side] - most[:, side], 0)
            chance[heard, side] -= excess
            chance[heard, 1] += excess

    def _target_share(self, passage: Passage) -> float:
        """How much the model of targets has to say: most where names compete, more than half in news, else nothing."""
        if passage.is_contested or self._thing(passage):
            return TARGET_SHARE
        return PROSE_SHARE if passage.is_prose or passage.is_compared else 0.0

    def _with_target(self, passages: Sequence[Passage], whole: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Both models together; and where a rival is named, what is said of the rival, turned round."""
        about = self._about(passages, [p.target for p in passages])
        chance = share[:, None] * about + (1 - share[:, None]) * whole
        rivalled = [i for i, passage in enumerate(passages) if passage.rivals]
        if rivalled:
            there = [passages[i] for i in rivalled]
            others = self._about(there, [passage.rivals[0] for passage in there])
            chance[rivalled] = _against(chance[rivalled], others)
        return np.asarray(chance)

    def _about(self, passages: Sequence[Passage], spans: Sequence[Span | None]) -> np.ndarray:
        masked = [mask(p.text, *span) for p, span in zip(passages, spans, strict=True) if span]
        names = [self._thing(p) if span == p.target else "" for p, span in zip(passages, spans, strict=True)]
        return self.target.probabilities(self.reader.read_targets(masked, names)[2])

    def _thing(self, passage: Passage) -> str:
        """The target's name where it is a thing the model has met (a menu, a waiter) and no brand; else empty."""
        if passage.target is None:
            return ""
        name = passage.text[slice(*passage.target)]
        if not name.islower() or not name[0].isalpha():
            return ""
        known = {self.reader.vocabulary.numbers.get(word, 0) for word in name.split()} & self.things
        return name if known else ""


DOUBT = 0.3
"""How little a rival's feeling tells of the target's: large tells nothing. Tuned on half of the two-brand sentences."""


MOST_IDIOM = 9.0
IDIOM_SHARE = 0.15
"""Log-odds that a unit of an idiom's valence (-4 to 4; 9 where its words mean the contrary elsewhere: *nothing beats*)
adds to what the models make of it: they met few of them."""


def _turn_to_idioms(chance: np.ndarray, idiom: np.ndarray) -> None:
    """Idioms say more than their words: the odds move towards the feeling they have (valences added up)."""
    felt = np.flatnonzero(idiom)
    push = IDIOM_SHARE * np.clip(idiom[felt], -MOST_IDIOM, MOST_IDIOM)
    turned = chance[felt] * np.exp(np.outer(push, [-1, 0, 1]))
    chance[felt] = turned / turned.sum(axis=1, keepdims=True)


def _against(target: np.ndarray, rival: np.ndarray) -> np.ndarray:
    """People name two brands to set them against each other: praise of one makes blame of the other likelier."""
    told = np.column_stack([DOUBT + rival[:, 2], np.full(len(rival), DOUBT + 1 / 3), DOUBT + rival[:, 0]])
    turned = target * told
    return np.asarray(turned / turned.sum(axis=1, keepdims=True))


@cache
def load_sentiment(path: Path = MODEL_PATH) -> Sentiment:
    """The model at `path`, read once."""
    return Sentiment(path)


def chosen_model(path: str | Path | None) -> Sentiment:
    """The model a user names, or the default."""
    return load_sentiment(Path(path)) if path else load_sentiment()


def score_texts(
    texts: Sequence[str],
    targets: Sequence[str | None] | None = None,
    *,
    rivals: Sequence[Sequence[str]] | None = None,
    model: Sentiment | None = None,
) -> np.ndarray:
    """How do these texts feel, about a target where one is named?

    Parameters
    ----------
    texts : sequence of str
    targets : sequence of str or None, optional
        Name of the target in each text; None, or a name that does not occur, scores the text as a whole.
    rivals : sequence of sequence of str, optional
        Other names in each text.
    model : Sentiment, optional
        Default: the one that comes with the package.

    Returns
    -------
    ndarray of float64, shape (n_texts, 3)
        Probabilities of negative, neutral, positive; NaN where the language is not known.

    Examples
    --------
    >>> chance = score_texts(["Acme is wonderful", "Acme lost my bag"], ["Acme", "Acme"])
    >>> chance.argmax(axis=1).tolist()
    [2, 0]
    """
    names = targets or [None] * len(texts)
    others = rivals or [()] * len(texts)
    named = Counter(text for text, name in set(zip(texts, names, strict=True)) if name)
    passages = [
        replace(passage_of(text, name, tuple(other)), is_shared=named[text] > 1)
        for text, name, other in zip(texts, names, others, strict=True)
    ]
    return (model or load_sentiment()).score(passages, reasons=False).probabilities


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
    return str(("not " if valences.negated[place] else "") + words[encoded.ids[place]])
