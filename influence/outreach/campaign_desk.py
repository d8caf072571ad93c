"""The campaign desk: of everybody on a list, where the talks stand, what is agreed, what came, what is stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from influence.errors import UsageError
from influence.outreach.lists import on_list
from influence.outreach.merging import read_day, read_field
from influence.store.base import Store, has_table
from influence.store.lists.desk_records import (
    CampaignWatch,
    Code,
    Deliverable,
    Signoff,
    Terms,
    read_records,
    write_records,
)
from influence.store.lists.saved import SavedList, SavedPick, load_list, saved_lists, without_suppressed_picks
from influence.store.workspace import Workspace, from_day, to_day
from influence.writing.plain import counted, decimal, long_day

T = TypeVar("T", Deliverable, Signoff, Code)
SILENT_AFTER, STUCK_AFTER = 10, 7
"""Days after which a mail without an answer, and talks that go nowhere, are stalled."""
TERMS = tuple(field.name for field in fields(Terms) if field.name != "account_id")
WATCHES = ("tag", "link")


@dataclass(frozen=True)
class DeskRow:
    """Everything about one pick.

    Attributes
    ----------
    pick : SavedPick
    terms : Terms
    deliverables : tuple of Deliverable
    signoffs : tuple of Signoff
    codes : tuple of Code
    memory : str
        Of other campaigns, in words.
    stalled : str
        What waits for somebody, in words; empty where nothing does.
    """

    pick: SavedPick
    terms: Terms
    deliverables: tuple[Deliverable, ...]
    signoffs: tuple[Signoff, ...]
    codes: tuple[Code, ...]
    memory: str
    stalled: str

    @property
    def n_proved(self) -> int:
        """Deliverables with a post."""
        return sum(bool(one.post_id) for one in self.deliverables)

    @property
    def doubts(self) -> tuple[Deliverable, ...]:
        """Posts whose label is not seen, late or unclear."""
        signs = ("possible missing", "unclear", "label late")
        return tuple(one for one in self.deliverables if one.disclosure.startswith(signs))


@dataclass(frozen=True)
class Desk:
    """A campaign's desk as of a day (days since 1970-01-01); `n_hidden` asked to be left alone and are not in it."""

    saved: SavedList
    today: int
    rows: tuple[DeskRow, ...]
    n_hidden: int = 0

    @property
    def currency(self) -> str:
        """Of all prices; empty where they are in several, or in none."""
        told = {row.terms.currency for row in self.rows if row.terms.currency}
        return told.pop() if len(told) == 1 else ""


def desk_of(workspace: Workspace, name: str, today: int) -> Desk:
    """Where does everybody on a list stand on a day?"""
    saved, n_hidden = without_suppressed_picks(workspace, load_list(workspace, name))
    store = workspace.store
    terms = {one.account_id: one for one in read_records(store, Terms, saved.name)}
    agreed = _by_account(read_records(store, Deliverable, saved.name))
    signed = _by_account(read_records(store, Signoff, saved.name))
    codes = _by_account(read_records(store, Code, saved.name))
    known = memories(store, [pick.account_id for pick in saved.picks], saved.name, today)
    rows = tuple(
        DeskRow(
            pick,
            terms.get(pick.account_id, Terms(pick.account_id)),
            agreed.get(pick.account_id, ()),
            signed.get(pick.account_id, ()),
            codes.get(pick.account_id, ()),
            known.get(pick.account_id, ""),
            stalled_words(pick, agreed.get(pick.account_id, ()), signed.get(pick.account_id, ()), today),
        )
        for pick in saved.picks
    )
    return Desk(saved, today, rows, n_hidden)


def desk_for(workspace: Workspace, campaign: str, last_day: str) -> Desk | None:
    """The desk of the list that has a campaign's name, as of its last day; None where there is no such list."""
    named = campaign in {saved.name for saved in saved_lists(workspace)}
    return desk_of(workspace, campaign, to_day(last_day) or 0) if named else None


def stalled_words(
    pick: SavedPick, deliverables: tuple[Deliverable, ...], signoffs: tuple[Signoff, ...], today: int
) -> str:
    """What waits for somebody, the most pressing first; empty where nothing does."""
    silent = today - pick.last_contact if pick.last_contact is not None else None
    overdue = [one for one in deliverables if not one.post_id and one.due is not None and one.due < today]
    if pick.status == "declined":
        return ""
    if overdue:
        late = today - min(one.due for one in overdue if one.due is not None)
        return f"{overdue[0].what} is {late} {'day' if late == 1 else 'days'} late"
    refused = [one for one in signoffs if one.verdict == "refused"]
    if refused:
        return f"refused by {refused[0].party}" + (f": {refused[0].reason}" if refused[0].reason else "")
    if pick.status == "contacted" and silent is not None and silent >= SILENT_AFTER:
        return f"no answer for {silent} days"
    if pick.status == "replied" and silent is not None and silent >= STUCK_AFTER:
        return f"talks rest for {silent} days"
    return "agreed, and nothing is due yet" if pick.status == "agreed" and not deliverables else ""


def _by_account(records: Sequence[T]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for one in records:
        found.setdefault(one.account_id, []).append(one)
    return {account: tuple(told) for account, told in found.items()}


YEAR = 365


def memories(store: Store, account_ids: Sequence[str], list_name: str, today: int) -> dict[str, str]:
    """Account -> what is remembered from other lists and from outcomes, in words; only those with something."""
    ids = list(account_ids)
    told: dict[str, list[str]] = {}
    for account, words in [
        *_asked(store, ids, list_name, today).items(),
        *_results(store, ids, list_name).items(),
    ]:
        told.setdefault(account, []).append(words)
    return {account: ", ".join(words) for account, words in told.items()}


def _asked(store: Store, ids: list[str], list_name: str, today: int) -> dict[str, str]:
    if not has_table(store, "saved_picks"):
        return {}
    rows = store.query(
        "select account_id, count(*) filter (where last_contact >= ?) as asked, "
        "count(*) filter (where status = 'declined') as declined, max(last_contact) as last "
        "from saved_picks where list_name <> ? and status <> 'idea' and account_id in (select unnest(?)) "
        "and coalesce(last_contact, ?) <= ? group by account_id",
        [today - YEAR, list_name, ids, today, today],
    ).to_pylist()
    return {row["account_id"]: _asked_words(row["asked"], row["declined"], row["last"]) for row in rows}


def _asked_words(asked: int, declined: int, last: int | None) -> str:
    parts = [f"asked {counted(asked, 'time')} in a year"] if asked else []
    parts += [f"declined {counted(declined, 'time')}"] if declined else []
    parts += [f"last on {long_day(from_day(last))}"] if last is not None else []
    return ", ".join(parts) or "on an earlier list"


def _results(store: Store, ids: list[str], list_name: str) -> dict[str, str]:
    """The latest other campaign of each with outcomes, and what it brought."""
    rows = store.query(
        "select account_id, campaign, max(day) as last, sum(orders) as orders, sum(cost) as cost from outcomes "
        "where account_id in (select unnest(?)) and campaign <> ? group by account_id, campaign "
        "order by account_id, last, campaign",
        [ids, list_name],
    ).to_pylist()
    return {row["account_id"]: _result_words(row["campaign"], row["orders"], row["cost"]) for row in rows}


def _result_words(campaign: str, orders: float | None, cost: float | None) -> str:
    brought = "orders not known" if orders is None else counted(orders, "order")
    return f"last result: {brought}" + (f" for {decimal(cost, 2)}" if cost else "") + f" ({campaign})"


def set_terms(
    workspace: Workspace, name: str, handles: Sequence[str], changes: Mapping[str, str], *, now: datetime | None = None
) -> list[Terms]:  # fmt: skip
    """Change terms of these people of a list; a key of `TERMS` that is not told stays as it is.

    Raises
    ------
    UsageError
        Nothing to change, a price that is no number, a day that is no day.
    """
    saved = load_list(workspace, name)
    if not changes or not handles:
        raise UsageError("nothing was to be changed", expected="HANDLE... and --price, --product, --sent ...")
    values = {field: read_field(field, text) for field, text in changes.items()}
    known = {one.account_id: one for one in read_records(workspace.store, Terms, saved.name)}
    ids = [on_list(workspace, saved, handle) for handle in handles]
    made = [replace(known.get(account, Terms(account)), **values) for account in ids]
    write_records(workspace.store, saved.name, made, now)
    return made


def agree_on(
    workspace: Workspace, name: str, handles: Sequence[str], what: str, due: str | None = None, url: str = "",
    *, now: datetime | None = None,
) -> list[Deliverable]:  # fmt: skip
    """Note that somebody owes something, by when, or bring its proof; what was found before stays."""
    saved = load_list(workspace, name)
    if not what.strip():
        raise UsageError("say what was agreed", expected="post, story 1, video ...")
    known = {
        (one.account_id, one.what): one for one in read_records(workspace.store, Deliverable, saved.name)
    }
    made = []
    for handle in handles:
        account = on_list(workspace, saved, handle)
        old = known.get((account, what.strip()), Deliverable(account, what.strip()))
        told: dict[str, Any] = {"due": read_day(due)} if due is not None else {}
        told |= {"url": url, "how": "told by hand"} if url else {}
        made.append(replace(old, **told))
    write_records(workspace.store, saved.name, made, now)
    return made


def sign_off(
    workspace: Workspace, name: str, handles: Sequence[str], party: str, verdict: str, reason: str = "",
    *, now: datetime | None = None,
) -> list[Signoff]:  # fmt: skip
    """Note what a party said of these people; its last word counts. A refusal needs a reason."""
    saved = load_list(workspace, name)
    if verdict == "refused" and not reason.strip():
        raise UsageError("a refusal needs its reason", expected="--reason ...")
    day = to_day(now.date().isoformat()) if now else None
    ids = [on_list(workspace, saved, handle) for handle in handles]
    made = [Signoff(account, party.strip(), verdict, reason.strip(), day) for account in ids]
    write_records(workspace.store, saved.name, made, now)
    return made


def watch(
    workspace: Workspace, name: str, values: Mapping[str, Sequence[str]], since: str | None = None,
    *, now: datetime | None = None,
) -> list[CampaignWatch]:  # fmt: skip
    """Remember by which tags and links posts of this campaign are known, from a day on."""
    saved: SavedList = load_list(workspace, name)
    day = read_day(since) if since else None
    made = [
        CampaignWatch(kind, value.strip(), day)
        for kind in WATCHES
        for value in values.get(kind, ())
        if value.strip()
    ]
    write_records(workspace.store, saved.name, made, now)
    return made
