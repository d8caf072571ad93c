"""``influence changes``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.output import deliver, output_options, table_width
from influence.cli.rank_options import question_from, rank_options


@click.command(
    "changes",
    epilog='Example: influence changes 2012-01-01 2012-07-01 --niche "vegan recipes" --top 10',
)
@click.argument("before")
@click.argument("after", default="now")
@rank_options
@click.option(
    "--top", type=click.IntRange(min=1), default=30, show_default=True, help="First places to look at."
)
@output_options("table", "csv", "xlsx", "json")
def command(before: str, after: str, top: int, format: str, output: str | None, **options: Any) -> None:
    """Say who came, went, rose and fell between two rankings, and why.

    BEFORE and AFTER (now, if not told) are days, rankings saved with `influence rank -o FILE.json`, or names
    of saved lists. Each change is told apart: new posts, late data, other candidates, weights, niche,
    another version; and whether luck alone could have made it.
    """
    from influence.reporting.explain.changes_text import changes_json, changes_table
    from influence.reporting.sheets import changes_sheets
    from influence.session import Session

    question = question_from(options, top=0)
    with Session(options["workspace"]) as session:
        found = session.changes_question(before, after, question, top)
    texts = {
        "table": lambda: changes_table(found, None if output else table_width()),
        "json": lambda: changes_json(found),
    }
    deliver(format, output, lambda: changes_sheets(found), texts)
