"""Who comments, on whom, how often and in which order: what an engagement pod looks like."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from influence.store.kept.spilling import blocks, stacked

REGULAR = 0.4
"""Share of an author's commented posts from which a commenter is a regular."""
MIN_POSTS = 5
"""Commented posts without which nobody is called a regular."""


def commenter_figures(counts: sparse.csr_matrix, n_posts_commented: np.ndarray) -> dict[str, np.ndarray]:
    """Work out the figures from counts per pair.

    Parameters
    ----------
    counts : csr_matrix, shape (n_accounts, n_accounts)
        Comments of each account (row) on others; nobody comments on oneself.
    n_posts_commented : ndarray, shape (n_accounts,)
        Posts of each account with at least one comment.

    Returns
    -------
    dict of str to ndarray, shape (n_accounts,), NaN where nobody comments
        ``n_comments``; ``mutual_comments``, the share that is returned in kind (you comment on mine, I comment on
        yours); ``mutual_circle``, accounts with whom comments go both ways, and ``closed_circle``, the share of their
        pairs who do so too (clustering); ``regular_commenters``, the share by the same few under nearly every post.
    """
    size = len(n_posts_commented)
    total, mutual, regular = np.zeros((3, size))
    often = (n_posts_commented >= MIN_POSTS) * n_posts_commented
    for first, stop, part in blocks(counts.indptr):
        target, n = counts.indices[part], counts.data[part]
        actor = np.repeat(np.arange(first, stop, dtype=np.int32), np.diff(counts.indptr[first : stop + 1]))
        back = np.asarray(counts[target, actor]).ravel()
        total += np.bincount(target, n, size)
        mutual += np.bincount(target, np.minimum(n, back) / np.maximum(np.maximum(n, back), 1) * n, size)
        regular += np.bincount(target, n * ((often[target] > 0) & (n >= REGULAR * often[target])), size)
    circle, closed = _circles(counts)
    return {
        "n_comments": total,
        "mutual_comments": _share(mutual, total),
        "closed_circle": np.where(total > 0, closed, np.nan),
        "mutual_circle": np.where(total > 0, circle, np.nan),
        "regular_commenters": np.where(n_posts_commented >= MIN_POSTS, _share(regular, total), np.nan),
    }


def _share(part: np.ndarray, total: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, part / total, np.nan)


def _circles(counts: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Size of everybody's circle of mutual commenting (at least two comments each way), and how closed it is."""
    some = ((counts[first:stop] >= 2).astype(float).tocsr() for first, stop, _ in blocks(counts.indptr))
    often = stacked(some, counts.shape[1])
    both = often.multiply(often.T).tocsr()
    degree = np.asarray(both.sum(axis=1)).ravel()
    triangles = np.asarray((both @ both).multiply(both).sum(axis=1)).ravel()
    pairs = degree * (degree - 1)
    return degree, np.where(pairs > 0, triangles / np.maximum(pairs, 1), 0.0)


def same_order(target: np.ndarray, n: np.ndarray, spread: np.ndarray, n_accounts: int) -> np.ndarray:
    """How far commenters come in the same order post after post: 0 as by chance, 1 always; NaN with too few.

    Parameters
    ----------
    target, n, spread : ndarray, shape (n_pairs,)
        For commenters seen under at least three posts with three commenters or more: whom, how often, and the
        standard deviation of their place in the queue (0 first, 1 last).

    Notes
    -----
    Places drawn at random have a standard deviation of ``sqrt(1 / 12)``; the mean over commenters, weighted by n, is
    measured against it. Five such commenters are needed.
    """
    weight = np.bincount(target, n, n_accounts)
    mean = np.bincount(target, n * np.nan_to_num(spread), n_accounts)
    enough = np.bincount(target, minlength=n_accounts) >= 5
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, np.clip(1.0 - mean / weight / np.sqrt(1 / 12), 0.0, 1.0), np.nan)
