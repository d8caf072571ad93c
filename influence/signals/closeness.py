"""How close accounts are to example accounts: long walks over ties, and the ties they share with the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from influence.graph.devotion import cosine_divisor, devotion
from influence.signals.shrinkage import percentile_among_known

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph

SHARED_TIES_WEIGHT = 0.3
"""How much sharing ties with the examples adds: walks tell one side from another, shared ties find its core."""


MANY_EXAMPLES = 30
"""Examples from which on what they have in common is learned; fewer leave too much to chance."""

N_DIMENSIONS = 100
"""Singular vectors of the ties that a group is told by."""

SHORT_WALKS = 0.85
"""Damping of the walks from many examples: no long way leads from half of a group to its other half."""

HEAD = 100
"""Accounts that belong beside few examples: the nearest so many are told apart most; chosen on graphs of seeds 1, 2."""


def closeness_to(
    graph: AudienceGraph, examples: np.ndarray, accounts: np.ndarray, following: np.ndarray | None = None
) -> np.ndarray:
    """Closeness of accounts to the examples, 0-1; NaN where no ties lead there.

    Formula: ``(s + m / (m + r)) / 2`` with ``s`` the share of the accounts that are less close, ``r`` the number that
    are closer, and ``m`` the number of examples, at least 100: the first term tells the near half from the far one, the
    second the head, where the nearest of thousands would differ by hundredths.

    Many examples are ordered by the mean percentile in short walks over global PageRank and in what is learned from
    them (`learned`), few by ``p (1 + w a)``, with ``p`` the percentile in
    `AudienceGraph.proximity` and ``a`` the percentile in `shared_ties` among those who share any, else 0. Walks alone
    put small accounts first that one lucky tie leads to; shared ties alone put the famous first.

    Parameters
    ----------
    graph : AudienceGraph
    examples, accounts : ndarray of int
        Positions in the graph.
    following : ndarray of float64, shape of the graph, optional
        How many follow each account (NaN unknown) where only a part of the graph was read. Walks would take two of
        two followers seen for a perfect audience; here followers who were not seen count against an account, too
        (`influence.graph.devotion`).

    Returns
    -------
    ndarray of float64, shape (n_accounts,)
        0-1, one for each of `accounts`.
    """
    found = (
        ordered(graph, examples, accounts)
        if following is None
        else followed_alike(graph, examples, following)[accounts]
    )
    order = percentile_among_known(found)
    known = np.isfinite(order)
    closer = (1.0 - order) * max(int(known.sum()) - 1, 0)
    head = max(len(examples), HEAD)
    return (order + head / (head + closer)) / 2.0


def ordered(graph: AudienceGraph, examples: np.ndarray, accounts: np.ndarray) -> np.ndarray:
    """What accounts are ordered by, larger is closer, shape (n_accounts,); NaN where no ties lead there."""
    seeds = np.zeros(graph.n_accounts)
    seeds[examples] = 1.0
    walked, shared = graph.proximity(seeds)[accounts], shared_ties(graph, seeds)[accounts]
    near, core = (percentile_among_known(np.where(score > 0, score, np.nan)) for score in (walked, shared))
    walks = near * (1.0 + SHARED_TIES_WEIGHT * np.nan_to_num(core))
    if len(examples) < MANY_EXAMPLES:
        return np.asarray(walks)
    lift = graph.proximity(seeds, normalise="global", damping=SHORT_WALKS)[accounts]
    told = learned(graph, examples)[accounts]
    linked = np.isfinite(walks)
    both = (percentile_among_known(np.where(linked, score, np.nan)) for score in (lift, told))
    return np.asarray(np.add(*both))


def followed_alike(graph: AudienceGraph, examples: np.ndarray, following: np.ndarray) -> np.ndarray:
    """How far each account of a graph read in part is followed by the examples' readers; NaN by none of them."""
    from scipy import sparse

    seeds = np.zeros(graph.n_accounts, dtype=bool)
    seeds[examples] = True
    follows = sparse.csr_matrix(graph.attention)
    score = devotion(follows, seeds, cosine_divisor(following, graph.in_degree.astype(float)))
    return np.where(score > 0, score, np.nan)


def learned(graph: AudienceGraph, examples: np.ndarray) -> np.ndarray:
    """Log-odds of being an example, of every account, by where its ties put it; shape (n_accounts,).

    A logistic regression tells the examples from the unlabelled rest (Elkan and Noto 2008, doi:10.1145/1401890.1401920:
    the order is that of membership) on the singular vectors of the ties, taken both ways, times their values.
    """
    from scipy import sparse
    from sklearn.decomposition import TruncatedSVD
    from sklearn.linear_model import LogisticRegression

    ties = sparse.csr_matrix(graph.symmetric_solver.audience)
    places = TruncatedSVD(min(N_DIMENSIONS, ties.shape[0] - 1), random_state=0).fit_transform(ties)
    linked = np.diff(ties.indptr) > 0
    given = np.zeros(ties.shape[0], dtype=bool)
    given[examples] = True
    model = LogisticRegression(C=0.01, max_iter=500, class_weight="balanced")
    return np.asarray(model.fit(places[linked], given[linked]).decision_function(places))


def shared_ties(graph: AudienceGraph, seeds: np.ndarray) -> np.ndarray:
    """Ties that each account has in common with the seeds, those of the well connected counting less.

    Formula: ``sum over z of w_iz w_zs / ln(ties of z)``, ties taken both ways, whoever pays the attention.
    Adamic and Adar 2003, doi:10.1016/S0378-8733(03)00009-1.

    Parameters
    ----------
    graph : AudienceGraph
    seeds : ndarray of float64, shape (n_accounts,)

    Returns
    -------
    ndarray of float64, shape (n_accounts,)
    """
    ties = graph.symmetric_solver.audience
    n_ties = np.diff(ties.indptr)
    return np.asarray(ties @ ((ties @ seeds) / np.log(np.maximum(n_ties, 2))))
