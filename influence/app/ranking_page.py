"""The table of a niche: who, why, how sure, beside what followers would have said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.app.asked import FILTERS, PAGE, SORTS, Asked
from influence.ranking.assess import Assessment
from influence.ranking.goals import GOAL_MEANING
from influence.ranking.rank import write_out
from influence.ranking.reasons import with_reasons
from influence.reporting.ranking.words import heading, notes_of, rank_range

if TYPE_CHECKING:
    from influence.app.desk import Desk
    from influence.ranking.results import Ranking
    from influence.store.workspace import Workspace


@dataclass(frozen=True)
class Slider:
    """A weight that the page lets people change."""

    name: str
    label: str
    value: float
    usual: float


def ranking_page(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What the template shows of a question: the rows of one page, notes, filters and sliders."""
    ranking, n = desk.ask(lambda found, workspace: _page_of(workspace, found, asked), asked.question())
    return {
        "asked": asked,
        "ranking": ranking,
        "rows": [_row(ranking, row, asked) for row in ranking.rows],
        "n": n,
        "pages": max(-(-n // PAGE), 1),
        "first": (asked.page - 1) * PAGE + 1,
        "notes": [*ranking.notes, *(note for note in notes_of(ranking) if note not in ranking.notes)],
        "columns": [(name, heading(name, narrow=True), heading(name)) for name in ranking.weights],
        **form_of(asked),
    }


def form_of(asked: Asked) -> dict[str, Any]:
    """The form as it stands: goals, filters and sliders."""
    from influence.ranking.goals import GOALS, weights_for

    goal = asked.one("goal") if asked.one("goal") in GOALS else "long-tail"
    usual = weights_for(goal)
    return {
        "asked": asked,
        "goals": [(name, GOAL_MEANING[name]) for name in GOALS],
        "goal": goal,
        "filters": list(FILTERS.values()),
        "sliders": [
            Slider(name, heading(name), _told(asked, name, value), value) for name, value in usual.items()
        ],
    }


def _told(asked: Asked, name: str, usual: float) -> float:
    try:
        return float(asked.one(f"w.{name}") or usual)
    except ValueError:
        return usual


def _page_of(workspace: Workspace, found: Assessment, asked: Asked) -> tuple[Ranking, int]:
    order = ordered(found, asked.sort)
    start = (asked.page - 1) * PAGE
    return with_reasons(write_out(workspace, found, order[start : start + PAGE])), len(order)


def ordered(found: Assessment, sort: str) -> np.ndarray:
    """Positions of all candidates by a column; unknown values last whichever way it runs, ties as ranked."""
    name = sort.removeprefix("-")
    down = not sort.startswith("-")
    if name in SORTS[:1] or (name not in SORTS and name not in found.signals):
        return found.order if down else found.order[::-1]
    if name == "name":
        handles = found.evidence.candidates["handle"].astype(str).str.lower().to_numpy()[found.order]
        by_name = found.order[np.argsort(handles, kind="stable")]
        return by_name if down else by_name[::-1]
    values = _values(found, name)[found.order]
    known = np.isfinite(values)
    inside = np.argsort(-values[known] if down else values[known], kind="stable")
    return np.concatenate([found.order[known][inside], found.order[~known]])


def _values(found: Assessment, name: str) -> np.ndarray:
    if name == "followers":
        return found.evidence.candidates["followers"].to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(found.signals[name][1].value, dtype=float)


def _row(ranking: Ranking, row: Any, asked: Asked) -> Mapping[str, Any]:
    return {
        "row": row,
        "range": rank_range(row),
        "address": asked.address(f"/account/{row.account_id}"),
        "bars": [
            (heading(name), row.contributions.get(name, 0.0), 100.0 * share, row.values.get(name) is not None)
            for name, share in ranking.weights.items()
        ],
    }
