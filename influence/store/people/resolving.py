"""Who a request is about: from a handle, an address or a name to the account, and to all that names its owner."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from influence.errors import UnknownAccountError, UsageError
from influence.schema import ID_COLUMNS, TABLES
from influence.store.base import Store, count_in, number_of, rows_of, values_of
from influence.store.people.aliases import read_aliases
from influence.store.people.handles import (
    MAIL_HOSTS,
    account_of,
    lower,
    network_of_host,
    own_domain,
    plain_domain,
    plain_email,
    readable,
    split_address,
)
from influence.store.people.persons import everybody, mentioning

_PLACES = [(table.name, column.name) for table in TABLES for column in table.columns]
ID_PLACES = tuple(place for place in _PLACES if place[1] in ID_COLUMNS)
"""Every (table, column) that names an account."""
CUSTOMER_PLACES = tuple(place for place in _PLACES if place[1] in ("customer_id", "referred_by"))
"""Every (table, column) that names a customer."""
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
ORDINARY = 3
"""Others who write a word in small letters, from which it is taken for one of the language."""
AS_WORDS = 3
"""Times as many others must write a name small as write it as a name, for it to be words."""
MANY, OF_ALL = 10, 0.05
"""So many others, and such a share of all others, must write a name for it to be a phrase of theirs."""
TEXTS = "(select account_id, text from posts union all select account_id, bio from accounts) as texts"
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
    ordinary : tuple of str
        Full names made of ordinary words (Vegan Baking): in texts of others they mean anything.
    """

    account_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    shared_emails: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()


def is_email(target: str) -> bool:
    """Whether a request names an e-mail address (and not an account: ``@anna``)."""
    return _EMAIL.fullmatch(plain_email(target)) is not None


def find_accounts(store: Store, target: str, among: np.ndarray | None = None) -> list[str]:
    """Ids of the accounts that a request may mean, ordered: the one way from a name to an account.

    Parameters
    ----------
    store : Store
    target : str
        A handle (``@anna``), an id (``instagram:anna``), a pasted address, a blog's domain, an e-mail address, another
        id of an account, or the name shown to people.
    among : ndarray of str, optional
        The ids that count (those known as of a day); without it all that occur anywhere.

    Returns
    -------
    list of str
        Of the first of these ways that finds anybody; several when a handle or name is borne by several.
    """
    account = account_of(target)
    if account is None:
        return []
    aliases = read_aliases(store)
    told = aliases.get(account.account_id, account.account_id)
    handle = lower(readable(target)).lstrip("@").strip()
    ways: list[Callable[[], list[str]]] = []
    if _names_platform(target) or "." in account.handle:
        ways.append(lambda: _those(store, [told], among))
    if not _names_platform(target):
        tails = list(dict.fromkeys((handle, lower(account.handle), f"{handle}.bsky.social")))
        numbered = [known for other, known in aliases.items() if other.partition(":")[2] in tails]
        ways += [lambda: _ending(store, tails, among), lambda: numbered, lambda: _named(store, target)]
    if is_email(target):
        ways.append(lambda: _owners(store, plain_email(target)))
    if "." in account.handle:
        ways.append(lambda: _at_address(store, account.account_id))
    for way in ways:
        found = way()
        found = found if among is None or not found else [str(key) for key in found if (among == key).any()]
        if found:
            return sorted(found)
    return []


def resolve_account(
    store: Store,
    target: str,
    among: np.ndarray | None = None,
    otherwise: str = "search for part of a name with `influence accounts TEXT`",
) -> str:
    """The one account that a request means, as `find_accounts` finds it; `otherwise` is the hint where none is like it.

    Raises
    ------
    UnknownAccountError
        Nobody of that name, with the nearest names; or several, with their ids.
    """
    if among is not None and _names_platform(target) and (among == target).any():
        return target
    found = find_accounts(store, target, among)
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownAccountError(
            "several accounts have this handle or name",
            seen=target,
            expected="one of " + ", ".join(found[:5]),
            hint="name the platform too, as in instagram:handle",
        )
    raise UnknownAccountError(
        "nobody of this name is in the workspace"
        if among is None
        else "no account of this name is in the data as of this day",
        seen=target,
        hint=_nearest(store, target) or otherwise,
    )


def find_person(store: Store, target: str, also: Sequence[str] = ()) -> Person:
    """Everything that names the person behind `target`, a handle, an id, a name or an e-mail address.

    Raises
    ------
    UnknownAccountError
        Nobody of that name is in the workspace, or several are.
    """
    email = plain_email(target)
    owners = _owners(store, email, shared=True) if is_email(target) else []
    if len(owners) > 1:
        return Person(emails=(email,), names=tuple(sorted({email, *also})))
    if owners:
        return person_of(store, owners, [email], also)
    if is_email(target) and not find_accounts(store, target):
        raise UnknownAccountError(
            "this address is not in the workspace",
            seen=email,
            hint="`influence suppress` keeps an address out for good, known or not",
        )
    return person_of(store, [resolve_account(store, target)], also=also)


def person_of(
    store: Store, account_ids: Sequence[str], emails: Sequence[str] = (), also: Sequence[str] = ()
) -> Person:
    """The person who owns these accounts (and addresses), with the accounts proven to be hers on other platforms."""
    owned = everybody(store, account_ids)
    ids = sorted({*owned, *other_ids(store, owned)})
    sql = (
        "select lower(trim(email)) as email, bool_or(account_id not in (select unnest(?))) as shared from contacts "
        "where lower(trim(email)) in (select lower(trim(email)) from contacts where account_id in (select unnest(?))) "
        "group by lower(trim(email)) order by email"
    )
    rows = rows_of(store, sql, [ids, ids])
    own = sorted({*emails, *(row["email"] for row in rows if not row["shared"])})
    shared = tuple(row["email"] for row in rows if row["shared"] and row["email"] not in own)
    handles = _handles(store, ids)
    plain = [handle for handle in handles if len(handle) < LONG and handle.isalpha()]
    told, ordinary = _told(store, ids)
    names = {*ids, *own, *(handle for handle in handles if handle not in plain), *told, *also}
    return Person(
        account_ids=tuple(ids),
        emails=tuple(own),
        shared_emails=shared,
        handles=tuple(handles),
        customers=tuple(_customers(store, ids, own)),
        names=tuple(sorted(name for name in names if name)),
        words=tuple(plain),
        ordinary=tuple(name for name in ordinary if name not in also),
    )


def _names_platform(target: str) -> bool:
    return bool(re.match(r"\s*(?:[^\W\d]\w*:|https?:|//)|[^\s/]+\.[^\s/]+/|\s*@[^@\s]+@", target))


def _those(store: Store, ids: list[str], among: np.ndarray | None) -> list[str]:
    """Those of `ids` that occur anywhere."""
    if among is not None:
        return ids
    parts = [f"select {c} as id from {t} where {c} in (select unnest(?))" for t, c in ID_PLACES]
    return values_of(store, " union ".join(parts), [ids] * len(parts))


def _ending(store: Store, handles: list[str], among: np.ndarray | None) -> list[str]:
    """Ids of any platform with one of these handles, or of a server's account (``anna@social.example``)."""
    where = "substr(id, strpos(id, ':') + 1) in (select unnest(?)) or starts_with(id, ?)"
    places = ID_PLACES if among is None else (("accounts", "account_id"),)
    union = " union ".join(
        f"select {c} as id from {t} where {where.replace('id,', f'{c},')}" for t, c in places
    )
    params = [handles, f"mastodon:{handles[0]}@"] * len(places)
    found = values_of(store, union, params)
    if among is None or found:
        return found
    return [str(key) for key in among if str(key).partition(":")[2] in handles]


def _named(store: Store, target: str) -> list[str]:
    """Accounts with this name shown to people, or whose contact has it."""
    name = lower(readable(target))
    sql = (
        "select account_id as id from accounts where nfc_normalize(lower(trim(name))) = ? "
        "union select account_id from contacts where nfc_normalize(lower(trim(name))) = ?"
    )
    return values_of(store, sql, [name, name])


def _owners(store: Store, email: str, *, shared: bool = False) -> list[str]:
    """Accounts with this address; none when it is an agency's, unless `shared`."""
    sql = "select distinct account_id as id from contacts where lower(trim(email)) = ? order by id"
    found = values_of(store, sql, [email])
    return found if shared or len(found) == 1 else []


def _at_address(store: Store, account_id: str) -> list[str]:
    """Accounts that give this page as their own address."""
    sql = "select account_id as id, url from accounts where url is not null and account_id in (select unnest(?))"
    rows = rows_of(store, sql, [mentioning(store, account_id.partition(":")[2])])
    return [row["id"] for row in rows if (page := account_of(row["url"])) and page.account_id == account_id]


def _nearest(store: Store, target: str) -> str | None:
    """The handles and names most like the one asked for, where any is."""
    account = account_of(target)
    sql = (
        "select account_id, max(jaro_winkler_similarity(word, ?)) as near from "
        "(select account_id, unnest([substr(account_id, strpos(account_id, ':') + 1), lower(name)]) as word "
        "from accounts) as words where word is not null group by account_id having near >= 0.85 "
        "order by near desc, account_id limit 3"
    )
    near = values_of(store, sql, [lower(account.handle)]) if account else []
    return f"did you mean {' or '.join(repr(key) for key in near)}?" if near else None


def other_ids(store: Store, account_ids: Sequence[str]) -> list[str]:
    """Other ids of these accounts: a platform's numbers, accounts merged into them."""
    return [other for other, account in read_aliases(store).items() if account in account_ids]


def _customers(store: Store, ids: list[str], emails: list[str]) -> list[str]:
    sql = (
        "select distinct customer_id as id from customers where account_id in (select unnest(?)) "
        "or lower(trim(customer_id)) in (select unnest(?)) order by id"
    )
    return [str(value) for value in values_of(store, sql, [ids, emails])]


def _handles(store: Store, ids: list[str]) -> list[str]:
    sql = "select lower(handle) from accounts where account_id in (select unnest(?)) and handle is not null"
    told = values_of(store, sql, [ids])
    return sorted({*told, *(account.partition(":")[2] or account for account in ids)})


def _told(store: Store, ids: list[str]) -> tuple[list[str], list[str]]:
    """Full names and pages that mean nobody else, and full names that are ordinary words in the texts of others."""
    sql = (
        "select name, url from accounts where account_id in (select unnest(?)) "
        "union all select name, null from contacts where account_id in (select unnest(?))"
    )
    rows = rows_of(store, sql, [ids, ids])
    names = {(row["name"] or "").strip() for row in rows}
    sql = (
        "select distinct lower(trim(name)) as name from accounts where lower(trim(name)) in (select unnest(?)) "
        "and account_id not in (select unnest(?))"
    )
    taken = values_of(store, sql, [[name.lower() for name in names], ids])
    own = sorted(name for name in names if _full(name) and name.lower() not in taken)
    ordinary = [name for name in own if _is_ordinary(store, name, ids)]
    pages = [page for row in rows if row["url"] and (page := _own_page(store, row["url"], ids))]
    return [*(name for name in own if name not in ordinary), *pages], ordinary


def _is_ordinary(store: Store, name: str, ids: list[str]) -> bool:
    """Whether a name is made of words of the language: several others write each of them small, or the whole.

    The whole counts where it is written small far more often than as a name (*vegan baking*, not *Vegan Baking*), and
    where so many write it in any way that it is a phrase of theirs and no one's name.
    """
    small, whole = (_writers(store, said, "", ids) for said in (name.lower(), name))
    if name != name.lower() and small >= max(ORDINARY, AS_WORDS * whole):
        return True
    writing = f"select count(distinct account_id) as n from {TEXTS} where text <> ''"
    if whole >= MANY and whole >= OF_ALL * number_of(store, writing):
        return True
    words = re.findall(r"\w+", name.lower())
    return all(word.isascii() or word.upper() != word for word in words) and all(
        _writers(store, word, name, ids) >= ORDINARY for word in words
    )


def _writers(store: Store, word: str, name: str, ids: list[str]) -> int:
    """How many others write a word as it stands here, where they do not mean the name."""
    sql = (
        f"select count(distinct account_id) as n from {TEXTS} where contains(text, ?) "
        "and (? = '' or not contains(lower(text), ?)) and account_id not in (select unnest(?)) "
        "and regexp_matches(text, ?)"
    )
    pattern = rf"(^|[^\pL\pN_]){re.escape(word)}($|[^\pL\pN_])"
    return number_of(store, sql, [word, name, name.lower(), ids, pattern])


def _own_page(store: Store, url: str, ids: list[str]) -> str | None:
    """An address as others write it, unless it is a bare host of many: a platform's, a public suffix, a shared one."""
    host, path, _ = split_address(url)
    if path:
        return f"{host}/{path}".lower()
    if "." not in host or own_domain(host) is None or network_of_host(host):
        return None
    others = (
        "accounts where account_id not in (select unnest(?)) "
        "and (contains(lower(url), ?) or starts_with(account_id, ?))"
    )
    return None if count_in(store, others, [ids, host, f"web:{host}"]) else host


def _full(name: str) -> bool:
    ideographic = any("\u3040" <= ch <= "\u9fff" or "\uac00" <= ch <= "\ud7a3" for ch in name)
    return len(name.split()) >= 2 or (ideographic and len(name) >= 2)


def domain_of(target: str) -> str | None:
    """The domain that a request names (``example.org``), or None when it names none.

    Raises
    ------
    UsageError
        It names one that many people share: a public suffix (``co.uk``), a host of blogs or of mail.
    """
    host = plain_domain(target)
    if "@" in target or not re.fullmatch(r"[^\s@:]+\.[^\s@:.\d]{2,}", host):
        return None
    if own_domain(host) is None or host in MAIL_HOSTS or network_of_host(host):
        raise UsageError(
            "this domain is shared by many people",
            seen=target,
            expected="a domain that somebody owns, such as example.org",
            hint="name the person: an e-mail address, or platform:handle",
        )
    return host
