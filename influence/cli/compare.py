"""``influence compare``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.output import deliver, output_options, terminal_width
from influence.cli.rank_options import question_from, rank_options


@click.command(
    "compare", epilog='Example: influence compare fatfreevegan.com veganyumyum.com --niche "vegan recipes"'
)
@click.argument("handles", nargs=-1, required=True, metavar="HANDLE HANDLE...")
@rank_options
@output_options("text", "md", "csv", "xlsx", "json", default="text")
def command(handles: tuple[str, ...], format: str, output: str | None, **options: Any) -> None:
    """Put accounts side by side: points per signal, values, what they rest on, and what makes the difference."""
    from influence.reporting.explain.compare_text import render_comparison
    from influence.reporting.sheets import comparison_sheets
    from influence.session import Session

    question = question_from(options, top=0)
    with Session(options["workspace"]) as session:
        comparison = session.compare_question(handles, question)
    texts = {
        one: lambda one=one: render_comparison(comparison, one, width=terminal_width())
        for one in ("text", "md", "json")
    }
    deliver(format, output, lambda: comparison_sheets(comparison), texts)
