"""``influence check``."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option


@click.command("check", epilog="Example: influence check --strict && influence rank --niche emacs")
@workspace_option
@click.option("--as-of", metavar="DATE", help="Dates may reach up to this day; default: the day of fetching.")
@click.option("--strict", is_flag=True, help="Leave with exit code 1 when there are errors or warnings.")
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Write to a file instead of the terminal."
)
def command(workspace: str, as_of: str | None, strict: bool, format: str, output: str | None) -> int:
    """List what is wrong or odd in the data; nothing is changed.

    An ERROR spoils results, a WARNING may, a note explains. The exit code is 0 whatever is found, so
    that it can be read in peace; with --strict it is 1 when there are errors or warnings.
    """
    from influence.cli.output import emit_text, terminal_width
    from influence.reporting.overview import findings_json, findings_text
    from influence.store.checks import check_workspace, is_clean
    from influence.store.workspace import open_workspace

    with open_workspace(workspace, read_only=True) as opened:
        findings = check_workspace(opened, as_of=as_of)
    text = findings_json(findings) if format == "json" else findings_text(findings, width=terminal_width())
    emit_text(text, output)
    return 1 if strict and not is_clean(findings, strict=True) else 0
