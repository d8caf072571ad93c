"""Data to stdout or a file, words to stderr."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from influence.ranking.results import Ranking


def emit(ranking: Ranking, format: str | None, output: str | None) -> None:
    """Write a ranking where and how the user asked for it; what a reader must know goes to stderr."""
    from influence.reporting.files import render_ranking, write_ranking
    from influence.reporting.words import notes_of

    if output:
        path = write_ranking(ranking, output, format if format != "table" else None)
        click.echo(f"Wrote {len(ranking.rows):,} rows to {path}", err=True)
    elif format in (None, "table"):
        from influence.reporting.tables import ranking_table

        screen = sys.stdout.isatty()
        click.echo(ranking_table(ranking, width=terminal_width() if screen else None, color=screen))
    else:
        click.echo(render_ranking(ranking, str(format)), nl=False)
    for note in notes_of(ranking):
        click.echo(note, err=True)


def emit_text(text: str, output: str | None) -> None:
    """Print `text`, or write it to `output`."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    from influence.writing.atomic import write_text

    click.echo(f"Wrote {write_text(output, text)}", err=True)


def terminal_width() -> int:
    """Columns of the terminal, at least 80."""
    return max(80, shutil.get_terminal_size((80, 24)).columns)
