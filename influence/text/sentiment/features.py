"""Features of a text: lexicon figures after negation, emphasis and idioms, and its words and word pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from influence.text.sentiment.idioms import Span, find_idioms, sieve
from influence.text.sentiment.token_facts import TokenFacts, TokenMarks
from influence.text.sentiment.tokens import Encoded

NEGATED = -0.74
CAPITALS = 0.733
EMPHASIS_FADES = (1.0, 0.95, 0.9, 0.0)
"""By distance; the last reaches only as far as a negator does."""
LOUD = 0.3
"""Valence from which a word is one of feeling, and named as a reason."""
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


@dataclass(frozen=True)
class Valences:
    """Valence per token: `plain` as in the lexicon, `read` after idioms, negation, emphasis; and what was seen.

    `idiom` is the valence of an idiom that begins at the token, `idiom_end` the token after its last.
    """

    plain: np.ndarray
    read: np.ndarray
    idiom: np.ndarray
    idiom_end: np.ndarray
    negated: np.ndarray


def _shift(values: np.ndarray, by: int) -> np.ndarray:
    moved = np.zeros_like(values)
    moved[by:] = values[:-by]
    return moved


def read_valences(encoded: Encoded, facts: TokenFacts) -> tuple[Valences, Valences]:
    """Valence of every token in its place: by the lexicon, and by the lexicon with the guessed words.

    An idiom speaks for all its tokens. A negator up to four tokens before, with no break between, turns a valence
    by -0.74; a booster adds 0.293, fading with distance; capitals add 0.733 (all after Hutto and Gilbert 2014). An
    emoji is not turned: "no refunds 🙃" smiles at nothing.
    """
    ids, marks = encoded.ids, facts.marks(encoded.ids)
    idiom, idiom_end = np.zeros(len(ids), dtype=np.float32), np.zeros(len(ids), dtype=np.int32)
    taken = np.zeros(len(ids), dtype=bool)
    for start, end, value in idiom_spans(encoded, facts):
        taken[start:end] = True
        idiom[start], idiom_end[start] = value, end
    negator, stop, booster = marks["negator"] & (idiom == 0), marks["break"], facts.booster[ids]
    negated = np.zeros(len(ids), dtype=bool)
    boost = np.zeros(len(ids), dtype=np.float32)
    open_ = np.ones(len(ids), dtype=bool)
    for distance, emphasis in enumerate(EMPHASIS_FADES, 1):
        if distance >= len(ids):
            break
        open_ &= ~_shift(stop, distance)
        negated |= _shift(negator, distance) & open_
        boost += _shift(booster, distance) * open_ * np.float32(emphasis)
    negated &= ~marks["emoji"]
    boost[idiom != 0] = 0

    def told(plain: np.ndarray) -> Valences:
        read = np.where(taken, idiom, plain)
        at = np.flatnonzero(read)
        read[at] = _told(read[at], boost[at], encoded.capital[at], negated[at])
        return Valences(plain, read, idiom, idiom_end, negated)

    return told(facts.valence[ids]), told(facts.wide[ids])


def _told(valence: np.ndarray, boost: np.ndarray, capital: np.ndarray, negated: np.ndarray) -> np.ndarray:
    """Valences after emphasis and negation."""
    sign = np.sign(valence)
    read = valence + sign * np.maximum(boost, -np.abs(valence) * 0.8)
    read = read + sign * CAPITALS * capital
    return np.asarray(np.where(negated, read * NEGATED, read))


def idiom_spans(encoded: Encoded, facts: TokenFacts) -> list[Span]:
    """Idioms in all texts: first token, one past the last, valence; the same whatever the lexicon."""
    words, found = facts.vocabulary.words, []
    starts, lengths = encoded.starts.tolist(), encoded.lengths.tolist()
    for text, listed in sieve().pick(facts.idiom[encoded.ids], encoded.document, encoded.n_texts):
        begin = starts[text]
        tokens = [words[number] for number in encoded.ids[begin : begin + lengths[text]].tolist()]
        found += [(begin + a, begin + b, value) for a, b, value in find_idioms(tokens, listed)]
    return found


def dense_features(encoded: Encoded, facts: TokenFacts, valences: Sequence[Valences]) -> np.ndarray:
    """The `DENSE_NAMES` of every text, once for each of `valences`: shape (n_texts, n_valences * n_features)."""
    marks = facts.marks(encoded.ids)
    counts = _counts(encoded, marks)
    tables = [counts | _feelings(encoded, marks, found, counts) for found in valences]
    return np.column_stack([table[name] for table in tables for name in DENSE_NAMES]).astype(np.float64)


def _counts(encoded: Encoded, marks: TokenMarks) -> dict[str, np.ndarray]:
    """Features that no valence enters."""
    n = encoded.n_texts
    opening = TokenMarks(marks.bits[encoded.starts[:-1]])

    def several(where: np.ndarray) -> np.ndarray:
        return np.minimum(np.bincount(encoded.document[where], minlength=n), 3)

    asks = several(marks["ask"])
    return {
        "exclaims": several(marks["exclaim"]),
        "asks": asks,
        "begins_asking": opening["asking"] & (asks > 0),
        "n_negators": several(marks["negator"]),
        "n_hedges": several(marks["hedge"]),
        "log_length": np.log1p(np.maximum(encoded.lengths, 1)),
        "has_address": several(marks["address"]) > 0,
        "starts_with_handle": opening["handle"],
        "has_number": several(marks["number"]),
        "capitals": several(encoded.capital),
        "first_person": several(marks["first_person"]) > 0,
        "second_person": several(marks["second_person"]) > 0,
        "has_contrast": several(marks["contrast"]) > 0,
    }


def _feelings(
    encoded: Encoded, marks: TokenMarks, valences: Valences, counts: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Features of the words that feel something; the others, most of a text, are not touched."""
    n, document, read = encoded.n_texts, encoded.document, valences.read
    felt, good, bad = np.flatnonzero(read), np.flatnonzero(read > 0), np.flatnonzero(read < 0)

    def total(at: np.ndarray, values: np.ndarray) -> np.ndarray:
        return np.bincount(document[at], weights=values[at], minlength=n)

    def most(at: np.ndarray) -> np.ndarray:
        top = np.zeros(n)
        np.maximum.at(top, document[at], np.abs(read[at]))
        return top / 4

    def edge(at: np.ndarray) -> np.ndarray:
        found = np.zeros(n)
        found[document[at]] = read[at]
        return found / 4

    def amount(values: np.ndarray, where: np.ndarray | None = None) -> np.ndarray:
        at = np.flatnonzero((values > 0) if where is None else (values > 0) & where)
        return np.asarray(np.minimum(total(at, values), 6) / 3)

    positive, negative = total(good, read), total(bad, -read)
    summed, plain = positive - negative, total(np.flatnonzero(valences.plain), valences.plain)
    after, before = _around_contrast(encoded, np.flatnonzero(marks["contrast"]), felt, read)
    return {
        "compound": _squash(summed),
        "plain_compound": _squash(plain),
        "positive": np.minimum(positive, 12) / 4,
        "negative": np.minimum(negative, 12) / 4,
        "log_positive": np.log1p(positive),
        "log_negative": np.log1p(negative),
        "most_positive": most(good),
        "most_negative": most(bad),
        "last": edge(felt),
        "first": edge(felt[::-1]),
        "n_positive": np.minimum(np.bincount(document[good], minlength=n), 5),
        "n_negative": np.minimum(np.bincount(document[bad], minlength=n), 5),
        "after_contrast": _squash(after),
        "before_contrast": _squash(before),
        "idiom_positive": amount(valences.idiom, ~valences.negated),
        "idiom_negative": amount(-valences.idiom),
        "emoji_positive": amount(valences.plain, marks["emoji"]),
        "emoji_negative": amount(-valences.plain, marks["emoji"]),
        "says_nothing": (positive + negative) == 0,
        "mixed": np.minimum(positive, negative) / 4,
        "positive_asked": np.log1p(positive) * (counts["asks"] > 0),
        "positive_hedged": np.log1p(positive) * (counts["n_hedges"] > 0),
        "negative_exclaimed": np.log1p(negative) * (counts["exclaims"] > 0),
        "positive_exclaimed": np.log1p(positive) * (counts["exclaims"] > 0),
        "mean_valence": summed / np.maximum(encoded.lengths, 1),
    }


def _squash(total: np.ndarray) -> np.ndarray:
    return total / np.sqrt(total**2 + NORM)


def _around_contrast(
    encoded: Encoded, contrast: np.ndarray, felt: np.ndarray, read: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Valence after and before the last contrast word of every text, 0 where it has none."""
    n = encoded.n_texts
    last = np.full(n, -1)
    last[encoded.document[contrast]] = contrast
    of = encoded.document[felt]
    side = np.where(last[of] < 0, 0, np.where(felt > last[of], 1, -1))
    after, before = (np.bincount(of, weights=read[felt] * (side == s), minlength=n) for s in (1, -1))
    return after, before


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
