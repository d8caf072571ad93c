"""Questions about the audiences of named accounts: how far they overlap, and who is like whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from influence.errors import MissingDataError, UsageError
from influence.graph.audience import AudienceGraph
from influence.graph.lookalikes import Lookalike, lookalikes
from influence.graph.overlap import Overlap, Reach, memberships, pairwise_overlap, unique_reach
from influence.question import Filters
from influence.ranking.pool import pool_of
from influence.signals.material import Material
from influence.store.people import resolve_account

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
    """

    account_ids: tuple[str, ...]
    pairs: Overlap
    reach: Reach

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; unknown is null."""
        n = len(self.account_ids)
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
            for i in range(n)
            for j in range(i + 1, n)
        ]
        return {
            "accounts": accounts,
            "pairs": pairs,
            "total_reach": int(self.reach.total),
            "unique_reach": int(self.reach.unique),
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

    Raises
    ------
    UsageError
        Fewer than two different accounts.
    UnknownAccountError
        A name that nobody in the data has.
    """
    graph = AudienceGraph.from_workspace(workspace, as_of=as_of)
    ids = tuple(dict.fromkeys(_resolve(workspace, graph, name, as_of) for name in names))
    if len(ids) < 2:
        raise UsageError("an overlap needs two different accounts", seen=", ".join(names))
    members = memberships(graph.audience, graph.positions(list(ids)))
    return AudienceOverlap(ids, pairwise_overlap(members), unique_reach(members))


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
