"""What people asked for, on Parquet tables: not to be listed, to be forgotten.

To forget a person the very erasure of one machine runs on the rows of each file that holds her, in memory: such files
are written anew without, and the old ones deleted. Readers see all of it or nothing; the old files are deleted when
nobody can see them any more, at the latest by the next command that changes the tables.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from influence.schema import TABLE_NAMES, table_of
from influence.spark.buckets import COUNTS_KIND, ROWS_KIND
from influence.spark.manifest import Manifest, Stored, begin, delete_gone, remove_strays, write_manifest
from influence.spark.staging import digest_of, step_of
from influence.spark.store import SparkStore, explained, kept_beside
from influence.spark.types import KIND, casts, ddl, fitted, insert, marked, marked_schema, stored_schema
from influence.spark.views import in_contract
from influence.spark.writing import rows_by, stored_rows
from influence.store.importing.transaction import kept_schema
from influence.store.people.resolving import Person, find_person
from influence.store.rewriting import clear_caches
from influence.store.rights.erasure import delete_rows, posts_of, redact_rest
from influence.store.rights.privacy import (
    ASKED,
    Receipt,
    Suppressed,
    notes_on,
    notes_on_words,
    remembered,
    things_of,
)
from influence.store.rights.suppression import (
    SALT,
    Suppressions,
    add_suppressions,
    read_suppressions,
    remove_suppressions,
)
from influence.store.workspace import Workspace, memory_workspace

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

SMALL = ("suppressions", "contacts")
"""Tables that say who is suppressed: some hashes, and whom one writes to."""


def suppressions_of(spark: SparkSession, manifest: Manifest) -> Suppressions:
    """Who must not be listed or come in again; where nobody is suppressed nothing is asked."""
    if not manifest.files("suppressions"):
        return Suppressions()
    with brought_home(spark, manifest, SMALL) as workspace:
        return read_suppressions(workspace.store)


@contextmanager
def brought_home(spark: SparkSession, manifest: Manifest, tables: Sequence[str]) -> Iterator[Workspace]:
    """A workspace in memory with some tables of a folder, and the salt of its suppressions."""
    with memory_workspace() as workspace:
        store = workspace.store
        for table in map(table_of, tables):
            rows = stored_rows(spark, table, manifest.files(table.name))
            if rows is not None:
                insert(store, table.name, fitted(rows.toArrow(), stored_schema(table)))
        if SALT in manifest.meta:
            store.execute("insert into meta values (?, ?)", [SALT, manifest.meta[SALT]])
        yield workspace


def suppress_in(
    spark: SparkSession,
    folder: str,
    targets: Sequence[str],
    *,
    reason: str = ASKED,
    now: datetime | None = None,
    lifted: bool = False,
) -> Suppressed:
    """Never list or import these again, or (`lifted`) no longer so: as `influence.store.rights.privacy.suppress`.

    Raises
    ------
    UnknownAccountError
        A bare handle that nobody has, or several have.
    WorkspaceError
        Somebody else changed the tables at the same time; nothing was changed.
    """
    manifest = begin(folder)
    store = SparkStore(manifest.folder, lambda: spark)
    things = [thing for target in targets for thing in things_of(store, target)]
    with explained(manifest.folder), brought_home(spark, manifest, SMALL) as desk:
        known = read_suppressions(desk.store)
        n_known = sum(known.holds(kind, value) for kind, value in things)
        if lifted:
            remove_suppressions(desk.store, things)
        else:
            add_suppressions(desk.store, things, reason, now)
        write_manifest(manifest, with_suppressions(spark, manifest, desk, digest_of([manifest.version])))
    clear_caches(kept_beside(manifest.folder))
    return Suppressed(tuple(things), n_known)


def with_suppressions(spark: SparkSession, manifest: Manifest, desk: Workspace, job: str) -> Manifest:
    """The manifest with the suppressions of a workspace in memory in place of its own."""
    table = table_of("suppressions")
    names = ", ".join(name for name, _ in table.stored_columns)
    rows = fitted(desk.store.query(f"select {names} from suppressions"), stored_schema(table))
    meta = desk.store.query("select name, value from meta where name = ?", [SALT]).to_pylist()
    made = step_of(spark, manifest, table.name, job, lambda: spark.createDataFrame(rows).coalesce(1))
    stored = manifest.stored(made) if rows.num_rows else Stored(0, {"": ()})
    return manifest.changed({table.name: stored}, {row["name"]: row["value"] for row in meta})


FILE, NUMBER = "file_", "number_"
ALIASES = pa.schema([(name, pa.string()) for name in ("alias_id", "account_id", "how")])
POSTS = "influence_posts_of_person"


@dataclass(frozen=True)
class Erasure:
    """Whom to take out, and of which posts of hers the rows of others speak."""

    person: Person
    posts: tuple[str, ...]
    known: Suppressions


def forget_in(
    spark: SparkSession,
    folder: str,
    target: str,
    *,
    also: Sequence[str] = (),
    reason: str = "erased on request",
    now: datetime | None = None,
    dry_run: bool = False,
) -> Receipt:
    """Erase a person from every table of a folder: parameters and errors of `influence.store.rights.privacy.forget`.

    Raises
    ------
    WorkspaceError
        Somebody else changed the tables at the same time; nothing was changed.
    """
    manifest = begin(folder)
    store = SparkStore(manifest.folder, lambda: spark)
    person = find_person(store, target, also)
    notes = (*notes_on(person), *notes_on_words(store, person))
    with explained(manifest.folder), brought_home(spark, manifest, SMALL) as desk:
        hashes = add_suppressions(desk.store, remembered(person), reason, now)
        erasure = Erasure(person, tuple(posts_of(store, person)), read_suppressions(desk.store))
        deleted, redacted = _erase(spark, manifest, erasure, None if dry_run else desk)
    n_cached = 0 if dry_run else clear_caches(kept_beside(manifest.folder))
    return Receipt(
        target, now, deleted, redacted, n_cached, tuple(hashes), (), notes, person=person, dry_run=dry_run,
        tables=manifest.folder,
    )  # fmt: skip


def _erase(
    spark: SparkSession, manifest: Manifest, erasure: Erasure, desk: Workspace | None
) -> tuple[dict[str, int], dict[str, int]]:
    """Count what goes and changes, table by table; with a `desk`, whose suppressions are kept, do it."""
    job = digest_of((manifest.version, *sorted(erasure.known.hashes)))
    tables: dict[str, Stored] = {}
    totals: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for name in (name for name in manifest.tables if name != "suppressions" and manifest.files(name)):
        touched = _touched(spark, manifest, name, erasure)
        if not touched:
            continue
        made = _without(spark, manifest, name, touched, erasure)
        if desk is not None:
            made = step_of(spark, manifest, name, job, lambda made=made: made, (KIND, NUMBER))  # type: ignore[misc]
            tables[name] = _replaced(manifest, name, touched, made)
        for row in made.where(f"{KIND} = '{COUNTS_KIND}'").select(_told_in(schema_of(name))).collect():
            for total, told in zip(totals, json.loads(row[0]), strict=True):
                total.update(told)
    if desk is not None:
        after = with_suppressions(spark, manifest.changed(tables), desk, job)
        after = delete_gone(write_manifest(manifest, after))
        remove_strays(after)
    return dict(totals[0]), dict(totals[1])


def schema_of(name: str) -> pa.Schema:
    """Columns of a table of a folder, of the contract or our own."""
    if name in TABLE_NAMES:
        return stored_schema(table_of(name))
    return kept_schema() if name == "rejects" else ALIASES


def _rows(spark: SparkSession, name: str, files: Sequence[str]) -> DataFrame:
    """Rows of a table as they are stored, and the file in which each lies."""
    raw = spark.read.parquet(*files).selectExpr("*", f"_metadata.file_path as {FILE}")
    rows = in_contract(spark, table_of(name), raw, [FILE]) if name in TABLE_NAMES else raw
    return rows.selectExpr(*casts(schema_of(name)), FILE)


def _touched(spark: SparkSession, manifest: Manifest, name: str, erasure: Erasure) -> list[str]:
    """Files with a row in which anything that names the person occurs."""
    posts = pa.table({"post_id": pa.array(erasure.posts, pa.string())})
    spark.createDataFrame(posts).createOrReplaceTempView(POSTS)
    rows = _rows(spark, name, manifest.files(name))
    found = rows.where(_names(schema_of(name), erasure.person)).select(FILE)
    for column in ("post_id", "reply_to"):
        if column in rows.columns and erasure.posts:
            found = found.unionByName(rows.where(f"{column} in (select post_id from {POSTS})").select(FILE))
    return sorted(row[0] for row in found.distinct().collect())


def _names(schema: pa.Schema, person: Person) -> Column:
    """Whether any text of a row holds anything that names the person."""
    from pyspark.sql import functions as of

    needles = {*person.account_ids, *person.emails, *person.customers, *person.names, *person.words}
    texts = [field.name for field in schema if field.type == pa.string()]
    condition = of.lit(False)
    for text in texts:
        for needle in sorted(needles):
            condition = condition | of.contains(of.lower(of.col(text)), of.lit(needle.lower()))
    return of.coalesce(condition, of.lit(False))


def _without(
    spark: SparkSession, manifest: Manifest, name: str, touched: Sequence[str], erasure: Erasure
) -> DataFrame:
    """Rows of the touched files without the person, and what was counted, each with the number of its file."""
    numbers = {file: number for number, file in enumerate(touched)}
    files = [f"{manifest.folder}/{manifest.within(file)}" for file in touched]
    schema = marked_schema(schema_of(name), NUMBER)
    return _rows(spark, name, files).groupBy(FILE).applyInArrow(_eraser(name, numbers, erasure), ddl(schema))


def _eraser(name: str, numbers: dict[str, int], erasure: Erasure) -> Callable[[pa.Table], pa.Table]:
    """The function that a worker runs on the rows of one file."""

    def erase(rows: pa.Table) -> pa.Table:
        number, schema = numbers[rows[FILE][0].as_py()], schema_of(name)
        names = ", ".join(schema.names)
        with memory_workspace() as workspace:
            store = workspace.store
            insert(store, name, rows.select(schema.names))
            told = (
                delete_rows(store, erasure.person, erasure.posts),
                redact_rest(store, erasure.person, erasure.known),
            )
            kept = store.query(f"select {names} from {name}")
        counts = pa.table({_told_in(schema): [json.dumps(told)]})
        return marked(schema, NUMBER, number, {ROWS_KIND: kept, COUNTS_KIND: counts})

    return erase


def _told_in(schema: pa.Schema) -> str:
    """The column of text in which counts stand."""
    return "source" if "source" in schema.names else str(schema.names[-1])


def _replaced(manifest: Manifest, name: str, touched: Sequence[str], made: DataFrame) -> Stored:
    """The files of a table, each touched one replaced by those made of it."""
    stored, fresh = manifest.tables[name], rows_by(manifest, made, NUMBER)
    instead = {manifest.within(file): fresh.get(str(number), ()) for number, file in enumerate(touched)}
    files = {
        bucket: tuple(new for old in olds for new in instead.get(old, (old,)))
        for bucket, olds in stored.files.items()
    }
    return Stored(stored.buckets, files)
