"""``influence check``."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option
from influence.cli.output import deliver, output_options


@click.command("check", epilog="Example: influence check --strict && influence rank --niche emacs")
@workspace_option
@click.option("--as-of", metavar="DATE", help="Dates may reach up to this day; default: the day of fetching.")
@click.option("--strict", is_flag=True, help="Leave with exit code 1 when there are errors or warnings.")
@output_options("table", "csv", "xlsx", "json")
def command(workspace: str, as_of: str | None, strict: bool, format: str, output: str | None) -> int:
    """List what is wrong or odd in the data; nothing is changed.

    An ERROR spoils results, a WARNING may, a note explains. The exit code is 0 whatever is found, so
    that it can be read in peace; with --strict it is 1 when there are errors or warnings.
    """
    from influence.cli.output import terminal_width
    from influence.reporting.overview import findings_json, findings_text
    from influence.reporting.sheets import findings_sheets
    from influence.store.checks import check_workspace, is_clean
    from influence.store.workspace import open_workspace

    with open_workspace(workspace, read_only=True) as opened:
        findings = check_workspace(opened, as_of=as_of)
    texts = {
        "table": lambda: findings_text(findings, width=terminal_width()),
        "json": lambda: findings_json(findings),
    }
    deliver(format, output, lambda: findings_sheets(findings), texts)
    return 1 if strict and not is_clean(findings, strict=True) else 0
