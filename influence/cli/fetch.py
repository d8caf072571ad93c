"""``influence fetch``: bring known people up to date from the open networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import workspace_option
from influence.cli.output import tell

if TYPE_CHECKING:
    from influence.networks.fetching import Fetched, Plan

HOSTS_SHOWN = 5


@click.command(
    "fetch",
    epilog="Example: influence fetch blogs crumb.example https://oven.example/feed --from blogroll.opml",
)
@click.argument("network", type=click.Choice(["blogs", "bluesky", "mastodon"]))
@click.argument("names", nargs=-1, metavar="[ADDRESS OR NAME]...")
@workspace_option
@click.option("--from", "files", multiple=True, type=click.Path(dir_okay=False), metavar="FILE",
              help="A list of addresses or names (one a line, CSV, OPML); may be repeated.")  # fmt: skip
@click.option(
    "--known", is_flag=True, help="Everybody of this network who is in the workspace and publishes."
)
@click.option("--posts", type=click.IntRange(0), default=60, show_default=True, help="Latest posts of each.")
@click.option("--reactions", type=click.IntRange(0), default=5, show_default=True,
              help="Of so many posts of each it is read who reacted (bluesky, mastodon).")  # fmt: skip
@click.option("--ties", type=click.IntRange(0), default=500, show_default=True,
              help="Followers and follows of each (bluesky, mastodon); 0 asks for none.")  # fmt: skip
@click.option("--requests", type=click.IntRange(1), help="Ask at most so many times.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop after so many minutes.")
@click.option("--megabytes", type=click.FloatRange(0, min_open=True), help="Stop after so much was received.")
@click.option("--contact", envvar="INFLUENCE_CONTACT", default="", metavar="ADDRESS",
              help="Your page or mail address, told to every server (INFLUENCE_CONTACT).")  # fmt: skip
@click.option("--delay", type=click.FloatRange(0), default=1.0, show_default=True, metavar="SECONDS",
              help="Between two requests to one host; its own wish wins where it is longer.")  # fmt: skip
@click.option("--fresh", type=click.FloatRange(0), default=12.0, show_default=True, metavar="HOURS",
              help="What was read within so many hours is not asked again.")  # fmt: skip
@click.option("--allow-private", is_flag=True, help="Hosts inside private networks and on this machine too.")
@click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS",
              help="Where a network answers: bluesky=https://..., my.server=http://127.0.0.1:3000.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say whom it would ask, and how much; ask nobody.")
@click.option("--yes", "-y", is_flag=True, help="Ask without a question first.")
def command(
    network: str, names: tuple[str, ...], workspace: str, dry_run: bool, yes: bool, **told: Any
) -> int:
    """Read people's newest posts, reactions and ties from open networks into the workspace.

    Nothing leaves this machine unasked: the hosts and the number of requests are named first. Servers are asked one
    request at a time, robots.txt holds for blogs, and a run that was stopped goes on where it was.
    """
    from influence.errors import UsageError
    from influence.networks.fetching import Reading, plan_fetch, run_fetch
    from influence.store.workspace import open_workspace

    reading = Reading(posts=told["posts"], reactions=told["reactions"], ties=told["ties"])
    with open_workspace(workspace) as opened:
        everybody = [*names, *from_files(told["files"]), *(_known(opened, network) if told["known"] else ())]
        plan = plan_fetch(opened, network, everybody, reading, _budget(told))
        _announce(plan)
        if dry_run:
            return 0
        if not yes and not click.confirm("Ask them?", err=True):
            raise UsageError("nothing was asked", hint="--yes asks without a question")
        done = run_fetch(
            opened, plan, reading, budget=_budget(told), manners=_manners(told, network),
            hosts=hosts_of(told["hosts"]), now=moment_now(), progress=_progress,
        )  # fmt: skip
    _report(done)
    return 0 if done.read else 1


def _budget(told: dict[str, Any]) -> Any:
    from influence.networks.client import Budget

    size = None if told["megabytes"] is None else int(told["megabytes"] * 1e6)
    return Budget(told["requests"], size, told["minutes"])


def _manners(told: dict[str, Any], network: str) -> Any:
    from influence.networks.client import Manners

    return Manners(contact=told["contact"], delay_seconds=told["delay"], fresh_hours=told["fresh"],
                   private=told["allow_private"], robots=network == "blogs")  # fmt: skip


def hosts_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """``NAME=ADDRESS`` pairs as a mapping."""
    from influence.errors import UsageError

    for pair in pairs:
        if "=" not in pair:
            raise UsageError("this names no host", where="--host", seen=pair, expected="NAME=ADDRESS")
    return {
        name.strip(): address.strip().rstrip("/")
        for name, _, address in (pair.partition("=") for pair in pairs)
    }


def from_files(files: tuple[str, ...]) -> list[str]:
    """Names and addresses that stand in the user's files."""
    from influence.networks.lists import read_names

    return [name for file in files for name in read_names(file)]


def _known(workspace: Any, network: str) -> list[str]:
    platform = "web" if network == "blogs" else network
    rows = workspace.store.query(
        "select a.account_id, a.handle from accounts as a where a.platform = ? and "
        "(a.kind in ('blog', 'podcast') or exists (select 1 from posts as p where p.account_id = a.account_id)) "
        "order by a.account_id", [platform],
    ).to_pylist()  # fmt: skip
    return [str(row["account_id"]).partition(":")[2] for row in rows]


def _announce(plan: Plan) -> None:
    hosts = sorted(plan.hosts, key=lambda host: (-plan.hosts[host], host))
    more = f" and {len(hosts) - HOSTS_SHOWN:,} more" if len(hosts) > HOSTS_SHOWN else ""
    tell(
        f"Will ask {len(hosts):,} host{'s' * (len(hosts) != 1)} ({', '.join(hosts[:HOSTS_SHOWN])}{more}) about "
        f"{len(plan.names):,}, at most {plan.requests:,} requests, one at a time per host.")  # fmt: skip
    if plan.suppressed:
        tell(f"{plan.suppressed:,} suppressed: not asked about.")


def _progress(name: str, done: int, total: int) -> None:
    import sys

    if sys.stderr.isatty():
        click.echo(f"\r{done:,} of {total:,}  {name[:50]:50}", err=True, nl=done == total)


def _report(done: Fetched) -> None:
    rows = ", ".join(f"{n:,} {table}" for table, n in done.rows.items() if table != "coverage")
    tell(f"Read {len(done.read):,}: {rows or 'nothing'}.")
    asked = ", ".join(f"{host} {n:,}" for host, n in done.asked.by_host.most_common(HOSTS_SHOWN))
    tell(
        f"Asked {done.asked.requests:,} times ({asked or 'nobody'}), {done.asked.bytes / 1e6:.1f} MB; "
        f"{done.asked.kept:,} answers were kept from before.")  # fmt: skip
    for why, n in sorted(done.hidden.items()):
        tell(f"{n:,} not kept: {why}.")
    for address, words in done.problems[:10]:
        tell(f"Not read: {address}: {words}")
    if len(done.problems) > 10:
        tell(f"... and {len(done.problems) - 10:,} more that could not be read.")
    if done.unfinished:
        tell(f"{done.unfinished:,} left for the next run: the budget was spent.")


def moment_now() -> Any:
    """This moment in UTC, without its zone."""
    from datetime import UTC, datetime

    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
