"""Open and close a workspace; everything a person knows about their niche lives in this one file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType

from influence.errors import WorkspaceError
from influence.schema import SCHEMA_VERSION, TABLES, Table
from influence.store.duckdb_store import DuckDBStore

DEFAULT_NAME = "influence.duckdb"
EPOCH = date(1970, 1, 1)


class Workspace:
    """The user's data: one DuckDB file with the tables of `influence.schema`.

    Use as a context manager, or call `close`. Reading commands open it with ``read_only=True`` so that several may
    run at once.
    """

    def __init__(self, store: DuckDBStore) -> None:
        self.store = store
        if not store.read_only:
            _create_tables(store)
        _check_version(store)

    @property
    def path(self) -> Path | None:
        """The file, or None for a workspace in memory."""
        return self.store.path

    def count(self, table: str) -> int:
        """Rows in `table`."""
        return int(self.store.query(f"select count(*) as n from {_known(table).name}")["n"][0].as_py())

    def counts(self) -> dict[str, int]:
        """Rows in every table of the contract, in its order."""
        return {table.name: self.count(table.name) for table in TABLES}

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_workspace(
    path: str | Path | None = None, *, read_only: bool = False, create: bool = True
) -> Workspace:
    """Open the workspace at `path`, creating it unless told otherwise.

    Parameters
    ----------
    path : str or Path, optional
        The file. Without it: ``INFLUENCE_WORKSPACE``, else ``influence.duckdb`` in the current folder.
        ``":memory:"`` keeps everything in memory.
    read_only : bool
        Open for reading; implies that the file must exist.
    create : bool
        Make the file when it is missing.

    Raises
    ------
    WorkspaceError
        Missing, damaged, foreign, or made by a newer version.
    WorkspaceBusyError
        Another process is writing to it.
    """
    if str(path) == ":memory:":
        return Workspace(DuckDBStore(None))
    file = Path(path or os.environ.get("INFLUENCE_WORKSPACE") or DEFAULT_NAME)
    if not file.exists() and (read_only or not create):
        raise WorkspaceError(
            "there is no workspace here yet",
            where=str(file),
            hint="make one with `influence import PATH...`, or name another with --workspace",
        )
    if file.is_dir():
        raise WorkspaceError("the workspace is a folder", where=str(file), expected="a file")
    if not file.parent.is_dir():
        raise WorkspaceError(
            "the folder for the workspace does not exist", where=str(file.parent), hint="make it first"
        )
    return Workspace(DuckDBStore(file, read_only=read_only))


@contextmanager
def memory_workspace() -> Iterator[Workspace]:
    """A workspace that lives as long as the ``with`` block."""
    workspace = open_workspace(":memory:")
    try:
        yield workspace
    finally:
        workspace.close()


def to_day(value: date | str | None) -> int | None:
    """Turn a date (or ISO text) into days since 1970-01-01; None stays None."""
    if value is None:
        return None
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return (value - EPOCH).days


def from_day(day: int) -> date:
    """Turn days since 1970-01-01 into a date."""
    return EPOCH + timedelta(days=int(day))


def create_table_sql(table: Table) -> str:
    """DDL of one table. No primary keys: DuckDB's index costs more memory than the data; import keeps keys unique."""
    columns = ", ".join(f"{name} {kind}" for name, kind in table.stored_columns)
    return f"create table if not exists {table.name} ({columns})"


INTERNAL_DDL = (
    "create table if not exists meta (name varchar, value varchar)",
    "create table if not exists imports (import_id integer, file varchar, sha256 varchar, mapping varchar, "
    "table_name varchar, n_read bigint, n_new bigint, n_changed bigint, n_rejected bigint, imported_at timestamp)",
    "create table if not exists aliases (alias_id varchar, account_id varchar, how varchar)",
    "create table if not exists rejects (import_id integer, file varchar, line bigint, table_name varchar, "
    "column_name varchar, value varchar, reason varchar)",
)


def _create_tables(store: DuckDBStore) -> None:
    known = set(store.query("select table_name from information_schema.tables")["table_name"].to_pylist())
    if known and "meta" not in known:
        raise WorkspaceError(
            "this DuckDB file was not made by influence",
            where=str(store.path),
            seen="tables " + ", ".join(sorted(known)[:5]),
            hint="name another file with --workspace; nothing was changed",
        )
    if known:
        _check_version(store)
    with store.transaction():
        for sql in (*INTERNAL_DDL, *(create_table_sql(table) for table in TABLES)):
            store.execute(sql)
        store.execute(
            "insert into meta select 'schema_version', ? where not exists "
            "(select 1 from meta where name = 'schema_version')",
            [str(SCHEMA_VERSION)],
        )


def _check_version(store: DuckDBStore) -> None:
    try:
        found = store.query("select value from meta where name = 'schema_version'")["value"].to_pylist()
    except Exception as error:
        raise WorkspaceError(
            "this DuckDB file was not made by influence",
            where=str(store.path),
            hint="name another with --workspace",
        ) from error
    if found != [str(SCHEMA_VERSION)]:
        raise WorkspaceError(
            "this workspace was made by another version of influence",
            where=str(store.path),
            seen=f"schema version {', '.join(found) or 'none'}",
            expected=f"schema version {SCHEMA_VERSION}",
            hint="import the files again into a new workspace",
        )


def _known(name: str) -> Table:
    from influence.schema import table_of

    return table_of(name)
