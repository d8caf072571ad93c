"""``influence watch``: keep fresh what was fetched, by one command for cron."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from influence.cli.fetch import announce, progress, report
from influence.cli.network_options import (
    agreed,
    asking,
    budget_of,
    budget_options,
    hosts_of,
    network_options,
)
from influence.cli.options import workspace_option
from influence.cli.output import json_flag, say, say_json, tell

if TYPE_CHECKING:
    from influence.networks.client import Budget
    from influence.networks.plans import Plan
    from influence.networks.watching import Watched
    from influence.store.workspace import Workspace

NETWORKS = ("blogs", "bluesky", "mastodon", "youtube")
NEEDS_A_LOOK = 3
"""Exit code where somebody fell silent, moved, or was not reached; as `influence listen --watch` has it."""


@click.command("watch", epilog="Example: influence --quiet watch --yes --minutes 30")
@workspace_option
@click.option(
    "--on", "networks", multiple=True, type=click.Choice(NETWORKS), help="Only this network; may be repeated."
)
@budget_options
@network_options
@json_flag
def command(
    workspace: str, networks: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool, **told: Any
) -> int:
    """Read everybody again who was fetched before: what is new, today's counts, who fell silent and who moved.

    Servers are asked with the mark of their last answer, so that what did not change is not sent again; followers are
    counted and not listed again. Only lines on which somebody must look go to stdout. Exit code 0: all were read;
    3: somebody fell silent, moved or was not reached within the budget, or a key is missing; 1: nobody could be read.
    """
    from influence.networks.watching import run_watch
    from influence.store.workspace import open_workspace

    with open_workspace(workspace) as opened:
        budget, hosts = budget_of(told), hosts_of(told["hosts"])
        plans, keyless = _plans(opened, networks or NETWORKS, budget, hosts)
        for network, words in keyless.items():
            (tell if as_json else say)(f"unread\t{network}\t{words}")
        if not plans and not keyless:
            tell("Nobody was fetched yet: begin with `influence fetch`.")
        for plan in plans:
            announce(plan)
        if plans and not dry_run:
            agreed(yes)
        found = [
            run_watch(opened, plan, budget=budget, progress=progress, **asking(told, plan.network))
            for plan in (() if dry_run else plans)
        ]
    for one in found:
        _tell(one, as_json)
    if as_json:
        say_json({"planned": plans, "watched": found, "unread": keyless})
    return _exit_code(found, bool(plans), bool(keyless), dry_run)


def _exit_code(found: Sequence[Watched], planned: bool, keyless: bool, dry_run: bool) -> int:
    if not planned:
        return 1 if keyless else 0
    if dry_run:
        return 0
    if not any(one.fetched.read for one in found):
        return 1
    return NEEDS_A_LOOK if keyless or any(one.needs_a_look for one in found) else 0


def _plans(
    workspace: Workspace, networks: Sequence[str], budget: Budget, hosts: Mapping[str, str]
) -> tuple[list[Plan], dict[str, str]]:
    """What to ask of each network, and which are left out for want of a key, in words."""
    from influence.networks.keys import MissingKeyError
    from influence.networks.watching import plan_watch

    found, keyless = [], {}
    for one in networks:
        try:
            found.append(plan_watch(workspace, one, budget, hosts))
        except MissingKeyError as error:
            keyless[one] = f"{error.what}: {error.where}"
    return [plan for plan in found if plan], keyless


def _tell(found: Watched, as_json: bool) -> None:
    report(found.fetched)
    tell(f"New on {found.network}: {found.new_posts:,} posts.")
    if as_json:
        return
    for one in found.silent:
        say(f"silent\t{one.account_id}\tlast read {one.last_read}\t{one.why}")
    for account_id, place in sorted(found.moved.items()):
        say(f"moved\t{account_id}\tto {place}")
