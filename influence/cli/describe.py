"""``influence describe``."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option


@click.command("describe", epilog="Example: influence describe --format json -o what-we-have.json")
@workspace_option
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Write to a file instead of the terminal."
)
def command(workspace: str, format: str, output: str | None) -> None:
    """Say what is in the workspace: rows, dates, what is known, and which signals can be computed."""
    from influence.cli.output import emit_text, terminal_width
    from influence.reporting.overview import description_json, description_text
    from influence.store.describe import describe_workspace
    from influence.store.workspace import open_workspace

    with open_workspace(workspace, read_only=True) as opened:
        found = describe_workspace(opened)
    text = description_json(found) if format == "json" else description_text(found, width=terminal_width())
    emit_text(text, output)
