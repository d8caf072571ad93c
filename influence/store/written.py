"""Files that commands wrote from a workspace: whoever asks to be forgotten is told which of them may hold him."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from influence.store.base import Store, has_table
from influence.store.people import Person
from influence.store.workspace import open_workspace

DDL = "create table if not exists written (file varchar, command varchar, written_at timestamp)"
READ = 200 << 20
"""Bytes of the largest file that is looked into."""


def note_written(workspace: str | Path, files: Sequence[Path], command: str, now: datetime | None) -> None:
    """Remember in the workspace, if it is there, that a command wrote these files (its own and its cache apart)."""
    own = os.path.realpath(workspace)
    others = [file for file in files if str(file) != own and not str(file).startswith(f"{own}.cache")]
    if others and Path(own).exists():
        with open_workspace(own) as opened:
            log_written(opened.store, others, command, now)


def log_written(store: Store, files: Sequence[Path], command: str, now: datetime | None) -> None:
    """Remember that a command wrote these files; each is kept once, with its latest day."""
    with store.transaction():
        store.execute(DDL)
        for file in files:
            store.execute("delete from written where file = ?", [str(file)])
            store.execute("insert into written values (?, ?, ?)", [str(file), command, now])


def files_with(store: Store, person: Person) -> tuple[str, ...]:
    """Files that the person went into, or may have: those of `influence export` by account, others looked into now."""
    found = []
    if has_table(store, "saved_exports"):
        rows = store.query(
            "select file, preset, max(cast(written_at as date)) as day from saved_exports "
            "where account_id in (select unnest(?)) group by file, preset order by day nulls last, file",
            [list(person.account_ids)],
        ).to_pylist()
        found = [f"{row['file']} ({row['preset']}, {row['day'] or 'day unknown'})" for row in rows]
    named = {line.rpartition(" (")[0] for line in found}
    if has_table(store, "written"):
        sql = (
            "select file, command, cast(written_at as date) as day from written order by day nulls last, file"
        )
        for row in store.query(sql).to_pylist():
            if row["file"] not in named and (says := _holds(Path(row["file"]), person)):
                found.append(f"{row['file']} ({row['command']}, {row['day'] or 'day unknown'}; {says})")
    return tuple(found)


def _holds(file: Path, person: Person) -> str | None:
    """What can be said of a file: ``names the person``, ``may name the person``, or None where it does not."""
    try:
        if not file.exists():
            return "moved or gone; may name the person"
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
