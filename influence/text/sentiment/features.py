"""Features of a text: lexicon figures after negation, emphasis and idioms, and its words and word pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from influence.text.sentiment import lexicon
from influence.text.sentiment.tokens import ADDRESS, BREAKS, HANDLE, NUMBER, Encoded, Vocabulary

Span = tuple[int, int, float]

NEGATED = -0.74
CAPITALS = 0.733
EMPHASIS_FADES = (1.0, 0.95, 0.9, 0.0)
NORM = 15.0

DENSE_NAMES = (
    "compound", "plain_compound", "positive", "negative", "log_positive", "log_negative",
    "most_positive", "most_negative", "last", "first", "n_positive", "n_negative", "after_contrast",
    "before_contrast", "idiom_positive", "idiom_negative", "emoji_positive", "emoji_negative",
    "exclaims", "asks", "begins_asking", "n_negators", "n_hedges", "log_length", "has_address",
    "starts_with_handle", "has_number", "capitals", "first_person", "second_person", "has_contrast",
    "says_nothing", "mixed", "positive_asked", "positive_hedged", "negative_exclaimed",
    "positive_exclaimed", "mean_valence",
)  # fmt: skip


@dataclass
class TokenFacts:
    """What is known of each token number, looked up in numpy; extended as the vocabulary grows."""

    vocabulary: Vocabulary
    guessed: Mapping[str, float] = field(default_factory=dict)
    """Valence of words that the lexicon lacks."""
    valence: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    booster: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    flags: np.ndarray = field(default_factory=lambda: np.zeros((0, 14), dtype=bool))

    def extend(self) -> None:
        """Look up the tokens that were new since the last call."""
        new = self.vocabulary.words[len(self.valence) :]
        if not new:
            return
        words, emoji = lexicon.word_valence(), lexicon.emoji_valence()
        guessed = self.guessed
        valence = [words.get(word, emoji.get(word, guessed.get(word, 0.0))) for word in new]
        self.valence = np.concatenate([self.valence, np.asarray(valence, dtype=np.float32)])
        boost = [lexicon.BOOSTERS.get(word, 0.0) for word in new]
        self.booster = np.concatenate([self.booster, np.asarray(boost, dtype=np.float32)])
        flags = np.asarray([_flags(word) for word in new], dtype=bool)
        self.flags = np.concatenate([self.flags, flags])

    def flag(self, name: str, ids: np.ndarray) -> np.ndarray:
        """Whether each token is a `name` (see `FLAGS`), shape of `ids`."""
        return self.flags[:, FLAGS.index(name)][ids]


FLAGS = (
    "negator", "hedge", "contrast", "asking", "first_person", "second_person", "break", "exclaim", "ask", "address",
    "handle", "number", "emoji", "trigger",
)  # fmt: skip


def _flags(word: str) -> tuple[bool, ...]:
    return (
        word in lexicon.NEGATORS,
        word in lexicon.HEDGES,
        word in lexicon.CONTRASTS,
        word in lexicon.ASKING,
        word in lexicon.FIRST,
        word in lexicon.SECOND,
        word in BREAKS or word[0] in "!?" or word == "<pad>",
        word[0] == "!" or word == "?!",
        word[0] == "?",
        word == ADDRESS,
        word == HANDLE,
        word == NUMBER,
        word[0] in lexicon.emoji_valence(),
        word in lexicon.idiom_index(),
    )


@dataclass(frozen=True)
class Valences:
    """Valence per token: `plain` as in the lexicon, `read` after idioms, negation, emphasis; and what was seen."""

    plain: np.ndarray
    read: np.ndarray
    idiom: np.ndarray
    negated: np.ndarray


def _shift(values: np.ndarray, by: int) -> np.ndarray:
    moved = np.zeros_like(values)
    moved[by:] = values[:-by]
    return moved


def read_valences(encoded: Encoded, facts: TokenFacts, idioms: Sequence[Span] | None = None) -> Valences:
    """Valence of every token in its place.

    An idiom speaks for all its tokens. A negator up to four tokens before, with no break between, turns a valence
    by -0.74; a booster adds 0.293, fading with distance; capitals add 0.733 (all after Hutto and Gilbert 2014). An
    emoji is not turned: "no refunds 🙃" smiles at nothing.
    """
    ids = encoded.ids
    plain = facts.valence[ids]
    valence, idiom = plain.copy(), np.zeros(len(plain), dtype=np.float32)
    for start, end, value in idiom_spans(encoded, facts) if idioms is None else idioms:
        valence[start:end] = 0
        valence[start] = idiom[start] = value
    negator = facts.flag("negator", ids) & (idiom == 0)
    stop = facts.flag("break", ids)
    negated = np.zeros(len(ids), dtype=bool)
    boost = np.zeros(len(ids), dtype=np.float32)
    open_ = np.ones(len(ids), dtype=bool)
    for distance in (1, 2, 3, 4):
        if distance >= len(ids):
            break
        open_ &= ~_shift(stop, distance)
        negated |= _shift(negator, distance) & open_
        boost += _shift(facts.booster[ids], distance) * open_ * np.float32(EMPHASIS_FADES[distance - 1])
    negated &= ~facts.flag("emoji", ids)
    sign = np.sign(valence)
    read = valence + sign * np.maximum(boost, -np.abs(valence) * 0.8) * (idiom == 0)
    read = read + sign * CAPITALS * encoded.capital
    return Valences(plain, np.where(negated, read * NEGATED, read).astype(np.float32), idiom, negated)


def idiom_spans(encoded: Encoded, facts: TokenFacts) -> list[Span]:
    """Idioms in all texts: first token, one past the last, valence; the same whatever the lexicon."""
    hits = np.flatnonzero(facts.flag("trigger", encoded.ids))
    if not len(hits):
        return []
    words = facts.vocabulary.words
    starts = np.searchsorted(encoded.document, np.arange(encoded.n_texts + 1)).tolist()
    documents, first = np.unique(encoded.document[hits], return_index=True)
    found: list[Span] = []
    for document, mine in zip(documents.tolist(), np.split(encoded.ids[hits], first[1:]), strict=True):
        begin, end = starts[document], starts[document + 1]
        tokens = [words[number] for number in encoded.ids[begin:end].tolist()]
        spans = lexicon.find_idioms(tokens, [words[number] for number in mine.tolist()])
        found += [(begin + a, begin + b, value) for a, b, value in spans]
    return found


def dense_features(encoded: Encoded, facts: TokenFacts, valences: Valences) -> np.ndarray:
    """The `DENSE_NAMES` of every text, shape (n_texts, n_features)."""
    ids, document, n = encoded.ids, encoded.document, encoded.n_texts
    read, plain = valences.read, valences.plain

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(document, weights=values, minlength=n)

    def any_of(name: str) -> np.ndarray:
        return np.minimum(total(facts.flag(name, ids)), 3)

    positive, negative = total(np.maximum(read, 0)), total(np.maximum(-read, 0))
    summed, length = positive - negative, np.maximum(total(ids > 0), 1)
    after, before, contrast = _around_contrast(encoded, facts, read)
    emoji = facts.flag("emoji", ids) * plain
    begin = np.searchsorted(document, np.arange(n))
    opening = ids[begin] if len(ids) else ids
    exclaims, asks, hedges = any_of("exclaim"), any_of("ask"), any_of("hedge")
    n_positive, n_negative = total(read > 0), total(read < 0)
    columns = [
        summed / np.sqrt(summed**2 + NORM),
        total(plain) / np.sqrt(total(plain) ** 2 + NORM),
        np.minimum(positive, 12) / 4,
        np.minimum(negative, 12) / 4,
        np.log1p(positive),
        np.log1p(negative),
        _extreme(read, document, n) / 4,
        _extreme(-read, document, n) / 4,
        _edge(read, document, n, last=True) / 4,
        _edge(read, document, n, last=False) / 4,
        np.minimum(n_positive, 5),
        np.minimum(n_negative, 5),
        after / np.sqrt(after**2 + NORM),
        before / np.sqrt(before**2 + NORM),
        np.minimum(total(np.maximum(valences.idiom * ~valences.negated, 0)), 6) / 3,
        np.minimum(total(np.maximum(-valences.idiom, 0)), 6) / 3,
        np.minimum(total(np.maximum(emoji, 0)), 6) / 3,
        np.minimum(total(np.maximum(-emoji, 0)), 6) / 3,
        exclaims,
        asks,
        facts.flag("asking", opening) * (asks > 0),
        any_of("negator"),
        hedges,
        np.log1p(length),
        any_of("address") > 0,
        facts.flag("handle", opening),
        any_of("number"),
        np.minimum(total(encoded.capital), 3),
        any_of("first_person") > 0,
        any_of("second_person") > 0,
        contrast > 0,
        (positive + negative) == 0,
        np.minimum(positive, negative) / 4,
        np.log1p(positive) * (asks > 0),
        np.log1p(positive) * (hedges > 0),
        np.log1p(negative) * (exclaims > 0),
        np.log1p(positive) * (exclaims > 0),
        summed / length,
    ]
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def _extreme(values: np.ndarray, document: np.ndarray, n: int) -> np.ndarray:
    top = np.zeros(n)
    np.maximum.at(top, document, values)
    return top


def _edge(read: np.ndarray, document: np.ndarray, n: int, *, last: bool) -> np.ndarray:
    """Valence of the last (or first) token of a text that has one."""
    at = np.flatnonzero(read)
    found = np.zeros(n)
    order = at if last else at[::-1]
    found[document[order]] = read[order]
    return found


def _around_contrast(
    encoded: Encoded, facts: TokenFacts, read: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Valence after and before the last contrast word, and how many such words, per text."""
    n, document = encoded.n_texts, encoded.document
    contrast = facts.flag("contrast", encoded.ids)
    at = np.flatnonzero(contrast)
    last = np.full(n, -1)
    last[document[at]] = at
    later = np.arange(len(document)) > last[document]
    has = last[document] >= 0
    after = np.bincount(document, weights=read * (later & has), minlength=n)
    before = np.bincount(document, weights=read * (~later & has), minlength=n)
    return after, before, np.bincount(document, weights=contrast, minlength=n)


PAIR_SHIFT = 1 << 24


def ngram_keys(encoded: Encoded, valences: Valences) -> tuple[np.ndarray, np.ndarray]:
    """Keys of words (a negated word has its own) and word pairs, with the text each belongs to.

    Returns
    -------
    keys : ndarray of int64
        ``2 * word + negated`` for words, ``(first + 1) * PAIR_SHIFT + second`` for pairs.
    document : ndarray of int32
    """
    ids = encoded.ids.astype(np.int64)
    real = ids > 0
    singles = (2 * ids + valences.negated)[real]
    pair = real[:-1] & (ids[1:] > 0)
    pairs = ((ids[:-1] + 1) * PAIR_SHIFT + ids[1:])[pair]
    return np.concatenate([singles, pairs]), np.concatenate(
        [encoded.document[real], encoded.document[:-1][pair]]
    )
