"""Bring files or tables in memory into the workspace: checked, in one transaction, and the same when repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as MappingType
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from influence.errors import UsageError
from influence.findings import Finding, Severity
from influence.recognition.headers import SPOKEN, platform_told, words_of
from influence.schema import TABLE_NAMES
from influence.sources.base import Batch, ReadOptions, Source
from influence.sources.packed import exists, open_raw
from influence.sources.parquet import frame_source
from influence.store.base import number_of, values_of
from influence.store.duckdb_store import DuckDBStore
from influence.store.importing.account_columns import Aliases
from influence.store.importing.conversion import REJECT_SCHEMA, convert, raw_reject_table
from influence.store.importing.deciding import SourcePlan, load_lookups, plan_files, plan_source
from influence.store.importing.mapping import Mapping, TableRule, check_date_format, read_mapping
from influence.store.importing.reports import FileCount, ImportReport, Preview, Tally, no_rows
from influence.store.importing.shaping import Conversion
from influence.store.importing.upsert import HASH, Merger
from influence.store.importing.worklists import keep_work
from influence.store.people.aliases import keep_aliases, read_aliases
from influence.store.rights.suppression import (
    Suppressions,
    read_suppressions,
    without_suppressed,
    without_suppressed_rejects,
)
from influence.store.workspace import Workspace
from influence.writing.plain import counted


def in_order(plans: Iterable[SourcePlan]) -> list[SourcePlan]:
    """As they are brought in: accounts first, since the others name them."""
    return sorted(plans, key=lambda plan: min(TABLE_NAMES.index(rule.table) for rule in plan.rules))


def conversion_of(
    plan: SourcePlan, rule: TableRule, platform: str, now: datetime | None, date_format: str | None
) -> Conversion:
    """How the rows of a file become rows of one of its tables."""
    return Conversion(
        rule=rule,
        platform=platform,
        source=plan.file,
        fetched_at=now,
        date_format=date_format or rule.date_format,
        decimal_comma=plan.decimal_comma,
        lookups=load_lookups(rule, plan.siblings),
    )


def platform_of(plan: SourcePlan, rule: TableRule, told: str | None, known: Callable[[], str]) -> str:
    """Of handles that name none: the header of their column, what the user said, titles, file names, `known`."""
    by_header = None if plan.certain else rule.platform
    titles = (plan.source.title, plan.source.path.name.partition(".")[0])
    spoken = {SPOKEN[word] for header in plan.source.headers for word in words_of(header) if word in SPOKEN}
    named = next((platform for title in titles if (platform := platform_told(title))), None)
    named = named or (spoken.pop() if len(spoken) == 1 else None)
    return by_header or told or rule.platform or named or known()


Progress = Callable[[str, int, float | None], None]
"""Called with the file's name, the rows read of it so far, and how much of it is done (0-1, None: unknown)."""

REJECTS_KEPT = 100_000
FIRST_ROWS = 5
DEFAULT_PLATFORM = "web"


def import_files(
    workspace: Workspace,
    paths: Sequence[str | Path] | str | Path,
    *,
    mapping: Mapping | str | Path | None = None,
    dry_run: bool = False,
    platform: str | None = None,
    date_format: str | None = None,
    options: ReadOptions | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    planned: Planned | None = None,
) -> ImportReport:
    """Bring files into the workspace, all of them or none.

    Parameters
    ----------
    workspace : Workspace
    paths : path or sequence of paths
        Files, or folders of files.
    mapping : Mapping or path, optional
        What the columns mean. Without it tables and columns are recognised by their names.
    dry_run : bool
        Count and preview; write nothing.
    platform : str, optional
        Put before handles that name none. Default: the mapping's, else the only platform among the accounts of the
        workspace, else ``web``.
    date_format : str, optional
        ``dmy``, ``mdy``, ``ymd``, ``unix``, ``unix_ms`` or a pattern such as ``%d.%m.%Y``.
    options : ReadOptions, optional
        Delimiter, encoding, decimal comma, sheet.
    now : datetime, optional
        UTC; the ``fetched_at`` of rows that bring none. Without it they have none: the library reads no clock.
    progress : callable, optional
    planned : Planned, optional
        What `plan_import` decided about these files, where it was asked before.

    Returns
    -------
    ImportReport

    Raises
    ------
    SourceError
        A file cannot be read.
    MappingError
        The mapping is wrong, or none was given and the columns are not recognised.

    Notes
    -----
    Rows are merged by key. A value that a new file leaves empty does not erase what is known; a row whose data are
    already there does not change, whatever its file. Rows refused are kept in the table ``rejects``, where a new
    import of the same file replaces those of the earlier one.

    Examples
    --------
    >>> import influence
    >>> from pathlib import Path
    >>> _ = Path("new.csv").write_text("post_id,account_id,text\\n9,web:amy.example,rye bread\\n")
    >>> influence.import_files(workspace, "new.csv").counts[0].n_new
    1
    """
    check_date_format(date_format, "date_format")
    planned = planned or plan_import(paths, mapping, options)
    own = workspace.path.name if workspace.path else "\0"
    findings = [f for f in planned.findings if f.code != "file-left-out" or not f.message.startswith(own)]
    job = _Job(workspace, dry_run, platform, date_format, now, progress, findings=findings)
    return job.run(planned.plans, planned.label)


@dataclass(frozen=True)
class Planned:
    """How files will be read: decided once, shown, and then done."""

    plans: tuple[SourcePlan, ...]
    findings: tuple[Finding, ...] = ()
    label: str | None = None


def plan_import(
    paths: Sequence[str | Path] | str | Path,
    mapping: Mapping | str | Path | None = None,
    options: ReadOptions | None = None,
) -> Planned:
    """Decide how files are read, without reading them whole: parameters and errors as of `import_files`."""
    if isinstance(mapping, str | Path):
        mapping = read_mapping(mapping)
    if isinstance(paths, str | Path):
        paths = [paths]
    plans, findings = plan_files([Path(path) for path in paths], mapping, options or ReadOptions())
    return Planned(tuple(plans), tuple(findings), mapping.label if mapping else None)


def import_tables(
    workspace: Workspace,
    tables: MappingType[str, Any],
    *,
    platform: str | None = None,
    now: datetime | None = None,
    label: str = "memory",
) -> ImportReport:
    """Bring tables in memory into the workspace, through the same checks as files.

    Parameters
    ----------
    workspace : Workspace
    tables : dict of str to DataFrame, pyarrow.Table or dict of columns
        Keys are names of tables of the contract; columns bear their names there, or a known alias.
    platform : str, optional
        As in `import_files`.
    now : datetime, optional
        As in `import_files`.
    label : str
        What ``source`` says about rows that do not say it themselves.

    Returns
    -------
    ImportReport

    Raises
    ------
    MappingError
        A table that is none of the contract, or columns that are not recognised.

    Examples
    --------
    >>> import influence
    >>> rows = {"post_id": ["9"], "account_id": ["web:amy.example"], "text": ["rye bread"]}
    >>> influence.import_tables(workspace, {"posts": rows}).counts[0].n_new
    1
    """
    for name in tables:
        if name not in TABLE_NAMES:
            raise UsageError("there is no such table", seen=name, expected=", ".join(TABLE_NAMES))
    plans = [plan_source(frame_source(name, data, label), None) for name, data in tables.items()]
    findings = [finding for plan in plans for finding in plan.findings]
    job = _Job(workspace, False, platform, None, now, None, findings=findings)
    return job.run(plans, None)


@dataclass
class _Job:
    """One call: what was told, and what has been found so far."""

    workspace: Workspace
    dry_run: bool
    platform: str | None
    date_format: str | None
    now: datetime | None
    progress: Progress | None
    findings: list[Finding] = field(default_factory=list)
    counts: list[FileCount] = field(default_factory=list)
    previews: list[Preview] = field(default_factory=list)
    rejects: list[pa.Table] = field(default_factory=list)
    n_kept: int = 0
    import_id: int = 0
    suppressed: Suppressions = field(default_factory=Suppressions)
    aliases: Aliases = field(default_factory=Aliases)
    scratch: DuckDBStore = field(default_factory=DuckDBStore)
    """Where batches are typed: inside a transaction the engine would keep every batch it saw until the commit."""

    def run(self, plans: Iterable[SourcePlan], mapping_label: str | None) -> ImportReport:
        store = self.workspace.store
        self.suppressed, self.aliases = read_suppressions(store), Aliases(read_aliases(store))
        ordered = in_order(plans)
        with closing(self.scratch), store.transaction():
            self.import_id = number_of(store, "select coalesce(max(import_id), 0) + 1 as n from imports")
            for plan in ordered:
                self._import_source(plan, mapping_label)
            if not self.dry_run:
                keep_aliases(store, self.aliases.lasting(), "import")
        for plan in [] if self.dry_run else ordered:
            if n := keep_work(self.workspace, plan, self.now):
                message = f"{plan.file}: status, notes and last contact of {counted(n, 'account')} are on a saved list"
                hint = f"`influence shortlist show {plan.source.name!r}` shows it"
                self.findings.append(Finding(Severity.NOTE, "saved-list", message, "accounts", n, hint=hint))
        return ImportReport(
            counts=tuple(self.counts),
            findings=tuple(self.findings),
            previews=tuple(self.previews),
            rejects=pa.concat_tables([kept_schema().empty_table(), *self.rejects]),
            dry_run=self.dry_run,
        )

    def _import_source(self, plan: SourcePlan, mapping_label: str | None) -> None:
        loaders = [self._loader(plan, rule) for rule in plan.rules]
        n_rows = n_lost = 0
        for batch in plan.reader().batches():
            n_rows += batch.rows.num_rows
            n_lost += len(batch.rejects)
            for position, loader in enumerate(loaders):
                loader.take(batch, with_rejects=position == 0)
            if self.progress:
                self.progress(plan.file, n_rows, plan.source.position)
        for loader in loaders:
            count = loader.finish()
            self.counts.append(count)
            if not self.dry_run:
                self._log(plan, count, mapping_label)
        if not n_rows:
            self.findings.append(no_rows(plan.file, n_lost))

    def _loader(self, plan: SourcePlan, rule: TableRule) -> _Loader:
        store = self.workspace.store
        platform = platform_of(plan, rule, self.platform, self._known_platform)
        conversion = conversion_of(plan, rule, platform, self.now, self.date_format)
        conversion = replace(conversion, aliases=self.aliases)
        merger = Merger(
            store,
            conversion.table,
            conversion.constants,
            self.scratch,
            write=not self.dry_run,
            distinct=rule.distinct,
            summed=rule.summed,
        )
        if not self.dry_run:
            store.execute("delete from rejects where file = ? and table_name = ?", [plan.file, rule.table])
        return _Loader(self, plan, conversion, merger, Tally(plan.file, rule.table))

    def _known_platform(self) -> str:
        sql = "select distinct platform from accounts where platform is not null order by platform limit 2"
        found = values_of(self.workspace.store, sql)
        return found[0] if len(found) == 1 else DEFAULT_PLATFORM

    def _log(self, plan: SourcePlan, count: FileCount, mapping_label: str | None) -> None:
        self.workspace.store.execute(
            "insert into imports values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [self.import_id, count.file, _digest(plan.source), mapping_label, count.table, count.n_read, count.n_new,
             count.n_changed, count.n_rejected, self.now],
        )  # fmt: skip

    def keep_rejects(self, rejects: pa.Table, file: str, table: str) -> None:
        """Write rejects to the workspace, and keep the first ones for the report."""
        if not rejects.num_rows:
            return
        full = labelled(rejects, file, table)
        if self.n_kept < REJECTS_KEPT:
            part = full.slice(0, REJECTS_KEPT - self.n_kept)
            self.rejects.append(part)
            self.n_kept += part.num_rows
        if not self.dry_run:
            store = self.workspace.store
            with store.register("influence_rejects", full):
                store.execute(
                    "insert into rejects select ?, file, line, table_name, column_name, value, reason "
                    "from influence_rejects",
                    [self.import_id],
                )


@dataclass
class _Loader:
    """Feeds one table from one source and counts."""

    job: _Job
    plan: SourcePlan
    conversion: Conversion
    merger: Merger
    tally: Tally
    first: pa.Table | None = None

    def take(self, batch: Batch, *, with_rejects: bool) -> None:
        """Convert a batch and hand its good rows to the merger."""
        store, suppressed = self.job.workspace.store, self.job.suppressed
        converted = convert(self.job.scratch, self.conversion, batch)
        rows, n_suppressed = without_suppressed(store, self.conversion.table, converted.rows, suppressed)
        self.merger.add(rows)
        apart = batch.rejects if with_rejects else ()
        rejects = pa.concat_tables([raw_reject_table(apart), converted.rejects])
        self.tally.take(converted, len(apart))
        self.tally.totals["n_suppressed"] += n_suppressed
        self.tally.note(rejects)
        rejects = without_suppressed_rejects(store, rejects, suppressed)
        self.job.keep_rejects(rejects, self.plan.file, self.tally.table)
        if self.first is None or self.first.num_rows < FIRST_ROWS:
            shown = rows.drop_columns(HASH).slice(0, FIRST_ROWS)
            parts = [part for part in (self.first, shown) if part is not None]
            self.first = pa.concat_tables(parts).slice(0, FIRST_ROWS)

    def finish(self) -> FileCount:
        """Merge, and give the counts."""
        count = self.tally.count(self.merger.merge())
        self.job.previews.append(self.plan.preview(self.conversion.rule, self.first))
        self.job.findings += self.tally.findings()
        return count


def kept_schema() -> pa.Schema:
    """Rejects with the file and the table that they were for."""
    return pa.schema([("file", pa.string()), ("table_name", pa.string()), *REJECT_SCHEMA])


def labelled(rejects: pa.Table, file: str, table: str) -> pa.Table:
    """Rejects of one file and table, of `kept_schema`."""
    n = rejects.num_rows
    labels = [pa.array([file] * n, pa.string()), pa.array([table] * n, pa.string())]
    return pa.Table.from_arrays([*labels, *rejects.columns], schema=kept_schema())


def _digest(source: Source) -> str | None:
    if not exists(source.path):
        return None
    with open_raw(source.path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
