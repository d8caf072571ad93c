"""A folder of tables on Spark in the place of a workspace file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from influence.errors import SourceError
from influence.spark.connect import connect
from influence.spark.store import SparkStore
from influence.store.workspace import Workspace


def tables_workspace(folder: str, remote: str | None = None, master: str | None = None) -> Workspace:
    """Tables of the contract as a workspace that is only read; Spark is started by the first question to it."""
    if remote is None and "://" not in folder and not Path(folder).is_dir():
        raise SourceError(
            "there is no such folder of tables",
            where=folder,
            hint="name one that all workers of Spark see, or write it with `influence spark import`",
        )
    return Workspace(cast(Any, SparkStore(folder, lambda: connect(remote, master))))
