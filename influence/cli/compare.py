"""``influence compare``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.output import emit_text, terminal_width
from influence.cli.rank_options import question_from, rank_options


@click.command(
    "compare", epilog='Example: influence compare fatfreevegan.com veganyumyum.com --niche "vegan recipes"'
)
@click.argument("handles", nargs=-1, required=True, metavar="HANDLE HANDLE...")
@rank_options
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "md"]), help="Default: text, or by -o."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file (.txt .json .md).")
def command(handles: tuple[str, ...], format: str | None, output: str | None, **options: Any) -> None:
    """Put accounts side by side: points per signal, values, what they rest on, and what makes the difference."""
    from influence.ranking.compare import compare_question
    from influence.reporting.compare_text import render_comparison
    from influence.store.workspace import open_workspace

    question = question_from(options, top=0)
    with open_workspace(options["workspace"], read_only=True) as workspace:
        comparison = compare_question(workspace, handles, question)
    ending = (output or "").rpartition(".")[2].lower()
    chosen = format or (ending if ending in ("json", "md") else "text")
    emit_text(render_comparison(comparison, chosen, width=terminal_width()), output)
