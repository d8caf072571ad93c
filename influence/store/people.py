"""Who a request is about: from a handle, an address or a domain to every id and string that means this person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from influence.errors import UnknownAccountError, did_you_mean
from influence.schema import TABLES
from influence.store.base import Store
from influence.store.suppression import ID_COLUMNS, plain_domain, plain_email

ID_PLACES = tuple(
    (table.name, column.name) for table in TABLES for column in table.columns if column.name in ID_COLUMNS
)
"""Every (table, column) that names an account."""
CUSTOMER_PLACES = tuple(
    (table.name, column.name)
    for table in TABLES
    for column in table.columns
    if column.name in ("customer_id", "referred_by")
)
"""Every (table, column) that names a customer."""
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
LONG = 10
"""Letters from which a handle is taken for a name and not for a word of the language."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """All that names one person in a workspace.

    Attributes
    ----------
    account_ids, emails : tuple of str
        Addresses that others share (an agency's) are not among them.
    shared_emails : tuple of str
        Those.
    handles : tuple of str
    customers : tuple of str
        The shop's ids of the person.
    names : tuple of str
        Strings that mean nobody else: ids, addresses, pages, handles that are no plain word, full names.
    words : tuple of str
        Handles that may be a plain word; they mean the person only after ``@`` or ``/``.
    """

    account_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    shared_emails: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def is_email(target: str) -> bool:
    """Whether a request names an e-mail address (and not an account: ``@anna``)."""
    return _EMAIL.fullmatch(plain_email(target)) is not None


def find_accounts(store: Store, target: str) -> list[str]:
    """Ids of the accounts that a handle, an id or an address of a blog may mean, wherever they occur; ordered."""
    wanted = target.strip().lower().removeprefix("@")
    bare = re.sub(r"^[a-z]+://(www\.)?", "", wanted).rstrip("/")
    union = " union ".join(f"select {column} as id from {table}" for table, column in ID_PLACES)
    sql = (
        f"select distinct id from ({union}) as ids where id = ? "
        "or substr(id, strpos(id, ':') + 1) in (?, ?) order by id"
    )
    found = store.query(sql, [wanted, wanted, bare])["id"].to_pylist()
    return [wanted] if wanted in found else found


def find_person(store: Store, target: str, also: Sequence[str] = ()) -> Person:
    """Everything that names the person behind `target`, a handle, an id, or an e-mail address.

    Raises
    ------
    UnknownAccountError
        Nobody of that name is in the workspace, or several are.
    """
    if is_email(target):
        return _by_email(store, plain_email(target), also)
    accounts = find_accounts(store, target)
    if len(accounts) > 1:
        raise UnknownAccountError(
            "several accounts have this handle",
            seen=target,
            expected="one of " + ", ".join(accounts[:5]),
            hint="name the platform too, as in instagram:handle",
        )
    if not accounts:
        raise _nobody(store, target)
    return person_of(store, accounts, also=also)


def person_of(
    store: Store, account_ids: Sequence[str], emails: Sequence[str] = (), also: Sequence[str] = ()
) -> Person:
    """The person who owns these accounts (and addresses)."""
    ids = list(account_ids)
    rows = store.query(
        "select lower(trim(email)) as email, bool_or(account_id not in (select unnest(?))) as shared from contacts "
        "where lower(trim(email)) in (select lower(trim(email)) from contacts where account_id in (select unnest(?))) "
        "group by lower(trim(email)) order by email",
        [ids, ids],
    ).to_pylist()
    own = sorted({*emails, *(row["email"] for row in rows if not row["shared"])})
    shared = tuple(row["email"] for row in rows if row["shared"] and row["email"] not in own)
    handles = _handles(store, ids)
    plain = [handle for handle in handles if not _distinctive(handle)]
    names = {*ids, *own, *(handle for handle in handles if _distinctive(handle)), *_told(store, ids), *also}
    return Person(
        account_ids=tuple(ids),
        emails=tuple(own),
        shared_emails=shared,
        handles=tuple(handles),
        customers=tuple(_customers(store, ids, own)),
        names=tuple(sorted(name for name in names if name)),
        words=tuple(plain),
    )


def _by_email(store: Store, email: str, also: Sequence[str]) -> Person:
    found = store.query(
        "select distinct account_id as id from contacts where lower(trim(email)) = ? order by id", [email]
    )["id"].to_pylist()
    if not found:
        raise UnknownAccountError(
            "this address is not in the workspace",
            seen=email,
            hint="`influence suppress` keeps an address out for good, known or not",
        )
    if len(found) == 1:
        return person_of(store, found, [email], also)
    return Person(emails=(email,), names=tuple(sorted({email, *also})))


def _customers(store: Store, ids: list[str], emails: list[str]) -> list[str]:
    sql = (
        "select distinct customer_id as id from customers where account_id in (select unnest(?)) "
        "or lower(trim(customer_id)) in (select unnest(?)) order by id"
    )
    return [str(value) for value in store.query(sql, [ids, emails])["id"].to_pylist()]


def _nobody(store: Store, target: str) -> UnknownAccountError:
    known = store.query("select distinct handle from accounts where handle is not null limit 200000")
    near = did_you_mean(target.strip().removeprefix("@"), known["handle"].to_pylist())
    hint = near or "`influence suppress` keeps somebody out for good, known or not"
    return UnknownAccountError("nobody of this name is in the workspace", seen=target, hint=hint)


def _handles(store: Store, ids: list[str]) -> list[str]:
    told = store.query(
        "select distinct lower(handle) as handle from accounts where account_id in (select unnest(?)) "
        "and handle is not null", [ids]
    )["handle"].to_pylist()  # fmt: skip
    return sorted({*told, *(account.partition(":")[2] or account for account in ids)})


def _told(store: Store, ids: list[str]) -> list[str]:
    """Full names (of two words or more) that no other account bears, and addresses of pages."""
    rows = store.query(
        "select name, url from accounts where account_id in (select unnest(?))", [ids]
    ).to_pylist()  # fmt: skip
    contacts = store.query(
        "select distinct c.name from contacts as c where account_id in (select unnest(?)) and name is not null",
        [ids],
    )["name"].to_pylist()
    names = {name.strip() for name in (*(row["name"] or "" for row in rows), *contacts)}
    pages = [
        re.sub(r"^[a-z]+://(www\.)?", "", row["url"].strip().lower()).rstrip("/")
        for row in rows
        if row["url"]
    ]
    taken = set(
        store.query(
            "select distinct lower(trim(name)) as name from accounts where lower(trim(name)) in (select unnest(?)) "
            "and account_id not in (select unnest(?))",
            [[name.lower() for name in names], ids],
        )["name"].to_pylist()
    )
    return [
        *(name for name in names if _full(name) and name.lower() not in taken),
        *(p for p in pages if "." in p),
    ]


def _full(name: str) -> bool:
    ideographic = any("\u3040" <= ch <= "\u9fff" or "\uac00" <= ch <= "\ud7a3" for ch in name)
    return len(name.split()) >= 2 or (ideographic and len(name) >= 2)


def _distinctive(handle: str) -> bool:
    return len(handle) >= LONG or not handle.isalpha()


def domain_of(target: str) -> str | None:
    """The domain that a request names (``example.org``), or None when it names none."""
    host = plain_domain(target)
    known = re.fullmatch(r"[^\s@:]+\.[^\s@:.\d]{2,}", host)
    return host if known and "@" not in target else None
