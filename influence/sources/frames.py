"""Tables in memory (pandas, Arrow) as sources, so that they pass the same checks as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from influence.errors import SourceError
from influence.sources.base import Batch
from influence.sources.parquet import BATCH_ROWS


@dataclass
class FrameSource:
    """One table in memory; the line is the number of the row, from 1."""

    name: str
    data: pa.Table
    path: Path
    about: str = "table in memory"
    notes: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.data.column_names)

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
    return FrameSource(name, data, Path(label))
