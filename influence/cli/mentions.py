"""``influence mentions``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.options import (
    FILE,
    as_of_option,
    brand_options,
    engine_options,
    opened_session,
    told_day,
    workspace_option,
)
from influence.cli.output import deliver, output_options, table_width, tell


@click.command("mentions", epilog='Example: influence mentions --brand "Acme" --alias acmehq --rival Nordly')
@workspace_option
@engine_options
@brand_options
@as_of_option
@click.option("--labels", type=FILE, help="Labels that `influence sentiment label` wrote: right the shares.")
@click.option("--model", type=FILE, help="A model that `influence sentiment train` wrote.")
@output_options("table", "csv", "xlsx", "json")
def command(
    workspace: str, brand: str, as_of: str | None, model: str | None, labels: str | None, format: str,
    output: str | None, **named: Any,
) -> None:  # fmt: skip
    """Find who names a brand, what the clause about it says, and how it feels.

    Names are found as words, #hashtags, @handles and possessives, never inside other words. The three
    probabilities are calibrated; sarcasm is often missed, and sentiment is not stance.
    """
    from influence.reporting.mentions_text import mentions_json, mentions_summary, mentions_table
    from influence.reporting.sheets import mentions_sheets
    from influence.store.workspace import to_day
    from influence.text.sentiment.labelling import labels_from
    from influence.text.sentiment.score import chosen_model

    judged = labels_from(labels)
    with opened_session(workspace) as session:
        found = session.mentions(brand, as_of_day=to_day(told_day(as_of)), model=chosen_model(model), **named)
    texts = {
        "table": lambda: mentions_table(found, width=table_width()),
        "json": lambda: mentions_json(found),
    }
    deliver(format, output, lambda: mentions_sheets(found), texts)
    tell(mentions_summary(found, brand, judged))
