"""How well texts fit a niche: posts first, then the accounts that wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from influence.errors import NicheError
from influence.text.briefs import is_ballast
from influence.text.examples import feedback_terms, like_examples, second_look, shared_terms
from influence.text.families import families_of
from influence.text.grammar import Said, Wording, is_function_word, read_wording
from influence.text.index import TextIndex
from influence.text.interests import COMMUNITIES, NearTopic, topic_prior
from influence.text.negation import Negated, negated_parts
from influence.text.niche import Niche
from influence.text.niche_terms import NicheTerm, explain_terms
from influence.text.notes import notes_of
from influence.text.query import (
    AskedTerms,
    Unit,
    as_written,
    brief_terms,
    cover_any,
    cover_some,
    in_sense,
    senses_asked,
    terms_of,
    units_of,
)
from influence.text.senses import Sense, chosen
from influence.text.spelling import nearest_word
from influence.text.tokens import raw_tokens
from influence.text.vectors import shipped_vectors, unit
from influence.text.view import View, view_of

MEANING, FEEDBACK, TOPIC, ACCOUNT = 0.4, 0.15, 0.15, 0.5
"""How sure each kind of evidence can make us alone; the words asked for can make us entirely sure."""
AGAIN, AGAIN_LONG = 0.3, 0.8
"""How sure closeness to the accounts that fit best can make us, with words asked for, and with a brief or examples."""
LEAST_MEANING, LEAST_WHOLE = 0.25, 0.15
"""Cosine below which a text, or all an account says, is taken to mean something else than the niche."""
NOISE = 0.05
"""Scores below this do not add up: ten thousand posts must not win by mass."""
SHRINK_POSTS, CROWD_POWER = 1.0, 0.6


@dataclass(frozen=True)
class Relevance:
    """How well each post and each account fits a niche.

    Attributes
    ----------
    post_score : ndarray of float32, shape (n_docs,)
        0 says nothing of the niche, 1 says all of it; 0 for documents after `as_of_day`.
    account_fit : ndarray of float64, shape (n_accounts,)
        0-1; NaN where the account has no text.
    account_support : ndarray of float64, shape (n_accounts,)
        Documents (posts and profile) the fit rests on.
    account_words : ndarray of float64, shape (n_accounts,)
        Words of them that tell what it is about; see `View.words_of_accounts`.
    terms : tuple of NicheTerm
        Strongest first.
    topics : tuple of str
        Communities of the topic prior whose words were used, nearest first.
    notes : tuple of str
        What a reader must know; see `influence.text.notes`.
    senses : tuple of Sense
        Two of a niche of one word that is said in two.
    sense : int
        Which of them is meant, -1 if not told.
    """

    index: TextIndex
    post_score: np.ndarray
    account_fit: np.ndarray
    account_support: np.ndarray
    account_words: np.ndarray
    terms: tuple[NicheTerm, ...]
    topics: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    senses: tuple[Sense, ...] = ()
    sense: int = -1

    def evidence(self, account_id: str, k: int = 3) -> list[str]:
        """Ids of the `k` posts of an account that fit best (score above zero), best first."""
        index = self.index
        code = index.code_of(account_id)
        rows = np.flatnonzero((index.account_codes == code) & ~index.is_bio & (self.post_score > 0))
        order = sorted(rows, key=lambda row: (-float(self.post_score[row]), str(index.post_ids[row])))
        return [str(index.post_ids[row]) for row in order[:k]]


def niche_relevance(index: TextIndex, niche: Niche, *, as_of_day: int | None = None) -> Relevance:
    """Score every post and account of `index` for `niche`.

    A post's score joins four kinds of evidence as if they were independent (1 - product of the doubts): the words
    asked for, all together and in the post or in words of nearly the same meaning; the meaning of the whole post; the
    words of the accounts that fit best (Rocchio); and the words of communities near the niche (topic prior).
    An account's fit adds up its posts, with small samples shrunk and long histories damped, and joins the mean
    meaning of all it says, and how close all of that is to the accounts that fit best.

    Parameters
    ----------
    index : TextIndex
    niche : Niche
        Keywords, a brief, example accounts (by `account_id`), or all three.
    as_of_day : int, optional
        Only documents created before this day may influence anything.

    Raises
    ------
    NicheError
        The niche is empty, or none of its words and examples occurs in the data.
    """
    view = view_of(index, as_of_day)
    asked = _understand(view, niche)
    refused = cover_unwanted(view, asked.unwanted)
    form = _in_this_form(view, asked)
    first = _join(_said(view, asked), MEANING * (_meant(view, asked.meanings) * form)) * (1 - refused)
    told = asked.alternatives or asked.brief
    learned = feedback_terms(view, account_fit(view, first)) if told else {}
    topics = _topics(asked)
    score = _join(first, FEEDBACK * cover_some(view, learned), TOPIC * _topical(view, topics)) * (1 - refused)
    if not score.any() and not len(asked.examples):
        raise _nobody(view, niche)
    fit = _fit(view, score, asked, form)
    if asked.unwanted:
        fit *= 1 - np.nan_to_num(account_fit(view, np.asarray(refused)))
    _, support = view.texts_of_accounts
    terms = explain_terms(view, asked, learned, topics)
    names = tuple(topic.name for topic in topics)
    notes = notes_of(view, niche, asked, score)
    return Relevance(
        index, score.astype(np.float32), fit, support.astype(np.float64), view.words_of_accounts(), terms, names, notes,
        asked.senses, asked.sense,
    )  # fmt: skip


def _fit(view: View, score: np.ndarray, asked: AskedTerms, form: np.ndarray) -> np.ndarray:
    """Fit of each account: its posts, all it means, its likeness to the examples, and to those who fit best."""
    said = account_fit(view, score)
    near = _beyond_chance((view.meanings @ asked.meanings.T).max(axis=1), LEAST_WHOLE)
    parts = [ACCOUNT * near * _mean_by_account(view, form)]
    if len(asked.examples):
        parts.append(like_examples(view, asked.examples))
    fit = np.where(np.isnan(said), np.nan, _join(said, *parts))
    told_at_length = not asked.alternatives and bool(asked.brief or len(asked.examples))
    again = (AGAIN_LONG if told_at_length else AGAIN) * second_look(view, fit, asked.examples)
    return np.where(np.isnan(fit), np.nan, _join(fit, again))


def account_fit(view: View, score: np.ndarray) -> np.ndarray:
    """From posts to accounts: 1 - exp(-sum of scores / (n ** `CROWD_POWER` + `SHRINK_POSTS`)), shape (n_accounts,).

    One sure post gives 0.39, ten of ten 0.87, ten of ten thousand 0.04. NaN where an account has said nothing at all.
    """
    index, n = view.index, view.index.n_accounts
    counted = np.flatnonzero((score >= NOISE) & view.visible)
    total = np.bincount(index.account_codes[counted], score[counted], minlength=n)
    texts, spoken = view.texts_of_accounts
    fit = -np.expm1(-total / (texts**CROWD_POWER + SHRINK_POSTS))
    return np.where((spoken > 0) | (total > 0), fit, np.nan)


def _understand(view: View, niche: Niche) -> AskedTerms:
    codes = (view.index.code_of(name) for name in niche.like)
    examples = np.unique(np.array([code for code in codes if code >= 0], dtype=np.int64))
    shared = shared_terms(view, np.sort(examples), min(2, len(examples))) if len(examples) else {}
    wording, negated = read_wording(niche.keywords), negated_parts(niche.brief)
    _refuse_contradiction(niche, wording)
    languages = families_of(wording.plain)
    all_units = [as_written(view, units_of(view, words, languages)) for words in wording.alternatives]
    heard = [tuple(unit for unit in units if unit.heard(view)) for units in all_units]
    brief = brief_terms(view, niche.brief, families_of(niche.brief))
    senses = senses_asked(view, heard, bool(niche.sense.strip()))
    sense = chosen(view, senses, niche.sense) if senses and niche.sense.strip() else -1
    if sense >= 0:
        heard = [tuple(in_sense(view, unit, senses, sense) for unit in units) for units in heard]
    asked = AskedTerms(
        alternatives=tuple(units for units in heard if units),
        unwanted=_unwanted(view, wording, negated, languages),
        brief=brief,
        examples=examples,
        shared=shared,
        meanings=_meanings([*map(_weights_of, all_units, heard)] or [brief], view.meanings[examples]),
        unheard=tuple(dict.fromkeys(u.written for units in all_units for u in units if not u.heard(view))),
        languages=languages,
        senses=senses,
        sense=sense,
    )
    if sense >= 0:
        asked = replace(asked, meanings=unit(asked.meanings + senses[sense].centre))
    if not (any(all_units) or asked.brief or len(examples)):
        raise _nobody(view, niche)
    return asked


def _unwanted(
    view: View, wording: Wording, negated: Sequence[Negated], languages: tuple[str, ...]
) -> tuple[tuple[Unit, ...], ...]:
    """What is not wanted, each thing in its own words: nothing that merely means nearly the same.

    What a brief does without (*no eggs*) is held against nobody, nor is a word that briefs say whatever they are about.
    """
    said: list[tuple[Said, ...]] = [(one,) for one in wording.unwanted]
    said += [tuple(map(Said, item.split())) for part in negated if part.refused for item in part.items]
    found = (
        tuple(_exact(view, unit, languages) for unit in units_of(view, words, languages)) for words in said
    )
    return tuple(units for units in found if any(not is_ballast(unit.term) for unit in units))


def _exact(view: View, unit: Unit, languages: tuple[str, ...]) -> Unit:
    return replace(unit, near={unit.term: 1.0, **view.kin(unit.term, languages)}) if unit.term else unit


def _weights_of(units: Sequence[Unit], heard: Sequence[Unit]) -> dict[str, float]:
    """The terms that say what is meant: those somebody says, and those whose meaning is known."""
    known = terms_of(heard).keys()
    return {term: 1.0 for term in terms_of(units) if term in known or term in shipped_vectors()}


def _meanings(bags: Sequence[dict[str, float]], examples: np.ndarray) -> np.ndarray:
    """What is meant, shape (n, n_dims): each alternative in words, half and half with the mean of the examples.

    Its length is the share of the words that the word vectors know: where *tutorial* is all they know of *kubernetes
    tutorial*, what it means tells half.
    """
    words = np.vstack([_meaning(weights) for weights in bags])
    return unit(words + unit(examples.mean(axis=0))) if len(examples) else words


def _meaning(weights: dict[str, float]) -> np.ndarray:
    vectors = shipped_vectors()
    told = sum(weight for term, weight in weights.items() if term in vectors)
    return np.asarray(vectors.mean(weights) * np.float32(told / max(sum(weights.values()), 1e-9)))


def _topics(asked: AskedTerms) -> list[NearTopic]:
    """Communities near any of what is asked for."""
    prior = topic_prior()
    bags = [terms_of(units) for units in asked.alternatives] or [asked.brief]
    found = {topic.name: topic for bag in bags for topic in prior.nearest(bag) if bag}
    return sorted(found.values(), key=lambda topic: (-topic.nearness, topic.name))[:COMMUNITIES]


def _said(view: View, asked: AskedTerms) -> np.ndarray:
    """The words of the niche: keywords all together, or some of the brief's or of those the examples share."""
    covers = [cover_any(view, asked.alternatives)]
    covers += [cover_some(view, asked.brief) ** 1.5] if asked.brief else []
    covers += [0.7 * cover_some(view, asked.shared) ** 1.5] if asked.shared else []
    return np.asarray(np.maximum.reduce(covers))


def cover_unwanted(view: View, unwanted: Sequence[Sequence[Unit]]) -> np.ndarray:
    """How surely each document says something that is not wanted, shape (n_docs,), 0-1: all words of one thing."""
    covers = [np.minimum.reduce([unit.cover(view) for unit in units]) for units in unwanted]
    return np.asarray(np.maximum.reduce([np.zeros(view.index.n_docs), *covers]) * view.visible)


def _in_this_form(view: View, asked: AskedTerms) -> np.ndarray:
    """What a document's meaning is worth, shape (n_docs,): less where a word is there in another form only.

    The word vectors know stems: to them *boxing* means what *box* does.
    """
    worth = np.ones(view.index.n_docs)
    for one in asked.units:
        if one.otherwise is not None:
            worth[one.otherwise] = one.worth
    return worth


def _mean_by_account(view: View, worth: np.ndarray) -> np.ndarray:
    """Mean over each account's visible documents, shape (n_accounts,); 1 for those without any."""
    codes, n = view.index.account_codes, view.index.n_accounts
    texts, _ = view.texts_of_accounts
    return np.where(
        texts > 0, np.bincount(codes, worth * view.visible, minlength=n) / np.maximum(texts, 1), 1.0
    )


def _meant(view: View, meanings: np.ndarray) -> np.ndarray:
    """How near the meaning of each document is, beyond chance, 0-1."""
    index = view.index
    known, table = index.aligned_terms
    towards = np.zeros((len(index.terms), len(meanings)), dtype=np.float32)
    towards[known] = table @ meanings.T
    cosine = (index.presence @ towards).max(axis=1) / np.maximum(index.meaning_length, 1e-9)
    return np.asarray(_beyond_chance(cosine, LEAST_MEANING) * view.visible, dtype=np.float32)


def _beyond_chance(cosine: np.ndarray, least: float) -> np.ndarray:
    return np.clip((cosine - least) / (1 - least), 0.0, 1.0)


def _topical(view: View, topics: list[NearTopic]) -> np.ndarray:
    """The words of the communities near the niche, the nearer the more."""
    weights: dict[str, float] = {}
    for topic in topics:
        for term, weight in topic.terms.items():
            weights[term] = weights.get(term, 0.0) + topic.nearness**2 * weight / len(topics)
    return cover_some(view, weights) * max((topic.nearness for topic in topics), default=0.0)


def _join(*evidence: np.ndarray) -> np.ndarray:
    """Several reasons to be sure, as if independent: one minus the product of the doubts."""
    doubt = np.ones(len(evidence[0]))
    for part in evidence:
        doubt *= 1.0 - np.minimum(np.fmax(part, 0.0), 1.0)  # unknown says nothing
    return np.asarray(1.0 - doubt)


def _refuse_contradiction(niche: Niche, wording: Wording) -> None:
    """A word that is wanted in every alternative and left out: nobody could be found."""
    refused = {said.text.lower() for said in wording.unwanted}
    asked = [{said.text.lower() for said in some} for some in wording.alternatives]
    both = sorted(refused & set().union(*asked)) if asked and all(refused & some for some in asked) else []
    if both:
        raise NicheError(
            f"the niche asks for {both[0]!r} and leaves it out",
            seen=niche.label,
            hint=f"drop {both[0]!r} or -{both[0]}",
        )


def _nobody(view: View, niche: Niche) -> NicheError:
    wording = read_wording(niche.keywords)
    words = [word for word in wording.plain.split() if not is_function_word(word)]
    if niche.keywords and not niche.brief and not any(map(str.isalnum, "".join(words))):
        return NicheError(
            "these words say nothing by themselves",
            seen=niche.label,
            hint='name what the niche is about, as in "vegan baking"',
        )
    nearest = [near for word in raw_tokens(wording.plain) if (near := nearest_word(view, word))]
    return NicheError(
        "no account says any word of this niche",
        seen=niche.label,
        hint=(f"did you mean {' '.join(nearest)!r}? " if nearest else "")
        + "try plainer or more general words, or name example accounts with --like",
    )
