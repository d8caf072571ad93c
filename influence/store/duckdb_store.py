"""DuckDB behind the four methods of `Store`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from influence.errors import WorkspaceBusyError, WorkspaceError


class DuckDBStore:
    """One connection to a DuckDB file (or to memory, for tests and one-off questions).

    Parameters
    ----------
    path : Path or None
        The file; None keeps everything in memory.
    read_only : bool
        Several readers may share a file; a writer has it alone.
    """

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._con = _connect(path, read_only)

    def query(self, sql: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run one select; rows come in the order the SQL asks for."""
        return self._con.sql(sql, params=list(params)).to_arrow_table()

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Run one statement that returns nothing."""
        self._con.execute(sql, list(params))

    @contextmanager
    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Make `data` readable under `name` inside the ``with`` block, without copying it."""
        self._con.register(name, data)
        try:
            yield
        except BaseException:
            with suppress(
                duckdb.Error
            ):  # an aborted transaction refuses this too; the first error must be seen
                self._con.unregister(name)
            raise
        self._con.unregister(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements of the ``with`` block, or none of them."""
        self._con.execute("begin transaction")
        try:
            yield
        except BaseException:
            self._con.execute("rollback")
            raise
        self._con.execute("commit")

    def close(self) -> None:
        """Give the file back to other processes."""
        self._con.close()


def _connect(path: Path | None, read_only: bool) -> duckdb.DuckDBPyConnection:
    target = ":memory:" if path is None else str(path)
    config: dict[str, Any] = {"preserve_insertion_order": "true", "autoinstall_known_extensions": "false"}
    try:
        return duckdb.connect(target, read_only=read_only and path is not None, config=config)
    except duckdb.Error as error:
        raise _explain(path, error) from error


def _explain(path: Path | None, error: duckdb.Error) -> WorkspaceError:
    text = str(error)
    if "lock" in text.lower():
        return WorkspaceBusyError(
            "another process is using this workspace",
            where=str(path),
            hint="wait until the other command has ended, or name another file with --workspace",
        )
    return WorkspaceError(
        "this file cannot be opened as a workspace",
        where=str(path),
        seen=text.splitlines()[0],
        expected="a DuckDB file made by `influence import`",
        hint="name the right file with --workspace, or move this one away and import again",
    )
