"""Change picks of a saved list by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from influence.errors import UnknownAccountError, UsageError, did_you_mean
from influence.outreach.merging import read_day
from influence.store.lists.saved import SavedList, SavedPick, edit_pick, load_list, remove_picks, write_picks
from influence.store.people.resolving import find_accounts, resolve_account
from influence.store.rights.suppression import read_suppressions
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
        account = _to_add(workspace, saved, handle) if edit.add else on_list(workspace, saved, handle)
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
