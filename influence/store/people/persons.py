"""Whose accounts on several platforms are one person's: by what she says herself, never by equal names alone.

A link from one profile to another is a claim; links both ways, or a claim that a second sign bears out, are a proof.
Proofs join accounts to persons, weaker signs are proposed; what the user told (`tell_pair`) goes before both. Nothing
is written but what the user told, so that every person is found anew in the data of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from influence.store.base import Store, has_table, rows_of, values_of
from influence.store.people.handles import account_of, lower, own_domain, readable

PROOF = 0.9
"""Confidence from which accounts are taken for one person's."""
BOTH_WAYS, VERIFIED, DOMAIN_HANDLE, CLAIM_AND_NAME, SAME_EMAIL, CLAIM = 0.98, 0.97, 0.97, 0.92, 0.92, 0.6
MOST_SHARED = 4
"""Accounts with one address, beyond which it is an agency's."""
_LINK = re.compile(
    r"https?://[^\s<>\"')]+|@[\w.-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@./-])[\w-]+(?:\.[\w-]+)+(?:/[^\s<>\"')]*)?"
)
_VERIFIED = re.compile(r"(\S+\.\S+) \(verified\)")
"""A link of a Mastodon profile whose page its server found to link back (``rel="me"``)."""


@dataclass(frozen=True)
class Sign:
    """Why two accounts may be one person's.

    Attributes
    ----------
    account_id, other_id : str
        In order.
    confidence : float
        0-1; from `PROOF` on they are one person's.
    evidence : str
        In plain words.
    """

    account_id: str
    other_id: str
    confidence: float
    evidence: str


@dataclass(frozen=True)
class Persons:
    """The signs found, and the persons they make.

    Attributes
    ----------
    signs : tuple of Sign
        The surest first; each pair once.
    groups : tuple of tuple of str
        Accounts of one person each, in order; persons of one account are left out.
    """

    signs: tuple[Sign, ...]
    groups: tuple[tuple[str, ...], ...]

    def of(self, account_id: str) -> tuple[str, ...]:
        """All accounts of the person behind one of them, itself included."""
        return next((group for group in self.groups if account_id in group), (account_id,))

    def first_of_each(self, account_ids: Iterable[str]) -> dict[str, str]:
        """Account -> the account of the same person that came before it."""
        first: dict[tuple[str, ...], str] = {}
        doubles = {}
        for account_id in account_ids:
            before = first.setdefault(self.of(account_id), account_id)
            if before != account_id:
                doubles[account_id] = before
        return doubles


def find_persons(store: Store, among: Sequence[str] | None = None) -> Persons:
    """Which accounts are one person's?

    Parameters
    ----------
    store : Store
    among : sequence of str, optional
        Only these accounts; without it all with a row in accounts.

    Returns
    -------
    Persons
    """
    where, params = ("true", []) if among is None else ("account_id in (select unnest(?))", [list(among)])
    sql = f"select account_id, name, url, bio from accounts where {where} order by account_id"
    rows = {row["account_id"]: row for row in rows_of(store, sql, params)}
    found: dict[tuple[str, str], Sign] = {}
    for sign in (*_by_links(rows), *_by_verified(rows), *_by_domain(rows), *_by_email(store, rows)):
        pair = (sign.account_id, sign.other_id)
        if pair not in found or sign.confidence > found[pair].confidence:
            found[pair] = sign
    for pair, is_same in _told(store).items():
        if pair[0] in rows and pair[1] in rows:
            told = "you said that they are one" if is_same else "you said that they are two"
            found[pair] = Sign(*pair, 1.0 if is_same else 0.0, told)
    signs = tuple(sorted(found.values(), key=lambda sign: (-sign.confidence, sign.account_id, sign.other_id)))
    return Persons(signs, _groups(signs))


def tell_pair(store: Store, account_id: str, other_id: str, is_same: bool | None, how: str) -> None:
    """Note that two accounts are one person's, or are not; None takes back what was said."""
    pair = sorted((account_id, other_id))
    with store.transaction():
        store.execute("delete from told_pairs where account_id = ? and other_id = ?", pair)
        if is_same is not None:
            store.execute("insert into told_pairs values (?, ?, ?, ?)", [*pair, is_same, how])


def persons_behind(store: Store, account_ids: Sequence[str]) -> Persons:
    """The persons of these accounts, with all accounts that are proven to be theirs, however many links away."""
    found = set(account_ids)
    while True:
        persons = find_persons(store, sorted({*found, *_linked(store, sorted(found))}))
        theirs = {other for account_id in found for other in persons.of(account_id)}
        if theirs == found:
            return persons
        found = theirs


def everybody(store: Store, account_ids: Sequence[str]) -> list[str]:
    """These accounts and all others that are proven to be the same persons'."""
    persons = persons_behind(store, account_ids)
    return sorted({other for account_id in account_ids for other in persons.of(account_id)})


def _linked(store: Store, account_ids: Sequence[str]) -> set[str]:
    """Accounts that may belong with these: named by them, naming them, or with an address of theirs."""
    sql = "select account_id, name, url, bio from accounts where account_id in (select unnest(?))"
    rows = {row["account_id"]: row for row in rows_of(store, sql, [list(account_ids)])}
    near = {other for row in rows.values() for other in _named(row)}
    for account_id in account_ids:
        handle = account_id.partition(":")[2]
        near.update((*mentioning(store, handle), f"web:{handle}", f"bluesky:{handle}"))
    sql = (
        "select distinct account_id from contacts where lower(trim(email)) in "
        "(select lower(trim(email)) from contacts where account_id in (select unnest(?)))"
    )
    near.update(values_of(store, sql, [list(account_ids)]))
    near.update(other for pair in _told(store) if set(pair) & set(account_ids) for other in pair)
    return near


def mentioning(store: Store, handle: str) -> list[str]:
    """Accounts that may name this handle in address or bio, whichever way an address writes it.

    ``amy@bread.example`` is ``bread.example/@amy`` there, ``crumbs.tumblr.com`` ``tumblr.com/crumbs``; other letters
    are encoded.
    """
    parts = re.split("[.@/]", handle.removesuffix(".com"))
    encoded = " or regexp_matches(said, 'xn--|%[c-f]')"
    says = " and ".join(f"(contains(said, ?){'' if part.isascii() else encoded})" for part in parts)
    said = "select account_id, lower(concat_ws(' ', url, bio)) as said from accounts"
    return values_of(store, f"select account_id from ({said}) as texts where {says}", parts)


def _by_links(rows: Mapping[str, Mapping[str, str | None]]) -> Iterator[Sign]:
    links = {
        key: {other for other in _named(row) if other in rows and other != key} for key, row in rows.items()
    }
    for key, others in links.items():
        for other in others:
            a, b = sorted((key, other))
            if key in links[other]:
                yield Sign(a, b, BOTH_WAYS, "their profiles link to each other")
            elif _alike(rows[key], rows[other]):
                yield Sign(a, b, CLAIM_AND_NAME, f"{key} links to {other}, and they bear the same name")
            else:
                yield Sign(a, b, CLAIM, f"{key} links to {other}, which does not link back")


def _named(row: Mapping[str, str | None]) -> set[str]:
    """Accounts that a profile names in its address and in what it says about itself."""
    texts = (row["url"] or "", *_LINK.findall(row["bio"] or ""))
    return {account.account_id for text in texts if text and (account := account_of(text.rstrip(".,;!")))}


def _by_verified(rows: Mapping[str, Mapping[str, str | None]]) -> Iterator[Sign]:
    """Links that a Mastodon server verified: the page names the profile with ``rel="me"``."""
    for key, row in rows.items():
        links = _VERIFIED.findall(row["bio"] or "") if key.startswith("mastodon:") else []
        others = {account.account_id for link in links if (account := account_of(link))}
        for other in sorted(other for other in others if other in rows and other != key):
            a, b = sorted((key, other))
            yield Sign(a, b, VERIFIED, f'the server of {key} found that {other} links back to it (rel="me")')


def _alike(row: Mapping[str, str | None], other: Mapping[str, str | None]) -> bool:
    handles = [str(one["account_id"]).partition(":")[2] for one in (row, other)]
    names = [lower(readable(one["name"] or "")) for one in (row, other)]
    return handles[0] == handles[1] or (names[0] == names[1] and " " in names[0])


def _by_domain(rows: Mapping[str, object]) -> Iterator[Sign]:
    """A Bluesky handle that is a domain was proved to be that domain's owner's."""
    for key in rows:
        platform, _, handle = key.partition(":")
        blog = f"web:{handle}"
        own = platform == "bluesky" and not handle.endswith(".bsky.social")
        if own and blog in rows and own_domain(handle):
            yield Sign(key, blog, DOMAIN_HANDLE, f"the Bluesky handle is the blog's domain, {handle}")


def _by_email(store: Store, rows: Mapping[str, object]) -> Iterator[Sign]:
    """Accounts on different platforms with one address of their own."""
    sql = (
        "select lower(trim(email)) as email, list(distinct account_id order by account_id) as ids from contacts "
        "group by lower(trim(email)) having count(distinct account_id) > 1 order by email"
    )
    for row in rows_of(store, sql):
        ids = [key for key in row["ids"] if key in rows]
        platforms = {key.partition(":")[0] for key in row["ids"]}
        if len(row["ids"]) <= MOST_SHARED and len(platforms) == len(row["ids"]):
            yield from (
                Sign(ids[0], other, SAME_EMAIL, "they give the same e-mail address") for other in ids[1:]
            )


def _told(store: Store) -> dict[tuple[str, str], bool]:
    if not has_table(store, "told_pairs"):
        return {}
    rows = rows_of(store, "select account_id, other_id, is_same from told_pairs order by 1, 2")
    return {(row["account_id"], row["other_id"]): row["is_same"] for row in rows}


def _groups(signs: Iterable[Sign]) -> tuple[tuple[str, ...], ...]:
    """Accounts that proofs connect; a pair that the user told apart never comes together."""
    signs = list(signs)
    apart = {frozenset((sign.account_id, sign.other_id)) for sign in signs if sign.confidence == 0}
    group_of: dict[str, set[str]] = {}
    for sign in signs:
        if sign.confidence < PROOF:
            continue
        one = group_of.get(sign.account_id, {sign.account_id})
        two = group_of.get(sign.other_id, {sign.other_id})
        if any(frozenset((a, b)) in apart for a in one for b in two):
            continue
        for key in one | two:
            group_of[key] = one | two
    return tuple(sorted({tuple(sorted(group)) for group in group_of.values()}))
