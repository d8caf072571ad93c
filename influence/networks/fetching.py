"""Read the people of a plan from an open network, side by side, and bring them into a workspace in one import.

To keep fresh what was fetched, everybody who was read before is read again: who fell silent, who moved?
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa

from influence.networks import youtube
from influence.networks.blogs import Depth, fetch_blog
from influence.networks.bluesky import Bluesky
from influence.networks.client import BudgetSpentError, Conduct, PoliteClient, RequestCounts
from influence.networks.harvest import Harvest
from influence.networks.keys import key_of
from influence.networks.mastodon import Mastodon
from influence.networks.plans import PLATFORMS, ReadingDepth, RunPlan, plan_fetch
from influence.store.importing.reports import ImportReport
from influence.store.importing.transaction import import_tables
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace, from_day

READERS: Mapping[str, type[Bluesky | Mastodon]] = {"bluesky": Bluesky, "mastodon": Mastodon}
WORKERS = 8
"""Hosts read side by side; each of them gets one request at a time."""
Progress = Callable[[str, int, int], None]
"""Called with who was read, how many were, and of how many."""

AGAIN = ReadingDepth(posts=40, reactions=5, ties=0)
"""What changes from day to day: the latest page of posts and who reacted; lists of followers are not asked for again,
since counts of each day tell of growth."""


@dataclass(frozen=True)
class Fetched:
    """What a run brought.

    Attributes
    ----------
    read : mapping of name to account_id
        Who was read, by how they were asked for.
    rows : mapping of table to rows read
    asked : RequestCounts
        Requests by host, bytes, answers taken from what was kept.
    hidden : mapping of reason to number of people
        Who asked not to be kept.
    problems : tuple of (address, words)
    unfinished : int
        People not reached before the budget was spent; the next run begins with what is kept.
    imported : ImportReport or None
    moved : mapping of account_id to account_id
        Who stands elsewhere now, as their old place says.
    missed : mapping of name to words
        Who was asked for and could not be read.
    """

    read: Mapping[str, str]
    rows: Mapping[str, int]
    asked: RequestCounts
    hidden: Mapping[str, int]
    problems: tuple[tuple[str, str], ...]
    unfinished: int
    imported: ImportReport | None
    moved: Mapping[str, str] = field(default_factory=dict)
    missed: Mapping[str, str] = field(default_factory=dict)


def run_fetch(
    workspace: Workspace,
    plan: RunPlan,
    reading: ReadingDepth,
    how: Conduct,
    progress: Progress | None = None,
) -> Fetched:
    """Read the people of a plan and bring them into the workspace.

    Parameters
    ----------
    workspace : Workspace
        Open for writing. What was asked is kept in its cache: a run that was stopped goes on where it was.
    plan : RunPlan
        Its number of requests is not exceeded.
    reading, how
        See there.
    progress : callable, optional

    Returns
    -------
    Fetched
    """
    budget = replace(how.budget, requests=plan.requests)
    with closing(PoliteClient(replies_of(workspace), how.manners, budget)) as client:
        done = _Run(client, reading, how.hosts, progress, len(plan.names))
        done.read(plan)
    into = done.into
    imported = bring_in(workspace, into, how.now, plan.network)
    return Fetched(
        read=done.read_as, rows={name: len(rows) for name, rows in into.tables.items()},
        asked=client.asked, hidden=dict(Counter(into.hidden.values())), problems=tuple(into.problems),
        unfinished=len(plan.names) - done.finished, imported=imported, moved=dict(into.moved), missed=done.missed,
    )  # fmt: skip


@dataclass
class _Run:
    """One run: people read side by side, rows joined as they come."""

    client: PoliteClient
    reading: ReadingDepth
    hosts: Mapping[str, str]
    progress: Progress | None
    total: int
    into: Harvest = field(default_factory=Harvest)
    read_as: dict[str, str] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    finished: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, plan: RunPlan) -> None:
        """Read everybody; a budget that is spent ends it quietly."""
        apart = {"blogs": self._blog, "youtube": self._youtube}
        one = apart.get(plan.network) or partial(self._person, READERS[plan.network])
        with ThreadPoolExecutor(WORKERS if len(plan.hosts) > 1 else 1) as pool:
            jobs = [pool.submit(self._one, one, name) for name in plan.names]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                for job in jobs:
                    job.cancel()
                raise

    def _one(self, read: Callable[[str, Harvest], str | None], name: str) -> None:
        mine = Harvest()
        try:
            account_id = read(name, mine)
            whole = True
        except BudgetSpentError:
            account_id, whole = None, False
        with self.lock:
            self.into.join(mine)
            self.finished += whole
            if account_id:
                self.read_as[name] = account_id
            elif whole:
                self.missed[name] = next(
                    reversed([*mine.hidden.values(), *(why for _, why in mine.problems)]), "gone"
                )
            if self.progress:
                self.progress(name, self.finished, self.total)

    def _blog(self, name: str, into: Harvest) -> str | None:
        depth = Depth(posts=self.reading.posts, pages=self.reading.pages, comment_pages=self.reading.comments)
        return fetch_blog(self.client, name, into, depth)

    def _person(self, reader: type[Bluesky | Mastodon], name: str, into: Harvest) -> str | None:
        asked = reader(self.client, into, self.hosts)
        for account_id in asked.profiles([name]):
            for post in asked.posts(account_id, self.reading.posts)[: self.reading.reactions]:
                asked.reactions(post, account_id)
            if self.reading.ties:
                asked.followers(account_id, self.reading.ties)
                asked.follows(account_id, self.reading.ties)
                asked.lists(account_id)
            return account_id
        return None

    def _youtube(self, name: str, into: Harvest) -> str | None:
        place = self.hosts.get("youtube", youtube.HOST)
        asked = youtube.YouTube(self.client, into, key_of("youtube"), place)
        found = asked.channel(name)
        if found is None:
            return None
        for video in asked.videos(*found, self.reading.posts)[: self.reading.reactions]:
            asked.comments(found[0], video)
        return found[0]


def replies_of(workspace: Workspace) -> Path | None:
    """Where replies of networks are kept; None for a workspace in memory."""
    return None if workspace.path is None else Path(f"{workspace.path}.cache") / "replies"


def bring_in(workspace: Workspace, into: Harvest, now: datetime | None, label: str) -> ImportReport | None:
    """Import what was read, without the hidden; None where that is nothing."""
    ends = (("accounts", "account_id"), ("interactions", "actor_id"), ("interactions", "target_id"),
            ("follows", "follower_id"), ("follows", "followee_id"))  # fmt: skip
    known = " union ".join(f"select {end} as account_id from {table}" for table, end in ends)
    rows = workspace.store.query(
        f"select account_id from ({known}) where account_id in (select unnest(?))", [list(into.hidden)]
    ).to_pylist()
    into.leave_out([row["account_id"] for row in rows])
    told = {name: table for name, table in frames(into).items() if len(table)}
    return import_tables(workspace, told, now=now, label=label) if told else None


def frames(into: Harvest) -> dict[str, pa.Table]:
    """Rows as tables with every column that any row has."""
    made = {}
    for name, rows in into.tables.items():
        columns = dict.fromkeys(column for row in rows.values() for column in row)
        made[name] = pa.table({column: [row.get(column) for row in rows.values()] for column in columns})
    return made


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


def plan_watch(workspace: Workspace, network: str, how: Conduct) -> RunPlan | None:
    """Whom would keeping a network fresh ask, and how much? None where nobody was fetched from it."""
    people = watched_people(workspace, network)
    return plan_fetch(workspace, network, list(people.values()), AGAIN, how) if people else None


def run_watch(workspace: Workspace, plan: RunPlan, how: Conduct, progress: Progress | None = None) -> Watched:
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
