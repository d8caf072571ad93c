"""Rows on their way into a table: in memory while they are few, in a temporary file beyond, and read again in order."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

IN_MEMORY = 64 << 20
"""Bytes kept in memory; what comes beyond them goes to a file."""

ROW_GROUP = 122_880
"""Rows that DuckDB keeps together: given fewer at a time it packs them twice."""

PIECE_BYTES = 64 << 20


class Spool:
    """Batches of rows of one schema, written once and read as often as needed.

    Parameters
    ----------
    folder : Path or None
        Where the temporary file goes (it has no name, and vanishes with the process); None: the system's place.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._parts: list[pa.Table] = []
        self._n_bytes = 0
        self._file: IO[bytes] | None = None
        self._writer: pa.RecordBatchStreamWriter | None = None
        self.schema: pa.Schema | None = None
        self.n_rows = 0

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
        self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
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
