"""Answers and outcomes come back from a file, and what they say of the service: how fast, how many, by desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from influence.errors import SourceError
from influence.listening.queue import Item, Queue
from influence.listening.sorting import DESKS, KINDS
from influence.sources.opening import open_sources
from influence.store.lists.triage_steps import STATES, Step

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
    source = open_sources(Path(path))[0]
    heads = {header.strip().lower().replace(" ", "_"): header for header in source.headers}
    for name in ("mention_id", "state"):
        if name not in heads:
            raise SourceError(f"the file has no column {name}", where=str(path), seen=", ".join(source.headers),
                              expected=", ".join(COLUMNS))  # fmt: skip
    items, steps = {item.mention_id: item for item in queue.items}, []
    for batch in source.batches():
        for line, row in zip(batch.lines.tolist(), batch.rows.to_pylist(), strict=True):
            told = {name: str(row[heads[name]] or "").strip() for name in COLUMNS if name in heads}
            if told["state"]:
                steps.append(_step(told, items, f"{path}, line {line}", now))
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
