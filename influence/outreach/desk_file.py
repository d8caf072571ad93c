"""The desk as a workbook for colleagues, and back: merged field by field, conflicts shown and never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import make_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from influence.outreach.addressees import version_of
from influence.outreach.campaign_desk import TERMS, Desk, desk_of
from influence.outreach.merging import EditedFile, Merge, account_in, read_edited, shown
from influence.store.lists.desk_records import Deliverable, Terms, write_records
from influence.store.lists.saved import EDITABLE, SavedPick, write_picks
from influence.store.workspace import Workspace
from influence.toml_files import shipped
from influence.writing.book import Sheet, declared
from influence.writing.data_text import named

FIELDS = (*EDITABLE, *TERMS)
DUE = ("due", "url")
"""What people may change in the two sheets; all else is written anew."""
PEOPLE, DELIVERABLES = (
    declared(shipped("influence.outreach", "sheets.toml")[name]) for name in ("desk", "deliverables")
)


_Line: Any = make_dataclass("_Line", ["account_id", *FIELDS], frozen=True)
"""A pick and its terms as one line of the sheet."""


def desk_sheets(desk: Desk) -> list[Sheet]:
    """The desk as sheets: people and deliverables."""
    people = [_person_cells(row, _line(row.pick, row.terms)) for row in desk.rows]
    due = [[version_of(one, DUE) if field.key == "version" else _cell(one, field.key) for field in DELIVERABLES]
           for row in desk.rows for one in row.deliverables]  # fmt: skip
    return [Sheet("Desk", PEOPLE, people), Sheet("Deliverables", DELIVERABLES, due)]


def merge_desk(
    workspace: Workspace, name: str, path: str | Path, today: int, *, take: str | None = None, dry_run: bool = False,
    now: datetime | None = None,
) -> Merge:  # fmt: skip
    """Bring an edited desk back; `take` settles what both sides changed (``ours`` or ``theirs``)."""
    desk, merging = desk_of(workspace, name, today), EditedFile(take)
    known = {row.pick.account_id: _line(row.pick, row.terms) for row in desk.rows}
    edited = merging.rows_by_account(read_edited(path, "desk"), "the sheet Desk")
    settled = [(known[account], merging.settled(known[account], row, FIELDS))
               for account, row in edited.items() if account in known]  # fmt: skip
    people = [new for old, new in settled if new != old]
    due = _merged_due(desk, read_edited(path, "deliverables"), merging)
    if not dry_run:
        terms = [Terms(line.account_id, **named(line, *TERMS)) for line in people]
        write_picks(workspace, desk.saved.name, [_pick(desk, line) for line in people], now=now)
        write_records(workspace.store, desk.saved.name, [*terms, *due], now)
    return merging.merge([account for account in edited if account not in known])


def _merged_due(desk: Desk, rows: Sequence[Mapping[str, str]], merging: EditedFile) -> list[Deliverable]:
    known = {(one.account_id, one.what): one for row in desk.rows for one in row.deliverables}
    on_desk = {row.pick.account_id for row in desk.rows}
    found = []
    for row in rows:
        account, what = account_in(row), row.get("what", "").strip()
        if account not in on_desk or not what:
            whose = f"{account or 'a line'}: {what or 'nothing'}"
            merging.problems.append(f"{whose} is due, but not to anybody on the list")
            continue
        old = known.get((account, what), Deliverable(account, what))
        new = merging.settled(old, row, DUE)
        if new != old or (account, what) not in known:
            found.append(replace(new, how="told by hand") if new.url != old.url else new)
    return found


def _line(pick: SavedPick, terms: Terms) -> Any:
    return _Line(pick.account_id, **named(pick, *EDITABLE), **named(terms, *TERMS))


def _pick(desk: Desk, line: Any) -> SavedPick:
    old = next(row.pick for row in desk.rows if row.pick.account_id == line.account_id)
    return replace(old, **named(line, *EDITABLE))


def _person_cells(row: Any, line: Any) -> list[object]:
    signed = "; ".join(
        f"{one.party}: {one.verdict}" + (f" ({one.reason})" if one.reason else "") for one in row.signoffs
    )
    told = {"proved": f"{row.n_proved} of {len(row.deliverables)}", "sign_off": signed, "stalled": row.stalled,
            "memory": row.memory, "version": version_of(line, FIELDS)}  # fmt: skip
    return [told[f.key] if f.key in told else _cell(line, f.key) for f in PEOPLE]


def _cell(record: Any, field: str) -> object:
    value = getattr(record, field)
    return value if field == "price" else shown(field, value)
