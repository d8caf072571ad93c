"""Change picks of a saved list by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from influence.errors import UnknownAccountError, UsageError, did_you_mean
from influence.outreach.merging import read_day
from influence.store.people import find_accounts
from influence.store.saved import SavedList, SavedPick, edit_pick, load_list, remove_picks, write_picks
from influence.store.suppression import read_suppressions
from influence.store.workspace import Workspace


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
        account = _to_add(workspace, saved, handle) if edit.add else on_list(saved, handle)
        if edit.remove:
            remove_picks(workspace, saved.name, [account])
            lines.append(f"{account} is off {saved.name}")
            continue
        if edit.add and saved.pick(account) is None:
            last = max((pick.place or 0 for pick in saved.picks), default=0)
            reason = "Added by hand."
            write_picks(workspace, saved.name, [SavedPick(account, last + 1, reason=reason)], now=now)
            saved = load_list(workspace, name)
        pick = edit_pick(workspace, saved.name, account, changes, now=now)
        lines.append(f"{account}: {pick.status}" + (f", {pick.owner}" if pick.owner else ""))
    return lines


def on_list(saved: SavedList, handle: str) -> str:
    """The account of a list that a handle or id means."""
    wanted = handle.strip().lower().removeprefix("@")
    ids = [pick.account_id for pick in saved.picks]
    found = [key for key in ids if wanted in (key, key.partition(":")[2])]
    if len(found) == 1:
        return found[0]
    names = [*ids, *(key.partition(":")[2] for key in ids)]
    raise UnknownAccountError(
        "several accounts of the list have this handle" if found else "this account is not on the list",
        where=saved.name,
        seen=handle,
        expected="one of " + ", ".join(found) if found else None,
        hint="name the platform too" if found else did_you_mean(wanted, names) or "put it there with --add",
    )


def _to_add(workspace: Workspace, saved: SavedList, handle: str) -> str:
    found = find_accounts(workspace.store, handle)
    if len(found) != 1:
        raise UnknownAccountError(
            "several accounts have this handle" if found else "nobody of this name is in the workspace",
            seen=handle,
            expected="one of " + ", ".join(found[:5]) if found else None,
        )
    if read_suppressions(workspace.store).account(found[0]):
        raise UnknownAccountError("this account is suppressed", where=saved.name, seen=handle)
    return found[0]
