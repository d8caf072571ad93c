"""What a workspace says in words: profiles and posts, in a fixed order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influence.store.base import Store
from influence.store.visibility import row_day, visible

if TYPE_CHECKING:
    import pyarrow as pa

_ACCOUNTS_SQL = """
with profiles as (select account_id, handle, name, bio from accounts where {known}),
authors as (
    select distinct account_id from posts
    where account_id is not null and {posts_known} and account_id not in (select account_id from profiles)
)
select account_id, coalesce(handle, substr(account_id, position(':' in account_id) + 1)) as handle, name, bio{more}
from (select * from profiles union all select account_id, null, null, null from authors) as everybody
"""
_POSTS_SQL = """
select {columns}, {day} as day
from posts where text is not null and account_id is not null and {known}
"""
_HASH = "hash(post_id, account_id, text)"


def profiles_sql(as_of_day: int | None = None, more: str = "") -> str:
    """SQL for account_id, handle, name and bio of every account and author, in no order."""
    known, posts_known = visible("accounts", as_of_day), visible("posts", as_of_day)
    return _ACCOUNTS_SQL.format(known=known, posts_known=posts_known, more=more)


def texts_sql(as_of_day: int | None = None, columns: str = "post_id, account_id, text") -> str:
    """SQL for post_id, account_id, text and day of every post with text, in no order."""
    return _POSTS_SQL.format(columns=columns, day=row_day("posts"), known=visible("posts", as_of_day))


def read_account_hashes(store: Store) -> pa.Table:
    """account_id, handle, name, bio and a hash of the row of every account and author, by account_id."""
    more = ", hash(account_id, handle, name, bio) as row_hash"
    return store.query(f"{profiles_sql(more=more)} order by account_id")


def read_post_hashes(store: Store) -> pa.Table:
    """post_id, account_id, a hash of the row and day of every post with text, by post_id."""
    columns = f"post_id, account_id, {_HASH} as row_hash"
    return store.query(f"{texts_sql(columns=columns)} order by post_id, account_id")


def read_texts(store: Store, row_hashes: pa.Array) -> pa.Table:
    """row_hash and text of the posts with these hashes."""
    import pyarrow as pa

    with store.register("wanted_rows", pa.table({"row_hash": row_hashes})):
        return store.query(
            f"select {_HASH} as row_hash, text from posts where text is not null and account_id is not null "
            f"and {_HASH} in (select row_hash from wanted_rows) order by row_hash"
        )
