"""``influence discover``: find accounts like a few known ones on the open networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from influence.cli.fetch import from_files
from influence.cli.network_options import (
    agreed,
    asking,
    hosts_of,
    manners_of,
    network_options,
    tell_not_read,
)
from influence.cli.options import FILE, workspace_option
from influence.cli.output import json_flag, on_screen, say, say_json, tell

if TYPE_CHECKING:
    from influence.store.workspace import Workspace


@click.command(
    "discover", epilog="Example: influence discover --on bluesky --like oven.bsky.social --like rye.example"
)
@workspace_option
@click.option("--on", "network", required=True, type=click.Choice(["blogs", "bluesky", "mastodon"]))
@click.option(
    "--like", multiple=True, metavar="ACCOUNT", help="A known account of the niche; may be repeated."
)
@click.option("--like-file", "files", multiple=True, type=FILE, help="Known accounts, or OPML.")
@click.option("--niche", default="", metavar="WORDS",
              help="Without examples: words, from which seeds are proposed for a yes (bluesky, mastodon).")  # fmt: skip
@click.option("--server", default="mastodon.social", show_default=True,
              help="Mastodon: whose hashtags and directory tell the seeds.")  # fmt: skip
@click.option("--budget", type=click.IntRange(1), default=500, show_default=True, help="Most requests.")
@click.option("--top", type=click.IntRange(1), default=50, show_default=True, help="How many to name.")
@network_options
@json_flag
def command(
    workspace: str, network: str, budget: int, top: int, yes: bool, as_json: bool, **told: Any
) -> int:
    """Find accounts that the listeners of a few known ones listen to, within a budget of requests.

    On Bluesky and Mastodon the followers of your examples are read, and whom they follow; of blogs the links and
    blogrolls. Without examples the words of --niche propose some. It stops when the first places settle. What was
    read stays in the workspace, and `influence rank --like` ranks it with everything else you have.
    """
    from influence.networks.discovering import discover, seed_ids
    from influence.store.workspace import open_workspace

    named = [*told["like"], *from_files(told["files"])]
    with open_workspace(workspace) as opened:
        spent = 0
        if not named and told["niche"]:
            named, spent = _proposed(opened, network, budget, yes, told)
        seeds = seed_ids(network, named)
        where = _asked(network, seeds, hosts_of(told["hosts"]))
        tell(f"Will ask {where}, from {len(seeds):,} examples, at most {budget - spent:,} requests.")
        agreed(yes)
        found = discover(
            opened, network, named, requests=budget - spent, top=top,
            progress=lambda n, best: on_screen(f"{n:,} requests, first so far {best}"), **asking(told, network),
        )  # fmt: skip
    if as_json:
        say_json(found)
    for place, one in enumerate(() if as_json else found.found, 1):
        say(f"{place:3}  {one.account_id:40}  {found.why(one)}")
    tell(f"Stopped after {found.asked.requests:,} requests: {found.stopped}.")
    if found.hidden:
        tell(f"{found.hidden:,} not kept: they asked not to be.")
    tell_not_read(found.problems, 5)
    if found.found:
        told_again = [f'--niche "{told["niche"]}"'] * bool(told["niche"]) + [f"--like {one}" for one in seeds]
        tell(f"Next: influence shortlist {' '.join(told_again)}")
    return 0 if found.found else 1


def _asked(network: str, seeds: Sequence[str], hosts: Mapping[str, str]) -> str:
    """The hosts that a crawl begins at, and where it may lead."""
    from influence.networks.plans import host_of

    first = dict.fromkeys(host_of(network, seed.partition(":")[2], hosts) for seed in seeds)
    further = {
        "blogs": " and the blogs that are linked to",
        "mastodon": " and the servers of their followers",
    }
    return ", ".join(first) + further.get(network, "")


def _proposed(
    workspace: Workspace, network: str, budget: int, yes: bool, told: dict[str, Any]
) -> tuple[list[str], int]:
    """Seeds that the words of a niche lead to, shown before the crawl begins, and the requests that took."""
    from influence.errors import MissingDataError
    from influence.networks.plans import host_of
    from influence.networks.seeding import REQUESTS, propose_seeds

    bound = min(REQUESTS, budget)
    where = host_of(network, f"@{told['server']}", hosts_of(told["hosts"]))
    tell(f"Will ask {where} who speaks of {told['niche']!r}, at most {bound:,} requests.")
    agreed(yes)
    start = propose_seeds(
        workspace, network, told["niche"], server=told["server"], requests=bound, manners=manners_of(told, network),
        hosts=hosts_of(told["hosts"]),
    )  # fmt: skip
    for one in start.seeds:
        tell(f"Example: {one.account_id} ({'; '.join(one.why)})")
    if not start.seeds:
        why = start.problems[0][1] if start.problems else None
        raise MissingDataError("nobody was found by these words", seen=why, hint="name examples with --like")
    return [one.account_id.partition(":")[2] for one in start.seeds], min(start.asked.requests, budget - 1)
