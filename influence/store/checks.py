"""What is wrong or odd in the data, as findings: every rule asks the engine once, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from influence.findings import Finding, Severity
from influence.schema import TABLES, Table, Type
from influence.store.base import Store, count_in, number_of, rows_of, values_of
from influence.store.rewriting import is_erasure_pending, leftovers_of
from influence.store.visibility import told_as_of
from influence.store.workspace import Workspace, from_day, to_day
from influence.toml_files import shipped
from influence.writing.plain import counted

N_EXAMPLES = 5
LEAST_KNOWN = 20
"""Known values before a column of zeros is called suspicious."""
OLDEST_DAY = to_day("1990-01-01")
"""No post, account or customer relation that a person would rank by is older than the web."""
OPTIONAL = ("customers", "orders", "contacts", "outcomes", "suppressions", "coverage")
"""Tables whose absence says nothing about a ranking."""
REFERENCES = (
    ("posts", "account_id", "write posts"),
    ("follows", "follower_id", "follow others"),
    ("follows", "followee_id", "are followed"),
    ("interactions", "actor_id", "react to others"),
    ("interactions", "target_id", "are reacted to"),
    ("snapshots", "account_id", "have snapshots"),
    ("contacts", "account_id", "have a contact"),
    ("outcomes", "account_id", "have campaign outcomes"),
    ("metrics", "account_id", "have vendor averages"),
    ("customers", "account_id", "are named by customers"),
)
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


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

    def words(self, sql: str) -> tuple[str, ...]:
        """The column that `sql` asks for, as text."""
        return tuple(map(str, values_of(self.store, sql)))


Rule = Callable[[Frame], Iterable[Finding]]


@dataclass(frozen=True, kw_only=True)
class RowRule:
    """Rows of one table that match a condition: the rules of `rules.toml`, which says what its keys mean."""

    severity: str
    code: str
    table: str
    where: str
    message: str
    hint: str
    example: str
    least_share: float = 0.0
    source: str | None = None

    def __call__(self, frame: Frame) -> Iterator[Finding]:
        """Return one finding, or none."""
        total, relation = frame.counts[self.table], self.source or self.table
        if total == 0:
            return
        n = count_in(frame.store, f"{relation} where {self.where}")
        if n == 0 or n / total < self.least_share:
            return
        examples = frame.words(
            f"select distinct {self.example} as example from {relation} where {self.where} "
            f"order by example nulls last limit {N_EXAMPLES}"
        )
        of = f"all {n:,} {self.table}" if n == total > 1 else f"{n:,} of {total:,} {self.table}"
        message = self.message.format(n=f"{n:,}", of=of, share=f"{n / total:.0%}")
        yield Finding(Severity(self.severity), self.code, message, self.table, n, examples, self.hint)


def check_workspace(workspace: Workspace, *, as_of: date | str | None = None) -> list[Finding]:
    """List what a person should know about the data before trusting a ranking of it.

    Parameters
    ----------
    workspace : Workspace
        May be open for reading only.
    as_of : date or ISO text, optional
        Day up to which dates may reach; without it, the day on which each row was fetched.

    Returns
    -------
    list of Finding
        Errors first, then warnings, then notes; within those by table and code.

    Raises
    ------
    UsageError
        `as_of` is text that is no date.

    Examples
    --------
    >>> from influence.store.workspace import memory_workspace
    >>> with memory_workspace() as workspace:
    ...     [finding.code for finding in check_workspace(workspace)]
    ['empty-workspace']
    """
    frame = Frame(workspace.store, workspace.counts(), told_as_of(as_of))
    found = (finding for rule in RULES for finding in rule(frame))
    return sorted(found, key=lambda one: (_ORDER.index(one.severity), one.table or "", one.code, one.message))


def is_clean(findings: list[Finding], *, strict: bool = False) -> bool:
    """Tell whether there are no errors (with `strict`: nor warnings)."""
    spoiling = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return not any(finding.severity in spoiling for finding in findings)


def empty_tables(frame: Frame) -> Iterator[Finding]:
    """Nothing at all is an error; some tables without rows are worth a note."""
    if not any(frame.counts.values()):
        hint = "bring files in with `influence import PATH...`"
        yield Finding(Severity.ERROR, "empty-workspace", "the workspace holds no rows", hint=hint)
        return
    empty = tuple(name for name, n in frame.counts.items() if n == 0 and name not in OPTIONAL)
    if not empty:
        return
    message = f"{counted(len(empty), 'table')} without rows: {', '.join(empty)}"
    hint = "`influence describe` says which signals need them"
    yield Finding(Severity.NOTE, "empty-tables", message, hint=hint)


def rejects(frame: Frame) -> Iterator[Finding]:
    """Rows that imports refused, by reason."""
    n = count_in(frame.store, "rejects")
    if n == 0:
        return
    examples = frame.words(
        "select cast(count(*) as varchar) || ' x ' || coalesce(column_name || ': ', '') || reason as example "
        f"from rejects group by column_name, reason order by count(*) desc, example limit {N_EXAMPLES}"
    )
    verb = "waits" if n == 1 else "wait"
    message = f"{counted(n, 'value')} could not be read on import and {verb} in rejects"
    hint = "correct the file, or its mapping, and import it again; the table rejects has file, line and value"
    yield Finding(Severity.WARNING, "rejects", message, "rejects", n, examples, hint)


def unfinished(frame: Frame) -> Iterator[Finding]:
    """An erasure that was cut short, and what killed runs left beside the file."""
    if is_erasure_pending(frame.store):
        message = "what was deleted may still be readable in the file: an erasure was cut short"
        hint = "make room on the disk; the next command that writes to the workspace completes it"
        yield Finding(Severity.ERROR, "erasure-pending", message, hint=hint)
    path = getattr(frame.store, "path", None)
    left = leftovers_of(path) if path else []
    if left:
        message = f"{counted(len(left), 'file')} left by runs that were killed"
        hint = "the next command that writes to the workspace removes them"
        names = tuple(file.name for file in left[:N_EXAMPLES])
        yield Finding(Severity.WARNING, "leftovers", message, None, len(left), names, hint)


def orphans(frame: Frame) -> Iterator[Finding]:
    """Accounts that other tables name and that have no row in accounts."""
    hint = "they take part all the same; import their profiles to know followers, language and kind"
    for table, column, doing in REFERENCES:
        missing = (
            f"(select distinct {column} as account_id from {table} where {column} is not null "
            "except select account_id from accounts) as missing"
        )
        n = count_in(frame.store, missing) if frame.counts[table] else 0
        if n:
            message = f"{counted(n, 'account')} {doing} and have no row in accounts"
            sql = f"select account_id as example from {missing} order by example limit {N_EXAMPLES}"
            code = f"not-in-accounts-{table}"
            yield Finding(Severity.NOTE, code, message, table, n, frame.words(sql), hint)


def doubles(frame: Frame) -> Iterator[Finding]:
    """Handles that write posts on one platform and have their profile on another: often one person split in two."""
    if not frame.counts["posts"] or not frame.counts["accounts"]:
        return
    handle = "substr({0}, strpos({0}, ':') + 1)".format
    writers = "(select distinct account_id as id from posts where account_id not in (select account_id from accounts))"
    silent = (
        "(select account_id as id from accounts where account_id not in "
        "(select account_id from posts where account_id is not null))"
    )
    both = f"from {writers} as w join {silent} as s on {handle('w.id')} = {handle('s.id')}"
    n = number_of(frame.store, f"select count(distinct w.id) as n {both}")
    if not n:
        return
    counts = [count_in(frame.store, f"{part} as part") for part in (writers, silent)]
    message = (
        f"{counted(counts[0], 'account')} write posts and have no profile, {counts[1]:,} have a profile and no posts; "
        f"{n:,} names agree"
    )
    sql = f"select w.id || ' and ' || s.id as example {both} order by example limit {N_EXAMPLES}"
    hint = "if they are one, `influence accounts merge PROFILE WRITER`; or import again with --platform"
    yield Finding(Severity.WARNING, "probable-doubles", message, "posts", n, frame.words(sql), hint)


def only_zeros(frame: Frame) -> Iterator[Finding]:
    """Count columns in which every known value is 0: exports write 0 for unknown."""
    hint = "where 0 means unknown, leave the column out of the mapping: unknown and none are not the same"
    for table in TABLES:
        if frame.counts[table.name] >= LEAST_KNOWN:
            for name, n in _zero_columns(frame, table):
                message = f"all {counted(n, 'known value')} of {table.name}.{name} are 0"
                yield Finding(Severity.WARNING, "only-zeros", message, table.name, n, hint=hint)


def _zero_columns(frame: Frame, table: Table) -> list[tuple[str, int]]:
    names = [column.name for column in table.columns if column.type is Type.INTEGER and column.minimum == 0]
    if not names:
        return []
    asked = ", ".join(f"count({name}) as n_{name}, max({name}) as max_{name}" for name in names)
    (row,) = rows_of(frame.store, f"select {asked} from {table.name}")
    known = [(name, row[f"n_{name}"]) for name in names if row[f"max_{name}"] == 0]
    return [(name, n) for name, n in known if n >= LEAST_KNOWN]


def future_dates(frame: Frame) -> Iterator[Finding]:
    """Dates after `as_of`, or after the day on which the row was fetched."""
    limit = "fetched_day" if frame.as_of_day is None else str(int(frame.as_of_day))
    until = "the day they were fetched" if frame.as_of_day is None else str(from_day(frame.as_of_day))
    swapped = "see whether day and month are swapped, or the times are not UTC"
    hint = f"what such a date says is taken for unknown, its row as old as the day of fetching; {swapped}"
    return _where_days(frame, "future-dates", f"> {limit}", f"a date later than {until}", hint)


def old_dates(frame: Frame) -> Iterator[Finding]:
    """Dates before 1990."""
    hint = "0 or 1 in a date column often means unknown: leave such cells empty and import again"
    return _where_days(frame, "dates-before-1990", f"< {OLDEST_DAY}", "a date before 1990", hint)


def _where_days(frame: Frame, code: str, condition: str, what: str, hint: str) -> Iterator[Finding]:
    """What is found where a day column of what the rows tell (not of when they were fetched) fits a condition."""
    told = [(table, column.name if column.type is Type.DAY else column.day_column)
            for table in TABLES for column in table.columns]  # fmt: skip
    rules = [
        RowRule(severity="warning", code=code, table=table.name, where=f"{day} {condition}",
                message=f"{{of}} have {what}", hint=hint, example=_day_example(table, day))
        for table, day in told if day
    ]  # fmt: skip
    for rule in rules:
        yield from rule(frame)


def _day_example(table: Table, column: str) -> str:
    """Key and date; days beyond the calendar are shown as its ends (years 1 and 9999)."""
    return f"{table.key[0]} || ' ' || cast(date '1970-01-01' + greatest(least({column}, 2932896), -719162) as varchar)"


ROW_RULES = [RowRule(code=code, **told) for code, told in shipped("influence.store", "rules.toml").items()]
RULES: tuple[Rule, ...] = (
    empty_tables, rejects, unfinished, orphans, doubles, only_zeros, future_dates, old_dates, *ROW_RULES,
)  # fmt: skip
