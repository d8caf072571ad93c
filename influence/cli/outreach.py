"""``influence outreach preview``: what goes out, before it goes out."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option
from influence.cli.output import emit_text, tell, terminal_width
from influence.clock import now


@click.group("outreach", subcommand_metavar="COMMAND [ARGS]...")
def command() -> None:
    """Look at mails before they go out. Nothing is ever sent."""


@command.command(
    "preview", epilog='Example: influence outreach preview spring --set brand="Acme" -o drafts.html'
)
@click.argument("name")
@workspace_option
@click.option("--template", default="pitch", show_default=True,
              help="pitch, educate, sample, value-first, follow-up, or a file.")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="NAME=TEXT", help="As for `influence export`.")
@click.option(
    "--language", default="en", show_default=True, metavar="CODE", help="As for `influence export`."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="A file .html or .txt.")
def preview_command(
    name: str, workspace: str, template: str, settings: tuple[str, ...], language: str, output: str | None
) -> None:
    """Show the drafts to the saved shortlist NAME, each sentence beside the post it rests on.

    A sentence that claims to have read something and rests on nothing is marked, and `influence export` refuses it.
    """
    from influence.cli.export import settings_from, show_findings
    from influence.outreach.export import previewed
    from influence.outreach.letters import read_letters
    from influence.reporting.outreach.letters import letters_about, letters_page, letters_text
    from influence.store.workspace import open_workspace
    from influence.writing.atomic import format_of

    as_page = output is not None and format_of(output, None, ("html", "txt")) == "html"
    letters = read_letters(template, settings_from(settings), language)
    with open_workspace(workspace, read_only=True) as opened:
        people, findings = previewed(opened, name, letters)
    show_findings(tuple(findings))
    about = letters_about(people, name, now().date().isoformat())
    text = letters_page(people, about) if as_page else letters_text(people, about, terminal_width())
    emit_text(text, output)
    if not people:
        tell("There is nobody on this list who may be written to.")
