"""DuckDB's SQL in Spark's words: one text wherever the two agree, and here what they do not."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NAMES = "known_tables"
"""View that stands for ``information_schema.tables``, which Spark does not have."""
MATCHES = "regexp_matches"
"""DuckDB's expressions are RE2: linear in time, and of all scripts. Java's are not; Arrow has RE2, too."""

NORMAL, SIMILAR = "nfc_normalize", "jaro_winkler_similarity"
"""What DuckDB has and Spark has not."""


@lru_cache(maxsize=512)
def translated(sql: str) -> str:
    """A statement of DuckDB as Spark says it, with the same answer.

    Where nulls come in an order, names of functions and ``unnest`` are sqlglot's work; `_as_duckdb_means` has the rest.

    Examples
    --------
    >>> translated("select 1.5 * n as x from posts order by x")  # doctest: +SKIP
    'SELECT CAST(1.5 AS DOUBLE) * n AS x FROM posts ORDER BY x NULLS LAST'
    """
    import sqlglot

    told = sqlglot.parse_one(sql, read="duckdb").transform(_as_duckdb_means)
    return str(told.sql(dialect="spark"))


def _as_duckdb_means(node: Any) -> Any:
    from sqlglot import exp

    if isinstance(node, exp.Literal) and not node.is_string and "." in str(node.this):
        return exp.cast(node.copy(), "double")  # Spark's decimals lose digits when they are divided
    if isinstance(node, exp.Table) and node.name == "tables" and node.db == "information_schema":
        return exp.to_table(NAMES)
    if isinstance(node, exp.ArrayAgg) and isinstance(node.this, exp.Order):
        return exp.func("sort_array", exp.ArrayAgg(this=node.this.this))  # collect_list keeps no order
    if isinstance(node, exp.JarowinklerSimilarity):
        return exp.Anonymous(this=SIMILAR, expressions=[node.this, node.expression])
    if isinstance(node, exp.RegexpLike):
        return exp.Anonymous(this=MATCHES, expressions=[node.this, node.expression])
    return node


def register_functions(spark: SparkSession) -> None:
    """Teach a session what the translated SQL calls."""
    from pyspark.sql.functions import arrow_udf

    functions = {MATCHES: (_matches, "boolean"), NORMAL: (_normal, "string"), SIMILAR: (_similar, "double")}
    for name, (function, kind) in functions.items():
        spark.udf.register(name, cast(Any, arrow_udf)(function, kind))


def _matches(texts: pa.Array, patterns: pa.Array) -> pa.Array:
    if not len(texts):
        return pa.array([], pa.bool_())
    return pc.match_substring_regex(texts, patterns[0].as_py())


def _normal(texts: pa.Array) -> pa.Array:
    return pc.utf8_normalize(texts, "NFC")


def _similar(words: pa.Array, others: pa.Array) -> pa.Array:
    import duckdb

    pairs = pa.table({"place": pa.array(range(len(words)), pa.int64()), "word": words, "other": others})
    with duckdb.connect() as engine:
        engine.register("pairs", pairs)
        sql = "select jaro_winkler_similarity(word, other) as near from pairs order by place"
        found: pa.Array = engine.sql(sql).to_arrow_table()["near"].combine_chunks()
    return found
