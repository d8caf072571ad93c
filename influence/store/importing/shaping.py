"""Columns of a file -> raw columns named as those they fill; rows that are no data (totals, notes) set apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.recognition.headers import PLATFORMS, words_of
from influence.recognition.layout import TOTALS, is_total
from influence.schema import Table, Type, table_of
from influence.sources.base import Batch, RawReject
from influence.store.importing.account_columns import PLATFORM_OF, Aliases, name_accounts, of_deleted
from influence.store.importing.mapping import ColumnRule, TableRule
from influence.store.workspace import to_day
from influence.toml_files import shipped

IDENTIFYING = ("handle", "account_id", "follower_id", "actor_id")
"""Columns of which a row of totals bears the word."""

HEADINGS = {*shipped("influence.store.importing", "words.toml")["headings"]["words"], *PLATFORMS}
"""Words over a part of a list."""


def without_asides(
    rows: pa.RecordBatch, lines: np.ndarray, rules: Iterable[ColumnRule], *, lists_people: bool = False
) -> tuple[pa.RecordBatch, np.ndarray, tuple[RawReject, ...]]:
    """Set apart rows that add up the others, the header where it stands again and, in lists, lines of words."""
    keys = sorted(
        {n for rule in rules if rule.target in IDENTIFYING for n in rule.columns if n in rows.schema.names}
    )
    rejects: dict[int, RawReject] = {}
    for name in keys:
        if pa.types.is_string(rows.column(name).type):
            rejects |= _totals(rows, lines, name)
    if lists_people and keys:
        rejects = _lines_of_words(rows, lines, keys) | rejects
    if not rejects:
        return rows, lines, ()
    keep = np.ones(rows.num_rows, dtype=bool)
    keep[list(rejects)] = False
    return rows.filter(pa.array(keep)), lines[keep], tuple(rejects[place] for place in sorted(rejects))


def _totals(rows: pa.RecordBatch, lines: np.ndarray, name: str) -> dict[int, RawReject]:
    column = rows.column(name)
    found = {}
    for place in _worded(column, [*TOTALS, *(f"{total}:" for total in TOTALS), name.lower().strip()]):
        cells = _cells(rows, place)
        again = sum(str(value).strip().lower() == header.lower() for header, value in cells.items()) > 1
        figures = [_in_figures(value) for header, value in cells.items() if header != name]
        adds_up = is_total(column[place].as_py()) and any(figures) and 2 * sum(figures) >= len(figures)
        if again or adds_up:
            why = "the header again" if again else "a row of totals, which is nobody"
            found[place] = RawReject(int(lines[place]), name, column[place].as_py(), why)
    return found


def _worded(column: pa.Array, words: list[str]) -> list[int]:
    """Places of the values that are one of `words`, but for white space and case; long ones need no closer look."""
    trimmed = pc.utf8_trim_whitespace(column)
    longest = max(len(word.encode()) for word in words)
    places = np.flatnonzero(
        pc.fill_null(pc.less_equal(pc.binary_length(trimmed), longest), False).to_numpy(zero_copy_only=False)
    )
    found = pc.is_in(pc.utf8_lower(trimmed.take(pa.array(places))), value_set=pa.array(words))
    return list(places[found.to_numpy(zero_copy_only=False)].tolist())


def _lines_of_words(rows: pa.RecordBatch, lines: np.ndarray, keys: list[str]) -> dict[int, RawReject]:
    """Rows of one cell among fuller ones that are a note or a heading, and figures without a name that are totals."""
    columns = [rows.column(name) for name in rows.schema.names]
    if len(columns) < 2 or not all(pa.types.is_string(column.type) for column in columns):
        return {}
    filled = ~np.array([_empty(column) for column in columns])
    if not rows.num_rows or np.median(filled.sum(axis=0)) < 2:
        return {}
    found = {}
    for place in np.flatnonzero(filled.sum(axis=0) == 1).tolist():
        ((header, cell),) = _cells(rows, place).items()
        if (header not in keys and not _in_figures(cell)) or _is_heading(cell) or is_total(cell):
            why = "a line of words between the rows, which is nobody"
            found[place] = RawReject(int(lines[place]), header, cell, why)
    named = filled[[rows.schema.get_field_index(name) for name in keys]].any(axis=0)
    for place in {*np.flatnonzero(~named).tolist()} - found.keys():
        cells = _cells(rows, place)
        if cells and all(_in_figures(value) or is_total(value) for value in cells.values()):
            shown = ", ".join(f"{header}={value}" for header, value in cells.items())
            why = "figures without a name: a row of totals, or of somebody who has gone"
            found[place] = RawReject(int(lines[place]), keys[0], shown, why)
    return found


def _empty(column: pa.Array) -> pa.Array:
    """Mask of the values that are null, or white space alone."""
    if not pa.types.is_string(column.type):
        return column.is_null()
    return pc.fill_null(pc.equal(pc.binary_length(pc.ascii_trim_whitespace(column)), 0), True)


def _cells(rows: pa.RecordBatch, place: int) -> Mapping[str, Any]:
    """Header and value of the filled cells of a row."""
    row = rows.slice(place, 1).to_pylist()[0]
    return {header: value for header, value in row.items() if value is not None and str(value).strip()}


def _is_heading(cell: str) -> bool:
    """``MICRO``, ``Source: agency list``, ``* ask Tom by Friday``: nobody's name."""
    words = words_of(cell)
    marked = cell.lstrip().startswith(("* ", "*) ", "† ")) or ": " in f"{cell.rstrip()} "
    return marked or (len(max(words, default="", key=len)) > 2 and set(words) <= HEADINGS)


def _in_figures(value: Any) -> bool:
    return any(ch.isdigit() for ch in str(value)) and "@" not in str(value)


PLACE = "pos_"
"""Column with the position of the row in its batch."""


@dataclass(frozen=True)
class Conversion:
    """How the rows of one source become rows of one table.

    Attributes
    ----------
    rule : TableRule
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
    """

    rule: TableRule
    platform: str
    source: str
    fetched_at: datetime | None
    date_format: str | None = None
    decimal_comma: bool = False
    lookups: dict[str, tuple[pa.Array, pa.Array]] = field(default_factory=dict)
    aliases: Aliases = field(default_factory=Aliases)

    @property
    def table(self) -> Table:
        """The table that is filled."""
        return table_of(self.rule.table)

    @property
    def by_target(self) -> dict[str, ColumnRule]:
        """The rule of each column that the file fills."""
        return {rule.target: rule for rule in self.rule.columns}

    @property
    def constants(self) -> dict[str, Any]:
        """Stored columns that are the same in every row."""
        filled = self.by_target
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
    table, rules, only_with = conversion.table, conversion.rule.columns, conversion.rule.only_with
    rows, lines = _without_blank_rows(batch, only_with)
    for name in conversion.rule.needs:
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
        whole = rule.target in ("post_id", "reply_to")  # half an id is none
        column = pc.coalesce(*columns) if rule.join is None else _joined(columns, rule.join, whole)
    return as_text(column) if table.column(rule.target).type is Type.TEXT else column


def _digest(columns: list[pa.Array]) -> pa.Array:
    """A short hash of what tells a row apart; null where all of it is empty."""
    joined = pc.binary_join_element_wise(*columns, "\x1f", null_handling="replace", null_replacement="")
    empty = "\x1f" * (len(columns) - 1)
    hashes = [f"row-{blake2b(told.encode(), digest_size=8).hexdigest()}" for told in joined.to_pylist()]
    return pc.if_else(pc.equal(joined, empty), None, pa.array(hashes, pa.string()))


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
        empty = _empty(column)
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
    finer = per_second > 10**6
    micros = pc.divide(held, per_second // 10**6) if finer else pc.multiply(held, 10**6 // per_second)
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
        values = (v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in column.to_pylist())
        return pa.array([None if value is None else str(value) for value in values], pa.string())
