"""What people asked for, on Parquet tables: not to be listed, to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from influence.schema import table_of
from influence.spark.manifest import Manifest
from influence.spark.types import fitted, stored_schema
from influence.spark.writing import stored_rows
from influence.store.rights.suppression import SALT, Suppressions, read_suppressions
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
