"""What a niche's word means in the data: one thing, or two that are told apart by the company they keep.

*Boxing* is said beside *ring* and *gloves*, and beside *mystery* and *gift*. The texts that say a word are parted in
two by what else they say (2-means on the directions of their other words, from their main axis); where the two halves
are strangers to each other, the word has two senses. Word-sense discrimination by context: Schütze (1998),
Automatic word sense discrimination, Computational Linguistics 24(1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.text.splitting import shipped_splitter
from influence.text.tokens import Tokenizer
from influence.text.vectors import shipped_vectors, unit
from influence.text.view import View

READ, ROUNDS = 2_000, 10
LEAST_TEXTS, LEAST_SHARE, LEAST_ACCOUNTS = 6, 0.15, 8
"""Texts, share of all that say the word, and accounts which a sense must have."""
STRANGERS = 0.22
"""Nearness of the two halves to each other, as a share of that within each, up to which they are two senses."""
TELLING, MANY, TOGETHER = 3, 12, 3
"""Words that are told of a sense, from how many, and in how many of its texts one must stand."""


@dataclass(frozen=True)
class Sense:
    """One of the senses of a word.

    Attributes
    ----------
    words : tuple of str
        What is said beside the word in this sense, most telling first.
    rows : ndarray of int
        The documents that say the word in this sense.
    centre : ndarray of float32, shape (n_dims,)
        What these say beside it, a direction.
    n_accounts : int
    """

    words: tuple[str, ...]
    rows: np.ndarray
    centre: np.ndarray
    n_accounts: int


def senses_of(view: View, term: str, rows: np.ndarray, apart: float = STRANGERS) -> tuple[Sense, ...]:
    """The senses of a word that posts at `rows` say: two, the one of more accounts first, or none.

    `term` is empty for what is no term (`influence.text.literals`); `apart` is how near the two may be at most.
    """
    rows = _spread(rows[view.visible[rows]])
    beside = company(view, term, rows)
    told = np.abs(beside).sum(axis=1) > 0
    rows, beside = rows[told], beside[told]
    if len(rows) < 2 * LEAST_TEXTS:
        return ()
    half = _halves(beside)
    least = max(LEAST_TEXTS, LEAST_SHARE * len(rows))
    if min(half.sum(), (~half).sum()) < least or strangeness(beside, half) > apart:
        return ()
    found = (_sense(view, term, rows, beside, part) for part in (half, ~half))
    senses = sorted(found, key=lambda sense: (not sense.words, -sense.n_accounts, sense.words))
    return tuple(senses) if senses[1].n_accounts >= LEAST_ACCOUNTS and senses[1].words else ()


def elsewhere(view: View, term: str, rows: np.ndarray, senses: tuple[Sense, ...], at: int) -> np.ndarray:
    """Those of `rows` that say a term rather in another of its senses."""
    nearness = company(view, term, rows) @ np.vstack([sense.centre for sense in senses]).T
    return np.asarray(rows[nearness[:, at] < nearness.max(axis=1)])


def _spread(rows: np.ndarray) -> np.ndarray:
    """Some rows, `READ` of them evenly spread where there are more."""
    at = np.unique(np.linspace(0, len(rows) - 1, READ).astype(int))
    return rows[at] if len(rows) > READ else rows


def strangeness(beside: np.ndarray, half: np.ndarray) -> float:
    """Nearness of two halves to each other over that within the looser one; 1 is no difference."""
    parts = beside[half], beside[~half]
    within = min(_nearness_within(part) for part in parts)
    return float(parts[0].mean(axis=0) @ parts[1].mean(axis=0)) / max(within, 1e-9)


def chosen(view: View, senses: tuple[Sense, ...], meant: str) -> int:
    """Which sense is meant by some words: the one that says them, else the one whose company is nearest to them.

    -1 where the words tell nothing: no post says them in either sense, and the word vectors know none.
    """
    terms = dict.fromkeys(Tokenizer().terms(meant), 1.0)
    said = [len(terms.keys() & set(Tokenizer().terms(" ".join(sense.words)))) for sense in senses]
    if max(said, default=0) > min(said, default=0):
        return int(np.argmax(said))
    direction = shipped_vectors().mean(terms)
    columns = [column for column in map(view.index.column, terms) if column >= 0]
    spoken = [float(view.index.presence[sense.rows][:, columns].sum()) / len(sense.rows) for sense in senses]
    nearness = [sense.centre @ direction + n for sense, n in zip(senses, spoken, strict=True)]
    return int(np.argmax(nearness)) if np.any(nearness) else -1


def posts_saying(view: View, term: str) -> np.ndarray:
    """Rows of the posts that hold a term."""
    column, presence = view.index.column(term), view.index.presence
    if column < 0:
        return np.zeros(0, dtype=np.int64)
    holding = np.searchsorted(presence.indptr, np.flatnonzero(presence.indices == column), side="right") - 1
    return np.asarray(holding[~view.index.is_bio[holding]], dtype=np.int64)


def company(view: View, term: str, rows: np.ndarray) -> np.ndarray:
    """Directions of what some documents say beside a term, shape (n_rows, n_dims); zeros where that is nothing."""
    words = view.index.presence[rows].tocsr()
    columns = np.setdiff1d(np.unique(words.indices), [view.index.column(term)])
    known, table = shipped_vectors().aligned(view.index.terms[columns])
    return unit(np.asarray(words[:, columns[known]] @ table))


def _halves(beside: np.ndarray) -> np.ndarray:
    """Spherical 2-means, begun on the main axis of the spread: which of the two each document is in."""
    axis = np.linalg.svd(beside - beside.mean(axis=0), full_matrices=False)[2][0]
    half = beside @ axis > float((beside @ axis).mean())
    for _ in range(ROUNDS):
        if half.all() or not half.any():
            return np.asarray(half)
        centres = unit(np.vstack([beside[half].mean(axis=0), beside[~half].mean(axis=0)]))
        nearer = beside @ centres[0] > beside @ centres[1]
        if (nearer == half).all():
            break
        half = nearer
    return np.asarray(half)


def _nearness_within(beside: np.ndarray) -> float:
    """Mean cosine of two documents of one half."""
    n = len(beside)
    return (float(np.square(beside.sum(axis=0)).sum()) - n) / max(n * (n - 1), 1)


def _sense(view: View, term: str, rows: np.ndarray, beside: np.ndarray, half: np.ndarray) -> Sense:
    presence = view.index.presence
    share, other = (np.asarray(presence[rows[part]].mean(axis=0)).ravel() for part in (half, ~half))
    gain = (share - other) * view.idf * (share * half.sum() >= TOGETHER - 0.5)
    gain[[column for column in [view.index.column(term)] if column >= 0]] = 0.0
    best = [
        str(view.index.terms[at]) for at in np.lexsort((np.arange(len(gain)), -gain))[:MANY] if gain[at] > 0
    ]
    words = tuple(as_word(term) for term in [term for term in best if term.isalpha()][:TELLING])
    accounts = len(np.unique(view.index.account_codes[rows[half]]))
    return Sense(words, rows[half], unit(beside[half].mean(axis=0)), accounts)


def as_word(term: str) -> str:
    """A word that a person would write for a stem: the commonest known one, else the stem itself."""
    splitter, tokenizer = shipped_splitter(), Tokenizer()
    start = term[:-1] if len(term) > 3 else term
    able = [w for w in splitter.known if w.startswith(start) and tokenizer.terms(w) == [term]]
    return min(able, key=lambda word: (-splitter.counts[word], word)) if able else term
