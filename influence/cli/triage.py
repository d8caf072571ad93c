"""``influence triage``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from influence.cli.listen import write_page
from influence.cli.options import FILE, brand_options, workspace_option
from influence.cli.output import emit_text, output_options, tell

if TYPE_CHECKING:
    from influence.listening.queue import Item


@click.command(
    "triage", epilog='Example: influence triage --brand "Acme" --niche "vegan baking" -o queue.xlsx'
)
@workspace_option
@brand_options
@click.option("--niche", default="", metavar="WORDS", help="Reach counts the readers of this niche.")
@click.option(
    "--to", "last", metavar="DATE", help="Last day; its end is now. The latest in the data if not told."
)
@click.option("--days", type=click.IntRange(min=1), default=28, show_default=True, help="Days of mentions.")
@click.option("--rules", type=FILE, help="A TOML of kinds, desks, urgency and handling.")
@click.option("--feedback", type=FILE, help="The sheet as filled in: states, answers, corrections.")
@click.option("--undo", metavar="ID", help="Take back the latest step of this mention.")
@click.option("--for", "help_desk", metavar="TOOL", help="Write CSV for a help desk: hubspot, zoho-desk.")
@output_options("table", "html", "csv", "xlsx", "json")
def command(
    workspace: str, rules: str | None, feedback: str | None, undo: str | None, help_desk: str | None, format: str,
    output: str | None, **asked: Any,
) -> None:  # fmt: skip
    """Put every mention that needs a person into a queue: whose it is, how pressing, due when, and what to do.

    Kind and desk follow rules that you can read and change, and what your people corrected, from a hundred
    corrections on. Nothing is sent. Give the sheet back with --feedback and the service level is shown.
    """
    from influence.listening.feedback import read_feedback, service_of
    from influence.listening.sorting import triage_rules
    from influence.reporting.listening.triage_page import triage_json, triage_page, triage_sheets
    from influence.session import Session
    from influence.store.lists.triage_steps import add_steps, all_steps, undo_step

    asked["rules"] = triage_rules(rules)
    with Session(workspace) as session:
        queue = session.triage(**asked)
        if feedback:
            steps = read_feedback(feedback, queue, queue.now)
            tell(f"{session.change(lambda opened: add_steps(opened.store, steps)):,} new steps are kept.")
        if undo:
            found = session.change(lambda opened: undo_step(opened.store, undo))
            tell("Its latest step is taken back." if found else "This mention has no step to take back.")
        queue = session.triage(**asked) if feedback or undo else queue
        service = service_of(queue, session.ask(lambda opened: all_steps(opened.store)))
    if help_desk:
        _tickets(queue.items, help_desk, output)
        return
    page = triage_page(queue, service)
    write_page(
        page, lambda: triage_json(queue, service), lambda: triage_sheets(queue, service), format, output
    )


def _tickets(items: Sequence[Item], help_desk: str, output: str | None) -> None:
    from influence.listening.tickets import tickets_of
    from influence.writing.data_text import csv_text

    head, rows = tickets_of(items, help_desk)
    emit_text(csv_text(head, rows, newline="\r\n" if output else "\n"), output)
