"""``influence stability``."""

from __future__ import annotations

import sys
from typing import Any

import click

from influence.cli.output import emit_text, terminal_width
from influence.cli.rank_options import question_from, rank_options


@click.command("stability", epilog='Example: influence stability --niche "vegan recipes" --top 20')
@rank_options
@click.option("--top", type=click.IntRange(min=1), default=30, show_default=True, help="Length of the list.")
@click.option(
    "--spread", type=float, default=0.25, show_default=True, help="How far weights vary: 0 not, 1 at will."
)
@click.option(
    "--draws", type=click.IntRange(min=10), default=500, show_default=True, help="How many weights to try."
)
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file.")
def command(top: int, spread: float, draws: int, format: str, output: str | None, **options: Any) -> None:
    """Say which picks depend on a choice of weight.

    Weights are drawn around those asked for, and every signal is left out in turn.
    """
    from influence.ranking.rank import assess
    from influence.ranking.stability import stability_of
    from influence.reporting.stability_text import stability_json, stability_table
    from influence.store.workspace import open_workspace

    question = question_from(options, top)
    with open_workspace(options["workspace"], read_only=True) as workspace:
        result = stability_of(assess(workspace, question), spread, draws)
    width = terminal_width() if sys.stdout.isatty() and not output else None
    emit_text(stability_json(result) if format == "json" else stability_table(result, width), output)
