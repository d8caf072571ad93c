"""Which data are these? A stamp over every row, and a quick look at the file that tells whether it can have changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import WorkspaceBusyError
from influence.schema import SCHEMA_VERSION, TABLES
from influence.store.duckdb_store import fingerprint
from influence.store.kept.keeper import Keeper, cache_folder, code_stamp

if TYPE_CHECKING:
    from influence.store.base import Store

SEEN = "data"
"""Name of the kept file that says which stamp a file had when it looked as it does."""


def data_stamp(store: Store) -> str:
    """A few digits that change when any row of any table does; half a second for ten million rows."""
    parts = [
        f"select '{table.name}' as name, count(*) as n, bit_xor(hash({_columns(table)})) as mixed from {table.name}"
        for table in TABLES
    ]
    rows = store.query(" union all ".join(parts) + " order by name").to_pylist()
    return f"{SCHEMA_VERSION}|" + "|".join(f"{row['n']}:{row['mixed'] or 0:x}" for row in rows)


def _columns(table: Any) -> str:
    return ", ".join(name for name, _ in table.stored_columns)


def keeper_of(store: Store) -> Keeper | None:
    """Where what is worked out from a workspace is kept; None for one in memory. An engine may have its own."""
    own: Keeper | None = getattr(store, "keeper", None)
    if own is not None:
        return own
    path: Path | None = getattr(store, "path", None)
    return None if path is None else Keeper(cache_folder(path), lambda: _known_stamp(store, path))


def _known_stamp(store: Store, path: Path) -> str:
    """The stamp of the data, from the last look where the file is as it was then.

    While another process writes, it is the stamp of before: what is kept of then answers.
    """
    reads_only = bool(getattr(store, "read_only", False))
    notes = Keeper(cache_folder(path), str)
    seen = notes.read(SEEN, stamp=code_stamp()) or {"fingerprint": (), "stamp": ""}
    before = fingerprint(path)
    if reads_only and _listed(seen["fingerprint"]) == before:
        return str(seen["stamp"])
    if seen["stamp"] and _is_written_to(store):
        return str(seen["stamp"])
    stamp = data_stamp(store)
    if reads_only and fingerprint(path) == before:
        notes.write(SEEN, {"fingerprint": tuple(map(tuple, before)), "stamp": stamp}, stamp=code_stamp())
    return stamp


def _is_written_to(store: Any) -> bool:
    try:
        store.open(patience=0.0)
    except WorkspaceBusyError:
        return True
    return False


def _listed(seen: Any) -> list[list[int]]:
    return [list(one) for one in seen]
