"""The conditions of a brief on the command line: shown with the words they came from, and confirmed once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from influence.cli.output import tell

if TYPE_CHECKING:
    from influence.text.conditions import Condition


def confirmed(brief: str, *, yes: bool, without: tuple[str, ...]) -> tuple[Condition, ...]:
    """The conditions of a brief that are to be used; those of `without` are turned off.

    Asked for at a terminal; elsewhere none are used without ``--yes``, and a line says so.

    Raises
    ------
    UsageError
        `without` names a condition that there is not.
    """
    from influence.errors import UsageError
    from influence.text.conditions import NAMES, read_conditions

    for name in without:
        if name not in NAMES:
            raise UsageError.unknown("there is no such condition", name, NAMES, where="--without-condition")
    found = read_conditions(brief).without(without).conditions
    if not found:
        return ()
    tell("Conditions read from the brief:")
    for one in found:
        tell(f"  {one.name:16s} {one.said}   from {one.words!r}")
    if yes or (
        sys.stdin.isatty() and sys.stderr.isatty() and click.confirm("Use them?", default=True, err=True)
    ):
        return found
    tell("They were not used: --yes takes them, --without-condition NAME turns one off.")
    return ()
