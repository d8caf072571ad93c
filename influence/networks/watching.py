"""Keep fresh what was fetched: read everybody again who was read before, and tell who fell silent or moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from influence.networks.client import Conduct
from influence.networks.fetching import Fetched, Progress, run_fetch
from influence.networks.plans import PLATFORMS, Plan, Reading, plan_fetch
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace, from_day

AGAIN = Reading(posts=40, reactions=5, ties=0)
"""What changes from day to day: the latest page of posts and who reacted; lists of followers are not asked for again,
since counts of each day tell of growth."""


@dataclass(frozen=True)
class Silent:
    """Somebody who was read before and could not be now: since which day, and why, in words."""

    account_id: str
    last_read: date
    why: str


@dataclass(frozen=True)
class Watched:
    """What keeping one network fresh brought.

    Attributes
    ----------
    network : str
    fetched : Fetched
    new_posts : int
    silent : tuple of Silent
        The longest silent first.
    moved : mapping of account_id to account_id
        Who stands elsewhere now.
    """

    network: str
    fetched: Fetched
    new_posts: int
    silent: tuple[Silent, ...]
    moved: Mapping[str, str]

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody fell silent, moved, or was not reached."""
        return bool(self.silent or self.moved or self.fetched.unfinished)


def watched_people(workspace: Workspace, network: str) -> dict[str, str]:
    """Account id of everybody of a network who was fetched before, and how the network is asked for them."""
    rows = workspace.store.query(
        "select c.account_id, max(a.url) as url, max(p.post_id) as post from coverage c "
        "left join accounts a on a.account_id = c.account_id left join posts p on p.account_id = c.account_id "
        "where c.list = 'posts' and split_part(c.account_id, ':', 1) = ? group by c.account_id order by c.account_id",
        [PLATFORMS[network]],
    ).to_pylist()
    hidden = read_suppressions(workspace.store)
    return {
        row["account_id"]: _asked_as(network, row["account_id"], row["url"] or "", row["post"] or "")
        for row in rows
        if not hidden.account(row["account_id"])
    }


def _asked_as(network: str, account_id: str, url: str, post: str) -> str:
    """By what stays when a name changes: a blog's address, the id in a channel's address (whose capitals count) and in
    a Bluesky post's; else by their name."""
    lasting = {"blogs": url, "youtube": url.rpartition("/")[2]}.get(network, "")
    if network == "bluesky" and post.startswith("at://did:"):
        lasting = post.split("/")[2]
    return lasting or account_id.partition(":")[2]


def plan_watch(workspace: Workspace, network: str, how: Conduct) -> Plan | None:
    """Whom would keeping a network fresh ask, and how much? None where nobody was fetched from it."""
    people = watched_people(workspace, network)
    return plan_fetch(workspace, network, list(people.values()), AGAIN, how) if people else None


def run_watch(workspace: Workspace, plan: Plan, how: Conduct, progress: Progress | None = None) -> Watched:
    """Read everybody of a plan again; what did not change is answered without a body and brings nothing new.

    Parameters
    ----------
    workspace, plan, how, progress
        As in `influence.networks.fetching.run_fetch`.
    """
    people = {name: account_id for account_id, name in watched_people(workspace, plan.network).items()}
    before = _last_read(workspace)
    posts = workspace.count("posts")
    done = run_fetch(workspace, plan, AGAIN, how, progress)
    why = {people[name]: words for name, words in done.missed.items() if name in people}
    silent = [
        Silent(one, before[one], words)
        for one, words in why.items()
        if one not in done.moved and one in before
    ]
    renamed = {people[name]: now for name, now in done.read.items() if people.get(name, now) != now}
    moved = {one: to for one, to in {**renamed, **done.moved}.items() if one in before}
    return Watched(
        plan.network, done, workspace.count("posts") - posts,
        tuple(sorted(silent, key=lambda one: (one.last_read, one.account_id))), moved,
    )  # fmt: skip


def _last_read(workspace: Workspace) -> dict[str, date]:
    rows = workspace.store.query("select account_id, day from coverage where list = 'posts'").to_pylist()
    return {row["account_id"]: from_day(row["day"]) for row in rows}
