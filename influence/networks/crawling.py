"""The focused crawl: whose list is read next, who is found by them, and when the first places are settled."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy import sparse

from influence.graph.devotion import cosine_divisor, devotion
from influence.networks.client import BudgetSpentError

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
class CrawlCandidate:
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
        As of a candidate, see `CrawlCandidate`; of who waits for what is expected of it.
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
        self,
        lists: Lists,
        budget: int,
        progress: Callable[[int, Sequence[CrawlCandidate]], None] | None = None,
    ) -> list[CrawlCandidate]:
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
        list of CrawlCandidate
            Best first, seeds left out; ties by id.
        """
        found: list[CrawlCandidate] = []
        while not self.stopped:
            try:
                if not self._firsts:
                    self._begin(lists, budget)
                self._round(lists, budget)
                self._ask_stated(lists, budget)
            except BudgetSpentError:
                self.stopped = SPENT
            found = self.found()
            self._firsts.append(frozenset(one.account_id for one in found[: self.top]))
            if progress:
                progress(self.requests, found)
            self._expect(found)
        return found

    def found(self) -> list[CrawlCandidate]:
        """Candidates by what was read so far, best first."""
        names, matrix = self._matrix()
        score = self._scores(names, matrix)
        readers = np.asarray(matrix.sum(axis=0)).ravel()
        order = sorted(np.flatnonzero(score > 0), key=lambda at: (-score[at], names[at]))
        own = set(self.seeds)
        return [
            CrawlCandidate(names[at], float(score[at]), int(readers[at]), self._stated.get(names[at]))
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

    def _expect(self, found: Sequence[CrawlCandidate]) -> None:
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
