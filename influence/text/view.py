"""What is visible of an index as of a day, and which of its words belong to a word that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from influence.text.families import KIN, kin_of, parts_of
from influence.text.index import TextIndex
from influence.text.literals import pattern_of
from influence.text.remembering import Remembered
from influence.text.vectors import shipped_vectors, spread_of

COMPOUND, SHORTEST_HELD = 0.8, 4
"""How far a longer word (`sauerteigbrot`) stands in for one it holds (`brot`), and letters that must be held."""
PART = 0.5
"""How far a part (`stricken`) stands in for a compound that nobody says (`strickmuster`)."""

MOST = 10_000
"""Words and phrases of which it is remembered what belongs to them."""
LABEL = 3
"""Words of a text up to which it is a label."""


@dataclass(frozen=True)
class View:
    """What is visible as of a day.

    Attributes
    ----------
    index : TextIndex
    visible : ndarray of bool, shape (n_docs,)
    """

    index: TextIndex
    visible: np.ndarray

    @cached_property
    def idf(self) -> np.ndarray:
        """Weight of each term, shape (n_terms,); see `TextIndex.idf`."""
        return self.index.idf(self.visible)

    @cached_property
    def length_factor(self) -> np.ndarray:
        """Up to 1, shape (n_docs,), 0 of what is not visible; longer texts mention more by chance."""
        return np.asarray(self.index.length_factor * self.visible)

    @cached_property
    def account_lengths(self) -> np.ndarray:
        """Length of each account's visible terms, shape (n_accounts,); see `TextIndex.account_lengths`."""
        return self.index.account_lengths(self.visible)

    @cached_property
    def meanings(self) -> np.ndarray:
        """What each account means by all it says, shape (n_accounts, n_dims); see `TextIndex.account_meanings`."""
        return self.index.account_meanings(self.visible)

    @cached_property
    def meaning_spread(self) -> dict[str, Any]:
        """How these lie about their centre; see `influence.text.vectors.spread_of`."""
        everything = self.visible.all()
        return self.index.meaning_spread(self.visible) if everything else spread_of(self.meanings)

    @property
    def account_terms(self) -> sp.csr_array:
        """Each account's visible terms, their counts ln-damped; see `TextIndex.account_terms`."""
        return self.index.account_terms(self.visible)

    @cached_property
    def texts_of_accounts(self) -> tuple[np.ndarray, np.ndarray]:
        """Visible documents of each account, and those in which it speaks, shape (n_accounts,) each."""
        return self.index.texts_of_accounts(self.visible)

    def words_of_accounts(self) -> np.ndarray:
        """Words that tell what each account is about, shape (n_accounts,): the different ones of each text, added up.

        Where its texts are labels (`LABEL` words or fewer on average) the different ones of all of them: *jazz* said
        three times says no more than once.
        """
        index, n = self.index, self.index.n_accounts
        words = np.bincount(index.account_codes, index.n_terms_of * self.visible, minlength=n)
        texts = np.bincount(index.account_codes, self.visible, minlength=n)
        labels = (texts > 1) & (words <= LABEL * texts)
        some = self.visible & labels[index.account_codes]
        if some.any():
            words[labels] = np.diff(index.account_terms(some).indptr)[labels]
        return words

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
        if len(term) < SHORTEST_HELD or not term.isalpha() or shipped_vectors().is_english(term):
            return {}
        return {other: COMPOUND for other in self._holding[term] if self.says(other)}

    def pairs_with(self, letter: str) -> dict[str, float]:
        """Pairs of letters that hold one of a script written without blanks, at `COMPOUND` each."""
        pairs = (str(term) for term in self.index.terms if len(term) == 2 and letter in term)
        return {pair: COMPOUND for pair in pairs if self.says(pair)}

    @cached_property
    def _holding(self) -> Remembered[str, list[str]]:
        """Longer terms that begin or end with one, and hold a word beside it."""

        def held(term: str) -> list[str]:
            ends = ((other, _rest(other, term)) for other in self.index.terms if term in other)
            return [other for other, rest in ends if rest != other and self._is_word(rest)]

        return Remembered(held, MOST)

    def _is_word(self, rest: str) -> bool:
        return rest.isalpha() and (len(rest) >= SHORTEST_HELD or (len(rest) == 3 and self.says(rest)))

    def kin(self, term: str, languages: tuple[str, ...]) -> dict[str, float]:
        """Words of the same family in one of the languages, at `KIN` each."""
        return {other: KIN for other in self._families[term, languages] if self.says(other)}

    def parts(self, term: str, languages: tuple[str, ...]) -> dict[str, float]:
        """Parts of a compound that nobody says, at `PART` each."""
        parts = () if self.says(term) else parts_of(self.index.terms, term, languages)
        return {other: PART for other in parts if self.says(other)}

    @cached_property
    def _families(self) -> Remembered[tuple[str, tuple[str, ...]], list[str]]:
        return Remembered(lambda asked: kin_of(self.index.terms, *asked), MOST)

    @cached_property
    def phrases(self) -> Remembered[str, np.ndarray]:
        """Visible documents that say a phrase as it is written, shape (n_docs,), bool, by phrase."""
        return Remembered(lambda text: self.index.holding(pattern_of(text)) & self.visible, MOST)

    @property
    def unseen_idf(self) -> float:
        """Weight of a word that nobody uses."""
        return float(np.log1p(2.0 * max(self.n_visible, 1)))

    def idf_at(self, df: float) -> float:
        """Weight of what `df` visible documents hold."""
        return float(np.log1p((max(self.n_visible - df, 0.0) + 0.5) / (df + 0.5)))

    def idf_of(self, term: str) -> float:
        """Weight of a term, as rare as can be where nobody uses it."""
        column = self.index.column(term)
        return float(self.idf[column]) if column >= 0 else self.unseen_idf


def view_of(index: TextIndex, as_of_day: int | None) -> View:
    """The index as of a day; None is everything."""
    return View(index, index.everything if as_of_day is None else index.created_day < as_of_day)


def _rest(longer: str, word: str) -> str:
    """What is left of a longer word before or after `word`; all of it where it neither begins nor ends with it."""
    return longer.removesuffix(word) if longer.endswith(word) else longer.removeprefix(word)
