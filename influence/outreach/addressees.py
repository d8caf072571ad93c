"""One row a person: what a saved shortlist, the accounts and the contacts say about whom to write to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from influence.outreach.claims import ClaimSource, Sentence
from influence.store.base import Store, rows_of, values_of
from influence.store.lists.saved import EDITABLE, SavedList, SavedPick
from influence.store.people.persons import persons_behind
from influence.store.people.resolving import ID_PLACES
from influence.store.workspace import Workspace, from_day
from influence.toml_files import shipped
from influence.writing.safe import in_lines, web_address

FIELDS: Mapping[str, str] = shipped("influence.outreach", "fields.toml")
"""What a column of a preset or a variable of a template can show."""


_TITLES = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|mx|herr|frau|mme|sig|sra?|dna)\b\.?\s+)+", re.IGNORECASE)
_ASIDE = re.compile(r"(?:\s*[|•·]|\s+[(\[/–—-]\s*).*$")


@dataclass(frozen=True)
class Addressee:
    """One person of an outreach file.

    Attributes
    ----------
    pick : SavedPick
    values : mapping of field to text
        Only fields that have a value.
    n_addresses : int
        E-mail addresses that are known; the first with a lawful basis is taken.
    flags : tuple of str
        ``private``, ``noindex``, ``gone`` (no longer in the workspace).
    source : ClaimSource or None
        The post that a draft may speak of.
    sentences : tuple of Sentence
        Of the draft, its subject first.
    """

    pick: SavedPick
    values: Mapping[str, str]
    n_addresses: int = 0
    flags: tuple[str, ...] = field(default=())
    source: ClaimSource | None = None
    sentences: tuple[Sentence, ...] = ()

    @property
    def account_id(self) -> str:
        """Id in the workspace."""
        return self.pick.account_id

    def get(self, name: str) -> str:
        """A field's text, empty where there is none."""
        return self.values.get(name, "")


def addressees(workspace: Workspace, saved: SavedList) -> list[Addressee]:
    """Everybody on a list, in its order, with what is known of them; an address may be of another channel of theirs."""
    ids = [pick.account_id for pick in saved.picks]
    persons = persons_behind(workspace.store, ids)
    everyone = sorted({other for account in ids for other in persons.of(account)})
    accounts = {row["account_id"]: row for row in _accounts(workspace.store, ids)}
    contacts: dict[str, list[dict[str, Any]]] = {}
    for row in _contacts(workspace.store, everyone):
        contacts.setdefault(row["account_id"], []).append(row)
    present = _present(workspace.store, ids)
    people = []
    for pick in saved.picks:
        others = [other for other in persons.of(pick.account_id) if other != pick.account_id]
        known = next((contacts[key] for key in (pick.account_id, *others) if key in contacts), [])
        person = _addressee(saved, pick, accounts.get(pick.account_id, {}), known)
        if others:
            person = replace(person, values={**person.values, "also": ", ".join(others)})
        people.append(person if pick.account_id in present else replace(person, flags=("gone",)))
    return people


def ways_to_reach(workspace: Workspace, account_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """E-mail address, city and country of accounts, where they are known."""
    ids = list(account_ids)
    rows = _accounts(workspace.store, ids)
    told = {row["account_id"]: {name: row[name] for name in ("city", "country")} for row in rows}
    for row in reversed(_contacts(workspace.store, ids)):
        told.setdefault(row["account_id"], {})["email"] = row["email"]
    return {
        account: {name: in_lines(str(value)) for name, value in values.items() if value}
        for account, values in told.items()
    }


def version_of(record: Any, fields: Sequence[str] = EDITABLE) -> str:
    """A short mark of what was known of a record when it was exported, field by field; `merging` reads it."""
    import hashlib

    marks = [hashlib.sha256(str(getattr(record, name)).encode()).hexdigest()[:4] for name in fields]
    return "v-" + "-".join(marks)


def split_name(name: str) -> tuple[str, str]:
    """First and last name. Names without spaces (王小明, Madonna) are first names; ``Last, First`` is turned round.

    Titles and what follows a bar or stands in brackets are no part of a name; a word with a figure in it is none.

    >>> split_name("Ada King Lovelace"), split_name("Dr. ada lovelace | maths"), split_name("teapot99")
    (('Ada', 'King Lovelace'), ('Ada', 'Lovelace'), ('', ''))
    """
    name = _TITLES.sub("", _ASIDE.sub("", name)).strip()
    shouted = name.isupper() and len(name) > 3 and name.replace(" ", "").isalpha()
    name = name.title() if name.islower() or shouted else name
    if any(letter.isdigit() for letter in name.split(" ")[0]):
        return "", ""
    if name.count(",") == 1 and all(part.strip() for part in name.split(",")):
        last, first = (part.strip() for part in name.split(","))
        return first, last
    first, _, last = name.strip().partition(" ")
    return first, last.strip()


def _addressee(
    saved: SavedList, pick: SavedPick, account: Mapping[str, Any], contacts: Sequence[Mapping[str, Any]]
) -> Addressee:
    contact = contacts[0] if contacts else {}
    platform, _, handle = pick.account_id.partition(":")
    kind = account.get("kind") or "unknown"
    is_person = kind == "person" or (kind == "unknown" and platform != "web")
    full = contact.get("name") or (account.get("name") if is_person else None) or ""
    first, last = split_name(full)
    company = None if is_person else _organisation(account, full) or handle
    values = {
        "account_id": pick.account_id,
        "handle": account.get("handle") or handle,
        "platform": account.get("platform") or platform,
        "account_name": account.get("name"),
        "profile_url": web_address(account.get("url")),
        "kind": kind,
        **{name: account.get(name) for name in ("language", "country", "city", "followers")},
        "full_name": full,
        "first_name": first,
        "last_name": last,
        "company": company,
        "called": company or f"{first} {last}".strip() or account.get("handle") or handle,
        **{name: contact.get(name) for name in ("email", "role", "subscriber_type", "lawful_basis")},
        "place": pick.place,
        "score": None if pick.score is None else f"{pick.score:.1f}",
        **{name: getattr(pick, name) for name in ("reason", "status", "notes", "owner")},
        "last_contact": None if pick.last_contact is None else from_day(pick.last_contact).isoformat(),
        "opt_out": "1" if pick.status == "declined" else "0",
        "version": version_of(pick),
        "list_name": saved.name,
        "niche": saved.niche,
    }
    flags = [flag for flag, name in (("private", "is_private"), ("noindex", "noindex")) if account.get(name)]
    known = {name: in_lines(str(value)) for name, value in values.items() if value not in (None, "")}
    return Addressee(pick, known, len(contacts), tuple(flags))


def _organisation(account: Mapping[str, Any], person: str) -> str | None:
    """What a blog is called; its person's name is no company, so that a blog that bears it goes by its address."""
    name = account.get("name")
    return account.get("handle") if name == person else name or account.get("handle")


def _accounts(store: Store, ids: list[str]) -> list[dict[str, Any]]:
    columns = "account_id, platform, handle, name, url, language, country, city, kind, followers, is_private, noindex"
    sql = f"select {columns} from accounts where account_id in (select unnest(?)) order by account_id"
    return rows_of(store, sql, [ids])


def _present(store: Store, ids: list[str]) -> set[str]:
    """Those of `ids` that any table names: many an account is known by its ties alone."""
    parts = [
        f"select {column} as id from {table} where {column} in (select unnest(?))"
        for table, column in ID_PLACES
    ]
    return set(values_of(store, " union ".join(parts), [ids] * len(parts)))


def _contacts(store: Store, ids: list[str]) -> list[dict[str, Any]]:
    """Contacts of these accounts; of each the one to write to first: with a basis, then corporate, then by address."""
    return rows_of(
        store,
        "select account_id, trim(email) as email, name, role, subscriber_type, lawful_basis from contacts "
        "where account_id in (select unnest(?)) order by account_id, "
        "case when coalesce(trim(lawful_basis), '') <> '' then 0 else 1 end, "
        "case when subscriber_type = 'corporate' then 0 else 1 end, email",
        [ids],
    )
