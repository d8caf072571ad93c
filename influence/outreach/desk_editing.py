"""Write on the desk: terms, what is agreed and due, what a party said, by what posts are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from influence.errors import UsageError
from influence.outreach.lists import on_list
from influence.outreach.merging import read_day, read_field
from influence.store.lists.desk import Deliverable, Signoff, Terms, Watch, read_records, write_records
from influence.store.lists.saved import SavedList, load_list
from influence.store.workspace import Workspace, to_day

TERMS = tuple(field.name for field in fields(Terms) if field.name != "account_id")
WATCHES = ("tag", "link")


def set_terms(
    workspace: Workspace, name: str, handles: Sequence[str], changes: Mapping[str, str], *, now: datetime | None = None
) -> list[Terms]:  # fmt: skip
    """Change terms of these people of a list; a key of `TERMS` that is not told stays as it is.

    Raises
    ------
    UsageError
        Nothing to change, a price that is no number, a day that is no day.
    """
    saved = load_list(workspace, name)
    if not changes or not handles:
        raise UsageError("nothing was to be changed", expected="HANDLE... and --price, --product, --sent ...")
    values = {field: read_field(field, text) for field, text in changes.items()}
    known = {one.account_id: one for one in read_records(workspace.store, Terms, saved.name)}
    ids = [on_list(workspace, saved, handle) for handle in handles]
    made = [replace(known.get(account, Terms(account)), **values) for account in ids]
    write_records(workspace.store, saved.name, made, now)
    return made


def agree_on(
    workspace: Workspace, name: str, handles: Sequence[str], what: str, due: str | None = None, url: str = "",
    *, now: datetime | None = None,
) -> list[Deliverable]:  # fmt: skip
    """Note that somebody owes something, by when, or bring its proof; what was found before stays."""
    saved = load_list(workspace, name)
    if not what.strip():
        raise UsageError("say what was agreed", expected="post, story 1, video ...")
    known = {
        (one.account_id, one.what): one for one in read_records(workspace.store, Deliverable, saved.name)
    }
    made = []
    for handle in handles:
        account = on_list(workspace, saved, handle)
        old = known.get((account, what.strip()), Deliverable(account, what.strip()))
        told: dict[str, Any] = {"due": read_day(due)} if due is not None else {}
        told |= {"url": url, "how": "told by hand"} if url else {}
        made.append(replace(old, **told))
    write_records(workspace.store, saved.name, made, now)
    return made


def sign_off(
    workspace: Workspace, name: str, handles: Sequence[str], party: str, verdict: str, reason: str = "",
    *, now: datetime | None = None,
) -> list[Signoff]:  # fmt: skip
    """Note what a party said of these people; its last word counts. A refusal needs a reason."""
    saved = load_list(workspace, name)
    if verdict == "refused" and not reason.strip():
        raise UsageError("a refusal needs its reason", expected="--reason ...")
    day = to_day(now.date().isoformat()) if now else None
    ids = [on_list(workspace, saved, handle) for handle in handles]
    made = [Signoff(account, party.strip(), verdict, reason.strip(), day) for account in ids]
    write_records(workspace.store, saved.name, made, now)
    return made


def watch(
    workspace: Workspace, name: str, values: Mapping[str, Sequence[str]], since: str | None = None,
    *, now: datetime | None = None,
) -> list[Watch]:  # fmt: skip
    """Remember by which tags and links posts of this campaign are known, from a day on."""
    saved: SavedList = load_list(workspace, name)
    day = read_day(since) if since else None
    made = [
        Watch(kind, value.strip(), day) for kind in WATCHES for value in values.get(kind, ()) if value.strip()
    ]
    write_records(workspace.store, saved.name, made, now)
    return made
