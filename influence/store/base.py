"""The six methods between the code and the SQL engine, so that another engine can stand in for DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import pyarrow as pa

Function: TypeAlias = "Callable[[pa.Table], pa.Table]"
"""Some rows of a question -> what is wanted of them."""


class Store(Protocol):
    """What the rest of the package may ask of an engine. SQL keeps to the subset DuckDB and Spark answer alike."""

    def query(self, sql: str, params: Sequence[Any] = ()) -> pa.Table:
        """Run one select and return its rows, in the order the SQL asks for, as an Arrow table."""

    def pieces(self, sql: str, params: Sequence[Any] = ()) -> Iterator[pa.Table]:
        """The same rows in the same order, some at a time: for what is too large to be held at once.

        Nothing else is asked of the store until the last piece was taken.
        """

    def mapped(
        self, sql: str, params: Sequence[Any], function: Function, schema: pa.Schema
    ) -> Iterator[pa.Table]:
        """Run `function` on pieces of the rows of a select, where these are: what is large need not come home.

        `function` can be pickled; the select asks for no order. What it makes of each piece comes as one table of
        `schema`, the pieces in no order. Nothing else is asked of the store until the last was taken.
        """

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Run one statement that returns nothing."""

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> AbstractContextManager[None]:
        """Make `data` readable under `name` inside the ``with`` block."""

    def transaction(self) -> AbstractContextManager[None]:
        """All statements of the ``with`` block, or none of them."""


def gathered(pieces: Iterable[pa.Table], schema: pa.Schema, order: str) -> pa.Table:
    """What `Store.mapped` gives, all of it, by a column."""
    import pyarrow as pa

    return pa.concat_tables([schema.empty_table(), *pieces]).sort_by(order)


def has_table(store: Store, name: str) -> bool:
    """Whether the workspace has this (internal) table; one opened for reading may be older than it."""
    sql = "select count(*) as n from information_schema.tables where table_name = ?"
    return bool(number_of(store, sql, [name]))


def number_of(store: Store, sql: str, params: Sequence[Any] = ()) -> int:
    """The one whole number that a select finds."""
    return int(values_of(store, sql, params)[0])


def count_in(store: Store, relation: str, params: Sequence[Any] = ()) -> int:
    """How many rows a table (with its conditions) has."""
    return number_of(store, f"select count(*) as n from {relation}", params)


def rows_of(store: Store, sql: str, params: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The rows of a select, each by its columns."""
    rows: list[dict[str, Any]] = store.query(sql, params).to_pylist()
    return rows


def values_of(store: Store, sql: str, params: Sequence[Any] = ()) -> list[Any]:
    """What a select of one column finds."""
    values: list[Any] = store.query(sql, params)[0].to_pylist()
    return values
