"""``influence explain``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.options import engine_options, opened_session
from influence.cli.output import deliver, output_options, terminal_width
from influence.cli.rank_options import question_from, rank_options


@click.command("explain", epilog='Example: influence explain fatfreevegan.com --niche "vegan recipes"')
@click.argument("handle")
@rank_options
@engine_options
@output_options("text", "md", "svg", "csv", "xlsx", "json", default="text")
def command(handle: str, format: str, output: str | None, **options: Any) -> None:
    """Say why HANDLE stands where it stands: points, evidence, doubts, peers, what would move it.

    As .svg it is a waterfall: how the points add up to the score.
    """
    from influence.reporting.explain.explain_text import render_explanation
    from influence.reporting.ranking.holds import holds_words
    from influence.reporting.sheets import explanation_sheets

    question = question_from(options, top=0)
    with opened_session(options["workspace"]) as session:
        explanation = session.explain_question(handle, question)
    texts = {
        one: lambda one=one: render_explanation(explanation, one, width=terminal_width())
        for one in ("text", "md", "svg", "json")
    }
    deliver(format, output, lambda: explanation_sheets(explanation), texts, holds_words(explanation.ranking))
