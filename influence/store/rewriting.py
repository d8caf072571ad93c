"""Write a workspace anew: deleting alone leaves the bytes of what was deleted in freed blocks of the file.

Whoever deletes people's data marks the file in the same transaction (`mark_erasure`). The mark goes with the rewrite
that it asks for, so that an erasure cut short by a full disk or a kill is completed by the next command that opens
the file for writing.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from influence.errors import WorkspaceError
from influence.store.base import Store, count_in
from influence.store.duckdb_store import STORAGE, DuckDBStore
from influence.writing.atomic import atomic_path, leftovers

MARK = "erasure_pending"
LEFT = "the rows are deleted, but the file could not be written anew: their bytes may still be readable in it"
NEXT = "the next command that writes to the workspace completes it"


def mark_erasure(store: Store) -> None:
    """Say in the file, inside the transaction that deletes, that it has to be written anew."""
    store.execute("delete from meta where name = ?", [MARK])
    store.execute("insert into meta values (?, 'write the file anew')", [MARK])


def is_erasure_pending(store: Store) -> bool:
    """Whether something was deleted whose bytes may still be in the file."""
    return bool(count_in(store, "meta where name = ?", [MARK]))


def complete_erasure(store: DuckDBStore) -> bool:
    """Do what a mark asks for, and remove what killed runs left beside the file; tells whether there was a mark.

    Where it cannot be done (no room), the mark stays, and `influence check` tells.
    """
    if store.path is None:
        return False
    remove_leftovers(store.path)
    if not is_erasure_pending(store):
        return False
    try:
        rewrite_file(store)
    except WorkspaceError:
        return False
    return True


def leftovers_of(path: Path) -> list[Path]:
    """What killed runs left beside a workspace: half-written files, and what the engine spilled."""
    found = [*leftovers(path.parent), *leftovers(Path(f"{path}.cache"))]
    return found + [
        file for file in (Path(f"{path}.tmp"), path.with_name(f".{path.name}.rewriting")) if file.exists()
    ]


def remove_leftovers(path: Path) -> None:
    """Remove `leftovers_of` a workspace that is open for writing, so that nobody else uses them."""
    for file in leftovers_of(path):
        with suppress(OSError):
            shutil.rmtree(file) if file.is_dir() else file.unlink()


def rewrite_file(store: DuckDBStore) -> None:
    """Write the workspace into a fresh file and put that in its place, without mark, log and caches.

    The file is complete or unchanged whatever happens. It needs as much free disk space as the workspace.
    """

    target = store.path
    if target is None:
        store.execute("delete from meta where name = ?", [MARK])
        return
    clear_caches(target)
    try:
        store.execute("checkpoint")
        store.close()
        with atomic_path(target) as fresh:
            try:
                _copy(target, fresh)
            finally:
                Path(f"{fresh}.wal").unlink(missing_ok=True)
        _clear_log(target)
    except Exception as error:
        raise _unfinished(target, error) from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{LEFT}; {NEXT}") from None
    finally:
        store.reopen()


def clear_caches(path: Path | None) -> int:
    """Throw away what was computed from the workspace (``<workspace>.cache/``); gives the number of files."""
    if path is None:
        return 0
    folder = Path(f"{path}.cache")
    if not folder.is_dir():
        return 0
    n = sum(1 for file in folder.rglob("*") if file.is_file())
    shutil.rmtree(folder)
    return n


def _copy(old: Path, fresh: Path) -> None:
    """All tables of `old` into `fresh`. Only here may the engine open files by name."""
    import duckdb

    fresh.unlink()  # the engine refuses an empty file
    mask = os.umask(0o077)
    try:
        with duckdb.connect(":memory:", config={"temp_directory": f"{old}.tmp"}) as engine:
            engine.execute(f"attach {_quoted(old)} as old_file (read_only)")
            engine.execute(f"attach {_quoted(fresh)} as fresh_file (storage_version '{STORAGE}')")
            engine.execute("copy from database old_file to fresh_file")
            engine.execute("delete from fresh_file.meta where name = ?", [MARK])
            engine.execute("detach fresh_file")
    finally:
        os.umask(mask)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _clear_log(target: Path) -> None:
    with suppress(FileNotFoundError):
        Path(f"{target}.wal").unlink()
    shutil.rmtree(f"{target}.tmp", ignore_errors=True)


def _unfinished(target: Path, error: Exception) -> WorkspaceError:
    return WorkspaceError(
        LEFT,
        where=str(target),
        seen=str(error).splitlines()[0] if str(error) else type(error).__name__,
        hint=f"make room on the disk and close other programs that use the file; {NEXT}",
    )
