"""``influence overlap``."""

from __future__ import annotations

import click

from influence.cli.graph import as_of_option
from influence.cli.options import workspace_option


@click.command("overlap", epilog="Example: influence overlap blogofveg.com fatfreevegan.com veganyumyum.com")
@click.argument("handles", nargs=-1, required=True)
@workspace_option
@as_of_option
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file.")
def command(
    handles: tuple[str, ...], workspace: str, as_of: str | None, format: str, output: str | None
) -> None:
    """Compare the audiences of HANDLES: what they share, and whom each alone reaches."""
    from influence.cli.output import emit_text
    from influence.cli.waiting import telling
    from influence.ranking.audiences import audience_overlap
    from influence.reporting.audience_tables import overlap_text
    from influence.store.workspace import open_workspace
    from influence.writing.data_text import json_text

    with open_workspace(workspace, read_only=True) as opened, telling("Comparing audiences"):
        found = audience_overlap(opened, handles, as_of)
    emit_text(json_text(found.to_dict()) if format == "json" else overlap_text(found), output)
