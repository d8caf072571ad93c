"""``influence app``."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option
from influence.cli.output import tell
from influence.cli.waiting import telling


@click.command("app", epilog="Example: influence app, or influence app -w campaign.duckdb --no-browser")
@workspace_option
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Where to listen; a free one if not told."
)
@click.option("--no-browser", is_flag=True, help="Only say where it is.")
def command(workspace: str, port: int, no_browser: bool) -> None:
    """The whole job in your browser: bring files in, rank, ask why, keep lists, export.

    It runs on this machine alone, over the same file and with the same numbers as the commands. Needs the extra `app`.
    """
    from influence.errors import UsageError

    try:
        from influence.app.running import run_app
    except ModuleNotFoundError as error:
        raise UsageError.no_package("the app", "app", error) from error
    with telling(""):
        run_app(workspace, port=port, browser=not no_browser, say=lambda words: tell(words))
