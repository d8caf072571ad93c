"""What is kept about somebody: every row, with the file it came from and the day (GDPR Art. 15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from influence.schema import TABLES, Type, table_of
from influence.store.base import Store, rows_of
from influence.store.lists.desk_records import DESK_OF_PEOPLE
from influence.store.lists.judgements import judgements
from influence.store.people.resolving import CUSTOMER_PLACES, ID_PLACES, Person, find_person
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace, from_day

OTHERS = "another account"
"""Stands for the other side of a tie or a reaction: their data are not this person's to read (GDPR Art. 15(4))."""
_OTHER_SIDE = {
    "follower_id": "followee_id", "followee_id": "follower_id", "actor_id": "target_id", "target_id": "actor_id",
    "referred_by": "customer_id",
}  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """Rows of one table about the person, in one part that the person has in it.

    Attributes
    ----------
    table : str
    part : str
        ``account_id`` (the row is about it), ``follower_id``, ``target_id`` ...
    rows : tuple of mapping
        Known values only; ``source`` and ``fetched_at`` say where they come from.
    """

    table: str
    part: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Subject:
    """Everything that a workspace keeps about one person.

    Attributes
    ----------
    target : str
    person : Person
    kept : tuple of Kept
    mentions : tuple of (table, text, source)
        What others say and where it names the person; who says it is left out.
    lists : tuple of mapping
        Saved shortlists with place, score, reason, status, notes, owner and last contact.
    exports : tuple of mapping
        Files that the person went into.
    judgements : tuple of mapping
        Whom colleagues preferred to the person, or the person to whom, and why; the other's name is left out.
    triage : tuple of mapping
        What became of what the person said about the brand.
    suppressed : bool
    """

    target: str
    person: Person
    kept: tuple[Kept, ...]
    mentions: tuple[tuple[str, str, str], ...]
    lists: tuple[Mapping[str, Any], ...]
    desk: tuple[Mapping[str, Any], ...]
    exports: tuple[Mapping[str, Any], ...]
    triage: tuple[Mapping[str, Any], ...]
    judgements: tuple[Mapping[str, Any], ...]
    suppressed: bool

    @property
    def n_rows(self) -> int:
        """Rows about the person, mentions by others not counted."""
        return sum(len(kept.rows) for kept in self.kept)


def subject_data(workspace: Workspace, target: str) -> Subject:
    """What is kept about the person behind a handle, an id or an e-mail address?

    Raises
    ------
    UnknownAccountError
        Nobody of that name, or several.
    """
    store = workspace.store
    person = find_person(store, target)
    known = read_suppressions(store)
    return Subject(
        target=target,
        person=person,
        kept=tuple(kept for kept in _all_kept(store, person) if kept.rows),
        mentions=tuple(_mentions(store, person)),
        lists=tuple(_internal(store, "saved_picks", person)),
        exports=tuple(_internal(store, "saved_exports", person)),
        desk=tuple(row for table in DESK_OF_PEOPLE for row in _internal(store, table, person)),
        triage=tuple(_internal(store, "triage_steps", person, "changed_at, mention_id")),
        judgements=tuple(_judged(store, person)),
        suppressed=any(map(known.account, person.account_ids)) or any(map(known.email, person.emails)),
    )


def _all_kept(store: Store, person: Person) -> list[Kept]:
    places = sorted(ID_PLACES, key=lambda place: [table.name for table in TABLES].index(place[0]))
    asked = [(table, column, column, person.account_ids) for table, column in places]
    others = [place for place in CUSTOMER_PLACES if place[0] != "customers"]
    asked += [(table, column, column, person.customers) for table, column in others]
    if not person.account_ids:
        asked.append(("contacts", "email", "lower(trim(email))", person.emails))
    return [
        Kept(table, part, _rows(store, table, f"{one} in (select unnest(?))", [list(values)], part))
        for table, part, one, values in asked
    ]


def _rows(
    store: Store, table: str, where: str, params: Sequence[Any], part: str
) -> tuple[Mapping[str, Any], ...]:
    columns = [column.name for column in table_of(table).all_columns]
    order = ", ".join(table_of(table).key)
    rows = rows_of(store, f"select {', '.join(columns)} from {table} where {where} order by {order}", params)
    return tuple(_readable(table, row, _OTHER_SIDE.get(part)) for row in rows)


def _readable(table: str, row: Mapping[str, Any], other: str | None) -> dict[str, Any]:
    readable = {}
    for column in table_of(table).all_columns:
        value = row[column.name]
        if value is None:
            continue
        if column.type is Type.DAY or column.name in ("first_order", "last_order"):
            value = from_day(value).isoformat()
        elif column.type is Type.TIME:
            value = value.isoformat(sep=" ")
        readable[column.name] = OTHERS if column.name == other else value
    return readable


def _mentions(store: Store, person: Person) -> list[tuple[str, str, str]]:
    """Texts of others that name the person."""
    needles = [name.lower() for name in person.names] + [f"@{word}" for word in person.words]
    if not needles:
        return []
    hits = " or ".join("contains(lower(text), ?)" for _ in needles)
    found = []
    for table, own in (("posts", "account_id"), ("interactions", "actor_id")):
        sql = (
            f"select distinct text, coalesce(source, 'unknown') as source from {table} "
            f"where ({hits}) and {own} not in (select unnest(?)) order by source, text"
        )
        rows = rows_of(store, sql, [*needles, list(person.account_ids)])
        found += [(table, row["text"], row["source"]) for row in rows]
    return found


def _judged(store: Store, person: Person) -> list[dict[str, Any]]:
    found = [one for account in person.account_ids for one in judgements(store, account)]
    return [{"niche": one.niche, "preferred": one.account_id in person.account_ids, "reason": one.reason,
             "told_at": _plain("told_at", one.told_at)} for one in dict.fromkeys(found)]  # fmt: skip


def _internal(
    store: Store, table: str, person: Person, order: str = "list_name, account_id"
) -> list[dict[str, Any]]:
    sql = f"select * from {table} where account_id in (select unnest(?)) order by {order}"
    rows = rows_of(store, sql, [list(person.account_ids)])
    return [
        {key: _plain(key, value) for key, value in row.items() if value not in (None, "")} for row in rows
    ]


def _plain(key: str, value: Any) -> Any:
    if key in ("last_contact", "due", "seen", "day", "product_sent"):
        return from_day(value).isoformat()
    return value.isoformat(sep=" ") if hasattr(value, "isoformat") else value
