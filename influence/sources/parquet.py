"""Tables that are Arrow already: Parquet files, and frames in memory, which pass the same checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from influence.errors import SourceError
from influence.sources import packed
from influence.sources.base import Batch, ReadOptions, Source
from influence.sources.dialect import unique_headers

BATCH_ROWS = 131_072


@dataclass
class ParquetSource(Source):
    """One Parquet file."""

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order; the line is the number of the record."""
        done = self.span.first_line - 1 if self.span else 0
        groups = list(range(self.span.start, self.span.stop)) if self.span else None
        columns = None if self.wanted is None else list(self.wanted)
        with _opened(self.path) as file:
            total = max(file.metadata.num_rows, 1)
            for rows in file.iter_batches(BATCH_ROWS, groups, columns, use_threads=False):
                lines = np.arange(done + 1, done + 1 + rows.num_rows, dtype=np.int64)
                done += rows.num_rows
                self._position[0] = done / total
                yield Batch(rows, lines)


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A Parquet file; SourceError where it cannot be read."""
    source = packed.seekable(path)
    try:
        with pq.ParquetFile(source if isinstance(source, Path) else packed.lent(source.getvalue())) as file:
            yield file
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(
            "this Parquet file is damaged or is no Parquet file",
            where=str(path),
            seen=str(error).splitlines()[0] if str(error) else type(error).__name__,
            hint="write or copy it again; nothing of it was imported",
        ) from error


def open_parquet(path: Path, options: ReadOptions, name: str) -> list[ParquetSource]:
    """Open one Parquet file."""
    with _opened(path) as file:
        names = file.schema_arrow.names
    if unique_headers(list(names))[1]:
        raise SourceError("two columns of this Parquet file have one name, or none", where=str(path))
    return [ParquetSource(path=path, name=name, headers=tuple(names), about="Parquet", _position=[0.0])]


@dataclass
class FrameSource(Source):
    """One table in memory; the line is the number of the row, from 1."""

    data: pa.Table

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in order."""
        done = 0
        for rows in self.data.to_batches(max_chunksize=BATCH_ROWS):
            yield Batch(rows, np.arange(done + 1, done + 1 + rows.num_rows, dtype=np.int64))
            done += rows.num_rows


def frame_source(name: str, data: Any, label: str = "memory") -> FrameSource:
    """Wrap a pandas DataFrame, an Arrow table or a mapping of columns."""
    try:
        if isinstance(data, pa.RecordBatch):
            data = pa.Table.from_batches([data])
        elif isinstance(data, dict):
            data = pa.table(data)
        elif not isinstance(data, pa.Table):
            data = pa.Table.from_pandas(data, preserve_index=False)
    except (pa.ArrowException, TypeError, ValueError, AttributeError) as error:
        raise SourceError(
            "this cannot be read as a table",
            where=name,
            seen=str(error).splitlines()[0],
            expected="a DataFrame",
        ) from error
    headers = tuple(data.column_names)
    return FrameSource(data, name=name, path=Path(label), about="table in memory", headers=headers)
