"""Find accounts like the seeds on an open network, within a budget of requests, and say why each was found."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import resources
from typing import Protocol, TypeVar

import numpy as np
from scipy import sparse

from influence.errors import UsageError
from influence.graph.devotion import cosine_divisor, devotion
from influence.networks.blogs import Depth, fetch_blog
from influence.networks.bluesky import Bluesky
from influence.networks.client import Asked, Budget, BudgetSpentError, Manners, PoliteClient
from influence.networks.fetching import bring_in, replies_of
from influence.networks.harvest import Harvest
from influence.networks.mastodon import Mastodon
from influence.networks.plans import PLATFORMS
from influence.store.people.handles import account_of
from influence.store.rights.suppression import Suppressions, read_suppressions
from influence.store.workspace import Workspace

NETWORKS = ("blogs", "bluesky", "mastodon")
USUAL_REQUESTS = 500
TIES_A_LIST = 1000
"""Longest list of followers or follows that is read; the famous are not read to their end."""


SETTLED_ROUNDS = 4
SETTLED_SHARE = 0.96
"""The first places are settled when this share of them stayed, this many rounds in a row."""
SPENT = "the budget is spent"
ASKED_FOR = 200
"""Candidates whose stated followers are asked for."""


class Lists(Protocol):
    """What a network can be asked; each answer says how many requests it took.

    A `BudgetSpentError` of any of them ends a crawl with what it has."""

    def followers(self, account_id: str) -> tuple[Sequence[str], int]:
        """Who follows an account."""

    def follows(self, account_id: str) -> tuple[Sequence[str], int]:
        """Whom an account follows or links to."""

    def stated(self, account_ids: Sequence[str]) -> tuple[Mapping[str, int], int]:
        """How many followers these accounts state, as far as they can be told."""


@dataclass(frozen=True)
class Found:
    """A candidate of a crawl.

    Attributes
    ----------
    account_id : str
    score : float
        0-1, 1 is the best found; comparable within one crawl only.
    readers : int
        How many of those who were read follow it.
    stated : int or None
        Followers it states.
    """

    account_id: str
    score: float
    readers: int
    stated: int | None


@dataclass(frozen=True)
class Met:
    """Somebody whom a crawl came across: a place on the map of its frontier.

    Attributes
    ----------
    account_id : str
    state : {"example", "read", "waiting", "found"}
        Whose list was read or could have been next; `found` only as followed or linked to by those who were read.
    turn : int or None
        As how manieth it was read.
    score : float or None
        As of a candidate, see `Found`; of who waits for what is expected of it.
    readers : int
        How many of those who were read follow it or link to it.
    stated : int or None
    through : tuple of str
        Who led to it: the first three whose list names it.
    """

    account_id: str
    state: str
    turn: int | None
    score: float | None
    readers: int
    stated: int | None
    through: tuple[str, ...]


@dataclass
class Crawl:
    """A crawl and where it stands.

    Attributes
    ----------
    seeds : tuple of str
    by_links : bool
        Whether only links out can be asked for.
    top : int
        How many first places must settle.
    settle : bool
        Whether the crawl may stop before its budget.
    requests : int
        Spent so far.
    read : list of str
        Whose lists were read, in that order.
    stopped : str
        By which rule it ended; empty while it runs.
    """

    seeds: tuple[str, ...]
    by_links: bool = False
    top: int = 50
    settle: bool = True
    requests: int = 0
    read: list[str] = field(default_factory=list)
    stopped: str = ""
    _follows: dict[str, list[str]] = field(default_factory=dict)
    _first: dict[str, list[str]] = field(default_factory=dict)
    """Followers of the examples, by example."""
    _waiting: dict[str, float] = field(default_factory=dict)
    _stated: dict[str, int] = field(default_factory=dict)
    _firsts: list[frozenset[str]] = field(default_factory=list)

    def run(
        self, lists: Lists, budget: int, progress: Callable[[int, Sequence[Found]], None] | None = None
    ) -> list[Found]:
        """Read until the budget is spent, nobody is left to read, or the first places settle.

        Parameters
        ----------
        lists : Lists
        budget : int
            Requests.
        progress : callable, optional
            Called after every round with the requests spent and the candidates, best first.

        Returns
        -------
        list of Found
            Best first, seeds left out; ties by id.
        """
        found: list[Found] = []
        while not self.stopped:
            self._advance(lists, budget)
            found = self.found()
            self._firsts.append(frozenset(one.account_id for one in found[: self.top]))
            if progress:
                progress(self.requests, found)
            self._expect(found)
        return found

    def found(self) -> list[Found]:
        """Candidates by what was read so far, best first."""
        names, matrix = self._matrix()
        score = self._scores(names, matrix)
        readers = np.asarray(matrix.sum(axis=0)).ravel()
        order = sorted(np.flatnonzero(score > 0), key=lambda at: (-score[at], names[at]))
        own = set(self.seeds)
        return [
            Found(names[at], float(score[at]), int(readers[at]), self._stated.get(names[at]))
            for at in order if names[at] not in own
        ]  # fmt: skip

    def frontier(self) -> list[Met]:
        """Whom the crawl met: candidates best first, then who waits to be read, the likeliest first, then readers."""
        turns = {name: at for at, name in enumerate(self.read, 1)}
        found = {one.account_id: one for one in self.found()}
        led: dict[str, list[str]] = {}
        for who, whom in (*self._first.items(), *((one, self._follows[one]) for one in self.read)):
            for one in whom:
                led.setdefault(one, []).append(who)
        waiting = sorted(self._waiting, key=lambda one: (-self._waiting[one], one))
        everybody = dict.fromkeys((*self.seeds, *found, *waiting, *self.read))
        return [
            Met(
                name, self._state(name, turns), turns.get(name), found[name].score if name in found else None,
                found[name].readers if name in found else 0, self._stated.get(name), tuple(led.get(name, ())[:3]),
            )
            for name in everybody
        ]  # fmt: skip

    def _state(self, name: str, turns: Mapping[str, int]) -> str:
        if name in self.seeds:
            return "example"
        if name in turns:
            return "read"
        return "waiting" if name in self._waiting else "found"

    @property
    def _size(self) -> int:
        """Reads between two estimates."""
        return 5 if self.by_links else 25

    def _advance(self, lists: Lists, budget: int) -> None:
        try:
            if not self._firsts:
                self._begin(lists, budget)
            self._round(lists, budget)
            self._ask_stated(lists, budget)
        except BudgetSpentError:
            self.stopped = SPENT

    def _begin(self, lists: Lists, budget: int) -> None:
        for seed in self.seeds:
            if self.by_links:
                self._waiting[seed] = 1.0
            elif not self._spent(budget):
                people, cost = lists.followers(seed)
                self.requests += cost
                self._first[seed] = list(people)
                for person in people:
                    self._waiting[person] = self._waiting.get(person, 0.0) + 1.0

    def _round(self, lists: Lists, budget: int) -> None:
        """Read the likeliest of those who wait."""
        for reader in sorted(self._waiting, key=lambda one: (-self._waiting[one], one))[: self._size]:
            if self._spent(budget):
                return
            followed, cost = lists.follows(reader)
            del self._waiting[reader]
            self.requests += cost
            self.read.append(reader)
            self._follows[reader] = [one for one in dict.fromkeys(followed) if one != reader]

    def _expect(self, found: Sequence[Found]) -> None:
        """Who is read next, or why nobody."""
        if self.by_links:
            done = set(self.read)
            self._waiting.update({one.account_id: one.score for one in found if one.account_id not in done})
        recent = self._firsts[-SETTLED_ROUNDS - 1 :]
        same = [len(one & other) >= SETTLED_SHARE * len(other) for one, other in itertools.pairwise(recent)]
        if not self.stopped and not self._waiting:
            self.stopped = "everybody near the examples was read" if found else "the examples lead to nobody"
        elif not self.stopped and self.settle and len(same) == SETTLED_ROUNDS and all(same):
            self.stopped = "the first places settled"

    def _spent(self, budget: int) -> bool:
        if self.requests >= budget:
            self.stopped = SPENT
        return bool(self.stopped)

    def _ask_stated(self, lists: Lists, budget: int) -> None:
        if self.by_links:
            return
        unknown = [one.account_id for one in self.found()[:ASKED_FOR] if one.account_id not in self._stated]
        if unknown and self.requests < budget:
            told, cost = lists.stated(unknown)
            self.requests += cost
            self._stated.update(told)

    def _matrix(self) -> tuple[list[str], sparse.csr_matrix]:
        """Those read (rows) by accounts (columns), 1 where one follows the other; seeds are always columns."""
        place = {name: at for at, name in enumerate(self.seeds)}
        rows, columns = [], []
        for row, reader in enumerate(self.read):
            for account in self._follows[reader]:
                rows.append(row)
                columns.append(place.setdefault(account, len(place)))
        shape = (len(self.read), len(place))
        return list(place), sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)

    def _scores(self, names: Sequence[str], matrix: sparse.csr_matrix) -> np.ndarray:
        """0-1 per account; 1 for the seeds."""
        seeds = np.arange(len(names)) < len(self.seeds)
        readers = np.asarray(matrix.sum(axis=0)).ravel()
        if self.by_links:  # of links only those that were read are known
            return devotion(matrix, seeds, readers + 1.0, self._own_column(names))
        stated = np.array([self._stated.get(name, np.nan) for name in names])
        return devotion(matrix, seeds, cosine_divisor(stated, readers))

    def _own_column(self, names: Sequence[str]) -> np.ndarray:
        place = {name: at for at, name in enumerate(names)}
        return np.array([place.get(reader, -1) for reader in self.read], dtype=int)


@dataclass(frozen=True)
class Discovery:
    """What a crawl found.

    Attributes
    ----------
    seeds : tuple of str
    found : tuple of Found
        Best first, without seeds, suppressed people and those who asked not to be found.
    read : int
        How many people's (or blogs') lists were read.
    asked : Asked
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
    found: tuple[Found, ...]
    read: int
    asked: Asked
    stopped: str
    hidden: int
    problems: tuple[tuple[str, str], ...]
    by_links: bool
    frontier: tuple[Met, ...] = ()

    def why(self, one: Found) -> str:
        """What a candidate rests on: of whom whose lists were read, so many follow or link to it."""
        who = "blogs read link to it" if self.by_links else "readers follow it"
        stated = "" if one.stated is None else f"; states {one.stated:,} followers"
        return f"{one.readers:,} of {self.read:,} {who}{stated}"


def discover(
    workspace: Workspace,
    network: str,
    seeds: Sequence[str],
    *,
    budget: Budget | None = None,
    top: int = 50,
    manners: Manners | None = None,
    hosts: Mapping[str, str] | None = None,
    now: datetime | None = None,
    progress: Callable[[int, str], None] | None = None,
) -> Discovery:
    """Who is listened to by the people who listen to these?

    Parameters
    ----------
    workspace : Workspace
        Open for writing: what is read comes in, with how much of each list was read.
    network : {"blogs", "bluesky", "mastodon"}
    seeds : sequence of str
        Addresses or names of a few accounts of the niche; five or more make it steady.
    budget : Budget, optional
        500 requests unless told. The crawl stops earlier when the first `top` places settle.
    top : int
    manners, hosts, now
        As in `influence.networks.fetching.run_fetch`.
    progress : callable, optional
        Called with the requests spent and the best candidate so far.

    Returns
    -------
    Discovery

    Raises
    ------
    UsageError
        No seed, or one of another network.
    """
    if network not in NETWORKS:
        raise UsageError("there is no such network", seen=network, expected=", ".join(NETWORKS))
    own = seed_ids(network, seeds)
    hosts = {**_addresses(network, seeds), **(hosts or {})}
    manners = manners or Manners(robots=network == "blogs")
    budget = replace(budget or Budget(), requests=(budget and budget.requests) or USUAL_REQUESTS)
    crawl = Crawl(own, by_links=network == "blogs", top=top)
    with closing(PoliteClient(replies_of(workspace), manners, budget)) as client:
        lists = _Lists(client, network, hosts)
        told = (lambda spent, best: progress(spent, best[0].account_id if best else "")) if progress else None
        found = crawl.run(lists, budget.requests or USUAL_REQUESTS, told)
    bring_in(workspace, lists.into, now, network)
    hidden = read_suppressions(workspace.store)
    met = tuple(_may_be_named(crawl.frontier(), hidden, lists.into.hidden))
    kept = tuple(_may_be_named(found, hidden, lists.into.hidden))
    return Discovery(own, kept[:top], len(crawl.read), client.asked, crawl.stopped, len(lists.into.hidden),
                     tuple(lists.into.problems), crawl.by_links, met)  # fmt: skip


Named = TypeVar("Named", Found, Met)


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

    def __post_init__(self) -> None:
        self._bluesky = Bluesky(self.client, self.into, self.hosts)
        self._mastodon = Mastodon(self.client, self.into, self.hosts)
        self._elsewhere = _no_blogs()

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
                self._bluesky.profiles([one.partition(":")[2] for one in account_ids])
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
        if self.network == "mastodon" and not self._mastodon.profiles([name]):
            return []
        asked = self._bluesky if self.network == "bluesky" else self._mastodon
        return (
            asked.followers(account_id, TIES_A_LIST)
            if which == "followers"
            else asked.follows(account_id, TIES_A_LIST)
        )

    def _links(self, account_id: str) -> Sequence[str]:
        """Blogs that a blog links to or lists."""
        name = account_id.partition(":")[2]
        mine = Harvest()
        fetch_blog(
            self.client,
            self.hosts.get(name, name),
            mine,
            Depth(posts=30, pages=0, feed_pages=1, comment_pages=0),
        )
        self.into.join(mine)
        targets = dict.fromkeys(str(row["target_id"]) for row in mine.tables.get("interactions", {}).values())
        return [
            one for one in targets if one.startswith("web:") and one.partition(":")[2] not in self._elsewhere
        ]


def _no_blogs() -> frozenset[str]:
    """Hosts that everybody links to and nobody's blog is: encyclopedias, shops, hosters of pictures."""
    text = resources.files("influence.networks").joinpath("no_blogs.txt").read_text("utf-8")
    return frozenset(line for line in text.split() if not line.startswith("#"))
