"""Features of a target inside its text: what is said in its clause, near it, and on which side of it.

`Reader` makes of texts the material of the two models: one for a text as a whole, one for a target inside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from influence.text.sentiment.features import (
    PAIR_SHIFT,
    Valences,
    dense_features,
    ngram_keys,
    read_valences,
)
from influence.text.sentiment.languages import LanguageReader
from influence.text.sentiment.linear import TextNumbers
from influence.text.sentiment.network import PAD_ROW, UNKNOWN_ROW, WordNetwork
from influence.text.sentiment.token_facts import TokenFacts
from influence.text.sentiment.tokens import TARGET, Encoded, Vocabulary, encode

OTHER = "acmeother"
"""Stands for another known target (a rival); a plain word, so that every tokeniser keeps it whole."""

WINDOWS = (1, 3, 6)
FADES = (1.5, 4.0, 10.0)


@dataclass(frozen=True)
class Placed:
    """Texts with their target masked, and where every token stands to it.

    Attributes
    ----------
    encoded : Encoded
    distance : ndarray of int32, shape (n_tokens,)
        Tokens from the target; negative before it.
    clauses : ndarray of int32, shape (n_tokens,)
        Clause borders between the token and the target; negative before it.
    nearest : ndarray of bool, shape (n_tokens,)
        No other known target is nearer.
    """

    encoded: Encoded
    distance: np.ndarray
    clauses: np.ndarray
    nearest: np.ndarray


def mask(text: str, start: int, end: int, others: Sequence[tuple[int, int]] = ()) -> str:
    """Put marks in the place of the target at ``text[start:end]`` and of other targets."""
    spans = [(a, b, f" {OTHER} ") for a, b in others if b <= start or a >= end]
    for a, b, word in sorted([*spans, (start, end, f" {TARGET} ")], reverse=True):
        text = text[:a] + word + text[b:]
    return text


def place(masked: Sequence[str], vocabulary: Vocabulary, facts: TokenFacts) -> Placed:
    """Encode masked texts and measure every token's distance to the target."""
    encoded = encode(masked, vocabulary)
    facts.extend()
    ids, document = encoded.ids, encoded.document
    at = np.arange(len(ids), dtype=np.int32)
    target = _first(ids == vocabulary.number(TARGET), encoded)
    other = np.flatnonzero(ids == vocabulary.number(OTHER))
    marks = facts.marks(ids)
    border = np.cumsum(marks["break"] | marks["contrast"])
    distance = at - target[document]
    clauses = border - border[target][document]
    far = np.full(len(ids), 10_000)
    for shift in range(1, 25):
        for moved in (other - shift, other + shift):
            good = moved[(moved >= 0) & (moved < len(ids))]
            far[good] = np.minimum(far[good], shift)
    return Placed(encoded, distance, clauses.astype(np.int32), np.abs(distance) <= far)


def _first(hit: np.ndarray, encoded: Encoded) -> np.ndarray:
    """Position of the first hit in every text; its first token where there is none."""
    first = encoded.starts[:-1].copy()
    at = np.flatnonzero(hit)[::-1]
    first[encoded.document[at]] = at
    return first


def target_features(placed: Placed, facts: TokenFacts, valences: Sequence[Valences]) -> np.ndarray:
    """Valence around the target, by distance, side and clause, shape (n_texts, n_features)."""
    columns: list[np.ndarray] = []
    for read in valences:
        columns += _valence_columns(placed, read.read)
    ids, distance = placed.encoded.ids, placed.distance
    marks = facts.marks(ids)

    def count(where: np.ndarray, most: int) -> np.ndarray:
        return np.minimum(np.bincount(placed.encoded.document[where], minlength=placed.encoded.n_texts), most)

    for name in ("contrast", "break", "negator"):
        for side in (distance < 0, distance > 0):
            columns.append(count(marks[name] & side & (np.abs(distance) < 12), 3))
    columns.append(count(placed.clauses == 0, 15) / 5)
    columns.append(count(ids == facts.vocabulary.number(OTHER), 4))
    return np.column_stack(columns)


def _valence_columns(placed: Placed, valence: np.ndarray) -> list[np.ndarray]:
    at = np.flatnonzero(valence)
    n, document, read = placed.encoded.n_texts, placed.encoded.document[at], valence[at]
    distance, clauses, nearest = np.abs(placed.distance[at]), placed.clauses[at], placed.nearest[at]
    before, same = placed.distance[at] < 0, clauses == 0
    close = np.abs(clauses) <= 1

    def squash(weight: np.ndarray) -> np.ndarray:
        total = np.bincount(document, read * weight, n)
        return np.asarray(total / np.sqrt(total**2 + 4.0))

    def kinds(weight: np.ndarray) -> list[np.ndarray]:
        up = np.bincount(document, np.maximum(read, 0) * weight, n)
        down = np.bincount(document, np.maximum(-read, 0) * weight, n)
        return [np.log1p(up), np.log1p(down)]

    every = np.ones(len(read), dtype=bool)
    columns = [squash(where) for where in (every, same, close, nearest)]
    for where in (same, nearest, close, every):
        columns += kinds(where)
    sides = (same & before, same & ~before, nearest & same, clauses == -1, clauses == 1)
    columns += [squash(where) for where in sides]
    for fade in FADES:
        kernel = np.exp(-distance / fade)
        columns += [squash(kernel * where) for where in (every, before, ~before, nearest)]
        columns += kinds(kernel * nearest)
    for window in WINDOWS:
        columns += [squash((distance <= window) & side) for side in (before, ~before)]
    order = np.argsort(-distance, kind="stable")
    for side in (before, ~before):
        near = order[side[order]]
        nearest_valence = np.zeros(n)
        nearest_valence[document[near]] = read[near] * np.exp(-distance[near] / 8)
        columns.append(nearest_valence)
    return columns


_ZONE = 1 << 52
NAME_ZONE = 7 * _ZONE


def target_keys(placed: Placed, valences: Valences) -> tuple[np.ndarray, np.ndarray]:
    """Keys of the words by zone (same clause; next to the target by side; anywhere) and of pairs near it."""
    ids = placed.encoded.ids.astype(np.int64)
    distance, document = placed.distance, placed.encoded.document
    negated = valences.negated
    word = 2 * ids + negated
    real = (ids > 0) & (distance != 0)
    near = real & (np.abs(distance) <= 4)
    zones = [
        (real, word),
        (real & (placed.clauses == 0), _ZONE + word),
        (near & (distance < 0), 2 * _ZONE + word),
        (near & (distance > 0), 3 * _ZONE + word),
        (real & (distance == -1), 4 * _ZONE + word),
        (real & (distance == 1), 5 * _ZONE + word),
    ]
    pair = (ids[:-1] > 0) & (ids[1:] > 0) & (np.abs(placed.clauses[:-1]) <= 1) & (np.abs(distance[:-1]) <= 8)
    pairs = 6 * _ZONE + (ids[:-1] + 1) * PAIR_SHIFT + ids[1:]
    keys = [key[where] for where, key in zones] + [pairs[pair]]
    documents = [document[where] for where, _ in zones] + [document[:-1][pair]]
    return np.concatenate(keys), np.concatenate(documents)


def name_keys(names: Sequence[str], vocabulary: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    """Keys of the words of the target itself: a waiter, a menu and a minute are spoken of differently."""
    encoded = encode(names, vocabulary)
    real = encoded.ids > 0
    return NAME_ZONE + 2 * encoded.ids[real].astype(np.int64), encoded.document[real]


def known_names(known: np.ndarray) -> frozenset[int]:
    """Token numbers that a model's sorted keys know as the target's own words."""
    return frozenset(((known[known >= NAME_ZONE] - NAME_ZONE) // 2).tolist())


class Reader:
    """Reads texts with one vocabulary; valences come from the lexicon, and from it with the guessed words.

    Parameters
    ----------
    words : sequence of str
        The vocabulary of a fitted model, in its order; empty to start one.
    guessed : mapping of str to float
        Valence of words that the lexicon lacks.
    network : WordNetwork, optional
        Reads whole texts as well; without it, lexicon and words alone.
    """

    def __init__(
        self,
        words: Sequence[str] = (),
        guessed: Mapping[str, float] | None = None,
        network: WordNetwork | None = None,
    ) -> None:
        self.vocabulary = Vocabulary.of(words)
        self.n_own = len(self.vocabulary)
        self.facts = TokenFacts(self.vocabulary, guessed or {})
        self.network = network
        self.tongues = LanguageReader(self.vocabulary)
        self._rows = np.zeros(0, dtype=np.int32)

    def read(self, texts: Sequence[str]) -> tuple[Encoded, Valences, TextNumbers]:
        """Tokens, valences and material of whole texts."""
        encoded, both, material = self.read_whole(texts)
        if self.network:
            rows = self._network_rows(self.network)[encoded.ids]
            gist = self.network.gist(encoded, rows, both, material.dense)
            material = replace(material, network=self.network.logits(gist), gist=gist)
        return encoded, both[0], material

    def read_whole(self, texts: Sequence[str]) -> tuple[Encoded, tuple[Valences, Valences], TextNumbers]:
        """Tokens, both valences, and the material without what the network says."""
        encoded = encode(texts, self.vocabulary)
        self.facts.extend()
        both = read_valences(encoded, self.facts)
        dense = dense_features(encoded, self.facts, both)
        return encoded, both, TextNumbers(dense, *ngram_keys(encoded, both[0]))

    def _network_rows(self, network: WordNetwork) -> np.ndarray:
        """Row of the network for each token number."""
        new = self.vocabulary.words[len(self._rows) :]
        fresh = [network.rows.get(word, UNKNOWN_ROW) for word in new]
        self._rows = np.concatenate([self._rows, np.array(fresh, dtype=np.int32)])
        self._rows[:1] = PAD_ROW
        return self._rows

    def read_targets(
        self, masked: Sequence[str], names: Sequence[str]
    ) -> tuple[Placed, Valences, TextNumbers]:
        """Tokens, valences and material of texts whose target is masked and called `names`."""
        placed = place(masked, self.vocabulary, self.facts)
        both = valences, _ = read_valences(placed.encoded, self.facts)
        dense = np.hstack(
            [target_features(placed, self.facts, both), dense_features(placed.encoded, self.facts, both)]
        )
        keys, document = target_keys(placed, valences)
        more, of = name_keys(names, self.vocabulary)
        return (
            placed,
            valences,
            TextNumbers(dense, np.concatenate([keys, more]), np.concatenate([document, of])),
        )

    def refresh(self) -> None:
        """Forget the words met since the model was loaded once they are many, so that memory stays bounded."""
        if len(self.vocabulary) > self.n_own + 400_000 and self.n_own > 1:
            words = self.vocabulary.words[1 : self.n_own]
            self.__init__(words, self.facts.guessed, self.network)  # type: ignore[misc]
