"""The queue as a page, a table and a sheet to fill in."""

from __future__ import annotations

from collections.abc import Sequence

from influence.listening.desk_answers import Service, level_of
from influence.listening.queue import Item, Queue
from influence.reporting.parts import Page, Part, made_page
from influence.store.lists.triage_steps import OPEN
from influence.writing.book import Sheet, filled_sheets, sheet_of
from influence.writing.data_text import json_text
from influence.writing.plain import counted, decimal, long_day, percent, shorten, whole

SHOWN = 30
MEANINGS = {
    "mention_id": "keep it: what comes back by --feedback is found by it",
    "state": "open, taken, answered or closed; change it and give the file back with --feedback",
    "by": "who did it", "at": "when, 2025-06-30T14:05", "kind": "correct it where it is wrong: a hundred teach",
    "desk": "care, pr, product, sales or legal; correct it where it is wrong",
    "priority": "0-100: kind, urgency, anger, reach in the niche, value of the customer, history, age",
}  # fmt: skip


def triage_page(queue: Queue, service: Sequence[Service]) -> Page:
    """What waits, most pressing first; the service level; how it was sorted."""
    waiting = [one for one in queue.items if one.state in OPEN and one.due_at is not None]
    late = sum(one.is_late for one in waiting)
    verb = "waits" if len(waiting) == 1 else "wait"
    title = f"{counted(len(waiting), 'mention')} of {queue.brand} {verb} for a person"
    tiles = [(whole(late), "past due"), (whole(sum(one.priority >= 60 for one in waiting)), "urgent"),
             (whole(len(queue.items) - len(waiting)), "done, or no answer is due")]  # fmt: skip
    parts = [_queue(waiting), _desks(service), _how(queue)]
    as_of = f"As of {long_day(queue.now.date())}, {queue.now:%H:%M}"
    return made_page(title, as_of, tiles, parts, " Nothing was sent.")


def _queue(waiting: Sequence[Item]) -> Part | None:
    if not waiting:
        return None
    rows = [
        [decimal(one.priority, 0), one.kind, one.desk, _due(one), one.account_id, shorten(one.said, 90)]
        for one in waiting[:SHOWN]
    ]
    more = f"The first {SHOWN} of {whole(len(waiting))}; -o queue.xlsx holds all."
    words = [more] * (len(waiting) > SHOWN) + [f"First: {waiting[0].next_step}"]
    head = ("prio", "kind", "desk", "due", "who", "said")
    return Part("What to do, most pressing first", tuple(words), head, rows)


def _due(one: Item) -> str:
    if one.due_at is None:
        return ""
    return f"{one.due_at.day} {one.due_at:%b %H:%M}" + (" late" if one.is_late else "")


def _desks(service: Sequence[Service]) -> Part | None:
    if not service:
        return None
    rows = [[one.desk, whole(one.n), whole(one.n_answered), whole(one.n_late),
             "" if one.share_in_time is None else percent(one.share_in_time),
             "" if one.hours_median is None else decimal(one.hours_median),
             "" if one.hours_p90 is None else decimal(one.hours_p90)] for one in service]  # fmt: skip
    head = ("desk", "mentions", "answered", "late", "in time", "median h", "nine in ten h")
    return Part("Service level", ("Hours from being said to the first answer.",), head, rows)


def _how(queue: Queue) -> Part:
    learnt = (f"Sorted by the rules and by {whole(queue.n_learnt)} mentions that people have sorted."
              if queue.n_learnt else
              "Sorted by the rules. Correct kind and desk in the sheet and give it back with --feedback: from a "
              "hundred mentions on that people have sorted, they are learnt from.")  # fmt: skip
    lost = {"without a date": queue.n_undated, "by accounts that nobody may write to": queue.n_hidden}
    left_out = [
        f"{counted(n, 'mention')} {why} {'is' if n == 1 else 'are'} not in the queue."
        for why, n in lost.items()
        if n
    ]
    n = sum(one.is_remark for one in queue.items)
    remarks = (
        f"{counted(n, 'mention')} of which nothing says what they want: last in the sheet, due no answer."
    )
    return Part("How it was sorted", (learnt, *[remarks] * (n > 0), *left_out))


def triage_sheets(queue: Queue, service: Sequence[Service]) -> list[Sheet]:
    """The queue to work on, and the service level."""
    rows = [_row(one) for one in queue.items]
    least = ("mention_id", "state", "by", "at", "kind", "desk", "outcome")
    return [sheet_of("Queue", rows, least, **MEANINGS), *filled_sheets({"Service": service})]


def _row(one: Item) -> dict[str, object]:
    return {
        "mention_id": one.mention_id, "priority": round(one.priority, 1), "level": level_of(one.priority),
        "kind": one.kind, "is_remark": one.is_remark, "desk": one.desk,
        "due": f"{one.due_at:%Y-%m-%dT%H:%M}" if one.due_at else None,
        "is_late": one.is_late, "account_id": one.account_id, "said": one.said, "next": one.next_step,
        "because": ", ".join(one.because), "said_at": f"{one.said_at:%Y-%m-%dT%H:%M}", "url": one.url,
        "state": one.state, "by": one.by, "at": f"{one.changed_at:%Y-%m-%dT%H:%M}" if one.changed_at else None,
        "outcome": None,
        **{f"points_{name}": round(value, 1) for name, value in vars(one.points).items()},
    }  # fmt: skip


def triage_json(queue: Queue, service: Sequence[Service]) -> str:
    """The queue and the service level."""
    return json_text({
        "brand": queue.brand, "now": queue.now.isoformat(), "n_learnt": queue.n_learnt,
        "queue": [_row(one) for one in queue.items], "service": list(service),
    })  # fmt: skip
