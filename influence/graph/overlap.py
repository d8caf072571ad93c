"""How far audiences are the same people: shares, nearest neighbours, unique and exclusive reach.

An audience is a row of a CSR matrix: `AudienceGraph.audience`, or any candidates-by-people matrix. Here a person
either belongs to it or not; weights of ties do not count, weights of people may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph


@dataclass(frozen=True)
class Overlap:
    """Pairwise overlap of a few audiences; all matrices have shape (n, n).

    Attributes
    ----------
    sizes : ndarray, shape (n,)
        People in each audience.
    shared : ndarray
        People in both.
    share : ndarray
        `shared` over the smaller audience, 0-1; NaN where one is empty.
    jaccard : ndarray
        `shared` over all people of the two, 0-1; NaN where both are empty.
    """

    sizes: np.ndarray
    shared: np.ndarray
    share: np.ndarray
    jaccard: np.ndarray


@dataclass(frozen=True)
class Reach:
    """What a set of audiences reaches together.

    Attributes
    ----------
    total : float
        All audiences added up, people counted once for each.
    unique : float
        People reached, each once.
    exclusive : ndarray, shape (n,)
        People whom only this audience of the set reaches: what would be lost without it.
    """

    total: float
    unique: float
    exclusive: np.ndarray


def memberships(audience: sp.csr_array, rows: np.ndarray | None = None) -> sp.csr_array:
    """Who belongs to which audience, as 0/1 in float32; rows without weight count as belonging."""
    chosen = audience if rows is None else sp.csr_array(audience[rows])
    ones = np.ones(chosen.nnz, dtype=np.float32)
    return sp.csr_array((ones, chosen.indices, chosen.indptr), shape=chosen.shape)


def pairwise_overlap(members: sp.csr_array) -> Overlap:
    """Exact overlap of each pair of rows of `members`."""
    exact = members.astype(np.float64)
    shared = (exact @ exact.T).toarray()
    sizes = shared.diagonal().copy()
    smaller = np.minimum.outer(sizes, sizes)
    union = np.add.outer(sizes, sizes) - shared
    return Overlap(sizes, shared, _ratio(shared, smaller), _ratio(shared, union))


def shared_with(audience: sp.csr_array, attention: sp.csr_array, row: int) -> np.ndarray:
    """People that each account shares with the account at `row`, shape (n,): one pass over its audience's ties."""
    people = audience.indices[audience.indptr[row] : audience.indptr[row + 1]]
    others = sp.csr_array(attention[people]).indices
    return np.bincount(others, minlength=audience.shape[0])


def unique_reach(members: sp.csr_array) -> Reach:
    """People whom the rows of `members` reach together, and whom each reaches alone."""
    times = np.bincount(members.indices, minlength=members.shape[1])
    alone = sp.csr_array((np.ones(members.nnz), members.indices, members.indptr), shape=members.shape)
    return Reach(float(times.sum()), float((times > 0).sum()), alone @ (times == 1).astype(np.float64))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0))


PSEUDO_AUDIENCE = 5.0
"""People lent to every audience whom nobody shares, so that two accounts with one common reader are not twins."""


@dataclass(frozen=True)
class Lookalike:
    """An account and how its audience compares with the one asked about.

    Attributes
    ----------
    account_id : str or int
    similarity : float
        Shrunk cosine of the audiences, 0-1.
    shared : int
        Accounts that pay attention to both.
    audience : int
        Accounts that pay attention to it.
    share : float
        `shared` over the smaller audience.
    lift : float
        How many times more are shared than if audiences were drawn by chance.
    """

    account_id: Any
    similarity: float
    shared: int
    audience: int
    share: float
    lift: float


def lookalikes(graph: AudienceGraph, account_id: Any, k: int = 10) -> tuple[Lookalike, ...]:
    """Find the `k` accounts whose audience is most like that of `account_id`, best first.

    Similarity is ``shared / sqrt((a + 5) * (b + 5))`` for audiences of `a` and `b` accounts; an account with no
    common reader is not listed.
    """
    row = int(graph.positions([account_id])[0])
    shared = shared_with(graph.audience, graph.attention, row)
    shared[row] = 0
    sizes = graph.in_degree
    scores = shared / np.sqrt((sizes + PSEUDO_AUDIENCE) * (sizes[row] + PSEUDO_AUDIENCE))
    found = np.flatnonzero(shared)
    best = found[np.lexsort((found, -scores[found]))][:k]
    n_people = max(int((graph.out_degree > 0).sum()), 1)
    return tuple(
        Lookalike(
            account_id=graph.id_array[int(i)].as_py(),
            similarity=float(scores[i]),
            shared=int(shared[i]),
            audience=int(sizes[i]),
            share=float(shared[i] / min(sizes[i], sizes[row])),
            lift=float(shared[i] * n_people / (float(sizes[i]) * float(sizes[row]))),
        )
        for i in best
    )
