"""Rows into the Parquet files of a table: only buckets with something new are written again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from influence.schema import Table
from influence.spark.buckets import (
    BUCKET,
    COUNTS_KIND,
    ROWS_KIND,
    THERE,
    Merging,
    has_news,
    merge_bucket,
    read_counts,
)
from influence.spark.converting import REJECT, ROW
from influence.spark.manifest import Manifest, Stored
from influence.spark.other_ids import ParquetAliases, bears, id_columns, translated
from influence.spark.staging import step_of, union
from influence.spark.types import KIND, casts, ddl, fitted, stored_schema
from influence.spark.views import faults_of, in_contract, refuse
from influence.store.duckdb_store import DuckDBStore
from influence.store.importing.deciding import SourcePlan
from influence.store.importing.shaping import Conversion
from influence.store.importing.transaction import REJECTS_KEPT, kept_schema
from influence.store.importing.upsert import Merged
from influence.store.rights.suppression import Suppressions, without_suppressed_rejects

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

REJECTS = "rejects"
BUCKET_ROWS = 1_000_000
"""Rows of a bucket: one worker holds them in memory while it merges."""


@dataclass
class Incoming:
    """What files bring for one table.

    Attributes
    ----------
    table : Table
    sources : list of (SourcePlan, Conversion)
        In the order in which they count; the place in it is the `origin_` of a row.
    parts : list of DataFrame
        What the workers made of the files, of every kind.
    """

    table: Table
    sources: list[tuple[SourcePlan, Conversion]] = field(default_factory=list)
    parts: list[DataFrame] = field(default_factory=list)

    def of_kind(self, kind: str) -> DataFrame:
        """Rows of one kind of all files."""
        return union(part.where(f"kind_ = '{kind}'") for part in self.parts)


@dataclass(frozen=True)
class Written:
    """What became of a table.

    Attributes
    ----------
    stored : Stored or None
        Its files now; None: nothing changed.
    counts : mapping of int to Merged
        Origin -> what became of its rows.
    left_out : mapping of int to int
        Origin -> rows about suppressed people.
    """

    stored: Stored | None = None
    counts: Mapping[int, Merged] = field(default_factory=dict)
    left_out: Mapping[int, int] = field(default_factory=dict)


def merge_table(
    spark: SparkSession,
    manifest: Manifest,
    into: Incoming,
    job: str,
    aliases: ParquetAliases,
    known: Suppressions,
) -> Written:
    """Merge what files bring into a table, and write the buckets that it touches.

    Rows that are there under what is now known to be another id of an account are brought to that account.
    """
    table = into.table
    stored = manifest.tables.get(table.name, Stored())
    there = stored_rows(spark, table, manifest.files(table.name))
    rekeyed = there is not None and aliases.fresh is not None and bears(there, table, aliases.fresh)
    rows = _incoming(into, aliases.known)
    if rows is None and not rekeyed:
        return Written()
    n_rows = sum(0 if one is None else one.count() for one in (rows, there))
    buckets = max(stored.buckets, buckets_for(n_rows))
    frames = [] if rows is None else [_placed(rows, table, buckets)]
    touched = (
        None
        if rekeyed or buckets != stored.buckets
        else {str(row[0]) for row in frames[0].select(BUCKET).distinct().collect()}
    )
    there = stored_rows(spark, table, manifest.files(table.name, touched))
    if there is not None:
        moved = translated(there, table, aliases.fresh) if rekeyed and aliases.fresh is not None else there
        frames.append(_placed(moved, table, buckets))
    constants = {origin: conversion.constants for origin, (_, conversion) in enumerate(into.sources)}
    merging = Merging(table, constants, known)

    def make() -> DataFrame:
        grouped = union(frames).groupBy(BUCKET)
        return grouped.applyInArrow(lambda rows: merge_bucket(merging, rows), ddl(merging.schema))

    made = step_of(spark, manifest, table.name, job, make, (KIND, BUCKET))
    return _written(manifest, made, stored, buckets, touched)


def buckets_for(n_rows: int) -> int:
    """A power of two, so that a table that grows is rarely written anew."""
    n = 1
    while n * BUCKET_ROWS < n_rows:
        n *= 2
    return n


def stored_rows(spark: SparkSession, table: Table, files: Sequence[str]) -> DataFrame | None:
    """Rows of some files of a table, as they are stored, marked as those that are there; None: no files."""
    if not files:
        return None
    raw = spark.read.parquet(*files)
    refuse(files[0].rpartition("/")[0], faults_of(table, raw))
    rows = in_contract(spark, table, raw)
    return rows.selectExpr(*casts(stored_schema(table)), f"{THERE} as origin_", "cast(0 as bigint) as place_")


def _incoming(into: Incoming, aliases: DataFrame | None) -> DataFrame | None:
    """Rows that files bring, under the ids of their accounts; None: no file is for this table."""
    if not into.parts:
        return None
    names = [name for name, _ in into.table.stored_columns]
    rows = into.of_kind(ROW).select(*names, "origin_", "place_")
    return rows if aliases is None or not id_columns(into.table) else translated(rows, into.table, aliases)


def _placed(rows: DataFrame, table: Table, buckets: int) -> DataFrame:
    """Rows with the bucket to which their key belongs."""
    return rows.selectExpr("*", f"cast(pmod(xxhash64({', '.join(table.key)}), {buckets}) as int) as {BUCKET}")


def _written(
    manifest: Manifest, made: DataFrame, stored: Stored, buckets: int, touched: set[str] | None
) -> Written:
    """The files of the table now: those of buckets with something new are the new ones."""
    told = made.where(f"kind_ = '{COUNTS_KIND}'").select(BUCKET, "source").collect()
    counts, left_out = read_counts([row["source"] for row in told])
    news = {str(row[BUCKET]) for row in told if touched is None or has_news(row["source"])}
    if not news:
        return Written(None, counts, left_out)
    kept = {} if touched is None else {b: files for b, files in stored.files.items() if b not in news}
    fresh = rows_by(manifest, made, BUCKET)
    return Written(Stored(buckets, {**kept, **{b: fresh[b] for b in fresh if b in news}}), counts, left_out)


def rows_by(manifest: Manifest, made: DataFrame, number: str) -> dict[str, tuple[str, ...]]:
    """Value of the column `number`, by which a step was written -> its files with rows, as paths within the folder."""
    files: dict[str, tuple[str, ...]] = {}
    for path in map(manifest.within, made.inputFiles()):
        found = re.search(rf"/kind_={ROWS_KIND}/{number}=(\d+)/", path)
        if found:
            files[found[1]] = (*files.get(found[1], ()), path)
    return files


def write_rejects(
    spark: SparkSession,
    manifest: Manifest,
    incoming: Mapping[str, Incoming],
    job: str,
    known: Suppressions,
) -> tuple[Stored | None, pa.Table]:
    """Put the rejects of these files in the place of those that an earlier import of the same files left.

    Gives the files of the table now (None: as before), and the first rejects of this import.
    """
    files = {(plan.file, name) for name, into in incoming.items() for plan, _ in into.sources}
    fresh = union(_rejects_of(spark, into) for into in incoming.values())
    again = spark.createDataFrame(sorted(files), "file string, table_name string")

    def make() -> DataFrame:
        rows = fresh.mapInArrow(_without(known), ddl(kept_schema()))
        there = manifest.files(REJECTS)
        if there:
            old = spark.read.parquet(*there).select(*kept_schema().names)
            rows = rows.unionByName(old.join(again, ["file", "table_name"], "left_anti"))
        return rows

    made = step_of(spark, manifest, REJECTS, job, make)
    first = made.join(again, ["file", "table_name"], "left_semi")
    shown = first.orderBy("file", "table_name", "line").limit(REJECTS_KEPT).toArrow()
    stored = manifest.stored(made) if shown.num_rows or manifest.files(REJECTS) else None
    return stored, fitted(shown, kept_schema())


def _rejects_of(spark: SparkSession, into: Incoming) -> DataFrame:
    names = spark.createDataFrame(
        [(origin, plan.file) for origin, (plan, _) in enumerate(into.sources)], "origin_ int, file string"
    )
    rows = into.of_kind(REJECT).join(names, "origin_")
    table = f"'{into.table.name}' as table_name"
    return rows.selectExpr(
        "file", table, "line_ as line", "column_ as column_name", "value_ as value", "reason_ as reason"
    )


def _without(known: Suppressions) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Rejects without those that name suppressed people."""

    def kept(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with closing(DuckDBStore()) as store:
            for batch in batches:
                yield from without_suppressed_rejects(
                    store, pa.Table.from_batches([batch]), known
                ).to_batches()

    return kept


def write_aliases(
    spark: SparkSession, manifest: Manifest, aliases: ParquetAliases, job: str
) -> dict[str, Stored]:
    """The table of other ids, with those that are new."""
    if aliases.fresh is None or aliases.known is None:
        return {}
    known = aliases.known.selectExpr("alias_id", "account_id", "'import' as how")
    return {"aliases": manifest.stored(step_of(spark, manifest, "aliases", job, lambda: known))}
