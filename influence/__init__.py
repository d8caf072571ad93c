"""Choose influencers and bloggers by who truly reaches and moves a niche, not by follower counts.

Examples
--------
>>> import influence
>>> with influence.open_workspace(":memory:") as workspace:  # doctest: +SKIP
...     influence.import_files(workspace, ["data/samples/world"])
...     ranking = influence.rank(workspace, niche="vegan baking", top=30)
...     influence.write(ranking, "ranking.csv")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from influence._version import __version__

if TYPE_CHECKING:
    from influence.api import advocates as advocates
    from influence.api import incentives as incentives
    from influence.api import mentions as mentions
    from influence.api import plan as plan
    from influence.api import report as report
    from influence.api import shortlist as shortlist
    from influence.api import track as track
    from influence.errors import InfluenceError as InfluenceError
    from influence.graph.audience import AudienceGraph as AudienceGraph
    from influence.outreach.lists import stand_ins as stand_ins
    from influence.ranking.backtest import backtest as backtest
    from influence.ranking.changes import changes as changes
    from influence.ranking.compare import compare as compare
    from influence.ranking.explain import Explanation as Explanation
    from influence.ranking.explain import explain as explain
    from influence.ranking.learn import learn as learn
    from influence.ranking.rank import rank as rank
    from influence.ranking.results import RankedAccount as RankedAccount
    from influence.ranking.results import Ranking as Ranking
    from influence.ranking.stability import stability as stability
    from influence.reporting.ranking.files import write as write
    from influence.selection.shortlist import Shortlist as Shortlist
    from influence.selection.wishes import Wishes as Wishes
    from influence.session import Session as Session
    from influence.simulation.world import simulate_world as simulate_world
    from influence.store.checks import check_workspace as check_workspace
    from influence.store.describe import describe_workspace as describe_workspace
    from influence.store.importing.reports import ImportReport as ImportReport
    from influence.store.importing.transaction import import_files as import_files
    from influence.store.importing.transaction import import_tables as import_tables
    from influence.store.workspace import Workspace as Workspace
    from influence.store.workspace import open_workspace as open_workspace
    from influence.text.mentions import Mentions as Mentions
    from influence.text.niche import Niche as Niche

_EXPORTS = {
    "Session": "influence.session",
    "open_workspace": "influence.store.workspace",
    "Workspace": "influence.store.workspace",
    "import_files": "influence.store.importing.transaction",
    "import_tables": "influence.store.importing.transaction",
    "check_workspace": "influence.store.checks",
    "describe_workspace": "influence.store.describe",
    "AudienceGraph": "influence.graph.audience",
    "Niche": "influence.text.niche",
    "rank": "influence.ranking.rank",
    "explain": "influence.ranking.explain",
    "compare": "influence.ranking.compare",
    "changes": "influence.ranking.changes",
    "stability": "influence.ranking.stability",
    "backtest": "influence.ranking.backtest",
    "learn": "influence.ranking.learn",
    "shortlist": "influence.api",
    "stand_ins": "influence.outreach.lists",
    "mentions": "influence.api",
    "advocates": "influence.api",
    "incentives": "influence.api",
    "plan": "influence.api",
    "track": "influence.api",
    "report": "influence.api",
    "write": "influence.reporting.ranking.files",
    "simulate_world": "influence.simulation.world",
    "InfluenceError": "influence.errors",
    "Ranking": "influence.ranking.results",
    "RankedAccount": "influence.ranking.results",
    "Explanation": "influence.ranking.explain",
    "Shortlist": "influence.selection.shortlist",
    "Wishes": "influence.selection.wishes",
    "ImportReport": "influence.store.importing.reports",
    "Mentions": "influence.text.mentions",
}
__all__ = ["__version__", *_EXPORTS]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that ``import influence`` costs nothing."""
    if name in _EXPORTS:
        return getattr(importlib.import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module 'influence' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
