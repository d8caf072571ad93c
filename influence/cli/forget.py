"""``influence forget``."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option
from influence.cli.output import tell
from influence.cli.saved_options import confirm
from influence.clock import now


@click.command("forget", epilog="Example: influence forget instagram:anna -o receipt.txt")
@click.argument("target")
@workspace_option
@click.option(
    "--also", multiple=True, metavar="TEXT", help="Another string that means this person; may be repeated."
)
@click.option(
    "--reason", default="erased on request", show_default=True, help="Why; without names, it is kept."
)
@click.option("--dry-run", is_flag=True, help="Say what would be erased and changed; change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write the receipt to a file.")
def command(
    target: str,
    workspace: str,
    also: tuple[str, ...],
    reason: str,
    dry_run: bool,
    yes: bool,
    output: str | None,
) -> None:
    """Erase TARGET (a handle, a pasted address, a name or an e-mail) from every table, saved list and cache.

    Only salted hashes stay, so that a later import does not bring the person back. Mentions in texts of others are
    blotted out. The workspace file is written anew, because freed blocks keep what was deleted.
    """
    from influence.cli.output import emit_text
    from influence.errors import UnknownAccountError
    from influence.outreach.words import receipt_text
    from influence.store.rights.privacy import forget
    from influence.store.workspace import open_workspace

    with open_workspace(workspace, create=False) as opened:
        try:
            receipt = forget(opened, target, also=also, dry_run=True)
        except UnknownAccountError:
            if not opened.completed:
                raise
            tell("An erasure that had been cut short is complete now: the file was written anew.")
            return
        if not dry_run:
            if not yes:
                tell(receipt_text(receipt))
            who = ", ".join([*receipt.person.account_ids, *receipt.person.emails])
            confirm(f"Erase {who} from {workspace}? This cannot be undone.", yes)
            receipt = forget(opened, target, also=also, reason=reason, now=now())
    emit_text(receipt_text(receipt), output)
