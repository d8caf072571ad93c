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
from typing import Any

from influence._version import __version__

_EXPORTS = {
    "Session": "influence.session",
    "open_workspace": "influence.store.workspace",
    "Workspace": "influence.store.workspace",
    "import_files": "influence.store.importing",
    "check_workspace": "influence.store.checks",
    "describe_workspace": "influence.store.describe",
    "AudienceGraph": "influence.graph.audience",
    "Niche": "influence.text.niche",
    "rank": "influence.ranking.rank",
    "explain": "influence.ranking.explain",
    "shortlist": "influence.selection.shortlist",
    "write": "influence.reporting.ranking.files",
    "simulate_world": "influence.simulation.world",
    "InfluenceError": "influence.errors",
}
__all__ = ["__version__", *_EXPORTS]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that ``import influence`` costs nothing."""
    if name in _EXPORTS:
        return getattr(importlib.import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module 'influence' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
