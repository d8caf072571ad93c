"""Other ids of accounts, too many for one machine: joined to the rows that bear them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from influence.schema import ID_COLUMNS, Table
from influence.spark.buckets import MOVED, THERE
from influence.spark.converting import ALIAS
from influence.spark.manifest import Manifest
from influence.spark.staging import union

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

VIEW = "influence_told_aliases"


def id_columns(table: Table) -> list[str]:
    """Columns of a table that name accounts."""
    return [column.name for column in table.columns if column.name in ID_COLUMNS]


def told_in(parts: Sequence[DataFrame]) -> DataFrame | None:
    """Other ids that files told; those told of two accounts are of neither. None: there are none."""
    told = [part.where(f"kind_ = '{ALIAS}'") for part in parts]
    found = union(told).selectExpr("value_ as alias_id", "reason_ as account_id") if told else None
    if found is None or found.isEmpty():
        return None
    found.createOrReplaceTempView(VIEW)
    return found.sparkSession.sql(
        f"select alias_id, max(account_id) as account_id from {VIEW} group by alias_id "
        "having count(distinct account_id) = 1 and count(account_id) = count(*)"
    )


@dataclass(frozen=True)
class ParquetAliases:
    """Other ids of accounts as (alias_id, account_id); None: there are none.

    Attributes
    ----------
    known : DataFrame or None
        Those that hold for the files now read.
    fresh : DataFrame or None
        Those that the tables did not know.
    """

    known: DataFrame | None = None
    fresh: DataFrame | None = None


def lasting(told: DataFrame) -> bool:
    """Whether they hold beyond the files of one import; ids that merely count rows don't."""
    number = "substring(alias_id, instr(alias_id, ':') + 1)"
    row = told.selectExpr(
        "count(*) as n",
        f"bool_and({number} rlike '^[0-9]+$') as are_numbers",
        f"max(try_cast({number} as bigint)) as most",
    ).collect()[0]
    return not (row["are_numbers"] and row["most"] is not None and row["most"] <= 2 * row["n"])


def translated(rows: DataFrame, table: Table, aliases: DataFrame) -> DataFrame:
    """Rows with the ids of accounts in place of their other ids; those that were there already are marked as moved."""
    names = rows.columns
    for column in id_columns(table):
        known = aliases.selectExpr(f"alias_id as other_{column}", f"account_id as now_{column}")
        rows = rows.join(known, rows[column] == known[f"other_{column}"], "left")
    changed = {column: f"coalesce(now_{column}, {column})" for column in id_columns(table)}
    if table.name == "accounts":
        own = "substring(account_id, instr(account_id, ':') + 1)"
        changed["platform"] = "coalesce(substring_index(now_account_id, ':', 1), platform)"
        changed["handle"] = (
            f"case when now_account_id is not null and lower(handle) = {own} "
            "then substring(now_account_id, instr(now_account_id, ':') + 1) else handle end"
        )
    other = f"coalesce({', '.join(f'now_{column}' for column in id_columns(table))})"
    changed["origin_"] = f"case when origin_ = {THERE} and {other} is not null then {MOVED} else origin_ end"
    return rows.selectExpr(*(f"{changed.get(name, name)} as `{name}`" for name in names))


def bears(rows: DataFrame, table: Table, aliases: DataFrame) -> bool:
    """Whether any row has another id of an account in place of the account's own."""
    return any(
        not rows.join(aliases, rows[column] == aliases["alias_id"], "left_semi").isEmpty()
        for column in id_columns(table)
    )


def aliases_of(spark: SparkSession, manifest: Manifest, told: DataFrame | None) -> ParquetAliases:
    """What holds for the files of an import: what the tables know, and what the files tell in its place."""
    files = manifest.files("aliases")
    stored = spark.read.parquet(*files).select("alias_id", "account_id") if files else None
    if told is None:
        return ParquetAliases(stored)
    others = told.withColumnRenamed("account_id", "new_id")
    if stored is None:
        return ParquetAliases(told, told if lasting(told) else None)
    both = stored.join(others, "alias_id", "full")
    known = both.selectExpr("alias_id", "coalesce(new_id, account_id) as account_id")
    fresh = both.where("new_id is not null and not (account_id <=> new_id)")
    fresh = fresh.selectExpr("alias_id", "new_id as account_id")
    return ParquetAliases(known, fresh if lasting(told) and not fresh.isEmpty() else None)
