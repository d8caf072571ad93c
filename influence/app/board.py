"""A saved list at work: its columns, what those still on it reach and cost together, and who nearly made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from influence.app.shared_session import AppDesk
from influence.errors import InfluenceError, MissingDataError
from influence.outreach.addressees import Addressee, addressees, version_of
from influence.question import Question
from influence.ranking.asking import question_from_settings
from influence.reporting.ranking.set_words import miss_words, money_words, reach_sentence
from influence.selection.set_plan import SetPlan
from influence.selection.sets import shortlist_set
from influence.selection.shortlist import Shortlist
from influence.selection.wishes import Wishes
from influence.store.lists.saved import STATUSES, SavedList, SavedPick, load_list, without_suppressed_picks
from influence.store.workspace import Workspace
from influence.writing.plain import whole

GONE = "declined"


def shown_list(workspace: Workspace, name: str) -> SavedList:
    """A list without those who asked to be left alone."""
    return without_suppressed_picks(workspace, load_list(workspace, name))[0]


def cards_of(workspace: Workspace, saved: SavedList) -> dict[str, list[tuple[SavedPick, Addressee, str]]]:
    """Status -> picks with whom they are and the mark by which another's edit is noticed."""
    people = {one.account_id: one for one in addressees(workspace, saved)}
    return {
        status: [
            (pick, people[pick.account_id], version_of(pick)) for pick in saved.picks if pick.status == status
        ]
        for status in STATUSES
    }


def question_of_list(saved: SavedList) -> Question:
    """The question that a list was picked from."""
    return question_from_settings(saved.settings)


def picks_of(desk: AppDesk, saved: SavedList) -> Shortlist:
    """Those on a list who have not declined, as a set: what each adds, what all reach and cost.

    Raises
    ------
    InfluenceError
        Nobody of the list is a candidate of its question any more.
    """
    question = question_of_list(saved)

    def made(workspace: Workspace) -> Shortlist:
        found = desk.session.assess(question)
        known = set(found.evidence.material.account_ids[found.evidence.pool].tolist())
        here = [pick.account_id for pick in saved.picks if pick.status != GONE and pick.account_id in known]
        if not here:
            raise MissingDataError("nobody on this list is a candidate now", where=saved.name)
        asked = replace(found, question=replace(question, top=len(here)))
        return shortlist_set(workspace, asked, Wishes(size=len(here), must=tuple(here)))

    return desk.session.ask(made)


def together(desk: AppDesk, saved: SavedList) -> Mapping[str, Any]:
    """What the template shows of the set: sentences, what each adds and costs, near misses; or why there is none."""
    try:
        plan = picks_of(desk, saved).plan
    except (InfluenceError, TypeError, ValueError) as error:
        why = error.what if isinstance(error, InfluenceError) else "its question was saved by another version"
        return {"sentence": "", "why": why, "adds": {}, "misses": [], "plan": None}
    assert plan is not None
    there = {pick.account_id for pick in saved.picks}
    return {
        "sentence": reach_sentence(plan),
        "why": "",
        "adds": {one.account_id: one for one in plan.picks},
        "misses": [(one, miss_words(one)) for one in plan.misses if one.account_id not in there],
        "plan": plan,
    }


def budget_of(saved: SavedList) -> float | None:
    """The budget that the list was picked within; None where there was none."""
    told = saved.settings.get("set", {}).get("budget")
    return None if told is None else float(told)


def money_line(plan: SetPlan | None, budget: float | None) -> str:
    """What those on the list cost beside the budget, and what of it is left."""
    if plan is None or budget is None:
        return ""
    left = budget - plan.cost
    rest = f"{whole(left)} left" if left >= 0 else f"{whole(-left)} over it"
    return f"{money_words(plan)} of a budget of {whole(budget)}: {rest}."
