"""``influence mentions``."""

from __future__ import annotations

import click

from influence.cli.options import engine_options, opened_session, workspace_option
from influence.cli.output import deliver, output_options, table_width, tell


@click.command("mentions", epilog='Example: influence mentions --brand "Acme" --alias acmehq --rival Nordly')
@workspace_option
@engine_options
@click.option("--brand", required=True, metavar="NAME", help="The brand, as people write it.")
@click.option(
    "--alias", "aliases", multiple=True, metavar="NAME", help="Another name of it; may be repeated."
)
@click.option("--rival", "rivals", multiple=True, metavar="NAME", help="Another brand; may be repeated.")
@click.option("--as-of", metavar="DATE", help="Only what was known before this day.")
@click.option(
    "--labels",
    type=click.Path(dir_okay=False),
    help="Labels that `influence sentiment label` wrote: right the shares.",
)
@click.option(
    "--model", type=click.Path(dir_okay=False), help="A model that `influence sentiment train` wrote."
)
@output_options("table", "csv", "xlsx", "json")
def command(
    workspace: str,
    brand: str,
    aliases: tuple[str, ...],
    rivals: tuple[str, ...],
    as_of: str | None,
    model: str | None,
    labels: str | None,
    format: str,
    output: str | None,
) -> None:
    """Find who names a brand, what the clause about it says, and how it feels.

    Names are found as words, #hashtags, @handles and possessives, never inside other words. The three
    probabilities are calibrated; sarcasm is often missed, and sentiment is not stance.
    """
    from influence.reporting.mentions import mentions_json, mentions_summary, mentions_table
    from influence.reporting.sheets import mentions_sheets
    from influence.text.sentiment.labelling import labels_from
    from influence.text.sentiment.score import chosen_model

    judged = labels_from(labels)
    with opened_session(workspace) as session:
        found = session.mentions(brand, aliases, rivals, _day(as_of), model=chosen_model(model))
    texts = {
        "table": lambda: mentions_table(found, width=table_width()),
        "json": lambda: mentions_json(found),
    }
    deliver(format, output, lambda: mentions_sheets(found), texts)
    tell(mentions_summary(found, brand, judged))


def _day(text: str | None) -> int | None:
    from influence.errors import UsageError
    from influence.store.workspace import to_day

    try:
        return to_day(text)
    except ValueError as error:
        raise UsageError(
            "this is no date", where="--as-of", seen=text, expected="a day such as 2024-06-30"
        ) from error
