"""One session of Spark for all tests of the room, and workspaces written as tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from influence.schema import TABLES

if TYPE_CHECKING:
    from influence.store.base import Store


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Real Spark on two cores of this machine."""
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java")
    from influence.spark.connect import connect

    brief = {"spark_driver_extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    session = connect(master="local[2]", spark_sql_shuffle_partitions="2", spark_driver_memory="1g", **brief)
    yield session
    session.stop()


def write_tables(store: Store, folder: Path) -> str:
    """The tables of a workspace as Parquet, each in two files, so that no order comes from one alone."""
    for table in TABLES:
        rows = store.query(f"select * from {table.name}")
        if len(rows):
            half = len(rows) // 2
            write_table(rows.slice(half), folder / table.name / "a.parquet")
            write_table(rows.slice(0, half), folder / table.name / "b.parquet")
    return str(folder)


def write_table(rows: pa.Table, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, file)


@pytest.fixture(scope="session")
def tables_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Folder of the tables of a workspace's file."""
    from influence.store.workspace import open_workspace

    def written(file: Path) -> str:
        with open_workspace(file, read_only=True) as workspace:
            return write_tables(workspace.store, tmp_path_factory.mktemp("tables"))

    return written
