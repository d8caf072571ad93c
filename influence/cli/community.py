"""``influence community``."""

from __future__ import annotations

import click

from influence.cli.listen import write_page
from influence.cli.options import workspace_option
from influence.cli.output import output_options


@click.command("community", epilog="Example: influence community vegan -o vegan.html")
@workspace_option
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="All communities, the most alive first.")
@click.option("--from", "first", metavar="DATE", help="First day; without it the 28 days up to the last.")
@click.option("--to", "last", metavar="DATE", help="Last day; without it the latest in the data.")
@output_options("table", "html", "csv", "xlsx", "json")
def command(
    workspace: str, name: str | None, every: bool, first: str | None, last: str | None, format: str, output: str | None
) -> None:  # fmt: skip
    """How a community fares: who comes and goes, what is done, how it feels, how it is tied, and who carries it.

    A community is what posts name as theirs: a forum, a group, a list. Health is told against its own past.
    """
    from influence.errors import UsageError
    from influence.reporting.listening import community_page as pages
    from influence.session import Session

    if bool(name) == every:
        raise UsageError("say which community, or --all", expected="a name that posts give")
    with Session(workspace) as session:
        if name:
            found = session.community(name, first=first, last=last)
            page, sheets = pages.community_page(found), lambda: pages.community_sheets(found)
            write_page(page, lambda: pages.community_json(found), sheets, format, output)
            return
        period, rows = session.communities(first=first, last=last)
    page = pages.overview_page(period, rows)
    write_page(page, lambda: pages.overview_json(rows), lambda: pages.overview_sheets(rows), format, output)
