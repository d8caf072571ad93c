"""Breaks in what platforms count: days from which the same name means another figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import SourceError, check_keys
from influence.schema import table_of
from influence.store.people.handles import platform_of
from influence.store.workspace import from_day, to_day
from influence.toml_files import read_toml, shipped

if TYPE_CHECKING:
    from influence.store.base import Store

FILE = "counting_breaks.toml"
"""Ships with the package; a file of this name beside a workspace adds to it."""
NAMED_LIKES = "interactions.likes"
_KEYS = ("platform", "day", "columns", "what", "source", "url")


@dataclass(frozen=True)
class Break:
    """From `day` on `platform` counts something else in these `columns` (``posts.views``): `what`, by whose word."""

    platform: str
    day: date
    columns: tuple[str, ...]
    what: str
    source: str
    url: str = ""

    def __str__(self) -> str:
        return (
            f"{self.platform} counts otherwise since {self.day}: {self.what} ({self.source}); figures of before and "
            "after do not compare."
        )


def read_breaks(workspace_path: Path | None = None) -> tuple[Break, ...]:
    """All breaks by day: those that ship, and those of the file beside the workspace.

    Raises
    ------
    SourceError
        The file beside the workspace is no TOML, or an entry lacks a key or has one that is unknown.

    Examples
    --------
    >>> [str(one.day) for one in read_breaks() if one.platform == "instagram"]
    ['2024-08-08', '2025-04-21']
    """
    told = list(shipped("influence.signals", FILE)["break"])
    own = None if workspace_path is None else workspace_path.parent / FILE
    if own is not None and own.is_file():
        told += read_toml(own, "table of breaks").get("break", [])
    return tuple(sorted((_break(one, str(own or FILE)) for one in told), key=lambda b: (b.day, b.platform)))


def breaks_crossed(
    store: Store, first_day: int, last_day: int, tables: Sequence[str] = ()
) -> tuple[Break, ...]:
    """Breaks after `first_day` and until `last_day` in figures that the workspace holds of the platform.

    Parameters
    ----------
    store : Store
    first_day, last_day : int
        Days since 1970-01-01; what is compared lies on both sides where a break is between them.
    tables : sequence of str
        Only columns of these tables; all if none is named.
    """
    first, last = from_day(first_day), from_day(last_day)
    between = (one for one in read_breaks(getattr(store, "path", None)) if first < one.day <= last)
    return tuple(one for one in between if any(_held(store, one.platform, c) for c in _of(one, tables)))


def _of(one: Break, tables: Sequence[str]) -> list[str]:
    return [column for column in one.columns if not tables or column.partition(".")[0] in tables]


def _held(store: Store, platform: str, column: str) -> bool:
    """Does the workspace hold a figure of this column from an account of the platform?"""
    table, _, name = column.partition(".")
    who, known = (
        ("target_id", "kind = 'like'") if column == NAMED_LIKES else ("account_id", f"{name} is not null")
    )
    sql = f"select 1 as found from {table} where {who} like ? and {known} limit 1"
    return len(store.query(sql, [f"{platform}:%"])) > 0


def _break(told: Mapping[str, Any], where: str) -> Break:
    check_keys(told, _KEYS, where, "break", SourceError)
    missing = [key for key in _KEYS[:-1] if not told.get(key)]
    if missing:
        raise SourceError(
            "a break lacks a key", where=where, seen=str(dict(told)), expected=", ".join(missing)
        )
    try:
        day = from_day(to_day(told["day"]) or 0)
    except (TypeError, ValueError) as error:
        raise SourceError(
            "this is not a date", where=where, seen=told["day"], expected="YYYY-MM-DD"
        ) from error
    columns = tuple(str(column) for column in told["columns"])
    for column in columns:
        _check_column(column, where)
    return Break(platform_of(str(told["platform"])), day, columns, str(told["what"]), str(told["source"]),
                 str(told.get("url", "")))  # fmt: skip


def _check_column(column: str, where: str) -> None:
    """Only names of the schema come into SQL."""
    table, _, name = column.partition(".")
    try:
        known = column == NAMED_LIKES or name in {one.name for one in table_of(table).all_columns}
    except KeyError:
        known = False
    if not known:
        raise SourceError(
            "a break names no column", where=where, seen=column, expected="table.column, as posts.views"
        )
