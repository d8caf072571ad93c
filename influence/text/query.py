"""The niche as a query: the words asked for, words that mean nearly the same, and how much of it a text covers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from influence.text.briefs import said_in
from influence.text.families import COMMON
from influence.text.grammar import Said, is_function_word
from influence.text.literals import written_pattern
from influence.text.senses import STRANGERS as APART_ENOUGH
from influence.text.senses import Sense, company, elsewhere, posts_saying, senses_of
from influence.text.tokens import Tokenizer, fold, is_paired, raw_tokens, stop_terms
from influence.text.vectors import shipped_vectors
from influence.text.view import View

LEAST_SIMILAR = 0.5
"""Cosine from which a word may stand in for one that was asked for; at 1 it counts in full."""
NEAR_WORD = 0.5
"""How far such a word stands in for one of a brief in another language; in English briefs it led astray."""
LEAST_TRANSLATED = 0.6
"""The same for the words of a brief in another language than the texts."""
APART = 10.0
"""A word of the niche is read as several (`veganbaking`) where each of them is said by so many times more texts."""
COVER_POWER = 2.5
"""Half of a niche's words are worth much less than half: a post on baking is not one on vegan baking."""
ENOUGH, LOOSE_POWER = 3, 1.0
"""Words of a niche that are enough of it, and the power, where there are no near words."""
OTHER_FORM, READ_AT_MOST = 0.5, 2_000
"""How far another form of a word stands in for it where nothing tells, and up to how many posts are read to tell."""
OTHER_SENSE = 0.1
"""How far a text counts that says the word of the niche in another sense than the one that was chosen."""
STRANGERS, LEAST_WITHIN = (0.2, 0.7), 0.02
"""Nearness of the company of two forms, as a share of that within one, at which they are strangers and the same."""
LEAST_COMPANY, MOST_COMPANY, STEADY = 3, 500, 20
"""Texts of each form from which, and up to which, the company is read, and by how many it tells half."""
SIGNED = re.compile(r"\w&\w")
"""What would lose its signs as terms: `R&B`, `D&D`."""
BRIEF_TERMS, FOREIGN_TERMS = 24, 40
LEAST_NEAR, UNTOLD_NEAR, NEAR_POWER = 0.1, 0.25, 0.3
"""Nearness of a brief's word far from what the brief means, and of one whose meaning the word vectors don't know (what
half of the known ones have); the fewer words of the brief they know, the nearer all come to the latter. Nearness counts
to a low power: nearest to the middle of a brief are its commonest words (*recipes*, *photos*), not its own (*mash*)."""


@dataclass(frozen=True)
class Unit:
    """One thing that a niche asks for: a term and what may stand in for it, or a phrase that the texts say.

    Attributes
    ----------
    written : str
    term : str
        Empty for a phrase.
    weight : float
        How rare it is.
    near : dict of term to weight
        What may stand in for the term and how well, itself at 1.
    holds : ndarray of bool, shape (n_docs,), or None
        For a phrase: who says it.
    otherwise : ndarray of int, or None
        Documents that say the term in another form only (*box*, where *boxing* was asked for), or in another
        sense.
    worth : float or ndarray of float, shape of `otherwise`
        How far such a form stands in for it.
    english : bool
        Whether the word vectors know it, and the niche is not surely in another language.
    """

    written: str
    term: str
    weight: float
    near: dict[str, float]
    holds: np.ndarray | None = None
    otherwise: np.ndarray | None = None
    worth: float | np.ndarray = 1.0
    english: bool = True

    def heard(self, view: View) -> bool:
        """Whether some text says it, or a word of nearly the same meaning."""
        return bool(self.holds.any()) if self.holds is not None else any(map(view.says, self.near))

    def cover(self, view: View) -> np.ndarray:
        """How much of it each document says, shape (n_docs,), 0-1."""
        if self.holds is not None:
            cover = self.holds.astype(np.float32)
        else:
            cover = view.index.presence @ view.index.vector(self.near)
        if self.otherwise is not None:
            cover[self.otherwise] -= 1.0 - self.worth
        return np.minimum(1.0, cover)


@dataclass(frozen=True)
class AskedTerms:
    """A niche in terms of an index.

    Attributes
    ----------
    alternatives : tuple of tuple of Unit
        What is asked for in words; any of them will do. What nobody says, nor any word like it, is left out.
    unwanted : tuple of tuple of Unit
        Things of which no text should say all the words.
    brief : dict of term to weight
    unheard : tuple of str
        Words that nobody says, as they were written.
    examples : ndarray of int
        Codes of the example accounts.
    shared : dict of term to weight
        What the examples have in common.
    senses : tuple of Sense
        Two of a niche of one word that is said in two.
    sense : int
        Which of them is meant, -1 if not told.
    meanings : ndarray of float32, shape (n, n_dims)
        What is meant, a direction for each alternative, of length one; shorter where the word vectors know only some
        of the words.
    """

    alternatives: tuple[tuple[Unit, ...], ...] = ()
    unwanted: tuple[tuple[Unit, ...], ...] = ()
    brief: dict[str, float] = field(default_factory=dict)
    examples: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    shared: dict[str, float] = field(default_factory=dict)
    meanings: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    unheard: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    senses: tuple[Sense, ...] = ()
    sense: int = -1

    @property
    def units(self) -> list[Unit]:
        """All that is asked for in words."""
        return [unit for some in self.alternatives for unit in some]

    @property
    def keywords(self) -> dict[str, float]:
        """The terms among the units."""
        return terms_of(self.units)


def terms_of(units: Iterable[Unit]) -> dict[str, float]:
    """The terms of some units and their weights."""
    return {unit.term: unit.weight for unit in units if unit.term}


def units_of(view: View, words: Sequence[Said], languages: tuple[str, ...]) -> list[Unit]:
    """What some words ask for.

    A word that is no term (a stop word of some language, a letter, `R&B`) is looked up in the texts, together with such
    words beside it; one that only holds others together says nothing beside words that say something.
    """
    units: list[Unit] = []
    run: list[str] = []
    for said in [*words, Said("")]:
        as_it_stands = said.phrase or SIGNED.search(said.text)
        terms = [] if as_it_stands else _word_units(view, said.text, languages)
        if said.text and not (terms or as_it_stands):
            run.append(said.text)
            continue
        units += _run_units(view, run, alone=not (units or terms or said.text))
        run = []
        if terms:
            units += terms
        elif said.text:
            units.append(phrase_unit(view, said.text))
    return units


def as_written(view: View, units: Sequence[Unit]) -> list[Unit]:
    """The units, each with the documents that say it in another form only.

    The stem of *boxing* is that of *box*, the stem of *humanism* that of *human*. The posts with the stem are read,
    where they are few enough that it costs little. Beside other words of the niche these tell the sense: a *bicycle
    tour* is *bicycle touring*.
    """
    if len(units) != 1 or not _inflects(units[0]) or view.index.texts is None:
        return list(units)
    unit, rows = units[0], posts_saying(view, units[0].term)
    if not 0 < len(rows) <= READ_AT_MOST:
        return [unit]
    said = view.index.texts.among(view.index.post_ids[rows], written_pattern(unit.written))
    worth = _kinship(view, unit.written, unit.term, rows[said], rows[~said])
    return [replace(unit, otherwise=rows[~said], worth=worth)]


def in_sense(view: View, unit: Unit, senses: tuple[Sense, ...], at: int) -> Unit:
    """The unit, with the documents that say it in another sense than the one at a position."""
    worth = np.ones(view.index.n_docs)
    if unit.otherwise is not None:
        worth[unit.otherwise] = unit.worth
    worth[elsewhere(view, unit.term, _posts_of(view, unit), senses, at)] = OTHER_SENSE
    rows = np.flatnonzero(worth < 1.0)
    return replace(unit, otherwise=rows, worth=worth[rows])


def senses_asked(view: View, alternatives: Sequence[Sequence[Unit]], meant: bool) -> tuple[Sense, ...]:
    """The senses of a niche of a single word; where somebody says which is `meant`, any two that can be parted."""
    units = [unit for some in alternatives for unit in some]
    if len(units) != 1 or not (_inflects(units[0]) or units[0].holds is not None):
        return ()
    return senses_of(view, units[0].term, _posts_of(view, units[0]), 1.0 if meant else APART_ENOUGH)


def _posts_of(view: View, unit: Unit) -> np.ndarray:
    if unit.holds is None:
        return posts_saying(view, unit.term)
    return np.flatnonzero(unit.holds & ~view.index.is_bio)


def _kinship(view: View, word: str, term: str, same: np.ndarray, otherwise: np.ndarray) -> float:
    """How far another form of a word (stem `term`) means the same: by the company that the two keep, else `OTHER_FORM`.

    Bakers *bake*, so *baking* and *bake* stand among the same words; *humanism* and *human* do not. Measured is how
    near texts with the one are to texts with the other, beside how near the former are to each other.
    """
    one, other = (_company_known(view, term, rows) for rows in (same, otherwise))
    least, n = min(len(one), len(other)), len(one)
    if least < LEAST_COMPANY:
        return OTHER_FORM if word.isascii() else OTHER_FORM / 2  # *pain* is no *pâine*
    within = (float(np.square(one.sum(axis=0)).sum()) - n) / (n * (n - 1))
    between = float(one.mean(axis=0) @ other.mean(axis=0))
    low, high = STRANGERS
    told = float(np.clip((between / max(within, LEAST_WITHIN) - low) / (high - low), OTHER_FORM / 2, 1.0))
    return OTHER_FORM + (told - OTHER_FORM) * least / (least + STEADY)


def _company_known(view: View, term: str, rows: np.ndarray) -> np.ndarray:
    """Company of the first `MOST_COMPANY` rows, where the word vectors know any of it."""
    beside = company(view, term, rows[:MOST_COMPANY])
    return np.asarray(beside[beside.any(axis=1)])


def _inflects(unit: Unit) -> bool:
    """Whether a unit is one plain word; of several, or of a word read apart, the text shows no single form."""
    latin = unit.written.isalpha() and fold(unit.written).isascii()
    return latin and Tokenizer().terms(unit.written) == [unit.term]


def phrase_unit(view: View, text: str) -> Unit:
    """A phrase, by who says it as it is written."""
    holds = view.phrases[text]
    return Unit(text, "", view.idf_at(float(holds.sum())), {}, holds)


def _run_units(view: View, run: Sequence[str], alone: bool) -> list[Unit]:
    """Words beside one another that are no terms: a phrase, without those at its ends that say nothing."""
    said = [word for word in run if any(map(str.isalnum, word))]
    kept = [word for word in said if not is_function_word(word)]
    kept = said if alone and kept else kept
    capital = [word for word in kept if word.isupper()]
    rest = " ".join(word for word in kept if not word.isupper())
    return [phrase_unit(view, text) for text in [*capital, rest] if text]


def _word_units(view: View, word: str, languages: tuple[str, ...]) -> list[Unit]:
    tokenizer = Tokenizer()
    terms = (term for token in raw_tokens(word) for term in _terms_of(view, token, tokenizer))
    return [term_unit(view, term, word, languages) for term in dict.fromkeys(terms)]


def term_unit(view: View, term: str, word: str, languages: tuple[str, ...]) -> Unit:
    """A term with its neighbours in meaning, its family in other languages, and the longer words that hold it."""
    known = shipped_vectors().is_english(term)
    said = view.says(term)
    if len(term) == 1 and is_paired(term):
        return _letter_unit(view, term, word)
    no_kin = known and said and len(languages) != 1
    kin = {} if no_kin else view.kin(term, languages if said else languages or COMMON)
    near = {**view.words_with(term), **kin, **shipped_vectors().similar(term, LEAST_SIMILAR)}
    parts = {} if any(map(view.says, near)) else view.parts(term, languages)
    weight = max((share * view.idf_of(part) for part, share in parts.items()), default=view.idf_of(term))
    return Unit(word, term, weight, parts | near, english=known and len(languages) != 1)


def _letter_unit(view: View, letter: str, word: str) -> Unit:
    """A word of one letter (*island*, in Japanese), by the pairs that hold it."""
    near = {letter: 1.0, **view.pairs_with(letter)}
    columns = [column for column in map(view.index.column, near) if column >= 0]
    said = np.asarray(view.index.presence[:, columns].sum(axis=1)).ravel() > 0
    return Unit(word, letter, view.idf_at(float((said & view.visible).sum())), near, english=False)


def _terms_of(view: View, word: str, tokenizer: Tokenizer) -> list[str]:
    """Terms of a word that was asked for; several where it was written together and the texts write it apart."""
    whole = tokenizer.terms(word)
    parts = tokenizer.terms(f"#{word.lower()}") if word.isalpha() and len(whole) == 1 else []
    if len(parts) < 2 or not all(map(view.says, parts)):
        return whole
    rarer = view.idf_of(whole[0]) - max(map(view.idf_of, parts))
    return parts if rarer > np.log(APART) or not view.says(whole[0]) else whole


def brief_terms(view: View, brief: str, languages: tuple[str, ...] = ()) -> dict[str, float]:
    """The terms that a brief is about: those it repeats, that are rare elsewhere, and near to what it means.

    Budget, dates and the trade's usual words count `BALLAST_WEIGHT`; what the brief refuses is no part of it, and what
    somebody does without counts `WITHOUT_WEIGHT`, but where it begins its sentence. A term counts in all words of its
    family in the brief's language.
    """
    silent = stop_terms(languages[0]) if len(languages) == 1 else frozenset()
    said = {term: weight for term, weight in said_in(brief).items() if term not in silent}
    if not said:
        return {}
    vectors = shipped_vectors()
    known = {term: weight for term, weight in said.items() if term in vectors}
    middle, told = vectors.mean(known), sum(known.values()) / sum(said.values())
    foreign = 2 * sum(map(view.says, said)) < len(said)
    weights: dict[str, float] = {}
    for term, weight in said.items():
        near = max(LEAST_NEAR, float(vectors.mean({term: 1.0}) @ middle)) if term in known else UNTOLD_NEAR
        near = told * near**NEAR_POWER + (1 - told) * UNTOLD_NEAR**NEAR_POWER
        family = {**view.words_with(term), term: 1.0, **view.kin(term, languages)}
        if not vectors.is_english(term):
            near_words = vectors.similar(term, LEAST_SIMILAR).items()
            family = {**{other: NEAR_WORD * share for other, share in near_words}, **family}
        if foreign and not view.says(term):
            family |= vectors.similar(term, LEAST_TRANSLATED)
        for other, share in family.items():
            column = view.index.column(other)
            if column >= 0:
                found = share * weight * float(view.idf[column]) * near
                weights[other] = max(weights.get(other, 0.0), found)
    n_terms = FOREIGN_TERMS if languages else BRIEF_TERMS  # the forms of a word are terms of their own there
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:n_terms])


def cover_any(view: View, alternatives: Sequence[Sequence[Unit]]) -> np.ndarray:
    """How much of the best of several alternatives each document covers, shape (n_docs,), 0-1."""
    best = np.zeros(view.index.n_docs, dtype=np.float32)
    for units in alternatives:
        best = np.maximum(best, cover_all(view, units))
    return best


def cover_all(view: View, units: Sequence[Unit]) -> np.ndarray:
    """How much of the words asked for each document covers, shape (n_docs,), 0-1.

    The covered share of the words' weight to the power `COVER_POWER`, times the length factor. A word is covered by
    itself, or in part by one of nearly the same meaning. The fewer of the words the word vectors know, the fewer texts
    would be found by near words: then the `ENOUGH` weightiest are all of it, and the power nears 1.
    """
    weights = sorted((unit.weight for unit in units), reverse=True)
    told = _told(units)
    total = told * sum(weights) + (1 - told) * sum(weights[:ENOUGH]) or 1.0
    power = told * COVER_POWER + (1 - told) * LOOSE_POWER
    share = np.zeros(view.index.n_docs, dtype=np.float32)
    for unit in units:
        share += unit.weight / total * unit.cover(view)
    said = np.flatnonzero(share)
    found = np.zeros(len(share), dtype=np.float32)
    found[said] = np.minimum(1.0, share[said]) ** power * view.length_factor[said]
    return found


def _told(units: Sequence[Unit]) -> float:
    """Share of the units that are English enough for near words to stand in for them; phrases count as such."""
    return sum(unit.english for unit in units) / max(len(units), 1)


def cover_some(view: View, weights: dict[str, float]) -> np.ndarray:
    """How much of a longer list of terms each document covers: the weight of its `ENOUGH` strongest is all of it."""
    if not weights:
        return np.zeros(view.index.n_docs, dtype=np.float32)
    full = sum(sorted(weights.values(), reverse=True)[:ENOUGH])
    covered = view.index.presence @ view.index.vector(weights)
    return np.asarray(np.minimum(1.0, covered / full) * view.length_factor, dtype=np.float32)
