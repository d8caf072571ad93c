"""Upsert by key: new rows are added, known rows are completed or corrected, equal rows are left alone.

Tables carry no primary key index (it costs more memory than the data). Rows of a file wait in a spool with a 64-bit
hash of their key; only rows whose hash occurs twice are compared by their keys. Into an empty table the rest goes
straight: no join, and no delete, which would make the engine write everything a second time.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.schema import PROVENANCE, Table
from influence.store.base import count_in
from influence.store.duckdb_store import DuckDBStore

IN_MEMORY = 64 << 20
"""Bytes kept in memory; what comes beyond them goes to a file."""

ROW_GROUP = 122_880
"""Rows that DuckDB keeps together: given fewer at a time it packs them twice."""

PIECE_BYTES = 64 << 20


@dataclass
class Spool:
    """Batches of rows of one schema, written once and read as often as needed.

    Parameters
    ----------
    folder : Path or None
        Where the temporary file goes (it has no name, and vanishes with the process); None: the system's place.
    """

    folder: Path | None
    schema: pa.Schema | None = None
    n_rows: int = 0
    _parts: list[pa.Table] = field(default_factory=list)
    _n_bytes: int = 0
    _file: IO[bytes] | None = None
    _writer: pa.RecordBatchStreamWriter | None = None

    def add(self, rows: pa.Table) -> None:
        """Append rows."""
        if self.schema is None:
            self.schema = rows.schema
        rows = rows.cast(self.schema)
        self.n_rows += rows.num_rows
        if self._writer is None and self._n_bytes <= IN_MEMORY:
            self._parts.append(rows)
            self._n_bytes += rows.nbytes
        else:
            self._writer = self._writer or self._opened()
            self._writer.write_table(rows)

    def read(self, keep: np.ndarray | None = None) -> pa.RecordBatchReader:
        """The rows in order, or those of them that the mask `keep` (n_rows) marks."""
        schema = self.schema or pa.schema([])
        return pa.RecordBatchReader.from_batches(schema, _together(self._chosen(keep)))

    def close(self) -> None:
        """Give back memory and disk."""
        self._parts = []
        if self._file is not None:
            self._file.close()

    def _chosen(self, keep: np.ndarray | None) -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in self._batches():
            part = None if keep is None else keep[done : done + batch.num_rows]
            done += batch.num_rows
            yield batch if part is None or part.all() else batch.filter(pa.array(part))

    def _batches(self) -> Iterator[pa.RecordBatch]:
        for part in self._parts:
            yield from part.to_batches()
        if self._file is not None:
            if self._writer is not None:
                self._writer.close()
            self._file.flush()
            yield from _mapped(self._file)

    def _opened(self) -> pa.RecordBatchStreamWriter:
        self._file = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115
        options = pa.ipc.IpcWriteOptions(use_threads=False)
        return pa.ipc.new_stream(self._file, self.schema, options=options)


def _mapped(file: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The batches of a file as they lie in it: unpacking or copying them costs as much as writing them did.

    Pages that were read count as memory of the process until they are given back; those read again come from the
    system's cache.
    """
    pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    source, let_go = pa.BufferReader(pa.py_buffer(pages)), 0
    for batch in pa.ipc.open_stream(source):
        yield batch
        if source.tell() - let_go > PIECE_BYTES and hasattr(pages, "madvise"):  # Windows has it not
            let_go = source.tell()
            pages.madvise(mmap.MADV_DONTNEED)


def _together(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in pieces of exactly `ROW_GROUP`, or fewer where that many take more than `PIECE_BYTES`."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(part.num_rows for part in held) >= ROW_GROUP:
            *whole, rest = pa.Table.from_batches(held).combine_chunks().to_batches(ROW_GROUP)
            yield from whole
            held = [rest]
        elif sum(part.nbytes for part in held) >= PIECE_BYTES:
            yield from held
            held = []
    yield from held


ROWS = "influence_rows"
CHANGES = "influence_changes"
HASH = "hash_"
"""Column of the rows given to a `Merger` that holds the hash of the key."""


@dataclass(frozen=True)
class Merged:
    """What an upsert did: rows added, changed, found equal, and repeated within the file (the last one counts)."""

    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_repeated: int = 0


@dataclass
class Merger:
    """Collects the rows of one file for one table, then merges them.

    Parameters
    ----------
    store : DuckDBStore
    table : Table
    constants : dict
        Stored column -> the value that every row has in it.
    scratch : DuckDBStore
        For questions about rows that are not in the workspace yet.
    write : bool
        False counts and writes nothing but a temporary table.
    distinct : bool
        Many rows of a batch are expected to share a key: thin them out batch by batch.
    summed : bool
        Rows that share a key are parts of one: the weight of the one kept is the sum of theirs, 1 where none is told.
    """

    store: DuckDBStore
    table: Table
    constants: Mapping[str, Any]
    scratch: DuckDBStore
    write: bool = True
    distinct: bool = False
    summed: bool = False
    _sums: pa.Table | None = None
    _hashes: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._spool = Spool(self.store.path.parent if self.store.path else None)
        self._stage = f"influence_stage_{self.table.name}"

    def add(self, rows: pa.Table) -> None:
        """Take the next rows of the file, in order, with the column `HASH`."""
        if self.distinct:
            rows = self._thinned(rows)
        if rows.num_rows:
            # a copy: a view would keep the whole batch alive
            self._hashes.append(rows[HASH].to_numpy().copy())
            self._spool.add(rows.drop_columns(HASH))

    def merge(self) -> Merged:
        """Bring the rows taken so far into the table."""
        if not self._spool.n_rows:
            return Merged()
        try:
            keep = self._last_of_each_key()
            n_rows = self._spool.n_rows if keep is None else int(keep.sum())
            n_repeated = self._spool.n_rows - n_rows
            if self.write and not count_in(self.store, self.table.name):
                self._insert(self.table.name, keep)
                return Merged(n_new=n_rows, n_repeated=n_repeated)
            n_changed, n_matched = self._merge_known(keep)
            return Merged(n_rows - n_matched, n_changed, n_matched - n_changed, n_repeated)
        finally:
            self._spool.close()

    @property
    def _given(self) -> list[str]:
        """Stored columns that the rows or the constants fill."""
        filled = {*(self._spool.schema.names if self._spool.schema else ()), *self.constants}
        return [name for name, _ in self.table.stored_columns if name in filled]

    def _thinned(self, rows: pa.Table) -> pa.Table:
        """The last row of every key of one batch, in order."""
        with self.scratch.register(ROWS, rows.append_column("place_", pa.array(np.arange(rows.num_rows)))):
            last = self.scratch.query(
                f"select max(place_) as place from {ROWS} group by {', '.join(self.table.key)}"
            )
        return rows.take(pa.array(np.sort(last["place"].to_numpy())))

    def _last_of_each_key(self) -> np.ndarray | None:
        """Mask of the rows that no later row of the same key follows; None when that is all of them."""
        ordered = np.concatenate(self._hashes)
        ordered.sort()
        doubles = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        del ordered
        if not len(doubles):
            return None
        suspects = np.concatenate([_among(doubles, hashes) for hashes in self._hashes])
        self._hashes = []
        places = pa.array(np.flatnonzero(suspects))
        rows = self._spool.read(suspects).read_all()
        keys = ", ".join(k for k in self.table.key if k in self._given)
        weight = "sum(coalesce(weight, 1))" if "weight" in rows.column_names else "cast(count(*) as double)"
        with self.scratch.register(ROWS, rows.append_column("place_", places)):
            last = self.scratch.query(
                f"select max(place_) as place, {keys}, count(*) as n, {weight if self.summed else 'null'} as weight "
                f"from {ROWS} group by {keys}"
            )
        self._sums = last.filter(pc.greater(last["n"], 1)) if self.summed else None
        keep = ~suspects
        keep[last["place"].to_numpy()] = True
        return None if keep.all() else keep

    def _insert(self, target: str, keep: np.ndarray | None) -> None:
        names = self._given
        values = [f"${list(self.constants).index(n) + 1}" if n in self.constants else n for n in names]
        with self.store.register(ROWS, self._spool.read(keep)):
            self.store.execute(
                f"insert into {target} ({', '.join(names)}) select {', '.join(values)} from {ROWS}",
                list(self.constants.values()),
            )
        if self._sums is not None:
            with self.store.register(ROWS, self._sums):
                self.store.execute(
                    f"update {target} as t set weight = s.weight from {ROWS} as s where {self._same()}"
                )

    def _merge_known(self, keep: np.ndarray | None) -> tuple[int, int]:
        """Merge with rows that are there already; give how many changed and how many were known."""
        columns = ", ".join(f"{name} {kind}" for name, kind in self.table.stored_columns)
        self.store.execute(f"create or replace temp table {self._stage} ({columns})")
        self._insert(self._stage, keep)
        self._find_changes()
        n_changed = count_in(self.store, CHANGES)
        n_matched = count_in(
            self.store, f"{self._stage} as s semi join {self.table.name} as t on {self._same()}"
        )
        if self.write:
            self._apply()
        self.store.execute(f"drop table {CHANGES}")
        self.store.execute(f"drop table {self._stage}")
        return n_changed, n_matched

    def _find_changes(self) -> None:
        """Set up the table `CHANGES`: old place, and the completed row.

        A null never erases what an earlier file knew: the new row is ``coalesce(new, old)``. A row whose only news
        is where and when it was fetched has not changed.
        """
        kept = {*self.table.key, *(column.name for column in PROVENANCE)}
        data = [c.name for c in self.table.columns if c.name not in kept and c.name in self._given]
        stored = [name for name, _ in self.table.stored_columns]
        completed = ", ".join(f"{_newer(name)} as {name}" for name in stored)
        differs = " or ".join(f"{_newer(name)} is distinct from t.{name}" for name in data) or "false"
        self.store.execute(
            f"create or replace temp table {CHANGES} as select t.rowid as place_, {completed} "
            f"from {self.table.name} as t join {self._stage} as s on {self._same()} where {differs}"
        )

    def _apply(self) -> None:
        table = self.table.name
        names = ", ".join(name for name, _ in self.table.stored_columns)
        self.store.execute(
            f"insert into {table} ({names}) select {names} from {self._stage} as s "
            f"anti join {table} as t on {self._same()}"
        )
        self.store.execute(f"delete from {table} where rowid in (select place_ from {CHANGES})")
        self.store.execute(f"insert into {table} ({names}) select {names} from {CHANGES}")

    def _same(self) -> str:
        required = {column.name for column in self.table.columns if column.required}
        return " and ".join(
            f"s.{key} {'=' if key in required else 'is not distinct from'} t.{key}" for key in self.table.key
        )


def _newer(name: str) -> str:
    """What is known of a column after the new row: the new value where there is one; of `extra`, both together.

    A text that only begins the one that is there is a part of it (a title alone, a preview), and no news.
    """
    if name == "text":
        return "case when starts_with(t.text, s.text) then t.text else coalesce(s.text, t.text) end"
    if name == "extra":
        both = "cast(json_merge_patch(t.extra, s.extra) as varchar)"
        same = "s.extra is null or s.extra = t.extra"
        return f"case when {same} then t.extra when t.extra is null then s.extra else {both} end"
    return f"coalesce(s.{name}, t.{name})"


def _among(ordered: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mask of the `values` that are in `ordered` (sorted, unique, not empty).

    Most are not: a table of the lowest bits sorts those out before the binary search.
    """
    low = np.uint64((1 << 22) - 1)
    seen = np.zeros(1 << 22, dtype=bool)
    seen[ordered & low] = True
    mask: np.ndarray = seen[values & low]
    likely = values[mask]
    mask[mask] = ordered[np.minimum(np.searchsorted(ordered, likely), len(ordered) - 1)] == likely
    return mask
