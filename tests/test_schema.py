"""The data contract holds together, and its page says what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from influence.schema import SQL_TYPES, TABLE_NAMES, TABLES, Table, Type, table_of
from influence.store.workspace import memory_workspace

DOCS = Path(__file__).parents[1] / "docs"
EACH_TABLE = pytest.mark.parametrize("table", TABLES, ids=TABLE_NAMES)


@EACH_TABLE
def test_docs_page_names_every_column(table: Table) -> None:
    page = (DOCS / "tables.md").read_text("utf-8")
    section = page.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
    assert all(f"`{column.name}`" in section for column in table.columns)


@EACH_TABLE
def test_columns_of_a_table_have_different_names(table: Table) -> None:
    names = [name for name, _ in table.stored_columns]
    assert len(names) == len(set(names))


@EACH_TABLE
def test_keys_are_columns(table: Table) -> None:
    assert set(table.key) <= {column.name for column in table.columns}


@EACH_TABLE
def test_names_are_lower_case_words_that_sql_takes_unquoted(table: Table) -> None:
    names = [table.name, *(name for name, _ in table.stored_columns)]
    assert all(re.fullmatch(r"[a-z][a-z_]*", name) for name in names)


@EACH_TABLE
def test_aliases_are_normalised_and_belong_to_one_column_of_a_table(table: Table) -> None:
    aliases = [alias for column in table.columns for alias in column.aliases]
    assert all(re.fullmatch(r"[a-z][a-z_0-9]*", alias) for alias in aliases)
    assert len(aliases) == len(set(aliases)), "two columns would claim one header"


@EACH_TABLE
def test_no_alias_hides_another_column_of_its_table_unless_that_is_an_id(table: Table) -> None:
    names = {column.name for column in table.columns}
    clashes = {alias for column in table.columns for alias in column.aliases if alias in names}
    assert not clashes


@EACH_TABLE
def test_ddl_is_accepted_and_gives_the_declared_types(table: Table) -> None:
    with memory_workspace() as workspace:
        columns = workspace.store.query(
            "select column_name, lower(data_type) as type from information_schema.columns"
            " where table_name = ? order by ordinal_position",
            [table.name],
        )
    assert [(one["column_name"], one["type"]) for one in columns.to_pylist()] == list(table.stored_columns)


@EACH_TABLE
def test_every_row_keeps_where_it_came_from(table: Table) -> None:
    names = [name for name, _ in table.stored_columns]
    assert {"source", "fetched_at", "fetched_day"} <= set(names)


def test_a_time_has_a_day_beside_it_and_nothing_else_has() -> None:
    assert table_of("posts").column("created_at").day_column == "created_day"
    assert table_of("follows").column("since").day_column == "since_day"
    assert table_of("snapshots").column("day").day_column is None


def test_every_type_has_a_storage() -> None:
    assert set(SQL_TYPES) == set(Type)


def test_unknown_tables_and_columns_are_key_errors() -> None:
    with pytest.raises(KeyError):
        table_of("followers")
    with pytest.raises(KeyError):
        table_of("posts").column("hearts")
