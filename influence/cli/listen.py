"""``influence listen``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.options import workspace_option
from influence.cli.output import deliver, output_options


@click.command(
    "listen",
    epilog='Example: influence listen --brand "Acme" --rival Nordly --niche "vegan baking" -o heard.html',
)
@workspace_option
@click.option("--brand", required=True, metavar="NAME", help="The brand, as people write it.")
@click.option(
    "--alias", "aliases", multiple=True, metavar="NAME", help="Another name of it; may be repeated."
)
@click.option("--rival", "rivals", multiple=True, metavar="NAME", help="Another brand; may be repeated.")
@click.option("--niche", default="", metavar="WORDS", help="Tell members of this niche from passers-by.")
@click.option("--from", "first", metavar="DATE", help="First day; without it the 28 days up to the last.")
@click.option("--to", "last", metavar="DATE", help="Last day; without it the latest in the data.")
@click.option("--by", type=click.Choice(["day", "week", "month"]), help="What the series counts.")
@click.option(
    "--aspects", type=click.Path(dir_okay=False), help="A TOML of what people praise and complain about."
)
@click.option(
    "--labels", type=click.Path(dir_okay=False), help="Labels that `influence sentiment label` wrote."
)
@click.option(
    "--model", type=click.Path(dir_okay=False), help="A model that `influence sentiment train` wrote."
)
@output_options("table", "html", "csv", "xlsx", "json")
def command(
    workspace: str, aspects: str | None, labels: str | None, model: str | None, format: str, output: str | None,
    **asked: Any,
) -> None:  # fmt: skip
    """What is said about a brand and its rivals: how much, by whom, how it feels, about what, and what changed.

    Share of voice and reputation come with the intervals in which they are with 90% certainty. The rhythm of the
    week is taken out before a change is called one.
    """
    from influence.listening.aspects import aspects_from
    from influence.reporting.listening.listen_page import listen_page
    from influence.reporting.listening.listen_sheets import listen_json, listen_sheets
    from influence.reporting.parts import page_html, page_text
    from influence.session import Session
    from influence.text.sentiment.labelling import labels_of, read_sheet
    from influence.text.sentiment.score import chosen_model

    judged = labels_of(read_sheet(labels)) if labels else ()
    told: dict[str, Any] = {"labels": judged, "aspects": aspects_from(aspects), "model": chosen_model(model)}
    with Session(workspace) as session:
        found = session.listen(asked.pop("brand"), **asked, **told)
    page = listen_page(found)
    texts = {
        "table": lambda: page_text(page), "html": lambda: page_html(page), "json": lambda: listen_json(found),
    }  # fmt: skip
    deliver(format, output, lambda: listen_sheets(found), texts)
