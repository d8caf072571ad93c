"""What a run is going to ask of an open network: whom, which hosts, and how often at most; names from a user's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from influence.errors import SourceError, UsageError
from influence.networks import bluesky, mastodon, youtube
from influence.networks.client import Conduct
from influence.networks.keys import key_of
from influence.networks.pages import outlines
from influence.store.people.handles import account_of
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace

PLATFORMS = {"blogs": "web", "bluesky": "bluesky", "mastodon": "mastodon", "youtube": "youtube"}
"""Network -> the platform of its accounts."""
BLOG_REQUESTS = 13
"""Of a blog without its posts' pages and comments: its page and two redirects, six places of a feed, three older pages
of it (or of a sitemap), a blogroll."""


@dataclass(frozen=True)
class RunPlan:
    """What a run is going to ask.

    Attributes
    ----------
    network : str
        One of `PLATFORMS`.
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
class ReadingDepth:
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
    reading: ReadingDepth,
    how: Conduct,
) -> RunPlan:
    """Whom would this ask, and how much?

    Parameters
    ----------
    workspace : Workspace
        Whose suppressed people are left out.
    network : {"blogs", "bluesky", "mastodon", "youtube"}
    names : sequence of str
        Addresses, handles or account ids.
    reading, how
        See there.

    Raises
    ------
    UsageError
        Nobody to read, or a name of another network.
    """
    if network == "youtube":
        key_of(network)
    told = list(dict.fromkeys(_name(network, name) for name in names if name.strip()))
    hidden = read_suppressions(workspace.store)
    kept = [name for name, account_id in told if not hidden.account(account_id)]
    if not kept:
        raise UsageError(
            "nobody to read", where=f"influence fetch {network}", expected="addresses or account names"
        )
    asked = Counter(host_of(network, name, how.hosts) for name in kept)
    requests = most_requests(network, reading) * len(kept) + (len(asked) if network == "blogs" else 0)
    bound = requests if how.budget.requests is None else min(requests, how.budget.requests)
    return RunPlan(network, tuple(kept), dict(asked), bound, len(told) - len(kept))


def _name(network: str, text: str) -> tuple[str, str]:
    """How a network is asked for somebody, and their account id."""
    platform = PLATFORMS[network]
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


def most_requests(network: str, reading: ReadingDepth) -> int:
    """Most requests for one person, as the reader of each network bounds its lists."""
    if network == "blogs":
        return BLOG_REQUESTS + reading.pages + reading.comments
    if network == "youtube":
        return youtube.units(reading.posts, reading.reactions)
    one = bluesky if network == "bluesky" else mastodon
    reactions = 2 * reading.reactions * -(-one.REACTIONS // one.PAGE)
    ties = 2 * -(-reading.ties // one.PAGE) + one.LIST_REQUESTS * (reading.ties > 0)
    return int(1 + -(-reading.posts // one.POSTS_A_PAGE) + reactions + ties)


MAX_BYTES = 20_000_000


def read_names(path: str | Path) -> list[str]:
    """Addresses or account names in a file, each once, in its order.

    Parameters
    ----------
    path : path
        Lines (``#`` begins a remark), a table whose first column they are, or OPML.

    Raises
    ------
    SourceError
        The file is missing, too large, or holds nothing.
    """
    file = Path(path)
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise SourceError("the list cannot be read", where=str(file), seen=error.strerror) from error
    if len(raw) > MAX_BYTES:
        raise SourceError("the list is too large", where=str(file), expected="less than 20 MB")
    names = outlines(raw) if raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else _of_lines(raw)
    if not names:
        raise SourceError(
            "the list names nobody", where=str(file), expected="one address or name a line, or OPML"
        )
    return list(dict.fromkeys(names))


def _of_lines(raw: bytes) -> list[str]:
    lines = raw.decode("utf-8-sig", "replace").splitlines()
    firsts = (
        line.replace(";", ",").replace("\t", ",").partition(",")[0].strip().strip('"') for line in lines
    )
    return [name for name in firsts if name and not name.startswith("#")]
