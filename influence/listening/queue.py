"""The queue: every mention that needs a person, with kind, desk, priority, due time, next step; what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from influence.errors import SourceError, UsageError
from influence.listening.gathering import FEELINGS, ITSELF, gather
from influence.listening.sorting import DESKS, KINDS, REMARK, Sorted, Sorter, TriageRules, triage_rules
from influence.listening.watch import niche_reach
from influence.sources.opening import open_sources
from influence.store.lists.triage_steps import OPEN, STATES, Step, labels_of, states_of
from influence.toml_files import shipped

if TYPE_CHECKING:
    from influence.signals.material import Material
    from influence.store.base import Store
    from influence.text.sentiment.score import Sentiment

SHARE_OF_URGENCY, SHARE_OF_ANGER, SHARE_OF_REACH = 30, 10, 15
SHARE_OF_VALUE, SHARE_OF_HISTORY, SHARE_OF_AGE = 10, 10, 10
"""Points that each may add to those of the kind; priority is at most 100."""
FULL_URGENCY = 6.0
FULL_HISTORY = 3
CONTACT_DAYS = 30


@dataclass(frozen=True)
class Priority:
    """Points of 0-100 by what they come from; they add up to `total`."""

    kind: float
    urgency: float = 0.0
    anger: float = 0.0
    reach: float = 0.0
    value: float = 0.0
    history: float = 0.0
    age: float = 0.0

    @property
    def total(self) -> float:
        """At most 100."""
        return float(min(sum(vars(self).values()), 100.0))


@dataclass(frozen=True)
class Item:
    """A mention in the queue.

    Attributes
    ----------
    mention_id : str
        The same for the same text of the same author, whenever it is asked.
    said_at : datetime
    due_at : datetime or None
        None where no answer is due.
    state, by, changed_at
        Latest step, see `influence.store.lists.triage_steps`.
    is_remark : bool
        Nothing says its kind, which is the likeliest all the same; it is due no answer until somebody takes it up.
    is_late : bool
        Not answered and past due on the day of asking.
    """

    mention_id: str
    account_id: str
    post_id: str | None
    url: str | None
    said: str
    said_at: datetime
    kind: str
    desk: str
    p_kind: float
    because: tuple[str, ...]
    points: Priority
    priority: float
    due_at: datetime | None
    is_late: bool
    next_step: str
    is_remark: bool
    state: str
    by: str | None
    changed_at: datetime | None


@dataclass(frozen=True)
class Queue:
    """The queue, most pressing first; `n_learnt` labels have been learnt from, 0: rules alone.

    `n_hidden` mentions are by accounts that are private, suppressed or ask not to be listed: nobody writes to them.
    """

    brand: str
    now: datetime
    items: tuple[Item, ...]
    n_learnt: int
    n_undated: int
    n_hidden: int


def triage(
    store: Store,
    material: Material,
    brand: str,
    *,
    aliases: Sequence[str] = (),
    rivals: Sequence[str] = (),
    last: str | None = None,
    days: int = 28,
    rules: TriageRules | None = None,
    members: np.ndarray | None = None,
    model: Sentiment | None = None,
) -> Queue:
    """Which mentions need a person, whose, and in which order?

    Parameters
    ----------
    store, material, brand, aliases, rivals, members, model
        As in `influence.listening.listen.listen`.
    last : ISO text, optional
        The last day that counts; the end of it is now. The latest in the data if not told: no clock is asked.
    days : int
        How many days of mentions are in the queue; those not closed stay however old they are.
    rules : TriageRules, optional

    Raises
    ------
    MissingDataError
        There is no text, or nobody names the brand.
    """
    from influence.listening.periods import period_of

    rules = rules or triage_rules()
    end = period_of(material.reference_day, None, last).end
    heard = gather(store, {brand: tuple(aliases), **dict.fromkeys(rivals, ())}, end, model)
    others = heard[(heard["brand"] == brand) & (heard["voice"] != ITSELF)]
    rows = others[~others["is_hidden"]].reset_index(drop=True)
    rows = rows.assign(
        mention_id=[
            mention_id(*key) for key in rows[["account_id", "post_id", "said"]].itertuples(index=False)
        ]
    )
    rows = rows.drop_duplicates("mention_id").reset_index(drop=True)
    steps = states_of(store)
    sorter = Sorter(rules, [brand, *aliases])
    n_learnt = _learn(sorter, rows, labels_of(store))
    waits = rows["mention_id"].map(lambda key: key in steps and steps[key].state != "closed")
    dated = rows[
        rows["day"].notna() & (rows["day"] < end) & ((rows["day"] >= end - days) | waits)
    ].reset_index(drop=True)
    now = datetime(1970, 1, 1) + timedelta(days=end)
    items = _items(store, dated, rows, sorter, steps, niche_reach(dated, material, members), now)
    order = sorted(items, key=lambda one: (one.state not in OPEN, -one.priority, one.said_at, one.mention_id))
    return Queue(brand, now, tuple(order), n_learnt, int(rows["day"].isna().sum()), len(others) - len(rows))


def mention_id(account_id: str | None, post_id: str | None, said: str) -> str:
    """A name of a mention that stays the same: a hash of author, post and text."""
    return blake2b(
        repr((account_id, post_id, said)).encode("utf-8", "surrogatepass"), digest_size=8
    ).hexdigest()


def _learn(sorter: Sorter, rows: pd.DataFrame, labels: Mapping[str, tuple[str, str]]) -> int:
    """Learn from mentions whose kind and desk people have told; how many, 0 where they are too few."""
    from influence.listening.sorting import LEAST_LABELS

    told = rows[rows["mention_id"].isin(labels)]
    kinds, desks = zip(*(labels[key] for key in told["mention_id"]), strict=True) if len(told) else ((), ())
    if len(told) < LEAST_LABELS or len(set(kinds)) < 2 or len(set(desks)) < 2:
        return 0
    sorter.learn(told["said"].tolist(), _chances(told), list(kinds), list(desks))
    return len(told)


def _chances(rows: pd.DataFrame) -> np.ndarray:
    return np.asarray(rows[[f"p_{name}" for name in FEELINGS]].to_numpy(np.float64))


def _items(
    store: Store, rows: pd.DataFrame, every: pd.DataFrame, sorter: Sorter, steps: Mapping[str, Step],
    reach: pd.Series, now: datetime,
) -> list[Item]:  # fmt: skip
    found = sorter.sort(rows["said"].tolist(), _chances(rows))
    said_at = _times(store, rows)
    context = _Context(sorter.rules, reach, _values(store, rows), _open_before(every, steps), now)
    return [
        context.item(row, one, at, steps.get(row.mention_id))
        for row, one, at in zip(rows.itertuples(), found, said_at, strict=True)
    ]


def _times(store: Store, rows: pd.DataFrame) -> list[datetime]:
    """When each was said: the post's time where the author's post is at hand, else the start of its day."""
    sql = "select post_id, account_id, created_at from posts where post_id in (select unnest(?))"
    told = store.query(sql, [sorted({str(one) for one in rows["post_id"].dropna()})])
    known = {(row["post_id"], row["account_id"]): row["created_at"] for row in told.to_pylist()}
    days = [datetime(1970, 1, 1) + timedelta(days=int(day)) for day in rows["day"]]
    keys = rows[["post_id", "account_id"]].itertuples(index=False)
    return [known.get(tuple(key)) or day for key, day in zip(keys, days, strict=True)]


def _values(store: Store, rows: pd.DataFrame) -> dict[str, float]:
    """Standing of each buyer among all by revenue, 0-1."""
    sql = "select account_id, sum(revenue) as revenue from customers where revenue is not null group by account_id"
    told = store.query(sql).to_pandas()
    told["standing"] = told["revenue"].rank(pct=True)
    told = told[told["account_id"].isin(set(rows["account_id"]))]
    return dict(zip(told["account_id"], told["standing"], strict=True))


def _open_before(rows: pd.DataFrame, steps: Mapping[str, Step]) -> dict[str, list[float]]:
    """Days of each author's mentions that nobody has answered or closed."""
    waiting = rows[[steps[key].state in OPEN if key in steps else True for key in rows["mention_id"]]]
    return {str(who): part.dropna().tolist() for who, part in waiting.groupby("account_id")["day"]}


@dataclass(frozen=True)
class _Context:
    rules: TriageRules
    reach: pd.Series
    values: Mapping[str, float]
    waiting: Mapping[str, list[float]]
    now: datetime

    def item(self, row: object, one: Sorted, said_at: datetime, step: Step | None) -> Item:
        told = one if step is None else _corrected(one, step)
        handling = handling_of(told, self.rules)
        due = said_at + timedelta(hours=handling["due_hours"]) if handling["due_hours"] else None
        state = step.state if step else "open"
        late = due is not None and state in OPEN and due < self.now
        points = self.points(row, told, due)
        return Item(
            row.mention_id, row.account_id, _text(row.post_id), _text(row.url), row.said, said_at, told.kind, told.desk,  # type: ignore[attr-defined]
            told.p_kind, told.because, points, points.total, due, late, handling["next"], told.is_remark, state,
            step.by if step else None, step.at if step else None,
        )  # fmt: skip

    def points(self, row: object, one: Sorted, due: datetime | None) -> Priority:
        who, day = row.account_id, row.day  # type: ignore[attr-defined]
        chance = np.array([row.p_negative, row.p_neutral, row.p_positive])  # type: ignore[attr-defined]
        heard, usual = float(self.reach.get(who, 0.0)), float(self.reach[self.reach > 0].median() or 0.0)
        before = [one for one in self.waiting.get(who, ()) if day - CONTACT_DAYS <= one < day]
        late = 0.0 if due is None else min(max((self.now - due) / timedelta(days=7), 0.0), 1.0)
        return priority_of(
            one, chance, self.rules, reach=heard / (heard + usual) if heard > 0 else 0.0,
            value=self.values.get(who, 0.0), n_before=len(before), late=late,
        )  # fmt: skip


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _corrected(one: Sorted, step: Step) -> Sorted:
    """What a person said about kind and desk stands above what was found."""
    from dataclasses import replace

    sure = 1.0 if step.kind else one.p_kind
    return replace(one, kind=step.kind or one.kind, desk=step.desk or one.desk, p_kind=sure, is_remark=False)


def handling_of(one: Sorted, rules: TriageRules) -> Mapping[str, Any]:
    """Points, hours and next step of a mention."""
    return rules.handling[REMARK if one.is_remark else one.kind]


def priority_of(
    one: Sorted, chance: np.ndarray, rules: TriageRules, *, reach: float = 0.0, value: float = 0.0, n_before: int = 0,
    late: float = 0.0,
) -> Priority:  # fmt: skip
    """Points of a mention: of its kind, and up to so many for each of the rest.

    Parameters
    ----------
    one : Sorted
    chance : ndarray, shape (3,)
        Probabilities of negative, neutral, positive; NaN adds nothing.
    rules : TriageRules
    reach, value, late : float
        0-1: niche readers ``n / (n + median)``, standing among customers, weeks past due.
    n_before : int
        Earlier mentions of the author that still wait.
    """
    if one.kind == "spam":
        return Priority(float(rules.handling["spam"]["points"]))
    return Priority(
        float(handling_of(one, rules)["points"]),
        SHARE_OF_URGENCY * min(one.urgency / FULL_URGENCY, 1.0),
        SHARE_OF_ANGER * float(np.nan_to_num(chance[0])),
        SHARE_OF_REACH * reach,
        SHARE_OF_VALUE * value,
        SHARE_OF_HISTORY * min(n_before / FULL_HISTORY, 1.0),
        SHARE_OF_AGE * late,
    )


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
    return {"title": _title(item), "description": _description(item)}.get(field) or str(
        getattr(item, field, "")
    )


def _title(item: Item) -> str:
    from influence.writing.plain import shorten

    return f"{item.kind.capitalize()}: {shorten(item.said, TITLE_WIDTH)}"


def _description(item: Item) -> str:
    lines = [
        item.said,
        f"By {item.account_id}" + (f", {item.url}" if item.url else ""),
        f"Next: {item.next_step}",
    ]
    return "\n".join(lines)


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
