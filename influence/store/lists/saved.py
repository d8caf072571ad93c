"""Shortlists that live in the workspace: who is on them, how far the talks are, and what was exported.

Their tables hold personal data: `influence.store.rights.erasure` goes through every table of the file, so that nobody
has to remember them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from influence.errors import InfluenceError, UnknownAccountError, UsageError, did_you_mean
from influence.store.base import Store, has_table, rows_of, values_of
from influence.store.lists.desk_records import SavedPick as SavedPick
from influence.store.lists.desk_records import delete_desk, put_records, read_records, write_records
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace

STATUSES = ("idea", "contacted", "replied", "agreed", "declined")
EDITABLE = ("status", "notes", "owner", "last_contact")
"""What people change by hand; everything else comes from the ranking."""
MAX_NAME = 100


class UnknownListError(InfluenceError):
    """No shortlist of that name is saved in the workspace."""


@dataclass(frozen=True)
class SavedList:
    """A shortlist as saved: what was asked, and its picks in order.

    Attributes
    ----------
    name, niche, goal, rule : str
    settings : mapping
        The question, enough to ask it again.
    as_of : str
        Day (ISO) of the ranking it was picked from.
    picks : tuple of SavedPick
    saved_at : datetime or None
    """

    name: str
    niche: str = ""
    goal: str = ""
    rule: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    as_of: str = ""
    picks: tuple[SavedPick, ...] = ()
    saved_at: datetime | None = None

    def pick(self, account_id: str) -> SavedPick | None:
        """The pick of that id, or None."""
        return next((pick for pick in self.picks if pick.account_id == account_id), None)


@dataclass(frozen=True)
class Saving:
    """What saving did: accounts new on the list, kept, kept by hand though no longer picked, and dropped."""

    n_new: int
    n_kept: int
    n_kept_by_hand: int
    n_dropped: int


def save_list(workspace: Workspace, saved: SavedList, *, now: datetime | None = None) -> Saving:
    """Store a shortlist under its name.

    A list of that name is brought up to date: status, notes, owner and last contact of those still picked stay, and
    those no longer picked stay too where somebody has worked on them.
    """
    saved = replace(saved, name=checked_name(saved.name))
    store = workspace.store
    with store.transaction():
        old = {pick.account_id: pick for pick in _read_picks(store, saved.name)}
        picks = [_with_work(pick, old.get(pick.account_id)) for pick in saved.picks]
        chosen = {pick.account_id for pick in picks}
        by_hand = [
            replace(pick, place=None) for key, pick in old.items() if key not in chosen and pick.touched
        ]
        _write(store, replace(saved, picks=(*picks, *by_hand)), now)
    n_kept = len(chosen & old.keys())
    return Saving(len(picks) - n_kept, n_kept, len(by_hand), len(old) - n_kept - len(by_hand))


def load_list(workspace: Workspace, name: str) -> SavedList:
    """Read a saved shortlist, picks in order.

    Raises
    ------
    UnknownListError
        None of that name; the hint names the nearest.
    """
    found = {saved.name: saved for saved in saved_lists(workspace)}
    if name.strip() not in found:
        raise UnknownListError(
            "there is no saved shortlist of this name",
            seen=name,
            expected=", ".join(found) or "none is saved yet",
            hint=did_you_mean(name, list(found))
            or "save one with `influence shortlist --niche ... --save NAME`",
        )
    saved = found[name.strip()]
    return replace(saved, picks=tuple(_read_picks(workspace.store, saved.name)))


def without_suppressed_picks(workspace: Workspace, saved: SavedList) -> tuple[SavedList, int]:
    """A list as it may be shown, without those who asked to be left alone, and how many these are."""
    known = read_suppressions(workspace.store)
    picks = tuple(pick for pick in saved.picks if not known.account(pick.account_id))
    return replace(saved, picks=picks), len(saved.picks) - len(picks)


def saved_lists(workspace: Workspace) -> list[SavedList]:
    """All saved shortlists by name, without their picks."""
    if not has_table(workspace.store, "saved_lists"):
        return []
    columns = "name, niche, goal, rule, settings, as_of, saved_at"
    rows = rows_of(workspace.store, f"select {columns} from saved_lists order by name")
    return [SavedList(**{**row, "settings": json.loads(row["settings"] or "{}")}) for row in rows]


def status_counts(workspace: Workspace) -> dict[str, dict[str, int]]:
    """List -> status -> number of picks."""
    sql = "select list_name, status, count(*) as n from saved_picks group by list_name, status"
    counts: dict[str, dict[str, int]] = {}
    for row in rows_of(workspace.store, sql):
        counts.setdefault(row["list_name"], {})[row["status"]] = row["n"]
    return counts


def edit_pick(
    workspace: Workspace,
    name: str,
    account_id: str,
    changes: Mapping[str, Any],
    *,
    now: datetime | None = None,
) -> SavedPick:
    """Change what people keep by hand about one account of a list.

    Parameters
    ----------
    changes : mapping
        Of `EDITABLE`: ``status``, ``notes``, ``owner`` (text) and ``last_contact`` (day number or None).
    """
    saved = load_list(workspace, name)
    pick = saved.pick(account_id)
    if pick is None:
        raise UnknownAccountError(
            "this account is not on the list",
            where=saved.name,
            seen=account_id,
            hint=did_you_mean(account_id, [pick.account_id for pick in saved.picks]) or "add it with --add",
        )
    changed = replace(pick, **_checked(changes))
    write_picks(workspace, saved.name, [changed], now=now)
    return changed


def write_picks(
    workspace: Workspace, name: str, picks: Sequence[SavedPick], *, now: datetime | None = None
) -> None:
    """Replace or add these picks of a list."""
    for pick in picks:
        check_status(pick.status)
    write_records(workspace.store, name, picks, now)


def remove_picks(workspace: Workspace, name: str, account_ids: Sequence[str]) -> int:
    """Take accounts off a list; gives how many were on it."""
    saved = load_list(workspace, name)
    gone = [key for key in account_ids if saved.pick(key)]
    delete_desk(workspace.store, saved.name, gone)
    return len(gone)


def delete_list(workspace: Workspace, name: str) -> None:
    """Throw a whole list away."""
    saved = load_list(workspace, name)
    with workspace.store.transaction():
        workspace.store.execute("delete from saved_lists where name = ?", [saved.name])
        delete_desk(workspace.store, saved.name)


def last_contacts(store: Store, before: int | None = None) -> dict[str, int]:
    """Account -> latest day of contact on any list; of those before a day, where one is told."""
    if not has_table(store, "saved_picks"):
        return {}
    sql = (
        "select account_id, max(last_contact) as day from saved_picks "
        "where last_contact is not null and last_contact < ? group by account_id"
    )
    return {
        row["account_id"]: row["day"]
        for row in rows_of(store, sql, [2**31 - 1 if before is None else before])
    }


def contacted_since(contacts: Mapping[str, int], today: int, days: int) -> set[str]:
    """Whose latest contact (`last_contacts`) is at most so many days before `today`; nobody for 0 days.

    >>> sorted(contacted_since({"web:a": 70, "web:b": 69}, today=100, days=30))
    ['web:a']
    """
    return {account for account, day in contacts.items() if days and day >= today - days}


def log_export(
    workspace: Workspace, name: str, preset: str, file: str, account_ids: Sequence[str], now: datetime | None
) -> None:
    """Remember who went into which file, for `subject-report` and the receipt of `forget`."""
    workspace.store.execute(
        "insert into saved_exports select ?, ?, ?, unnest(?), ?", [name, preset, file, list(account_ids), now]
    )


def exported(store: Store, name: str, preset: str) -> set[str]:
    """Accounts of a list that went into a file of a preset before."""
    sql = "select distinct account_id from saved_exports where list_name = ? and preset = ?"
    return set(values_of(store, sql, [name, preset]))


def checked_name(name: str) -> str:
    """The name of a list, trimmed; UsageError when it is empty, long or not printable."""
    trimmed = name.strip()
    if not trimmed or len(trimmed) > MAX_NAME or not trimmed.isprintable():
        raise UsageError(
            "this cannot be the name of a shortlist",
            seen=name,
            expected=f"1 to {MAX_NAME} printable characters",
        )
    return trimmed


def check_status(status: str) -> str:
    """`status` in lower case; UsageError when it is none."""
    known = status.strip().lower()
    if known not in STATUSES:
        raise UsageError.unknown("there is no such status", status, STATUSES)
    return known


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    for key in changes:
        if key not in EDITABLE:
            raise UsageError("this cannot be edited", seen=key, expected=", ".join(EDITABLE))
    checked = dict(changes)
    if "status" in checked:
        checked["status"] = check_status(checked["status"])
    return checked


def _with_work(pick: SavedPick, old: SavedPick | None) -> SavedPick:
    return pick if old is None else replace(pick, **{name: getattr(old, name) for name in EDITABLE})


def _read_picks(store: Store, name: str) -> list[SavedPick]:
    return sorted(
        read_records(store, SavedPick, name),
        key=lambda pick: (pick.place is None, pick.place or 0, pick.account_id),
    )


def _write(store: Store, saved: SavedList, now: datetime | None) -> None:
    store.execute("delete from saved_lists where name = ?", [saved.name])
    store.execute("delete from saved_picks where list_name = ?", [saved.name])
    settings = json.dumps(saved.settings, ensure_ascii=False, sort_keys=True)
    store.execute(
        "insert into saved_lists values (?, ?, ?, ?, ?, ?, ?)",
        [saved.name, saved.niche, saved.goal, saved.rule, settings, saved.as_of, now],
    )
    put_records(store, saved.name, saved.picks, now)
