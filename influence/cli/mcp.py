"""``influence mcp``."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option
from influence.cli.output import tell
from influence.cli.waiting import telling


@click.command(
    "mcp", epilog="Example: influence mcp -w campaign.duckdb, as the command of a server in your assistant"
)
@workspace_option
@click.option(
    "--http", is_flag=True, help="Serve on this machine's loopback with a token, instead of stdin and stdout."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8077, show_default=True, help="With --http.")
@click.option("--token", envvar="INFLUENCE_MCP_TOKEN", help="With --http; a new one each time if not told.")
def command(workspace: str, http: bool, port: int, token: str | None) -> None:
    """Let an assistant ask the workspace: rank, explain, compare, shortlist, mentions, plan.

    It runs on this machine alone, answers as the commands do, sends nothing and imports nothing. Needs the extra `mcp`.
    """
    from influence.errors import UsageError

    try:
        from influence.assistants.server import run_http, run_stdio
    except ModuleNotFoundError as error:
        raise UsageError.no_package("the server for assistants", "mcp", error) from error
    with telling(""):
        if http:
            run_http(workspace, port, tell, token)
        else:
            run_stdio(workspace)
