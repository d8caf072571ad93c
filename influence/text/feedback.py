"""What else the accounts that fit a niche talk about: one round of Rocchio's pseudo-relevance feedback.

References
----------
Rocchio (1971), Relevance feedback in information retrieval.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from influence.text.view import View

ACCOUNTS, TERMS = 20, 25
LEAST_SHARE = 0.1
"""A term must occur with this share of the feedback accounts, and with two: nobody may rename the niche alone."""


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
