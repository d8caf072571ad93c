"""What is wrong or odd in the data, as findings: every rule asks the engine once, nothing is changed."""

from __future__ import annotations

from datetime import date

from influence.errors import UsageError
from influence.findings import Finding, Severity
from influence.store.rules import accounts, counts, keeping, times
from influence.store.rules.base import Frame, Rule
from influence.store.workspace import Workspace, to_day

RULES: tuple[Rule, ...] = (*keeping.RULES, *accounts.RULES, *times.RULES, *counts.RULES)
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


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
    frame = Frame(workspace.store, workspace.counts(), _day(as_of))
    found = [finding for rule in RULES for finding in rule(frame)]
    return sorted(
        found, key=lambda item: (_ORDER.index(item.severity), item.table or "", item.code, item.message)
    )


def _day(as_of: date | str | None) -> int | None:
    try:
        return to_day(as_of)
    except ValueError as error:
        raise UsageError("this is no date", seen=as_of, expected="YYYY-MM-DD, such as 2012-07-01") from error


def is_clean(findings: list[Finding], *, strict: bool = False) -> bool:
    """Tell whether there are no errors (with `strict`: nor warnings)."""
    spoiling = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return not any(finding.severity in spoiling for finding in findings)
