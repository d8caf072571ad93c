"""What a document says once of all its rows: whose archive it is, which channel, which feed."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from influence.errors import OwnerError
from influence.schema import ID_COLUMNS, table_of
from influence.sources.arrays import outer
from influence.sources.base import Source
from influence.sources.opening import open_sources
from influence.store.importing.mapping import ColumnRule, TableRule, missing_columns
from influence.store.importing.shaping import as_text, plain


def with_onces(
    rule: TableRule, source: Source, siblings: Sequence[Path], owner: str | None = None
) -> TableRule:
    """`rule` with what is said once in the place of where it is said; `owner` where no file says whose rows they are.

    Raises
    ------
    OwnerError
        It is nowhere said, and the table needs it.
    """
    columns = tuple(
        found for column in rule.columns if (found := _resolved(column, source, siblings, owner)) is not None
    )
    missing = missing_columns(table_of(rule.table), {column.target for column in columns})
    if missing:
        needed = next(column for column in rule.columns if column.target == missing[0])
        raise OwnerError(
            f"whose rows these are ({missing[0]}) is said in {needed.inside or 'another part'}, which is not here",
            where=source.path.name,
            expected=f"{needed.once[0]} in {needed.inside or source.path.name}",
            hint="import the whole download, folder or zip, or say whose it is with --owner HANDLE",
        )
    return replace(rule, columns=columns)


def _resolved(
    column: ColumnRule, source: Source, siblings: Sequence[Path], owner: str | None
) -> ColumnRule | None:
    if not column.once:
        return column
    places = [source] if column.inside is None else _sources(column.inside, source.path, siblings)
    said = [value for name in column.once if (value := _said(name, places))]
    if not said and owner and column.target in ID_COLUMNS:
        return replace(column, once=(), constant=owner)
    if not said:
        return None
    constant = column.join.join(said) if column.join is not None else said[0]
    return replace(column, once=(), constant=constant)


def _sources(name: str, path: Path, siblings: Sequence[Path]) -> list[Source]:
    """The files of that name among those imported, the nearest first."""
    fitting = [other for other in siblings if fnmatch.fnmatch(other.name.lower(), name.lower())]
    nearest = sorted(fitting, key=lambda other: (other.parent != path.parent, str(other)))
    return [source for other in nearest for source in open_sources(other)]


def _said(name: str, places: Iterable[Source]) -> str | None:
    for source in places:
        told = getattr(source, "context", {}).get(name) or _first(name, source)
        if told:
            return str(told)
    return None


def _first(name: str, source: Source) -> str | None:
    """The first value of a column that is not empty."""
    if outer(name) not in source.headers:
        return None
    batch = next(iter(source.batches()), None)
    values = [] if batch is None else as_text(plain(batch.rows.column(name))).to_pylist()
    return next((value.strip() for value in values if value and value.strip()), None)
