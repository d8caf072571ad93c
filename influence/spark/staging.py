"""Steps of a long job, each written to storage whole: a job that was cut short goes on after the last one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from influence import errors
from influence.errors import InfluenceError, SourceError
from influence.spark.manifest import Manifest, exists
from influence.spark.types import ddl

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

DONE = "_SUCCESS"
"""What Spark leaves in a folder that is written whole."""


def digest_of(parts: Iterable[object]) -> str:
    """A short name of a job, from all that decides its result."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12]


def fingerprint(path: Path) -> str:
    """What changes when a file does."""
    file = next((place for place in (path, *path.parents) if place.is_file()), path)
    status = file.stat()
    return f"{path}:{status.st_size}:{status.st_mtime_ns}"


def step(spark: SparkSession, path: str, make: Callable[[], DataFrame], by: Sequence[str] = ()) -> DataFrame:
    """Rows of a step: made and written to `path` (in folders by the columns `by`), or found there."""
    if not exists(f"{path}/{DONE}"):
        with errors_of_workers():
            make().write.mode("overwrite").partitionBy(*by).parquet(path)
    return spark.read.parquet(path)


def step_of(
    spark: SparkSession, manifest: Manifest, table: str, job: str, make: Callable[[], DataFrame], by: Sequence[str] = ()
) -> DataFrame:  # fmt: skip
    """Rows of a step that are to be in a table from the next version on."""
    return step(spark, f"{manifest.folder}/{table}/v{manifest.version + 1}-{job}", make, by)


def union(frames: Iterable[DataFrame]) -> DataFrame:
    """Rows of all of them, of which there is at least one."""
    return reduce(lambda some, more: some.unionByName(more), frames)


def over(
    spark: SparkSession,
    things: Sequence[Any],
    work: Callable[[Any], Iterable[pa.Table]],
    schema: pa.Schema,
) -> DataFrame:
    """Rows that `work` gives for each thing, one task a thing."""
    from pyspark.cloudpickle import dumps, loads

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for told in batch.column("thing").to_pylist():
                with told_home():
                    for table in work(loads(told)):
                        yield from table.to_batches()

    numbered = pa.table(
        {"n": pa.array(range(len(things)), pa.int64()), "thing": [dumps(one) for one in things]}
    )
    frame = spark.createDataFrame(numbered).repartitionByRange(max(len(things), 1), "n")
    return frame.mapInArrow(run, ddl(schema))


MARK = "influence-error"
FIELDS = ("what", "where", "seen", "expected", "hint")


@contextmanager
def told_home() -> Iterator[None]:
    """On a worker: an error that a user can cause goes home in a form that passes through Spark."""
    try:
        yield
    except InfluenceError as error:
        told = {"class": type(error).__name__, **{name: getattr(error, name) for name in FIELDS}}
        raise RuntimeError(f"{MARK}{json.dumps(told, default=str)}{MARK}") from error


@contextmanager
def errors_of_workers() -> Iterator[None]:
    """At home: such an error is what it was."""
    try:
        yield
    except Exception as error:
        found = re.search(f"{MARK}(.*?){MARK}", str(error), re.S)
        if found is None:
            raise
        told = json.loads(found[1])
        kind = getattr(errors, told.pop("class"), SourceError)
        raise kind(told.pop("what"), **told) from error
