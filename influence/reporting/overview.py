"""What `influence check` and `influence describe` say, as text for a terminal and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from textwrap import fill

from influence.findings import Finding, Severity
from influence.ranking.naming import signal_words
from influence.store.describe import Description, TableDescription
from influence.writing.book import Sheet, sheet_of
from influence.writing.data_text import json_text
from influence.writing.grid import grid
from influence.writing.plain import counted, shorten, whole
from influence.writing.safe import one_line


def findings_text(findings: Sequence[Finding], *, width: int = 80) -> str:
    """One entry a finding: severity, code and sentence; examples and what to do below it."""
    if not findings:
        return "Nothing to report: no errors, no warnings, no notes.\n"
    return "\n".join(_entry(finding, width) for finding in findings) + f"\n{tally(findings)}\n"


def _entry(finding: Finding, width: int) -> str:
    mark = finding.severity.value if finding.severity is Severity.NOTE else finding.severity.name
    lines = [_wrap(f"{mark}  {one_line(finding.message)}  [{finding.code}]", width, "", "  ")]
    if finding.examples:
        shown = ", ".join(shorten(example, 60) for example in finding.examples)
        lines.append(_wrap(f"such as: {shown}", width))
    if finding.hint:
        lines.append(_wrap(f"next:    {finding.hint}", width))
    return "\n".join(lines) + "\n"


def _wrap(text: str, width: int, first: str = "  ", rest: str = "           ") -> str:
    return fill(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def tally(findings: Sequence[Finding]) -> str:
    """How many of each severity: ``0 errors, 1 warning, 6 notes``."""
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(counted(counts[severity], severity.value) for severity in Severity)


def findings_json(findings: Sequence[Finding]) -> str:
    """A list of objects with the fields of `Finding`."""
    return json_text([asdict(finding) for finding in findings])


def description_text(description: Description, *, width: int = 80) -> str:
    """Tables with counts and dates, what is known in them, who is in it, and which signals can be computed."""
    parts = [
        f"Workspace {one_line(description.workspace)}\n",
        _tables(description, width),
        *(_coverage(table, width) for table in description.tables),
        _people(description, width),
        "Signals\n" + "\n".join(_signal(description, width)),
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _tables(description: Description, width: int) -> str:
    if not description.tables:
        return "It holds no rows yet: bring files in with `influence import PATH...`\n"
    head = ["Table", "Rows", "From", "Until", "Files"]
    rows = [
        [table.name, whole(table.n_rows), table.first_day or "", table.last_day or "", whole(table.n_sources)]
        for table in description.tables
    ]
    empty = _wrap("Without rows: " + ", ".join(description.empty_tables), width, "", "  ") + "\n"
    return grid(head, rows, width=width) + ("\n" + empty if description.empty_tables else "")


def _coverage(table: TableDescription, width: int) -> str:
    """``posts: post_id, text; likes 80%``: what is always known first, what never is last."""
    always = [column.name for column in table.columns if column.n_known == table.n_rows]
    partly = [f"{one.name} {_share(one.share)}" for one in table.columns if 0 < one.n_known < table.n_rows]
    never = [column.name for column in table.columns if column.n_known == 0]
    told = {"always:": always, "partly:": partly, "never: ": never}
    lines = [
        _wrap(f"{words} {', '.join(names)}", width, "  ", " " * 10) for words, names in told.items() if names
    ]
    return "\n".join([f"Known in {table.name}", *lines]) + "\n"


def _share(share: float) -> str:
    """A share that is neither none nor all, so never written as either."""
    points = round(share * 100)
    return f"{min(max(points, 1), 99)}%"


def _people(description: Description, width: int) -> str:
    if not description.tables:
        return ""
    lines = [f"Accounts named anywhere: {whole(description.n_accounts_named)}"]
    if description.data_until:
        lines.append(f"Data until: {description.data_until}")
    for title, values in (
        ("Platforms", description.platforms),
        ("Kinds", description.kinds),
        ("Languages of posts", description.languages),
        ("Communities of posts", description.communities),
        ("Left out of every list", description.left_out),
    ):
        if values:
            lines.append(_wrap(f"{title}: {_values(values)}", width, "", "  "))
    if description.n_rejects:
        lines.append(f"Rejects: {whole(description.n_rejects)}; see `influence check`")
    return "\n".join(lines) + "\n"


def _values(values: Mapping[str, int]) -> str:
    return ", ".join(f"{shorten(name, 40)} {whole(n)}" for name, n in values.items())


def _signal(description: Description, width: int) -> list[str]:
    names = max(len(signal_words(signal.name)) for signal in description.signals)
    lines = []
    for signal in description.signals:
        answer = "yes, " if signal.available else "no:  "
        start = f"  {signal_words(signal.name):<{names}}  {answer}"
        lines.append(_wrap(start + signal.reason, width, "", " " * len(start)))
    return lines


def description_json(description: Description) -> str:
    """The fields of `Description`."""
    return json_text(description.to_dict())


def findings_sheets(findings: Sequence[Finding]) -> list[Sheet]:
    """One row a finding."""
    return [sheet_of("Findings", findings, [field.name for field in fields(Finding)])]


def description_sheets(found: Description) -> list[Sheet]:
    """Tables, what is known in them, and which signals can be computed."""
    tables = [{k: v for k, v in vars(table).items() if k != "columns"} for table in found.tables]
    known = [{"table": table.name, "column": one.name, "n_known": one.n_known, "share": one.share}
             for table in found.tables for one in table.columns]  # fmt: skip
    return [
        sheet_of("Tables", tables, ["name", "n_rows", "first_day", "last_day", "n_sources"]),
        sheet_of("Known", known, ["table", "column", "n_known", "share"]),
        sheet_of("Signals", found.signals, ["name", "available", "basis", "reason"]),
    ]
