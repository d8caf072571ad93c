"""Tables of the contract in the words of Arrow and of Spark."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from influence.schema import Table
from influence.store.base import Store

ARROW_TYPES = {
    "varchar": pa.string(), "bigint": pa.int64(), "double": pa.float64(), "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"), "integer": pa.int32(),
}  # fmt: skip
KIND = "kind_"
SPARK_WORDS = {
    "string": "string",
    "int64": "bigint",
    "double": "double",
    "bool": "boolean",
    "timestamp[us]": "timestamp_ntz",
    "int32": "int",
    "binary": "binary",
}


def stored_schema(table: Table) -> pa.Schema:
    """The columns of a table as they are stored."""
    return pa.schema([(name, ARROW_TYPES[kind]) for name, kind in table.stored_columns])


def with_fields(schema: pa.Schema, fields: dict[str, pa.DataType]) -> pa.Schema:
    """A schema with some columns more."""
    return pa.schema([*schema, *fields.items()])


def ddl(schema: pa.Schema) -> str:
    """A schema as Spark is told it."""
    return ", ".join(f"`{field.name}` {SPARK_WORDS[str(field.type)]}" for field in schema)


def casts(schema: pa.Schema) -> list[str]:
    """Columns of a schema as Spark selects them, each in its type."""
    return [f"cast(`{one.name}` as {SPARK_WORDS[str(one.type)]}) as `{one.name}`" for one in schema]


def marked_schema(schema: pa.Schema, number: str) -> pa.Schema:
    """A schema with the kind of a row, and a number of that name by which rows are written apart."""
    return with_fields(schema, {KIND: pa.string(), number: pa.int32()})


def marked(schema: pa.Schema, number: str, at: int, parts: Mapping[str, pa.Table]) -> pa.Table:
    """Rows of several kinds as one table of `marked_schema`."""
    kinds = [pa.array([kind] * rows.num_rows, pa.string()) for kind, rows in parts.items()]
    numbers = [pa.array([at] * rows.num_rows, pa.int32()) for rows in parts.values()]
    told = zip(parts.values(), kinds, numbers, strict=True)
    whole = marked_schema(schema, number)
    return pa.concat_tables(
        fitted(rows.append_column(KIND, kind).append_column(number, n), whole) for rows, kind, n in told
    )


def insert(store: Store, name: str, rows: pa.Table) -> None:
    """Rows into a table of a workspace in memory."""
    names = ", ".join(rows.column_names)
    with store.register("influence_rows", rows):
        store.execute(f"insert into {name} ({names}) select {names} from influence_rows")


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows in exactly these columns; those that they lack are null. Moments of Spark lose their zone, UTC."""
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
