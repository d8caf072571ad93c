"""``influence purge``."""

from __future__ import annotations

import click

from influence.cli.options import told_day, workspace_option
from influence.cli.output import answer, output_options
from influence.cli.saved_options import confirm
from influence.clock import now
from influence.writing.plain import counted


@click.command("purge", epilog="Example: influence purge --older-than 24m --dry-run")
@workspace_option
@click.option("--older-than", required=True, metavar="PERIOD", help="24m, 2y, 90d, 12w.")
@click.option("--as-of", metavar="DATE", help="Count back from this day; default: today.")
@click.option("--dry-run", is_flag=True, help="Count what would go; delete nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@output_options("table", "json")
def command(
    workspace: str,
    older_than: str,
    as_of: str | None,
    dry_run: bool,
    yes: bool,
    format: str,
    output: str | None,
) -> None:
    """Delete what is older than PERIOD (retention), and write the workspace file anew.

    Posts, reactions and counts are as old as their own day; accounts, ties and contacts as old as the day they were
    last fetched. Suppressions stay: they protect people.
    """
    from influence.outreach.words import purge_text
    from influence.store.rights.privacy import purge
    from influence.store.workspace import open_workspace

    today = told_day(as_of) or now().date()
    with open_workspace(workspace, create=False) as opened:
        found = purge(opened, older_than, today=today, dry_run=True)
        if not dry_run:
            if found.n_rows:
                confirm(
                    f"Delete {counted(found.n_rows, 'row')} from before {found.before}? This cannot be undone.",
                    yes,
                )
            found = purge(opened, older_than, today=today)
    answer(format, output, lambda: purge_text(found), found)
