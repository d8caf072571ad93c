"""Rules about the workspace itself: what is missing, what was rejected, and on what basis people are written to."""

from __future__ import annotations

from influence.findings import Finding, Severity
from influence.store.rewriting import is_erasure_pending, leftovers_of
from influence.store.rules.base import N_EXAMPLES, Frame, RowRule, Rule, plural

OPTIONAL = ("customers", "orders", "contacts", "outcomes", "suppressions", "coverage")
"""Tables whose absence says nothing about a ranking."""


def empty_tables(frame: Frame) -> list[Finding]:
    """Nothing at all is an error; some tables without rows are worth a note."""
    if not any(frame.counts.values()):
        hint = "bring files in with `influence import PATH...`"
        return [Finding(Severity.ERROR, "empty-workspace", "the workspace holds no rows", hint=hint)]
    empty = tuple(name for name, n in frame.counts.items() if n == 0 and name not in OPTIONAL)
    if not empty:
        return []
    message = f"{plural(len(empty), 'table')} without rows: {', '.join(empty)}"
    hint = "`influence describe` says which signals need them"
    return [Finding(Severity.NOTE, "empty-tables", message, hint=hint)]


def rejects(frame: Frame) -> list[Finding]:
    """Rows that imports refused, by reason."""
    n = frame.scalar("select count(*) as n from rejects")
    if n == 0:
        return []
    examples = frame.words(
        "select cast(count(*) as varchar) || ' x ' || coalesce(column_name || ': ', '') || reason as example "
        f"from rejects group by column_name, reason order by count(*) desc, example limit {N_EXAMPLES}"
    )
    message = (
        f"{plural(n, 'value')} could not be read on import and {'waits' if n == 1 else 'wait'} in rejects"
    )
    hint = "correct the file, or its mapping, and import it again; the table rejects has file, line and value"
    return [Finding(Severity.WARNING, "rejects", message, "rejects", n, examples, hint)]


def unfinished(frame: Frame) -> list[Finding]:
    """An erasure that was cut short, and what killed runs left beside the file."""
    found = []
    if is_erasure_pending(frame.store):
        message = "what was deleted may still be readable in the file: an erasure was cut short"
        hint = "make room on the disk; the next command that writes to the workspace completes it"
        found.append(Finding(Severity.ERROR, "erasure-pending", message, hint=hint))
    path = getattr(frame.store, "path", None)
    left = leftovers_of(path) if path else []
    if left:
        message = f"{plural(len(left), 'file')} left by runs that were killed"
        hint = "the next command that writes to the workspace removes them"
        names = tuple(file.name for file in left[:N_EXAMPLES])
        found.append(Finding(Severity.WARNING, "leftovers", message, None, len(left), names, hint))
    return found


NO_BASIS = RowRule(
    Severity.WARNING,
    "no-lawful-basis",
    "contacts",
    "coalesce(trim(lawful_basis), '') = '' and coalesce(subscriber_type, 'unknown') <> 'corporate'",
    "{of} are or may be private persons without a lawful basis",
    "write to nobody without one: fill lawful_basis (GDPR Art. 6), or mark companies as corporate",
    "account_id",
)

ODD_EMAILS = RowRule(
    Severity.WARNING,
    "odd-emails",
    "contacts",
    "email not like '%_@_%._%' or email like '% %' or email like '%@%@%'",
    "{of} have an e-mail address that cannot be one",
    "correct the addresses before export",
    "email",
)

RULES: tuple[Rule, ...] = (empty_tables, rejects, unfinished, NO_BASIS, ODD_EMAILS)
