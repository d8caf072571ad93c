"""A folder of Parquet tables of the contract, opened as views under the contract's names.

``FOLDER/<table>/*.parquet`` or ``FOLDER/<table>.parquet``, on anything that Spark reads: a disk that all workers
see, HDFS, ``s3a://``. A table that is not there is empty; a column that may be missing is null.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence.errors import SourceError
from influence.schema import TABLES, Table
from influence.spark.manifest import NAME, Manifest, as_told, parsed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ALIASES = "alias_id string, account_id string, how string"
SPARK_TYPES = {"varchar": "string", "timestamp": "timestamp", "integer": "int"}
"""Storage types of `influence.schema` that Spark calls otherwise."""
_FITS = {
    "string": ("string", "char", "varchar"),
    "bigint": ("tinyint", "smallint", "int", "bigint"),
    "int": ("tinyint", "smallint", "int", "date"),
    "double": ("tinyint", "smallint", "int", "bigint", "float", "double"),
    "boolean": ("boolean",),
    "timestamp": ("timestamp", "timestamp_ntz", "date"),
}
"""Which types of a file can be read as which of ours without losing anything."""


def open_tables(spark: SparkSession, folder: str) -> tuple[str, ...]:
    """Make a view of every table of the contract, and say which of them there are.

    Raises
    ------
    SourceError
        There is none of them, or one has other columns than the contract (all faults are told at once).
    """
    found, faults = [], list[str]()
    manifest = manifest_of(spark, folder)
    for table in TABLES:
        raw = _raw(spark, folder.rstrip("/"), table.name, manifest)
        if raw is not None:
            found.append(table.name)
            faults += faults_of(table, raw)
        if not faults:
            in_contract(spark, table, raw).createOrReplaceTempView(table.name)
    _check(folder, found, faults)
    _open_own(spark, manifest)
    return tuple(found)


def manifest_of(spark: SparkSession, folder: str) -> Manifest | None:
    """What the manifest of a folder says, as Spark sees it, so that only Spark needs access; None: there is none."""
    name = as_told(folder)
    try:
        rows = spark.read.text(f"{name}/{NAME}", wholetext=True).collect()
    except Exception as error:
        if not _is_missing(error):
            raise
        return None
    return parsed(name, rows[0][0])


def _open_own(spark: SparkSession, manifest: Manifest | None) -> None:
    """Views of what is not of the contract: `meta` (the salt of suppressions) and `aliases`."""
    meta = list(manifest.meta.items()) if manifest else []
    spark.createDataFrame(meta, "name string, value string").createOrReplaceTempView("meta")
    files = manifest.files("aliases") if manifest else []
    aliases = spark.read.parquet(*files) if files else spark.createDataFrame([], ALIASES)
    aliases.createOrReplaceTempView("aliases")


def _check(folder: str, found: list[str], faults: list[str]) -> None:
    if not found:
        raise SourceError(
            "there are no tables of the contract",
            where=folder,
            expected="posts/*.parquet or posts.parquet, and so on; see docs/tables.md",
            hint="write them with `influence spark import`",
        )
    refuse(folder, faults)


def refuse(folder: str, faults: Sequence[str]) -> None:
    """Nothing is read of tables with faults: a wrong column would be a wrong number.

    Raises
    ------
    SourceError
        There are any; it tells all of them.
    """
    if faults:
        raise SourceError(
            "these Parquet files are not of the contract",
            where=folder,
            seen="; ".join(faults),
            expected="the columns of docs/tables.md",
            hint="write them with `influence spark import`, or rename and cast the columns",
        )


def _raw(spark: SparkSession, folder: str, name: str, manifest: Manifest | None) -> DataFrame | None:
    """The table as it lies there; None where there is none."""
    told = [[path] for path in paths_of(folder, name)] if manifest is None else [manifest.files(name)]
    for paths in filter(None, told):
        try:
            raw = spark.read.parquet(*paths)
            _ = raw.schema
            return raw
        except Exception as error:
            if not _is_missing(error):
                raise unreadable(error, paths[0]) from error
    return None


def paths_of(folder: str, name: str) -> tuple[str, ...]:
    """Where a table may lie, in the order in which it is looked for."""
    return f"{folder}/{name}", f"{folder}/{name}.parquet"


def _is_missing(error: Exception) -> bool:
    said = str(error)
    return any(
        sign in said
        for sign in ("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA", "No files found", "does not exist")
    )


def unreadable(error: Exception, path: str) -> SourceError:
    """The error for a file that is no Parquet, or a damaged one, with its name where Spark says it."""
    import re

    said = str(error)
    named = re.search(r"(?:file|s3a?|hdfs|abfss?|gs):/+[^\s,;'\"]+?\.parquet\b", said)
    return SourceError(
        "this Parquet file cannot be read",
        where=named.group(0) if named else path,
        seen=said.splitlines()[0] if said else type(error).__name__,
        hint="write it anew, or move it away",
    )


def spark_type(sql_type: str) -> str:
    """What Spark calls a storage type of `influence.schema`."""
    return SPARK_TYPES.get(sql_type, sql_type)


def faults_of(table: Table, raw: DataFrame) -> list[str]:
    """What is wrong with the columns of a file: one sentence each."""
    types = {name.lower(): kind for name, kind in raw.dtypes}
    required = {column.name for column in table.columns if column.required} | set(table.key[:1])
    faults = [f"{table.name} lacks {name}" for name in sorted(required - set(types))]
    for name, sql_type in table.stored_columns:
        wanted = spark_type(sql_type)
        kind = types.get(name, "void").partition("(")[0]
        if kind != "void" and kind not in _FITS[wanted]:
            faults.append(f"{table.name}.{name} is {types[name]}, not {wanted}")
    return faults


def in_contract(
    spark: SparkSession, table: Table, raw: DataFrame | None, beside: Sequence[str] = ()
) -> DataFrame:
    """All stored columns in the contract's order and types; days that are not stored come from their times.

    `beside` are columns of `raw` that follow them as they are.
    """
    if raw is None:
        columns = ", ".join(
            f"cast(null as {spark_type(kind)}) as `{name}`" for name, kind in table.stored_columns
        )
        return spark.sql(f"select {columns} where false")
    there = {name.lower(): kind for name, kind in raw.dtypes}
    times = {column.day_column: column.name for column in table.all_columns if column.day_column}
    return raw.selectExpr(
        *(_expression(name, spark_type(kind), there, times) for name, kind in table.stored_columns), *beside
    )


def _expression(name: str, wanted: str, there: dict[str, str], times: dict[str, str]) -> str:
    day = name if there.get(name) == "date" else times.get(name, "")
    if name in there and not (wanted == "int" and day == name):
        return f"cast(`{name}` as {wanted}) as `{name}`"
    if wanted == "int" and day in there:
        return f"unix_date(cast(`{day}` as date)) as `{name}`"
    return f"cast(null as {wanted}) as `{name}`"
