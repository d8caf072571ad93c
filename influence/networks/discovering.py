"""Find accounts like the seeds on an open network, within a budget of requests, and say why each was found."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import TypeVar

from influence.errors import UsageError
from influence.networks.blogs import Depth, fetch_blog
from influence.networks.bluesky import Bluesky
from influence.networks.client import BudgetSpentError, Conduct, PoliteClient, RequestCounts
from influence.networks.crawling import Crawl, CrawlCandidate, Met
from influence.networks.fetching import READERS, bring_in, replies_of
from influence.networks.harvest import Harvest
from influence.networks.mastodon import Mastodon
from influence.networks.plans import PLATFORMS
from influence.store.people.handles import account_of
from influence.store.rights.suppression import Suppressions, read_suppressions
from influence.store.workspace import Workspace

USUAL_REQUESTS = 500
TIES_A_LIST = 1000
"""Longest list of followers or follows that is read; the famous are not read to their end."""


@dataclass(frozen=True)
class CrawlResult:
    """What a crawl found.

    Attributes
    ----------
    seeds : tuple of str
    found : tuple of CrawlCandidate
        Best first, without seeds, suppressed people and those who asked not to be found.
    read : int
        How many people's (or blogs') lists were read.
    asked : RequestCounts
    stopped : str
        The rule that ended it.
    hidden : int
    problems : tuple of (address, words)
    by_links : bool
        Whether links between blogs were read in place of followers.
    frontier : tuple of Met
        Everybody whom the crawl came across, without those of whom nothing may be kept.
    """

    seeds: tuple[str, ...]
    found: tuple[CrawlCandidate, ...]
    read: int
    asked: RequestCounts
    stopped: str
    hidden: int
    problems: tuple[tuple[str, str], ...]
    by_links: bool
    frontier: tuple[Met, ...] = ()

    def why(self, one: CrawlCandidate) -> str:
        """What a candidate rests on: of whom whose lists were read, so many follow or link to it."""
        who = "blogs read link to it" if self.by_links else "readers follow it"
        stated = "" if one.stated is None else f"; states {one.stated:,} followers"
        return f"{one.readers:,} of {self.read:,} {who}{stated}"


def discover(
    workspace: Workspace,
    network: str,
    seeds: Sequence[str],
    how: Conduct,
    top: int,
    progress: Callable[[int, str], None],
) -> CrawlResult:
    """Who is listened to by the people who listen to these?

    Parameters
    ----------
    workspace : Workspace
        Open for writing: what is read comes in, with how much of each list was read.
    network : {"blogs", "bluesky", "mastodon"}
    seeds : sequence of str
        Addresses or names of a few accounts of the niche; five or more make it steady.
    how : Conduct
        500 requests unless told. The crawl stops earlier when the first `top` places settle.
    top : int
    progress : callable
        Called with the requests spent and the best candidate so far.

    Returns
    -------
    CrawlResult

    Raises
    ------
    UsageError
        No seed, or one of another network.
    """
    own = seed_ids(network, seeds)
    crawl = Crawl(own, by_links=network == "blogs", top=top)
    with closing(PoliteClient(replies_of(workspace), how.manners, how.budget)) as client:
        lists = _Lists(client, network, {**_addresses(network, seeds), **how.hosts})
        found = crawl.run(
            lists,
            how.budget.requests or USUAL_REQUESTS,
            lambda spent, best: progress(spent, best[0].account_id if best else ""),
        )
    bring_in(workspace, lists.into, how.now, network)
    hidden = read_suppressions(workspace.store)
    met = tuple(_may_be_named(crawl.frontier(), hidden, lists.into.hidden))
    kept = tuple(_may_be_named(found, hidden, lists.into.hidden))
    return CrawlResult(own, kept[:top], len(crawl.read), client.asked, crawl.stopped, len(lists.into.hidden),
                     tuple(lists.into.problems), crawl.by_links, met)  # fmt: skip


Named = TypeVar("Named", CrawlCandidate, Met)


def _may_be_named(people: Iterable[Named], hidden: Suppressions, shy: Container[str]) -> Iterator[Named]:
    return (one for one in people if not hidden.account(one.account_id) and one.account_id not in shy)


def seed_ids(network: str, names: Sequence[str]) -> tuple[str, ...]:
    """Account ids of the seeds, each once."""
    platform = PLATFORMS[network]
    found = []
    for name in names:
        account = account_of(name, platform)
        if account is None or account.platform != platform:
            raise UsageError(f"this is no account on {network}", where="--like", seen=name)
        found.append(account.account_id)
    if not found:
        raise UsageError(
            "a crawl begins somewhere", where="--like", expected="two to ten accounts of the niche"
        )
    return tuple(dict.fromkeys(found))


def _addresses(network: str, seeds: Sequence[str]) -> dict[str, str]:
    """Where blogs stand that were named by an address: an account id knows neither http from https, nor a port."""
    told = ((account_of(one), one.strip()) for one in seeds if "://" in one) if network == "blogs" else ()
    return {account.handle: place for account, place in told if account is not None}


@dataclass
class _Lists:
    """A network as the crawl asks it; counts the requests that every answer took."""

    client: PoliteClient
    network: str
    hosts: dict[str, str]
    into: Harvest = field(default_factory=Harvest)

    @cached_property
    def _asked(self) -> Bluesky | Mastodon:
        return READERS[self.network](self.client, self.into, self.hosts)

    def followers(self, account_id: str) -> tuple[Sequence[str], int]:
        """Who follows an account."""
        return self._counted(lambda: self._ties(account_id, "followers"))

    def follows(self, account_id: str) -> tuple[Sequence[str], int]:
        """Whom an account follows or links to."""
        ask = self._links if self.network == "blogs" else lambda one: self._ties(one, "follows")
        return self._counted(lambda: ask(account_id))

    def stated(self, account_ids: Sequence[str]) -> tuple[Mapping[str, int], int]:
        """Followers that accounts state, asked for where a list did not tell them."""
        before = self.client.asked.requests
        if self.network == "bluesky":
            with suppress(BudgetSpentError):  # what was told before it was spent is known
                self._asked.profiles([one.partition(":")[2] for one in account_ids])
        rows = self.into.tables.get("accounts", {})
        told = {one: rows.get((one,), {}).get("followers") for one in account_ids}
        return {one: n for one, n in told.items() if n is not None}, self.client.asked.requests - before

    def _counted(self, ask: Callable[[], Sequence[str]]) -> tuple[Sequence[str], int]:
        """An answer and what it cost; at least one, so that kept answers end a crawl too."""
        before = self.client.asked.requests
        found = ask()
        return found, max(self.client.asked.requests - before, 1)

    def _ties(self, account_id: str, which: str) -> Sequence[str]:
        name = account_id.partition(":")[2]
        if self.network == "mastodon" and not self._asked.profiles([name]):
            return []
        ask = self._asked.followers if which == "followers" else self._asked.follows
        return ask(account_id, TIES_A_LIST)

    def _links(self, account_id: str) -> Sequence[str]:
        """Blogs that a blog links to or lists."""
        name = account_id.partition(":")[2]
        mine = Harvest()
        depth = Depth(posts=30, pages=0, feed_pages=1, comment_pages=0)
        fetch_blog(self.client, self.hosts.get(name, name), mine, depth)
        self.into.join(mine)
        targets = dict.fromkeys(str(row["target_id"]) for row in mine.tables.get("interactions", {}).values())
        blogs = (one for one in targets if one.startswith("web:"))
        return [one for one in blogs if one.partition(":")[2] not in _no_blogs()]


@cache
def _no_blogs() -> frozenset[str]:
    """Hosts that everybody links to and nobody's blog is: encyclopedias, shops, hosters of pictures."""
    text = resources.files("influence.networks").joinpath("no_blogs.txt").read_text("utf-8")
    return frozenset(line for line in text.split() if not line.startswith("#"))
