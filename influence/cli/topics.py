"""``influence topics``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.listen import write_page
from influence.cli.options import alias_option, rival_option, workspace_option
from influence.cli.output import output_options


@click.command(
    "topics", epilog='Example: influence topics --niche "vegan baking" --brand Acme -o topics.html'
)
@workspace_option
@click.option("--niche", required=True, metavar="WORDS", help="Whose themes.")
@click.option("--brand", default="", metavar="NAME", help="Say in which themes it is named.")
@alias_option
@rival_option
@click.option("--from", "first", metavar="DATE", help="First day; without it the half year up to the last.")
@click.option("--to", "last", metavar="DATE", help="Last day; without it the latest in the data.")
@output_options("table", "html", "csv", "xlsx", "json")
def command(workspace: str, niche: str, format: str, output: str | None, **asked: Any) -> None:
    """What a niche talks about: themes and their trends, who owns each, where a brand is heard, what to give, and when.

    Trends and owners are of the period; themes, and the calendar of what returns every year, rest on all posts
    before its end. The calendar needs two years of them.
    """
    from influence.reporting.listening import topics_page as pages
    from influence.session import Session

    with Session(workspace) as session:
        found = session.topics(niche, **asked)
    write_page(pages.topics_page(found), lambda: pages.topics_json(found), lambda: pages.topics_sheets(found),
               format, output)  # fmt: skip
