"""``influence describe``."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option
from influence.cli.output import deliver, output_options


@click.command("describe", epilog="Example: influence describe --format json -o what-we-have.json")
@workspace_option
@output_options("table", "csv", "xlsx", "json")
def command(workspace: str, format: str, output: str | None) -> None:
    """Say what is in the workspace: rows, dates, what is known, and which signals can be computed."""
    from influence.cli.output import terminal_width
    from influence.reporting.overview import description_json, description_text
    from influence.reporting.sheets import description_sheets
    from influence.session import Session

    with Session(workspace) as session:
        found = session.describe()
    texts = {
        "table": lambda: description_text(found, width=terminal_width()),
        "json": lambda: description_json(found),
    }
    deliver(format, output, lambda: description_sheets(found), texts)
