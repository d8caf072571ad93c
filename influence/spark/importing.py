"""Files into Parquet tables on many machines, with the rules of `influence import` and the same result.

Columns are decided on the first rows of each file, here; parts of files are read by the workers, and their rows merged
bucket by bucket. Every step is written whole before the next, and the tables change in one moment, by the manifest.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from influence.findings import Finding
from influence.schema import TABLES, Table
from influence.sources.base import Source, Span
from influence.sources.delimited import DelimitedSource
from influence.sources.encoding import BROKEN_UTF8
from influence.sources.jsonfiles import JsonSource
from influence.sources.packed import is_plain
from influence.sources.parquet import ParquetSource
from influence.spark.converting import COUNT, REJECT, Piece, convert_piece, converted_schema
from influence.spark.manifest import STAGING, Manifest, Stored, begin, remove_strays, write_manifest
from influence.spark.other_ids import ParquetAliases, aliases_of, told_in
from influence.spark.rights import suppressions_of
from influence.spark.staging import digest_of, fingerprint, over, step
from influence.spark.store import explained
from influence.spark.writing import Incoming, Written, merge_table, write_aliases, write_rejects
from influence.store.importing.deciding import SourcePlan
from influence.store.importing.mapping import TableRule, check_date_format
from influence.store.importing.reports import FileCount, ImportReport, Tally, no_rows
from influence.store.importing.transaction import (
    DEFAULT_PLATFORM,
    Planned,
    conversion_of,
    in_order,
    platform_of,
)
from influence.store.importing.upsert import Merged
from influence.store.rights.suppression import Suppressions

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOKED_SCHEMA = pa.schema([("n", pa.int64()), ("looked", pa.binary())])


PART_BYTES = 64 << 20
"""Bytes of a part; smaller ones cost more to begin than to read."""
NEWLINE, QUOTE, RETURN = 10, 34, 13
CHUNK = 1 << 20


@dataclass(frozen=True)
class Block:
    """A stretch of a text file that begins after a line break, to be looked through."""

    path: Path
    start: int
    stop: int
    delimiter: int | None
    """Byte between values; None: a line is a record."""
    is_first: bool


@dataclass(frozen=True)
class Looked:
    """What was found in a block.

    Attributes
    ----------
    start, stop : int
        From the first line break at or after the block's own places.
    n_lines, n_quotes : int
    is_inside : tuple of bool
        Whether the block ends inside a value, if it began outside of one, and if it began inside.
    begins : int or None
        Where the first record begins, if the block begins inside a value.
    ahead : tuple of int
        Lines and quotes before it.
    is_odd : bool
        Lines end otherwise than with a line feed; the file has to be read whole.
    """

    start: int
    stop: int
    n_lines: int
    n_quotes: int = 0
    is_inside: tuple[bool, bool] = (False, False)
    begins: int | None = None
    ahead: tuple[int, int] = (0, 0)
    is_odd: bool = False


def blocks_of(source: Source, part_bytes: int) -> list[Block]:
    """What has to be looked through before a source can be cut; nothing, if it is small or cannot be."""
    text = isinstance(source, DelimitedSource) or (isinstance(source, JsonSource) and bool(source.lines_in))
    if not text or not is_plain(source.path):
        return []
    size = source.path.stat().st_size
    delimiter = None
    first = 0
    if isinstance(source, DelimitedSource):
        if source.encoding not in ("utf-8", "utf-8-sig", BROKEN_UTF8):
            return []
        delimiter, first = ord(source.dialect.delimiter), source.head_bytes
    if size - first <= part_bytes:
        return []
    places = [first, *range(first + part_bytes, size, part_bytes), size]
    return [Block(source.path, a, b, delimiter, a == first) for a, b in pairwise(places)]


def look(block: Block) -> Looked:
    """Look through one block."""
    with block.path.open("rb") as file:
        start = block.start if block.is_first else _after_break(file, block.start)
        stop = _after_break(file, block.stop)
        file.seek(start)
        data = np.frombuffer(file.read(max(stop - start, 0)), dtype=np.uint8)
    breaks = np.flatnonzero(data == NEWLINE)
    returns = np.flatnonzero(data == RETURN)
    is_odd = bool((data[np.minimum(returns + 1, len(data) - 1)] != NEWLINE).any())
    if block.delimiter is None:
        return Looked(start, stop, len(breaks), is_odd=is_odd)
    quotes = np.flatnonzero(data == QUOTE)
    outside, _ = _walk(data, quotes, breaks, block.delimiter, inside=False)
    inside, begins = _walk(data, quotes, breaks, block.delimiter, inside=True)
    ahead = [int(np.searchsorted(places, begins or 0)) for places in (breaks, quotes)]
    at = None if begins is None else start + begins
    return Looked(start, stop, len(breaks), len(quotes), (outside, inside), at, (ahead[0], ahead[1]), is_odd)


def _after_break(file: Any, place: int) -> int:
    """The first place at or after `place` at which a line begins (or the end of the file)."""
    if place == 0:
        return 0
    file.seek(place - 1)
    at = place - 1
    while piece := file.read(CHUNK):
        found = piece.find(b"\n")
        if found >= 0:
            return int(at + found + 1)
        at += len(piece)
    return at


def _walk(
    data: np.ndarray, quotes: np.ndarray, breaks: np.ndarray, delimiter: int, inside: bool
) -> tuple[bool, int | None]:
    """Whether the end is inside a value, and where the first record after it begins (if the start is inside one).

    A quote opens a value only where the value begins; inside, two quotes are one.
    """
    before = data[np.maximum(quotes - 1, 0)]
    opens = ((quotes == 0) | (before == delimiter) | (before == NEWLINE) | (before == RETURN)).tolist()
    places = quotes.tolist()
    begins: int | None = None
    closed, at = 0, 0
    looking = inside
    while at < len(places):
        place = places[at]
        if inside:
            if at + 1 < len(places) and places[at + 1] == place + 1:
                at += 1
            else:
                inside, closed = False, place + 1
        elif opens[at]:
            begins = _break_between(breaks, closed, place) if looking and begins is None else begins
            inside = True
        at += 1
    if looking and begins is None and not inside:
        begins = _break_between(breaks, closed, len(data))
    return inside, begins


def _break_between(breaks: np.ndarray, start: int, stop: int) -> int | None:
    """The place after the first line break from `start` on, before `stop`."""
    at = int(np.searchsorted(breaks, start))
    return int(breaks[at]) + 1 if at < len(breaks) and breaks[at] < stop else None


def spans_of(source: Source, looked: Sequence[Looked]) -> list[Span | None]:
    """The parts of a source, given what its blocks hold; ``[None]``: all of it at once."""
    if isinstance(source, ParquetSource):
        return _row_groups(source)
    if not looked or any(block.is_odd for block in looked):
        return [None]
    line = source.dialect.first_line if isinstance(source, DelimitedSource) else 1
    starts: list[tuple[int, int, int]] = []
    inside, quotes = False, 0
    for block in looked:
        if block.start < block.stop:
            begins, ahead = (block.begins, block.ahead) if inside else (block.start, (0, 0))
            if begins is not None:
                starts.append((begins, line + ahead[0], quotes + ahead[1]))
            inside = block.is_inside[inside]
        line, quotes = line + block.n_lines, quotes + block.n_quotes
    ends = [start for start, _, _ in starts[1:]] + [looked[-1].stop]
    last = len(starts) - 1
    return [
        Span(start, stop, line, quotes, number == last)
        for number, ((start, line, quotes), stop) in enumerate(zip(starts, ends, strict=True))
    ]


def _row_groups(source: ParquetSource) -> list[Span | None]:
    import pyarrow.parquet as pq

    if not source.path.is_file():
        return [None]
    spans: list[Span | None] = []
    line = 1
    with pq.ParquetFile(source.path) as file:
        n = file.metadata.num_row_groups
        for group in range(n):
            spans.append(Span(group, group + 1, line, is_last=group == n - 1))
            line += file.metadata.row_group(group).num_rows
    return spans or [None]


def import_into(
    spark: SparkSession,
    folder: str,
    planned: Planned,
    *,
    platform: str | None = None,
    date_format: str | None = None,
    now: datetime | None = None,
    part_bytes: int = PART_BYTES,
) -> ImportReport:
    """Bring files into a folder of Parquet tables, all of them or none.

    Parameters
    ----------
    spark : SparkSession
    folder : str
        On storage that the driver and all workers see; it is made where it is missing.
    planned : Planned
        What `influence.store.importing.transaction.plan_import` decided about the files, which all workers see too.
    platform, date_format, now
        As in `influence.store.importing.transaction.import_files`.
    part_bytes : int
        Bytes of a file that one worker reads at a time.

    Raises
    ------
    SourceError
        A file breaks off or is damaged; nothing was changed.
    WorkspaceError
        Somebody else changed the tables at the same time; nothing was changed.
    """
    check_date_format(date_format, "date_format")
    manifest = begin(folder)
    told = [fingerprint(plan.source.path) for plan in planned.plans]
    rules = [rule for plan in planned.plans for rule in plan.rules]
    name = digest_of((manifest.version, platform, date_format, part_bytes, *told, *rules))
    with explained(manifest.folder):
        known = suppressions_of(spark, manifest)
        return _SparkJob(spark, manifest, name, platform, date_format, now, part_bytes, known).run(planned)


@dataclass
class _SparkJob:
    """One call: what was told, and what has been found so far."""

    spark: SparkSession
    manifest: Manifest
    name: str
    platform: str | None
    date_format: str | None
    now: datetime | None
    part_bytes: int
    known: Suppressions
    aliases: ParquetAliases = field(default_factory=ParquetAliases)
    spans: dict[int, list[Span | None]] = field(default_factory=dict)
    platforms: dict[int, str] = field(default_factory=dict)
    incoming: dict[str, Incoming] = field(default_factory=dict)

    def run(self, planned: Planned) -> ImportReport:
        plans = in_order(planned.plans)
        self.spans = self._cut([plan.source for plan in plans])
        for table in TABLES:
            self._convert(table, plans)
        written = self._merged()
        counts, findings = self._told(written)
        rejects, first = write_rejects(self.spark, self.manifest, self.incoming, self.name, self.known)
        self._finish(written, rejects)
        return ImportReport(
            counts=tuple(counts),
            findings=(*planned.findings, *findings),
            previews=tuple(
                plan.preview(made.rule) for into in self.incoming.values() for plan, made in into.sources
            ),
            rejects=first,
        )

    def _cut(self, sources: Sequence[Source]) -> dict[int, list[Span | None]]:
        """Number of a source -> its parts."""
        blocks = [blocks_of(one, self.part_bytes) for one in sources]
        looked = _look_through(self.spark, [block for some in blocks for block in some])
        return {
            number: spans_of(one, list(islice(looked, len(blocks[number]))))
            for number, one in enumerate(sources)
        }

    def _convert(self, table: Table, plans: Sequence[SourcePlan]) -> None:
        """Rows of a table from all its files; where a platform must be known from accounts, those come first."""
        jobs = [
            (number, plan, position)
            for number, plan in enumerate(plans)
            for position, rule in enumerate(plan.rules)
            if rule.table == table.name
        ]
        if not jobs:
            return
        into = self.incoming.setdefault(table.name, Incoming(table))
        alike = groupby(jobs, key=lambda job: job[1].rules[job[2]] if table.name == "accounts" else None)
        for wave, (_, some) in enumerate(alike):
            pieces = [piece for job in some for piece in self._pieces(into, *job)]
            make = partial(over, self.spark, pieces, convert_piece, converted_schema(table))
            path = f"{self.manifest.folder}/{STAGING}/{self.name}/{table.name}-{wave}"
            into.parts.append(step(self.spark, path, make))

    def _pieces(self, into: Incoming, number: int, plan: SourcePlan, position: int) -> Iterator[Piece]:
        rule = plan.rules[position]
        platform = self._platform(number, plan, rule)
        conversion = conversion_of(plan, rule, platform, self.now, self.date_format)
        origin = len(into.sources)
        into.sources.append((plan, conversion))
        source = plan.reader()
        for part, span in enumerate(self.spans[number]):
            read = source if span is None else source.within(span)
            yield Piece(read, conversion, origin, part, position == 0)

    def _platform(self, number: int, plan: SourcePlan, rule: TableRule) -> str:
        """Known from the accounts before this file, for all tables that it fills."""

        def known() -> str:
            return self.platforms.setdefault(number, self._known_platform())

        return platform_of(plan, rule, self.platform, known)

    def _known_platform(self) -> str:
        there = self.manifest.files("accounts")
        frames = [self.spark.read.parquet(*there)] if there else []
        frames += self.incoming["accounts"].parts if "accounts" in self.incoming else []
        found: set[str] = set()
        for frame in frames:
            rows = frame.select("platform").where("platform is not null").distinct().limit(2).collect()
            found |= {row[0] for row in rows}
        return found.pop() if len(found) == 1 else DEFAULT_PLATFORM

    def _merged(self) -> dict[str, Written]:
        """Merge table by table; nobody sees it yet."""
        told = told_in(self.incoming["accounts"].parts if "accounts" in self.incoming else [])
        aliases = self.aliases = aliases_of(self.spark, self.manifest, told)
        written = {}
        for table in TABLES:
            into = self.incoming.get(table.name) or Incoming(table)
            written[table.name] = merge_table(self.spark, self.manifest, into, self.name, aliases, self.known)
        return written

    def _told(self, written: Mapping[str, Written]) -> tuple[list[FileCount], list[Finding]]:
        """What became of each file, in the order of the files."""
        counts, findings = [], []
        for name, into in self.incoming.items():
            for origin, tally in _tallies(into).items():
                tally.totals["n_suppressed"] = written[name].left_out.get(origin, 0)
                counts.append(tally.count(written[name].counts.get(origin, Merged())))
                findings += tally.findings()
                if not tally.totals["n_lines"]:
                    findings.append(no_rows(tally.file, tally.totals["n_rejected"]))
        return counts, findings

    def _finish(self, written: Mapping[str, Written], rejects: Stored | None) -> None:
        """Let all of it be seen in one moment, and clear up."""
        tables = {name: one.stored for name, one in written.items() if one.stored is not None}
        tables |= write_aliases(self.spark, self.manifest, self.aliases, self.name)
        if rejects is not None:
            tables["rejects"] = rejects
        after = self.manifest
        if tables:
            after = write_manifest(self.manifest, self.manifest.changed(tables))
        remove_strays(after)


def _look_through(spark: SparkSession, blocks: Sequence[Block]) -> Iterator[Looked]:
    """What each block holds, in their order."""
    rows = over(spark, list(enumerate(blocks)), _looked, LOOKED_SCHEMA).collect() if blocks else []
    return (pickle.loads(row["looked"]) for row in sorted(rows, key=lambda row: row["n"]))


def _looked(task: tuple[int, Block]) -> Iterator[pa.Table]:
    place, block = task
    yield pa.table({"n": [place], "looked": [pickle.dumps(look(block))]}, schema=LOOKED_SCHEMA)


def _tallies(into: Incoming) -> dict[int, Tally]:
    """Origin -> what its parts counted, and why rows were refused."""
    tallies = {origin: Tally(plan.file, into.table.name) for origin, (plan, _) in enumerate(into.sources)}
    totals = into.of_kind(COUNT).selectExpr("origin_", "reason_", "number_").collect()
    for row in totals:
        tallies[row["origin_"]].totals[row["reason_"]] += row["number_"]
    for row in into.of_kind(REJECT).groupBy("origin_", "column_", "reason_").count().collect():
        tallies[row["origin_"]].reasons[(row["column_"], row["reason_"])] += row["count"]
    return tallies
