"""One pass per batch: raw columns in, typed rows and rejects out; the SQL that types all rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.schema import SQL_TYPES, Column, Type
from influence.sources.base import Batch, RawReject
from influence.store.base import Store
from influence.store.importing import parsing
from influence.store.importing.contents import ColumnFacts, features_of
from influence.store.importing.plain_values import canonical, rows_for
from influence.store.importing.shaping import PLACE, Conversion, Shaped, as_text, shape
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

    def __init__(
        self, conversion: Conversion, rows: pa.RecordBatch, known: Mapping[str, ColumnFacts]
    ) -> None:
        self._conversion = conversion
        self._kinds = {name: _kind(rows.column(name)) for name in rows.schema.names if name != PLACE}
        self._known = {name: known.get(name, ColumnFacts()) for name in self._kinds}
        self.params: list[Any] = []
        table = conversion.table
        needed = {*self._kinds, *table.key}
        self._rules = conversion.by_target
        self.present = [
            column for column in table.all_columns if column.name in self._kinds.keys() & self._rules
        ]
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
        rule = self._rules.get(column.name)  # columns that no rule fills were made from others
        told = rule.parse if rule else None
        match column.type:
            case Type.TIME | Type.DAY:
                return self._time(column, told or self._conversion.date_format)
            case Type.INTEGER | Type.REAL:
                return self._number(column)
            case Type.BOOLEAN:
                return self._boolean(column.name)
        return self._text(column, told)

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
        scale, whole = self._rules[name].scale, column.type is Type.INTEGER
        if kind == "text":
            return (parsing.integer_sql if whole else parsing.real_sql)(name)
        if kind == "whole" and whole and scale == 1:
            return name
        n = f"(cast({name} as double) * {scale!r})"
        return parsing.whole_sql(n) if whole else f"case when isfinite({n}) then {n} end"

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
        else:
            x = self._as_text(name)
            n = f"case when regexp_full_match({x}, '\\d{{1,5}}') then try_cast({x} as bigint) end"
            moment = parsing.time_sql(x, told, self._bind(pattern) if pattern else None)
        days = column.type is Type.DAY and told is None
        return f"coalesce({parsing.day_number_sql(n)}, {moment})" if days else moment

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
        counts = self._known.get(name, ColumnFacts()).digits and (column.minimum, column.maximum) == (0, None)
        return name if counts else parsing.bounded_sql(name, column)


def _kind(column: pa.Array) -> str:
    if pa.types.is_integer(column.type):
        return "whole"
    if pa.types.is_floating(column.type):
        return "number"
    if pa.types.is_boolean(column.type):
        return "boolean"
    return "time" if pa.types.is_timestamp(column.type) else "text"


REJECT_SCHEMA = pa.schema(
    [("line", pa.int64()), ("column_name", pa.string()), ("value", pa.string()), ("reason", pa.string())]
)
IDENTITY = ("platform", "handle")
"""Columns of accounts without which there may be no account_id: a bad one explains why a row is refused."""

MAX_REJECT_VALUE = 500
TWO = r"\d[^/|;]*[/|;]\s*[~<>]?\d"
"""Two numbers, such as the followers on two platforms: ``12k / 5k``."""


@dataclass(frozen=True)
class Converted:
    """Typed rows in the stored columns that are filled (and `HASH`), the rejects, and how much was refused."""

    rows: pa.Table
    rejects: pa.Table
    n_read: int
    n_refused: int
    n_unknown: int
    n_gone: int = 0
    """Rows of deleted accounts, which are among those read."""


def convert(store: Store, conversion: Conversion, batch: Batch) -> Converted:
    """Convert the rows of one batch that are for the table.

    Bad values in optional columns become unknown; a bad required value refuses the row.
    """
    shaped = shape(conversion, rows_for(conversion.rule, batch))
    incoming, known = _readable(conversion, shaped.rows)
    query = TypedQuery(conversion, incoming, known)
    with store.register(INCOMING, pa.Table.from_batches([incoming])):
        typed = _in_order(store.query(query.sql, query.params))
    for name in query.around:
        typed = typed.append_column(name, incoming.column(name))
    refused = typed["refused_"].combine_chunks()
    n_refused = refused.true_count
    rejects, n_unknown = _rejects(conversion, query, typed, shaped)
    if shaped.rejects:
        rejects.append(raw_reject_table(shaped.rejects))
        n_refused += len(shaped.rejects)
    rows = typed.select([*query.stored, HASH])
    if refused.true_count:
        rows = rows.filter(pc.invert(refused))
    return Converted(
        rows=rows,
        rejects=pa.concat_tables([REJECT_SCHEMA.empty_table(), *rejects]),
        n_read=typed.num_rows + shaped.n_gone + len(shaped.rejects),
        n_refused=n_refused,
        n_unknown=n_unknown,
        n_gone=shaped.n_gone,
    )


def _readable(conversion: Conversion, rows: pa.RecordBatch) -> tuple[pa.RecordBatch, dict[str, ColumnFacts]]:
    """The rows in the plain forms that the engine casts, and what is known of the columns that are text then."""
    rules = conversion.by_target
    comma, order = conversion.decimal_comma, conversion.date_format
    arrays, known = dict(zip(rows.schema.names, rows.columns, strict=True)), {}
    for name, text in arrays.items():
        column = None if name == PLACE else conversion.table.column(name)
        if column and column.type is Type.BOOLEAN and not pa.types.is_boolean(text.type):
            text = as_text(text)
        if pa.types.is_floating(text.type):
            arrays[name] = pc.if_else(pc.is_nan(text), None, text)
        if column is None or not pa.types.is_string(text.type):
            continue
        text, known[name] = _trimmed(text)
        if name in rules:
            arrays[name] = canonical(text, known[name], column, rules[name], comma, order)
            if arrays[name] is not text and pa.types.is_string(arrays[name].type):
                known[name] = features_of(arrays[name])
    return pa.RecordBatch.from_arrays(list(arrays.values()), list(arrays)), known


def _trimmed(text: pa.Array) -> tuple[pa.Array, ColumnFacts]:
    """Values without white space around them, blank ones null; and what is known of them."""
    known = features_of(text)
    if known.padded:
        text = pc.utf8_trim(text, parsing.WHITESPACE)
        known = features_of(text)
    return (pc.if_else(pc.equal(text, ""), None, text) if known.blank else text), known


def reject_table(lines: Any, column: Any, values: Any, reasons: Any) -> pa.Table:
    """Rejects as an Arrow table; a scalar `column` or `reasons` stands for every row."""
    n = len(lines)
    spread = [value if isinstance(value, pa.Array | list) else [value] * n for value in (column, reasons)]
    values = pc.utf8_slice_codeunits(pa.array(values, pa.string()), 0, MAX_REJECT_VALUE)
    told = zip((lines, spread[0], values, spread[1]), REJECT_SCHEMA.types, strict=True)
    return pa.Table.from_arrays([pa.array(one, kind) for one, kind in told], schema=REJECT_SCHEMA)


def raw_reject_table(apart: Sequence[RawReject]) -> pa.Table:
    """Rows that a reader or a rule set apart."""
    return reject_table(*([getattr(one, part.name) for one in apart] for part in fields(RawReject)))


def _in_order(typed: pa.Table) -> pa.Table:
    """The rows in the order of the file. The engine keeps it today; an ``order by`` would sort every text with them."""
    places = typed[PLACE].to_numpy()
    return typed if (places[1:] > places[:-1]).all() else typed.sort_by(PLACE)


def _rejects(
    conversion: Conversion, query: TypedQuery, typed: pa.Table, shaped: Shaped
) -> tuple[list[pa.Table], int]:
    """Why values and rows were refused: unreadable values, vain lookups, and then what is simply not there.

    The number is that of values left unknown in rows that are kept.
    """
    positions = typed[PLACE].combine_chunks()
    refused = silent = typed["refused_"].combine_chunks()
    found: list[pa.Table] = []
    n_unknown = 0
    for column in query.present:
        missed = shaped.misses.get(column.name)
        if missed is None and column.name in query.around:
            continue
        read = missed is None
        told = shaped.rows.column(column.name) if missed is None else missed
        bad = typed[f"bad_{column.name}"].combine_chunks() if read else told.take(positions).is_valid()
        if not bad.true_count:
            continue
        n_unknown += pc.and_(bad, pc.invert(refused)).true_count
        where = positions.filter(bad)
        values = as_text(told.take(where))
        reasons = _reasons(column, values) if read else _vain(conversion, column)
        header, lines = _header(conversion, column.name), shaped.lines[where.to_numpy()]
        found.append(reject_table(lines, header, values, reasons))
        if column.required or column.name in IDENTITY:
            silent = pc.and_(silent, pc.invert(bad))
    if silent.true_count:
        where = positions.filter(silent)
        found.append(_missing(conversion, typed.filter(silent), shaped.lines[where.to_numpy()]))
    return found, n_unknown


def _missing(conversion: Conversion, typed: pa.Table, lines: np.ndarray) -> pa.Table:
    """Rows refused because a required value is not there at all."""
    names: Any = pa.nulls(typed.num_rows, pa.string())
    for column in conversion.table.columns:
        if column.required:
            missing = pc.and_(typed[column.name].combine_chunks().is_null(), names.is_null())
            names = pc.if_else(missing, _header(conversion, column.name), names)
    return reject_table(lines, names, pa.nulls(typed.num_rows, pa.string()), "this value is required")


def _vain(conversion: Conversion, column: Column) -> str:
    lookup = conversion.by_target[column.name].lookup
    return parsing.NO_ACCOUNT if lookup is None else f"no row of {lookup.file} has this {lookup.key}"


def _reasons(column: Column, values: pa.Array) -> pa.Array:
    reason = parsing.expectation(column)
    if column.type not in (Type.INTEGER, Type.REAL):
        return pa.array([reason] * len(values), pa.string())
    told = f"{reason}: two numbers in one cell; write a row, or a column, for each"
    reasons = pc.if_else(pc.match_substring_regex(values, TWO), told, reason)
    if column.minimum is None:
        return reasons
    least = f"below the least value allowed, {column.minimum:g}"
    return pc.if_else(pc.starts_with(values, "-"), least, reasons)


def _header(conversion: Conversion, target: str) -> str:
    rules = conversion.by_target
    rule = rules.get(target) or (rules.get("handle") if target == "account_id" else None)
    return target if rule is None or rule.column is None else rule.column
