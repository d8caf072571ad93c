"""What commands on saved lists and on people's rights share."""

from __future__ import annotations

import click

from influence.cli.options import FILE, used_workspace
from influence.cli.waiting import quiet

list_workspace_option = click.option(
    "-w", "--workspace", type=FILE, help="The workspace file.", callback=used_workspace
)
"""``--workspace`` of a subcommand: its own, else the one given to the group before it."""


def workspace_of(ctx: click.Context, workspace: str | None) -> str:
    """The workspace that a subcommand works on."""
    parent = ctx.parent.params.get("workspace") if ctx.parent else None
    return workspace or parent or "influence.duckdb"


def confirm(question: str, yes: bool) -> None:
    """Ask before something that cannot be undone; without a terminal only ``--yes`` will do."""
    if yes:
        return
    import sys

    if not sys.stdin.isatty():
        from influence.errors import UsageError

        raise UsageError("this cannot be undone and nobody is there to ask", hint="say --yes")
    quiet()
    if not click.confirm(question, err=True):
        raise click.Abort
