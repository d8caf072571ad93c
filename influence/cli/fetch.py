"""``influence fetch``, ``watch``: people read on open networks, with manners, a budget, and a yes first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import FILE, Number, command, opened_workspace, pairs_of, stacked, workspace_option
from influence.cli.output import json_flag, on_screen, say, say_json, tell
from influence.clock import now
from influence.errors import UsageError

if TYPE_CHECKING:
    from influence.networks.client import Budget, Conduct, Manners
    from influence.networks.fetching import Fetched, Watched
    from influence.networks.plans import RunPlan
    from influence.store.workspace import Workspace


def _hosts(_: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    pairs = pairs_of(option, texts, "this names no host", "NAME=ADDRESS")
    return {name: address.rstrip("/") for name, address in pairs}


network_options = stacked(
    click.option("--contact", envvar="INFLUENCE_CONTACT", default="", metavar="ADDRESS",
                 help="Your page or mail address, told to every server (INFLUENCE_CONTACT)."),
    click.option("--delay", type=Number(0), default=1.0, show_default=True, metavar="SECONDS",
                 help="Between two requests to one host; its own wish wins where it is longer."),
    click.option("--fresh", type=Number(0), default=12.0, show_default=True, metavar="HOURS",
                 help="What was read within so many hours is not asked again."),
    click.option("--allow-private", is_flag=True, help="Hosts inside private networks and on this machine too."),
    click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS",
                 callback=_hosts,
                 help="Where a network answers: bluesky=https://..., my.server=http://127.0.0.1:3000."),
    click.option("--yes", "-y", is_flag=True, help="Ask without a question first."),
)  # fmt: skip
limit_options = stacked(
    click.option("--minutes", type=Number(0, min_open=True), help="Stop after so many minutes."),
    click.option("--megabytes", type=Number(0, min_open=True), help="Stop after so much was received."),
    click.option("--dry-run", is_flag=True, help="Say whom it would ask, and how much; ask nobody."),
)
budget_options = stacked(
    click.option("--requests", type=click.IntRange(1), help="Ask at most so many times."), limit_options
)


def budget_of(told: dict[str, Any]) -> Budget:
    """The budget that the options name."""
    from influence.networks.client import Budget

    size = None if told["megabytes"] is None else int(told["megabytes"] * 1e6)
    return Budget(told["requests"], size, told["minutes"])


def manners_of(told: dict[str, Any], network: str) -> Manners:
    """How servers of a network are asked; robots.txt holds for pages, not for interfaces made for programs."""
    from influence.networks.client import Manners

    return Manners(contact=told["contact"], delay_seconds=told["delay"], fresh_hours=told["fresh"],
                   private=told["allow_private"], robots=network == "blogs")  # fmt: skip


def asking(told: dict[str, Any], network: str) -> Conduct:
    """What every run is told: budget, manners, hosts that stand elsewhere, and this moment."""
    from influence.networks.client import Conduct

    return Conduct(budget_of(told), manners_of(told, network), told["hosts"], now())


def agreed(yes: bool) -> None:
    """Go on after a yes only.

    Raises
    ------
    UsageError
        The user said no.
    """
    if not yes and not click.confirm("Ask them?", err=True):
        raise UsageError("nothing was asked", hint="--yes asks without a question")


def tell_not_read(problems: Sequence[tuple[str, str]], shown: int = 10) -> None:
    """What could not be read, and why."""
    for address, words in problems[:shown]:
        tell(f"Not read: {address}: {words}")
    if len(problems) > shown:
        tell(f"... and {len(problems) - shown:,} more that could not be read.")


HOSTS_SHOWN = 5


@command("fetch", "blogs crumb.example https://oven.example/feed --from blogroll.opml")
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
def fetch_command(
    network: str, names: tuple[str, ...], workspace: str, dry_run: bool, yes: bool, as_json: bool, **told: Any
) -> int:
    """Read people's newest posts, reactions and ties from open networks into the workspace.

    Nothing leaves this machine unasked: the hosts and the number of requests are named first. Servers are asked one
    request at a time, robots.txt holds for blogs, and a run that was stopped goes on where it was.
    """
    from influence.networks.fetching import run_fetch
    from influence.networks.plans import ReadingDepth, plan_fetch

    reading = ReadingDepth(posts=told["posts"], reactions=told["reactions"], ties=told["ties"])
    with opened_workspace(workspace) as opened:
        everybody = [*names, *from_files(told["files"]), *(_known(opened, network) if told["known"] else ())]
        if told["podcasts"] and network == "blogs":
            tell(f"Will ask the Podcast Index for {told['podcasts']!r}, one request.")
            if dry_run and not everybody:
                return 0
            everybody += () if dry_run else _podcasts(opened, yes, told)
        how = asking(told, network)
        plan = plan_fetch(opened, network, everybody, reading, how)
        announce(plan)
        if dry_run:
            if as_json:
                say_json(plan)
            return 0
        agreed(yes)
        done = run_fetch(opened, plan, reading, how, progress)
    report(done)
    if as_json:
        say_json(done)
    return 0 if done.read else 1


def from_files(files: tuple[str, ...]) -> list[str]:
    """Names and addresses that stand in the user's files."""
    from influence.networks.plans import read_names

    return [name for file in files for name in read_names(file)]


def _podcasts(workspace: Any, yes: bool, told: dict[str, Any]) -> list[str]:
    """Feeds that the Podcast Index finds; one question, after a yes."""
    from influence.networks.client import PoliteClient
    from influence.networks.fetching import replies_of
    from influence.networks.keys import key_of
    from influence.networks.proposing import HOST, find_podcasts

    key = key_of("podcastindex")
    agreed(yes)
    place = told["hosts"].get("podcastindex", HOST)
    with closing(PoliteClient(replies_of(workspace), manners_of(told, "podcastindex"))) as client:
        at = int(now().replace(tzinfo=UTC).timestamp())
        return find_podcasts(client, told["podcasts"], key, at, host=place)


def _known(workspace: Any, network: str) -> list[str]:
    from influence.networks.plans import PLATFORMS

    rows = workspace.store.query(
        "select a.account_id, a.handle from accounts as a where a.platform = ? and "
        "(a.kind in ('blog', 'podcast') or exists (select 1 from posts as p where p.account_id = a.account_id)) "
        "order by a.account_id", [PLATFORMS[network]],
    ).to_pylist()  # fmt: skip
    return [str(row["account_id"]).partition(":")[2] for row in rows]


def announce(plan: RunPlan) -> None:
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
def watch_command(
    workspace: str, networks: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool, **told: Any
) -> int:
    """Read everybody again who was fetched before: what is new, today's counts, who fell silent and who moved.

    Servers are asked with the mark of their last answer, so that what did not change is not sent again; followers are
    counted and not listed again. Only lines on which somebody must look go to stdout. Exit code 0: all were read;
    3: somebody fell silent, moved or was not reached within the budget, or a key is missing; 1: nobody could be read.
    """
    from influence.networks.fetching import run_watch

    with opened_workspace(workspace) as opened:
        plans, keyless = _plans(opened, networks or NETWORKS, told)
        for network, words in keyless.items():
            (tell if as_json else say)(f"unread\t{network}\t{words}")
        if not plans and not keyless:
            tell("Nobody was fetched yet: begin with `influence fetch`.")
        for plan in plans:
            announce(plan)
        if plans and not dry_run:
            agreed(yes)
        found = [
            run_watch(opened, plan, asking(told, plan.network), progress)
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
    workspace: Workspace, networks: Sequence[str], told: dict[str, Any]
) -> tuple[list[RunPlan], dict[str, str]]:
    """What to ask of each network, and which are left out for want of a key, in words."""
    from influence.networks.fetching import plan_watch
    from influence.networks.keys import MissingKeyError

    found, keyless = [], {}
    for one in networks:
        try:
            found.append(plan_watch(workspace, one, asking(told, one)))
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
