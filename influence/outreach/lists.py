"""Saved shortlists: kept with their question, changed by hand, compared, merged; who stands in for who declined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.errors import MissingDataError, UnknownAccountError, UsageError, did_you_mean
from influence.outreach.merging import read_day
from influence.question import Question
from influence.ranking.asking import question_from_settings
from influence.ranking.assess import Assessment, assess
from influence.ranking.naming import niche_words
from influence.selection.sets import shortlist_set
from influence.selection.shortlist import Pick, Shortlist
from influence.selection.wishes import Wishes, parse_quotas
from influence.store.lists.saved import (
    SavedList,
    SavedPick,
    Saving,
    edit_pick,
    load_list,
    remove_picks,
    save_list,
    write_picks,
)
from influence.store.people.resolving import find_accounts, resolve_account
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace
from influence.writing.data_text import plain_values

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


def save_shortlist(
    workspace: Workspace, name: str, picks: Shortlist, *, now: datetime | None = None
) -> Saving:
    """Save a shortlist; a list of that name is brought up to date and keeps what people wrote.

    Parameters
    ----------
    workspace : Workspace
        Open for writing.
    name : str
    picks : Shortlist
    now : datetime, optional
    """
    return save_list(workspace, saved_from(name, picks), now=now)


def saved_from(name: str, picks: Shortlist) -> SavedList:
    """A shortlist in the form in which it is saved."""
    made = picks.ranking.provenance
    return SavedList(
        name=name,
        niche=niche_words(picks.ranking.niche) if picks.ranking.niche else "",
        goal=picks.ranking.goal,
        rule=picks.rule,
        settings=plain_values(made.settings),
        as_of=made.as_of if made.data_until else "",
        picks=_saved_picks(picks.picks, 1),
    )


def _saved_picks(picks: Sequence[Pick], first_place: int) -> tuple[SavedPick, ...]:
    return tuple(
        SavedPick(pick.account.account_id, place, float(pick.account.score), pick.reason)
        for place, pick in enumerate(picks, first_place)
    )


def _last_place(saved: SavedList) -> int:
    return max((pick.place or 0 for pick in saved.picks), default=0)


@dataclass(frozen=True)
class ListComparison:
    """What two lists have in common, and what only one has.

    Attributes
    ----------
    first, second : SavedList
    both : tuple of (SavedPick, SavedPick)
        In the order of the first.
    only_first, only_second : tuple of SavedPick
    """

    first: SavedList
    second: SavedList
    both: tuple[tuple[SavedPick, SavedPick], ...]
    only_first: tuple[SavedPick, ...]
    only_second: tuple[SavedPick, ...]

    @property
    def jaccard(self) -> float:
        """Share of all accounts that are on both lists, 0-1; 1 for two empty lists."""
        n = len(self.both) + len(self.only_first) + len(self.only_second)
        return len(self.both) / n if n else 1.0


def compare_lists(workspace: Workspace, first: str, second: str) -> ListComparison:
    """What do these two lists share, and where do they differ?"""
    one, other = load_list(workspace, first), load_list(workspace, second)
    return ListComparison(
        one,
        other,
        tuple((pick, twin) for pick in one.picks if (twin := other.pick(pick.account_id))),
        tuple(pick for pick in one.picks if not other.pick(pick.account_id)),
        tuple(pick for pick in other.picks if not one.pick(pick.account_id)),
    )


def merge_list(workspace: Workspace, name: str, other: str, *, now: datetime | None = None) -> int:
    """Put everybody of `other` who is not yet there at the end of the list `name`; gives how many."""
    found = compare_lists(workspace, name, other)
    known = read_suppressions(workspace.store)
    new = [pick for pick in found.only_second if not known.account(pick.account_id)]
    added = [replace(pick, place=place) for place, pick in enumerate(new, _last_place(found.first) + 1)]
    write_picks(workspace, found.first.name, added, now=now)
    return len(added)


@dataclass(frozen=True)
class Edit:
    """What to change; None leaves a field as it is."""

    status: str | None = None
    notes: str | None = None
    owner: str | None = None
    last_contact: str | None = None
    add: bool = False
    remove: bool = False

    @property
    def changes(self) -> dict[str, Any]:
        """The fields to be changed."""
        told: dict[str, Any] = {"status": self.status, "notes": self.notes, "owner": self.owner}
        changes = {name: value for name, value in told.items() if value is not None}
        if self.last_contact is not None:
            changes["last_contact"] = read_day(self.last_contact)
        return changes


def apply_edit(
    workspace: Workspace, name: str, handles: Sequence[str], edit: Edit, *, now: datetime | None = None
) -> list[str]:
    """Add, remove or change these accounts of a list; gives one line about each.

    Raises
    ------
    UsageError
        Nothing to do, or adding and removing at once.
    UnknownAccountError
        A handle is not on the list (or, when adding, not in the workspace).
    """
    changes = edit.changes
    if edit.add and edit.remove:
        raise UsageError("adding and removing at once", seen="--add --remove")
    if not (changes or edit.add or edit.remove):
        raise UsageError(
            "nothing was to be changed", expected="--status, --notes, --owner, --last-contact, ..."
        )
    saved = load_list(workspace, name)
    lines = []
    for handle in handles:
        account = _to_add(workspace, saved, handle) if edit.add else on_list(workspace, saved, handle)
        if edit.remove:
            remove_picks(workspace, saved.name, [account])
            lines.append(f"{account} is off {saved.name}")
            continue
        if edit.add and saved.pick(account) is None:
            added = SavedPick(account, _last_place(saved) + 1, reason="Added by hand.")
            write_picks(workspace, saved.name, [added], now=now)
            saved = load_list(workspace, name)
        pick = edit_pick(workspace, saved.name, account, changes, now=now)
        lines.append(f"{account}: {pick.status}" + (f", {pick.owner}" if pick.owner else ""))
    return lines


def on_list(workspace: Workspace, saved: SavedList, handle: str) -> str:
    """The account of a list that a handle, id, name or address means."""
    ids = [pick.account_id for pick in saved.picks]
    found = find_accounts(workspace.store, handle, np.array(ids, dtype=object))
    if len(found) == 1:
        return found[0]
    names = [*ids, *(key.partition(":")[2] for key in ids)]
    near = did_you_mean(handle.strip().lower().removeprefix("@"), names)
    raise UnknownAccountError(
        "several accounts of the list have this handle" if found else "this account is not on the list",
        where=saved.name,
        seen=handle,
        expected="one of " + ", ".join(found) if found else None,
        hint="name the platform too" if found else near or "put it there with --add",
    )


def _to_add(workspace: Workspace, saved: SavedList, handle: str) -> str:
    account = resolve_account(workspace.store, handle)
    if read_suppressions(workspace.store).account(account):
        raise UnknownAccountError("this account is suppressed", where=saved.name, seen=handle)
    return account


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
    write_picks(workspace, saved.name, _saved_picks(found.picks, _last_place(saved) + 1), now=now)


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
