"""Accounts listed and searched; two that turned out to be one: joined in every table, and taken apart again.

The rows as they were are kept until the join is undone or a purge comes to them. What later files say goes to the
joined account, and stays with it when the join is undone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from influence.errors import SourceError, UnknownAccountError, UsageError
from influence.schema import TABLES, Table
from influence.sources.small import read_table
from influence.store.base import Store, count_in, rows_of, values_of
from influence.store.people.aliases import id_columns, keep_aliases, read_aliases
from influence.store.people.handles import lower, platform_of, readable
from influence.store.people.resolving import find_accounts
from influence.store.rewriting import clear_caches
from influence.store.rights.suppression import REMOVED
from influence.store.workspace import Workspace

MERGE = "merge"
ROWS = "influence_saved_rows"


@dataclass(frozen=True)
class Joined:
    """What a join did: the account that stands for all, and the rows of the others by table."""

    account_id: str
    others: tuple[str, ...]
    rows: dict[str, int]


def merge_accounts(workspace: Workspace, account_id: str, others: Sequence[str]) -> Joined:
    """Give everything of `others` to `account_id`; files that name them later are read as naming it.

    Parameters
    ----------
    workspace : Workspace
    account_id : str
        The id that stays.
    others : sequence of str
        Ids that become other names of it.

    Raises
    ------
    UsageError
        An account would be joined with itself.

    Examples
    --------
    >>> from influence.store.importing.transaction import import_tables
    >>> from influence.store.workspace import memory_workspace
    >>> with memory_workspace() as workspace:
    ...     _ = import_tables(workspace, {"accounts": {"handle": ["amy", "amy_oven"], "followers": [None, 12]}})
    ...     merge_accounts(workspace, "web:amy", ["web:amy_oven"]).rows
    {'accounts': 1}
    """
    if not others or account_id in others:
        raise UsageError(
            "an account cannot be joined with itself", seen=account_id, expected="two accounts or more"
        )
    store = workspace.store
    counted: Counter[str] = Counter()
    with store.transaction():
        for other in others:
            counted.update({table.name: _keep_rows(store, table, account_id, other) for table in TABLES})
        chains = {old: account_id for old, known in read_aliases(store).items() if known in others}
        keep_aliases(store, {**chains, **dict.fromkeys(others, account_id)}, MERGE)
    clear_caches(workspace.path)
    return Joined(account_id, tuple(others), dict(+counted))


def split_account(workspace: Workspace, other: str) -> Joined:
    """Undo the join of `other`: its rows are its own again, as they were.

    Raises
    ------
    UnknownAccountError
        It was joined with nobody.
    """
    store = workspace.store
    known = dict(merged_accounts(store))
    if other not in known:
        raise UnknownAccountError(
            "this account was joined with no other",
            seen=other,
            expected=", ".join(list(known)[:5]) or "none was",
        )
    sql = "select distinct account_id from joined_rows where alias_id = ?"
    kept = [key for key in values_of(store, sql, [other]) if key != known[other]]
    if kept:
        raise UsageError(
            "it was joined with an account that was itself joined later",
            seen=other,
            hint=f"split {kept[0]} first",
        )
    with store.transaction():
        counted = {table.name: n for table in TABLES if (n := _restore(store, table, other))}
        store.execute("delete from joined_rows where alias_id = ?", [other])
        store.execute("delete from aliases where alias_id = ?", [other])
        inner = "select alias_id from joined_rows where account_id = ?"
        store.execute(f"update aliases set account_id = ? where alias_id in ({inner})", [other, other])
    clear_caches(workspace.path)
    return Joined(known[other], (other,), counted)


def merged_accounts(store: Store) -> list[tuple[str, str]]:
    """(other, account) of every join that can be undone, in order."""
    sql = "select alias_id, account_id from aliases where how = ? order by 2, 1"
    rows = rows_of(store, sql, [MERGE])
    return [(row["alias_id"], row["account_id"]) for row in rows]


def _keep_rows(store: Store, table: Table, account_id: str, other: str) -> int:
    """Keep the rows of `other`, and those of the account that have the same key once they are joined."""
    columns = id_columns(table)
    if not columns:
        return 0
    moved = " or ".join(f"t.{column} = ?" for column in columns)
    store.execute(
        f"insert into joined_rows select ?, ?, ?, true, t.fetched_day, cast(to_json(t) as varchar) "
        f"from {table.name} as t where {moved}",
        [other, account_id, table.name, *[other] * len(columns)],
    )
    key = [name for name in table.key if name in columns]
    if key:
        renamed = {
            name: f"case when m.{name} = ? then ? else m.{name} end" if name in key else f"m.{name}"
            for name in table.key
        }
        same = " and ".join(f"t.{name} is not distinct from {renamed[name]}" for name in table.key)
        store.execute(
            f"insert into joined_rows select distinct ?, ?, ?, false, t.fetched_day, cast(to_json(t) as varchar) "
            f"from {table.name} as t join {table.name} as m on {same} where ({moved.replace('t.', 'm.')})",
            [other, account_id, table.name, *[other, account_id] * len(key), *[other] * len(columns)],
        )
    kept = "joined_rows where alias_id = ? and table_name = ? and is_moved"
    return count_in(store, kept, [other, table.name])


def _restore(store: Store, table: Table, other: str) -> int:
    """Put the rows kept of one table back in place of those that the join made of them."""
    form = json.dumps(dict(table.stored_columns))
    store.execute(
        f"create or replace temp table {ROWS} as select joined_, moved_, unnest(row_) from ("
        f"select account_id as joined_, is_moved as moved_, from_json(row_json, '{form}') as row_ from joined_rows "
        "where alias_id = ? and table_name = ? and not contains(row_json, ?))",
        [other, table.name, REMOVED],
    )
    columns, names = id_columns(table), ", ".join(name for name, _ in table.stored_columns)
    gone = {
        n: f"case when s.{n} = ? then s.joined_ else s.{n} end" if n in columns else f"s.{n}"
        for n in table.key
    }
    same = " and ".join(f"t.{name} is not distinct from {was}" for name, was in gone.items())
    others = [other for name in table.key if name in columns]
    store.execute(
        f"delete from {table.name} as t where exists (select 1 from {ROWS} as s where {same})", others
    )
    store.execute(f"insert into {table.name} ({names}) select {names} from {ROWS}")
    n_moved = count_in(store, f"{ROWS} where moved_")
    store.execute(f"drop table {ROWS}")
    return n_moved


def search_accounts(
    store: Store, text: str = "", *, platform: str | None = None, top: int | None = 50
) -> tuple[list[dict[str, object]], int]:
    """Accounts that a text finds, the most followed first.

    Parameters
    ----------
    store : Store
    text : str
        Part of an id, name, address or bio; anything that names an account
        (`influence.store.people.resolving.find_accounts`). Empty finds all.
    platform : str, optional
    top : int or None
        How many; None gives all.

    Returns
    -------
    rows : list of dict
        account_id, name, followers, posts, language, url.
    n_found : int
    """
    wanted, exact = lower(readable(text)), find_accounts(store, text)
    sql = (
        "with posted as (select account_id, count(*) as posts from posts group by account_id), "
        "everyone as (select account_id, name, followers, language, url, bio from accounts union all "
        "select account_id, null, null, null, null, null from posted "
        "where account_id not in (select account_id from accounts)) "
        "select e.account_id, e.name, e.followers, p.posts, e.language, e.url from everyone as e "
        "left join posted as p on p.account_id = e.account_id where (? = '' or e.account_id in (select unnest(?)) "
        "or contains(e.account_id, ?) or contains(lower(e.name), ?) or contains(lower(e.url), ?) "
        "or contains(lower(e.bio), ?)) and (? = '' or starts_with(e.account_id, ? || ':')) "
        "order by e.account_id in (select unnest(?)) desc, e.followers desc nulls last, e.account_id"
    )
    on = platform_of(platform or "")
    found = store.query(sql, [wanted, exact, *[wanted] * 4, on, on, exact])
    return found.slice(0, top).to_pylist(), found.num_rows


def read_pairs(path: str | Path) -> list[tuple[str, str]]:
    """The pairs of accounts that a file with two columns tells (a header is one that says ``account``)."""
    table = read_table(path)
    rows = [[*table.headers], *([*row.values()] for _, row in table.rows)]
    rows = [[cell for cell in row if cell] for row in rows]
    rows = rows[1:] if "account" in "".join(rows[0][:1]).lower() else rows
    for at, row in enumerate(rows, 1):
        if len(row) != 2:
            where, seen = f"{path}, row {at}", ", ".join(row)
            raise SourceError("a line does not name two accounts", where=where, seen=seen, expected="a,b")
    return [(row[0], row[1]) for row in rows]
