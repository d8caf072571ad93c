"""The niche as a query: the words asked for, words that mean nearly the same, and how much of it a text covers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from influence.text.briefs import BALLAST
from influence.text.index import TextIndex
from influence.text.tokens import Tokenizer, raw_tokens
from influence.text.vectors import shipped_vectors

LEAST_SIMILAR = 0.5
"""Cosine from which a word may stand in for one that was asked for; at 1 it counts in full."""
COMPOUND, SHORTEST_HELD = 0.8, 4
"""How far a longer word (`sauerteigbrot`) stands in for one it holds (`brot`), and letters that must be held."""
APART = 10.0
"""A word of the niche is read as several (`veganbaking`) where each of them is said by so many times more texts."""
COVER_POWER = 2.5
"""Half of a niche's words are worth much less than half: a post on baking is not one on vegan baking."""
BRIEF_TERMS, BALLAST_WEIGHT = 24, 0.3
LEAST_NEAR, UNTOLD_NEAR = 0.1, 0.25
"""Weight of a brief's word far from what the brief means, and of one whose meaning the word vectors don't know (what
half of the known ones have); the fewer words of the brief they know, the nearer all come to the latter."""
_SHORT, _LONG, _LENGTH_POWER = 4, 60, 0.25


@dataclass(frozen=True)
class View:
    """What is visible as of a day.

    Attributes
    ----------
    index : TextIndex
    visible : ndarray of bool, shape (n_docs,)
    idf : ndarray of float32, shape (n_terms,)
        ln(1 + (n - df + 0.5) / (df + 0.5)), over visible documents.
    length_factor : ndarray of float32, shape (n_docs,)
        Up to 1; longer texts mention more by chance.
    """

    index: TextIndex
    visible: np.ndarray
    idf: np.ndarray
    length_factor: np.ndarray

    @cached_property
    def account_lengths(self) -> np.ndarray:
        """Length of each account's visible terms, shape (n_accounts,); see `TextIndex.account_lengths`."""
        index = self.index
        return index.account_lengths if self.visible.all() else index.account_lengths_of(self.visible)

    @cached_property
    def n_visible(self) -> int:
        """Visible documents."""
        return int(self.visible.sum())

    def says(self, term: str) -> bool:
        """Whether any visible document holds `term`."""
        column = self.index.column(term)
        return column >= 0 and float(self.idf[column]) < np.log1p(2.0 * self.n_visible + 1) - 1e-6

    def words_with(self, term: str) -> dict[str, float]:
        """Longer words that begin or end with a word which the word vectors don't know, at `COMPOUND` each.

        `sauerteigbrot` is a kind of `brot`. What is left must have four letters, or three that somebody says too.
        """
        if len(term) < SHORTEST_HELD or not term.isalpha() or term in shipped_vectors():
            return {}
        return {other: COMPOUND for other in self._holding(term) if self.says(other)}

    def _holding(self, term: str) -> list[str]:
        if term not in self._held:
            ends = ((other, _rest(other, term)) for other in self.index.terms if term in other)
            self._held[term] = [other for other, rest in ends if rest != other and self._is_word(rest)]
        return self._held[term]

    def _is_word(self, rest: str) -> bool:
        return rest.isalpha() and (len(rest) >= SHORTEST_HELD or (len(rest) == 3 and self.says(rest)))

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        return {}

    @property
    def unseen_idf(self) -> float:
        """Weight of a word that nobody uses."""
        return float(np.log1p(2.0 * max(self.n_visible, 1)))

    def idf_of(self, term: str) -> float:
        """Weight of a term, as rare as can be where nobody uses it."""
        column = self.index.column(term)
        return float(self.idf[column]) if column >= 0 else self.unseen_idf


@dataclass(frozen=True)
class Asked:
    """A niche in terms of an index.

    Attributes
    ----------
    keywords, brief : dict of term to weight
        Keywords that nobody says, nor any word like them, are left out, but for what they mean.
    unheard : tuple of str
        Those keywords, as they were written.
    examples : ndarray of int
        Codes of the example accounts.
    shared : dict of term to weight
        What the examples have in common.
    meaning : ndarray of float32, shape (n_dims,)
        Direction of all of it, of length one; shorter where the word vectors know only some of the words.
    """

    keywords: dict[str, float]
    brief: dict[str, float]
    examples: np.ndarray
    shared: dict[str, float]
    meaning: np.ndarray
    unheard: tuple[str, ...] = ()


def view_of(index: TextIndex, as_of_day: int | None) -> View:
    """The index as of a day; None is everything."""
    visible = np.ones(index.n_docs, dtype=bool) if as_of_day is None else index.created_day < as_of_day
    length = np.clip(index.n_terms_of, _SHORT, _LONG) / _SHORT
    factor = (length.astype(np.float32) ** -_LENGTH_POWER) * visible
    return View(index, visible, index.idf_of(visible), factor.astype(np.float32))


def keyword_terms(view: View, keywords: str) -> dict[str, float]:
    """Terms of the keywords and their weights; a word that only its neighbours represent weighs as they do."""
    tokenizer = Tokenizer()
    terms = (term for word in raw_tokens(keywords) for term in _terms_of(view, word, tokenizer))
    return {term: view.idf_of(term) for term in terms}


def _terms_of(view: View, word: str, tokenizer: Tokenizer) -> list[str]:
    """Terms of a word that was asked for; several where it was written together and the texts write it apart."""
    whole = tokenizer.terms(word)
    parts = tokenizer.terms(f"#{word.lower()}") if word.isalpha() and len(whole) == 1 else []
    if len(parts) < 2 or not all(map(view.says, parts)):
        return whole
    rarer = view.idf_of(whole[0]) - max(map(view.idf_of, parts))
    return parts if rarer > np.log(APART) or not view.says(whole[0]) else whole


def heard(view: View, asked: dict[str, float]) -> dict[str, float]:
    """The terms that some text says, or says in a word of nearly the same meaning."""
    near = neighbours(view, asked)
    return {term: weight for term, weight in asked.items() if any(view.says(other) for other in near[term])}


def brief_terms(view: View, brief: str) -> dict[str, float]:
    """The terms that a brief is about: those it repeats, that are rare elsewhere, and near to what it means.

    Budget, dates and the trade's usual words count `BALLAST_WEIGHT`.
    """
    counts = Counter(Tokenizer().terms(brief))
    said = {term: _ballast(term) * (1 + float(np.log(n))) for term, n in counts.items()}
    if not said:
        return {}
    vectors = shipped_vectors()
    known = {term: weight for term, weight in said.items() if term in vectors}
    middle, told = vectors.mean(known), sum(known.values()) / sum(said.values())
    weights = {}
    for term, weight in said.items():
        column = view.index.column(term)
        if column >= 0:
            near = (
                max(LEAST_NEAR, float(vectors.mean({term: 1.0}) @ middle)) if term in known else UNTOLD_NEAR
            )
            near = told * near + (1 - told) * UNTOLD_NEAR
            weights[term] = weight * float(view.idf[column]) * near
    best = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:BRIEF_TERMS]
    return dict(best)


def is_ballast(term: str) -> bool:
    """Whether briefs say the term whatever they are about."""
    return term in _ballast_terms()


def _ballast(term: str) -> float:
    return BALLAST_WEIGHT if is_ballast(term) else 1.0


def _rest(longer: str, word: str) -> str:
    """What is left of a longer word before or after `word`; all of it where it neither begins nor ends with it."""
    return longer.removesuffix(word) if longer.endswith(word) else longer.removeprefix(word)


@lru_cache(maxsize=1)
def _ballast_terms() -> frozenset[str]:
    tokenizer = Tokenizer()
    return frozenset(term for word in BALLAST for term in tokenizer.terms(word))


def neighbours(view: View, asked: dict[str, float]) -> dict[str, dict[str, float]]:
    """For each term asked for, what may stand in for it and how well, itself at 1."""
    vectors = shipped_vectors()
    return {term: {**view.words_with(term), **vectors.similar(term, LEAST_SIMILAR)} for term in asked}


def cover_all(view: View, asked: dict[str, float]) -> np.ndarray:
    """How much of the words asked for each document covers, shape (n_docs,), 0-1.

    The covered share of the words' weight to the power `COVER_POWER`, times the length factor. A word is covered by
    itself, or in part by one of nearly the same meaning.
    """
    if not asked:
        return np.zeros(view.index.n_docs, dtype=np.float32)
    near = neighbours(view, asked)
    total = sum(asked.values())
    share = np.zeros(view.index.n_docs, dtype=np.float32)
    for term, weight in asked.items():
        share += weight / total * np.minimum(1.0, view.index.presence @ view.index.vector(near[term]))
    return np.asarray(np.minimum(1.0, share) ** COVER_POWER * view.length_factor, dtype=np.float32)


def cover_some(view: View, weights: dict[str, float], enough: int = 3) -> np.ndarray:
    """How much of a longer list of terms each document covers: the weight of its `enough` strongest is all of it."""
    if not weights:
        return np.zeros(view.index.n_docs, dtype=np.float32)
    full = sum(sorted(weights.values(), reverse=True)[:enough])
    covered = view.index.presence @ view.index.vector(weights)
    return np.asarray(np.minimum(1.0, covered / full) * view.length_factor, dtype=np.float32)
