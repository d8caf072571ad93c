"""What the accounts of customers can do: whom they reach, how much they share, whether others act upon them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from influence.signals.material import Material
from influence.signals.shrinkage import decay

HALF_LIFE_DAYS = 180.0
PRIOR_PEOPLE = 30.0
"""Reached people of average responsiveness that every account is given before its own count."""
COLUMNS = ("reach_like", "audience", "sharing", "persuasion", "posts_recent", "brand_posts")


def voice_figures(material: Material, account_ids: list[str], customers: list[str]) -> pd.DataFrame:
    """Figures of the accounts in `account_ids`.

    Returns
    -------
    DataFrame
        Indexed by account_id. ``reach_like``: people reached, each counted by how like the customers its attention
        is (0-1). ``audience``: people known to pay attention. ``sharing``: posts, shares and mentions of others in
        the last half year, aged (exceptional sharers). ``persuasion``: people who commented on or passed on what it
        said, per person reached, shrunk towards everybody's (the persuasive, who may be quiet). NaN where the data
        hold nothing to count: no ties, no posts, no reactions.
    """
    at = material.positions(account_ids)
    known = at >= 0
    frame = pd.DataFrame(np.nan, index=pd.Index(account_ids, name="account_id"), columns=list(COLUMNS))
    ties = material.tie_matrix.astype(bool).astype(np.float64).tocsc()
    if ties.nnz == 0:
        return frame
    alike = likeness(ties.tocsr(), material.positions(customers))
    audience = ties[:, at[known]]
    frame.loc[known, "audience"] = np.asarray(audience.sum(axis=0)).ravel()
    frame.loc[known, "reach_like"] = np.asarray(audience.T @ alike).ravel()
    if len(material.posts) or len(material.reacted):
        frame.loc[known, "sharing"] = _sharing(material)[at[known]]
    if len(material.reacted):
        frame.loc[known, "persuasion"] = _persuasion(material, ties)[at[known]]
    frame.loc[known, "posts_recent"] = _recent_posts(material)[at[known]]
    return frame


def likeness(ties: sparse.csr_matrix, customers: np.ndarray) -> np.ndarray:
    """How like the customers' everybody's attention is: cosine with their mean row, rare targets weigh more; 0-1."""
    buyers = np.unique(customers[customers >= 0])
    n = ties.shape[0]
    heard = np.asarray(ties.sum(axis=0)).ravel()
    rare = sparse.diags_array(np.log((n + 1.0) / (heard + 1.0)))
    weighted = (ties @ rare).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    if len(buyers) == 0:
        return np.ones(n)
    unit = sparse.diags_array(1 / np.where(length > 0, length, 1.0)) @ weighted
    profile = np.asarray(unit[buyers].mean(axis=0)).ravel()
    cosine = np.asarray(unit @ profile).ravel()
    top = np.quantile(cosine[buyers], 0.9) if len(buyers) else 1.0
    return np.clip(cosine / top, 0.0, 1.0) if top > 0 else np.ones(n)


def _sharing(material: Material) -> np.ndarray:
    """Aged count of own posts and of things passed on or pointed at."""
    rows = material.reacted
    spread = rows.is_of(("share", "mention", "link"))
    age = np.maximum(material.reference_day - rows.last_day[spread].astype(float), 0.0)
    weight = rows.n[spread] * decay(age, HALF_LIFE_DAYS)
    passed = np.bincount(rows.actor[spread], weight, minlength=len(material.account_ids))
    return passed + _recent_posts(material)


def _recent_posts(material: Material) -> np.ndarray:
    posts = material.posts
    weight = decay(posts.age_days, HALF_LIFE_DAYS)
    mine = posts.account >= 0
    return np.bincount(posts.account[mine], weight[mine], minlength=len(material.account_ids))


def _persuasion(material: Material, ties: sparse.csc_matrix) -> np.ndarray:
    """People who acted upon an account, per person it reaches: gamma-Poisson, prior from everybody."""
    rows, n = material.reacted, len(material.account_ids)
    acted = rows.is_of(("comment", "reply", "share", "link"))
    ends = (rows.actor[acted], rows.target[acted])
    pairs = sparse.coo_matrix((np.ones(int(acted.sum())), ends), shape=(n, n)).tocsc()
    actors = np.diff(pairs.indptr).astype(float)
    reached = np.asarray(ties.sum(axis=0)).ravel()
    total = reached.sum()
    mean = actors.sum() / total if total > 0 else 0.0
    return (actors + mean * PRIOR_PEOPLE) / (reached + PRIOR_PEOPLE)
