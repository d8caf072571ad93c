"""``influence explain``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.output import emit_text, terminal_width
from influence.cli.rank_options import question_from, rank_options


@click.command("explain", epilog='Example: influence explain fatfreevegan.com --niche "vegan recipes"')
@click.argument("handle")
@rank_options
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "md", "svg"]), help="Default: text, or by -o."
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Write to a file (.txt .json .md .svg)."
)
def command(handle: str, format: str | None, output: str | None, **options: Any) -> None:
    """Say why HANDLE stands where it stands: points, evidence, doubts, peers, what would move it.

    As .svg it is a waterfall: how the points add up to the score.
    """
    from influence.ranking.explain import explain_question
    from influence.reporting.explain_text import render_explanation
    from influence.store.workspace import open_workspace

    question = question_from(options, top=0)
    with open_workspace(options["workspace"], read_only=True) as workspace:
        explanation = explain_question(workspace, handle, question)
    emit_text(render_explanation(explanation, format or _by_ending(output), width=terminal_width()), output)


def _by_ending(output: str | None) -> str:
    """The format that the ending of a file asks for; text for any other."""
    ending = "" if output is None else output.rpartition(".")[2].lower()
    return ending if ending in ("json", "md", "svg") else "text"
