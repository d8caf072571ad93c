"""``influence forget``, and what it shares with ``influence spark forget``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import stacked, workspace_option
from influence.cli.output import answer, output_options, tell
from influence.cli.saved_options import confirm
from influence.clock import now

if TYPE_CHECKING:
    from influence.store.rights.privacy import Receipt

erasure_options = stacked(
    click.option("--also", multiple=True, metavar="TEXT",
                 help="Another string that means this person; may be repeated."),
    click.option("--reason", default="erased on request", show_default=True, help="Why; without names, it is kept."),
    click.option("--dry-run", is_flag=True, help="Say what would be erased and changed; change nothing."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask."),
    output_options("text", "json", default="text", output_help="Write the receipt to a file (.txt .json)."),
)  # fmt: skip


def agreed_erasure(
    erase: Callable[..., Receipt], place: str, *, reason: str, dry_run: bool, yes: bool, format: str,
    output: str | None,
) -> None:  # fmt: skip
    """Rehearse, show what it would change, ask, erase, and give the receipt.

    Raises
    ------
    UnknownAccountError
        Nobody of this name is there; nothing was asked.
    """
    from influence.outreach.words import receipt_text

    receipt = erase(dry_run=True)
    if not dry_run:
        if not yes:
            tell(receipt_text(receipt))
        who = ", ".join([*receipt.person.account_ids, *receipt.person.emails])
        confirm(f"Erase {who} from {place}? This cannot be undone.", yes)
        receipt = erase(reason=reason, now=now())
    answer(format, output, lambda: receipt_text(receipt), receipt)


@click.command("forget", epilog="Example: influence forget instagram:anna -o receipt.txt")
@click.argument("target")
@workspace_option
@erasure_options
def command(target: str, workspace: str, also: tuple[str, ...], **asked: Any) -> None:
    """Erase TARGET (a handle, a pasted address, a name or an e-mail) from every table, saved list and cache.

    Only salted hashes stay, so that a later import does not bring the person back. Mentions in texts of others are
    blotted out. The workspace file is written anew, because freed blocks keep what was deleted.
    """
    from influence.errors import UnknownAccountError
    from influence.store.rights.privacy import forget
    from influence.store.workspace import open_workspace

    with open_workspace(workspace, create=False) as opened:
        try:
            agreed_erasure(partial(forget, opened, target, also=also), workspace, **asked)
        except UnknownAccountError:
            if not opened.completed:
                raise
            tell("An erasure that had been cut short is complete now: the file was written anew.")
