"""Files that commands wrote from a workspace: whoever asks to be forgotten is told which of them may hold him.

They are noted in a small file beside the workspace (``<workspace>.written``), so that commands which only read need not
open the workspace for writing, and what is kept computed stays valid.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from influence.store.base import Store, rows_of
from influence.store.people.resolving import Person
from influence.store.rights.suppression import redact
from influence.writing.atomic import write_text

READ = 200 << 20
"""Bytes of the largest file that is looked into."""


def note_written(workspace: str | Path, files: Sequence[Path], command: str, now: datetime | None) -> None:
    """Note beside the workspace, if it is there, that a command wrote these files (its own and its cache apart)."""
    own = os.path.realpath(workspace)
    beside = (f"{own}.cache", f"{own}.written")
    others = [str(file) for file in files if str(file) != own and not str(file).startswith(beside)]
    if not others or not Path(own).exists():
        return
    day = None if now is None else now.date().isoformat()
    lines = [
        json.dumps({"file": file, "command": command, "day": day}, ensure_ascii=False) for file in others
    ]
    handle = os.open(f"{own}.written", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8", errors="replace") as log:
        log.write("".join(f"{line}\n" for line in lines))


def files_with(store: Store, person: Person) -> tuple[str, ...]:
    """Files that the person went into, or may have: those of `influence export` by account, others looked into now."""
    sql = (
        "select file, preset, max(cast(written_at as date)) as day from saved_exports "
        "where account_id in (select unnest(?)) group by file, preset order by day nulls last, file"
    )
    rows = rows_of(store, sql, [list(person.account_ids)])
    found = [f"{row['file']} ({row['preset']}, {row['day'] or 'day unknown'})" for row in rows]
    named = {os.path.abspath(line.rpartition(" (")[0]) for line in found}
    for file, (command, day) in sorted(_noted(store).items(), key=lambda item: (item[1][1] or "", item[0])):
        if file not in named and (says := _holds(Path(file), person)):
            found.append(f"{file} ({command}, {day or 'day unknown'}; {says})")
    return tuple(found)


def forget_written(store: Store, person: Person) -> None:
    """Take the person out of the names of the files noted."""
    _rewrite(store, lambda line: redact(line, person.names))


def purge_written(store: Store, before: date) -> None:
    """Drop what was noted before a day."""
    _rewrite(store, lambda line: line if (_read(line).get("day") or "9999") >= before.isoformat() else "")


def _log(store: Store) -> Path | None:
    path = getattr(store, "path", None)
    log = Path(f"{path}.written")
    return log if path is not None and log.is_file() else None


def _noted(store: Store) -> dict[str, tuple[str, str | None]]:
    """File -> the command that wrote it last, and when."""
    log = _log(store)
    entries = [_read(line) for line in _lines(log)] if log else []
    return {one["file"]: (one.get("command") or "", one.get("day")) for one in entries if one.get("file")}


def _lines(log: Path) -> list[str]:
    return log.read_text("utf-8", errors="replace").splitlines()


def _read(line: str) -> dict[str, str]:
    try:
        entry = json.loads(line)
    except ValueError:  # a line that a kill cut short
        return {}
    return entry if isinstance(entry, dict) else {}


def _rewrite(store: Store, change: Callable[[str], str]) -> None:
    log = _log(store)
    if log:
        lines = filter(None, map(change, _lines(log)))
        write_text(log, "".join(f"{line}\n" for line in lines))


def _holds(file: Path, person: Person) -> str | None:
    """What can be said of a file: ``names the person``, ``may name the person``, or None where it does not."""
    try:
        if not file.exists():
            return "moved or gone; may name the person"
        if not file.is_file():  # opening a pipe waits for a partner, and a device may never end
            return "a pipe or a device; what went through may name the person"
        if file.stat().st_size > READ:
            return "too large to look into; may name the person"
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as parts:
                text = "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
        else:
            text = file.read_bytes().decode("utf-8", "replace")
    except (OSError, zipfile.BadZipFile, RuntimeError):
        return "cannot be looked into; may name the person"
    text = text.lower()
    names = (*person.names, *person.handles, *person.ordinary)
    return "names the person" if any(name.lower() in text for name in names) else None
