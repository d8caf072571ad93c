"""The queue: every mention that needs a person, with kind, desk, priority, due time, next step; what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from influence.listening.gathering import ITSELF, chances_of, gather
from influence.listening.listen import named_brands
from influence.listening.periods import period_of
from influence.listening.sorting import LEAST_LABELS, REMARK, Sorted, Sorter, TriageRules, triage_rules
from influence.listening.watch import niche_reach
from influence.store.lists.triage_steps import OPEN, Step, labels_of, states_of

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
    rules = rules or triage_rules()
    end = period_of(material.reference_day, None, last).end
    heard = gather(store, named_brands(brand, aliases, rivals), end, model)
    others = heard[(heard["brand"] == brand) & (heard["voice"] != ITSELF)]
    rows = others[~others["is_hidden"]].reset_index(drop=True)
    keys = rows[["account_id", "post_id", "said"]].itertuples(index=False)
    rows = rows.assign(mention_id=[mention_id(*key) for key in keys])
    rows = rows.drop_duplicates("mention_id").reset_index(drop=True)
    steps = states_of(store)
    sorter = Sorter(rules, [brand, *aliases])
    n_learnt = _learn(sorter, rows, labels_of(store))
    waits = rows["mention_id"].map(lambda key: key in steps and steps[key].state != "closed")
    is_asked = (rows["day"] < end) & ((rows["day"] >= end - days) | waits)
    dated = rows[is_asked].reset_index(drop=True)
    now = datetime(1970, 1, 1) + timedelta(days=end)
    items = _items(store, dated, rows, sorter, steps, niche_reach(dated, material, members), now)
    order = sorted(items, key=lambda one: (one.state not in OPEN, -one.priority, one.said_at, one.mention_id))
    return Queue(brand, now, tuple(order), n_learnt, int(rows["day"].isna().sum()), len(others) - len(rows))


def mention_id(account_id: str | None, post_id: str | None, said: str) -> str:
    """A name of a mention that stays the same: a hash of author, post and text."""
    written = repr((account_id, post_id, said)).encode("utf-8", "surrogatepass")
    return blake2b(written, digest_size=8).hexdigest()


def _learn(sorter: Sorter, rows: pd.DataFrame, labels: Mapping[str, tuple[str, str]]) -> int:
    """Learn from mentions whose kind and desk people have told; how many, 0 where they are too few."""
    told = rows[rows["mention_id"].isin(labels)]
    kinds, desks = zip(*(labels[key] for key in told["mention_id"]), strict=True) if len(told) else ((), ())
    if len(told) < LEAST_LABELS or len(set(kinds)) < 2 or len(set(desks)) < 2:
        return 0
    sorter.learn(told["said"].tolist(), chances_of(told), list(kinds), list(desks))
    return len(told)


def _items(
    store: Store, rows: pd.DataFrame, every: pd.DataFrame, sorter: Sorter, steps: Mapping[str, Step],
    reach: pd.Series, now: datetime,
) -> list[Item]:  # fmt: skip
    found = sorter.sort(rows["said"].tolist(), chances_of(rows))
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
            row.mention_id, row.account_id, _text(row.post_id), row.url, row.said, said_at, told.kind, told.desk,  # type: ignore[attr-defined]
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
