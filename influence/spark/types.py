"""Tables of the contract in the words of Arrow and of Spark."""

from __future__ import annotations

import pyarrow as pa

from influence.schema import Table
from influence.store.base import Store

ARROW_TYPES = {
    "varchar": pa.string(), "bigint": pa.int64(), "double": pa.float64(), "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"), "integer": pa.int32(),
}  # fmt: skip
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


def insert(store: Store, name: str, rows: pa.Table) -> None:
    """Rows into a table of a workspace in memory."""
    names = ", ".join(rows.column_names)
    with store.register("influence_rows", rows):
        store.execute(f"insert into {name} ({names}) select {names} from influence_rows")


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows in exactly these columns; those that they lack are null."""
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
