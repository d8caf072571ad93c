"""What the report is made of, gathered from an assessment and a shortlist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from influence.ranking.assess import Assessment
from influence.ranking.baselines import followers_in_the_data, total_likes
from influence.ranking.explain import EvidencePost, evidence_posts
from influence.reporting.report.overlap_charts import Map, map_of
from influence.reporting.report.scatter import Crowd
from influence.selection.limits import Overlaps
from influence.selection.reached import niche_reach
from influence.selection.set_plan import SetPlan
from influence.selection.shortlist import Shortlist

if TYPE_CHECKING:
    from influence.ranking.results import RankedAccount, Ranking

FULL = 0.945
"""Share of its weight from which a signal is said to count in full: 95 % to the eye."""
MAP_SIZE = 70
"""Accounts on the map: the picks, and the best of the others."""


@dataclass(frozen=True)
class Campaign:
    """Everything the report shows.

    Attributes
    ----------
    picks : Shortlist
        With its plan.
    plan : SetPlan
    evidence : mapping of account_id to tuple of EvidencePost
    crowd : Crowd
    niche_map : Map
    reliability : mapping of signal to share
        Signals whose weight was multiplied because their evidence is of a weaker kind or scarce, and by how much.
    gated : bool
        What is not about the niche counted only as far as an account fits it.
    """

    picks: Shortlist
    plan: SetPlan
    evidence: Mapping[str, tuple[EvidencePost, ...]]
    crowd: Crowd
    niche_map: Map
    reliability: Mapping[str, float] = field(default_factory=dict)
    gated: bool = False

    @property
    def ranking(self) -> Ranking:
        """The ranking the picks come from."""
        return self.picks.ranking

    @property
    def rows(self) -> Sequence[RankedAccount]:
        """The picks' rows, in the order of choice."""
        return [pick.account for pick in self.picks.picks]

    @property
    def handles(self) -> list[str]:
        """The picks' handles."""
        return [row.handle for row in self.rows]


def campaign_of(found: Assessment, picks: Shortlist) -> Campaign:
    """Gather what the report shows about `picks`, which were chosen as a set from `found`."""
    if picks.plan is None:
        raise ValueError("the shortlist has no plan; choose it with shortlist_set")
    rows = [pick.row for pick in picks.plan.picks]
    ids = [pick.account.account_id for pick in picks.picks]
    posts = {str(account): tuple(told) for account, told in evidence_posts(found, ids).items()}
    told = {
        name: float(pair[1].reliability) * found.scores.evidence.get(name, 1.0)
        for name, pair in found.signals.items()
    }
    less = {name: share for name, share in told.items() if share < FULL and name in picks.ranking.weights}
    gated = bool(found.scores.gate.gated)
    return Campaign(picks, picks.plan, posts, _crowd(found, rows), _map(found, rows), less, gated)


def _crowd(found: Assessment, rows: Sequence[int]) -> Crowd:
    """Everyone in the order of the ranking."""
    if found.baseline == "followers":
        size = found.evidence.column("followers")
    elif found.baseline == "total likes":
        size = total_likes(found.evidence)
    else:
        size = followers_in_the_data(found.evidence)
    picked = np.zeros(len(found.order), dtype=bool)
    picked[list(rows)] = True
    score = sum(found.scores.contributions.values(), start=np.zeros(len(found.order)))
    handles = found.evidence.column("handle")[found.order]
    return Crowd(size[found.order], score[found.order], picked, handles, found.baseline)


def _map(found: Assessment, rows: Sequence[int]) -> Map:
    """The picks first, then the best of the others."""
    shown = list(rows)[:MAP_SIZE]
    others = [row for row in range(min(len(found.order), 2 * MAP_SIZE)) if row not in set(rows)]
    shown += others[: MAP_SIZE - len(shown)]
    reach = niche_reach(found.evidence, found.order).subset(np.array(shown, dtype=int))
    overlaps = Overlaps(reach.audiences).matrix(range(len(shown)))
    handles = found.evidence.column("handle")[found.order][shown]
    picked = np.arange(len(shown)) < min(len(rows), MAP_SIZE)
    return map_of(overlaps, handles.tolist(), picked, reach.audiences.alone(), found.question.seed)
