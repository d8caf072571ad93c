"""Accounts like these: what a handful of example accounts say that the rest does not.

Two views, fused by reciprocal rank (Cormack, Clarke and Buettcher 2009): the cosine with the examples' terms
(Rocchio), and a linear classifier on what the accounts mean. The classifier learns from the examples and from everyone
else *unlabelled*: its background is the mean and spread of all accounts (linear discriminant analysis), so that what
the examples share with everybody does not count. There are too few positives to learn more.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from influence.text.query import View
from influence.text.vectors import unit

SHRINKAGE = 1.0
"""Of the spread towards a sphere: with five examples the directions are uncertain."""
RANK_CONSTANT = 60.0


def like_examples(view: View, examples: np.ndarray, meanings: np.ndarray) -> np.ndarray:
    """How much each account is like the examples, shape (n_accounts,), 0-1; the examples themselves are 1.

    Parameters
    ----------
    examples : ndarray of int, codes of the examples
    meanings : ndarray of float32, shape (n_accounts, n_dims)
    """
    words = _rocchio(view, examples)
    meaning = _discriminant(meanings, examples)
    fit = _fuse([words, meaning])
    fit[examples] = 1.0
    return fit


def _rocchio(view: View, examples: np.ndarray) -> np.ndarray:
    """Cosine of each account's terms (ln-damped counts times idf) with the examples' mean."""
    index = view.index
    everything = bool(view.visible.all())
    used = (index.account_counts if everything else index.account_counts_of(view.visible)).copy()
    used.data = (1 + np.log(used.data)) * view.idf[used.indices]
    length = np.sqrt(np.asarray(used.multiply(used).sum(axis=1)).ravel())
    scaled = sp.diags_array(1 / np.maximum(length, 1e-9)) @ used
    centre = np.asarray(scaled[examples].sum(axis=0)).ravel()
    return np.asarray(scaled @ centre)


def _discriminant(meanings: np.ndarray, examples: np.ndarray) -> np.ndarray:
    """Fisher's linear discriminant of the examples against all accounts; 0 where an account's meaning is unknown."""
    known = np.abs(meanings).sum(axis=1) > 0
    if not known[examples].any() or known.sum() < 3:
        return np.zeros(len(meanings))
    centre = meanings[known].mean(axis=0)
    centred = unit(np.where(known[:, None], meanings - centre, 0.0))
    spread = np.cov(centred[known], rowvar=False)
    spread += SHRINKAGE * np.trace(spread) / len(spread) * np.eye(len(spread))
    towards = np.linalg.solve(spread, centred[examples[known[examples]]].mean(axis=0))
    return np.where(known, centred @ towards, 0.0)


def _fuse(scores: list[np.ndarray]) -> np.ndarray:
    """Reciprocal-rank fusion at a scale where first in every view is 1; ties share their best rank."""
    total = np.zeros(len(scores[0]))
    for score in scores:
        falling = -np.round(score, 9)
        rank = np.searchsorted(np.sort(falling), falling)
        total += np.where(score > 0, RANK_CONSTANT / (RANK_CONSTANT + rank), 0.0)
    return np.asarray(total / len(scores))
