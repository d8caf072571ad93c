"""``influence columns``: what a file's columns are taken for, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.import_files import column_option, in_width, told_columns
from influence.cli.output import say

if TYPE_CHECKING:
    from influence.store.importing.deciding import SourcePlan
    from influence.store.importing.guessing import SourceColumn


@click.command("columns")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@column_option
@click.option("--delimiter", help="Between values: ',' ';' tab '|'. Recognised if not told.")
@click.option("--encoding", help="utf-8, utf-16, cp1252 ... Recognised if not told.")
@click.option("--sheet", help="Only this sheet of a workbook.")
def command(paths: tuple[str, ...], columns: tuple[str, ...], **read: Any) -> int:
    """Show what a file holds: for each column what it is taken for and why, and how sure the whole is.

    Nothing is imported. --column corrects one; the same works for `influence import`.

    \b
    influence columns list.xlsx
    influence columns export.csv --column text=caption
    """
    from influence.sources.base import ReadOptions
    from influence.store.importing.deciding import plan_files

    options = ReadOptions(columns=told_columns(columns), **read)
    plans, findings = plan_files([Path(path) for path in paths], None, options, least_sure=0.0)
    for plan in plans:
        _show(plan)
    for finding in findings:
        if finding.code != "unused-columns":
            say(f"{finding.severity}: {finding.message}")
    return 0


def _show(plan: SourcePlan) -> None:
    guess = plan.guess
    tables = ", ".join(dict.fromkeys(table.rule.table for table in plan.tables))
    say(f"{plan.file} ({plan.source.about})")
    if guess is None:
        say(f"  fills {tables}: a known export, read as its maker writes it")
        for header in plan.source.headers:
            say(f"  {in_width(header, 24):<24} {_filled(plan, header)}")
        return
    say(f"  fills {tables}; {guess.sureness:.0%} sure: {guess.reason}")
    for column in guess.columns:
        filled = in_width(_filled(plan, column.header), 30)
        say(f"  {in_width(column.header, 24):<24} {filled:<30} {in_width(_why(column), 22)}")


def _filled(plan: SourcePlan, header: str) -> str:
    """The columns of the tables that a header fills."""
    fills = [
        f"{table.rule.table}.{rule.target}"
        for table in plan.tables
        for rule in table.rule.columns
        if header in rule.headers and not (rule.target == "extra" or header in rule.digest)
    ]
    if fills:
        return fills[0] + (f" (+{len(fills) - 1})" if len(fills) > 1 else "")
    kept = any(header in table.rule.headers for table in plan.tables)
    return "kept beside (extra)" if kept else "not used"


def _why(column: SourceColumn) -> str:
    named = column.words.readings[0].meaning.replace("_", " ") if column.words.readings else "no known name"
    return f"{named}; {column.profile.in_words()}"
