"""``influence discovery``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.listen import write_page
from influence.cli.options import READ_FILE, brand_options, workspace_option
from influence.cli.output import output_options


@click.command(
    "discovery",
    epilog='Example: influence discovery --brand Acme --rival Nordly --niche "vegan baking" -o market.html',
)
@workspace_option
@brand_options
@click.option("--niche", required=True, metavar="WORDS", help="Whose market it is.")
@click.option("--pages", type=READ_FILE, help="The brand's sitemap.xml, or a list of its pages.")
@click.option("--site", default="", metavar="DOMAIN", help="The brand's domain, where --pages does not tell.")
@click.option("--cited", type=READ_FILE, help="What assistants cite: prompt, engine, cited_urls.")
@click.option("--from", "first", metavar="DATE", help="First day of posts and mentions.")
@click.option("--to", "last", metavar="DATE", help="Last day; without both, all of the data.")
@output_options("table", "html", "csv", "xlsx", "json")
def command(workspace: str, brand: str, niche: str, format: str, output: str | None, **asked: Any) -> None:
    """The market before a campaign: who talks, what rivals do and with whom, who is found, a plan for a crisis.

    Only what is in the workspace and in files named here is read. It begins with a list of things to do; the plan
    for a crisis leaves brackets for what people must fill in.
    """
    from influence.reporting.listening import discovery_page as pages
    from influence.session import Session

    with Session(workspace) as session:
        found = session.discovery(brand, niche, **asked)
    write_page(pages.discovery_page(found), lambda: pages.discovery_json(found), lambda: pages.discovery_sheets(found),
               format, output)  # fmt: skip
