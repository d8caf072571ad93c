"""Files that were brought, as they would be read: by the functions of `influence columns` and `influence import`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from influence.errors import InfluenceError

if TYPE_CHECKING:
    from influence.sources.base import ReadOptions, Source
    from influence.store.importing.deciding import SourcePlan
    from influence.store.importing.transaction import Planned

SHOWN_ROWS = 200
"""Rows in which first values are looked for."""
SHOWN_VALUES = 3


@dataclass(frozen=True)
class Told:
    """What a person said about files: what columns are, by (file, column) counted from 0; empty texts say nothing."""

    columns: Mapping[tuple[int, int], str] = field(default_factory=dict)
    platform: str = ""
    owner: str = ""


@dataclass(frozen=True)
class SeenColumn:
    """A column of a file: its first values, the columns of tables that it fills, and what a person said it is."""

    at: int
    header: str
    values: tuple[str, ...]
    fills: str
    told: str


@dataclass(frozen=True)
class SeenFile:
    """One source of a file, as it would be read; `error` where it would not, `alone` where the file has no other.

    Columns can be told of files with one source: what is told counts for all of a file.
    """

    at: int
    name: str
    about: str
    tables: str
    why: str
    columns: tuple[SeenColumn, ...]
    error: InfluenceError | None = None
    alone: bool = True


def planned_of(files: Sequence[Path], told: Told) -> Planned:
    """How the files are read: those that nobody said anything about together, the others one by one.

    A mapping file (.toml) among them says how the rest is read.
    """
    from influence.store.importing.transaction import Planned, plan_import

    mapping = next((file for file in files if file.suffix == ".toml"), None)
    said = {at for at, _ in told.columns}
    data = [(at, file) for at, file in enumerate(files) if file != mapping]
    plain = [file for at, file in data if at not in said]
    made = [plan_import(plain, mapping, _options(told, None, ()))] if plain else []
    for at, file in data:
        if at in said:
            made.append(plan_import([file], mapping, _options(told, at, _headers(file))))
    plans = tuple(plan for one in made for plan in one.plans)
    return Planned(plans, tuple(f for one in made for f in one.findings), made[0].label if made else None)


def looked_at(files: Sequence[Path], told: Told) -> list[SeenFile]:
    """Every source of the files, with its columns."""
    return [one for at, file in enumerate(files) if file.suffix != ".toml" for one in _seen(files, at, told)]


def _seen(files: Sequence[Path], at: int, told: Told) -> list[SeenFile]:
    from influence.sources.opening import open_sources

    mapping = tuple(file for file in files if file.suffix == ".toml")
    mine = Told({(0, c): what for (f, c), what in told.columns.items() if f == at}, told.platform, told.owner)
    try:
        plans = planned_of([files[at], *mapping], mine).plans
        return [_as_planned(at, plan, mine, len(plans) == 1) for plan in plans]
    except InfluenceError as error:
        try:
            sources = open_sources(files[at])
        except (InfluenceError, KeyError):
            return [SeenFile(at, files[at].name, "", "", "", (), error)]
        seen = [(one.about, _columns(one, {}, mine)) for one in sources]
        return [
            SeenFile(at, files[at].name, about, "", "", columns, error, len(seen) == 1)
            for about, columns in seen
        ]


def _as_planned(at: int, plan: SourcePlan, told: Told, alone: bool) -> SeenFile:
    tables = ", ".join(dict.fromkeys(table.rule.table for table in plan.tables))
    columns = _columns(plan.source, _fills(plan), told)
    return SeenFile(at, plan.file, plan.source.about, tables, _why(plan), columns, None, alone)


def _why(plan: SourcePlan) -> str:
    if plan.guess is not None:
        return f"{plan.guess.sureness:.0%} sure: {plan.guess.reason}"
    return "by your mapping" if plan.export is None else f"recognised: {plan.export.name}"


def _fills(plan: SourcePlan) -> dict[str, str]:
    """Header -> columns of tables that it fills."""
    found: dict[str, list[str]] = {}
    for table in plan.tables:
        for rule in table.rule.columns:
            for header in rule.headers:
                if rule.target != "extra" and header not in rule.digest:
                    found.setdefault(header, []).append(f"{table.rule.table}.{rule.target}")
    return {header: ", ".join(dict.fromkeys(names)) for header, names in found.items()}


def _columns(source: Source, fills: Mapping[str, str], told: Told) -> tuple[SeenColumn, ...]:
    from influence.store.importing.deciding import sample_of

    sample = sample_of(source, SHOWN_ROWS)
    return tuple(
        SeenColumn(at, header, _first(sample[header]), fills.get(header, ""), told.columns.get((0, at), ""))
        for at, header in enumerate(source.headers)
    )


def _first(values: Sequence[str | None]) -> tuple[str, ...]:
    known = dict.fromkeys(value.strip() for value in values if value and value.strip())
    return tuple(list(known)[:SHOWN_VALUES])


def _headers(file: Path) -> tuple[str, ...]:
    from influence.sources.opening import open_sources

    return open_sources(file)[0].headers


def _options(told: Told, at: int | None, headers: Sequence[str]) -> ReadOptions:
    from influence.sources.base import ReadOptions

    columns = tuple(
        (what, headers[column])
        for (file, column), what in told.columns.items()
        if file == at and column < len(headers)
    )
    return ReadOptions(columns=columns, owner=told.owner or None)
