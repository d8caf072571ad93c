"""An edited file comes back from a colleague: merged by id, field by field, conflicts shown and never guessed.

Every row of an exported list carries a mark of what was known when it was written. So it is seen who changed a
field: only the file (it is taken), only the workspace (it stays), both alike (fine) or both otherwise (a conflict).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from influence.errors import InfluenceError, SourceError, UsageError
from influence.outreach.addressees import version_of
from influence.recognition.headers import plain_header
from influence.sources.small import read_tables
from influence.store.lists.saved import EDITABLE, SavedList, SavedPick, check_status, load_list, write_picks
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace, from_day, to_day
from influence.writing.data_text import plain_values

TAKE = ("ours", "theirs")
DAYS = ("last_contact", "product_sent", "due")
"""Fields that are days since 1970-01-01, and ISO days in a file."""
MAX_ROWS = 100_000
R = TypeVar("R", bound=Any)


@dataclass(frozen=True)
class FieldChange:
    """One field of one pick: what the workspace says, and what the file says."""

    account_id: str
    field: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Merge:
    """What came back.

    Attributes
    ----------
    changes : tuple of FieldChange
        Taken over from the file.
    conflicts : tuple of FieldChange
        Changed on both sides, differently; settled by `take`, else left as the workspace has them.
    problems : tuple of str
        Values that could not be read, ids that stand twice; their fields were left.
    unknown : tuple of str
        Ids that are not on the list; added only when asked to.
    missing : tuple of str
        Accounts of the list that the file lacks; they stay.
    n_added : int
    """

    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[FieldChange, ...] = ()
    problems: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    n_added: int = 0


def merge_file(
    workspace: Workspace,
    name: str,
    path: str | Path,
    *,
    take: str | None = None,
    add: bool = False,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Merge:
    """Bring an edited list back into the workspace.

    Parameters
    ----------
    workspace : Workspace
    name : str
        Of the saved list.
    path : str or Path
        CSV or XLSX with ``account_id`` and any of status, notes, owner, last_contact.
    take : {"ours", "theirs"}, optional
        Who is right where both sides changed; without it the workspace stays as it is and the conflict is told.
    add : bool
        Put accounts on the list that it lacks.
    dry_run : bool
        Only look.
    """
    if take is not None and take not in TAKE:
        raise UsageError("who is right?", where="take", seen=take, expected=" or ".join(TAKE))
    saved = load_list(workspace, name)
    known = read_suppressions(workspace.store)
    rows = [row for row in read_edited(path) if not known.account(row.get("account_id", "").strip().lower())]
    merged, picks = merge_rows(saved, rows, take=take, add=add)
    if picks and not dry_run:
        write_picks(workspace, saved.name, picks, now=now)
    return merged


def merge_rows(
    saved: SavedList, rows: Sequence[Mapping[str, str]], *, take: str | None = None, add: bool = False
) -> tuple[Merge, list[SavedPick]]:
    """Compare edited rows with a list; gives the report and the picks to be written."""
    merging, picks = EditedFile(take), list[SavedPick]()
    known = {pick.account_id: pick for pick in reversed(saved.picks)}
    once = merging.rows_by_account(rows, "the file")
    for account, row in once.items():
        pick = known.get(account)
        if pick is None and add:
            picks.append(merging.edited(SavedPick(account), row, EDITABLE)[0])
        elif pick is not None and (changed := merging.settled(pick, row)) != pick:
            picks.append(changed)
    unknown = tuple(account for account in once if account not in known)
    named = set(map(account_in, rows))
    missing = tuple(pick.account_id for pick in saved.picks if pick.account_id not in named)
    return replace(merging.merge(unknown), missing=missing, n_added=len(unknown) if add else 0), picks


def read_edited(path: str | Path, sheet: str | None = None) -> list[dict[str, str]]:
    """Rows of an edited file under plain headers, apostrophes before formulas taken off again.

    ``sheet`` names one of a workbook; where there is none of that name nothing is read.

    Raises
    ------
    SourceError
        It cannot be read, or has no column ``account_id``.
    """
    table = next((table for name, table in read_tables(path) if sheet is None or name == sheet), None)
    if table is None:
        return []
    plain = {header: plain_header(header) for header in table.headers}
    if "account_id" not in plain.values():
        raise SourceError(
            "the file does not say which row is whose", where=str(path), seen=", ".join(table.headers),
            expected="a column account_id, as `influence export NAME --for csv` writes it",
        )  # fmt: skip
    if len(table.rows) > MAX_ROWS:
        raise SourceError(
            "this file is too long for a list", where=str(path), expected=f"at most {MAX_ROWS:,} rows"
        )
    return [{plain[header]: text for header, text in row.items()} for _, row in table.rows]


def shown(field: str, value: Any) -> str:
    """A field's value as people read and write it."""
    if value is None:
        return ""
    return from_day(value).isoformat() if field in DAYS else str(value)


def dated(document: object) -> Any:
    """A list or a desk's records in JSON's own types, their days as ISO text."""
    return _dated(plain_values(document))


def _dated(value: Any) -> Any:
    if isinstance(value, dict):
        days = {key for key in (*DAYS, "seen", "day") if isinstance(value.get(key), int)}
        return {
            key: from_day(item).isoformat() if key in days else _dated(item) for key, item in value.items()
        }
    return [_dated(item) for item in value] if isinstance(value, list) else value


def read_day(text: str) -> int | None:
    """A day as ISO text, or as a spreadsheet rewrites it (``2026-01-31 00:00:00``); empty is None.

    Raises
    ------
    UsageError
        It is no day; local forms such as 3/4/2026 mean two days and are not guessed.
    """
    plain = text.strip()
    if not plain:
        return None
    found = re.match(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(:00(\.0+)?)?)?$", plain)
    try:
        if found:
            return to_day(found[1])
    except ValueError:
        pass
    raise UsageError("this is no day", seen=text, expected="YYYY-MM-DD")


def account_in(row: Mapping[str, str]) -> str:
    """Whose row of an edited file it is, as ids are kept; empty where it does not say."""
    return row.get("account_id", "").strip().lower()


class EditedFile:
    """An edited file that is being brought back; gathers what was taken over, what is torn, what was left.

    Parameters
    ----------
    take : {"ours", "theirs"} or None
        Who is right where both sides changed.
    """

    def __init__(self, take: str | None) -> None:
        self.take = take
        self.changes: list[FieldChange] = []
        self.conflicts: list[FieldChange] = []
        self.problems: list[str] = []

    def rows_by_account(self, rows: Sequence[Mapping[str, str]], where: str) -> dict[str, Mapping[str, str]]:
        """The rows by account; who stands in `where` twice is told and left."""
        counted = Counter(map(account_in, rows))
        self.problems += [f"{account} stands in {where} more than once and was left"
                          for account, n in counted.items() if account and n > 1]  # fmt: skip
        return {account: row for row in rows if (account := account_in(row)) and counted[account] == 1}

    def settled(self, record: R, row: Mapping[str, str], fields: Sequence[str] = EDITABLE) -> R:
        """A record with what an edited row says, as far as both sides did not change the same otherwise.

        `record` is a dataclass with ``account_id`` and `fields`; the row's ``version`` is what `version_of` made of it
        when the file was written.
        """
        theirs, told = self.edited(record, row, fields)
        before = _marks(row.get("version", ""), fields)
        now = _marks(version_of(record, fields), fields)
        new = _marks(version_of(theirs, fields), fields)
        settled = record
        for field in told:
            ours_value, their_value = getattr(record, field), getattr(theirs, field)
            base = before.get(field)
            if ours_value == their_value or (base is not None and base == new[field]):
                continue  # alike; or the file still has what was exported, and the workspace has moved on
            change = FieldChange(
                record.account_id, field, shown(field, ours_value), shown(field, their_value)
            )
            ours_moved = base != now[field] if base is not None else ours_value not in (None, "", "idea")
            (self.conflicts if ours_moved else self.changes).append(change)
            if self.take == "theirs" or not ours_moved:
                settled = replace(settled, **{field: their_value})
        return settled

    def edited(self, record: R, row: Mapping[str, str], fields: Sequence[str]) -> tuple[R, list[str]]:
        """The record with the file's values, and the fields that the file has (and that can be read)."""
        values: dict[str, Any] = {}
        for field in [field for field in fields if field in row]:
            text = row[field].strip()
            try:
                values[field] = record.status if field == "status" and not text else read_field(field, text)
            except InfluenceError as error:
                self.problems.append(f"{record.account_id}: {field} {text!r} was left ({error.expected})")
        return replace(record, **values), list(values)

    def merge(self, unknown: Sequence[str]) -> Merge:
        """What came back."""
        once = tuple(dict.fromkeys(self.problems))
        return Merge(tuple(self.changes), tuple(self.conflicts), once, tuple(unknown))


def read_field(field: str, text: str) -> Any:
    """A field of a pick or of its terms from what stands in a cell: a day, a price, a status, a text.

    Raises
    ------
    UsageError
        It is none.
    """
    if field in DAYS:
        return read_day(text)
    if field != "price":
        return check_status(text) if field == "status" else text.strip()
    try:
        return float(text) if text.strip() else None
    except ValueError as error:
        raise UsageError("this is no price", seen=text, expected="a number such as 250 or 99.50") from error


def _marks(version: str, fields: Sequence[str]) -> dict[str, str]:
    marks = version.strip().removeprefix("v-").split("-")
    whole = len(marks) == len(fields) and all(re.fullmatch("[0-9a-f]{4}", mark) for mark in marks)
    return dict(zip(fields, marks, strict=True)) if whole else {}
