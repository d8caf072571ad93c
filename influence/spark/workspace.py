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


ONE_MACHINE = 100_000_000
"""Rows of all tables up to which one machine answers sooner (`python -m benchmarks.spark`)."""


def advice(n_rows: int) -> str | None:
    """What to say to whoever asks a cluster for what one machine does sooner; None where Spark pays."""
    if n_rows >= ONE_MACHINE:
        return None
    return (
        f"{n_rows:,} rows: up to about {ONE_MACHINE:,} one machine answers sooner; `influence spark export` brings "
        "them into a workspace."
    )
