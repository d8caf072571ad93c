"""``influence discover``: find accounts like a few known ones on the open networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from influence.cli.fetch import (
    agreed,
    asking,
    budget_of,
    from_files,
    limit_options,
    network_options,
    tell_not_read,
)
from influence.cli.options import FILE, command, opened_workspace, workspace_option
from influence.cli.output import Out, chosen_format, json_flag, on_screen, say_either, tell
from influence.errors import MissingDataError
from influence.writing.book import Sheet, sheet_of
from influence.writing.plain import counted

if TYPE_CHECKING:
    from influence.networks.client import Budget
    from influence.networks.discovering import CrawlResult
    from influence.store.workspace import Workspace


@command("discover", "--on bluesky --like oven.bsky.social --like rye.example")
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
@click.option(
    "--budget", "requests", type=click.IntRange(1), default=500, show_default=True, help="Most requests."
)
@limit_options
@click.option("--top", type=click.IntRange(1), default=50, show_default=True, help="How many to name.")
@click.option("--map", "map_file", type=FILE,
              help="Write whom it met and through whom, whom it read, who waits (.csv, .xlsx).")  # fmt: skip
@network_options
@json_flag
def discover_command(
    workspace: str, network: str, top: int, map_file: str | None, yes: bool, as_json: bool, **told: Any
) -> int:
    """Find accounts that the listeners of a few known ones listen to, within a budget of requests.

    On Bluesky and Mastodon the followers of your examples are read, and whom they follow; of blogs the links and
    blogrolls. Without examples the words of --niche propose some. It stops when the first places settle. What was
    read stays in the workspace, and `influence rank --like` ranks it with everything else you have.
    """
    from influence.networks.discovering import discover, seed_ids

    map_format = chosen_format(None, map_file, ("csv", "xlsx"), "csv")
    named = [*told["like"], *from_files(told["files"])]
    with opened_workspace(workspace) as opened:
        budget = budget_of(told)
        if not named and told["niche"]:
            proposed = _proposed(opened, network, budget, yes, told)
            if proposed is None:
                return 0
            named, spent = proposed
            budget = replace(budget, requests=told["requests"] - spent)
        seeds = seed_ids(network, named)
        where = _asked(network, seeds, told["hosts"])
        tell(
            f"Will ask {where}, from {counted(len(seeds), 'example')}, at most {budget.requests:,} requests."
        )
        if told["dry_run"]:
            return 0
        agreed(yes)
        found = discover(opened, network, named, replace(asking(told, network), budget=budget), top,
                         lambda n, best: on_screen(f"{n:,} requests, first so far {best}"))  # fmt: skip
    if map_file:
        Out(map_format, map_file).deliver(found, lambda found: [_frontier(found)])
    _tell(found, told["niche"], as_json)
    return 0 if found.found else 1


def _frontier(found: CrawlResult) -> Sheet:
    """The map: everybody whom the crawl met, candidates best first."""
    return sheet_of(
        "Frontier", [asdict(one) | {"through": " ".join(one.through)} for one in found.frontier], [],
        state="example; read; waiting: would have been read next; found: named by those who were read",
        turn="as how manieth it was read", score="0-1, 1 is the best found; nothing: no candidate",
        readers="how many of those who were read follow it or link to it", stated="followers it states",
        through="the first whose list names it",
    )  # fmt: skip


def _tell(found: CrawlResult, niche: str, as_json: bool) -> None:
    """Candidates and why, how it ended, and what comes next."""
    width = max((len(one.account_id) for one in found.found), default=0)
    lines = [f"{at:3}  {one.account_id:{width}}  {found.why(one)}" for at, one in enumerate(found.found, 1)]
    say_either(as_json, found, lines)
    if not found.by_links:
        tell("Readers follow your examples, and were read: whom else they follow.")
    tell(f"Stopped after {found.asked.requests:,} requests: {found.stopped}.")
    waiting = [one.account_id for one in found.frontier if one.state == "waiting"]
    if waiting:
        tell(f"Read {found.read:,}; {len(waiting):,} more could be read, {waiting[0]} first.")
    if found.hidden:
        tell(f"{found.hidden:,} not kept: they asked not to be.")
    tell_not_read(found.problems, 5)
    if found.found:
        told_again = [f'--niche "{niche}"'] * bool(niche) + [f"--like {one}" for one in found.seeds]
        tell(f"Next: influence shortlist {' '.join(told_again)}")


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
    workspace: Workspace, network: str, budget: Budget, yes: bool, told: dict[str, Any]
) -> tuple[list[str], int] | None:
    """Seeds that the words of a niche lead to, shown before the crawl begins, and the requests that took."""
    from influence.networks.plans import host_of
    from influence.networks.proposing import REQUESTS, propose_seeds

    bound = min(REQUESTS, told["requests"])
    where = host_of(network, f"@{told['server']}", told["hosts"])
    tell(f"Will ask {where} who speaks of {told['niche']!r}, at most {bound:,} requests.")
    if told["dry_run"]:
        return None
    agreed(yes)
    how = replace(asking(told, network), budget=replace(budget, requests=bound))
    start = propose_seeds(workspace, network, told["niche"], how, told["server"])
    for one in start.seeds:
        tell(f"Example: {one.account_id} ({'; '.join(one.why)})")
    if not start.seeds:
        why = start.problems[0][1] if start.problems else None
        raise MissingDataError("nobody was found by these words", seen=why, hint="name examples with --like")
    return [one.account_id.partition(":")[2] for one in start.seeds], min(
        start.asked.requests, told["requests"] - 1
    )
