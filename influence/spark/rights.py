"""What people asked for, on Parquet tables: not to be listed, to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influence.spark.manifest import Manifest
from influence.store.rights.suppression import Suppressions, read_suppressions

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def suppressions_of(spark: SparkSession, manifest: Manifest) -> Suppressions:
    """Who must not be listed or come in again; where nobody is suppressed nothing is asked."""
    if not manifest.files("suppressions"):
        return Suppressions()
    from influence.spark.store import SparkStore

    return read_suppressions(SparkStore(spark, manifest.folder))
