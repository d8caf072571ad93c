"""A Spark session: on this machine, on a standalone cluster, or through Spark Connect.

Only what Spark Connect knows is used anywhere in this room: no SparkContext, no RDD, nothing of the JVM.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

from influence.errors import InfluenceError, MissingDataError, UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HERE = "local[*]"
"""All cores of this machine: for trying, and for tests."""
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.localRelationThreshold": "1MB",
}
"""Days are of UTC, and a number that does not fit is an error, not another number; names of accounts and posts are sent
as Arrow: as rows, which Spark makes of all below 48 MB, they took half of Java's memory at ten million reactions."""
PARTITIONS = "spark.sql.shuffle.partitions"
_HERE = {PARTITIONS: "16", "spark.driver.maxResultSize": "0", "spark.driver.memory": "2g"}
"""On one machine 200 pieces cost more than they save, and the process that asks is the one that works."""
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}


PANDAS = "PySpark does not yet fully support pandas"
"""What PySpark says at every step of pandas 3, which it is never given here."""


class SparkError(InfluenceError):
    """Spark cannot be reached, or stopped in the middle."""


def connect(remote: str | None = None, master: str | None = None, **settings: str) -> SparkSession:
    """Open a session of Spark, or take the one that this process has.

    Parameters
    ----------
    remote : str, optional
        A Spark Connect server, ``sc://host:15002``; its own settings hold. ``local[2]`` starts one on this machine.
    master : str, optional
        A cluster's master, ``spark://host:7077``, or ``local[4]``; without either: this machine.
    **settings : str
        Further settings of Spark, with ``_`` for ``.``: ``spark_driver_memory="4g"``.

    Raises
    ------
    MissingDataError
        PySpark is not installed.
    SparkError
        No Java, or nobody answers at the address.
    UsageError
        Both addresses, or one that is none.
    """
    _check_addresses(remote, master)
    builder = _spark_session().builder.appName("influence")
    builder = builder.remote(remote) if remote else builder.master(master or HERE)
    told = {name.replace("_", "."): value for name, value in settings.items()}
    here = _HERE if (remote or master or HERE).startswith("local") else {}
    if memory := os.environ.get("SPARK_DRIVER_MEMORY"):
        here = {**here, "spark.driver.memory": memory}
    for name, value in {**({} if remote else _QUIET), **here, **told}.items():
        builder = builder.config(name, value)
    session = _opened(builder, remote or master or HERE)
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


def _check_addresses(remote: str | None, master: str | None) -> None:
    if remote and master:
        raise UsageError("a Spark Connect server and a master exclude each other", seen=f"{remote}, {master}")
    if remote and not remote.startswith(("sc://", "local")):
        raise UsageError("this is no Spark Connect address", seen=remote, expected="sc://HOST:15002")
    if master and not master.startswith(("local", "spark://", "yarn", "k8s://")):
        raise UsageError("this is no master of Spark", seen=master, expected="spark://HOST:7077, or local[4]")


def _spark_session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingDataError.no_package("Spark", "spark", error, "; it needs Java 17 or later") from error
    return SparkSession


def _opened(builder: Any, address: str) -> SparkSession:
    """The session; what goes wrong on the way has as many classes as there are layers below."""
    warnings.filterwarnings("ignore", PANDAS, FutureWarning)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers on this machine have our libraries
    try:
        session: SparkSession = builder.getOrCreate()
        _ = session.version  # a session of Connect is opened by the first question
    except Exception as error:
        java = "JAVA" in str(error).upper()
        raise SparkError(
            "Spark cannot be started" if java else "Spark does not answer",
            where=address,
            seen=str(error).splitlines()[0] if str(error) else type(error).__name__,
            hint="install Java 17 or later (Debian: default-jre-headless) and set JAVA_HOME"
            if java
            else "is it running, and is its port open from here?",
        ) from error
    return session
