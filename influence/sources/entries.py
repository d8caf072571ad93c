"""Rows that a reader meets one by one (nodes and edges, items of a feed, records of a document), as batches.

A file may hold rows of several parts; each part is a source of its own and streams the file again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from influence.sources.base import Batch, RawReject, Role

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
class Part:
    """One part of a file, read by `entries`, which streams all parts of the file."""

    path: Path
    name: str
    headers: tuple[str, ...]
    about: str
    entries: Callable[[], Iterable[Entry]] = field(repr=False)
    notes: tuple[str, ...] = ()
    role: Role | None = None
    context: dict[str, str] = field(default_factory=dict)
    """What the file says once, of all rows."""
    title: str = ""
    """What stands above the rows."""

    def batches(self) -> Iterator[Batch]:
        """Stream the rows in file order."""
        held = _Held(self.headers)
        for entry in self.entries():
            if entry.part == self.name:
                held.add(entry)
            if len(held) >= BATCH_ROWS:
                yield held.take()
        if len(held):
            yield held.take()


class _Held:
    """Rows read but not yet handed on."""

    def __init__(self, headers: tuple[str, ...]) -> None:
        self.headers = headers
        self.entries: list[Entry] = []
        self.rejects: list[RawReject] = []

    def __len__(self) -> int:
        return len(self.entries) + len(self.rejects)

    def add(self, entry: Entry) -> None:
        if entry.refused:
            self.rejects.append(RawReject(entry.line, None, _shown(entry.record), entry.refused))
        else:
            self.entries.append(entry)

    def take(self) -> Batch:
        columns = [pa.array([e.record.get(name) for e in self.entries], pa.string()) for name in self.headers]
        rows = pa.RecordBatch.from_arrays(columns, names=list(self.headers))
        lines = np.array([entry.line for entry in self.entries], dtype=np.int64)
        batch = Batch(rows, lines, tuple(self.rejects))
        self.entries, self.rejects = [], []
        return batch


def _shown(record: Record) -> str:
    return ", ".join(f"{name}={value}" for name, value in record.items() if value is not None)[:200]
