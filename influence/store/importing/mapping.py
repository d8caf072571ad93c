"""Mapping files: how someone else's columns become the tables of the contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from influence.errors import MappingError, check_keys, did_you_mean
from influence.schema import EXTRA, ID_COLUMNS, TABLE_NAMES, Table, Type, table_of
from influence.toml_files import Kind, read_toml, typed

TIME_FORMATS = ("iso", "unix", "unix_ms", "excel", "dmy", "mdy", "ymd")
PATTERN = re.compile(r"([^%]|%%|%-?[dHIjmMSy]|%[aAbBcfgGhnpTuUVwWxXYzZ])+")
"""The date patterns that DuckDB reads."""

PARSERS = {
    Type.TIME: TIME_FORMATS,
    Type.DAY: TIME_FORMATS,
    Type.INTEGER: ("number", "decimal_comma"),
    Type.REAL: ("number", "decimal_comma", "percent"),
    Type.BOOLEAN: (),
    Type.TEXT: ("lower", "domain", "place", "html", "name"),
}
TOP_KEYS = ("about", "platform", "delimiter", "encoding", "decimal_comma", "date_format", "table")
TABLE_KEYS = ("name", "from", "sheet", "platform", "date_format", "distinct", "summed", "only_with",
              "needs", "where", "down", "recognised", "columns")  # fmt: skip
COLUMN_KEYS = ("column", "constant", "digest", "once", "in", "prefix", "parse", "scale", "join", "lookup",
               "platform")  # fmt: skip
LOOKUP_KEYS = ("file", "key", "value")


def is_named(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name fits one of some patterns (``posts*.csv``), whatever its case."""
    return any(fnmatch(name.lower(), pattern.lower()) for pattern in patterns)


@dataclass(frozen=True)
class Lookup:
    """Replace a value by what another file says about it: the row of `file` whose `key` equals it gives `value`."""

    file: str
    key: str
    value: str


@dataclass(frozen=True)
class ColumnRule:
    """How one column of a table is filled: from a `column` of the file, a `constant`, or a `digest` of columns.

    Attributes
    ----------
    others : tuple of str
        Further columns: the first that is not empty counts, or, with `join`, all of them one after the other.
    digest : tuple of str
        Columns that together tell a row apart; a short hash of them stands for an id that the file lacks.
    scale : float
        Multiplies numbers that carry no unit of their own (``0.01`` for percentages, ``1000`` for thousands).
    platform : str or None
        Column that may tell the platform of an account id that names none.
    once : tuple of str
        What the document says once, of all rows: the first of these that it (or the file `inside`) says.
    """

    target: str
    column: str | None = None
    constant: str | None = None
    prefix: str = ""
    parse: str | None = None
    lookup: Lookup | None = None
    platform: str | None = None
    others: tuple[str, ...] = ()
    join: str | None = None
    digest: tuple[str, ...] = ()
    scale: float = 1.0
    once: tuple[str, ...] = ()
    inside: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers whose values it is made of."""
        return self.digest if self.column is None else (self.column, *self.others)

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers of the file that it reads."""
        return self.columns if self.platform is None else (*self.columns, self.platform)


@dataclass(frozen=True)
class TableRule:
    """How one table is filled from the files whose name matches one of `patterns`.

    Rows in which all columns `only_with` of the file are empty are not for this table, nor are those in which one of
    `needs` is, or in which a column `where` holds none of the values told (``""`` stands for empty). The rule speaks
    about files that have all columns `recognised`; ``a|b`` is one or the other. Of rows that are `summed` those that
    repeat a key add up their weights. An empty cell of a column `down` repeats the one above it.
    """

    table: str
    columns: tuple[ColumnRule, ...]
    patterns: tuple[str, ...] = ("*",)
    sheet: str | None = None
    platform: str | None = None
    date_format: str | None = None
    distinct: bool = False
    summed: bool = False
    only_with: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    down: tuple[str, ...] = ()
    recognised: tuple[str, ...] = ()
    mend: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers of the file that it reads."""
        read = (header for column in self.columns for header in column.headers)
        return (*read, *self.down, *self.only_with, *self.needs, *(header for header, _ in self.where))

    @property
    def has_room(self) -> bool:
        """The table keeps what no column takes, which is not told yet, and has no many rows for one of the file."""
        keeps = EXTRA in table_of(self.table).columns
        filled = [column for column in self.columns if column.target == "extra"]
        return keeps and not filled and not any("[]" in header for c in self.columns for header in c.headers)

    def fits(self, file_name: str, source_name: str) -> bool:
        """Whether this rule speaks about that file (and sheet or part)."""
        of_sheet = self.sheet is None or is_named(source_name, (self.sheet,))
        return of_sheet and is_named(file_name, self.patterns)


@dataclass(frozen=True)
class Mapping:
    """A whole mapping file.

    Attributes
    ----------
    tables : tuple of TableRule
    about : str
        One line for people.
    delimiter, encoding, decimal_comma
        As `influence.sources.base.ReadOptions`; options of the call win.
    label : str
        Where it came from.
    """

    tables: tuple[TableRule, ...]
    about: str = ""
    delimiter: str | None = None
    encoding: str | None = None
    decimal_comma: bool = False
    label: str = "mapping"
    lookups: tuple[str, ...] = field(default=())

    def rules_for(self, file_name: str, source_name: str) -> tuple[TableRule, ...]:
        """The rules that speak about a file, in order."""
        return tuple(rule for rule in self.tables if rule.fits(file_name, source_name))


def with_extra(rules: tuple[TableRule, ...], left: Sequence[str]) -> tuple[TableRule, ...]:
    """The first table that has room keeps the columns that none takes; not one that has many rows for one of theirs."""
    roomy = [(rule.distinct, at) for at, rule in enumerate(rules) if rule.has_room]
    if not left or not roomy:
        return rules
    at = min(roomy)[1]
    kept = ColumnRule("extra", left[0], others=tuple(left[1:]))
    return (*rules[:at], replace(rules[at], columns=(*rules[at].columns, kept)), *rules[at + 1 :])


def read_mapping(path: str | Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    MappingError
        It is missing, no TOML, or says something the contract does not know; with the nearest known name.
    """
    file = Path(path)
    return parse_mapping(read_toml(file, "mapping file", MappingError), label=file.name)


def parse_mapping(data: dict[str, Any], label: str = "mapping") -> Mapping:
    """Check a mapping given as nested dicts (what a TOML file holds) and turn it into rules."""
    _known_keys(data, TOP_KEYS, label)
    tables = data.get("table")
    if not isinstance(tables, list) or not tables:
        raise MappingError(
            "the mapping fills no table", where=label, expected="at least one [[table]] section"
        )
    shared = {key: _typed(data, key, str, label) for key in ("platform", "date_format")}
    rules = tuple(_table_rule(entry, shared, f"{label}, table {n}") for n, entry in enumerate(tables, 1))
    return Mapping(
        tables=rules,
        about=_typed(data, "about", str, label) or "",
        delimiter=_typed(data, "delimiter", str, label),
        encoding=_typed(data, "encoding", str, label),
        decimal_comma=bool(_typed(data, "decimal_comma", bool, label)),
        label=label,
        lookups=tuple(sorted({c.lookup.file for rule in rules for c in rule.columns if c.lookup})),
    )


def _table_rule(entry: Any, shared: dict[str, Any], where: str) -> TableRule:
    if not isinstance(entry, dict):
        raise MappingError("a table must be a section", where=where, expected="[[table]]")
    _known_keys(entry, TABLE_KEYS, where)
    name = _typed(entry, "name", str, where)
    if name not in TABLE_NAMES:
        raise MappingError.unknown("there is no such table", name or "no name", TABLE_NAMES, where=where)
    table = table_of(name)
    where = f"{where} ({name})"
    columns = entry.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise MappingError("the table has no columns", where=where, expected="a [table.columns] section")
    patterns = _names(entry, "from", where) or ("*",)
    date_format = _typed(entry, "date_format", str, where) or shared["date_format"]
    check_date_format(date_format, where)
    rule = TableRule(
        table=name,
        columns=tuple(_column_rule(table, target, spec, where) for target, spec in columns.items()),
        patterns=patterns,
        sheet=_typed(entry, "sheet", str, where),
        platform=_typed(entry, "platform", str, where) or shared["platform"],
        date_format=date_format,
        distinct=bool(_typed(entry, "distinct", bool, where)),
        summed=bool(_typed(entry, "summed", bool, where)),
        only_with=_names(entry, "only_with", where),
        needs=_names(entry, "needs", where),
        where=_where(entry.get("where", {}), where),
        down=_names(entry, "down", where),
        recognised=_names(entry, "recognised", where),
    )
    missing = missing_columns(table, {column.target for column in rule.columns})
    if missing:
        raise MappingError(
            "a column that the table needs is not filled", where=where, seen=", ".join(missing)
        )
    return rule


def _column_rule(table: Table, target: str, spec: Any, where: str) -> ColumnRule:
    names = [column.name for column in table.all_columns]
    if target not in names:
        raise MappingError.unknown(f"the table {table.name} has no such column", target, names, where=where)
    where = f"{where}, column {target}"
    if isinstance(spec, str | list):
        spec = {"column": spec}
    if not isinstance(spec, dict):
        raise MappingError("a column is a header or a section", where=where, seen=spec, expected='"header"')
    _known_keys(spec, COLUMN_KEYS, where)
    if sum(key in spec for key in ("column", "constant", "digest", "once")) != 1:
        raise MappingError("say either column, constant, digest or once", where=where, seen=", ".join(spec))
    named = _names(spec, "column", where)
    parse = _typed(spec, "parse", str, where)
    _check_parser(parse, table.column(target).type, where)
    constant = spec.get("constant")
    if isinstance(constant, bool):
        constant = "true" if constant else "false"
    return ColumnRule(
        target=target,
        column=named[0] if named else None,
        others=named[1:],
        join=_typed(spec, "join", str, where),
        digest=_names(spec, "digest", where),
        once=_names(spec, "once", where),
        inside=_typed(spec, "in", str, where),
        scale=_scale(spec, parse, where),
        constant=None if constant is None else str(constant),
        prefix=_typed(spec, "prefix", str, where) or "",
        parse=None if parse == "percent" else parse,
        lookup=_lookup(spec.get("lookup"), where),
        platform=_platform_column(target, spec, where),
    )


def _scale(spec: dict[str, Any], parse: str | None, where: str) -> float:
    told = spec.get("scale", 0.01 if parse == "percent" else 1)
    if isinstance(told, bool) or not isinstance(told, int | float) or not told > 0:
        raise MappingError("scale must be a number above 0", where=where, seen=told)
    return float(told)


def _platform_column(target: str, spec: dict[str, Any], where: str) -> str | None:
    told = _typed(spec, "platform", str, where)
    if told is not None and target not in ID_COLUMNS:
        raise MappingError(
            "only an account id takes the platform from a column",
            where=where,
            seen=f"platform = {told!r}",
            expected=", ".join(ID_COLUMNS),
        )
    return told


def _where(spec: Any, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(spec, dict):
        raise MappingError("where names columns and their values", where=where, seen=spec)
    return tuple((header, _names(spec, header, where)) for header in spec)


def _lookup(spec: Any, where: str) -> Lookup | None:
    if spec is None:
        return None
    if not isinstance(spec, dict) or set(LOOKUP_KEYS) - set(spec):
        raise MappingError("a lookup names file, key and value", where=where, seen=spec)
    _known_keys(spec, LOOKUP_KEYS, where)
    return Lookup(*(str(spec[key]) for key in LOOKUP_KEYS))


def _check_parser(parse: str | None, kind: Type, where: str) -> None:
    if parse is None:
        return
    if kind in (Type.TIME, Type.DAY):
        check_date_format(parse, where)
    elif parse not in PARSERS[kind]:
        raise MappingError(
            f"a {kind} column cannot be parsed so",
            where=where,
            seen=parse,
            expected=", ".join(PARSERS[kind]) or "no parse at all",
            hint=did_you_mean(parse, PARSERS[kind]),
        )


def check_date_format(told: str | None, where: str) -> None:
    """Raise `MappingError` unless `told` is one of `TIME_FORMATS`, a pattern with ``%``, or None."""
    if told is not None and told not in TIME_FORMATS and not ("%" in told and PATTERN.fullmatch(told)):
        raise MappingError(
            "there is no such date format",
            where=where,
            seen=told,
            expected=", ".join(TIME_FORMATS) + ", or a pattern such as %d.%m.%Y",
            hint=did_you_mean(told, TIME_FORMATS),
        )


def missing_columns(table: Table, filled: set[str]) -> list[str]:
    """Required columns that nothing fills; an account_id can be made from a handle."""
    missing = [column.name for column in table.columns if column.required and column.name not in filled]
    if table.name == "accounts" and "handle" in filled:
        missing = [name for name in missing if name != "account_id"]
    return missing


def _known_keys(data: dict[str, Any], known: tuple[str, ...], where: str) -> None:
    check_keys(data, known, where, "mapping", MappingError)


def _names(entry: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    told = entry.get(key, [])
    names = [told] if isinstance(told, str) else told
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise MappingError(f"{key} must be a name or a list of them", where=where, seen=told)
    return tuple(names)


def _typed(data: dict[str, Any], key: str, kind: type[Kind], where: str) -> Kind | None:
    return typed(data, key, kind, where, MappingError)
