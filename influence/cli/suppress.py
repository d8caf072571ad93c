"""``influence suppress``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from influence.cli.options import READ_FILE, workspace_option
from influence.cli.output import json_flag, say, say_json, tell
from influence.clock import now

if TYPE_CHECKING:
    from influence.store.rights.privacy import Suppressed


@click.command(
    "suppress", epilog="Example: influence suppress anna@example.org example.net --reason complained"
)
@click.argument("targets", nargs=-1)
@workspace_option
@click.option("--from-file", type=READ_FILE, help="Targets, one a line.")
@click.option("--reason", default="asked", show_default=True, help="Why; without names, it is kept.")
@click.option("--lift", "lifted", is_flag=True, help="Undo it for these targets.")
@click.option("--list", "listed", is_flag=True, help="How many are suppressed, by reason and day.")
@json_flag
def command(
    targets: tuple[str, ...], workspace: str, from_file: str | None, reason: str, lifted: bool, listed: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Never list, contact or import TARGETS again: handles, e-mail addresses or domains.

    Only salted hashes are kept. What is already in the workspace stays there, unlisted; `influence forget` erases it.
    """

    from influence.store.rights.privacy import lift, suppress, suppression_overview
    from influence.store.workspace import open_workspace

    if listed:
        with open_workspace(workspace, read_only=True) as opened:
            rows = suppression_overview(opened)
        if as_json:
            say_json([{"reason": why, "since": day, "suppressed": n} for why, day, n in rows])
            return
        for why, day, n in rows or [("nobody is suppressed", "", 0)]:
            say(f"{n:>7,}  {day or 'day unknown':<12}{why}" if n else why)
        return
    if from_file:
        from influence.sources.small import read_lines

        targets = (*targets, *read_lines(from_file))
    with open_workspace(workspace) as opened:
        if lifted:
            n_lifted = lift(opened, targets)
            tell(f"{n_lifted} suppressions lifted")
            if as_json:
                say_json({"lifted": n_lifted})
            return
        done = suppress(opened, targets, reason=reason, now=now())
    tell_suppressed(done, as_json)
    known = f"; {done.n_known:,} were before" if done.n_known else ""
    tell(f"{len(done.things):,} suppressed{known}")


def tell_suppressed(done: Suppressed, as_json: bool) -> None:
    """What each target was taken for."""
    if as_json:
        say_json(done)
        return
    for kind, value in done.things:
        say(f"{kind:<9}{value}")
