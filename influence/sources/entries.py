"""Rows that a reader meets one by one (nodes and edges, items of a feed, records of a document), as batches.

A file may hold rows of several parts; each part is a source of its own and streams the file again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from influence.sources.base import Batch, RawReject, Source

BATCH_ROWS = 20_000

Record = dict[str, str | None]


class Entry(NamedTuple):
    """One row of one part: where it stood, its fields, and why it is refused (None: it is not).

    `mirrored` says that it is the way back of a tie without direction.
    """

    part: str
    line: int
    record: Record
    refused: str | None = None
    mirrored: bool = False


@dataclass
class Part(Source):
    """One part of a file, read by `entries`, which streams all parts of the file."""

    entries: Callable[[], Iterable[Entry]] = field(repr=False)

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order."""
        mine = (entry for entry in self.entries() if entry.part == self.name)
        while chunk := list(islice(mine, BATCH_ROWS)):
            rejects = [RawReject(e.line, None, _shown(e.record), e.refused) for e in chunk if e.refused]
            kept = [entry for entry in chunk if not entry.refused]
            columns = [pa.array([e.record.get(name) for e in kept], pa.string()) for name in self.headers]
            rows = pa.RecordBatch.from_arrays(columns, names=list(self.headers))
            yield Batch(rows, np.array([entry.line for entry in kept], dtype=np.int64), tuple(rejects))


def _shown(record: Record) -> str:
    return ", ".join(f"{name}={value}" for name, value in record.items() if value is not None)[:200]
