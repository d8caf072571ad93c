"""DuckDB behind the methods of `Store`."""

from __future__ import annotations

import errno
import functools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import WorkspaceBusyError, WorkspaceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from influence.store.base import Function

STORAGE = "v1.4.0"
"""New files are written so that a colleague's DuckDB 1.4 opens them; DuckDB 2 by itself writes for itself alone."""
PATIENCE_SECONDS = 5.0
"""How long a command waits for another one to give the file back; readers hold it for moments only."""
PIECE = 20_000
"""Rows that a function gets at a time (`DuckDBStore.mapped`)."""
_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


class FileChanged(Exception):
    """Somebody wrote to the file since it was looked at; the question must be asked anew."""


class DuckDBStore:
    """One connection to a DuckDB file (or to memory, for tests and one-off questions).

    Parameters
    ----------
    path : Path or None
        The file; None keeps everything in memory.
    read_only : bool
        Several readers may share a file; a writer has it alone.
    resting : bool
        Open the file when it is first asked, and again after `rest`, so that others may write in between.

    Attributes
    ----------
    expected : object
        What `fingerprint` must say when the file is opened, else `FileChanged`; None: anything.
    checks : list of callable
        Called with the store when a resting file has been opened that is not as it was when last looked at.
    """

    def __init__(self, path: Path | None = None, *, read_only: bool = False, resting: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self.resting = resting
        self.expected: object = None
        self.checks: list[Callable[[DuckDBStore], None]] = []
        self._checked: object = None
        self._opened = None if resting else _connect(path, read_only, PATIENCE_SECONDS)

    @property
    def _con(self) -> duckdb.DuckDBPyConnection:
        return self._opened or self.open()

    def open(self, patience: float | None = None) -> duckdb.DuckDBPyConnection:
        """Open the file if it rests; WorkspaceBusyError where others write to it for longer than `patience`."""
        if self._opened is not None:
            return self._opened
        opened = _connect(self.path, self.read_only, PATIENCE_SECONDS if patience is None else patience)
        if self.expected is not None and self.path is not None and fingerprint(self.path) != self.expected:
            opened.close()
            raise FileChanged(str(self.path))
        self._opened = opened
        if self.expected is None or self._checked != self.expected:
            for check in self.checks:
                check(self)
            self._checked = self.expected
        return opened

    def rest(self) -> None:
        """Give the file back until it is asked again."""
        if self.resting:
            self.close()

    def reopen(self) -> None:
        """Open the file again after it was closed or replaced."""
        self.close()
        self.open()

    def query(self, sql: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run one select; rows come in the order the SQL asks for."""
        with self._explained():
            return self._con.sql(sql, params=_told(params)).to_arrow_table()

    def pieces(self, sql: str, params: Sequence[Any] = ()) -> Iterator[pa.Table]:
        """The same rows some at a time; see `Store.pieces`."""
        import pyarrow as pa

        with self._explained():
            for batch in pa.RecordBatchReader.from_stream(self._con.sql(sql, params=_told(params))):
                yield pa.Table.from_batches([batch])

    def mapped(
        self, sql: str, params: Sequence[Any], function: Function, schema: pa.Schema
    ) -> Iterator[pa.Table]:
        """Run `function` on pieces of the rows of a select; see `Store.mapped`."""
        for rows in self.pieces(sql, params):
            for start in range(0, len(rows), PIECE):
                yield function(rows.slice(start, PIECE)).cast(schema)

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Run one statement that returns nothing."""
        with self._explained():
            self._con.execute(sql, _told(params))

    @contextmanager
    def _explained(self, codes: tuple[int, ...] = ()) -> Iterator[None]:
        """A disk that is full or may not be written to, told of the file that people know."""
        try:
            yield
        except (_engine().Error, OSError) as error:
            of_disk = error.errno in codes if isinstance(error, OSError) else _told_by_disk(error)
            if self.path is None or not of_disk:
                raise
            raise _disk_error(self.path, error) from error

    @contextmanager
    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Make `data` readable under `name` inside the ``with`` block, without copying it."""
        self._con.register(name, data)
        try:
            yield
        except BaseException:
            with suppress(_engine().Error):  # an aborted transaction refuses this too; the first must be seen
                self._con.unregister(name)
            raise
        self._con.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements of the ``with`` block, or none of them."""
        self._con.execute("begin transaction")
        try:
            with self._explained((errno.ENOSPC, errno.EDQUOT)):
                yield
        except BaseException:
            with suppress(_engine().Error):  # a fatal error ended it already; the first error must be seen
                self._con.execute("rollback")
            raise
        self.execute("commit")

    def close(self) -> None:
        """Give the file back to other processes."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def fingerprint(path: Path) -> list[list[int]]:
    """What changes when the file is written to: number, size and time of the file and of its log."""
    found = []
    for file in (path, Path(f"{path}.wal")):
        try:
            status = file.stat()
            found.append([status.st_ino, status.st_size, status.st_mtime_ns])
        except FileNotFoundError:
            found.append([0, 0, 0])
    return found


def _engine() -> Any:
    """DuckDB, imported when it is first needed: what is kept answers without it."""
    import duckdb

    return duckdb


@functools.cache
def _memory() -> str:
    """Half of what the engine takes by itself (80 % of the machine or of its control group): rows come home beside it.

    A share in per cent would do, but DuckDB 1.4 does not read one.
    """
    with _engine().connect(":memory:") as engine:
        size, unit = engine.execute("SELECT current_setting('memory_limit')").fetchall()[0][0].split()
    return f"{float(size) / 2:.1f}{unit}"


def _connect(path: Path | None, read_only: bool, patience: float) -> duckdb.DuckDBPyConnection:
    """Open, and try again while another process has the file."""
    until = time.monotonic() + patience
    while True:
        try:
            return _connected(path, read_only)
        except WorkspaceBusyError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.05)


def _connected(path: Path | None, read_only: bool) -> duckdb.DuckDBPyConnection:
    config: dict[str, Any] = {
        "preserve_insertion_order": "true", "autoinstall_known_extensions": "false",
        "storage_compatibility_version": STORAGE,
    }  # fmt: skip
    if path is not None:  # a file may come from somebody else: it must not make the engine read others
        config |= {"enable_external_access": "false", "lock_configuration": "true", "memory_limit": _memory()}
    try:
        told = ":memory:" if path is None else str(path)
        made: duckdb.DuckDBPyConnection = _engine().connect(
            told, read_only=path is not None and read_only, config=config
        )
        return made
    except _engine().Error as error:
        raise _explain(path, error) from error


def _explain(path: Path | None, error: duckdb.Error) -> WorkspaceError:
    text = str(error)
    if "could not set lock" in text.lower():
        return WorkspaceBusyError(
            "another process is using this workspace",
            where=str(path),
            hint="wait until the other command has ended, or name another file with --workspace",
        )
    if path and _told_by_disk(error):
        return _disk_error(path, error)
    return WorkspaceError(
        "this file cannot be opened as a workspace",
        where=str(path),
        seen=text.splitlines()[0],
        expected="a DuckDB file made by `influence import`",
        hint="name the right file with --workspace, or move this one away and import again",
    )


def _told_by_disk(error: Exception) -> str | None:
    """What the disk said, where the engine passes that on, whatever it was doing (writing, committing, opening)."""
    words = map(os.strerror, _DISK_ERRORS)
    return next((told for told in words if told.lower() in str(error).lower()), None)


def _disk_error(path: Path, error: Exception) -> WorkspaceError:
    told = _told_by_disk(error) or str(error).splitlines()[0]
    full = told in (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
    return WorkspaceError(
        "the disk of the workspace is full; nothing of this was kept"
        if full
        else "the workspace cannot be written to",
        where=str(path),
        seen=told,
        hint="make room and run the command again"
        if full
        else "copy it to a folder you may write to, and name that with --workspace",
    )


def _told(params: Sequence[Any]) -> list[Any]:
    """Values as the engine takes them: a file's name may hold bytes that are no text."""
    return [one.encode("utf-8", "replace").decode() if isinstance(one, str) else one for one in params]
