"""Many files at once: what lies beside what, which of a download's files may stay out, what nobody can read.

And what a document says once of all its rows: whose archive it is, which channel, which feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from influence.errors import EmptySourceError, OwnerError, SourceError
from influence.findings import Finding, Severity
from influence.schema import ID_COLUMNS, table_of
from influence.sources.arrays import outer
from influence.sources.base import ReadOptions, Source
from influence.sources.opening import open_sources
from influence.store.importing.mapping import ColumnRule, TableRule, is_named, missing_columns
from influence.store.importing.recognised import is_declared
from influence.store.importing.shaping import as_text, plain


@dataclass(frozen=True)
class Place:
    """Where a file stands in a call.

    Attributes
    ----------
    alone : bool
        It was named itself.
    nested : bool
        It lies deeper than the folder that was named, or in an archive.
    siblings : tuple of Path
        All files of the call, and those beside them.
    """

    alone: bool
    nested: bool
    siblings: tuple[Path, ...] = ()


def place_of(file: Path, files: Sequence[Path], paths: Sequence[Path], siblings: tuple[Path, ...]) -> Place:
    """Where `file` stands among all `files` that `paths` stand for."""
    named = {path.resolve() for path in paths if path.is_file()}
    alone = len(files) == 1 or file.resolve() in named
    return Place(alone, file not in paths and file.parent not in paths, siblings)


def siblings_of(files: Sequence[Path]) -> tuple[Path, ...]:
    """The files to be imported, and those that lie beside them."""
    folders = {path.parent for path in files if path.parent.is_dir()}
    return tuple({*files, *(path for folder in folders for path in folder.iterdir() if path.is_file())})


def opened(file: Path, options: ReadOptions, place: Place, findings: list[Finding]) -> list[Source]:
    """The sources of a file; of many, one that is empty stays out, and one deep in a download that nobody declared."""
    try:
        return open_sources(file, options)
    except SourceError as error:
        may_stay_out = isinstance(error, EmptySourceError) or (place.nested and not is_declared(file.name))
        if place.alone or not may_stay_out:
            raise
        findings.append(left_out(file.name, error.what))
        return []


def left_out(name: str, why: str) -> Finding:
    """A file that fills nothing, and why."""
    return Finding(Severity.NOTE, "file-left-out", f"{name} is left out: {why}")


def without_reader(paths: Sequence[Path]) -> list[Finding]:
    """Files that no reader knows: by name where they are few, else counted by ending."""
    by_ending: dict[str, list[Path]] = {}
    for path in paths:
        by_ending.setdefault(path.suffix.lower(), []).append(path)
    names = [
        name
        for ending, some in sorted(by_ending.items())
        for name in ([path.name for path in some] if len(some) <= 3 else [f"{len(some):,} files {ending}"])
    ]
    return [left_out(name, "no reader knows this ending") for name in names]


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
        if needed.inside is None:
            raise OwnerError(
                "this export does not say whose it is",
                where=source.path.name,
                hint="say whose it is with --owner HANDLE",
            )
        raise OwnerError(
            f"whose rows these are ({missing[0]}) is said in {needed.inside}, which is not here",
            where=source.path.name,
            expected=f"{needed.once[0]} in {needed.inside}",
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
    fitting = [other for other in siblings if is_named(other.name, (name,))]
    nearest = sorted(fitting, key=lambda other: (other.parent != path.parent, str(other)))
    return [source for other in nearest for source in open_sources(other)]


def _said(name: str, places: Iterable[Source]) -> str | None:
    for source in places:
        told = source.context.get(name) or _first(name, source)
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
