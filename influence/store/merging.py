"""Upsert by key: new rows are added, known rows are completed or corrected, equal rows are left alone.

Tables carry no primary key index (it costs more memory than the data). Keys are compared in SQL, null counting as a
value. Into an empty table rows go straight; only keys whose 64-bit hash occurs twice are looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType

import numpy as np
import pyarrow as pa

from influence.schema import PROVENANCE, Table
from influence.store.base import Store

ROWS = "influence_rows"
DOUBLES = "influence_doubles"


@dataclass(frozen=True)
class Merged:
    """What an upsert did: rows added, changed, found equal, and repeated within the file (the last one counts)."""

    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_repeated: int = 0


class Merger:
    """Collects the rows of one file for one table, then merges them.

    Parameters
    ----------
    store : Store
    table : Table
    write : bool
        False counts and writes nothing but a temporary table.
    distinct : bool
        Many rows of a batch are expected to share a key: thin them out batch by batch.
    """

    def __init__(self, store: Store, table: Table, *, write: bool = True, distinct: bool = False) -> None:
        self._store = store
        self._table = table
        self._write = write
        self._distinct = distinct
        self._n_thinned = 0
        self._direct = write and _count(store, table.name) == 0
        self._stage = table.name if self._direct else f"influence_stage_{table.name}"
        self._names = ", ".join(name for name, _ in table.stored_columns)
        self._keys = ", ".join(table.key)

    def __enter__(self) -> Merger:
        if not self._direct:
            columns = ", ".join(f"{name} {kind}" for name, kind in self._table.stored_columns)
            self._store.execute(f"create or replace temp table {self._stage} ({columns})")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and not self._direct:
            self._store.execute(f"drop table {self._stage}")

    def add(self, rows: pa.Table) -> None:
        """Take the next rows of the file, in order."""
        if not rows.num_rows:
            return
        with self._store.register(ROWS, rows):
            if not self._distinct:
                self._store.execute(f"insert into {self._stage} ({self._names}) select {self._names} from {ROWS}")
                return
            self._store.execute(
                f"insert into {self._stage} ({self._names}) select {self._names} from (select *, row_number() "
                f"over (partition by {self._keys} order by place_ desc) as n_ from "
                f"(select *, row_number() over () as place_ from {ROWS})) where n_ = 1 order by place_"
            )

    def merge(self) -> Merged:
        """Bring the rows taken so far into the table."""
        n_staged = _count(self._store, self._stage)
        n_repeated = self._drop_repeated()
        n_rows = n_staged - n_repeated
        if self._direct:
            return Merged(n_new=n_rows, n_repeated=n_repeated)
        n_changed, n_matched = self._find_changes()
        if self._write:
            self._apply()
        self._store.execute("drop table influence_changes")
        return Merged(n_rows - n_matched, n_changed, n_matched - n_changed, n_repeated)

    def _drop_repeated(self) -> int:
        """Keep the last row of every key."""
        hashes = self._store.query(f"select hash({self._keys}) as h from {self._stage}")["h"].to_numpy()
        hashes = np.sort(hashes)
        doubles = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        if not len(doubles):
            return 0
        before = _count(self._store, self._stage)
        with self._store.register(DOUBLES, pa.table({"h": doubles})):
            self._store.execute(
                f"delete from {self._stage} where rowid in (select place from (select rowid as place, row_number() "
                f"over (partition by {self._keys} order by rowid desc) as n from {self._stage} "
                f"where hash({self._keys}) in (select h from {DOUBLES})) where n > 1)"
            )
        return before - _count(self._store, self._stage)

    def _find_changes(self) -> tuple[int, int]:
        """Set up ``influence_changes`` (old place, completed row); give how many rows changed and how many are known.

        A null never erases what an earlier file knew: the new row is ``coalesce(new, old)``. A row whose only news
        is where and when it was fetched has not changed.
        """
        kept = {*self._table.key, *(column.name for column in PROVENANCE)}
        data = [column.name for column in self._table.columns if column.name not in kept]
        stored = [name for name, _ in self._table.stored_columns]
        completed = ", ".join(f"coalesce(s.{name}, t.{name}) as {name}" for name in stored)
        differs = " or ".join(f"coalesce(s.{name}, t.{name}) is distinct from t.{name}" for name in data) or "false"
        self._store.execute(
            f"create or replace temp table influence_changes as select t.rowid as place_, {completed} "
            f"from {self._table.name} as t join {self._stage} as s on {self._same('s', 't')} where {differs}"
        )
        n_matched = _count(self._store, f"{self._stage} as s semi join {self._table.name} as t on {self._same('s', 't')}")
        return _count(self._store, "influence_changes"), n_matched

    def _apply(self) -> None:
        name, names = self._table.name, self._names
        self._store.execute(
            f"insert into {name} ({names}) select {names} from {self._stage} as s "
            f"anti join {name} as t on {self._same('s', 't')}"
        )
        self._store.execute(f"delete from {name} where rowid in (select place_ from influence_changes)")
        self._store.execute(f"insert into {name} ({names}) select {names} from influence_changes")

    def _same(self, left: str, right: str) -> str:
        required = {column.name for column in self._table.columns if column.required}
        return " and ".join(
            f"{left}.{key} {'=' if key in required else 'is not distinct from'} {right}.{key}"
            for key in self._table.key
        )


def _count(store: Store, table: str) -> int:
    return int(store.query(f"select count(*) as n from {table}")["n"][0].as_py())
