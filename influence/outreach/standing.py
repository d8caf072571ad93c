"""Who takes the places of those who declined: the list's question asked again, with everybody else kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from influence.errors import MissingDataError
from influence.question import Question
from influence.ranking.asking import question_from_settings
from influence.ranking.assess import Assessment, assess
from influence.selection.sets import shortlist_set
from influence.selection.shortlist import Pick
from influence.selection.wishes import Wishes, parse_quotas
from influence.store.lists.saved import SavedList, SavedPick, load_list, write_picks

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


@dataclass(frozen=True)
class StandIns:
    """Stand-ins for a saved list.

    Attributes
    ----------
    name : str
    declined : tuple of str
        Account ids whose places are open.
    picks : tuple of Pick
        The next by score where the list was chosen by score, else who would add most to those who stay; each with
        score, reason and figures.
    missing : tuple of str
        On the list, and no candidates any more (suppressed, private, filtered out, added by hand): not reckoned with.
    by_score : bool
        The list was chosen by score, and so were they.
    unit : str
        What a stand-in adds: ``people``, ``readers``, ``topics`` or ``nothing``.
    """

    name: str
    declined: tuple[str, ...]
    picks: tuple[Pick, ...]
    missing: tuple[str, ...] = ()
    by_score: bool = False
    unit: str = "nothing"


def stand_ins(
    workspace: Workspace, name: str, assessed: Callable[[Question], Assessment] | None = None
) -> StandIns:
    """Who could stand in for the accounts of a saved list that declined?

    As many as declined, within the quotas, the largest overlap and the least score the list was picked with; its
    budget is left out, since what was agreed with the others is not known. `assessed` answers the list's question where
    a session has it already.

    Raises
    ------
    MissingDataError
        Nobody on the list has declined.

    Parameters
    ----------
    workspace : Workspace
    name : str
        Of a saved list.
    assessed : callable, optional
        Question -> Assessment.

    Returns
    -------
    StandIns

    Examples
    --------
    >>> import influence
    >>> influence.stand_ins(workspace, "autumn")  # doctest: +SKIP
    """
    saved = load_list(workspace, name)
    gone = tuple(pick.account_id for pick in saved.picks if pick.status == "declined")
    if not gone:
        raise MissingDataError(
            "nobody on this list has declined",
            where=saved.name,
            hint=f"influence shortlist edit {saved.name} HANDLE --status declined",
        )
    question = question_from_settings(saved.settings)
    found = assess(workspace, question) if assessed is None else assessed(question)
    known = set(found.evidence.candidates["account_id"].astype(str))
    stay = [pick.account_id for pick in saved.picks if pick.account_id not in gone]
    must = tuple(account for account in stay if account in known)
    wishes = replace(_wishes(saved), size=len(must) + len(gone), must=must, never=gone)
    made = shortlist_set(workspace, found, wishes, by_score=_by_score(saved))
    picks = tuple(pick for pick in made.picks if pick.account.account_id not in must)
    missing = tuple(account for account in stay if account not in known)
    unit = made.plan.unit if made.plan else "nothing"
    return StandIns(saved.name, gone, picks, missing, _by_score(saved), unit)


def take_stand_ins(workspace: Workspace, found: StandIns, *, now: datetime | None = None) -> None:
    """Put the stand-ins at the end of the list; those who declined stay on it, marked as they are."""
    saved = load_list(workspace, found.name)
    last = max((pick.place or 0 for pick in saved.picks), default=0)
    rows = [
        SavedPick(pick.account.account_id, place, float(pick.account.score), pick.reason)
        for place, pick in enumerate(found.picks, last + 1)
    ]
    write_picks(workspace, saved.name, rows, now=now)


def _by_score(saved: SavedList) -> bool:
    """Whether the list was chosen by score: then so are those who stand in."""
    told: Mapping[str, Any] = saved.settings.get("set") or {}
    return bool(told.get("chosen", "by score") == "by score")


def _wishes(saved: SavedList) -> Wishes:
    """What the list was picked with, as far as it still holds for a part of it."""
    told: Mapping[str, Any] = saved.settings.get("set") or {}
    return Wishes(
        quotas=parse_quotas([str(quota) for quota in told.get("quotas") or ()]),
        max_overlap=told.get("max_overlap"),
        min_score=float(told.get("min_score") or 0.0),
        min_support=float(told.get("min_support") or 0.0),
        quality=float(told.get("quality", 1.0)),
    )
