"""What became of the rows of one file: counted while they are read, told when they are in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from influence.findings import Finding, Severity
from influence.store.importing.conversion import Converted
from influence.store.importing.reports import FileCount
from influence.store.importing.upsert import Merged
from influence.writing.plain import counted

MOST_REASONS = 20
"""Reasons of refusal that are told of one file, the most frequent first."""


@dataclass
class Tally:
    """One file into one table.

    Attributes
    ----------
    totals : Counter of str
        ``n_read``, ``n_rejected``, ``n_unknown``, ``n_gone``, ``n_suppressed``.
    reasons : Counter of (column or None, reason)
    """

    file: str
    table: str
    totals: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str | None, str]] = field(default_factory=Counter)

    def take(self, converted: Converted, n_unreadable: int = 0) -> None:
        """Count a batch, and the rows that its reader set apart."""
        self.totals["n_read"] += converted.n_read + n_unreadable
        self.totals["n_rejected"] += converted.n_refused + n_unreadable
        self.totals["n_unknown"] += converted.n_unknown
        self.totals["n_gone"] += converted.n_gone

    def count(self, merged: Merged) -> FileCount:
        """The numbers of the report."""
        return FileCount(
            file=self.file,
            table=self.table,
            n_read=self.totals["n_read"],
            n_new=merged.n_new,
            n_changed=merged.n_changed,
            n_unchanged=merged.n_unchanged,
            n_repeated=merged.n_repeated,
            n_rejected=self.totals["n_rejected"],
            n_unknown=self.totals["n_unknown"],
            n_left_out=self.totals["n_suppressed"] + self.totals["n_gone"],
        )

    def findings(self) -> list[Finding]:
        """What people must know of the rows that did not come in."""
        found = []
        for (column, reason), n in sorted(self.reasons.items(), key=lambda item: (-item[1], str(item[0]))):
            where = f"{self.file}, column {column}" if column else self.file
            found.append(Finding(Severity.WARNING, "rejected", f"{where}: {n:,} x {reason}", self.table, n))
        return [*found[:MOST_REASONS], *self._left_out()]

    def _left_out(self) -> list[Finding]:
        told = (
            ("suppressed", "n_suppressed", "about suppressed people"),
            ("deleted-accounts", "n_gone", "of deleted accounts"),
        )
        return [
            Finding(Severity.NOTE, code, f"{self.file}: {counted(n, 'row')} {words} left out", self.table, n)
            for code, total, words in told
            if (n := self.totals[total])
        ]


def no_rows(file: str, n_unreadable: int) -> Finding:
    """The finding for a file in which nothing stood."""
    message = f"{file} holds no rows" + (f" ({n_unreadable} could not be read)" if n_unreadable else "")
    return Finding(Severity.WARNING, "no-rows", message)
