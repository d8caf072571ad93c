"""The SQL that types one batch: trimmed, parsed, checked, every row at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from influence.schema import SQL_TYPES, Column, Table, Type
from influence.store import parsing
from influence.store.features import Features, features_of
from influence.store.mapping import ColumnRule
from influence.store.merging import HASH
from influence.store.naming import Aliases
from influence.store.shaping import PLACE
from influence.store.workspace import to_day

INCOMING = "influence_incoming"
WHITESPACE = " \t\r\n\u00a0\ufeff\u200b"
NUMBERS = Features(controls=False, breaks=False, longest=0)
"""What is known of a column that is no text, once written as text."""


@dataclass(frozen=True)
class Conversion:
    """How the rows of one source become rows of one table.

    Attributes
    ----------
    table : Table
    rules : tuple of ColumnRule
    platform : str
        Of account ids that name none.
    source, fetched_at
        Provenance of rows that bring none of their own (where no rule fills them, `constants` does).
    date_format : str or None
    decimal_comma : bool
    lookups : dict
        Target column -> (keys, values), two Arrow arrays.
    aliases : Aliases
        Other ids of known accounts.
    only_with, needs : tuple of str
        Headers; rows in which all of `only_with` are empty, or one of `needs` is, are not for this table.
    """

    table: Table
    rules: tuple[ColumnRule, ...]
    platform: str
    source: str
    fetched_at: datetime | None
    date_format: str | None = None
    decimal_comma: bool = False
    lookups: dict[str, tuple[pa.Array, pa.Array]] = field(default_factory=dict)
    only_with: tuple[str, ...] = ()
    aliases: Aliases = field(default_factory=Aliases)
    needs: tuple[str, ...] = ()

    @property
    def constants(self) -> dict[str, Any]:
        """Stored columns that are the same in every row."""
        filled = {rule.target for rule in self.rules}
        found: dict[str, Any] = {} if "source" in filled else {"source": self.source}
        if "fetched_at" not in filled and self.fetched_at is not None:
            found |= {"fetched_at": self.fetched_at, "fetched_day": to_day(self.fetched_at.date())}
        return found


class TypedQuery:
    """The SQL of one conversion for one shape of batch.

    Three named steps: ``trimmed`` (blank is null), ``parsed`` (types), ``checked`` (bounds). A value is bad when the
    trimmed one is there and the checked one is not.
    """

    def __init__(self, conversion: Conversion, shaped: pa.RecordBatch) -> None:
        self._conversion = conversion
        self._kinds = {name: _kind(shaped.column(name)) for name in shaped.schema.names if name != PLACE}
        self._known = {
            name: features_of(shaped.column(name)) if kind == "text" else NUMBERS
            for name, kind in self._kinds.items()
        }
        self.params: list[Any] = []
        table = conversion.table
        needed = {*self._kinds, *table.key}
        given = {rule.target for rule in conversion.rules}
        self.present = [column for column in table.all_columns if column.name in {*self._kinds} & given]
        self._filled = [column for column in table.all_columns if column.name in needed or column.required]
        self.stored: list[str] = []
        self.sql = self._build()

    def _bind(self, value: Any) -> str:
        self.params.append(value)
        return f"${len(self.params)}"

    def _build(self) -> str:
        trimmed = ", ".join([PLACE, *(f"{self._trim(name)} as {name}" for name in self._kinds)])
        parsed = [f"{self._parse(column)} as {column.name}" for column in self._filled]
        raw = [f"{column.name} as raw_{column.name}" for column in self.present]
        checked = [f"{self._check(column)} as {column.name}" for column in self._filled]
        kept = [f"raw_{column.name}" for column in self.present]
        return (
            f"with trimmed as (select {trimmed} from {INCOMING}), "
            f"parsed as (select {', '.join([PLACE, *parsed, *raw])} from trimmed), "
            f"checked as (select {', '.join([PLACE, *checked, *kept])} from parsed) "
            f"select {', '.join(self._outputs())} from checked"
        )

    def _outputs(self) -> list[str]:
        outputs = [PLACE, f"hash({', '.join(self._conversion.table.key)}) as {HASH}"]
        for column in self._filled:
            outputs.append(column.name)
            self.stored.append(column.name)
            if column.day_column:
                outputs.append(f"{parsing.to_day_sql(column.name)} as {column.day_column}")
                self.stored.append(column.day_column)
        outputs += [
            f"(raw_{column.name} is not null and {column.name} is null) as bad_{column.name}"
            for column in self.present
        ]
        required = [f"{c.name} is null" for c in self._conversion.table.columns if c.required]
        outputs.append(f"({' or '.join(required) or 'false'}) as refused_")
        return outputs

    def _trim(self, name: str) -> str:
        kind, known = self._kinds[name], self._known[name]
        if kind != "text":
            return f"case when not isnan({name}) then {name} end" if kind == "number" else name
        trimmed = f"trim({name}, '{WHITESPACE}')" if known.padded else name
        column = self._conversion.table.column(name)
        if (column.type is Type.TEXT and not column.choices) or known.digits or known.plain_iso:
            return f"nullif({trimmed}, '')" if known.blank or known.padded else trimmed
        return f"case when lower({trimmed}) not in {parsing.NULL_WORDS} then {trimmed} end"

    def _parse(self, column: Column) -> str:
        if column.name not in self._kinds:
            return f"cast(null as {SQL_TYPES[column.type]})"
        told = self._told(column.name)
        match column.type:
            case Type.TIME | Type.DAY:
                return self._time(column, told or self._conversion.date_format)
            case Type.INTEGER | Type.REAL:
                return self._number(column)
            case Type.BOOLEAN:
                return self._boolean(column.name)
        return self._text(column, told)

    def _told(self, name: str) -> str | None:
        """How the rule says the column is to be parsed; columns that no rule fills were made from others."""
        return next((rule.parse for rule in self._conversion.rules if rule.target == name), None)

    def _as_text(self, name: str) -> str:
        return name if self._kinds[name] == "text" else f"cast({name} as varchar)"

    def _text(self, column: Column, told: str | None) -> str:
        name = column.name
        x = self._as_text(name)
        if column.choices:
            return parsing.choice_sql(x, column)
        if told == "domain" and name not in parsing.KEY_TEXTS:
            x = parsing.domain_sql(x)
        if told == "lower":
            x = f"lower({x})"
        if name in parsing.CODES:
            x = parsing.code_sql(x, name)
        return (parsing.key_sql if name in parsing.KEY_TEXTS else parsing.text_sql)(x, self._known[name])

    def _number(self, column: Column) -> str:
        kind, name = self._kinds[column.name], column.name
        scale = next(rule.scale for rule in self._conversion.rules if rule.target == name)
        if kind == "boolean":
            return f"try_cast({name} as {SQL_TYPES[column.type]})"
        if kind != "text" and scale != 1:
            name = f"({name} * {scale!r})"
        if kind == "text" and not self._known[column.name].digits:
            return (parsing.integer_sql if column.type is Type.INTEGER else parsing.real_sql)(name)
        if kind != "text" and column.type is Type.INTEGER and (kind == "number" or scale != 1):
            return parsing.whole_sql(name)
        if kind == "number":
            return f"case when isfinite({name}) then {name} end"
        return f"try_cast({name} as {SQL_TYPES[column.type]})"

    def _boolean(self, name: str) -> str:
        return name if self._kinds[name] == "boolean" else parsing.boolean_sql(self._as_text(name))

    def _time(self, column: Column, told: str | None) -> str:
        """A timestamp, also for day columns (`_check` turns it into a day)."""
        name, kind, known = column.name, self._kinds[column.name], self._known[column.name]
        pattern = told if told and "%" in told else None
        if kind == "time":
            return name
        if known.plain_iso and not pattern:
            return f"try_cast({name} as timestamp)"
        if (kind in ("whole", "number") or known.digits) and not pattern:
            n = parsing.whole_sql(f"floor({name})") if kind == "number" else f"try_cast({name} as bigint)"
            moment = parsing.unix_sql(n, told)
            return (
                f"coalesce({parsing.day_number_sql(n)}, {moment})" if self._is_day(column, told) else moment
            )
        x = self._as_text(name)
        moment = parsing.time_sql(x, told, self._bind(pattern) if pattern else None)
        if self._is_day(column, told):
            n = f"case when regexp_full_match({x}, '\\d{{1,5}}') then try_cast({x} as bigint) end"
            return f"coalesce({parsing.day_number_sql(n)}, {moment})"
        return moment

    def _is_day(self, column: Column, told: str | None) -> bool:
        return column.type is Type.DAY and told is None

    def _check(self, column: Column) -> str:
        name = column.name
        if name == "source":
            return f"coalesce({name}, {self._bind(self._conversion.source)})"
        if name == "fetched_at":
            known = parsing.bounded_time_sql(name)
            return f"coalesce({known}, cast({self._bind(self._conversion.fetched_at)} as timestamp))"
        if column.type is Type.TIME:
            return parsing.bounded_time_sql(name)
        if column.type is Type.DAY and name in self._kinds:
            return parsing.to_day_sql(parsing.bounded_time_sql(name))
        return parsing.bounded_sql(name, column)


def _kind(column: pa.Array) -> str:
    if pa.types.is_integer(column.type):
        return "whole"
    if pa.types.is_floating(column.type):
        return "number"
    if pa.types.is_boolean(column.type):
        return "boolean"
    return "time" if pa.types.is_timestamp(column.type) else "text"
