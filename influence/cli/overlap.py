"""``influence overlap``."""

from __future__ import annotations

import click

from influence.cli.options import as_of_option, workspace_option
from influence.cli.output import deliver, output_options


@click.command("overlap", epilog="Example: influence overlap blogofveg.com fatfreevegan.com veganyumyum.com")
@click.argument("handles", nargs=-1, required=True)
@workspace_option
@as_of_option
@output_options("table", "csv", "xlsx", "json")
def command(
    handles: tuple[str, ...], workspace: str, as_of: str | None, format: str, output: str | None
) -> None:
    """Compare the audiences of HANDLES: what they share, and whom each alone reaches."""
    from influence.cli.waiting import telling
    from influence.reporting.graph_tables import overlap_text
    from influence.reporting.sheets import overlap_sheets
    from influence.session import Session
    from influence.writing.data_text import json_text

    with Session(workspace) as session, telling("Comparing audiences"):
        found = session.overlap(handles, as_of)
    texts = {"table": lambda: overlap_text(found), "json": lambda: json_text(found.to_dict())}
    deliver(format, output, lambda: overlap_sheets(found), texts)
