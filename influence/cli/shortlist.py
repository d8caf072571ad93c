"""``influence shortlist``."""

from __future__ import annotations

import sys
from typing import Any

import click

from influence.cli.output import terminal_width
from influence.cli.rank_options import rank_options, ranking_from


@click.command(
    "shortlist",
    epilog='Example: influence shortlist --niche "vegan recipes" --max-followers 20000 --size 30 -o list.xlsx',
)
@rank_options
@click.option(
    "--size", type=click.IntRange(min=1), default=30, show_default=True, help="How many accounts to pick."
)
@click.option(
    "--format",
    "format",
    type=click.Choice(["table", "xlsx", "csv", "json", "md"]),
    help="Default: by the ending of -o, else table.",
)
@click.option(
    "-o", "--output", type=click.Path(), help="Write to a file (.xlsx .csv .json .md), or - for stdout."
)
def command(size: int, format: str | None, output: str | None, **options: Any) -> None:
    """Pick accounts to write to, each with its reason in one line that can be passed on.

    Without -o the list goes to the screen.
    """
    from influence.reporting.files import format_of
    from influence.reporting.words import notes_of
    from influence.selection.shortlist import shortlist

    target = None if output == "-" else output
    if target is not None:
        format = format_of(target, format)  # before the work, so that a wrong ending costs nothing
    picks = shortlist(ranking_from(options, top=0), size=size)
    if target is not None:
        path = picks.write(target, format)
        click.echo(f"Wrote {len(picks):,} accounts to {path}", err=True)
    else:
        _show(picks, format)
    for note in notes_of(picks.ranking):
        click.echo(note, err=True)


def _show(picks: Any, format: str | None) -> None:
    from influence.errors import UsageError
    from influence.reporting.files import render_ranking
    from influence.reporting.tables import reasons_list

    if format == "xlsx":
        raise UsageError(
            "a workbook cannot go to the screen", where="--format", hint="name a file: -o list.xlsx"
        )
    if format in (None, "table"):
        screen = sys.stdout.isatty()
        width = min(terminal_width(), 100)
        click.echo(reasons_list(picks.ranking, width=width if screen else None, color=screen), nl=False)
    else:
        click.echo(render_ranking(picks.ranking, str(format), added=picks.columns), nl=False)
