"""The people of a saved list, what is agreed with them and what came of it: terms, deliverables, sign-offs, codes.

A table each. They hold personal data; `influence.store.rights.erasure` goes through every
table of the file that has a column ``account_id``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from influence.store.base import Store, rows_of


@dataclass(frozen=True)
class SavedPick:
    """One account on a saved shortlist.

    Attributes
    ----------
    account_id : str
    place : int or None
        Order on the list; None for those kept by hand though no longer picked.
    score : float or None
        0-100, when it was picked.
    reason : str
    status : str
        One of `STATUSES`.
    notes, owner : str
        Empty when nobody wrote any.
    last_contact : int or None
        Days since 1970-01-01.
    """

    account_id: str
    place: int | None = None
    score: float | None = None
    reason: str = ""
    status: str = "idea"
    notes: str = ""
    owner: str = ""
    last_contact: int | None = None

    @property
    def touched(self) -> bool:
        """Somebody has worked on it."""
        return self.status != "idea" or bool(self.notes or self.owner or self.last_contact)


@dataclass(frozen=True)
class Terms:
    """What somebody gets and what for; days count since 1970-01-01."""

    account_id: str
    price: float | None = None
    currency: str = ""
    usage_rights: str = ""
    exclusivity: str = ""
    whitelisting: str = ""
    duration: str = ""
    product: str = ""
    product_sent: int | None = None


@dataclass(frozen=True)
class Deliverable:
    """One thing that was agreed (``post``, ``story 2``), when it is due, and the post that proves it.

    `how` says by what the post was found; `disclosure` what label it bears, or that none was seen, with the words.
    """

    account_id: str
    what: str
    due: int | None = None
    post_id: str = ""
    url: str = ""
    seen: int | None = None
    how: str = ""
    disclosure: str = ""


@dataclass(frozen=True)
class Signoff:
    """What a party (client, legal ...) said of somebody: ``approved`` or ``refused``, and why."""

    account_id: str
    party: str
    verdict: str
    reason: str = ""
    day: int | None = None


@dataclass(frozen=True)
class Code:
    """The code and tagged link of a person for one thing that was agreed."""

    account_id: str
    what: str
    code: str
    link: str = ""


@dataclass(frozen=True)
class CampaignWatch:
    """By what posts of a campaign are known: a ``tag`` or a ``link``, from a day on."""

    kind: str
    value: str
    since: int | None = None


TABLES: dict[type, tuple[str, tuple[str, ...]]] = {
    SavedPick: ("saved_picks", ("account_id",)),
    Terms: ("desk_terms", ("account_id",)),
    Deliverable: ("desk_deliverables", ("account_id", "what")),
    Signoff: ("desk_signoffs", ("account_id", "party")),
    Code: ("desk_codes", ("account_id", "what")),
    CampaignWatch: ("desk_watches", ("kind", "value")),
}
"""Kind of record -> its table, and its key within a list."""
DESK_OF_PEOPLE = tuple(table for kind, (table, _) in TABLES.items() if kind not in (SavedPick, CampaignWatch))
_SQL = {"str": "varchar", "int | None": "integer", "float | None": "double"}
Record = TypeVar("Record", SavedPick, Terms, Deliverable, Signoff, Code, CampaignWatch)


def desk_columns() -> dict[str, tuple[tuple[str, str], ...]]:
    """Table -> (column, SQL type) of every desk table, for `influence.store.migrations`."""
    return {
        table: (
            ("list_name", "varchar"),
            *((field.name, _SQL[str(field.type)]) for field in fields(kind)),
            ("changed_at", "timestamp"),
        )
        for kind, (table, _) in TABLES.items()
    }


def read_records(store: Store, kind: type[Record], list_name: str) -> list[Record]:
    """The records of a kind about a list, by key."""
    table, key = TABLES[kind]
    names = ", ".join(field.name for field in fields(kind))
    sql = f"select {names} from {table} where list_name = ? order by {', '.join(key)}"
    return [kind(**row) for row in rows_of(store, sql, [list_name])]


def write_records(store: Store, list_name: str, records: Iterable[Any], now: datetime | None) -> None:
    """Add records of any kind, or put them in the place of those with the same key."""
    with store.transaction():
        put_records(store, list_name, records, now)


def put_records(store: Store, list_name: str, records: Iterable[Any], now: datetime | None) -> None:
    """`write_records` as a part of a transaction."""
    for record in records:
        table, key = TABLES[type(record)]
        where = " and ".join(f"{name} = ?" for name in key)
        same = [list_name, *(getattr(record, name) for name in key)]
        store.execute(f"delete from {table} where list_name = ? and {where}", same)
        told = [list_name, *vars(record).values(), now]
        store.execute(f"insert into {table} values ({', '.join('?' * len(told))})", told)


def delete_desk(store: Store, list_name: str, account_ids: Sequence[str] | None = None) -> None:
    """Throw away the picks of a list and all that the desk keeps of it, or of these accounts of it."""
    for kind, (table, _) in TABLES.items():
        if account_ids is None:
            store.execute(f"delete from {table} where list_name = ?", [list_name])
        elif kind is not CampaignWatch:
            sql = f"delete from {table} where list_name = ? and account_id in (select unnest(?))"
            store.execute(sql, [list_name, list(account_ids)])
