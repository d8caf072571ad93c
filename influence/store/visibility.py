"""What was known on a day: one rule for every table, so that a ranking as of the past cannot see the future.

A row is visible as of day D when its own day is before D. A row without a day of its own is as old as its
``fetched_day``. A day later than ``fetched_day`` cannot be true (`influence check` lists it): the row is as old as its
``fetched_day``, and what is told by it (age, latest day) is unknown. Without an explicit `as_of` everything is visible,
and ages count from the day after the latest row.
"""

from __future__ import annotations

from datetime import date

from influence.errors import UsageError
from influence.store.base import Store, count_in, values_of
from influence.store.workspace import to_day

EVENT_DAY = {
    "accounts": "null",
    "follows": "since_day",
    "posts": "created_day",
    "interactions": "created_day",
    "snapshots": "day",
    "customers": "last_order",
    "orders": "ordered_day",
    "contacts": "null",
    "outcomes": "day",
    "metrics": "day",
    "coverage": "day",
}
"""Column that dates a row of each table; ``null`` where rows have no day of their own."""

_DATED = ("posts", "interactions", "follows", "snapshots", "metrics", "outcomes")


def row_day(table: str) -> str:
    """SQL expression for the day on which a row of `table` became known."""
    return f"coalesce(least({EVENT_DAY[table]}, fetched_day), fetched_day)"


def told_day(table: str) -> str:
    """SQL expression for the day that a row of `table` bears; null where it cannot be true.

    Times without a zone may be a day ahead of UTC.
    """
    day = EVENT_DAY[table]
    return f"case when coalesce({day} <= fetched_day + 1, true) then {day} end"


def visible(table: str, as_of_day: int | None) -> str:
    """SQL condition that keeps the rows of `table` known before `as_of_day`; ``true`` without one.

    The day is an integer of our own making, never text from a user, so it may stand in the SQL.
    """
    if as_of_day is None:
        return "true"
    return f"{row_day(table)} < {int(as_of_day)}"


def undated_later(store: Store, as_of_day: int) -> dict[str, int]:
    """What has no day of its own and was not seen before `as_of_day`, counted by what it is called."""
    later = f"coalesce(fetched_day >= {int(as_of_day)}, true)"
    rows = {
        name: f"{name}s where {EVENT_DAY[name + 's']} is null and {later}"
        for name in ("follow", "interaction", "post")
    }
    rows["follower count"] = f"accounts where followers is not null and {later}"
    found = {name: count_in(store, told) for name, told in rows.items()}
    return {name: n for name, n in found.items() if n}


def latest_day(store: Store, as_of_day: int | None = None) -> int | None:
    """Day of the latest dated row that is visible as of `as_of_day`; None when nothing has a date."""
    parts = [
        f"select max({told_day(table)}) as day from {table} where {visible(table, as_of_day)}"
        for table in _DATED
    ]
    (day,) = values_of(store, f"select max(day) as day from ({' union all '.join(parts)}) as days")
    return None if day is None else int(day)


def reference_day(store: Store, as_of: date | str | int | None) -> int:
    """Day from which ages are counted: `as_of`, or the day after the latest dated row (0 when there is none)."""
    if as_of is not None:
        return as_of if isinstance(as_of, int) else told_as_of(as_of) or 0
    latest = latest_day(store)
    return 0 if latest is None else latest + 1


def told_as_of(as_of: date | str | None) -> int | None:
    """The day that a person told; UsageError where it is text that is no date."""
    try:
        return to_day(as_of)
    except ValueError as error:
        expected = "YYYY-MM-DD, as in 2012-07-01"
        raise UsageError("this is not a date", where="as_of", seen=as_of, expected=expected) from error
