"""Accounts like one that works: those whose audience is most like its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.graph.overlap import shared_with

if TYPE_CHECKING:
    from influence.graph.audience import AudienceGraph

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
