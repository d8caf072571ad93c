"""One pass per batch: raw columns in, typed rows and rejects out, all rows at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.schema import SQL_TYPES, Column, Table, Type
from influence.sources.base import Batch
from influence.store import parsing
from influence.store.base import Store
from influence.store.features import Features, features_of
from influence.store.mapping import ColumnRule
from influence.store.merging import HASH
from influence.store.workspace import to_day

WHITESPACE = " \t\r\n\u00a0\ufeff\u200b"
REJECT_SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("column_name", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
    ]
)
IDENTITY = ("platform", "handle")
"""Columns of accounts without which there may be no account_id: a bad one explains why a row is refused."""

MAX_REJECT_VALUE = 500
INCOMING = "influence_incoming"
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
        Put before account ids that name none.
    source, fetched_at
        Provenance of rows that bring none of their own (where no rule fills them, `constants` does).
    date_format : str or None
    decimal_comma : bool
    lookups : dict
        Target column -> (keys, values), two Arrow arrays.
    """

    table: Table
    rules: tuple[ColumnRule, ...]
    platform: str
    source: str
    fetched_at: datetime | None
    date_format: str | None = None
    decimal_comma: bool = False
    lookups: dict[str, tuple[pa.Array, pa.Array]] = field(default_factory=dict)

    @property
    def constants(self) -> dict[str, Any]:
        """Stored columns that are the same in every row."""
        filled = {rule.target for rule in self.rules}
        found: dict[str, Any] = {} if "source" in filled else {"source": self.source}
        if "fetched_at" not in filled and self.fetched_at is not None:
            found |= {"fetched_at": self.fetched_at, "fetched_day": to_day(self.fetched_at.date())}
        return found


@dataclass(frozen=True)
class Converted:
    """Typed rows in the stored columns that are filled (and `HASH`), the rejects, how many rows and values were refused."""

    rows: pa.Table
    rejects: pa.Table
    n_read: int
    n_refused: int
    n_unknown: int


def convert(store: Store, conversion: Conversion, batch: Batch) -> Converted:
    """Convert one batch. Bad values in optional columns become unknown; a bad required value refuses the row."""
    shaped = _shape(conversion, batch.rows)
    query = _Query(conversion, shaped)
    with store.register(INCOMING, pa.Table.from_batches([shaped])):
        typed = _in_order(store.query(query.sql, query.params))
    refused = typed["refused_"].combine_chunks()
    n_refused = pc.sum(refused).as_py() or 0
    rejects = _rejects(conversion, query, typed, shaped, batch.lines)
    rows = typed.select([*query.stored, HASH])
    if n_refused:
        rows = rows.filter(pc.invert(refused))
    n_bad = sum(len(table) for table in rejects)
    return Converted(
        rows=rows,
        rejects=pa.concat_tables([REJECT_SCHEMA.empty_table(), *rejects]),
        n_read=typed.num_rows,
        n_refused=n_refused,
        n_unknown=max(n_bad - n_refused, 0),
    )


def reject_table(lines: Any, column: Any, values: Any, reasons: Any) -> pa.Table:
    """Rejects as an Arrow table; a scalar `column` or `reasons` stands for every row."""
    n = len(lines)
    spread = [value if isinstance(value, pa.Array | list) else [value] * n for value in (column, reasons)]
    values = pc.utf8_slice_codeunits(pa.array(values, pa.string()), 0, MAX_REJECT_VALUE)
    arrays = [pa.array(lines, pa.int64()), pa.array(spread[0], pa.string()), values, pa.array(spread[1], pa.string())]
    return pa.Table.from_arrays(arrays, schema=REJECT_SCHEMA)


def _shape(conversion: Conversion, rows: pa.RecordBatch) -> pa.RecordBatch:
    """Columns of the file -> raw columns named as their targets, with ``pos_`` (position in the batch)."""
    arrays: list[pa.Array] = [pa.array(np.arange(rows.num_rows, dtype=np.int64))]
    names = ["pos_"]
    for rule in conversion.rules:
        if rule.column is None:
            column = pa.array([rule.constant], pa.string()).take(pa.array(np.zeros(rows.num_rows, dtype=np.int64)))
        elif rule.column in rows.schema.names:
            column = _plain(rows.column(rule.column))
            if conversion.table.column(rule.target).type is Type.TEXT:
                column = _as_text(column)
        else:
            continue
        if rule.target in conversion.lookups:
            keys, values = conversion.lookups[rule.target]
            column = values.take(pc.index_in(pc.utf8_trim_whitespace(_as_text(column)), value_set=keys))
        if rule.prefix:
            column = pc.binary_join_element_wise(rule.prefix, pc.utf8_trim_whitespace(_as_text(column)), "")
        arrays.append(column)
        names.append(rule.target)
    return pa.RecordBatch.from_arrays(arrays, names)


def _plain(column: pa.Array) -> pa.Array:
    """Bring a column of any Arrow type to one of: text, int64, float64, bool, timestamp (UTC, no zone)."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_boolean(kind):
        return column
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return column.cast(pa.int64())
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.timestamp("us"))
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("us"))
    return _as_text(column)


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_floating(column.type):  # 123.0 is how pandas writes an id with gaps
        whole = pc.equal(pc.floor(column), column)
        small = pc.less(pc.abs(column), 2**53)
        if pc.all(pc.fill_null(pc.and_(whole, small), True)).as_py():
            return column.cast(pa.int64()).cast(pa.string())
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if v is None else _readable(v) for v in column.to_pylist()], pa.string())


def _readable(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


class _Query:
    """The SQL of one conversion for one shape of batch.

    Three named steps: ``trimmed`` (blank is null), ``parsed`` (types), ``checked`` (bounds). A value is bad when the
    trimmed one is there and the checked one is not.
    """

    def __init__(self, conversion: Conversion, shaped: pa.RecordBatch) -> None:
        self._conversion = conversion
        self._kinds = {name: _kind(shaped.column(name)) for name in shaped.schema.names if name != "pos_"}
        self._known = {
            name: features_of(shaped.column(name)) if kind == "text" else NUMBERS for name, kind in self._kinds.items()
        }
        self.params: list[Any] = []
        table = conversion.table
        made = ("account_id", "platform", "handle") if table.name == "accounts" else ()
        needed = {*self._kinds, *made, *table.key}
        self.present = [column for column in table.all_columns if column.name in self._kinds]
        self._filled = [column for column in table.all_columns if column.name in needed or column.required]
        self.stored: list[str] = []
        self.sql = self._build()

    @cached_property
    def _platform(self) -> str:
        """Bound when first used: a table without account ids must not have a parameter that its SQL never names."""
        return self._bind(self._conversion.platform)

    def _bind(self, value: Any) -> str:
        self.params.append(value)
        return f"${len(self.params)}"

    def _build(self) -> str:
        data = [rule.target for rule in self._conversion.rules if rule.column and rule.target in self._kinds]
        filled = " or ".join(f"{name} is not null" for name in data) or "true"
        trimmed = ", ".join(["pos_", *(f"{self._trim(name)} as {name}" for name in self._kinds)])
        parsed = [f"{self._parse(column)} as {column.name}" for column in self._filled]
        raw = [f"{column.name} as raw_{column.name}" for column in self.present]
        checked = [f"{self._check(column)} as {column.name}" for column in self._filled]
        kept = [f"raw_{column.name}" for column in self.present]
        return (
            f"with trimmed as (select {trimmed} from {INCOMING}), "
            f"parsed as (select {', '.join(['pos_', *parsed, *raw])} from trimmed where {filled}), "
            f"checked as (select {', '.join(['pos_', *checked, *kept])} from parsed) "
            f"select {', '.join(self._outputs())} from checked"
        )

    def _outputs(self) -> list[str]:
        outputs = ["pos_", f"hash({', '.join(self._conversion.table.key)}) as {HASH}"]
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
            return f"case when isfinite({name}) then {name} end" if kind == "number" else name
        trimmed = f"trim({name}, '{WHITESPACE}')" if known.padded else name
        column = self._conversion.table.column(name)
        if (column.type is Type.TEXT and not column.choices) or known.digits or known.plain_iso:
            return f"nullif({trimmed}, '')" if known.blank or known.padded else trimmed
        return f"case when lower({trimmed}) not in {parsing.NULL_WORDS} then {trimmed} end"

    def _parse(self, column: Column) -> str:
        if column.name in ("account_id", "platform", "handle") and self._conversion.table.name == "accounts":
            return self._identity(column.name)
        if column.name not in self._kinds:
            return f"cast(null as {SQL_TYPES[column.type]})"
        told = self._rule(column.name).parse
        match column.type:
            case Type.TIME | Type.DAY:
                return self._time(column, told or self._conversion.date_format)
            case Type.INTEGER | Type.REAL:
                return self._number(column, told)
            case Type.BOOLEAN:
                return self._boolean(column.name)
        return self._text(column, told)

    def _rule(self, name: str) -> ColumnRule:
        return next(rule for rule in self._conversion.rules if rule.target == name)

    def _as_text(self, name: str) -> str:
        return name if self._kinds[name] == "text" else f"cast({name} as varchar)"

    def _identity(self, name: str) -> str:
        """An account's platform, handle and id, each from the others where it is missing."""
        platform, handle = self._platform, "cast(null as varchar)"
        if "platform" in self._kinds:
            platform = f"coalesce(lower({self._key('platform')}), {platform})"
        if "handle" in self._kinds:
            handle = parsing.handle_sql(self._key("handle"), self._known["handle"])
        account_id = f"{platform} || ':' || lower({handle})"
        if "account_id" in self._kinds:
            given = parsing.id_sql(self._key("account_id"), platform, self._known["account_id"])
            account_id = f"coalesce({given}, {account_id})"
            handle = f"coalesce({handle}, substr({given}, strpos({given}, ':') + 1))"
            platform = f"coalesce(split_part({given}, ':', 1), {platform})"
        return {"platform": platform, "handle": handle, "account_id": account_id}[name]

    def _key(self, name: str) -> str:
        return parsing.key_sql(self._as_text(name), self._known[name])

    def _text(self, column: Column, told: str | None) -> str:
        name = column.name
        x = self._as_text(name)
        if name in parsing.ID_COLUMNS:
            return parsing.id_sql(self._key(name), self._platform, self._known[name])
        if column.choices:
            return parsing.choice_sql(x, column)
        if told == "domain":
            x = parsing.domain_sql(x)
        elif told == "lower":
            x = f"lower({x})"
        if name in parsing.CODES:
            x = parsing.code_sql(x, name)
        return (parsing.key_sql if name in parsing.KEY_TEXTS else parsing.text_sql)(x, self._known[name])

    def _number(self, column: Column, told: str | None) -> str:
        kind, name = self._kinds[column.name], column.name
        whole = column.type is Type.INTEGER
        if kind == "text" and not self._known[name].digits:
            comma = told == "decimal_comma" or (told is None and self._conversion.decimal_comma)
            value = (parsing.integer_sql if whole else parsing.real_sql)(name, comma)
        elif whole and kind == "number":
            value = parsing.whole_sql(name)
        else:
            value = f"try_cast({name} as {SQL_TYPES[column.type]})"
        return parsing.percent_sql(value, self._as_text(name)) if told == "percent" else value

    def _boolean(self, name: str) -> str:
        return name if self._kinds[name] == "boolean" else parsing.boolean_sql(self._as_text(name))

    def _time(self, column: Column, told: str | None) -> str:
        """A timestamp, also for day columns (`_check` turns it into a day)."""
        name, kind, known = column.name, self._kinds[column.name], self._known[column.name]
        patterns = parsing.strptime_patterns(told)
        if kind == "time":
            return name
        if known.plain_iso and not patterns:
            return f"try_cast({name} as timestamp)"
        if (kind in ("whole", "number") or known.digits) and not patterns:
            n = parsing.whole_sql(f"floor({name})") if kind == "number" else f"try_cast({name} as bigint)"
            moment = parsing.unix_sql(n, told)
            return f"coalesce({parsing.day_number_sql(n)}, {moment})" if self._is_day(column, told) else moment
        x = self._as_text(name)
        moment = parsing.time_sql(x, told, self._bind(patterns) if patterns else None)
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


def _in_order(typed: pa.Table) -> pa.Table:
    """The rows in the order of the file. The engine keeps it today; an ``order by`` would sort every text with them."""
    places = typed["pos_"].to_numpy()
    return typed if (places[1:] > places[:-1]).all() else typed.sort_by("pos_")


def _rejects(
    conversion: Conversion, query: _Query, typed: pa.Table, shaped: pa.RecordBatch, lines: np.ndarray
) -> list[pa.Table]:
    positions = typed["pos_"].combine_chunks()
    found: list[pa.Table] = []
    explained: Any = None
    for column in query.present:
        bad = typed[f"bad_{column.name}"].combine_chunks()
        if not (bad.true_count):
            continue
        where = positions.filter(bad)
        values = _as_text(shaped.column(column.name).take(where))
        found.append(
            reject_table(lines[where.to_numpy()], _header(conversion, column.name), values, _reasons(column, values))
        )
        if column.required or column.name in IDENTITY:
            explained = bad if explained is None else pc.or_(explained, bad)
    silent = typed["refused_"].combine_chunks()
    if explained is not None:
        silent = pc.and_(silent, pc.invert(explained))
    if silent.true_count:
        where = positions.filter(silent)
        found.append(_missing(conversion, typed.filter(silent), shaped, lines[where.to_numpy()], where))
    return found


def _missing(
    conversion: Conversion, typed: pa.Table, shaped: pa.RecordBatch, lines: np.ndarray, where: pa.Array
) -> pa.Table:
    """Rows refused because a required value is not there at all (or a lookup found none)."""
    names: Any = pa.nulls(len(where), pa.string())
    for column in conversion.table.columns:
        if column.required:
            missing = pc.and_(typed[column.name].combine_chunks().is_null(), names.is_null())
            names = pc.if_else(missing, _header(conversion, column.name), names)
    reasons = ["this value is required"] * len(where)
    if any(rule.lookup for rule in conversion.rules):
        reasons = ["required, and missing here or in the file it is looked up in"] * len(where)
    return reject_table(lines, names, pa.nulls(len(where), pa.string()), reasons)


def _reasons(column: Column, values: pa.Array) -> pa.Array:
    reason = parsing.expectation(column)
    if column.minimum is None:
        return pa.array([reason] * len(values), pa.string())
    return pc.if_else(
        pc.starts_with(values, "-"), f"below the least value allowed, {column.minimum:g}", reason
    )


def _header(conversion: Conversion, target: str) -> str:
    rule = next((rule for rule in conversion.rules if rule.target == target), None)
    if rule is None and target == "account_id":
        rule = next((rule for rule in conversion.rules if rule.target == "handle"), None)
    return target if rule is None or rule.column is None else rule.column
