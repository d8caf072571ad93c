"""Take a person out of every table of a workspace, known today or added later, and write the file anew.

Rows about the person go. In the rows of others the strings that name the person are replaced: ``[removed]`` in text,
a hash in keys (so that what refers to a key still does).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from influence.schema import ID_COLUMNS, TABLE_NAMES, table_of
from influence.store.base import Store, count_in, rows_of, values_of
from influence.store.people.resolving import CUSTOMER_PLACES, ID_PLACES, Person
from influence.store.rights.suppression import Suppressions, is_own_address, redact

INTERNAL_IDS = ("account_id", "other_id", "alias_id")
"""Columns that name accounts in tables which the contract does not know."""
UPDATES = "influence_updates"


def posts_of(store: Store, person: Person) -> list[str]:
    """Ids of the person's posts, to which reactions and replies of others refer."""
    sql = "select post_id from posts where account_id in (select unnest(?))"
    return values_of(store, sql, [list(person.account_ids)])


def delete_rows(store: Store, person: Person, posts: Sequence[str]) -> dict[str, int]:
    """Delete every row about the person, whose posts are `posts`; gives table -> rows deleted."""
    posts = list(posts)
    rules = [(table, column, list(person.account_ids)) for table, column in ID_PLACES]
    rules += [("contacts", "lower(trim(email))", list(person.emails)), ("interactions", "post_id", posts)]
    customers = list(person.customers)
    rules += [(table, column, customers) for table, column in CUSTOMER_PLACES if column == "customer_id"]
    internal = _tables(store).keys() - set(TABLE_NAMES)
    for table in sorted(internal):
        rules += [(table, c, list(person.account_ids)) for c in _tables(store)[table] if c in INTERNAL_IDS]
    deleted: Counter[str] = Counter()
    for table, column, values in rules:
        deleted[table] += _delete(store, table, f"{column} in (select unnest(?))", [values])
    store.execute("update posts set reply_to = null where reply_to in (select unnest(?))", [posts])
    for table, column in CUSTOMER_PLACES:
        if column != "customer_id":
            sql = f"update {table} set {column} = null where {column} in (select unnest(?))"
            store.execute(sql, [customers])
    deleted["rejects"] = _delete_rejects(store, person)
    return dict(+deleted)


def redact_rest(store: Store, person: Person, known: Suppressions) -> dict[str, int]:
    """Replace what names the person in the rows of others; gives ``table.column`` -> values changed.

    What says who another account is (its id, handle and own address) stays, also where the handle is the same.
    """
    changed: dict[str, int] = {}
    for table, columns in _tables(store).items():
        keys = {*table_of(table).key, "post_id", "reply_to"} if table in TABLE_NAMES else set()
        identity = {*ID_COLUMNS, *INTERNAL_IDS, *(("handle", "platform") if table == "accounts" else ())}
        for column in columns:
            if table == "suppressions" or column in identity:
                continue
            mend = _key_mender(person, known) if column in keys else _text_mender(person)
            keep = is_own_address if (table, column) == ("accounts", "url") else None
            if n := _mend(store, table, column, (*person.names, *person.words), mend, keep):
                changed[f"{table}.{column}"] = n
    return changed


def plain_words_left(store: Store, person: Person) -> dict[str, int]:
    """Handle or name that may be plain words -> texts of others that hold it without ``@``, and are left alone."""
    left = {}
    for words in (*person.words, *person.ordinary):
        whole = rf"(^|[^\pL\pN_]){re.escape(words.lower())}($|[^\pL\pN_])"
        holding = "posts where contains(lower(text), ?) and regexp_matches(lower(text), ?)"
        if n := count_in(store, holding, [words.lower(), whole]):
            left[words] = n
    return left


def _tables(store: Store) -> dict[str, list[str]]:
    """Every table of the file -> its text columns."""
    sql = (
        "select c.table_name, list(c.column_name order by c.ordinal_position) as columns "
        "from information_schema.columns as c "
        "join information_schema.tables as t on c.table_name = t.table_name and c.table_schema = t.table_schema "
        "where t.table_type = 'BASE TABLE' and t.table_schema = 'main' "
        "and c.data_type = 'VARCHAR' group by c.table_name order by c.table_name"
    )
    return {row["table_name"]: row["columns"] for row in rows_of(store, sql)}


def quoted(name: str) -> str:
    """A name of a table or column as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _delete(store: Store, table: str, where: str, params: list[Any]) -> int:
    n = count_in(store, f"{quoted(table)} where {where}", params)
    if n:
        store.execute(f"delete from {quoted(table)} where {where}", params)
    return n


def _delete_rejects(store: Store, person: Person) -> int:
    needles = [name.lower() for name in person.names] + [f"@{word.lower()}" for word in person.words]
    where = "exists (select 1 from (select unnest(?) as needle) as n where contains(lower(value), n.needle))"
    return _delete(store, "rejects", where, [needles])


def _text_mender(person: Person) -> Callable[[str], str]:
    marked = [f"@{word}" for word in person.words]

    def mend(text: str) -> str:
        text = redact(text, person.names)
        for word in marked:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "[removed]", text, flags=re.IGNORECASE)
        for word in person.words:
            text = re.sub(rf"(?<=/){re.escape(word)}(?!\w)", "[removed]", text, flags=re.IGNORECASE)
        return text

    return mend


def _key_mender(person: Person, known: Suppressions) -> Callable[[str], str]:
    pattern = "|".join(re.escape(name) for name in sorted(person.names, key=len, reverse=True)) or r"(?!)"
    strict = re.compile(rf"(?<![\w.\-])(?:{pattern})(?![\w\-]|\.\w)", re.IGNORECASE)

    def mend(key: str) -> str:
        return f"removed-{known.digest('key', key)[:16]}" if strict.search(key) else key

    return mend


def _mend(
    store: Store,
    table: str,
    column: str,
    needles: tuple[str, ...],
    mend: Callable[[str], str],
    keep: Callable[[str, str], bool] | None = None,
) -> int:
    """Rewrite the values of one column that hold a needle; only those few are looked at in Python.

    `keep` says of a value and the account of its row that it stays.
    """
    import pyarrow as pa

    if not needles:
        return 0
    table, column = quoted(table), quoted(column)
    where = " or ".join(f"contains(lower({column}), ?)" for _ in needles)
    sql = (
        f"select rowid as place, {column} as value, {'account_id' if keep else 'null'} as account_id "
        f"from {table} where {where}"
    )
    rows = rows_of(store, sql, [needle.lower() for needle in needles])
    rows = [row for row in rows if keep is None or not keep(row["value"], row["account_id"])]
    changed = {row["place"]: new for row in rows if (new := mend(row["value"])) != row["value"]}
    if changed:
        updates = pa.table({"place": list(changed), "value": list(changed.values())})
        with store.register(UPDATES, updates):
            sql = f"update {table} as t set {column} = u.value from {UPDATES} as u where t.rowid = u.place"
            store.execute(sql)
    return len(changed)
