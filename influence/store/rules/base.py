"""What rules share: the frame of a check, and the usual shape of a finding (rows that match, some examples)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from influence.findings import Finding, Severity
from influence.store.base import Store

N_EXAMPLES = 5


@dataclass(frozen=True)
class Frame:
    """What every rule is told.

    Attributes
    ----------
    store : Store
    counts : dict of table to rows
    as_of_day : int or None
        Day up to which dates may reach; None: the day on which each row was fetched.
    """

    store: Store
    counts: dict[str, int]
    as_of_day: int | None = None

    def scalar(self, sql: str) -> int:
        """The one number that `sql` (with a column ``n``) asks for."""
        return int(self.store.query(sql)["n"][0].as_py() or 0)

    def words(self, sql: str) -> tuple[str, ...]:
        """The column ``example`` of `sql` as text."""
        return tuple(str(value) for value in self.store.query(sql)["example"].to_pylist())


Rule = Callable[[Frame], list[Finding]]


@dataclass(frozen=True)
class RowRule:
    """Rows of one table that match a condition.

    `message` has ``{of}`` (``7 of 1,200 posts``, ``all 7 posts``), ``{n}`` (rows) and ``{share}`` (of the table).
    Nothing is reported below `least_share` of the table.
    """

    severity: Severity
    code: str
    table: str
    where: str
    message: str
    hint: str
    example: str
    least_share: float = 0.0
    source: str | None = None
    """Relation to look at, when it is not the table itself."""

    def __call__(self, frame: Frame) -> list[Finding]:
        """Return one finding, or none."""
        total = frame.counts[self.table]
        if total == 0:
            return []
        relation = self.source or self.table
        n = frame.scalar(f"select count(*) as n from {relation} where {self.where}")
        if n == 0 or n / total < self.least_share:
            return []
        examples = frame.words(
            f"select distinct {self.example} as example from {relation} where {self.where} "
            f"order by example nulls last limit {N_EXAMPLES}"
        )
        return [finding(self, n, total, examples)]


def finding(rule: RowRule, n: int, total: int, examples: tuple[str, ...]) -> Finding:
    """Fill the sentence of `rule`."""
    of = f"all {n:,} {rule.table}" if n == total > 1 else f"{n:,} of {total:,} {rule.table}"
    message = rule.message.format(n=f"{n:,}", of=of, share=f"{n / total:.0%}")
    return Finding(rule.severity, rule.code, message, rule.table, n, examples, rule.hint)


def plural(n: int, noun: str) -> str:
    """``1 row``, ``1,200 rows``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
