"""``influence stability``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.options import Number
from influence.cli.output import deliver, output_options, table_width
from influence.cli.rank_options import question_from, rank_options


@click.command("stability", epilog='Example: influence stability --niche "vegan recipes" --top 20')
@rank_options
@click.option("--top", type=click.IntRange(min=1), default=30, show_default=True, help="Length of the list.")
@click.option(
    "--spread", type=Number(), default=0.25, show_default=True, help="How far weights vary: 0 not, 1 at will."
)
@click.option(
    "--draws", type=click.IntRange(min=10), default=500, show_default=True, help="How many weights to try."
)
@output_options("table", "csv", "xlsx", "json")
def command(top: int, spread: float, draws: int, format: str, output: str | None, **options: Any) -> None:
    """Say which picks depend on a choice of weight.

    Weights are drawn around those asked for, and every signal is left out in turn.
    """
    from influence.ranking.stability import stability_of
    from influence.reporting.explain.measured_text import stability_json, stability_table
    from influence.reporting.sheets import stability_sheets
    from influence.session import Session

    question = question_from(options, top)
    with Session(options["workspace"]) as session:
        result = session.ask(lambda _: stability_of(session.assess(question), spread, draws))
    texts = {
        "table": lambda: stability_table(result, None if output else table_width()),
        "json": lambda: stability_json(result),
    }
    deliver(format, output, lambda: stability_sheets(result), texts)
