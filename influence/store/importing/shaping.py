"""Columns of a file -> raw columns named as the columns they fill: renaming, constants, prefixes, lookups."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.schema import Table, Type
from influence.sources.base import Batch, RawReject
from influence.store.importing.account_columns import (
    PLATFORM_OF,
    Aliases,
    name_accounts,
    of_deleted,
)
from influence.store.importing.asides import without_asides
from influence.store.importing.mapping import ColumnRule
from influence.store.workspace import to_day

PLACE = "pos_"
"""Column with the position of the row in its batch."""


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


@dataclass(frozen=True)
class Shaped:
    """Raw columns (and `PLACE`) of the rows that are not blank, their lines, and the values no lookup knew.

    Attributes
    ----------
    rows : pyarrow.RecordBatch
    lines : ndarray of int64
    misses : dict of str to pyarrow.Array
        Target column -> the value looked up in vain, or that names no account; null elsewhere.
    n_gone : int
        Rows of deleted accounts, left out.
    rejects : tuple of RawReject
        Rows that are no data: totals, and the header again.
    """

    rows: pa.RecordBatch
    lines: np.ndarray
    misses: dict[str, pa.Array]
    n_gone: int = 0
    rejects: tuple[RawReject, ...] = ()


def shape(conversion: Conversion, batch: Batch) -> Shaped:
    """Bring the columns of a batch under the names of the columns they fill.

    A contact needs something with an ``@``. Columns that name accounts hold their ids then
    (`influence.store.importing.account_columns`).
    """
    table, rules, only_with = conversion.table, conversion.rules, conversion.only_with
    rows, lines = _without_blank_rows(batch, only_with)
    for name in conversion.needs:
        rows, lines = _without_blank_rows(Batch(rows, lines), (name,))
    if table.name == "contacts" and only_with:
        rows, lines = _with_at(rows, lines, rules)
    rows, lines, rejects = without_asides(rows, lines, rules, lists_people=table.name == "accounts")
    arrays: dict[str, pa.Array] = {PLACE: pa.array(np.arange(rows.num_rows, dtype=np.int64))}
    misses: dict[str, pa.Array] = {}
    for rule in rules:
        if rule.columns and not set(rule.columns) & set(rows.schema.names):
            continue
        column = _raw(rule, table, rows)
        if rule.target in conversion.lookups:
            column, missed = _looked_up(column, *conversion.lookups[rule.target])
            if missed.null_count < len(missed):
                misses[rule.target] = missed
        if rule.prefix:
            column = _trimmed(column)
            there = pc.starts_with(column, rule.prefix)  # some tools write t1_abc where others write abc
            column = pc.if_else(there, column, pc.binary_join_element_wise(rule.prefix, column, ""))
        arrays[rule.target] = column
        if rule.platform is not None and rule.platform in rows.schema.names:
            arrays[PLATFORM_OF + rule.target] = as_text(plain(rows.column(rule.platform)))
    named, nobody = name_accounts(arrays, table.name, rules, conversion.platform, conversion.aliases)
    arrays = {name: column for name, column in (arrays | named).items() if not name.startswith(PLATFORM_OF)}
    misses |= {name: values for name, values in nobody.items() if name not in misses}
    required = {column.name for column in table.columns if column.required}
    gone = of_deleted(
        {name: values for name, values in nobody.items() if name in required or name == "handle"}, len(lines)
    )
    if gone.any():
        kept = pa.array(~gone)
        arrays = {name: column.filter(kept) for name, column in arrays.items()}
        misses, lines = {name: values.filter(kept) for name, values in misses.items()}, lines[~gone]
        arrays[PLACE] = pa.array(np.arange(len(lines), dtype=np.int64))
    shaped = pa.RecordBatch.from_arrays(list(arrays.values()), list(arrays))
    return Shaped(shaped, lines, misses, int(gone.sum()), rejects)


def _raw(rule: ColumnRule, table: Table, rows: pa.RecordBatch) -> pa.Array:
    if not rule.columns:
        return pa.array([rule.constant], pa.string()).take(pa.array(np.zeros(rows.num_rows, dtype=np.int64)))
    names = [name for name in rule.columns if name in rows.schema.names]
    if rule.digest:
        return _digest([_trimmed(plain(rows.column(name))) for name in names])
    if rule.target == "extra":
        return _extra({name: _trimmed(plain(rows.column(name))) for name in names})
    column = plain(rows.column(names[0]))
    if len(names) > 1:
        columns = [_trimmed(plain(rows.column(name))) for name in names]
        joined = rule.join is not None
        whole = rule.target in (
            "post_id",
            "reply_to",
        )  # half an id is none: the chat of a message that answers none
        column = _joined(columns, str(rule.join), whole) if joined else pc.coalesce(*columns)
    return as_text(column) if table.column(rule.target).type is Type.TEXT else column


def _digest(columns: list[pa.Array]) -> pa.Array:
    """A short hash of what tells a row apart; null where all of it is empty."""
    joined = pc.binary_join_element_wise(*columns, "\x1f", null_handling="replace", null_replacement="")
    empty = "\x1f" * (len(columns) - 1)
    hashed = (
        None if v == empty else blake2b(v.encode(), digest_size=8).hexdigest() for v in joined.to_pylist()
    )
    return pa.array([h and f"row-{h}" for h in hashed], pa.string())


def _extra(columns: dict[str, pa.Array]) -> pa.Array:
    """`as_json`; of one column each distinct value once (where the rows come from is often all there is)."""
    if len(columns) != 1:
        return as_json(columns)
    ((name, column),) = columns.items()
    coded = column.dictionary_encode()
    return as_json({name: coded.dictionary}).take(coded.indices)


def as_json(columns: dict[str, pa.Array]) -> pa.Array:
    """One JSON object a row, of the values that are not empty; null where all are."""
    parts = []
    for name, column in columns.items():
        for old, new in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
            column = pc.replace_substring(column, old, new)
        column = pc.replace_substring_regex(column, "[\x00-\x1f]", " ")
        parts.append(
            pc.binary_join_element_wise(f'{json.dumps(name, ensure_ascii=False)}: "', column, '"', "")
        )
    return pc.binary_join_element_wise("{", _joined(parts, ", "), "}", "")


def _joined(columns: list[pa.Array], between: str, whole: bool = False) -> pa.Array:
    """The values of each row that are not null, one after the other; null where all are, or (`whole`) where one is.

    An empty column at the end: pyarrow's ``skip`` drops rows in which every value is null.
    """
    if whole:
        return pc.binary_join_element_wise(*columns, between)
    empty = pa.array([""] * len(columns[0]), pa.string())
    joined = pc.binary_join_element_wise(*columns, empty, between, null_handling="skip")
    cut = pc.utf8_slice_codeunits(joined, 0, stop=-len(between) or None)
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), cut)


def _with_at(
    rows: pa.RecordBatch, lines: np.ndarray, rules: tuple[ColumnRule, ...]
) -> tuple[pa.RecordBatch, np.ndarray]:
    """Rows with an address: ``DM only`` in place of one says that there is none."""
    named = next((r.column for r in rules if r.target == "email" and r.column in rows.schema.names), None)
    if named is None:
        return rows, lines
    kept = pc.fill_null(pc.match_substring(as_text(plain(rows.column(named))), "@"), False)
    return rows.filter(kept), lines[kept.to_numpy(zero_copy_only=False)]


def _looked_up(column: pa.Array, keys: pa.Array, values: pa.Array) -> tuple[pa.Array, pa.Array]:
    asked = _trimmed(column)
    found = values.take(pc.index_in(asked, value_set=keys))
    return found, pc.if_else(found.is_null(), asked, pa.scalar(None, pa.string()))


def _trimmed(column: pa.Array) -> pa.Array:
    """As text without white space around it; empty is null."""
    text = pc.utf8_trim_whitespace(as_text(column))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _without_blank_rows(batch: Batch, only_with: tuple[str, ...]) -> tuple[pa.RecordBatch, np.ndarray]:
    """Leave out rows in which every column (of `only_with`, if told) is empty: they are no data, and no mistake."""
    blank: pa.Array | None = None
    for column in [batch.rows.column(name) for name in only_with] or batch.rows.columns:
        empty = column.is_null()
        if pa.types.is_string(column.type):
            empty = pc.or_(
                empty, pc.fill_null(pc.equal(pc.binary_length(pc.ascii_trim_whitespace(column)), 0), True)
            )
        blank = empty if blank is None else pc.and_(blank, empty)
        if not blank.true_count:
            return batch.rows, batch.lines
    if blank is None:
        return batch.rows, batch.lines
    kept = pc.invert(blank)
    return batch.rows.filter(kept), batch.lines[kept.to_numpy(zero_copy_only=False)]


def plain(column: pa.Array) -> pa.Array:
    """Bring a column of any Arrow type to one of: text, int64, float64, bool, timestamp (UTC, no zone)."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_boolean(kind):
        return column
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return column.cast(pa.int64())
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_timestamp(kind):
        return _moments(column.cast(pa.int64()), {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit])
    if pa.types.is_date32(kind):
        return _moments(pc.multiply(column.cast(pa.int32()).cast(pa.int64()), 86_400), 1)
    if pa.types.is_date64(kind):
        return _moments(column.cast(pa.int64()), 10**3)
    return as_text(column)


def _moments(ticks: pa.Array, per_second: int) -> pa.Array:
    """Timestamps from whole numbers; those beyond every calendar stay beyond it (a cast would wrap them around)."""
    limit = min(10**12 * per_second, 2**63 - 1)
    held = pc.min_element_wise(pc.max_element_wise(ticks, -limit, skip_nulls=False), limit, skip_nulls=False)
    micros = (
        pc.divide(held, per_second // 10**6) if per_second > 10**6 else pc.multiply(held, 10**6 // per_second)
    )
    return micros.cast(pa.timestamp("us"))


def as_text(column: pa.Array) -> pa.Array:
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
