"""Who comments, on whom, how often and in which order: what an engagement pod looks like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

REGULAR = 0.4
"""Share of an author's commented posts from which a commenter is a regular."""
MIN_POSTS = 5
"""Commented posts without which nobody is called a regular."""


@dataclass(frozen=True)
class Commenters:
    """Figures about the commenters of each account, shape (n_accounts,); NaN where nobody comments.

    Attributes
    ----------
    n_comments, n_commenters : ndarray
    mutual_share : ndarray
        Share of the comments that are returned in kind: you comment on mine, I comment on yours.
    closed_circle : ndarray
        Of the accounts with whom comments go both ways: share of their pairs who do so too (clustering, 0-1).
    circle_size : ndarray
        Accounts with whom comments go both ways.
    regulars_share : ndarray
        Share of the comments by regulars: the same few under nearly every post.
    """

    n_comments: np.ndarray
    n_commenters: np.ndarray
    mutual_share: np.ndarray
    closed_circle: np.ndarray
    circle_size: np.ndarray
    regulars_share: np.ndarray


def commenter_figures(
    actor: np.ndarray, target: np.ndarray, n: np.ndarray, n_posts_commented: np.ndarray
) -> Commenters:
    """Work out the figures from counts per pair.

    Parameters
    ----------
    actor, target, n : ndarray, shape (n_pairs,)
        Each pair once, with the number of comments; nobody comments on oneself.
    n_posts_commented : ndarray, shape (n_accounts,)
        Posts of each account with at least one comment.
    """
    size = len(n_posts_commented)
    counts = sparse.csr_matrix((n.astype(float), (actor, target)), shape=(size, size))
    total = np.asarray(counts.sum(axis=0)).ravel()
    back = np.asarray(counts[target, actor]).ravel()
    returned = np.minimum(n, back) / np.maximum(np.maximum(n, back), 1) * n
    often = (n >= REGULAR * n_posts_commented[target]) & (n_posts_commented[target] >= MIN_POSTS)
    circle, closed = _circles(counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Commenters(
            n_comments=total,
            n_commenters=np.bincount(target, minlength=size).astype(float),
            mutual_share=_share(np.bincount(target, returned, size), total),
            closed_circle=np.where(total > 0, closed, np.nan),
            circle_size=np.where(total > 0, circle, np.nan),
            regulars_share=np.where(
                n_posts_commented >= MIN_POSTS, _share(np.bincount(target, n * often, size), total), np.nan
            ),
        )


def _share(part: np.ndarray, total: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, part / total, np.nan)


def _circles(counts: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Size of everybody's circle of mutual commenting (at least two comments each way), and how closed it is."""
    often = (counts >= 2).astype(np.float64)
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
