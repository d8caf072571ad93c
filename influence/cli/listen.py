"""``influence listen``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import FILE, brand_options, workspace_option
from influence.cli.output import deliver, output_options

if TYPE_CHECKING:
    from influence.reporting.parts import Page
    from influence.session import Session
    from influence.writing.book import Sheet


@click.command(
    "listen",
    epilog='Example: influence listen --brand "Acme" --rival Nordly --niche "vegan baking" -o heard.html',
)
@workspace_option
@brand_options
@click.option("--niche", default="", metavar="WORDS", help="Tell members of this niche from passers-by.")
@click.option("--from", "first", metavar="DATE", help="First day; without it the 28 days up to the last.")
@click.option("--to", "last", metavar="DATE", help="Last day; without it the latest in the data.")
@click.option("--by", type=click.Choice(["day", "week", "month"]), help="What the series counts.")
@click.option("--aspects", type=FILE, help="A TOML of what people praise and complain about.")
@click.option("--labels", type=FILE, help="Labels that `influence sentiment label` wrote.")
@click.option("--model", type=FILE, help="A model that `influence sentiment train` wrote.")
@click.option(
    "--watch",
    "rules",
    is_flag=False,
    flag_value="",
    metavar="[RULES.toml]",
    help="Say only what has left the usual; exit code 3 where something has.",
)
@output_options("table", "html", "csv", "xlsx", "json")
def command(
    workspace: str, aspects: str | None, labels: str | None, model: str | None, rules: str | None, format: str,
    output: str | None, **asked: Any,
) -> int:  # fmt: skip
    """What is said about a brand and its rivals: how much, by whom, how it feels, about what, and what changed.

    Share of voice and reputation come with the intervals in which they are with 90% certainty. The rhythm of the
    week is taken out before a change is called one. With --watch it is an early warning for cron: it says why, how
    sure, since when, who and what to read first.
    """
    from influence.listening.aspects import aspects_from
    from influence.session import Session
    from influence.text.sentiment.score import chosen_model

    asked |= {"aspects": aspects_from(aspects), "model": chosen_model(model)}
    with Session(workspace) as session:
        if rules is not None:
            return _watch(session, asked, rules, format, output)
        _listen(session, asked, labels, format, output)
    return 0


ALARMED = 3
"""Exit code where something has left the usual."""


def _listen(
    session: Session, asked: dict[str, Any], labels: str | None, format: str, output: str | None
) -> None:
    from influence.reporting.listening.listen_page import listen_page
    from influence.reporting.listening.listen_sheets import listen_json, listen_sheets
    from influence.text.sentiment.labelling import labels_of, read_sheet

    judged = labels_of(read_sheet(labels)) if labels else ()
    found = session.listen(asked.pop("brand"), labels=judged, **asked)
    write_page(listen_page(found), lambda: listen_json(found), lambda: listen_sheets(found), format, output)


def _watch(session: Session, asked: dict[str, Any], rules: str, format: str, output: str | None) -> int:
    from influence.listening.rules import rules_from
    from influence.reporting.listening.watch_page import watch_json, watch_page, watch_sheets

    names = ("aliases", "rivals", "niche", "last", "aspects", "model")
    found = session.watch(
        asked["brand"], rules=rules_from(rules or None), **{one: asked[one] for one in names}
    )
    write_page(watch_page(found), lambda: watch_json(found), lambda: watch_sheets(found), format, output)
    return ALARMED if found.alarms else 0


def write_page(
    page: Page,
    as_json: Callable[[], str],
    sheets: Callable[[], Sequence[Sheet]],
    format: str,
    output: str | None,
) -> None:
    """A page as text, HTML, JSON or tables."""
    from influence.reporting.parts import page_html, page_text

    texts = {"table": lambda: page_text(page), "html": lambda: page_html(page), "json": as_json}
    deliver(format, output, sheets, texts)
