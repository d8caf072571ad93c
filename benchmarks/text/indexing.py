"""A text index of a few accounts and posts, built as a workspace's is."""

from __future__ import annotations

import pyarrow as pa

from influence.schema import TABLES
from influence.store.duckdb_store import DuckDBStore
from influence.store.migrations import create_sql
from influence.text.cache import read_index
from influence.text.index import TextIndex


def index_from(accounts: pa.Table, posts: pa.Table) -> TextIndex:
    """The index of `accounts` (account_id, handle, name, bio) and `posts` (post_id, account_id, text, day).

    Who has no handle says nothing by it.
    """
    store = DuckDBStore()
    accounts = accounts.set_column(1, "handle", accounts["handle"].fill_null(""))
    posts = posts.rename_columns(["post_id", "account_id", "text", "created_day"])
    for table, rows in (("accounts", accounts), ("posts", posts)):
        store.execute(create_sql(table, next(one for one in TABLES if one.name == table).stored_columns))
        with store.register("fresh", rows):
            store.execute(f"insert into {table} by name select * from fresh")
    return read_index(store)
