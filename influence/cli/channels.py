"""``influence channels``."""

from __future__ import annotations

import click

from influence.cli.listen import write_page
from influence.cli.options import READ_FILE, workspace_option
from influence.cli.output import output_options


@click.command("channels", epilog="Example: influence channels traffic.csv -o channels.html")
@workspace_option
@click.argument("files", nargs=-1, required=True, type=READ_FILE)
@output_options("table", "html", "csv", "xlsx", "json")
def command(workspace: str, files: tuple[str, ...], format: str, output: str | None) -> None:
    """By which channel visits and conversions came, and by whose codes and links.

    FILES are exports of Google Analytics (CSV with its comment lines), Matomo, Plausible (the files in its zip), or a
    CSV with channel or source, visits, conversions and revenue. Nothing of them is kept. Who came by a code that
    `influence desk codes` made is counted for that person, beside the orders that were imported; last touch, first
    touch and assisted stand apart.
    """
    from influence.reporting.listening import channels_page as pages
    from influence.session import Session

    with Session(workspace) as session:
        found = session.channels(files)
    write_page(pages.channels_page(found), lambda: pages.channels_json(found), lambda: pages.channels_sheets(found),
               format, output)  # fmt: skip
