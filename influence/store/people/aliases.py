"""Other ids of accounts in a workspace, and rows brought from one id to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from influence.schema import ID_COLUMNS, TABLES, Table
from influence.store.base import Store, has_table, rows_of, values_of
from influence.store.lists.desk_records import TABLES as DESK
from influence.store.lists.desk_records import CampaignWatch

PAIRS = "influence_pairs"
MOVED = "influence_moved"


def read_aliases(store: Store) -> dict[str, str]:
    """Another id -> the account that stands for it."""
    if not has_table(store, "aliases"):
        return {}
    rows = rows_of(store, "select alias_id, account_id from aliases order by alias_id")
    return {row["alias_id"]: row["account_id"] for row in rows}


def keep_aliases(store: Store, told: Mapping[str, str], how: str) -> None:
    """Remember other ids, and bring the rows that are there under them to their accounts."""
    import pyarrow as pa

    known = read_aliases(store)
    fresh = {other: account for other, account in told.items() if known.get(other) != account}
    if not fresh:
        return
    with store.register(PAIRS, pa.table({"other": list(fresh), "account": list(fresh.values())})):
        store.execute(f"delete from aliases where alias_id in (select other from {PAIRS})")
        store.execute(f"insert into aliases select other, account, ? from {PAIRS}", [how])
    rekey(store, fresh)


def rekey(store: Store, pairs: Mapping[str, str]) -> None:
    """Give the rows of these ids (keys of `pairs`) to the accounts that are their values, in every table.

    Where both have a row of the same key the account's own values stay, completed by the other's.
    """
    import pyarrow as pa

    with store.register(PAIRS, pa.table({"other": list(pairs), "account": list(pairs.values())})):
        for table in TABLES:
            columns = id_columns(table)
            if columns and _among(store, table.name, columns):
                _rekey_table(store, table, columns)
        _rekey_list(store, "saved_exports")
        for kind, (name, key) in DESK.items():
            if kind is not CampaignWatch:
                _rekey_list(store, name, key[1:])
        store.execute(
            f"update triage_steps set account_id = p.account from {PAIRS} as p where triage_steps.account_id = p.other"
        )


def id_columns(table: Table) -> list[str]:
    """Columns of a table that name accounts."""
    return [column.name for column in table.columns if column.name in ID_COLUMNS]


def _among(store: Store, table: str, columns: list[str]) -> bool:
    where = " or ".join(f"{column} in (select other from {PAIRS})" for column in columns)
    return bool(values_of(store, f"select 1 from {table} where {where} limit 1"))


def _rekey_table(store: Store, table: Table, columns: list[str]) -> None:
    """Rows of both ids, under the account's id and joined by key, in place of those that were there."""
    stored = [name for name, _ in table.stored_columns]
    both = f"(select other from {PAIRS} union select account from {PAIRS})"
    where = " or ".join(f"{column} in {both}" for column in columns)
    moved = " or ".join(f"{column} in (select other from {PAIRS})" for column in columns)
    new = "coalesce((select account from {1} where other = t.{0}), t.{0}) as {0}".format
    renamed = ", ".join(new(name, PAIRS) if name in columns else name for name in stored)
    known = "first({0} order by moved) filter (where {0} is not null) as {0}".format
    joined = ", ".join(name if name in table.key else known(name) for name in stored)
    store.execute(
        f"create or replace temp table {MOVED} as with renamed as (select {renamed}, ({moved}) as moved "
        f"from {table.name} as t where {where}) select {joined} from renamed group by {', '.join(table.key)}"
    )
    store.execute(f"delete from {table.name} where {where}")
    store.execute(f"insert into {table.name} ({', '.join(stored)}) select {', '.join(stored)} from {MOVED}")
    store.execute(f"drop table {MOVED}")


def _rekey_list(store: Store, name: str, key: Sequence[str] = ()) -> None:
    """Rows of a list under the account's id, where it has none of the same key itself."""
    same = "".join(f" and o.{column} = {name}.{column}" for column in key)
    store.execute(
        f"update {name} set account_id = p.account from {PAIRS} as p where {name}.account_id = p.other and not exists "
        f"(select 1 from {name} as o where o.list_name = {name}.list_name and o.account_id = p.account{same})"
    )
    store.execute(f"delete from {name} where account_id in (select other from {PAIRS})")
