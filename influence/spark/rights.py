"""What people asked for, on Parquet tables: not to be listed, to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from influence.schema import table_of
from influence.spark.manifest import Manifest, Stored, begin, write_manifest
from influence.spark.staging import digest_of, step
from influence.spark.store import SparkStore, explained, kept_beside
from influence.spark.types import fitted, stored_schema
from influence.spark.writing import stored_rows
from influence.store.rewriting import clear_caches
from influence.store.rights.privacy import ASKED, Suppressed, things_of
from influence.store.rights.suppression import (
    SALT,
    Suppressions,
    add_suppressions,
    read_suppressions,
    remove_suppressions,
)
from influence.store.workspace import Workspace, memory_workspace

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

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
                names = ", ".join(name for name, _ in table.stored_columns)
                with store.register("influence_rows", fitted(rows.toArrow(), stored_schema(table))):
                    store.execute(f"insert into {table.name} ({names}) select {names} from influence_rows")
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
    path = f"suppressions/v{manifest.version + 1}-{job}"
    made = step(spark, f"{manifest.folder}/{path}", lambda: spark.createDataFrame(rows).coalesce(1))
    files = tuple(map(manifest.within, made.inputFiles())) if rows.num_rows else ()
    return manifest.changed(
        {"suppressions": Stored(0, {"": files})}, {row["name"]: row["value"] for row in meta}
    )
