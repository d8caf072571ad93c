"""Questions about the audiences of named accounts: how far they overlap, and who is like whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy.sparse as sp

from influence.errors import MissingDataError, UsageError
from influence.graph.audience import AudienceGraph
from influence.graph.overlap import (
    Lookalike,
    Overlap,
    Reach,
    lookalikes,
    memberships,
    pairwise_overlap,
    unique_reach,
)
from influence.question import Filters
from influence.ranking.pool import pool_of
from influence.signals.material import Material
from influence.store.people.persons import persons_behind
from influence.store.people.resolving import resolve_account

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


@dataclass(frozen=True)
class AudienceOverlap:
    """Audiences of a few accounts compared.

    Attributes
    ----------
    account_ids : tuple of str
    pairs : Overlap
    reach : Reach
    channels : dict of str to tuple of str
        Other accounts of the same person, whose audiences are counted with hers; only of those who have any.
    """

    account_ids: tuple[str, ...]
    pairs: Overlap
    reach: Reach
    channels: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; unknown is null."""
        accounts = [
            {"account_id": name, "audience": int(size), "exclusive": int(alone)}
            for name, size, alone in zip(
                self.account_ids, self.pairs.sizes, self.reach.exclusive, strict=True
            )
        ]
        pairs = [
            {
                "a": self.account_ids[i],
                "b": self.account_ids[j],
                "shared": int(self.pairs.shared[i, j]),
                "share_of_smaller": _known(self.pairs.share[i, j]),
                "jaccard": _known(self.pairs.jaccard[i, j]),
            }
            for i, j in combinations(range(len(self.account_ids)), 2)
        ]
        return {
            "accounts": accounts,
            "pairs": pairs,
            "total_reach": int(self.reach.total),
            "unique_reach": int(self.reach.unique),
            "channels": {account: list(others) for account, others in self.channels.items()},
        }


@dataclass(frozen=True)
class TextLookalike:
    """An account that writes like another; `similarity` is the fit of its texts to the other's, 0-1."""

    account_id: str
    similarity: float


def audience_overlap(
    workspace: Workspace, names: Sequence[str], as_of: date | str | None = None
) -> AudienceOverlap:
    """How far do the audiences of the accounts `names` overlap, and whom do they reach together?

    A person's accounts are one: somebody who follows two of them is reached once.

    Raises
    ------
    UsageError
        Fewer than two different persons.
    UnknownAccountError
        A name that nobody in the data has.
    """
    graph = AudienceGraph.from_workspace(workspace, as_of=as_of)
    ids = tuple(dict.fromkeys(_resolve(workspace, graph, name, as_of) for name in names))
    persons = persons_behind(workspace.store, ids)
    doubles = persons.first_of_each(ids)
    ids = tuple(key for key in ids if key not in doubles)
    if len(ids) < 2:
        raise UsageError("an overlap needs two different accounts", seen=", ".join(names))
    others = {key: tuple(o for o in persons.of(key) if o != key and (graph.ids == o).any()) for key in ids}
    members = _together(graph, [(key, *others[key]) for key in ids])
    channels = {key: found for key, found in others.items() if found}
    return AudienceOverlap(ids, pairwise_overlap(members), unique_reach(members), channels)


def _together(graph: AudienceGraph, groups: Sequence[tuple[str, ...]]) -> sp.csr_array:
    """Who belongs to the audience of each person, by any of her accounts: 0/1, shape (n_persons, n_accounts)."""
    rows = memberships(graph.audience, graph.positions([key for group in groups for key in group]))
    owner = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    of_person = sp.csr_array((np.ones(len(owner), np.float32), (owner, np.arange(len(owner)))))
    return memberships(sp.csr_array(of_person @ rows))


def find_lookalikes(
    workspace: Workspace,
    name: str,
    *,
    by: Literal["audience", "text"] = "audience",
    k: int = 10,
    as_of: date | str | None = None,
    material: Material | None = None,
) -> tuple[Lookalike, ...] | tuple[TextLookalike, ...]:
    """Who is like the account `name`: by the audience they share, or by what they write?

    Accounts that must not be listed (private, not to be indexed, suppressed, bots) are left out.
    """
    material = material or Material(workspace.store, as_of)
    allowed = {str(material.account_ids[i]) for i in pool_of(material, Filters())[0]}
    graph = AudienceGraph.from_workspace(workspace, as_of=as_of)
    account_id = _resolve(workspace, graph, name, as_of)
    if by == "text":
        return _by_text(material, account_id, allowed, k)
    if graph.n_ties == 0:
        raise MissingDataError(
            "nothing is known about audiences",
            expected="follows, interactions, or posts with a community",
            hint="import them, or use --by text",
        )
    found = lookalikes(graph, account_id, k=graph.n_accounts)
    return tuple(row for row in found if row.account_id in allowed)[:k]


def _by_text(material: Material, account_id: str, allowed: set[str], k: int) -> tuple[TextLookalike, ...]:
    from influence.text.niche import Niche
    from influence.text.relevance import niche_relevance

    relevance = niche_relevance(material.text, Niche(like=(account_id,)), as_of_day=material.cut)
    ids, fit = relevance.index.account_ids, np.asarray(relevance.account_fit)
    order = np.lexsort((np.arange(len(fit)), -np.nan_to_num(fit, nan=-1.0)))
    rows = (TextLookalike(str(ids[i]), float(fit[i])) for i in order if fit[i] > 0)
    return tuple(row for row in rows if row.account_id in allowed and row.account_id != account_id)[:k]


def _resolve(workspace: Workspace, graph: AudienceGraph, name: str, as_of: date | str | None) -> str:
    """An id in the graph as it is (communities too), else whatever `rank` would understand by the name."""
    from influence.graph.build import find_one

    exact = find_one(graph.id_array, name) or find_one(graph.id_array, name.strip().lower().removeprefix("@"))
    if exact:
        return exact
    return resolve_account(workspace.store, name, Material(workspace.store, as_of).account_ids)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def to_rows(found: Sequence[Lookalike | TextLookalike]) -> list[dict[str, Any]]:
    """Plain values for JSON."""
    return [asdict(row) for row in found]
