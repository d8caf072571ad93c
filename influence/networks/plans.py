"""What a run is going to ask of an open network: whom, which hosts, and how often at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from influence.errors import UsageError
from influence.networks import bluesky, mastodon, youtube
from influence.networks.client import Budget
from influence.networks.keys import key_of
from influence.store.people.handles import account_of
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace

NETWORKS = ("blogs", "bluesky", "mastodon", "youtube")
BLOG_REQUESTS = 13
"""Of a blog without its posts' pages and comments: its page and two redirects, six places of a feed, three older pages
of it (or of a sitemap), a blogroll."""


@dataclass(frozen=True)
class Plan:
    """What a run is going to ask.

    Attributes
    ----------
    network : str
        One of `NETWORKS`.
    names : tuple of str
        Addresses or account names, without those who are suppressed.
    hosts : mapping of host to number of people on it
    requests : int
        At most so many, by the depth and the budget.
    suppressed : int
        People not asked about since they are suppressed.
    """

    network: str
    names: tuple[str, ...]
    hosts: Mapping[str, int]
    requests: int
    suppressed: int = 0


@dataclass(frozen=True)
class Reading:
    """How far people are read.

    Attributes
    ----------
    posts : int
        Latest posts of each.
    reactions : int
        Of so many posts it is read who reacted (networks that name them).
    ties : int
        Followers and follows read of each; 0 asks for none.
    pages : int
        Pages of posts opened where a blog's feed carries summaries only.
    comments : int
        Pages of a hundred comments (blogs that give them to everybody).
    """

    posts: int = 60
    reactions: int = 5
    ties: int = 500
    pages: int = 10
    comments: int = 3


def plan_fetch(
    workspace: Workspace,
    network: str,
    names: Sequence[str],
    reading: Reading | None = None,
    budget: Budget | None = None,
    hosts: Mapping[str, str] | None = None,
) -> Plan:
    """Whom would this ask, and how much?

    Parameters
    ----------
    workspace : Workspace
        Whose suppressed people are left out.
    network : {"blogs", "bluesky", "mastodon", "youtube"}
    names : sequence of str
        Addresses, handles or account ids.
    reading, budget
        See there.
    hosts : mapping of server to address, optional
        Where a network answers when not at its own address.

    Raises
    ------
    UsageError
        An unknown network, nobody to read, or a name of another network.
    """
    if network not in NETWORKS:
        raise UsageError("there is no such network", seen=network, expected=", ".join(NETWORKS))
    reading, budget = reading or Reading(), budget or Budget()
    if network == "youtube":
        key_of(network)
    told = list(dict.fromkeys(_name(network, name) for name in names if name.strip()))
    hidden = read_suppressions(workspace.store)
    kept = [name for name, account_id in told if not hidden.account(account_id)]
    if not kept:
        raise UsageError(
            "nobody to read", where=f"influence fetch {network}", expected="addresses or account names"
        )
    asked = Counter(host_of(network, name, hosts or {}) for name in kept)
    requests = most_requests(network, reading) * len(kept) + (len(asked) if network == "blogs" else 0)
    bound = requests if budget.requests is None else min(requests, budget.requests)
    return Plan(network, tuple(kept), dict(asked), bound, len(told) - len(kept))


def _name(network: str, text: str) -> tuple[str, str]:
    """How a network is asked for somebody, and their account id."""
    platform = "web" if network == "blogs" else network
    account = account_of(text, platform)
    if account is None or (network != "blogs" and account.platform != platform):
        raise UsageError(
            f"this is no account on {network}", seen=text,
            expected={"blogs": "an address", "bluesky": "name.bsky.social", "mastodon": "name@server",
                      "youtube": "@handle, or a channel's address"}[network],
        )  # fmt: skip
    return (text.strip() if network == "blogs" else account.handle, account.account_id)


def host_of(network: str, name: str, hosts: Mapping[str, str]) -> str:
    """The host that is asked about somebody."""
    if network == "blogs":
        place = name if "://" in name else f"https://{name}"
    elif network == "mastodon":
        server = name.rpartition("@")[2]
        place = hosts.get(server, f"https://{server}")
    else:
        place = hosts.get(network, {"bluesky": bluesky.HOST, "youtube": youtube.HOST}[network])
    return urlsplit(place).hostname or name


def most_requests(network: str, reading: Reading) -> int:
    """Most requests for one person, as the reader of each network bounds its lists."""
    if network == "blogs":
        return BLOG_REQUESTS + reading.pages + reading.comments
    if network == "youtube":
        return youtube.units(reading.posts, reading.reactions)
    one = bluesky if network == "bluesky" else mastodon
    reactions = 2 * reading.reactions * -(-one.REACTIONS // one.PAGE)
    ties = 2 * -(-reading.ties // one.PAGE) + one.LIST_REQUESTS * (reading.ties > 0)
    return int(1 + -(-reading.posts // one.POSTS_A_PAGE) + reactions + ties)
