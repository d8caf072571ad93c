"""Can a ranking as of a past day see the future? Rank twice, with and without everything later, and compare bits.

One rule of time holds for every table (`influence.store.visibility`): a row counts from its own day, or, where it has
none, from the day it was fetched. Who an account *is* holds at any time: the id and the handle in it, the columns
that filters ask for (platform, language, country, city, region, kind), and the wish not to be listed (private, noindex,
known bot). Nobody is listed against that wish, not even in a ranking as of a day before it was uttered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from influence.errors import UsageError
from influence.question import Question
from influence.ranking.assess import Assessment, assess
from influence.schema import TABLES, Table
from influence.store.visibility import EVENT_DAY, visible
from influence.store.workspace import Workspace, to_day

if TYPE_CHECKING:
    from influence.store.duckdb_store import DuckDBStore

IDENTITY = (
    "account_id", "platform", "handle", "name", "url", "language", "country", "city", "region", "kind", "is_private",
    "noindex", "is_bot",
)  # fmt: skip
"""Columns of an account that hold at any time; no signal reads them (the name is only shown)."""


@contextmanager
def without_future(workspace: Workspace, as_of_day: int, undated: bool = False) -> Iterator[Workspace]:
    """A copy in memory of what was known before `as_of_day`; later accounts keep who they are and nothing else.

    With ``undated`` rows without a day of their own are kept whenever they were fetched.
    """
    from influence.store.workspace import memory_workspace

    with memory_workspace() as past:
        for table in TABLES:
            _copy(workspace.store, past.store, table, as_of_day, undated)
        yield past


def _copy(source: DuckDBStore, target: DuckDBStore, table: Table, day: int, undated: bool) -> None:
    known = visible(table.name, day) if table.name in EVENT_DAY else "true"
    if undated and table.name in EVENT_DAY:
        known = f"(({EVENT_DAY[table.name]}) is null or {known})"
    _insert(target, table.name, source, f"select * from {table.name} where {known}")
    if table.name == "accounts":
        columns = ", ".join(IDENTITY)
        _insert(target, "accounts", source, f"select {columns} from accounts where ({known}) is not true")


def _insert(target: DuckDBStore, table: str, source: DuckDBStore, sql: str) -> None:
    with target.register("kept_rows", source.query(sql)):
        target.execute(f"insert into {table} by name select * from kept_rows")


def future_leaks(workspace: Workspace, question: Question) -> list[str]:
    """What the ranking of `question` owes to rows of its day or later; empty when it owes them nothing.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        With an explicit `as_of`.

    Returns
    -------
    list of str
        One name for everything that is not identical to the last bit: ``"candidates"``, ``"signal reach: value"``,
        ``"score"`` ...

    Raises
    ------
    UsageError
        The question names no day.
    """
    day = to_day(question.as_of)
    if day is None:
        raise UsageError("a leak can only be looked for as of a day", where="as_of", expected="YYYY-MM-DD")
    with without_future(workspace, day) as past:
        return differences(
            assess(workspace, replace(question, top=0)), assess(past, replace(question, top=0))
        )


def differences(one: Assessment, other: Assessment) -> list[str]:
    """Names of everything in two assessments that is not equal bit by bit."""
    ids = [found.evidence.column("account_id") for found in (one, other)]
    if not np.array_equal(ids[0], ids[1]):
        return ["candidates"]
    left, right = dict(_figures(one)), dict(_figures(other))
    names = dict.fromkeys([*left, *right])
    there = {name for name in names if name in left and name in right}
    return [name for name in names if name not in there or left[name].tobytes() != right[name].tobytes()]


def _figures(found: Assessment) -> Iterator[tuple[str, np.ndarray]]:
    for column in ("followers", "following", "posts_total", "listed"):
        yield f"accounts: {column}", found.evidence.column(column)
    for name, (_, values) in found.signals.items():
        yield f"signal {name}: value", values.value
        yield f"signal {name}: support", values.support
        yield f"signal {name}: reliability", np.array([values.reliability])
        for part, figures in values.parts.items():
            yield f"signal {name}: {part}", np.asarray(figures)
    yield "score", found.scores.score
    yield "order", found.order
    yield f"rank by {found.baseline}", found.baseline_rank
