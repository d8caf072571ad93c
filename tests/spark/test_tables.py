"""A folder of Parquet tables: what is missing is empty, what is wrong is said, by name."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from influence.errors import SourceError, UsageError
from influence.schema import TABLE_NAMES, table_of
from influence.spark.connect import PARTITIONS, SparkError, connect
from influence.spark.manifest import read_manifest
from influence.spark.store import SparkStore, explained, translated
from influence.spark.views import open_tables, spark_type
from tests.spark.conftest import write_table

POSTS = pa.table({"post_id": ["p", "q"], "account_id": ["a", "b"], "likes": pa.array([1, None], pa.int32())})


def test_a_table_that_is_not_there_is_empty_and_a_column_that_may_be_missing_is_null(
    spark: Any, tmp_path: Path
) -> None:
    write_table(POSTS, tmp_path / "posts.parquet")
    assert open_tables(spark, f"{tmp_path}/") == ("posts",)
    for name in TABLE_NAMES:
        stored = [(column, spark_type(kind)) for column, kind in table_of(name).stored_columns]
        assert spark.table(name).dtypes == stored
    rows = spark.sql("select post_id, likes, text, created_day from posts order by post_id").collect()
    assert [tuple(row) for row in rows] == [("p", 1, None, None), ("q", None, None, None)]
    assert spark.sql("select count(*) from follows").first()[0] == 0


def test_days_come_from_the_times_where_they_are_not_stored(spark: Any, tmp_path: Path) -> None:
    moment, day = datetime(2024, 5, 1, 23, 30), date(2024, 5, 1)
    write_table(POSTS.append_column("created_at", pa.array([moment, None])), tmp_path / "posts/1.parquet")
    write_table(pa.table({"account_id": ["a"], "day": [day]}), tmp_path / "snapshots/1.parquet")
    open_tables(spark, str(tmp_path))
    number = (day - date(1970, 1, 1)).days
    assert spark.sql("select created_day from posts order by post_id").first()[0] == number
    assert spark.sql("select day from snapshots").first()[0] == number


def test_all_that_is_wrong_with_the_columns_is_told_at_once(spark: Any, tmp_path: Path) -> None:
    write_table(pa.table({"post_id": ["p"], "likes": ["many"]}), tmp_path / "posts/1.parquet")
    write_table(pa.table({"follower_id": ["a"], "weight": [1.0]}), tmp_path / "follows.parquet")
    with pytest.raises(SourceError) as told:
        open_tables(spark, str(tmp_path))
    assert (
        told.value.seen
        == "follows lacks followee_id; posts lacks account_id; posts.likes is string, not bigint"
    )


def test_a_folder_without_tables_says_what_belongs_there(spark: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no tables of the contract") as told:
        open_tables(spark, str(tmp_path))
    assert told.value.where == str(tmp_path)


def test_a_damaged_file_is_named(spark: Any, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "part-7.parquet").write_bytes(b"PAR1 half a file")
    with pytest.raises(SourceError, match="cannot be read") as told:
        open_tables(spark, str(tmp_path))
    assert str(told.value.where).endswith("/posts/part-7.parquet")


def test_the_cause_is_told_where_the_first_line_only_names_a_call() -> None:
    class Py4JJavaError(Exception):
        __module__ = "py4j.protocol"

    with pytest.raises(SparkError) as told, explained("tables"):
        raise Py4JJavaError(
            "An error occurred while calling o408.getResult.\n: org.apache.spark.SparkException: Job aborted\n"
            "\tat org.apache.spark.Task.run(Task.scala:1)\nCaused by: java.lang.OutOfMemoryError: Java heap space\n"
        )
    assert told.value.seen == "java.lang.OutOfMemoryError: Java heap space"


def test_storage_of_which_spark_has_no_reader_is_said_with_what_it_needs(spark: Any) -> None:
    store = SparkStore("s3a://bucket/tables", lambda: spark)
    with pytest.raises(SparkError, match="no reader") as told:
        store.query("select 1 as one")
    assert "hadoop-aws" in str(told.value.hint)


@pytest.mark.parametrize("folder", ["gopher://host/tables", "hdfs://127.0.0.1:1/tables"])
def test_storage_that_cannot_be_reached_from_here_is_named(folder: str) -> None:
    with pytest.raises(SourceError, match="cannot be reached") as told:
        read_manifest(folder)
    assert told.value.where == folder


@pytest.mark.parametrize(
    ("remote", "master"), [("sc://here", "local"), ("http://here", None), (None, "here:7077")]
)
def test_an_address_that_is_none_is_refused_before_anything_starts(remote: str, master: str) -> None:
    with pytest.raises(UsageError):
        connect(remote, master)


def test_a_statement_is_said_in_sparks_words() -> None:
    pytest.importorskip("sqlglot", reason="the extra `spark` is not installed")
    said = translated("select 1.5 * n as x from posts order by x")
    assert said == "SELECT CAST(1.5 AS DOUBLE) * n AS x FROM posts ORDER BY x NULLS LAST"


def test_many_rows_come_home_in_small_partitions_and_in_their_order(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pa.table({"actor_id": [f"a{k * 7 % 60}" for k in range(60)], "target_id": ["b"] * 60,
                     "kind": ["like"] * 60, "created_day": pa.array([20_000] * 60, pa.int32())})  # fmt: skip
    write_table(rows, tmp_path / "interactions" / "a.parquet")
    store = SparkStore(str(tmp_path), lambda: spark)
    monkeypatch.setattr("influence.spark.store.PIECE_ROWS", 2)
    before = spark.conf.get(PARTITIONS)  # what other tests asked of the session holds here, too
    pieces = list(store.pieces("select actor_id from interactions order by actor_id"))
    assert len(pieces) > 2
    assert [one for piece in pieces for one in piece["actor_id"].to_pylist()] == sorted(
        rows["actor_id"].to_pylist()
    )
    assert spark.conf.get(PARTITIONS) == before


def test_rows_go_to_the_workers_by_their_hash_for_in_turn_a_partition_is_sorted_in_memory(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    likes = pa.table({"actor_id": ["a"] * 60, "target_id": ["b"] * 60, "kind": ["like"] * 60})
    write_table(likes, tmp_path / "interactions" / "a.parquet")
    write_table(POSTS, tmp_path / "posts" / "a.parquet")
    monkeypatch.setattr("influence.spark.store.PIECE_ROWS", 2)
    monkeypatch.setattr("influence.spark.store._brought_home", lambda frame, _: frame.explain() or iter(()))
    list(
        SparkStore(str(tmp_path), lambda: spark).mapped(
            "select post_id from posts", (), lambda rows: rows, POSTS.schema
        )
    )
    plan = capsys.readouterr().out
    assert "hashpartitioning(post_id" in plan
    assert "RoundRobin" not in plan
