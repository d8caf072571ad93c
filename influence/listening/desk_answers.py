"""The queue at a desk: tickets for its help desk, steps that come back from it, and how each desk served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from influence.errors import SourceError, UsageError
from influence.listening.queue import Item, Queue
from influence.listening.sorting import DESKS, KINDS
from influence.sources.small import read_table
from influence.store.lists.triage_steps import STATES, Step
from influence.toml_files import shipped
from influence.writing.plain import shorten

TITLE_WIDTH = 90
LEVELS = (("urgent", 60.0), ("high", 40.0), ("normal", 20.0), ("low", 0.0))
"""Words for priority, and the points from which they are used."""


def level_of(priority: float) -> str:
    """The word for a priority of 0-100."""
    return next(word for word, least in LEVELS if priority >= least)


def tickets_of(items: Sequence[Item], desk: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the items that are not closed, as the help desk documents them.

    Raises
    ------
    UsageError
        No help desk of that name is known.
    """
    known = shipped("influence.listening", "tickets.toml")
    if desk not in known:
        raise UsageError.unknown("this help desk is not known", desk, known, where="--for")
    told = known[desk]
    rows = [
        [_cell(item, field, told) for field in told["columns"].values()]
        for item in items
        if item.state != "closed"
    ]
    return list(told["columns"]), rows


def _cell(item: Item, field: str, told: Mapping[str, Any]) -> str:
    if field.startswith("= "):
        return field.removeprefix("= ")
    if field == "status":
        return str(told["status"][item.state])
    if field == "level":
        return str(told["level"][level_of(item.priority)])
    if field in ("said_at", "due_at"):
        value = getattr(item, field)
        return f"{value:%Y-%m-%dT%H:%M:%S}.000Z" if value else ""
    if field == "title":
        return f"{item.kind.capitalize()}: {shorten(item.said, TITLE_WIDTH)}"
    if field == "description":
        who = ", ".join(filter(None, (item.account_id, item.url)))
        return f"{item.said}\nBy {who}\nNext: {item.next_step}"
    return str(getattr(item, field, ""))


COLUMNS = ("mention_id", "state", "by", "at", "kind", "desk", "outcome")


@dataclass(frozen=True)
class Service:
    """What a desk did with what reached it.

    Attributes
    ----------
    desk : str
    n, n_answered, n_waiting, n_late : int
        Mentions in all, answered or closed, waiting, waiting past due.
    share_in_time : float or None
        Of those answered, how many before they were due.
    hours_median, hours_p90 : float or None
        From being said to the answer.
    """

    desk: str
    n: int
    n_answered: int
    n_waiting: int
    n_late: int
    share_in_time: float | None
    hours_median: float | None
    hours_p90: float | None


def read_feedback(path: str | Path, queue: Queue, now: datetime) -> list[Step]:
    """Steps of a table with the columns ``mention_id`` and ``state``, and of `COLUMNS` what else is known.

    A row that says what the queue says already is no step; one whose state has changed confirms its kind and desk.

    Raises
    ------
    SourceError
        A column is missing, or a row names a mention, state, kind, desk or time that there is not.
    """
    table = read_table(path)
    heads = {header.strip().lower().replace(" ", "_"): header for header in table.headers}
    for name in ("mention_id", "state"):
        if name not in heads:
            raise SourceError(f"the file has no column {name}", where=str(path), seen=", ".join(table.headers),
                              expected=", ".join(COLUMNS))  # fmt: skip
    items = {item.mention_id: item for item in queue.items}
    told = [(line, {name: row[head] for name, head in heads.items()}) for line, row in table.rows]
    steps = [_step(row, items, f"{path}, line {line}", now) for line, row in told if row["state"]]
    return [step for step in steps if _says_something(step, items[step.mention_id])]


def _says_something(step: Step, item: Item) -> bool:
    now = (item.state, item.kind, item.desk)
    return bool(step.outcome) or (step.state, step.kind or item.kind, step.desk or item.desk) != now


def _step(told: Mapping[str, str], items: Mapping[str, Item], where: str, now: datetime) -> Step:
    key, state = told["mention_id"], told["state"].lower()
    if key not in items:
        raise SourceError("no mention in the queue has this id", where=where, seen=key,
                          hint="ask with the same --brand and --days as the queue was written with")  # fmt: skip
    kind, desk = (told.get(name, "").lower() for name in ("kind", "desk"))
    for name, value, allowed in (("state", state, STATES), ("kind", kind, KINDS), ("desk", desk, DESKS)):
        if value and value not in allowed:
            raise SourceError.unknown(f"there is no such {name}", value, allowed, where=where)
    at = _time(told.get("at", ""), where, now)
    outcome = told.get("outcome") or None
    return Step(
        key, items[key].account_id, state, told.get("by") or None, at, kind or None, desk or None, outcome
    )


def _time(text: str, where: str, now: datetime) -> datetime:
    if not text:
        return now
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=None)
    except ValueError as error:
        raise SourceError(
            "this is no time", where=where, seen=text, expected="2025-06-30 or 2025-06-30T14:05"
        ) from error


def service_of(queue: Queue, steps: Iterable[Step]) -> tuple[Service, ...]:
    """How each desk, and all of them, served: answered is the first step to ``answered`` or ``closed``."""
    answered: dict[str, datetime] = {}
    for step in steps:
        if step.state in ("answered", "closed"):
            answered.setdefault(step.mention_id, step.at)
    due = [item for item in queue.items if item.due_at is not None]
    named = [*((desk, [item for item in due if item.desk == desk]) for desk in DESKS), ("all", due)]
    return tuple(_service(desk, items, answered) for desk, items in named if items)


def _service(desk: str, items: Sequence[Item], answered: Mapping[str, datetime]) -> Service:
    done = [(item, answered[item.mention_id]) for item in items if item.mention_id in answered]
    hours = [max((at - item.said_at) / timedelta(hours=1), 0.0) for item, at in done]
    in_time = [at <= item.due_at for item, at in done if item.due_at]
    return Service(
        desk, len(items), len(done), len(items) - len(done), sum(item.is_late for item in items),
        float(np.mean(in_time)) if in_time else None,
        float(np.median(hours)) if hours else None, float(np.quantile(hours, 0.9)) if hours else None,
    )  # fmt: skip
