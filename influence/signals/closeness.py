"""How close accounts are to example accounts: long walks over ties, and the ties they share with the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from influence.signals.shrinkage import percentile_among_known

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph

SHARED_TIES_WEIGHT = 0.3
"""How much sharing ties with the examples adds: walks tell one side from another, shared ties find its core."""


def closeness_to(graph: AudienceGraph, examples: np.ndarray, accounts: np.ndarray) -> np.ndarray:
    """Closeness of accounts to the examples: the share of them that are less close; NaN where no ties lead there.

    They are ordered by ``p (1 + w a)``, with ``p`` the percentile in `influence.graph.proximity` and ``a`` the
    percentile in `shared_ties` among those who share any, else 0. Walks alone put small accounts first that one lucky
    tie leads to; shared ties alone put the famous first.

    Parameters
    ----------
    graph : AudienceGraph
    examples, accounts : ndarray of int
        Positions in the graph.

    Returns
    -------
    ndarray of float64, shape (n_accounts,)
        0-1, one for each of `accounts`.
    """
    seeds = np.zeros(graph.n_accounts)
    seeds[examples] = 1.0
    walked, shared = graph.proximity(seeds)[accounts], shared_ties(graph, seeds)[accounts]
    near, core = (percentile_among_known(np.where(score > 0, score, np.nan)) for score in (walked, shared))
    return percentile_among_known(near * (1.0 + SHARED_TIES_WEIGHT * np.nan_to_num(core)))


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
