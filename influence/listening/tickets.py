"""The queue in the columns that a help desk imports; nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from influence.errors import UsageError
from influence.listening.queue import Item
from influence.toml_files import shipped

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
