"""Exports that are recognised: one declaration each, in the mapping language, shipped with the package."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from influence.errors import MappingError
from influence.schema import table_of
from influence.sources.arrays import outer
from influence.sources.base import Source
from influence.store.importing.mapping import ColumnRule, Mapping, TableRule, missing_columns, parse_mapping
from influence.toml_files import shipped

FOLDER = "exports"
NESTED = re.compile(r"[a-z]\w*/[a-z]\w*")
HEADERS = ("recognised", "columns", "only_with", "needs")
"""Keys of a table under which headers stand."""

ABOUT_KEYS = ("name", "seen", "found", "tried", "archive", "mend")


@dataclass(frozen=True)
class KnownExport:
    """What one tool or service exports, and how it fills tables.

    Attributes
    ----------
    key : str
        Name of its declaration.
    name, seen, found : str
        What it is, of which versions, and where a user finds it.
    tried : bool
        It was tried on real files; else it follows what is documented or reported of them.
    archive : bool
        It is one of many files of a download, of which those that are not declared stay out.
    mapping : Mapping
    """

    key: str
    name: str
    seen: str
    found: str
    tried: bool
    archive: bool
    mapping: Mapping

    def rules_for(self, source: Source) -> tuple[TableRule, ...]:
        """The rules that a source fits, each with the columns that the source has."""
        fitting = [rule for rule in self.mapping.tables if _fits(rule, source)]
        return tuple(rule for given in fitting if (rule := fitted(given, source.headers)) is not None)


def recognise(source: Source) -> list[tuple[KnownExport, tuple[TableRule, ...]]]:
    """The exports that a source may be, told by the columns only they have, and the rules that fill tables from it.

    First the one that knows most of its columns.
    """
    paths = any(NESTED.search(header) for header in source.headers)
    given = (*known_exports(), *known_exports("/")) if paths else known_exports()
    found = [(export, rules) for export in given if (rules := export.rules_for(source))]
    return sorted(found, key=lambda pair: _weight(pair[1]), reverse=True)


def is_declared(file_name: str) -> bool:
    """Whether an export has a file of this name."""
    rules = [rule for export in known_exports() for rule in export.mapping.tables if rule.patterns != ("*",)]
    return any(replace(rule, sheet=None).fits(file_name, "") for rule in rules)


@lru_cache(maxsize=2)
def known_exports(between: str = ".") -> tuple[KnownExport, ...]:
    """All declarations, by name; as CSV some tools write ``authorMeta/name`` for ``authorMeta.name``."""
    names = [f.name for f in files(__package__).joinpath(FOLDER).iterdir() if f.name.endswith(".toml")]
    read = (
        _export(name.removesuffix(".toml"), _spelt({**shipped(str(__package__), FOLDER, name)}, between))
        for name in names
    )
    return tuple(sorted(read, key=lambda export: export.name.lower()))


def _spelt(data: dict[str, Any], between: str) -> dict[str, Any]:
    """A declaration whose headers of nested values are written with another sign."""
    tables = [
        {key: _with_sign(value, between) if key in HEADERS else value for key, value in table.items()}
        for table in data["table"]
    ]
    return data if between == "." else {**data, "table": tables}


def _with_sign(value: Any, between: str) -> Any:
    if isinstance(value, dict):
        return {key: _with_sign(one, between) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_sign(one, between) for one in value]
    return re.sub(r"(?<=\w)\.(?=[A-Za-z_])", between, value) if isinstance(value, str) else value


def fitted(rule: TableRule, headers: Sequence[str]) -> TableRule | None:
    """`rule` without the columns that a source lacks; None when a required one is not filled then."""
    there = {header for header in rule.headers if outer(header) in headers}
    columns = tuple(column for given in rule.columns if (column := _narrowed(given, there)) is not None)
    if missing_columns(table_of(rule.table), {column.target for column in columns}):
        return None
    only_with = tuple(header for header in rule.only_with if header in there)
    if rule.only_with and not only_with:
        return None
    return replace(rule, columns=columns, only_with=only_with)


def _narrowed(column: ColumnRule, there: set[str]) -> ColumnRule | None:
    if column.column is None:
        return column
    kept = [header for header in column.columns if header in there]
    platform = column.platform if column.platform in there else None
    return replace(column, column=kept[0], others=tuple(kept[1:]), platform=platform) if kept else None


def _fits(rule: TableRule, source: Source) -> bool:
    if not any(rule.fits(source.path.name, name) for name in {source.name, source.part}):
        return False
    wanted = [told.split("|") for told in rule.recognised]
    return all(any(outer(header) in source.headers for header in either) for either in wanted)


def _weight(rules: tuple[TableRule, ...]) -> tuple[int, int]:
    told = {header for rule in rules for header in rule.recognised}
    named = max((rule.patterns != ("*",)) + bool(rule.sheet) for rule in rules)
    return len(told) + 2 * named, sum(len(rule.columns) for rule in rules)


def _export(key: str, data: dict[str, Any]) -> KnownExport:
    about = {name: data.pop(name) for name in ABOUT_KEYS if name in data}
    mapping = parse_mapping(data, label=key)
    if any(not rule.recognised for rule in mapping.tables):
        raise MappingError("a table of an export must say by which columns it is recognised", where=key)
    tables = tuple(replace(rule, mend=bool(about.get("mend"))) for rule in mapping.tables)
    return KnownExport(
        key=key,
        name=about["name"],
        seen=about["seen"],
        found=about["found"],
        tried=bool(about.get("tried")),
        archive=bool(about.get("archive")),
        mapping=replace(mapping, tables=tables),
    )
