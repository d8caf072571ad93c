"""What people may ask for: not to be contacted, to be forgotten; and what the law asks unasked: not to keep for ever.

`influence.store.rights.subject` answers the third question, what is kept about somebody.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from influence.errors import UsageError
from influence.store.base import Store, count_in, rows_of
from influence.store.lists.desk_records import DESK_OF_PEOPLE
from influence.store.people.handles import account_of, plain_email
from influence.store.people.persons import everybody
from influence.store.people.resolving import (
    Person,
    domain_of,
    find_accounts,
    find_person,
    is_email,
    other_ids,
    resolve_account,
)
from influence.store.rewriting import clear_caches, mark_erasure, rewrite_file
from influence.store.rights.erasure import delete_rows, plain_words_left, posts_of, redact_rest
from influence.store.rights.suppression import (
    MENTION,
    add_suppressions,
    read_suppressions,
    remove_suppressions,
)
from influence.store.rights.written import files_with, forget_written, purge_written
from influence.store.visibility import EVENT_DAY
from influence.store.workspace import EPOCH, Workspace

ASKED = "asked"
_DATED = ("posts", "interactions", "snapshots", "metrics", "outcomes")
"""Tables whose rows are as old as their own day."""


@dataclass(frozen=True)
class Suppressed:
    """What `suppress` did: what each target was taken for, and how many of these were suppressed before."""

    things: tuple[tuple[str, str], ...]
    n_known: int


@dataclass(frozen=True)
class Receipt:
    """What `forget` did; it may be handed to the person, and is kept nowhere.

    Attributes
    ----------
    target : str
    done_at : datetime or None
    deleted : mapping of table to rows
    redacted : mapping of ``table.column`` to values of others that named the person
    n_cache_files : int
    hashes : tuple of str
        What stays, so that a second import does not bring the person back.
    exports : tuple of str
        Files that were written earlier and hold the person; nobody but the user can reach them.
    notes : tuple of str
    person : Person
        All that was taken for this person.
    dry_run : bool
        Nothing was changed; the counts are what would be.
    tables : str
        The folder of Parquet tables that was changed; empty: a workspace was.
    """

    target: str
    done_at: datetime | None
    deleted: Mapping[str, int]
    redacted: Mapping[str, int]
    n_cache_files: int
    hashes: tuple[str, ...]
    exports: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    person: Person = field(default_factory=Person)
    dry_run: bool = False
    tables: str = ""


@dataclass(frozen=True)
class Purge:
    """What `purge` deleted (or would): rows by table, and rows of unknown age that stay."""

    before: date
    deleted: Mapping[str, int]
    undated: Mapping[str, int]
    dry_run: bool = False

    @property
    def n_rows(self) -> int:
        """Rows deleted, all tables together."""
        return sum(self.deleted.values())


def suppress(
    workspace: Workspace, targets: Sequence[str], *, reason: str = ASKED, now: datetime | None = None
) -> Suppressed:
    """Never list, contact or import these again.

    Parameters
    ----------
    workspace : Workspace
    targets : sequence of str
        E-mail addresses, domains (with all addresses and blogs on them), or accounts, known or not.
    reason : str
        Why; plain words without names, it is kept.

    Raises
    ------
    UnknownAccountError
        A bare handle that nobody has, or several have: which platform is meant?
    """
    things = [thing for target in targets for thing in things_of(workspace.store, target)]
    if not things:
        raise UsageError("nobody was named", expected="HANDLE, E-MAIL or DOMAIN")
    known = read_suppressions(workspace.store)
    n_known = sum(known.holds(kind, value) for kind, value in things)
    with workspace.store.transaction():
        add_suppressions(workspace.store, things, reason, now)
    return Suppressed(tuple(things), n_known)


def lift(workspace: Workspace, targets: Sequence[str]) -> int:
    """Undo `suppress` for these targets; gives how many were suppressed."""
    things = [thing for target in targets for thing in things_of(workspace.store, target)]
    return remove_suppressions(workspace.store, things)


def things_of(store: Store, target: str) -> list[tuple[str, str]]:
    """What a target names, as (kind, value): an e-mail, the account of a handle or name, a domain and its blog."""
    accounts = find_accounts(store, target)
    if is_email(target) and not any(account.startswith("mastodon:") for account in accounts):
        return [("email", plain_email(target))]
    domain = domain_of(target) if len(accounts) != 1 or accounts[0].startswith("web:") else None
    if domain and (not accounts or accounts == [f"web:{domain}"]):
        return [*(("account", account) for account in accounts), ("domain", domain)]
    told = account_of(target)
    if not accounts and told and re.match(r"\s*(?:[^\W\d]\w*:|//)|.*/|\s*@[^@\s]+@", target):
        return [("account", told.account_id)]
    hint = "to keep out somebody who is not there yet, name the platform: instagram:handle"
    account = resolve_account(store, target, otherwise=hint)
    owned = everybody(store, [account])
    return [("account", key) for key in (*owned, *other_ids(store, owned))]


def forget(
    workspace: Workspace,
    target: str,
    *,
    also: Sequence[str] = (),
    reason: str = "erased on request",
    now: datetime | None = None,
    dry_run: bool = False,
) -> Receipt:
    """Erase a person from every table, saved list, reject and cache; only salted hashes stay.

    Parameters
    ----------
    workspace : Workspace
    target : str
        Handle, account id, name or e-mail address.
    also : sequence of str
        Further strings that mean this person in texts of others: a nickname, a maiden name.
    reason : str
    now : datetime, optional
        For the receipt.
    dry_run : bool
        Count what would be erased and changed; change nothing.

    Returns
    -------
    Receipt

    Raises
    ------
    UnknownAccountError
        Nobody of that name, or several.
    WorkspaceError
        The rows are deleted but the file could not be written anew; the next command that writes completes it.
    """
    store = workspace.store
    person = find_person(store, target, also)
    exports = files_with(store, person)
    notes = notes_on(person)
    with store.transaction():
        hashes = add_suppressions(store, remembered(person), reason, now)
        deleted = delete_rows(store, person, posts_of(store, person))
        redacted = redact_rest(store, person, read_suppressions(store))
        notes += notes_on_words(store, person)
        mark_erasure(store)
        if dry_run:
            _take_back(store)
    n_cached = 0
    if not dry_run:
        n_cached = clear_caches(workspace.path)
        forget_written(store, person)
        rewrite_file(store)
    told = (tuple(hashes), exports, tuple(notes), person)
    return Receipt(target, now, deleted, redacted, n_cached, *told, dry_run=dry_run)


def _take_back(store: Store) -> None:
    """What was done in a transaction was a rehearsal."""
    store.execute("rollback")
    store.execute("begin transaction")


def purge(workspace: Workspace, older_than: str, *, today: date, dry_run: bool = False) -> Purge:
    """Delete what is older than a retention period, and write the file anew.

    Posts, reactions, counts and outcomes are as old as their own day; follows, customers and contacts as old as the
    day they were obtained or last fetched. Accounts go when they were last fetched before and nothing younger speaks
    of them. Suppressions stay: they protect people. Rows without any day stay and are counted.

    Parameters
    ----------
    older_than : str
        ``24m``, ``2y``, ``90d``, ``12w``.
    today : date
        The day to count back from.
    """
    before = back_from(today, older_than)
    day = (before - EPOCH).days
    store = workspace.store
    deleted: dict[str, int] = {}
    with store.transaction():
        rules = _rules()
        undated = {table: count_in(store, f"{table} where {age} is null") for table, age, _ in rules}
        for table, age, extra in rules:
            where = f"{age} < ?{extra}"
            deleted[table] = count_in(store, f"{table} where {where}", [day])
            store.execute(f"delete from {table} where {where}", [day])
        if any(deleted.values()):
            mark_erasure(store)
        if dry_run:
            _take_back(store)
    deleted = {table: n for table, n in deleted.items() if n}
    if not dry_run:
        purge_written(store, before)
    if deleted and not dry_run:
        rewrite_file(store)
    return Purge(before, deleted, {table: n for table, n in undated.items() if n}, dry_run)


def back_from(today: date, period: str) -> date:
    """The day that lies `period` before `today`: ``24m``, ``2y``, ``90d``, ``12w``."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*([dwmy])[a-z]*\s*", period.lower())
    if not found or int(found[1]) == 0:
        raise UsageError("this is no period", seen=period, expected="a number and d, w, m or y, as in 24m")
    n, unit = int(found[1]), found[2]
    if unit in "dw":
        days = n * (7 if unit == "w" else 1)
        return date.fromordinal(max(today.toordinal() - days, 1))
    months = today.year * 12 + today.month - 1 - n * (12 if unit == "y" else 1)
    year, month = max(months // 12, 1), months % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _rules() -> list[tuple[str, str, str]]:
    """(table, SQL of its age in days, further condition) in the order of deletion: accounts after what needs them."""
    mentioned = " and ".join(
        f"not exists (select 1 from {table} as o where o.{column} = accounts.account_id)"
        for table, column in (("posts", "account_id"), ("follows", "follower_id"), ("follows", "followee_id"),
                              ("interactions", "actor_id"), ("interactions", "target_id"),
                              ("contacts", "account_id"), ("customers", "account_id"))
    )  # fmt: skip
    imported = (
        "(select max(cast(i.imported_at as date) - date '1970-01-01') from imports as i "
        "where i.import_id = rejects.import_id)"
    )
    written = "cast({} as date) - date '1970-01-01'".format
    nobody = " and not exists (select 1 from saved_picks as p where p.list_name = saved_lists.name)"
    return [
        *((table, f"coalesce({EVENT_DAY[table]}, fetched_day)", "") for table in _DATED),
        ("follows", "coalesce(fetched_day, since_day)", ""),
        ("orders", "coalesce(ordered_day, fetched_day)", ""),
        ("customers", "coalesce(fetched_day, last_order)", ""),
        ("contacts", "coalesce(obtained_day, fetched_day)", ""),
        ("accounts", "fetched_day", f" and {mentioned}"),
        ("joined_rows", "day", ""),
        ("rejects", imported, ""),
        ("imports", written("imported_at"), ""),
        *((table, written("changed_at"), "") for table in DESK_OF_PEOPLE),
        ("judgements", written("told_at"), ""),
        ("triage_steps", written("changed_at"), ""),
        ("saved_exports", written("written_at"), ""),
        ("saved_picks", f"greatest(last_contact, {written('changed_at')})", ""),
        ("saved_lists", written("saved_at"), nobody),
    ]


def remembered(person: Person) -> list[tuple[str, str]]:
    """What is remembered of a forgotten person, as (kind, value) to be hashed."""
    mentions = {name.lower() for name in (*person.handles, *person.emails)}
    spelled = [re.findall(r"\w+", name.lower()) for name in person.names if not set("@:/.") & set(name)]
    names = [words for words in spelled if words]
    return [
        *(("account", account) for account in person.account_ids),
        *(("email", email) for email in person.emails),
        *(("customer", customer) for customer in person.customers),
        *(("mention", name) for name in sorted({*mentions, *(" ".join(words) for words in names)})),
        *(("start", word) for word in sorted({words[0] for words in names})),
    ]


def notes_on(person: Person) -> list[str]:
    """What whoever asks has to know of addresses that are not this person's alone."""
    notes = [
        f"The address {email} belongs to other accounts too; it was taken off this one only."
        for email in person.shared_emails
    ]
    several = "The address belonged to several accounts; only the address was erased, not the accounts."
    return notes if person.account_ids else [*notes, several]


def notes_on_words(store: Store, person: Person) -> list[str]:
    """Words that may mean the person and were left, with the number of texts that hold them."""
    return [
        f"{n:,} texts of others hold {words!r} and were left: it may be plain words. "
        f"If it means the person, run forget again with --also {words!r}."
        for words, n in plain_words_left(store, person).items()
    ]


def suppression_overview(workspace: Workspace) -> list[tuple[str, str | None, int]]:
    """Suppressions by reason and day: (reason, ISO day or None, number); the hashes say nothing to people."""
    sql = (
        "select coalesce(reason, 'no reason given') as reason, cast(date '1970-01-01' + since_day as varchar) as day, "
        "count(*) as n from suppressions where reason is distinct from ? group by all order by day nulls last, reason"
    )
    return [(row["reason"], row["day"], row["n"]) for row in rows_of(workspace.store, sql, [MENTION])]
