"""``influence columns``: what a file's columns are taken for, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.import_files import column_option, in_width, told_columns
from influence.cli.output import answer, output_options

if TYPE_CHECKING:
    from influence.store.importing.deciding import SourcePlan
    from influence.store.importing.guessing import SourceColumn


@click.command("columns")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@column_option
@click.option("--delimiter", help="Between values: ',' ';' tab '|'. Recognised if not told.")
@click.option("--encoding", help="utf-8, utf-16, cp1252 ... Recognised if not told.")
@click.option("--sheet", help="Only this sheet of a workbook.")
@output_options("table", "json")
def command(
    paths: tuple[str, ...], columns: tuple[str, ...], format: str, output: str | None, **read: Any
) -> None:
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
    told = [one for one in findings if one.code != "unused-columns"]
    files = [_read_so(plan) for plan in plans]
    words = [f"{one.severity}: {one.message}" for one in told]
    answer(
        format, output, lambda: "\n".join([*map(_words, files), *words]), {"files": files, "findings": told}
    )


def _read_so(plan: SourcePlan) -> dict[str, Any]:
    """How one file is read: what it fills, how sure that is, and each of its columns."""
    guess = plan.guess
    columns = plan.source.headers if guess is None else [column.header for column in guess.columns]
    reasons = {} if guess is None else {column.header: _why(column) for column in guess.columns}
    return {
        "file": plan.file,
        "about": plan.source.about,
        "tables": list(dict.fromkeys(table.rule.table for table in plan.tables)),
        "sure": None if guess is None else guess.sureness,
        "why": "a known export, read as its maker writes it" if guess is None else guess.reason,
        "columns": [{"column": one, "fills": _filled(plan, one), "why": reasons.get(one)} for one in columns],
    }


def _words(read: dict[str, Any]) -> str:
    """The same for people, a line a column."""
    tables = ", ".join(read["tables"])
    sure = f": {read['why']}" if read["sure"] is None else f"; {read['sure']:.0%} sure: {read['why']}"
    lines = [f"{read['file']} ({read['about']})", f"  fills {tables}{sure}"]
    for one in read["columns"]:
        fills = (
            one["fills"]
            if one["why"] is None
            else f"{in_width(one['fills'], 30):<30} {in_width(one['why'], 22)}"
        )
        lines.append(f"  {in_width(one['column'], 24):<24} {fills}")
    return "\n".join(lines)


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
