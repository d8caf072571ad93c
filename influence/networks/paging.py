"""What the readers of networks share: one question of JSON, a list page by page, who is in it, who follows whom."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from influence.networks.client import PoliteClient
from influence.networks.harvest import Harvest, State
from influence.networks.kept import Reply, objects

EMPTY_PAGES = 10
"""Pages without an entry in a row after which a list is left: a cursor that is always new would never end."""


class Listing(NamedTuple):
    """The entries of a list, and whether it was read to its end."""

    entries: list[dict[str, Any]]
    state: State


class Asking:
    """Questions to an interface for programs.

    Parameters
    ----------
    client : PoliteClient
    into : Harvest
        Receives the rows.
    headers : mapping, optional
        Sent with each.
    """

    _at = 0.0
    """When the last answer was given."""

    def __init__(self, client: PoliteClient, into: Harvest, headers: Mapping[str, str] | None = None) -> None:
        self._client, self._into, self._headers = client, into, headers

    def _get(self, address: str) -> Reply:
        reply = self._client.get(address, accept="application/json", headers=self._headers)
        self._at = reply.at
        return reply


class AskingPeople(Asking, ABC):
    """Questions about people who follow each other."""

    def followers(self, account_id: str, most: int = 1000) -> list[str]:
        """Read who follows an account; their ids."""
        return self._ties(account_id, "followers", most)

    def follows(self, account_id: str, most: int = 1000) -> list[str]:
        """Read whom an account follows; their ids."""
        return self._ties(account_id, "follows", most)

    @abstractmethod
    def _listed_ties(self, account_id: str, what: str, most: int) -> Listing:
        """One of its lists: ``followers`` or ``follows``."""

    @abstractmethod
    def _account(self, told: Any, server: str) -> str | None:
        """Keep who somebody is, as a server tells it; None for whom nothing may be kept of."""

    @abstractmethod
    def _further(self, address: str, reply: Reply, told: Any) -> str:
        """The page after this one: empty at the end of a list, one that was asked already where it is left."""

    @abstractmethod
    def _source(self, account_id: str) -> tuple[str, str]:
        """Where an account is read, and by which terms."""

    def _met(self, people: Iterable[Any], server: str = "") -> list[str]:
        """Keep who these are; ids of those who may be kept."""
        return [kept for one in people if (kept := self._account(one, server))]

    def _ties(self, account_id: str, what: str, most: int) -> list[str]:
        listed = self._listed_ties(account_id, what, most)
        found = self._met(listed.entries, account_id.rpartition("@")[2])
        for other in found:
            ends = (other, account_id) if what == "followers" else (account_id, other)
            self._into.follow(*ends, self._source(account_id)[0], self._at)
        self._covered(account_id, what, listed.state, len(listed.entries))
        return found

    def _covered(self, account_id: str, what: str, state: State, n: int) -> None:
        place, terms = self._source(account_id)
        self._into.listed(account_id, what, state, n, place, self._at, terms)

    def _pages(self, address: str, most: int, key: str = "") -> Listing:
        """Entries up to `most`; ends at the last or a repeated page, at a refusal, or at the bound."""
        entries: list[dict[str, Any]] = []
        seen: set[str] = set()
        empty = 0
        while address and address not in seen and len(entries) < most and empty < EMPTY_PAGES:
            seen.add(address)
            reply = self._get(address)
            if not reply.good:
                self._into.problems.append((address, reply.problem))
                return Listing(entries, "part" if entries else "unread")
            told = reply.json()
            found = objects(told, key)
            entries += found
            empty = 0 if found else empty + 1
            address = self._further(address, reply, told)
        return Listing(entries[:most], "part" if address or len(entries) > most else "whole")
