"""Which language a text is in, and how it feels where that is not English: from parts of words, in one small table.

Every token has a row, the sum of what its letters (one to five in a row, hashed) weigh. The rows of a text add up, so
that a token met before costs nothing. `tools/build_sentiment_languages.py` fits the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from influence.text.sentiment import lexicon
from influence.text.sentiment.lexicon import words_of
from influence.text.sentiment.linear import softmax
from influence.text.sentiment.modelfile import read_arrays
from influence.text.sentiment.tokens import ADDRESS, HANDLE, NAME, Encoded, Vocabulary
from influence.text.splitting import shipped_splitter

if TYPE_CHECKING:
    from scipy import sparse

OTHER = "other"
LANGUAGES = ("en", "de", "es", "fr", "it", "pt", "hi", OTHER)
"""What is told apart; `hi` is Hindi in Latin letters, `other` everything else."""
ROUGH = ("de", "es", "fr", "it", "pt")
"""Languages whose feelings are read, roughly; `hi` and `other` are not."""
ROUGH_MARK = "rough, "
"""How the reason of such a reading begins."""
N_BUCKETS = 1 << 17
MARKS = 11 + 2 * len(ROUGH)
"""Columns of a token beside its parts, see `token_marks`."""
SHORTEST, LONGEST = 1, 5
TURNS = len(LANGUAGES) + 3 * len(ROUGH)
COLUMNS = TURNS + 3 * len(ROUGH)
"""Columns of a token that is read, and where those begin that say whether it is good, bad, or negates."""
REACH = 3
GRAM = 0.5
"""Weight of letters in a row against the whole word."""
LEAST_TOKENS = 3
"""Texts of fewer tokens count as so long: one word is little evidence of a feeling."""
STATED = 2.5
"""Log-odds that a language stated by the platform has ahead of what the words say."""
FOREIGN = 0.5
"""Probability from which a text is taken to be in another language; below, English where nothing is stated."""
SURELY_ENGLISH = 6.0
"""Log-odds of English below which py3langid is asked as well: it knows languages that the table learnt little of."""
ROUGH_PLACES = [LANGUAGES.index(code) for code in ROUGH]
TELLING = 2.5
"""Log-odds for a language by one of its words of feeling in `tables/rough.tsv` that English does not have."""
TABLE_PATH = Path(__file__).resolve().parent / "model" / "languages.npz"


def token_parts(token: str) -> list[int]:
    """Buckets of a token: the whole of it first, then its letters in a row."""
    found = [crc32(f"w{token}".encode()) % N_BUCKETS]
    if token[0].isalpha():
        framed = f"^{token[:40]}$"
        found += [
            crc32(framed[at : at + size].encode()) % N_BUCKETS
            for size in range(SHORTEST, LONGEST + 1)
            for at in range(len(framed) - size + 1)
        ]
    return found


def token_marks(token: str) -> list[float]:
    """What a token says in any language (emoji, emoticons, marks, handles, English words of feeling), then in each of
    `ROUGH` by the beginnings in `tables/rough.tsv`: good, bad."""
    emoji = lexicon.emoji_valence().get(token[0], 0.0)
    word = lexicon.word_valence().get(token, 0.0)
    plain = token[0].isalpha()
    return [
        max(emoji, 0) / 3, max(-emoji, 0) / 3,
        max(word, 0) / 3 * (not plain), max(-word, 0) / 3 * (not plain),
        max(word, 0) / 3 * plain, max(-word, 0) / 3 * plain,
        token in ("!", "!!"), token in ("?", "??", "?!"), token == ADDRESS, token == HANDLE, 1.0,
        *(float(begins(token)) for begins in _beginnings()),
    ]  # fmt: skip


@cache
def _beginnings(signs: Sequence[str] = ("+", "-")) -> tuple[Callable[[str], bool], ...]:
    """Tests of a word, good and bad in each of `ROUGH`; a listed word with a star stands for all that begin so."""
    lines = [line.split("\t") for line in lexicon.table_lines("rough.tsv")]
    listed = {(code, sign): words_of(rest) for code, sign, rest in lines}
    return tuple(_begins(listed[code, sign]) for code in ROUGH for sign in signs)


def _begins(words: Sequence[str]) -> Callable[[str], bool]:
    whole = frozenset(word for word in words if not word.endswith("*"))
    starts = tuple(word[:-1] for word in words if word.endswith("*"))
    return lambda word: word in whole or word.startswith(starts)


def token_counts(encoded: Encoded, n_words: int) -> sparse.csr_matrix:
    """How often each token stands in each text, shape (n_texts, n_words)."""
    from scipy import sparse

    kept = encoded.ids > 0
    ones = np.ones(int(kept.sum()), dtype=np.float32)
    return sparse.csr_matrix(
        (ones, (encoded.document[kept], encoded.ids[kept])), shape=(encoded.n_texts, n_words)
    )


@dataclass(frozen=True)
class Tongues:
    """What languages texts are in, and what the rough models say.

    Attributes
    ----------
    language : ndarray of int, shape (n_texts,)
        Place in `LANGUAGES`; -1 for a text without words, whose emoji speak in any language.
    feeling : ndarray, shape (n_texts, 3)
        Probabilities by the model of that language; NaN where there is none.
    """

    language: np.ndarray
    feeling: np.ndarray


class LanguageTable:
    """Weights of parts of words, by language and by language and feeling.

    Parameters
    ----------
    weights : ndarray of int8, shape (n_buckets + n_marks, n_languages + 3 * n_rough)
    scale, intercept : ndarray, shape (n_languages + 3 * n_rough,)
    temperature : ndarray, shape (n_rough,)
    """

    def __init__(
        self, weights: np.ndarray, scale: np.ndarray, intercept: np.ndarray, temperature: np.ndarray
    ) -> None:
        self.weights, self.scale, self.intercept, self.temperature = weights, scale, intercept, temperature

    def rows(self, tokens: Sequence[str]) -> np.ndarray:
        """Rows of tokens, shape (n_tokens, `COLUMNS`): by language; by feeling in each of `ROUGH`; and there, whether
        it is good, bad, or negates. Marks, emoji and names say nothing of the language."""
        found = np.zeros((len(tokens), len(self.scale)), dtype=np.float32)
        for at, token in enumerate(tokens):
            parts = self.weights[token_parts(token)].astype(np.float32)
            found[at] = parts[0] + GRAM * parts[1:].sum(axis=0)
        marks = np.array([token_marks(token) for token in tokens], dtype=np.float32).reshape(-1, MARKS)
        found = (found + marks @ self.weights[N_BUCKETS:].astype(np.float32)) * self.scale
        dumb = np.array([not token[0].isalpha() or token == NAME for token in tokens], dtype=bool)
        found[dumb, : len(LANGUAGES)] = 0
        found[:, ROUGH_PLACES] += _telling(tokens, marks[:, MARKS - 2 * len(ROUGH) :])
        turns = [[begins(token) for begins in _beginnings(("+", "-", "not"))] for token in tokens]
        return np.hstack([found, np.array(turns, dtype=np.float32).reshape(-1, 3 * len(ROUGH))])

    def read(
        self, encoded: Encoded, rows: np.ndarray, stated: Sequence[str | None], texts: Sequence[str] = ()
    ) -> Tongues:
        """Language and, where it is not English, feeling of every text.

        Parameters
        ----------
        encoded : Encoded
        rows : ndarray, shape (n_words, `COLUMNS`)
            Rows of the vocabulary, see `rows`.
        stated : sequence of str or None
            Codes of `LANGUAGES` that the platform gave, None where it gave none.
        texts : sequence of str, optional
            The texts themselves: the identifier is asked about those that are not surely English.
        """
        n = len(LANGUAGES)
        total = token_counts(encoded, len(rows)) @ rows
        spoken = np.abs(total[:, :n]).sum(axis=1) > 0
        language = self._language(total[:, :n], stated, texts)
        language[~spoken] = -1
        feeling = np.full((encoded.n_texts, 3), np.nan)
        length = np.sqrt(np.maximum(encoded.lengths, LEAST_TOKENS))
        for place, code in enumerate(ROUGH):
            mine = language == LANGUAGES.index(code)
            columns = slice(n + 3 * place, n + 3 * place + 3)
            if mine.any():
                kinds = rows[:, TURNS:][:, 3 * place : 3 * place + 3]
                _turn(total[:, columns], rows[:, columns], encoded, kinds)
            logits = total[mine, columns] / length[mine, None] + self.intercept[columns]
            feeling[mine] = softmax(logits / self.temperature[place])
        return Tongues(language, feeling)

    def _language(
        self, total: np.ndarray, stated: Sequence[str | None], texts: Sequence[str] = ()
    ) -> np.ndarray:
        """The likeliest language where that is another one clearly enough, else English."""
        ahead = np.array([[STATED * (code == name) for name in LANGUAGES] for code in stated])
        chance = softmax(total + self.intercept[: len(LANGUAGES)] + ahead.reshape(total.shape))
        best = chance.argmax(axis=1)
        best[[code is not None and code not in LANGUAGES[:-1] for code in stated]] = LANGUAGES.index(OTHER)
        named = np.array([code not in (None, "en") for code in stated], dtype=bool)
        language = np.where(named | (chance.max(axis=1) >= FOREIGN), best, 0)
        doubted = (language == 0) & (chance[:, 0] < _LEAST_ENGLISH)
        for at in np.flatnonzero(doubted & [code is None for code in stated]).tolist() if texts else ():
            language[at] = LANGUAGES.index(_second_opinion(texts[at]))
        return language


_LEAST_ENGLISH = 1 / (1 + np.exp(-SURELY_ENGLISH))


SEEN = 40
"""Occurrences in the word list from which a word is taken for English: rarer ones are names and other languages."""

JUDGING, _WORD = 3, re.compile(r"[^\W\d_]+(?:'\w+)?")


def _second_opinion(text: str) -> str:
    """English where every word of a text is, or one in `JUDGING` judges in English; else what the identifier says:
    `OTHER` for a language that is not read."""
    from influence.text.language import NOT_WORDS, clearly_foreign

    bare = NOT_WORDS.sub(" ", text.replace(NAME, " "))
    english, counts = lexicon.word_valence(), shipped_splitter().counts
    words = _WORD.findall(bare.lower())
    judging = sum(abs(english.get(word, 0)) >= 1 for word in words)
    if judging * JUDGING >= len(words) or all(
        word in english or counts.get(word, 0) >= SEEN for word in words
    ):
        return "en"
    code = clearly_foreign(bare)
    return "en" if code is None else code if code in ROUGH else OTHER


def _turn(total: np.ndarray, rows: np.ndarray, encoded: Encoded, kinds: np.ndarray) -> None:
    """A good word stands for bad where one of the `REACH` words before it negates ("non mi piace"), and a bad one
    for good where the word before it or the one before that does ("pas mal", "no está mal"); then the negation itself
    says nothing. In place."""
    ids, text = encoded.ids, encoded.document
    good, bad, negates = kinds[ids].T > 0
    bad &= ~negates
    reached = np.zeros(len(ids), dtype=bool)
    turned = good
    for distance in range(1, REACH + 1):
        near = np.zeros(len(ids), dtype=bool)
        near[distance:] = negates[:-distance] & (text[distance:] == text[:-distance])
        reached |= near
        if distance < REACH:
            litotes = np.flatnonzero(bad & near)
            turned[litotes] = True
            np.subtract.at(total, text[litotes], rows[ids[litotes - distance]])
    at = np.flatnonzero(turned & reached)
    np.add.at(total, text[at], rows[ids[at]][:, ::-1] - rows[ids[at]])


def _telling(tokens: Sequence[str], felt: np.ndarray) -> np.ndarray:
    """Log-odds for each of `ROUGH` by words of feeling that English does not have, shape (n_tokens, n_rough)."""
    told = np.maximum(felt[:, 0::2], felt[:, 1::2])
    english = lexicon.word_valence().keys() | lexicon.SMALL_WORDS
    told[[token in english for token in tokens]] = 0
    return np.asarray(TELLING * told / np.maximum(told.sum(axis=1, keepdims=True), 1))


class LanguageReader:
    """The table with the rows of one vocabulary, which grows."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._rows = np.zeros((0, COLUMNS), dtype=np.float32)

    def read(self, encoded: Encoded, stated: Sequence[str | None], texts: Sequence[str]) -> Tongues:
        """Language and rough feeling of texts."""
        new = self.vocabulary.words[len(self._rows) :]
        if new:
            self._rows = np.vstack([self._rows, load_table().rows(new)])
        return load_table().read(encoded, self._rows, stated, texts)

    def reason(self, text: int, encoded: Encoded, code: str, chance: np.ndarray, n_words: int = 3) -> str:
        """The words of a text that spoke loudest for the verdict."""
        verdict = int(chance.argmax())
        tokens = encoded.ids[(encoded.document == text) & (encoded.ids > 0)]
        words = [self.vocabulary.words[token] for token in tokens]
        columns = self._rows[tokens, len(LANGUAGES) + 3 * ROUGH.index(code) :][:, :3]
        said = columns[:, verdict] - columns.mean(axis=1)
        listed = self._rows[tokens, TURNS:][:, 3 * ROUGH.index(code) :][:, :3].any(axis=1)
        said *= listed | np.array([_tells(word, code) for word in words], dtype=bool)
        top = np.sort(np.argsort(-said, kind="stable")[:n_words])
        named = dict.fromkeys(words[place] for place in top if said[place] > 0)
        return ", ".join(named) or "wording"


SHORTEST_REASON = 4
"""Letters of a word that is named as a reason, unless the table lists it as one of feeling."""


def _tells(word: str, code: str) -> bool:
    """Whether a person learns something from a word that spoke: no full stop, name, article or scrap of a tag."""
    from stopwordsiso import stopwords

    if word in (NAME, HANDLE, ADDRESS) or not word[0].isalpha():
        return word in lexicon.emoji_valence() or word in ("!!", "?!")
    return len(word) >= SHORTEST_REASON and word not in stopwords(code)


@cache
def load_table(path: Path = TABLE_PATH) -> LanguageTable:
    """The table at `path`, read once."""
    return LanguageTable(**read_arrays(path))
