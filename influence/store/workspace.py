"""Open and close a workspace; everything a person knows about their niche lives in this one file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType

from influence.errors import WorkspaceError
from influence.schema import TABLES, table_of
from influence.store.base import count_in, rows_of
from influence.store.duckdb_store import DuckDBStore, FileChanged
from influence.store.migrations import DESIRED, bring_up_to_date, is_current
from influence.store.rewriting import complete_erasure

DEFAULT_NAME = "influence.duckdb"
EPOCH = date(1970, 1, 1)


class Workspace:
    """The user's data: one DuckDB file with the tables of `influence.schema`.

    Use as a context manager, or call `close`. Reading commands open it with ``read_only=True`` so that several may
    run at once.
    """

    def __init__(self, store: DuckDBStore) -> None:
        self.store = store
        self.completed = False
        """Whether opening it completed an erasure that was cut short."""

    @property
    def path(self) -> Path | None:
        """The file, links followed, or None for a workspace in memory."""
        return self.store.path

    @property
    def place(self) -> str:
        """Where the data lie, for people."""
        return str(self.path) if self.path else str(getattr(self.store, "folder", ":memory:"))

    def count(self, table: str) -> int:
        """Rows in `table`."""
        return count_in(self.store, table_of(table).name)

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

    One that an earlier version made is brought to today's tables first. An erasure that was cut short is completed
    by whoever opens the file for writing next.

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
        Missing, damaged, foreign, unsafe, or made by a newer version.
    WorkspaceBusyError
        Another process is writing to it.

    Returns
    -------
    Workspace
        To be closed, or used in a ``with`` block.

    Examples
    --------
    >>> import influence
    >>> with influence.open_workspace(":memory:") as opened:
    ...     influence.describe_workspace(opened).tables
    ()
    """
    if str(path) == ":memory:":
        return _writable(DuckDBStore(None))
    file = _checked_path(path, read_only or not create)
    if not read_only:
        return _writable(DuckDBStore(file))
    workspace = _safe(DuckDBStore(file, read_only=True))
    if not is_current(workspace.store):
        workspace.close()
        _writable(DuckDBStore(file)).close()
        workspace = _safe(DuckDBStore(file, read_only=True))
    return workspace


def resting_workspace(path: str | Path | None = None) -> Workspace:
    """A workspace for reading that is opened when it is first asked, and between questions not held open.

    The file must exist; whether it is a workspace is told when it is opened.
    """
    store = DuckDBStore(_checked_path(path, True), read_only=True, resting=True)
    store.checks.append(_check_resting)
    return Workspace(store)


def _check_resting(store: DuckDBStore) -> None:
    """As `open_workspace` checks; a workspace of an earlier version is brought to today's, and asked anew."""
    _check_made_by_us(store)
    if store.path is not None and not is_current(store):
        store.close()
        _writable(DuckDBStore(store.path)).close()
        raise FileChanged(str(store.path))


def _checked_path(path: str | Path | None, must_exist: bool) -> Path:
    """The file itself: absolute (``md:x`` is a file name too) and behind any link, so that all agree where it is."""
    named = Path(path or os.environ.get("INFLUENCE_WORKSPACE") or DEFAULT_NAME)
    try:
        file = Path(os.path.realpath(named))
        exists, is_folder, has_folder = file.exists(), file.is_dir(), file.parent.is_dir()
    except (OSError, ValueError) as error:
        raise WorkspaceError(
            "this cannot be the name of a file",
            where=str(named),
            seen=getattr(error, "strerror", None) or str(error),
        ) from error
    if is_folder:
        raise WorkspaceError("the workspace is a folder", where=str(named), expected="a file")
    if not exists and must_exist:
        raise WorkspaceError(
            "there is no workspace here yet",
            where=str(named),
            hint="make one with `influence import PATH...`, or name another with --workspace",
        )
    if not has_folder:
        raise WorkspaceError(
            "the folder for the workspace does not exist", where=str(named.parent), hint="make it first"
        )
    return file


def _safe(store: DuckDBStore) -> Workspace:
    """A workspace whose tables are tables: a view under one of their names could read other files when asked."""
    try:
        _check_made_by_us(store)
    except BaseException:
        store.close()
        raise
    return Workspace(store)


def _writable(store: DuckDBStore) -> Workspace:
    workspace = _safe(store)
    try:
        bring_up_to_date(store)
        workspace.completed = complete_erasure(store)
    except BaseException:
        store.close()
        raise
    return workspace


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


def _check_made_by_us(store: DuckDBStore) -> None:
    sql = "select table_name as name, table_type as type from information_schema.tables where table_schema = 'main'"
    found = rows_of(store, sql)
    names = {row["name"].lower() for row in found}
    if "meta" not in names and (found or store.read_only):
        raise WorkspaceError(
            "this DuckDB file was not made by influence",
            where=str(store.path),
            seen="tables " + ", ".join(sorted(names)[:5]) if found else None,
            hint="name another file with --workspace; nothing was changed",
        )
    views = [row["name"] for row in found if row["type"] == "VIEW" and row["name"].lower() in DESIRED]
    if views:
        raise WorkspaceError(
            "this workspace holds views in place of tables, which could read other files of yours",
            where=str(store.path),
            seen=", ".join(sorted(views)),
            expected="tables",
            hint="ask whoever made it for the files it was made from, and import those",
        )
