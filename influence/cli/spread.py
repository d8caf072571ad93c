"""``influence spread``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.options import Number
from influence.cli.output import deliver, output_options
from influence.cli.rank_options import question_from, rank_options


@click.command("spread", epilog='Example: influence spread --niche "vegan recipes" --size 10')
@rank_options
@click.option(
    "--size", type=click.IntRange(min=1), default=10, show_default=True, help="How many to tell first."
)
@click.option(
    "--chance",
    type=Number(0, 1),
    help="Chance that a tie passes it on; by the reader's attention if not told.",
)
@output_options("table", "csv", "xlsx", "json")
def command(size: int, chance: float | None, format: str, output: str | None, **options: Any) -> None:
    """Say whom to tell first, so that most of the niche hears of it by word of mouth.

    Beside it stands what the best by score, by followers and by readers would reach.
    """
    from dataclasses import asdict

    from influence.reporting.graph_tables import spread_text
    from influence.reporting.sheets import spread_sheets
    from influence.session import Session
    from influence.writing.data_text import json_text, plain_values

    question = question_from(options, top=0)
    with Session(options["workspace"]) as session:
        found = session.spread_question(question, size, chance)
    texts = {"table": lambda: spread_text(found), "json": lambda: json_text(plain_values(asdict(found)))}
    deliver(format, output, lambda: spread_sheets(found), texts)
