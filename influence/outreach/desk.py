"""The campaign desk: of everybody on a list, where the talks stand, what is agreed, what came, what is stuck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from influence.outreach.memory import memories
from influence.store.lists.desk import Code, Deliverable, Signoff, Terms, read_records
from influence.store.lists.saved import SavedList, SavedPick, load_list, without_suppressed_picks
from influence.store.workspace import Workspace

T = TypeVar("T", Deliverable, Signoff, Code)
SILENT_AFTER, STUCK_AFTER = 10, 7
"""Days after which a mail without an answer, and talks that go nowhere, are stalled."""


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
