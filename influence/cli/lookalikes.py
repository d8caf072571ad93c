"""``influence lookalikes``."""

from __future__ import annotations

import click

from influence.cli.options import as_of_option, workspace_option
from influence.cli.output import deliver, output_options


@click.command("lookalikes", epilog="Example: influence lookalikes fatfreevegan.com --top 20")
@click.argument("handle")
@workspace_option
@as_of_option
@click.option(
    "--by",
    type=click.Choice(["audience", "text"]),
    default="audience",
    show_default=True,
    help="Alike by who pays attention, or by what they write.",
)
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Rows.")
@output_options("table", "csv", "xlsx", "json")
def command(
    handle: str, workspace: str, as_of: str | None, by: str, top: int, format: str, output: str | None
) -> None:
    """Find accounts like HANDLE."""
    from influence.cli.waiting import telling
    from influence.ranking.audiences import to_rows
    from influence.reporting.graph_tables import lookalikes_text
    from influence.reporting.sheets import lookalikes_sheets
    from influence.session import Session
    from influence.writing.data_text import json_text

    with Session(workspace) as session, telling("Comparing accounts"):
        found = session.lookalikes(handle, by="text" if by == "text" else "audience", k=top, as_of=as_of)
    texts = {"table": lambda: lookalikes_text(handle, found), "json": lambda: json_text(to_rows(found))}
    deliver(format, output, lambda: lookalikes_sheets(to_rows(found)), texts)
