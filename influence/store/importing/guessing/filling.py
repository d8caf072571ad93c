"""Columns assigned to the slots of a table, and the rule by which the values of each are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from influence.recognition.dates import date_order
from influence.recognition.numbers import decimal_habit, read_number
from influence.schema import KINDS, Type, table_of
from influence.store.importing.guessing import wanted
from influence.store.importing.guessing.column import SourceColumn, tells
from influence.store.importing.guessing.wanted import Slot
from influence.store.importing.mapping import ColumnRule, TableRule
from influence.store.importing.parsing import meant_by

LEAST_FIT = 0.45
"""A column below this fills nothing: a word of its name is known, and no more."""


@dataclass(frozen=True)
class TableReading:
    """One way to read a file: rules, evidence, how sure its key is, and why."""

    role: str
    rules: tuple[TableRule, ...]
    evidence: float
    key: float
    reason: str


@dataclass(frozen=True)
class Filled:
    """Columns assigned to the slots of one table."""

    columns: dict[str, SourceColumn]
    evidence: float

    def rules(self, table: str) -> list[ColumnRule]:
        """What fills the columns of a table."""
        return [rule_of(table, target, column) for target, column in self.columns.items()]


def one_table(
    table: str, rules: Iterable[ColumnRule], evidence: float, key: float, reason: str, *, summed: bool = False
) -> TableReading:
    """Rows that fill one table."""
    return TableReading(table, (TableRule(table, tuple(rules), summed=summed),), evidence, key, reason)


def fill(
    slots: Sequence[Slot], columns: Sequence[SourceColumn], taken: Sequence[SourceColumn] = ()
) -> Filled:
    """Assign columns to slots, the surest pairs first."""
    used = {column.header for column in taken}
    pairs = sorted(
        (
            (slot_fit(slot, column), -place, slot, column)
            for place, column in enumerate(columns)
            for slot in slots
            if column.header not in used
        ),
        key=lambda pair: (-pair[0], -pair[1]),
    )
    found: dict[str, SourceColumn] = {}
    evidence = 0.0
    for fit, _, slot, column in pairs:
        if fit >= LEAST_FIT and slot.target not in found and column.header not in used:
            found[slot.target] = column
            used.add(column.header)
            evidence += slot.weight * fit
    return Filled(found, evidence)


def slot_fit(slot: Slot, column: SourceColumn) -> float:
    kind = slot.target == "kind" and slot in wanted.SLOTS["facts"] and column.words.means(*slot.meanings)
    if kind and not column.told and not tells(column, partial(meant_by, choices=KINDS)):
        return 0.0
    averaged = None if slot.meanings == ("engagement_rate",) else slot.averaged
    return max(
        column.fit(meaning, slot.scopes, averaged) * (1 - 0.12 * place)
        for place, meaning in enumerate(slot.meanings)
    )


def rule_of(table: str, target: str, column: SourceColumn) -> ColumnRule:
    """The rule of one column, with the habits that all its values show."""
    kind = table_of(table).column(target)
    listed = column.profile.share("list of words") > 0.5 and kind.type is Type.TEXT
    rule = ColumnRule(target, f"{column.header}[*]" if listed else column.header)
    values = column.known
    if kind.type in (Type.TIME, Type.DAY):
        if column.profile.share("spreadsheet day") > 0.9:
            return replace(rule, parse="excel")
        return replace(rule, parse=date_order(values))
    if kind.type in (Type.INTEGER, Type.REAL):
        whole = kind.type is Type.INTEGER or column.comma_sure
        comma = decimal_habit(values, whole=whole, hint=column.comma_hint)
        percent = kind.unit == "share" and kind.maximum == 1 and _in_percent(column, values)
        return replace(
            rule,
            parse={True: "decimal_comma", False: "number", None: None}[comma],
            scale=0.01 if percent else column.words.factor,
        )
    return rule


def _in_percent(column: SourceColumn, values: list[str]) -> bool:
    """A rate is written in percent: its header says so, or one in twenty values is over 1 without a sign."""
    if column.words.percent:
        return True
    bare = [n for value in values if "%" not in value and (n := read_number(value, "," in value)) is not None]
    return sum(n > 1 for n in bare) > 0.05 * len(bare)
