"""An edited file comes back from a colleague: merged by id, field by field, conflicts shown and never guessed.

Every row of an exported list carries a mark of what was known when it was written. So it is seen who changed a
field: only the file (it is taken), only the workspace (it stays), both alike (fine) or both otherwise (a conflict).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from influence.errors import InfluenceError, SourceError, UsageError
from influence.outreach.addressees import version_of
from influence.recognition.headers import plain_header
from influence.sources.opening import open_sources
from influence.store.lists.saved import EDITABLE, SavedList, SavedPick, check_status, load_list, write_picks
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace, from_day, to_day
from influence.writing.data_text import plain_values
from influence.writing.safe import undefuse

TAKE = ("ours", "theirs")
DAYS = ("last_contact", "product_sent", "due")
"""Fields that are days since 1970-01-01, and ISO days in a file."""
MAX_ROWS = 100_000
R = TypeVar("R", bound=Any)


@dataclass(frozen=True)
class Change:
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
    changes : tuple of Change
        Taken over from the file.
    conflicts : tuple of Change
        Changed on both sides, differently; settled by `take`, else left as the workspace has them.
    problems : tuple of str
        Values that could not be read, ids that stand twice; their fields were left.
    unknown : tuple of str
        Ids that are not on the list; added only when asked to.
    missing : tuple of str
        Accounts of the list that the file lacks; they stay.
    n_added : int
    """

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Change, ...] = ()
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
    changes: list[Change] = []
    conflicts: list[Change] = []
    problems: list[str] = []
    unknown: list[str] = []
    picks: list[SavedPick] = []
    named = [row.get("account_id", "").strip().lower() for row in rows]
    counted, known = Counter(named), {pick.account_id: pick for pick in reversed(saved.picks)}
    for account, row in zip(named, rows, strict=True):
        if not account:
            continue
        if counted[account] > 1:
            problems.append(f"{account} stands in the file more than once and was left")
            continue
        pick = known.get(account)
        if pick is None:
            unknown.append(account)
            if add:
                picks.append(edited(SavedPick(account), row, problems)[0])
            continue
        changed, taken, torn = settle(pick, row, take, problems)
        changes += taken
        conflicts += torn
        if changed != pick:
            picks.append(changed)
    missing = tuple(pick.account_id for pick in saved.picks if pick.account_id not in counted)
    n_added = len(unknown) if add else 0
    once = tuple(dict.fromkeys(problems))
    return Merge(tuple(changes), tuple(conflicts), once, tuple(unknown), missing, n_added), picks


def read_edited(path: str | Path, sheet: str | None = None) -> list[dict[str, str]]:
    """Rows of an edited file under plain headers, apostrophes before formulas taken off again.

    ``sheet`` names one of a workbook; where there is none of that name nothing is read.

    Raises
    ------
    SourceError
        It cannot be read, or has no column ``account_id``.
    """
    file = Path(path)
    if not file.is_file():
        raise SourceError("there is no such file", where=str(file))
    try:
        sources = open_sources(file)
    except KeyError as error:
        raise SourceError(
            "this kind of file is not read", where=str(file), expected=".csv or .xlsx"
        ) from error
    source = next((one for one in sources if sheet is None or one.name == sheet), None)
    if source is None:
        return []
    plain = {header: plain_header(header) for header in source.headers}
    if "account_id" not in plain.values():
        raise SourceError(
            "the file does not say which row is whose", where=str(file), seen=", ".join(source.headers),
            expected="a column account_id, as `influence export NAME --for csv` writes it",
        )  # fmt: skip
    rows: list[dict[str, str]] = []
    for batch in source.batches():
        rows += [
            {plain[key]: undefuse(_text(value)) for key, value in raw.items()}
            for raw in batch.rows.to_pylist()
        ]
        if len(rows) > MAX_ROWS:
            raise SourceError(
                "this file is too long for a list", where=str(file), expected=f"at most {MAX_ROWS:,} rows"
            )
    return rows


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


def settle(
    record: R,
    row: Mapping[str, str],
    take: str | None,
    problems: list[str],
    fields: Sequence[str] = EDITABLE,
    read: Callable[[str, str], Any] = lambda field, text: read_field(field, text),
) -> tuple[R, list[Change], list[Change]]:
    """A record with what an edited row says, what was taken over, and what both sides changed otherwise.

    Parameters
    ----------
    record : dataclass with ``account_id`` and `fields`
    row : mapping
        With ``version`` as `version_of` made it when the file was written.
    read : callable
        A field's value from its text.
    """
    theirs, told = edited(record, row, problems, fields, read)
    before = _marks(row.get("version", ""), fields)
    now = _marks(version_of(record, fields), fields)
    new = _marks(version_of(theirs, fields), fields)
    taken: list[Change] = []
    torn: list[Change] = []
    settled = record
    for field in told:
        ours_value, their_value = getattr(record, field), getattr(theirs, field)
        if ours_value == their_value:
            continue
        change = Change(record.account_id, field, shown(field, ours_value), shown(field, their_value))
        base = before.get(field)
        if base is not None and base == new[field]:
            continue  # the file still has what was exported; the workspace has moved on
        ours_moved = base != now[field] if base is not None else ours_value not in (None, "", "idea")
        if ours_moved:
            torn.append(change)
            if take != "theirs":
                continue
        else:
            taken.append(change)
        settled = replace(settled, **{field: their_value})
    return settled, taken, torn


def edited(
    record: R,
    row: Mapping[str, str],
    problems: list[str],
    fields: Sequence[str] = EDITABLE,
    read: Callable[[str, str], Any] = lambda field, text: read_field(field, text),
) -> tuple[R, list[str]]:
    """The record with the file's values, and the fields that the file has (and that can be read)."""
    values: dict[str, Any] = {}
    for field in fields:
        if field not in row:
            continue
        text = row[field].strip()
        try:
            values[field] = record.status if field == "status" and not text else read(field, text)
        except InfluenceError as error:
            problems.append(f"{record.account_id}: {field} {text!r} was left ({error.expected})")
    return replace(record, **values), list(values)


def read_field(field: str, text: str) -> Any:
    """A field of a pick from what stands in a cell."""
    if field in DAYS:
        return read_day(text)
    return check_status(text) if field == "status" else text


def _marks(version: str, fields: Sequence[str]) -> dict[str, str]:
    marks = version.strip().removeprefix("v-").split("-")
    whole = len(marks) == len(fields) and all(re.fullmatch("[0-9a-f]{4}", mark) for mark in marks)
    return dict(zip(fields, marks, strict=True)) if whole else {}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).replace("\r\n", "\n")
