"""Accounts like these: what a handful of accounts say that the rest does not.

Two views: the cosine with the accounts' terms (Rocchio), and a linear classifier on what the accounts mean. The
classifier learns from a few positives and from everyone else *unlabelled*: its background is the mean and spread of
all accounts (linear discriminant analysis), so that what the few share with everybody does not count. A logistic
regression on positives and unlabelled, bagged or not, found fewer (docs/text.md). What else the accounts that fit a
niche talk about is one round of pseudo-relevance feedback.

References
----------
Rocchio (1971), Relevance feedback in information retrieval.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from influence.text.view import View

SAME_MEANING = 1e-6
SHRINKAGE = 1.0
"""Of the spread towards a sphere: with five examples the directions are uncertain."""
CENTRE_TERMS = 300
"""Terms of the centre that are compared; the weakest say nothing and cost time."""
SEEDS, SEED_WEIGHT = 10, 0.5
"""Accounts that fit best, by which the others are looked at again; one counts its fit times this, an example 1."""
SURE = 0.3
"""Mean fit below which those that fit best are no measure for the others: where nobody speaks of the niche."""
RANK_CONSTANT = 60.0

ACCOUNTS, TERMS = 20, 25
LEAST_SHARE = 0.1
"""A term must occur with this share of the feedback accounts, and with two: nobody may rename the niche alone."""


def like_examples(view: View, examples: np.ndarray) -> np.ndarray:
    """How much each account is like the examples, shape (n_accounts,), 0-1; the examples themselves are 1.

    The two views are fused by reciprocal rank (Cormack, Clarke and Buettcher 2009).

    Parameters
    ----------
    examples : ndarray of int, codes of the examples, sorted
    """
    fit = _fuse(_both(view, examples, np.ones(len(examples))))
    fit[examples] = 1.0
    return fit


def second_look(view: View, fit: np.ndarray, examples: np.ndarray) -> np.ndarray:
    """How near each account is to the `SEEDS` that fit best and to the examples, shape (n_accounts,), 0-1.

    1 is as near as those are themselves on average. All stay at 0 where there are fewer than three of them, and below 1
    where their own fit (1 for an example) is below `SURE` on average.
    """
    known = np.nan_to_num(fit)
    known[examples] = 0.0
    best = np.lexsort((np.arange(len(known)), -known))[:SEEDS]
    codes = np.sort(np.concatenate([best[known[best] > 0], examples]))
    if len(codes) < 3:
        return np.zeros(len(fit))
    weight = np.where(np.isin(codes, examples), 1.0, SEED_WEIGHT * known[codes])
    trust = min(1.0, float(np.where(np.isin(codes, examples), 1.0, known[codes]).mean()) / SURE)
    views = _both(view, codes, weight)
    return np.asarray(trust * sum(_against(nearness, codes, weight) for nearness in views) / len(views))


def _both(view: View, codes: np.ndarray, weight: np.ndarray) -> list[np.ndarray]:
    return [_rocchio(view, codes, weight), _discriminant(view, codes, weight)]


def _rocchio(view: View, codes: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Cosine of each account's terms (ln-damped counts times idf) with the mean of those at `codes`."""
    centre = _centre(view, codes, weight)
    return np.asarray(
        np.asarray(view.account_terms @ (view.idf * centre)) / np.maximum(view.account_lengths, 1e-9)
    )


def _centre(view: View, codes: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted mean of the terms of some accounts, its `CENTRE_TERMS` strongest, shape (n_terms,)."""
    index = view.index
    rows = np.flatnonzero(np.isin(index.account_codes, codes) & view.visible)
    place = np.searchsorted(codes, index.account_codes[rows])
    members = sp.csr_array((np.ones(len(rows)), (place, np.arange(len(rows)))), shape=(len(codes), len(rows)))
    used = (members @ index.presence[rows]).tocsr()
    used.data = (1 + np.log(used.data)) * view.idf[used.indices]
    centre = used.T @ (weight / np.maximum(view.account_lengths[codes], 1e-9))
    if len(centre) > CENTRE_TERMS:
        centre[centre < np.partition(centre, -CENTRE_TERMS)[-CENTRE_TERMS]] = 0.0
    return np.asarray(centre)


def _discriminant(view: View, codes: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Fisher's linear discriminant of a few accounts against all; 0 where an account's meaning is unknown.

    0 for all where everybody means the same: nothing tells the few from the rest.
    """
    meanings, told = view.meanings, view.meaning_spread
    known, centre, spread = told["known"], told["centre"], told["spread"]
    if not known[codes].any() or told["range"] < SAME_MEANING:
        return np.zeros(len(meanings))
    length = np.where(known, np.sqrt(np.maximum(told["square"] - 2 * (meanings @ centre), 1e-18)), np.inf)
    few = (meanings[codes] - centre) / length[codes, None]
    shrunk = spread + SHRINKAGE * np.trace(spread) / len(spread) * np.eye(len(spread))
    towards = np.linalg.solve(shrunk, weight @ few)
    return np.asarray((meanings @ towards.astype(np.float32) - centre @ towards) / length)


def _against(nearness: np.ndarray, codes: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Nearness as a share of what the few themselves have on average, 0-1."""
    own = float(weight @ np.maximum(nearness[codes], 0.0)) / max(float(weight.sum()), 1e-9)
    return np.asarray(np.clip(nearness / own, 0.0, 1.0) if own > 1e-9 else np.zeros(len(nearness)))


def _fuse(scores: list[np.ndarray]) -> np.ndarray:
    """Reciprocal-rank fusion at a scale where first in every view is 1; ties share their best rank."""
    total = np.zeros(len(scores[0]))
    for score in scores:
        falling = -np.round(score, 9)
        rank = np.searchsorted(np.sort(falling), falling)
        total += np.where(score > 0, RANK_CONSTANT / (RANK_CONSTANT + rank), 0.0)
    return np.asarray(total / len(scores))


def feedback_terms(view: View, fit: np.ndarray) -> dict[str, float]:
    """Terms of the accounts with the best `fit`, with weights up to 1; empty where fewer than three fit.

    Parameters
    ----------
    fit : ndarray of float64, shape (n_accounts,)
        NaN is unknown.
    """
    known = np.nan_to_num(fit)
    best = np.lexsort((np.arange(len(known)), -known))[:ACCOUNTS]
    best = np.sort(best[known[best] > 0])
    return shared_terms(view, best, max(2, LEAST_SHARE * len(best))) if len(best) >= 3 else {}


def shared_terms(view: View, accounts: np.ndarray, least: float, n_terms: int = TERMS) -> dict[str, float]:
    """Terms that at least `least` of `accounts` (sorted codes) use, weighted by how many do and by rarity."""
    users = _users(view, accounts)
    gain = np.where(users >= least, users / max(len(accounts), 1) * view.idf, 0.0)
    top = np.lexsort((np.arange(len(gain)), -gain))[:n_terms]
    top = top[gain[top] > 0]
    return {
        str(view.index.terms[i]): float(gain[i] / gain[top[0]] * view.idf[i] / view.idf.max()) for i in top
    }


def _users(view: View, accounts: np.ndarray) -> np.ndarray:
    """How many of `accounts` use each term in what is visible, shape (n_terms,)."""
    index = view.index
    rows = np.flatnonzero(np.isin(index.account_codes, accounts) & view.visible)
    place = np.searchsorted(accounts, index.account_codes[rows])
    members = sp.csr_array(
        (np.ones(len(rows), dtype=np.float32), (place, np.arange(len(rows)))),
        shape=(len(accounts), len(rows)),
    )
    used = (members @ index.presence[rows]).tocsr()
    return np.bincount(used.indices, minlength=len(index.terms)).astype(np.float64)
