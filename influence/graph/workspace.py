"""The graph of a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from influence.graph import build
from influence.graph.audience import AudienceGraph
from influence.graph.ties import HALF_LIFE_DAYS, audience_ties, day_of

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


def workspace_graph(
    workspace: Workspace,
    as_of: date | str | None = None,
    half_life_days: float | None = None,
    kind_weights: Mapping[str, float] | None = None,
    all_accounts: bool = True,
) -> AudienceGraph:
    """Build the graph of `workspace`; see `AudienceGraph.from_workspace`."""
    half_life = HALF_LIFE_DAYS if half_life_days is None else half_life_days
    ties = audience_ties(workspace.store, day_of(as_of), half_life, kind_weights)
    actors, targets = build.as_arrow(ties["actor_id"]), build.as_arrow(ties["target_id"])
    names = [actors, targets]
    if all_accounts:
        accounts = workspace.store.query(
            "select distinct account_id from accounts where account_id is not null"
        )
        names.append(build.as_arrow(accounts["account_id"]))
    ids = pa.concat_arrays(names).unique()
    return AudienceGraph.from_edges(actors, targets, ties["weight"].to_numpy(), ids=ids)
