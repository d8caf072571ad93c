"""The SQL that types one batch: trimmed, parsed, checked, every row at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from influence.schema import SQL_TYPES, Column, Type
from influence.store.importing import parsing
from influence.store.importing.contents import Features
from influence.store.importing.shaping import PLACE, Conversion
from influence.store.importing.upsert import HASH

INCOMING = "influence_incoming"


class TypedQuery:
    """The SQL of one conversion for one shape of batch.

    Two named steps: ``parsed`` (types), ``checked`` (bounds). A value is bad when it is there and the checked one is
    not.

    Parameters
    ----------
    conversion : Conversion
    rows : pyarrow.RecordBatch
    known : mapping of str to Features
        Of the columns that are text, or were.

    Attributes
    ----------
    present : list of Column
        Those that the file fills.
    stored : list of str
        Columns of the typed rows, in order.
    around : frozenset of str
        Columns that are right as they are: the engine gives back the others only.
    """

    def __init__(self, conversion: Conversion, rows: pa.RecordBatch, known: Mapping[str, Features]) -> None:
        self._conversion = conversion
        self._kinds = {name: _kind(rows.column(name)) for name in rows.schema.names if name != PLACE}
        self._known = {name: known.get(name, Features()) for name in self._kinds}
        self.params: list[Any] = []
        table = conversion.table
        needed = {*self._kinds, *table.key}
        given = {rule.target for rule in conversion.rules}
        self.present = [column for column in table.all_columns if column.name in {*self._kinds} & given]
        self._filled = [column for column in table.all_columns if column.name in needed or column.required]
        self._steps = {c.name: (self._parse(c), self._check(c)) for c in self._filled}
        self.around = frozenset(
            name for name, steps in self._steps.items() if set(steps) == {name} and name in self._kinds
        )
        self.stored: list[str] = []
        self.sql = self._build()

    def _bind(self, value: Any) -> str:
        self.params.append(value)
        return f"${len(self.params)}"

    def _build(self) -> str:
        parsed = [f"{parse} as {name}" for name, (parse, _) in self._steps.items()]
        checked = [f"{check} as {name}" for name, (_, check) in self._steps.items()]
        raw = [c.name for c in self.present if c.name not in self.around]
        kept = [f"raw_{name}" for name in raw]
        parsed += [f"{name} as raw_{name}" for name in raw]
        outputs = [PLACE, f"hash({', '.join(self._conversion.table.key)}) as {HASH}", *self._outputs()]
        return (
            f"with parsed as (select {', '.join([PLACE, *parsed])} from {INCOMING}), "
            f"checked as (select {', '.join([PLACE, *checked, *kept])} from parsed) "
            f"select {', '.join(outputs)} from checked"
        )

    def _outputs(self) -> list[str]:
        outputs = []
        for column in self._filled:
            self.stored.append(column.name)
            if column.name not in self.around:
                outputs.append(column.name)
            if column.day_column:
                self.stored.append(column.day_column)
                outputs.append(f"{parsing.to_day_sql(column.name)} as {column.day_column}")
        outputs += [
            f"(raw_{column.name} is not null and {column.name} is null) as bad_{column.name}"
            for column in self.present
            if column.name not in self.around
        ]
        required = [f"{c.name} is null" for c in self._conversion.table.columns if c.required]
        return [*outputs, f"({' or '.join(required) or 'false'}) as refused_"]

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
        if told == "lower" and name not in parsing.CODES:
            x = f"lower({x})"
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
        if kind == "whole" and column.type is Type.INTEGER:
            return name
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
        counts = self._known.get(name, Features()).digits and (column.minimum, column.maximum) == (0, None)
        return name if counts else parsing.bounded_sql(name, column)


def _kind(column: pa.Array) -> str:
    if pa.types.is_integer(column.type):
        return "whole"
    if pa.types.is_floating(column.type):
        return "number"
    if pa.types.is_boolean(column.type):
        return "boolean"
    return "time" if pa.types.is_timestamp(column.type) else "text"
