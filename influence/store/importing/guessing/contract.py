"""How a file would be read; files named after their table, with columns named as its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from influence.recognition.dates import without_year
from influence.recognition.headers import plain_header
from influence.schema import ID_COLUMNS, PROVENANCE, TABLE_NAMES, table_of
from influence.store.importing.guessing.column import CUT, SourceColumn, is_cut
from influence.store.importing.guessing.filling import TableReading, rule_of
from influence.store.importing.guessing.identity import platform_column
from influence.store.importing.mapping import ColumnRule, TableRule, missing_columns

YEARLESS = (
    "the days in column {!r} ({!r}) tell no year, so they are not used; write the year in the file, or import an "
    "export that tells it"
)


def _is_yearless(column: SourceColumn) -> bool:
    if column.words.means("date") < 0.9:
        return False
    told = [without_year(value) for value in column.known[:200]]
    return sum(told) > 0.5 * len(told)


@dataclass(frozen=True)
class Guess:
    """How a file would be read.

    Attributes
    ----------
    rules : tuple of TableRule
    sureness : float
        0 to 1.
    reason : str
        Why these tables, in words.
    exact : bool
        The file is named after its table and every header used is the name of its column: nothing was guessed.
    columns : tuple of SourceColumn
    """

    rules: tuple[TableRule, ...]
    sureness: float
    reason: str
    exact: bool = False
    columns: tuple[SourceColumn, ...] = field(default=(), repr=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before they say yes."""
        extra = {header for rule in self.rules for column in rule.columns if column.target == "extra"
                 for header in column.columns}  # fmt: skip
        used = {header for rule in self.rules for header in rule.headers} - extra
        left = [c for c in self.columns if c.header not in used and c.profile.n]
        cut = (CUT.format(c.header, c.profile.examples[0]) for c in left if is_cut(c))
        return (*cut, *(YEARLESS.format(c.header, c.profile.examples[0]) for c in left if _is_yearless(c)))


def table_from_name(name: str) -> str | None:
    """The table a file's name tells: ``posts``, ``posts_2024``, ``my-posts``; None when it tells none."""
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    found = [word for word in words if word in TABLE_NAMES]
    return found[0] if len(set(found)) == 1 else None


def by_contract(name: str, columns: Sequence[SourceColumn], told: Mapping[str, str]) -> TableRule | None:
    """The columns told, and those that bear the names of the table's own; None where one that it needs does not."""
    table = table_of(name)
    plain = {
        plain_header(column.header): column
        for column in reversed(columns)
        if column.header not in told.values()
    }
    plain |= {
        target: column for target, header in told.items() for column in columns if column.header == header
    }
    ours = {column.name for column in PROVENANCE} <= set(
        plain
    )  # an export of this product; else any list's `source`
    found = [c.name for c in table.all_columns if c.name in plain and (ours or c.name != "source")]
    if missing_columns(table, set(found)) or any(is_cut(plain[name]) for name in found):
        return None
    rules = tuple(rule_of(name, target, plain[target]) for target in found)
    platform = (
        None
        if "platform" in found
        else platform_column([c for c in columns if c.header not in {plain[name].header for name in found}])
    )
    if platform is not None and name != "accounts":
        rules = tuple(replace(r, platform=platform.header) if r.target in ID_COLUMNS else r for r in rules)
    return TableRule(name, rules)


def completed(
    source_name: str, columns: Sequence[SourceColumn], named: TableRule, guessed: TableReading | None
) -> Guess:
    """What the contract's own names say, and what else the columns left over tell."""
    used, filled = set(named.headers), {rule.target for rule in named.columns}
    more: tuple[ColumnRule, ...] = ()
    companions: tuple[TableRule, ...] = ()
    if guessed is not None:
        first, *rest = guessed.rules
        more = tuple(
            r for r in first.columns if r.target not in filled | {"handle"} and not used & set(r.headers)
        )
        companions = tuple(rule for rule in rest if _brings_news(rule, used))
    rules = (replace(named, columns=(*named.columns, *more)), *companions)
    told = all(rule.target == rule.column for rule in named.columns) and source_name == named.table
    return Guess(rules, 1.0, "by their names", told and not more and not companions, tuple(columns))


def _brings_news(rule: TableRule, used: set[str]) -> bool:
    told = {
        header
        for column in rule.columns
        for header in column.columns
        if column.target not in ("account_id", "handle", "platform")
    }
    return bool(told - used)
