"""The tables of a workspace, made, and brought from any earlier version to today's without importing again.

A column or table that the contract has and the file lacks is added, empty: a new column in `influence.schema` needs
nothing else. What must change in the data itself is a named step in `STEPS`, run once, in the one transaction that
brings the file to the new version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from influence.errors import WorkspaceError
from influence.schema import ID_COLUMNS, SCHEMA_VERSION, TABLES
from influence.store.base import rows_of, values_of
from influence.store.duckdb_store import DuckDBStore
from influence.store.lists.desk_records import desk_columns
from influence.store.people.aliases import rekey
from influence.store.people.handles import account_of, is_deleted, lower
from influence.store.rights.suppression import carry_over

_TOLD = {
    "meta": "name varchar, value varchar",
    "aliases": "alias_id varchar, account_id varchar, how varchar",
    "joined_rows": (
        "alias_id varchar, account_id varchar, table_name varchar, is_moved boolean, day integer, row_json varchar"
    ),
    "told_pairs": "account_id varchar, other_id varchar, is_same boolean, how varchar",
    "judgements": "account_id varchar, other_id varchar, niche varchar, reason varchar, told_at timestamp",
    "imports": (
        "import_id integer, file varchar, sha256 varchar, mapping varchar, table_name varchar, n_read bigint, "
        "n_new bigint, n_changed bigint, n_rejected bigint, imported_at timestamp"
    ),
    "rejects": (
        "import_id integer, file varchar, line bigint, table_name varchar, column_name varchar, value varchar, "
        "reason varchar"
    ),
    "saved_lists": (
        "name varchar, niche varchar, goal varchar, rule varchar, settings varchar, as_of varchar, saved_at timestamp"
    ),
    "saved_exports": "list_name varchar, preset varchar, file varchar, account_id varchar, written_at timestamp",
    "triage_steps": (
        "mention_id varchar, account_id varchar, state varchar, changed_by varchar, changed_at timestamp, "
        "kind varchar, desk varchar, outcome varchar"
    ),
}
INTERNAL: dict[str, tuple[tuple[str, ...], ...]] = {
    **desk_columns(),
    **{name: tuple(tuple(column.split()) for column in told.split(", ")) for name, told in _TOLD.items()},
}
"""Tables of our own that every workspace has, beside those of the contract."""
DESIRED = {**INTERNAL, **{table.name: table.stored_columns for table in TABLES}}


@dataclass(frozen=True)
class MigrationStep:
    """What a version changed in the data: `run` brings a file of version `to` - 1 to version `to`."""

    to: int
    about: str
    run: Callable[[DuckDBStore], None]


def is_current(store: DuckDBStore) -> bool:
    """Whether the file has today's version, tables and columns.

    Raises
    ------
    WorkspaceError
        A newer version made it, or it does not say which.
    """
    return _version(store) == SCHEMA_VERSION and not _missing(store)


def bring_up_to_date(store: DuckDBStore) -> None:
    """Make the tables of a new file; bring those of an earlier version to today's. All of it or nothing."""
    is_new = not _columns(store)
    if not is_new and is_current(store):
        return
    version = SCHEMA_VERSION if is_new else _version(store)
    with store.transaction():
        for sql in _missing(store):
            store.execute(sql)
        for step in STEPS:
            if step.to > version:
                step.run(store)
        store.execute("delete from meta where name = 'schema_version'")
        store.execute("insert into meta values ('schema_version', ?)", [str(SCHEMA_VERSION)])


def _version(store: DuckDBStore) -> int:
    found = values_of(store, "select value from meta where name = 'schema_version'")
    version = int(found[0]) if len(found) == 1 and str(found[0]).isdigit() else None
    if version is None or version > SCHEMA_VERSION:
        raise WorkspaceError(
            "this workspace was made by another version of influence",
            where=str(store.path),
            seen=f"schema version {', '.join(map(str, found)) or 'none'}",
            expected=f"schema version {SCHEMA_VERSION} or less",
            hint="install the newer version, or import the files again into a new workspace",
        )
    return version


def _columns(store: DuckDBStore) -> dict[str, set[str]]:
    """Table -> its columns, as the file has them."""
    sql = (
        "select table_name, list(column_name) as columns from information_schema.columns "
        "where table_schema = 'main' group by table_name"
    )
    return {row["table_name"]: set(row["columns"]) for row in rows_of(store, sql)}


def _missing(store: DuckDBStore) -> list[str]:
    """The statements that make what the file lacks."""
    there = _columns(store)
    made = [create_sql(name, columns) for name, columns in DESIRED.items() if name not in there]
    added = [
        f"alter table {name} add column {column} {kind}"
        for name, columns in DESIRED.items()
        for column, kind in columns
        if name in there and column not in there[name]
    ]
    return made + added


def create_sql(name: str, columns: Iterable[tuple[str, ...]]) -> str:
    """DDL of one table. No primary keys: DuckDB's index costs more memory than the data; import keeps keys unique."""
    return f"create table if not exists {name} ({', '.join(map(' '.join, columns))})"


def one_form_of_handles(store: DuckDBStore) -> None:
    """Bring every id to the normal form that an import gives it since version 4; rows of deleted accounts go."""
    places = [(t.name, c.name, c.required) for t in TABLES for c in t.columns if c.name in ID_COLUMNS]
    union = " union ".join(f"select {column} as id from {table}" for table, column, _ in places)
    ids = values_of(store, f"select distinct id from ({union}) as ids where id is not null order by id")
    found = {old: account_of(old) for old in ids}
    gone = [old for old, account in found.items() if account is None and is_deleted(old.partition(":")[2])]
    for table, column, required in places:
        verb = f"delete from {table}" if required else f"update {table} set {column} = null"
        store.execute(f"{verb} where {column} in (select unnest(?))", [gone])
    pairs = {
        old: account.account_id for old, account in found.items() if account and account.account_id != old
    }
    if not pairs:
        return
    sql = "select account_id, handle from accounts where account_id in (select unnest(?))"
    handles = rows_of(store, sql, [list(pairs)])
    shown = {pairs[row["account_id"]]: account_of(row["handle"] or "") for row in handles}
    rekey(store, pairs)
    carry_over(store, pairs)
    for account_id, account in shown.items():
        platform, _, handle = account_id.partition(":")
        handle = account.handle if account and lower(account.handle) == handle else handle
        store.execute(
            "update accounts set platform = ?, handle = ? where account_id = ?",
            [platform, handle, account_id],
        )


STEPS = (
    MigrationStep(
        4, "one normal form of a handle: addresses, words for platforms, letters", one_form_of_handles
    ),
)
