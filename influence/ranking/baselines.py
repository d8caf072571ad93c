"""The plain rankings beside which every account is shown: followers, or what stands in for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from influence.ranking.score import order_of
from influence.signals.evidence import Evidence


def follower_ranking(evidence: Evidence) -> tuple[str, np.ndarray]:
    """Where followers alone would have put everybody (1 is best, NaN unknown).

    Total likes where nobody's followers are known; where these are not known either, the followers in the data.
    """
    found = evidence.of_listed("by-followers", _by_followers)
    known = np.flatnonzero(np.isfinite(found["place"]))
    place = np.full(evidence.n_candidates, np.nan)
    place[known[np.argsort(found["place"][known])]] = np.arange(1, len(known) + 1)
    return found["by"], place


def _by_followers(evidence: Evidence) -> dict[str, Any]:
    followers = evidence.column("followers")
    likes = total_likes(evidence)
    if np.isfinite(followers).any():
        name, value = "followers", followers
    elif np.isfinite(likes).any() or evidence.material.follow_matrix.nnz == 0:
        name, value = "total likes", likes
    else:
        name, value = "followers in the data", followers_in_the_data(evidence)
    place = np.full(len(value), np.nan)
    known = np.isfinite(value)
    order = order_of(np.where(known, value, -np.inf))
    place[order] = np.arange(1, len(value) + 1)
    return {"by": name, "place": np.where(known, place, np.nan)}


def followers_in_the_data(evidence: Evidence) -> np.ndarray:
    """How many accounts are seen to follow each candidate."""
    follows = evidence.material.follow_matrix
    return np.asarray(np.bincount(follows.indices, minlength=follows.shape[1])[evidence.pool].astype(float))


def total_likes(evidence: Evidence) -> np.ndarray:
    """All likes of each candidate's visible posts; NaN where none is known."""
    return evidence.of_all("total-likes", _total_likes)


def _total_likes(evidence: Evidence) -> np.ndarray:
    likes = evidence.posts.likes
    known = np.isfinite(likes)
    n = evidence.per_account(known.astype(float))
    return np.where(n > 0, evidence.per_account(np.nan_to_num(likes)), np.nan)
