"""Spark behind the methods of `influence.store.base.Store`: the same SQL, asked where the tables are."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import SourceError, UsageError
from influence.schema import TABLE_NAMES
from influence.spark.connect import PARTITIONS, SparkError, connect
from influence.spark.views import manifest_of, open_tables, unreadable
from influence.store.kept.keeper import Keeper, cache_folder
from influence.store.workspace import Workspace

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from influence.store.base import Function

ONE_MACHINE = 100_000_000
"""Rows of all tables up to which one machine answers sooner (`python -m benchmarks.spark`)."""

SENT_BYTES = 64 << 20
"""Up to which size what is registered goes to every worker whole: the rows that are joined with it stay where they are.

Spark does not know how large it is, and would send the large table about instead.
"""

PIECE_ROWS = 400_000
"""Rows of a partition that comes home: Java holds two at a time, each several times over (10 million in 16 partitions
did not fit a heap of 2 GB)."""


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


class SparkStore:
    """Tables of the contract on an engine that may be many machines; read only.

    Parameters
    ----------
    folder : str
        Of the Parquet tables; see `influence.spark.views`.
    connect : callable
        Gives the session of Spark, when it is first needed: what is kept answers without it.

    """

    path: Path | None = None
    read_only = has_workers = True

    def __init__(self, folder: str, connect: Callable[[], SparkSession]) -> None:
        self.folder = folder.rstrip("/")
        self._connect = connect

    @cached_property
    def keeper(self) -> Keeper | None:
        """Keeps what was worked out of the tables; None for tables elsewhere that no manifest gives a version."""
        here = kept_beside(self.folder)
        if here.is_dir():
            return Keeper(cache_folder(here), lambda: stamp_of(here))
        with explained(self.folder):
            manifest = manifest_of(self.spark, self.folder)
        if manifest is None:
            return None
        return Keeper(cache_folder(here), lambda: f"{self.folder} {manifest.version}")

    @cached_property
    def spark(self) -> SparkSession:
        """The session, with the tables as views."""
        spark = self._connect()
        open_tables(spark, self.folder)
        known = ", ".join(f"('{name}')" for name in (*TABLE_NAMES, "aliases", "meta"))
        spark.sql(f"select * from values {known} as t(table_name)").createOrReplaceTempView(NAMES)
        register_functions(spark)
        return spark

    def query(self, sql: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run one select; rows come in the order the SQL asks for."""
        with explained(self.folder):
            return self._frame(sql, params).toArrow()

    def pieces(self, sql: str, params: Sequence[Any] = ()) -> Iterator[pa.Table]:
        """The same rows some at a time, one partition after the other; see `Store.pieces`."""
        with explained(self.folder), self._small_partitions():
            yield from _brought_home(self._frame(sql, params), lambda batches: batches)

    @contextmanager
    def _small_partitions(self) -> Iterator[int]:
        """As many partitions as the longest table needs for `PIECE_ROWS` in each; 0 where the settings are enough."""
        conf = self.spark.conf
        n = self.spark.table("interactions").count() // PIECE_ROWS
        if n <= int(conf.get(PARTITIONS, "200") or 200):
            yield 0
            return
        told = {PARTITIONS: str(n), "spark.sql.adaptive.coalescePartitions.enabled": "false"}
        before = {name: conf.get(name) for name in told}
        try:
            for name, value in told.items():
                conf.set(name, value)
            yield n
        finally:
            for name, value in before.items():
                conf.set(name, cast(str, value))

    def mapped(
        self, sql: str, params: Sequence[Any], function: Function, schema: pa.Schema
    ) -> Iterator[pa.Table]:
        """Run `function` on pieces of the rows of a select, on the workers; see `Store.mapped`."""

        def pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                yield from function(pa.Table.from_batches([batch])).cast(schema).combine_chunks().to_batches()

        with explained(self.folder), self._small_partitions() as n:
            frame = self._frame(sql, params)  # a partition of a file may be all of it
            spread = (
                frame.repartition(n, *frame.columns) if n else frame
            )  # in turn would sort it in memory first
            yield from _brought_home(spread, pieces)

    def _frame(self, sql: str, params: Sequence[Any]) -> Any:
        return self.spark.sql(translated(sql), args=list(params) or None)

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Tables on Spark are written by `influence spark` alone."""
        raise UsageError(
            "tables on Spark are only read here",
            where=self.folder,
            hint="bring a slice home with `influence spark export`, and go on there",
        )

    @contextmanager
    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
        """Make `data` readable under `name` inside the ``with`` block."""
        from pyspark.sql.functions import broadcast

        table = data if isinstance(data, pa.Table) else data.read_all()
        frame = self.spark.createDataFrame(table)
        told = broadcast(frame) if table.nbytes <= SENT_BYTES else frame
        told.createOrReplaceTempView(name)
        try:
            yield
        finally:
            self.spark.catalog.dropTempView(name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Nothing is written here, so nothing can be half written."""
        yield

    def rest(self) -> None:
        """Nothing is held between questions but views."""

    def close(self) -> None:
        """Leave the session of Spark to whoever opened it."""


def _brought_home(
    frame: Any, made: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
) -> Iterator[pa.Table]:
    """What is `made` of the rows on the workers, a batch at a time.

    They come as binary values, which is the one way past rows of Python that Connect and classic Spark share.
    """

    def packed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in made(batches):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as stream:
                stream.write_batch(batch)
            yield pa.record_batch({"piece": pa.array([sink.getvalue().to_pybytes()], pa.binary())})

    for row in frame.mapInArrow(packed, "piece binary").toLocalIterator(prefetchPartitions=True):
        yield pa.ipc.open_stream(row["piece"]).read_all()


def tables_workspace(folder: str, remote: str | None = None, master: str | None = None) -> Workspace:
    """Tables of the contract as a workspace that is only read; Spark is started by the first question to it."""
    if remote is None and "://" not in folder and not Path(folder).is_dir():
        raise SourceError(
            "there is no such folder of tables",
            where=folder,
            hint="name one that all workers of Spark see, or write it with `influence spark import`",
        )
    return Workspace(cast(Any, SparkStore(folder, lambda: connect(remote, master))))


def advice(n_rows: int) -> str | None:
    """What to say to whoever asks a cluster for what one machine does sooner; None where Spark pays."""
    if n_rows >= ONE_MACHINE:
        return None
    return (
        f"{n_rows:,} rows: up to about {ONE_MACHINE:,} one machine answers sooner; `influence spark export` brings "
        "them into a workspace."
    )


@contextmanager
def explained(folder: str) -> Iterator[None]:
    """What goes wrong on Spark, told of the tables that people know."""
    try:
        yield
    except Exception as error:
        told = _told(error, folder)
        if told is None:
            raise
        raise told from error


def kept_beside(folder: str) -> Path:
    """What is worked out of tables lies beside this path, as of a workspace: the folder, or for one elsewhere its name.

    Give it to `influence.store.rights.erasure.clear_caches`.
    """
    if "://" not in folder:
        return Path(folder)
    told = hashlib.sha256(folder.encode()).hexdigest()[:16]
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / f"influence-{told}"


def stamp_of(folder: Path) -> str:
    """What changes when any file of the tables does: their names, sizes and times."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".parquet", ".json"))
    told = [(str(file.relative_to(folder)), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return repr(told)


def _told(error: Exception, folder: str) -> Exception | None:
    """The error for people: a file that cannot be read is named; None for a bug of ours, which keeps its class."""
    condition = getattr(error, "getCondition", lambda: None)() or ""
    said = str(error)
    if condition.startswith("FAILED_READ_FILE") or "is not a Parquet file" in said:
        return unreadable(error, folder)
    if not type(error).__module__.startswith(("pyspark", "py4j", "grpc")) or condition.startswith(
        ("UNRESOLVED", "PARSE", "DATATYPE", "TABLE_OR_VIEW")
    ):
        return None
    missing = re.search(r'No FileSystem for scheme "?\w+|Class \S*FileSystem not found', said)
    if missing:
        return SparkError(
            "Spark has no reader for this storage",
            where=folder,
            seen=missing[0],
            expected="Hadoop's part for it among the jars of Spark",
            hint="for s3a://: --packages org.apache.hadoop:hadoop-aws:VERSION, of the Hadoop in Spark",
        )
    causes = re.findall(r"^(?:Caused by)?: (.+)$", said, re.MULTILINE)  # the first line may only name a call
    return SparkError(
        "Spark could not answer",
        where=folder,
        seen=causes[-1] if causes else said.splitlines()[0] if said else type(error).__name__,
        hint="its log says more; more memory (SPARK_DRIVER_MEMORY) or more partitions help where it ran out of memory",
    )
