"""Word vectors that ship with the package: which words mean nearly the same, and what a text means as a whole.

The vector of a text is the weighted mean of its words' vectors (Arora, Liang and Ma 2017), with weights from the
table itself, so that a text means the same whatever else is in the workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import scipy.sparse as sp

from influence.store.kept.spilling import spilled
from influence.text.remembering import Remembered

_SIF = 1e-3
_CHUNK = 50_000
PART, JOINTS = 4, ("", "s", "n", "en", "es", "e")
"""Letters that each word of a compound has at least, and what may stand between the two."""
MOST_COMPOUNDS = 1_000_000
_AT_ONCE = 200_000
"""Accounts up to which their covariance is worked out at once."""


@dataclass(frozen=True)
class WordVectors:
    """A static table of word vectors.

    Attributes
    ----------
    terms : ndarray of object, shape (n_words,)
        Sorted, in the form of `Tokenizer`.
    vectors : ndarray of float32, shape (n_words, n_dims)
    weight : ndarray of float32, shape (n_words,)
        a / (a + share of texts with the word): how much a word counts in a text.
    english : ndarray of bool, shape (n_words,)
        Learnt on English texts; the others were put in their place by a map between languages.
    """

    terms: np.ndarray
    vectors: np.ndarray
    weight: np.ndarray
    english: np.ndarray

    @cached_property
    def directions(self) -> np.ndarray:
        """The vectors at length one."""
        return unit(self.vectors)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {term: at for at, term in enumerate(self.terms.tolist())}

    def rows(self, terms: np.ndarray) -> np.ndarray:
        """Row of each term, -1 where the table does not know it."""
        place = self._place
        return np.fromiter((place.get(term, -1) for term in terms), np.int32, len(terms))

    def __contains__(self, term: str) -> bool:
        return term in self._place

    def is_english(self, term: str) -> bool:
        """Whether the table knows a term from English texts."""
        row = int(self.rows(np.array([term], dtype=object))[0])
        return row >= 0 and bool(self.english[row])

    def mean(self, weights: dict[str, float]) -> np.ndarray:
        """Unit vector of a bag of terms; zeros when none is known."""
        rows = self.rows(np.array(list(weights), dtype=object))
        share = np.array(list(weights.values()), dtype=np.float32)[rows >= 0]
        rows = rows[rows >= 0]
        return unit((share * self.weight[rows]) @ self.vectors[rows])

    def similar(self, term: str, least: float) -> dict[str, float]:
        """Terms of nearly the same meaning: cosine above `least`, rescaled to 0-1; the term itself is 1."""
        return self._near[term, least]

    @cached_property
    def _near(self) -> Remembered[tuple[str, float], dict[str, float]]:
        return Remembered(lambda asked: self._similar(*asked), MOST_COMPOUNDS)

    def _similar(self, term: str, least: float) -> dict[str, float]:
        row = self._place.get(term, -1)
        if row < 0:
            return {term: 1.0}
        cosine = self.directions @ self.directions[row]
        near = np.flatnonzero(cosine > least)
        found = {str(self.terms[i]): float((cosine[i] - least) / (1 - least)) for i in near}
        return {**found, term: 1.0}

    def document_lengths(self, presence: sp.csr_array, terms: np.ndarray) -> np.ndarray:
        """Length of the sum of the weighted word vectors of each document, shape (n_docs,), float32."""
        known, table = self.aligned(terms)
        lengths = np.zeros(presence.shape[0], dtype=np.float32)
        for start in range(0, presence.shape[0], _CHUNK):
            part = slice(start, start + _CHUNK)
            lengths[part] = np.linalg.norm(presence[part][:, known] @ table, axis=1)
        return lengths

    def aligned(self, terms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the terms that are known, then of those known by their parts, and their weighted vectors."""
        rows = self.rows(terms)
        known, unknown = np.flatnonzero(rows >= 0), np.flatnonzero(rows < 0)
        pairs = [self._compounds[term] for term in terms[unknown].tolist()]
        compound = [at for at, pair in enumerate(pairs) if pair]
        first, last = np.array([pairs[at] for at in compound], dtype=np.int64).reshape(-1, 2).T
        used, n = np.concatenate([rows[known], first]), len(known)
        table = self.vectors[used] * self.weight[used, None]
        table[n:] = (table[n:] + self.vectors[last] * self.weight[last, None]) / np.float32(np.sqrt(2))
        return np.concatenate([known, unknown[compound]]), table

    @cached_property
    def _compounds(self) -> Remembered[str, tuple[int, int] | None]:
        return Remembered(self._compound, MOST_COMPOUNDS)

    def _compound(self, term: str) -> tuple[int, int] | None:
        """Rows of the two words that a compound is made of (*Alkohol-konsum*, *Betrieb-s-stunden*), None where it is
        none. Of English words alone none is made: what looks so is a name there."""
        place = self._place
        for cut in range(PART, len(term) - PART + 1):
            last = place.get(term[cut:])
            if last is None:
                continue
            starts = (cut - len(joint) for joint in JOINTS if term.endswith(joint, PART, cut))
            for first in (place.get(term[:start]) for start in starts):
                if first is not None:
                    return None if self.english[first] and self.english[last] else (first, last)
        return None


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows (or the one vector) at length one; zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float32)


def spread_of(meanings: np.ndarray) -> dict[str, Any]:
    """How directions lie about their centre: who has one, the centre, the covariance of what lies beyond it at length
    one, the largest range of a dimension (0 with fewer than three), and ``|m|^2 + |centre|^2`` of each."""
    known = np.asarray(meanings.any(axis=1))
    some = meanings if known.all() else _of_those(meanings, known)
    if len(some) < 3:
        nothing = np.zeros(meanings.shape[1])
        return {"known": known, "centre": nothing, "spread": np.eye(1), "range": 0.0, "square": 0.0}
    centre = some.mean(axis=0)
    lengths = [(meanings[part] ** 2).sum(axis=1) for part in _parts(len(meanings), _CHUNK)]
    square = np.concatenate(lengths) + float(centre @ centre)
    return {
        "known": known, "centre": centre, "spread": _covariance(some, centre), "square": square,
        "range": float(np.ptp(some, axis=0).max()),
    }  # fmt: skip


def _of_those(meanings: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Some of the rows; a copy of very many lies on disk."""
    if len(meanings) <= _AT_ONCE:
        return np.asarray(meanings[known])
    pieces = ({"some": meanings[part][known[part]].ravel()} for part in _parts(len(meanings), _CHUNK))
    return spilled(pieces, {"some": np.float32})["some"].reshape(-1, meanings.shape[1])


def _covariance(some: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Of directions seen from their centre; of very many in parts, as a copy of all would not fit a small machine."""
    if len(some) <= _AT_ONCE:
        return np.asarray(np.cov(unit(some - centre), rowvar=False))
    total, products = np.zeros(some.shape[1]), np.zeros((some.shape[1], some.shape[1]))
    for part in _parts(len(some), _CHUNK):
        beyond = unit(some[part] - centre).astype(np.float64)
        total += beyond.sum(axis=0)
        products += beyond.T @ beyond
    return (products - np.outer(total, total) / len(some)) / (len(some) - 1)


def _parts(n: int, size: int) -> list[slice]:
    return [slice(start, start + size) for start in range(0, n, size)]


TABLES = files("influence.text").joinpath("tables")


@lru_cache(maxsize=1)
def shipped_vectors() -> WordVectors:
    """The tables of `tools/build_word_vectors.py` and `tools/build_language_vectors.py`; see docs/text.md for terms."""
    english, others = (read_vectors(name) for name in ("word_vectors.npz", "word_vectors_languages.npz"))
    again = set(others[0].tolist())
    kept = np.array([term not in again for term in english[0].tolist()])
    parts = zip((part[kept] for part in english), others, strict=True)
    terms, vectors, weight = (np.concatenate(part) for part in parts)
    order = np.argsort(terms, kind="stable")
    known = np.arange(len(terms)) < kept.sum()
    return WordVectors(terms[order], vectors[order], weight[order], known[order])


def read_vectors(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Terms, vectors and weights of a table."""
    with TABLES.joinpath(name).open("rb") as file, np.load(file) as table:
        vectors = table["vectors"].astype(np.float32) * table["scale"][:, None]
        terms = np.array(str(table["terms"]).split("\n"), dtype=object)
        return terms, vectors, (_SIF / (_SIF + table["share"])).astype(np.float32)
