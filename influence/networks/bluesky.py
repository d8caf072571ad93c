"""Bluesky over its public routes: profiles, posts, who likes and reposts, follows, lists and starter packs.

What differs from what one would guess (seen on a real server): the end of a list is a missing cursor, never a short
page; counts of a profile exceed the lists; accounts that are gone are left out of a batch without a word, and asked
alone answer 400; an author's feed holds others' posts that they reposted; a post may bear any date its writer liked;
``!no-unauthenticated`` is a wish that the server does not enforce.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from influence.networks.client import PoliteClient
from influence.networks.harvest import Harvest, moment
from influence.networks.kept import Reply, objects
from influence.networks.paging import AskingPeople, Listing

HOST = "https://public.api.bsky.app"
TERMS = "https://bsky.social/about/support/tos"
PAGE = POSTS_A_PAGE = 100
REACTIONS = 300
"""Of a post at most so many likes and reposts are read."""
LISTS, MEMBERS = 10, 100
LIST_REQUESTS = 2 + 2 * LISTS * MEMBERS // PAGE
"""For somebody's lists and starter packs, so many of each, and who is on them."""
BATCH = 25
"""More actors or posts in one question are refused."""
FOUND, PACKS, IN_A_PACK = 50, 5, 150
"""Of a search so many people and starter packs are read, and so many of each pack."""
ASKS_FOR_LOGIN = "!no-unauthenticated"


class Bluesky(AskingPeople):
    """Questions to Bluesky's public interface.

    Parameters
    ----------
    client : PoliteClient
    into : Harvest
        Receives the rows.
    hosts : mapping, optional
        Under ``bluesky`` the address of another server than the public one.
    """

    def __init__(self, client: PoliteClient, into: Harvest, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(client, into)
        self._host = (hosts or {}).get("bluesky", HOST).rstrip("/")

    def profiles(self, names: Sequence[str]) -> list[str]:
        """Read profiles; account ids of those who are there and may be kept."""
        found = []
        for start in range(0, len(names), BATCH):
            asked = list(names[start : start + BATCH])
            reply = self._get(self._address("app.bsky.actor.getProfiles", actors=asked))
            told = objects(reply.json(), "profiles")
            found += [kept for profile in told if (kept := self._profile(profile, reply))]
            there = {str(one.get(key, "")).lower() for one in told for key in ("handle", "did")}
            gone = [name for name in asked if name.lower() not in there]
            self._into.problems += [
                (name, reply.problem or "gone, suspended or never there") for name in gone
            ]
        return found

    def posts(self, account_id: str, most: int = 100) -> list[str]:
        """Read an account's own posts, newest first; their addresses."""
        listed = self._list("app.bsky.feed.getAuthorFeed", "feed", most, actor=_name(account_id))
        own = [
            one["post"]
            for one in listed.entries
            if "reason" not in one and _author(one.get("post")) == account_id
        ]
        for post in own:
            self._post(post, account_id)
        self._covered(account_id, "posts", listed.state, len(own))
        return [str(post["uri"]) for post in own]

    def reactions(self, post: str, author: str) -> None:
        """Read who likes a post and when, and who reposts it (the service does not say when)."""
        for like in self._list("app.bsky.feed.getLikes", "likes", REACTIONS, uri=post).entries:
            when = _when(like.get("createdAt"), like.get("indexedAt"))
            self._reaction(like.get("actor"), author, "like", post, when)
        for actor in self._list("app.bsky.feed.getRepostedBy", "repostedBy", REACTIONS, uri=post).entries:
            self._reaction(actor, author, "share", post, None)

    def lists(self, account_id: str) -> None:
        """Read whom an account put on its lists and starter packs."""
        who = _name(account_id)
        curated = self._list("app.bsky.graph.getLists", "lists", LISTS, actor=who)
        packs = self._list("app.bsky.graph.getActorStarterPacks", "starterPacks", LISTS, actor=who)
        for one in (*curated.entries, *packs.entries):
            place = _members(one)
            if str(one.get("purpose", "")).endswith("#modlist") or not place:
                continue  # a list to mute or block is no endorsement
            when = _when(one.get("createdAt"), one.get("indexedAt"))
            for target in self._on_list(place, MEMBERS):
                self._into.interaction(account_id, target, "list", place, self._at, when=when)

    def search(self, words: str) -> list[str]:
        """Accounts whose name or description holds these words; their ids."""
        return self._met(self._list("app.bsky.actor.searchActors", "actors", FOUND, q=words).entries)

    def packs(self, words: str) -> list[tuple[str, list[str]]]:
        """Starter packs called like these words, and the ids of who is in each."""
        method = "app.bsky.graph.searchStarterPacks"
        found = []
        for pack in self._list(method, "starterPacks", PACKS, limit=BATCH, q=words).entries:
            if place := _members(pack):
                title = " ".join(str((pack.get("record") or {}).get("name") or "").split())
                found.append((title, self._on_list(place, IN_A_PACK)))
        return found

    def _on_list(self, place: str, most: int) -> list[str]:
        """Who is on a list."""
        listed = self._list("app.bsky.graph.getList", "items", most, list=place)
        return self._met(item.get("subject") for item in listed.entries)

    def _listed_ties(self, account_id: str, what: str, most: int) -> Listing:
        return self._list(f"app.bsky.graph.get{what.capitalize()}", what, most, actor=_name(account_id))

    def _source(self, account_id: str) -> tuple[str, str]:
        return self._host, TERMS

    def _profile(self, profile: dict[str, Any], reply: Reply) -> str | None:
        account_id = self._account(profile)
        if account_id:
            counts = {"followers": profile.get("followersCount"), "following": profile.get("followsCount"),
                      "posts_total": profile.get("postsCount")}  # fmt: skip
            self._into.account(account_id, reply.final, reply.at, **counts)
            self._into.snapshot(account_id, reply.final, reply.at, **counts)
        return account_id

    def _account(self, told: Any, server: str = "") -> str | None:
        """Keep who somebody is; None for people who ask not to be shown to strangers, or whose name is broken."""
        handle = str(told.get("handle") or "").lower() if isinstance(told, dict) else ""
        if not handle or handle == "handle.invalid":
            return None
        account_id = f"bluesky:{handle}"
        labels = told.get("labels") or ()
        if any(label.get("val") == ASKS_FOR_LOGIN and not label.get("neg") for label in labels):
            self._into.hidden[account_id] = "asks not to be shown to people without an account"
            return None
        self._into.account(
            account_id, self._host, self._at, platform="bluesky", handle=handle, name=told.get("displayName"),
            bio=told.get("description"), url=f"https://bsky.app/profile/{handle}",
            created_at=_when(told.get("createdAt"), told.get("indexedAt")),
        )  # fmt: skip
        return account_id

    def _post(self, post: dict[str, Any], account_id: str) -> None:
        record = post.get("record") or {}
        key = str(post["uri"]).rpartition("/")[2]
        parent = ((record.get("reply") or {}).get("parent") or {}).get("uri")
        when = _when(record.get("createdAt"), post.get("indexedAt"))
        self._into.post(
            str(post["uri"]), account_id, self._host, self._at, text=record.get("text"), created_at=when,
            likes=post.get("likeCount"), comments=post.get("replyCount"),
            shares=_sum(post.get("repostCount"), post.get("quoteCount")), reply_to=parent,
            language=next(iter(record.get("langs") or ()), "")[:2],
            url=f"https://bsky.app/profile/{_name(account_id)}/post/{key}",
        )  # fmt: skip

    def _reaction(self, actor: Any, author: str, kind: str, post: str, when: datetime | None) -> None:
        who = self._account(actor)
        if who:
            self._into.interaction(who, author, kind, post, self._at, post=post, when=when)

    def _list(self, method: str, key: str, most: int, limit: int = PAGE, **asked: Any) -> Listing:
        return self._pages(self._address(method, **asked, limit=limit), most, key)

    def _further(self, address: str, reply: Reply, told: Any) -> str:
        cursor = told.get("cursor") if isinstance(told, dict) else None
        return f"{address.partition('&cursor=')[0]}&{urlencode({'cursor': cursor})}" if cursor else ""

    def _address(self, method: str, **asked: Any) -> str:
        return f"{self._host}/xrpc/{method}?{urlencode(asked, doseq=True)}"


def _members(one: dict[str, Any]) -> str:
    """The list in which the members of a list or starter pack stand; a pack names it in its record."""
    record = one.get("record")
    return str((record if isinstance(record, dict) else one).get("list" if record else "uri") or "")


def _author(post: Any) -> str:
    return (
        f"bluesky:{str((post.get('author') or {}).get('handle') or '').lower()}"
        if isinstance(post, dict)
        else ""
    )


def _name(account_id: str) -> str:
    return account_id.partition(":")[2]


def _sum(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _when(said: Any, seen: Any) -> datetime | None:
    """When something was made: as its writer said, but never after the service saw it."""
    return min(filter(None, (moment(said), moment(seen))), default=None)
