"""What an import did, or would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa

from influence.findings import Finding, Severity
from influence.store.importing.conversion import Converted
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

    def take(self, converted: Converted, n_unreadable: int) -> None:
        """Count a batch, and the rows that its reader set apart."""
        self.totals["n_read"] += converted.n_read + n_unreadable
        self.totals["n_rejected"] += converted.n_refused + n_unreadable
        self.totals["n_unknown"] += converted.n_unknown
        self.totals["n_gone"] += converted.n_gone

    def note(self, rejects: pa.Table) -> None:
        """Count why rows were refused."""
        grouped = rejects.group_by(["column_name", "reason"]).aggregate([("line", "count")])
        for row in grouped.to_pylist():
            self.reasons[(row["column_name"], row["reason"])] += row["line_count"]

    def count(self, merged: Merged) -> FileCount:
        """The numbers of the report."""
        return FileCount(
            file=self.file,
            table=self.table,
            **vars(merged),
            n_read=self.totals["n_read"],
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


@dataclass(frozen=True)
class FileCount:
    """One file into one table.

    Attributes
    ----------
    file, table : str
    n_read : int
        Rows read (blank lines are none).
    n_new, n_changed, n_unchanged : int
        Rows added to the workspace, changed in it, and found there equal.
    n_repeated : int
        Rows followed by a later row of the same key in the same file; the last one counts.
    n_rejected : int
        Rows refused.
    n_unknown : int
        Values that could not be read; their rows were kept and the values left unknown.
    n_left_out : int
        Rows about deleted accounts or suppressed people.
    """

    file: str
    table: str
    n_read: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_repeated: int = 0
    n_rejected: int = 0
    n_unknown: int = 0
    n_left_out: int = 0


@dataclass(frozen=True)
class Preview:
    """How one file would be read: format, column by column, and the first rows."""

    file: str
    table: str
    about: str
    how: str
    columns: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    first_rows: pa.Table | None = None


@dataclass(frozen=True)
class ImportReport:
    """The result of `import_files`.

    Attributes
    ----------
    counts : tuple of FileCount
    findings : tuple of Finding
    previews : tuple of Preview
    rejects : pyarrow.Table
        Columns file, table_name, line, column_name, value, reason; the first `REJECTS_KEPT`. All are in the
        workspace's table ``rejects``.
    dry_run : bool
    """

    counts: tuple[FileCount, ...]
    findings: tuple[Finding, ...]
    previews: tuple[Preview, ...]
    rejects: pa.Table = field(repr=False)
    dry_run: bool = False

    @property
    def n_new(self) -> int:
        """Rows added."""
        return sum(count.n_new for count in self.counts)

    @property
    def n_changed(self) -> int:
        """Rows changed."""
        return sum(count.n_changed for count in self.counts)

    @property
    def n_unchanged(self) -> int:
        """Rows that were there already, equal."""
        return sum(count.n_unchanged for count in self.counts)

    @property
    def n_rejected(self) -> int:
        """Rows refused."""
        return sum(count.n_rejected for count in self.counts)

    @property
    def n_accepted(self) -> int:
        """Rows that are in the workspace now because of these files, or were before."""
        return self.n_new + self.n_changed + self.n_unchanged

    @property
    def n_left_out(self) -> int:
        """Rows about deleted accounts or suppressed people."""
        return sum(count.n_left_out for count in self.counts)
