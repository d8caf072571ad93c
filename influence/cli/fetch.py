"""``influence fetch``: bring known people up to date from the open networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli.network_options import (
    agreed,
    asking,
    budget_of,
    budget_options,
    hosts_of,
    manners_of,
    network_options,
    tell_not_read,
)
from influence.cli.options import FILE, workspace_option
from influence.cli.output import json_flag, on_screen, say_json, tell
from influence.clock import now

if TYPE_CHECKING:
    from influence.networks.fetching import Fetched
    from influence.networks.plans import Plan

HOSTS_SHOWN = 5


@click.command(
    "fetch",
    epilog="Example: influence fetch blogs crumb.example https://oven.example/feed --from blogroll.opml",
)
@click.argument("network", type=click.Choice(["blogs", "bluesky", "mastodon", "youtube"]))
@click.argument("names", nargs=-1, metavar="[ADDRESS OR NAME]...")
@workspace_option
@click.option("--from", "files", multiple=True, type=FILE, metavar="FILE",
              help="A list of addresses or names (one a line, CSV, OPML); may be repeated.")  # fmt: skip
@click.option(
    "--known", is_flag=True, help="Everybody of this network who is in the workspace and publishes."
)
@click.option("--podcasts", default="", metavar="WORDS",
              help="Podcasts that the Podcast Index finds by these words (blogs; needs a key).")  # fmt: skip
@click.option("--posts", type=click.IntRange(0), default=60, show_default=True, help="Latest posts of each.")
@click.option("--reactions", type=click.IntRange(0), default=5, show_default=True,
              help="Of so many posts of each it is read who reacted (youtube: who commented).")  # fmt: skip
@click.option("--ties", type=click.IntRange(0), default=500, show_default=True,
              help="Followers and follows of each (bluesky, mastodon); 0 asks for none.")  # fmt: skip
@budget_options
@network_options
@json_flag
def command(
    network: str, names: tuple[str, ...], workspace: str, dry_run: bool, yes: bool, as_json: bool, **told: Any
) -> int:
    """Read people's newest posts, reactions and ties from open networks into the workspace.

    Nothing leaves this machine unasked: the hosts and the number of requests are named first. Servers are asked one
    request at a time, robots.txt holds for blogs, and a run that was stopped goes on where it was.
    """
    from influence.networks.fetching import run_fetch
    from influence.networks.plans import Reading, plan_fetch
    from influence.store.workspace import open_workspace

    reading = Reading(posts=told["posts"], reactions=told["reactions"], ties=told["ties"])
    with open_workspace(workspace) as opened:
        everybody = [*names, *from_files(told["files"]), *(_known(opened, network) if told["known"] else ())]
        if told["podcasts"] and network == "blogs":
            tell(f"Will ask the Podcast Index for {told['podcasts']!r}, one request.")
            if dry_run and not everybody:
                return 0
            everybody += () if dry_run else _podcasts(opened, yes, told)
        plan = plan_fetch(opened, network, everybody, reading, budget_of(told), hosts_of(told["hosts"]))
        announce(plan)
        if dry_run:
            if as_json:
                say_json(plan)
            return 0
        agreed(yes)
        done = run_fetch(
            opened, plan, reading, budget=budget_of(told), progress=progress, **asking(told, network),
        )  # fmt: skip
    report(done)
    if as_json:
        say_json(done)
    return 0 if done.read else 1


def from_files(files: tuple[str, ...]) -> list[str]:
    """Names and addresses that stand in the user's files."""
    from influence.networks.lists import read_names

    return [name for file in files for name in read_names(file)]


def _podcasts(workspace: Any, yes: bool, told: dict[str, Any]) -> list[str]:
    """Feeds that the Podcast Index finds; one question, after a yes."""
    from contextlib import closing
    from datetime import UTC

    from influence.networks.client import PoliteClient
    from influence.networks.fetching import replies_of
    from influence.networks.keys import key_of
    from influence.networks.podcasts import HOST, find_podcasts

    key = key_of("podcastindex")
    agreed(yes)
    place = hosts_of(told["hosts"]).get("podcastindex", HOST)
    with closing(PoliteClient(replies_of(workspace), manners_of(told, "podcastindex"))) as client:
        at = int(now().replace(tzinfo=UTC).timestamp())
        return find_podcasts(client, told["podcasts"], key, at, host=place)


def _known(workspace: Any, network: str) -> list[str]:
    platform = "web" if network == "blogs" else network
    rows = workspace.store.query(
        "select a.account_id, a.handle from accounts as a where a.platform = ? and "
        "(a.kind in ('blog', 'podcast') or exists (select 1 from posts as p where p.account_id = a.account_id)) "
        "order by a.account_id", [platform],
    ).to_pylist()  # fmt: skip
    return [str(row["account_id"]).partition(":")[2] for row in rows]


def announce(plan: Plan) -> None:
    """Whom a run will ask, and how much."""
    hosts = sorted(plan.hosts, key=lambda host: (-plan.hosts[host], host))
    more = f" and {len(hosts) - HOSTS_SHOWN:,} more" if len(hosts) > HOSTS_SHOWN else ""
    tell(
        f"Will ask {len(hosts):,} host{'s' * (len(hosts) != 1)} ({', '.join(hosts[:HOSTS_SHOWN])}{more}) about "
        f"{len(plan.names):,}, at most {plan.requests:,} requests, one at a time per host.")  # fmt: skip
    if plan.network == "youtube":
        tell("Each request is one unit of your quota.")
    if plan.suppressed:
        tell(f"{plan.suppressed:,} suppressed: not asked about.")


def progress(name: str, done: int, total: int) -> None:
    """How many were read so far, onto a terminal."""
    on_screen(f"{done:,} of {total:,}  {name}", last=done == total)


def report(done: Fetched) -> None:
    """What a run brought, and what it asked."""
    rows = ", ".join(f"{n:,} {table}" for table, n in done.rows.items() if table != "coverage")
    tell(f"Read {len(done.read):,}: {rows or 'nothing'}.")
    asked = ", ".join(f"{host} {n:,}" for host, n in done.asked.by_host.most_common(HOSTS_SHOWN))
    tell(
        f"Asked {done.asked.requests:,} times ({asked or 'nobody'}), {done.asked.bytes / 1e6:.1f} MB; "
        f"{done.asked.kept:,} answers were kept from before.")  # fmt: skip
    for why, n in sorted(done.hidden.items()):
        tell(f"{n:,} not kept: {why}.")
    for account_id, place in sorted(done.moved.items()):
        tell(f"Moved: {account_id} is {place} now.")
    tell_not_read(done.problems)
    if done.unfinished:
        tell(f"{done.unfinished:,} left for the next run: the budget was spent.")
