"""How well texts fit a niche: posts first, then the accounts that wrote them."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

import numpy as np

from influence.errors import NicheError
from influence.text.examples import like_examples, second_look
from influence.text.feedback import feedback_terms, shared_terms
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.notes import notes_of
from influence.text.query import (
    Asked,
    View,
    brief_terms,
    cover_all,
    cover_some,
    heard,
    keyword_terms,
    view_of,
)
from influence.text.reasons import NicheTerm, explain_terms
from influence.text.spelling import nearest_word, written
from influence.text.tokens import Tokenizer, raw_tokens
from influence.text.topics import NearTopic, topic_prior
from influence.text.vectors import shipped_vectors, unit

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
    terms : tuple of NicheTerm
        Strongest first.
    topics : tuple of str
        Communities of the topic prior whose words were used, nearest first.
    notes : tuple of str
        What a reader must know; see `influence.text.notes`.
    """

    index: TextIndex
    post_score: np.ndarray
    account_fit: np.ndarray
    account_support: np.ndarray
    terms: tuple[NicheTerm, ...]
    topics: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

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
    meanings = index.account_meanings if view.visible.all() else index.account_meanings_of(view.visible)
    asked = _understand(view, niche, meanings)
    first = _join(_said(view, asked), MEANING * _meant(view, asked.meaning))
    learned = _learned(view, asked, account_fit(view, first))
    topics = topic_prior().nearest(keyword_terms(view, niche.keywords) or asked.brief)
    score = _join(first, FEEDBACK * cover_some(view, learned), TOPIC * _topical(view, topics))
    if not score.any() and not len(asked.examples):
        raise _nobody(view, niche)
    fit = _fit(view, score, asked, meanings)
    support = np.bincount(index.account_codes, view.visible & index.is_spoken, minlength=index.n_accounts)
    terms = explain_terms(view, asked, learned, topics)
    names = tuple(topic.name for topic in topics)
    notes = notes_of(view, niche, asked, score)
    return Relevance(index, score.astype(np.float32), fit, support.astype(np.float64), terms, names, notes)


def _fit(view: View, score: np.ndarray, asked: Asked, meanings: np.ndarray) -> np.ndarray:
    """Fit of each account: its posts, all it means, its likeness to the examples, and to those who fit best."""
    said = account_fit(view, score)
    parts = [ACCOUNT * _beyond_chance(meanings @ asked.meaning, LEAST_WHOLE)]
    if len(asked.examples):
        parts.append(like_examples(view, asked.examples, meanings))
    fit = np.where(np.isnan(said), np.nan, _join(said, *parts))
    told_at_length = not asked.keywords and bool(asked.brief or len(asked.examples))
    again = (AGAIN_LONG if told_at_length else AGAIN) * second_look(view, fit, asked.examples, meanings)
    return np.where(np.isnan(fit), np.nan, _join(fit, again))


def account_fit(view: View, score: np.ndarray) -> np.ndarray:
    """From posts to accounts: 1 - exp(-sum of scores / (n ** `CROWD_POWER` + `SHRINK_POSTS`)), shape (n_accounts,).

    One sure post gives 0.39, ten of ten 0.87, ten of ten thousand 0.04. NaN where an account has said nothing at all.
    """
    index, n = view.index, view.index.n_accounts
    counted = np.where(score >= NOISE, score, 0.0) * view.visible
    total = np.bincount(index.account_codes, counted, minlength=n)
    texts = np.bincount(index.account_codes, view.visible, minlength=n)
    spoken = np.bincount(index.account_codes, view.visible & index.is_spoken, minlength=n)
    fit = -np.expm1(-total / (texts**CROWD_POWER + SHRINK_POSTS))
    return np.where((spoken > 0) | (total > 0), fit, np.nan)


def _understand(view: View, niche: Niche, meanings: np.ndarray) -> Asked:
    codes = (view.index.code_of(name) for name in niche.like)
    examples = np.unique(np.array([code for code in codes if code >= 0], dtype=np.int64))
    shared = shared_terms(view, np.sort(examples), min(2, len(examples))) if len(examples) else {}
    keywords = keyword_terms(view, niche.keywords)
    asked = Asked(keywords, brief_terms(view, niche.brief), examples, shared, np.zeros(0))
    if not (keywords or asked.brief or len(examples)):
        raise _nobody(view, niche)
    known = heard(view, keywords)
    return replace(
        asked,
        keywords=known,
        meaning=_meaning(asked, meanings, known.keys()),
        unheard=written(niche.keywords, keywords.keys() - known.keys()),
    )


def _meaning(asked: Asked, meanings: np.ndarray, heard: Set[str]) -> np.ndarray:
    """What is meant: the words if there are any, half and half with the mean of the examples if there are.

    Its length is the share of the words that the word vectors know, of those that somebody says: where *tutorial* is
    all they know of *kubernetes tutorial*, what it means tells half.
    """
    vectors = shipped_vectors()
    weights = {term: 1.0 for term in asked.keywords if term in vectors or term in heard} or asked.brief
    told = sum(weight for term, weight in weights.items() if term in vectors) / max(
        sum(weights.values()), 1e-9
    )
    words = vectors.mean(weights) * np.float32(told)
    if not len(asked.examples):
        return words
    return unit(words + unit(meanings[asked.examples].mean(axis=0)))


def _said(view: View, asked: Asked) -> np.ndarray:
    """The words of the niche: keywords all together, or some of the brief's or of those the examples share."""
    return np.maximum.reduce(
        [
            cover_all(view, asked.keywords),
            cover_some(view, asked.brief) ** 1.5,
            0.7 * cover_some(view, asked.shared) ** 1.5,
        ]
    )


def _meant(view: View, meaning: np.ndarray) -> np.ndarray:
    """How near the meaning of each document is, beyond chance, 0-1."""
    index = view.index
    known, table = shipped_vectors().aligned(index.terms)
    towards = np.zeros(len(index.terms), dtype=np.float32)
    towards[known] = table @ meaning
    cosine = (index.presence @ towards) / np.maximum(index.meaning_length, 1e-9)
    return np.asarray(_beyond_chance(cosine, LEAST_MEANING) * view.visible, dtype=np.float32)


def _beyond_chance(cosine: np.ndarray, least: float) -> np.ndarray:
    return np.clip((cosine - least) / (1 - least), 0.0, 1.0)


def _learned(view: View, asked: Asked, fit: np.ndarray) -> dict[str, float]:
    return feedback_terms(view, fit) if asked.keywords or asked.brief else {}


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
        doubt *= 1.0 - np.clip(np.nan_to_num(part), 0.0, 1.0)
    return np.asarray(1.0 - doubt)


def _nobody(view: View, niche: Niche) -> NicheError:
    if niche.keywords and not (niche.brief or Tokenizer().terms(niche.keywords)):
        return NicheError(
            "these words say nothing by themselves",
            seen=niche.label,
            hint='name what the niche is about, as in "vegan baking"',
        )
    nearest = [near for word in raw_tokens(niche.keywords) if (near := nearest_word(view, word))]
    return NicheError(
        "no account says any word of this niche",
        seen=niche.label,
        hint=(f"did you mean {' '.join(nearest)!r}? " if nearest else "")
        + "try plainer or more general words, or name example accounts with --like",
    )
