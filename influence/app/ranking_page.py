"""The table of a niche: who, why, how sure, beside what followers would have said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.app.asked import FILTERS, PAGE, SORTS, Asked
from influence.app.columns import COLUMNS, shown_columns, texts_of
from influence.ranking.assess import Assessment
from influence.ranking.goals import GOAL_MEANING
from influence.ranking.rank import write_out
from influence.ranking.reasons import with_reasons
from influence.reporting.ranking.words import conditions_words, heading, notes_of, rank_range, title_of

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


@dataclass(frozen=True)
class Found:
    """One page of a question's answer.

    Attributes
    ----------
    ranking : Ranking
        The rows of the page.
    n : int
        Of all candidates.
    before : mapping of str to int
        Places by the goal's own weights, where the sliders changed them.
    more : list of tuple of str
        Further columns, a tuple a row.
    senses : list of tuple of str, int
        Of a word that is said in two: what each is said with, and by how many accounts.
    sense : int
        Which was chosen, -1 for none.
    """

    ranking: Ranking
    n: int
    before: Mapping[str, int]
    more: list[tuple[str, ...]]
    senses: list[tuple[tuple[str, ...], int]]
    sense: int


def ranking_page(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What the template shows of a question: the rows of one page, notes, filters and sliders."""
    usual = asked.unweighted()

    def made(found: Assessment, workspace: Workspace) -> Found:
        before = places_of(desk.session.assess(usual)) if usual is not None else {}
        return _page_of(workspace, found, asked, before)

    found = desk.ask(made, asked.question())
    ranking, hidden = found.ranking, asked.many("hide")
    return {
        "ranking": ranking,
        "rows": [
            _row(ranking, row, asked, found.before) | {"more": more}
            for row, more in zip(ranking.rows, found.more, strict=True)
        ],
        "n": found.n,
        "told": title_of(ranking) if asked.page == 1 and asked.sort == "rank" else "",
        "graded": bool(asked.many("use")),
        "moved": usual is not None,
        "pages": max(-(-found.n // PAGE), 1),
        "first": (asked.page - 1) * PAGE + 1,
        "notes": _notes(found),
        "senses": _senses(found, asked),
        "more": [COLUMNS[name][0] for name in shown_columns(asked.many("show"))],
        "columns": [
            (name, heading(name, narrow=True), heading(name))
            for name in ranking.weights
            if name not in hidden
        ],
        **form_of(asked),
    }


def _notes(found: Found) -> list[str]:
    """What to know; which sense is meant is asked by links."""
    notes = [*found.ranking.notes, *(n for n in notes_of(found.ranking) if n not in found.ranking.notes)]
    return [one for one in notes if not (found.senses and "--sense" in one)]


def _senses(found: Found, asked: Asked) -> list[dict[str, Any]]:
    """The senses of a word that has two, each with the address that takes it."""
    return [
        {"words": words, "n": n, "taken": at == found.sense,
         "address": asked.with_value("sense", words[0]).address("/") if words else ""}
        for at, (words, n) in enumerate(found.senses)
    ]  # fmt: skip


def places_of(found: Assessment) -> dict[str, int]:
    """Account -> place."""
    ids = found.evidence.material.account_ids[found.evidence.pool[found.order]]
    return {str(account): place for place, account in enumerate(ids, 1)}


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
        "checklist": asked.checklist(),
        "signals": [(name, heading(name)) for name in usual],
        "further": [(name, label) for name, (label, _) in COLUMNS.items()],
        "sliders": [
            Slider(name, heading(name), _told(asked, name, value), value) for name, value in usual.items()
        ],
    }


def _told(asked: Asked, name: str, usual: float) -> float:
    try:
        return float(asked.one(f"w.{name}") or usual)
    except ValueError:
        return usual


def _page_of(workspace: Workspace, found: Assessment, asked: Asked, before: Mapping[str, int]) -> Found:
    order = ordered(found, asked.sort)
    start = (asked.page - 1) * PAGE
    chosen = order[start : start + PAGE]
    told, evidence = found.evidence.relevance, found.evidence
    return Found(
        with_reasons(write_out(workspace, found, chosen)), len(order), before,
        texts_of(evidence.material, shown_columns(asked.many("show")), evidence.pool[chosen]),
        [(sense.words, sense.n_accounts) for sense in told.senses] if told else [], told.sense if told else -1,
    )  # fmt: skip


def ordered(found: Assessment, sort: str) -> np.ndarray:
    """Positions of all candidates by a column; unknown values last whichever way it runs, ties as ranked."""
    name = sort.removeprefix("-")
    down = not sort.startswith("-")
    if name in SORTS[:1] or (name not in SORTS and name not in found.signals):
        return found.order if down else found.order[::-1]
    if name == "name":
        handles = np.array([str(handle).lower() for handle in found.evidence.column("handle")[found.order]])
        by_name = found.order[np.argsort(handles, kind="stable")]
        return by_name if down else by_name[::-1]
    values = _values(found, name)[found.order]
    known = np.isfinite(values)
    inside = np.argsort(-values[known] if down else values[known], kind="stable")
    return np.concatenate([found.order[known][inside], found.order[~known]])


def _values(found: Assessment, name: str) -> np.ndarray:
    if name == "followers":
        return found.evidence.column("followers")
    return np.asarray(found.signals[name][1].value, dtype=float)


def _row(ranking: Ranking, row: Any, asked: Asked, before: Mapping[str, int]) -> dict[str, Any]:
    return {
        "moved": before.get(row.account_id, row.rank) - row.rank,
        "conditions": conditions_words(ranking, row.account_id),
        "row": row,
        "range": rank_range(row),
        "address": asked.address(f"/account/{row.account_id}"),
        "bars": [
            (heading(name), row.contributions.get(name, 0.0), 100.0 * share, row.values.get(name) is not None)
            for name, share in ranking.weights.items()
            if name not in asked.many("hide")
        ],
    }
