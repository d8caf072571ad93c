"""What became of a mention: open, taken, answered, closed; by whom and when. Steps are added, the latest one stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from influence.errors import UsageError
from influence.store.base import has_table, rows_of

if TYPE_CHECKING:
    from influence.store.base import Store

STATES = ("open", "taken", "answered", "closed")
OPEN = ("open", "taken")
TABLE = "triage_steps"


@dataclass(frozen=True)
class Step:
    """One step of a mention; `kind` and `desk` are a person's correction, None leaves what was found."""

    mention_id: str
    account_id: str
    state: str
    by: str | None
    at: datetime
    kind: str | None = None
    desk: str | None = None
    outcome: str | None = None


def add_steps(store: Store, steps: Sequence[Step]) -> int:
    """Add steps; those that are there already stay as they are. How many were new.

    Raises
    ------
    UsageError
        A state that there is not.
    """
    for step in steps:
        if step.state not in STATES:
            raise UsageError.unknown("there is no such state", step.state, STATES)
    known = {(step.mention_id, step.at, step.state) for step in all_steps(store)}
    new = [step for step in dict.fromkeys(steps) if (step.mention_id, step.at, step.state) not in known]
    with store.transaction():
        for step in new:
            store.execute(f"insert into {TABLE} values (?, ?, ?, ?, ?, ?, ?, ?)", list(vars(step).values()))
    return len(new)


def undo_step(store: Store, mention_id: str) -> bool:
    """Take back the latest step of a mention; False where there was none."""
    before = [step for step in all_steps(store) if step.mention_id == mention_id]
    if not before:
        return False
    store.execute(f"delete from {TABLE} where mention_id = ? and changed_at = ?", [mention_id, before[-1].at])
    return True


def all_steps(store: Store) -> list[Step]:
    """Every step, oldest first; of one moment the further one last."""
    if not has_table(store, TABLE):
        return []
    sql = f"select mention_id, account_id, state, changed_by, changed_at, kind, desk, outcome from {TABLE}"
    rows = [Step(*row.values()) for row in rows_of(store, sql)]
    return sorted(rows, key=lambda step: (step.at, step.mention_id, STATES.index(step.state)))


def states_of(store: Store) -> dict[str, Step]:
    """The latest step of every mention, with the latest correction of kind and desk."""
    found: dict[str, Step] = {}
    for step in all_steps(store):
        before = found.get(step.mention_id)
        kind = step.kind or (before.kind if before else None)
        desk = step.desk or (before.desk if before else None)
        found[step.mention_id] = replace(step, kind=kind, desk=desk)
    return found


def labels_of(store: Store) -> Mapping[str, tuple[str, str]]:
    """Kind and desk of the mentions of which people told both."""
    return {key: (step.kind, step.desk) for key, step in states_of(store).items() if step.kind and step.desk}
