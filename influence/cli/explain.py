"""``influence explain``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.output import emit_text, terminal_width
from influence.cli.rank_options import question_from, rank_options


@click.command("explain", epilog='Example: influence explain fatfreevegan.com --niche "vegan recipes"')
@click.argument("handle")
@rank_options
@click.option("--format", "format", type=click.Choice(["text", "json", "md"]), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file.")
def command(handle: str, format: str, output: str | None, **options: Any) -> None:
    """Say why HANDLE stands where it stands: points, evidence, doubts, peers."""
    from influence.ranking.explain import explain_question
    from influence.reporting.explain_text import render_explanation
    from influence.store.workspace import open_workspace

    question = question_from(options, top=0)
    with open_workspace(options["workspace"], read_only=True) as workspace:
        explanation = explain_question(workspace, handle, question)
    emit_text(render_explanation(explanation, format, width=terminal_width()), output)
