"""Findings: many problems reported together, each with a severity, instead of the first exception."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error spoils results, a warning may, a note explains."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing a person should know about the data.

    Attributes
    ----------
    severity : Severity
    code : str
        Stable, lower-case, hyphenated (``future-dates``); scripts filter on it.
    message : str
        One plain sentence with the number in it.
    table : str or None
    n_rows : int
        Rows concerned; 0 where the finding is not about rows.
    examples : tuple of str
        A few keys or values to look at.
    hint : str or None
        What to do about it.
    """

    severity: Severity
    code: str
    message: str
    table: str | None = None
    n_rows: int = 0
    examples: tuple[str, ...] = ()
    hint: str | None = None


N_EXAMPLES = 5


def about_people(
    severity: Severity, code: str, words: str, ids: Sequence[str], hint: str | None = None
) -> Finding:
    """A finding about so many people, the first of them for examples; ``{n}`` in the words says how many.

    Examples
    --------
    >>> about_people(Severity.NOTE, "silent", "{n} never answered", ["web:a", "web:b"]).message
    '2 people never answered'
    """
    n = f"{len(ids):,} {'person' if len(ids) == 1 else 'people'}"
    return Finding(severity, code, words.replace("{n}", n), None, len(ids), tuple(ids[:N_EXAMPLES]), hint)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors, warnings, notes; each kind in the order in which they were found."""
    return tuple(sorted(findings, key=lambda finding: [*Severity].index(finding.severity)))
