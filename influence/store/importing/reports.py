"""What an import did, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from influence.findings import Finding


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
