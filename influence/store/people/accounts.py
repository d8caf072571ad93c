"""The accounts of a workspace: listed, searched, and looked through for doubles."""

from __future__ import annotations

from pathlib import Path

from influence.errors import SourceError
from influence.sources.small import read_table
from influence.store.base import Store
from influence.store.people.handles import lower, platform_of, readable
from influence.store.people.resolving import find_accounts


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
    wanted, exact = lower(readable(text)), find_accounts(store, text) if text.strip() else []
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
    rows = rows[1:] if "account" in rows[0][0].lower() else rows
    for at, row in enumerate(rows, 1):
        if len(row) != 2:
            raise SourceError(
                "a line does not name two accounts",
                where=f"{path}, row {at}",
                seen=", ".join(row),
                expected="a,b",
            )
    return [(row[0], row[1]) for row in rows]
