"""What a list of people says about the work with them (status, notes, last contact): kept as a saved list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from influence.recognition.dates import date_order, parse_moment
from influence.recognition.headers import words_of
from influence.store.importing.deciding import SourcePlan
from influence.store.importing.guessing import SourceColumn
from influence.store.lists.saved import SavedList, SavedPick, save_list
from influence.store.workspace import Workspace, to_day
from influence.toml_files import shipped

FIELDS = {
    "status": "status",
    "notes": "notes",
    "owner": "owner_of_talks",
    "last_contact": "last_contact",
    "tags": "hashtags",
}
"""What people change by hand in a saved list -> the meaning of a column."""

STAGES = shipped("influence.store.importing", "words.toml")["stages"]
"""Words for the stages of a saved list; any other is kept in the notes."""


def keep_work(workspace: Workspace, plan: SourcePlan, now: datetime | None) -> int:
    """Save what a file of accounts says about the work with them as a list of the file's name.

    Returns
    -------
    int
        Accounts on the list; 0 where the file says nothing of the kind. Work noted before stays as it is.
    """
    columns = _columns(plan)
    if not columns or all(rule.table != "accounts" for rule in plan.rules):
        return 0
    contacts = columns["last_contact"].values if "last_contact" in columns else ()
    order = date_order(value for value in contacts if value)
    rows = workspace.store.query(
        "select account_id, extra from accounts where source = ? and extra is not null order by account_id",
        [plan.file],
    ).to_pylist()
    headers = {field: column.header for field, column in columns.items()}
    found = [_pick(row["account_id"], json.loads(row["extra"]), headers, order) for row in rows]
    picks = tuple(pick for pick in found if pick.touched)
    if picks:
        name = plan.source.name.strip()[:100] or plan.file
        save_list(workspace, SavedList(name, rule=f"imported from {plan.file}", picks=picks), now=now)
    return len(picks)


def _columns(plan: SourcePlan) -> dict[str, SourceColumn]:
    """Field of a saved list -> the column of the file that tells it, of those that no table takes."""
    unused = set(plan.unused)
    free = [column for column in plan.guess.columns if column.header in unused] if plan.guess else []
    found: dict[str, SourceColumn] = {}
    for field, meaning in FIELDS.items():
        best = max(free, key=lambda column: column.fit(meaning), default=None)
        if best is not None and best.fit(meaning) >= 0.6 and best not in found.values():
            found[field] = best
    telling = {"last_contact", "notes", "owner"} & set(found) or _tells_stages(found.get("status"))
    return found if telling else {}


def _tells_stages(column: SourceColumn | None) -> bool:
    known = [value for value in column.values if value] if column else []
    return bool(known) and sum(_stage(value) is not None for value in known) >= 0.5 * len(known)


def _pick(
    account_id: str, said: Mapping[str, str], headers: Mapping[str, str], order: str | None
) -> SavedPick:
    told = {field: str(said.get(header, "")).strip() for field, header in headers.items()}
    stage = _stage(told.get("status", ""))
    moment = parse_moment(told.get("last_contact", ""), order)
    notes = [told.get("notes", "")]
    notes += [f"status: {told['status']}"] if told.get("status") and stage is None else []
    notes += [f"tags: {told['tags']}"] if told.get("tags") else []
    notes += [f"last contact: {told['last_contact']}"] if told.get("last_contact") and moment is None else []
    status = stage or ("contacted" if moment else "idea")
    day = to_day(moment.date()) if moment else None
    return SavedPick(
        account_id, None, None, "", status, "; ".join(filter(None, notes)), told.get("owner", ""), day
    )


def _stage(word: str) -> str | None:
    words: Sequence[str] = words_of(word)
    return next((stage for stage, known in STAGES.items() if set(words) & set(known)), None)
