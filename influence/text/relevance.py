"""How well texts fit a niche: posts first, then the accounts that wrote them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from influence.errors import NicheError
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.tokens import Tokenizer

FEEDBACK_ACCOUNTS = 20
FEEDBACK_TERMS = 25
FEEDBACK_WEIGHT = 0.4
MIN_FEEDBACK_SHARE = 0.3
"""A feedback term must occur in this share of the feedback accounts: nobody may rename the niche alone."""


@dataclass(frozen=True)
class NicheTerm:
    """A term that counted, how much (the strongest is 1), and why: `asked`, `feedback` ..."""

    term: str
    weight: float
    why: str


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
    """

    index: TextIndex
    post_score: np.ndarray
    account_fit: np.ndarray
    account_support: np.ndarray
    terms: tuple[NicheTerm, ...]

    def evidence(self, account_id: str, k: int = 3) -> list[str]:
        """Ids of the `k` posts of an account that fit best (score above zero), best first."""
        index = self.index
        code = int(np.searchsorted(index.account_ids, account_id))
        if code >= len(index.account_ids) or index.account_ids[code] != account_id:
            return []
        rows = np.flatnonzero((index.account_codes == code) & ~index.is_bio & (self.post_score > 0))
        order = sorted(rows, key=lambda row: (-float(self.post_score[row]), str(index.post_ids[row])))
        return [str(index.post_ids[row]) for row in order[:k]]


def niche_relevance(index: TextIndex, niche: Niche, *, as_of_day: int | None = None) -> Relevance:
    """Score every post and account of `index` for `niche`.

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
    visible = np.ones(index.n_docs, dtype=bool) if as_of_day is None else index.created_day < as_of_day
    counts = index.counts if visible.all() else sp.diags_array(visible.astype(np.float32)) @ index.counts
    idf = _idf(counts, int(visible.sum()))
    asked = _asked_terms(index, niche, idf, visible)
    if not asked:
        raise NicheError(
            "no account says any word of this niche",
            seen=niche.label,
            hint="try plainer or more general words, or name example accounts with --like",
        )
    binary = counts.sign()
    first = _coverage(binary, asked, index)
    fit, support = _account_fit(index, first, visible)
    learned = _feedback(index, binary, idf, fit, asked)
    score = np.maximum(first, 0.6 * _coverage(binary, learned, index)) if learned else first
    fit, support = _account_fit(index, score, visible)
    return Relevance(index, score.astype(np.float32), fit, support, _explain(asked, learned))


def _idf(counts: sp.csr_array, n_docs: int) -> np.ndarray:
    df = np.bincount(counts.indices[counts.data > 0], minlength=counts.shape[1])
    return np.log1p((n_docs - df + 0.5) / (df + 0.5))


def _asked_terms(index: TextIndex, niche: Niche, idf: np.ndarray, visible: np.ndarray) -> dict[str, float]:
    place = {term: i for i, term in enumerate(index.terms)}
    tokenizer = Tokenizer()
    weights: dict[str, float] = {}
    for text, share in ((niche.keywords, 1.0), (niche.brief, 0.5)):
        for term in tokenizer.terms(text):
            if term in place:
                weights[term] = weights.get(term, 0.0) + share * float(idf[place[term]])
    for code in np.searchsorted(index.account_ids, np.array(niche.like, dtype=object)) if niche.like else ():
        rows = np.flatnonzero((index.account_codes == code) & visible)
        sums = np.asarray(index.counts[rows].sign().sum(axis=0)).ravel()
        for column in np.flatnonzero(sums):
            gain = float(idf[column] * sums[column] / len(rows) / len(niche.like))
            weights[index.terms[column]] = weights.get(index.terms[column], 0.0) + gain
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:80])


def _coverage(binary: sp.csr_array, weights: dict[str, float], index: TextIndex) -> np.ndarray:
    """Share of the query's weight that a document covers; all words together count for more."""
    vector = np.zeros(binary.shape[1])
    vector[np.searchsorted(index.terms, np.array(list(weights), dtype=object))] = list(weights.values())
    top = np.sort(vector)[::-1][:4].sum()
    return np.minimum(1.0, (binary @ vector) / top) ** 1.5


def _account_fit(index: TextIndex, score: np.ndarray, visible: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = len(index.account_ids)
    codes = index.account_codes
    support = np.bincount(codes, weights=visible, minlength=n)
    total = np.bincount(codes, weights=score * visible, minlength=n)
    fit = np.where(support > 0, total / (np.sqrt(support) + 1.0), np.nan)
    return np.minimum(fit, 1.0), support


def _feedback(
    index: TextIndex, binary: sp.csr_array, idf: np.ndarray, fit: np.ndarray, asked: dict[str, float]
) -> dict[str, float]:
    """Terms of the accounts that fit best: one round of Rocchio."""
    known = np.nan_to_num(fit)
    best = np.lexsort((np.arange(len(known)), -known))[:FEEDBACK_ACCOUNTS]
    best = best[known[best] > 0]
    if len(best) < 3:
        return {}
    rows = np.flatnonzero(np.isin(index.account_codes, best))
    place = np.searchsorted(np.sort(best), index.account_codes[rows])
    members = sp.csr_array((np.ones(len(rows)), (place, np.arange(len(rows)))), shape=(len(best), len(rows)))
    share = np.asarray((members @ binary[rows]).sign().mean(axis=0)).ravel()
    floor = max(MIN_FEEDBACK_SHARE, 2 / len(best))
    gain = np.where(share >= floor, share * idf, 0.0)
    for term, weight in asked.items():
        gain[np.searchsorted(index.terms, term)] += weight / max(asked.values()) * idf.max()
    top = np.lexsort((np.arange(len(gain)), -gain))[:FEEDBACK_TERMS]
    return {index.terms[i]: float(gain[i]) for i in top if gain[i] > 0}


def _explain(asked: dict[str, float], learned: dict[str, float]) -> tuple[NicheTerm, ...]:
    peak = max(asked.values())
    rows = [NicheTerm(term, weight / peak, "asked") for term, weight in asked.items()]
    peak = max(learned.values(), default=1.0)
    rows += [
        NicheTerm(t, FEEDBACK_WEIGHT * w / peak, "feedback") for t, w in learned.items() if t not in asked
    ]
    return tuple(sorted(rows, key=lambda row: (-row.weight, row.term)))
