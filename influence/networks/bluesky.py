"""Bluesky over its public routes: profiles, posts, who likes and reposts, follows, lists and starter packs.

What differs from what one would guess (seen on a real server): the end of a list is a missing cursor, never a short
page; counts of a profile exceed the lists; accounts that are gone are left out of a batch without a word, and asked
alone answer 400; an author's feed holds others' posts that they reposted; a post may bear any date its writer liked;
``!no-unauthenticated`` is a wish that the server does not enforce.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from influence.networks.client import PoliteClient
from influence.networks.harvest import Harvest, State, moment
from influence.networks.kept import Reply, objects

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
EMPTY_PAGES = 10
"""Pages without an entry in a row after which a list is left: a cursor that is always new would never end."""
ASKS_FOR_LOGIN = "!no-unauthenticated"


@dataclass(frozen=True)
class Listing:
    """The entries of a list, and whether it was read to its end."""

    entries: tuple[dict[str, Any], ...]
    state: State


class Bluesky:
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
        self._client, self._into = client, into
        self._host = (hosts or {}).get("bluesky", HOST).rstrip("/")

    def profiles(self, names: Sequence[str]) -> list[str]:
        """Read profiles; account ids of those who are there and may be kept."""
        found = []
        for start in range(0, len(names), BATCH):
            reply = self._ask("app.bsky.actor.getProfiles", actors=list(names[start : start + BATCH]))
            told = objects(_object(reply), "profiles")
            found += [kept for profile in told if (kept := self._profile(profile, reply))]
            there = {str(one.get(key, "")).lower() for one in told for key in ("handle", "did")}
            for name in names[start : start + BATCH]:
                if name.lower() not in there:
                    self._into.problems.append((name, reply.problem or "gone, suspended or never there"))
        return found

    def posts(self, account_id: str, most: int = 100) -> list[str]:
        """Read an account's own posts, newest first; their addresses."""
        listed = self._list("app.bsky.feed.getAuthorFeed", "feed", most, actor=_name(account_id), limit=PAGE)
        own = [
            one["post"]
            for one in listed.entries
            if "reason" not in one and _author(one.get("post")) == account_id
        ]
        for post in own:
            self._post(post, account_id)
        self._covered(account_id, "posts", listed.state, len(own))
        return [str(post["uri"]) for post in own]

    def likers(self, post: str, author: str, most: int = REACTIONS) -> int:
        """Read who likes a post, and when; how many were kept."""
        listed = self._list("app.bsky.feed.getLikes", "likes", most, uri=post, limit=PAGE)
        for like in listed.entries:
            self._reaction(
                like.get("actor"), author, "like", post, _when(like.get("createdAt"), like.get("indexedAt"))
            )
        return len(listed.entries)

    def reposters(self, post: str, author: str, most: int = REACTIONS) -> int:
        """Read who reposts a post (the service does not say when); how many were kept."""
        listed = self._list("app.bsky.feed.getRepostedBy", "repostedBy", most, uri=post, limit=PAGE)
        for actor in listed.entries:
            self._reaction(actor, author, "share", post, None)
        return len(listed.entries)

    def reactions(self, post: str, author: str) -> int:
        """Read who likes and who reposts a post; how many were kept."""
        return self.likers(post, author) + self.reposters(post, author)

    def followers(self, account_id: str, most: int = 1000) -> list[str]:
        """Read who follows an account; their ids."""
        return self._ties("app.bsky.graph.getFollowers", "followers", account_id, most)

    def follows(self, account_id: str, most: int = 1000) -> list[str]:
        """Read whom an account follows; their ids."""
        return self._ties("app.bsky.graph.getFollows", "follows", account_id, most)

    def lists(self, account_id: str, most: int = LISTS) -> int:
        """Read whom an account put on its lists and starter packs; how many endorsements that are."""
        n = 0
        curated = self._list("app.bsky.graph.getLists", "lists", most, actor=_name(account_id), limit=PAGE)
        packs = self._list(
            "app.bsky.graph.getActorStarterPacks", "starterPacks", most, actor=_name(account_id), limit=PAGE
        )
        for one in (*curated.entries, *packs.entries):
            place = _members(one)
            if str(one.get("purpose", "")).endswith("#modlist") or not place:
                continue  # a list to mute or block is no endorsement
            listed = self._list("app.bsky.graph.getList", "items", MEMBERS, list=place, limit=PAGE)
            for item in listed.entries:
                n += self._endorsed(account_id, item.get("subject"), place, one)
        return n

    def search(self, words: str, most: int = 50) -> list[str]:
        """Accounts whose name or description holds these words; their ids."""
        listed = self._list("app.bsky.actor.searchActors", "actors", most, q=words, limit=PAGE)
        return [kept for actor in listed.entries if (kept := self._actor(actor))]

    def packs(self, words: str, most: int = 5) -> list[tuple[str, list[str]]]:
        """Starter packs called like these words, and the ids of who is in each."""
        found = []
        for pack in self._list(
            "app.bsky.graph.searchStarterPacks", "starterPacks", most, q=words, limit=25
        ).entries:
            place = _members(pack)
            if not place:
                continue
            listed = self._list("app.bsky.graph.getList", "items", 150, list=place, limit=PAGE)
            members = [kept for item in listed.entries if (kept := self._actor(item.get("subject")))]
            found.append((" ".join(str((pack.get("record") or {}).get("name") or "").split()), members))
        return found

    def _endorsed(self, by: str, whom: Any, place: str, one: dict[str, Any]) -> int:
        target = self._actor(whom)
        if not target:
            return 0
        when = _when(one.get("createdAt"), one.get("indexedAt"))
        self._into.interaction(by, target, "list", place, self._at, when=when)
        return 1

    def _ties(self, method: str, key: str, account_id: str, most: int) -> list[str]:
        listed = self._list(method, key, most, actor=_name(account_id), limit=PAGE)
        found = [kept for actor in listed.entries if (kept := self._actor(actor))]
        for other in found:
            ends = (other, account_id) if key == "followers" else (account_id, other)
            self._into.follow(*ends, self._host, self._at)
        self._covered(account_id, key, listed.state, len(listed.entries))
        return found

    def _covered(self, account_id: str, what: str, state: State, n: int) -> None:
        self._into.listed(account_id, what, state, n, self._host, self._at, TERMS)

    def _profile(self, profile: dict[str, Any], reply: Reply) -> str | None:
        account_id = self._actor(profile)
        if account_id:
            counts = {"followers": profile.get("followersCount"), "following": profile.get("followsCount"),
                      "posts_total": profile.get("postsCount")}  # fmt: skip
            self._into.account(account_id, reply.final, reply.at, **counts)
            self._into.snapshot(account_id, reply.final, reply.at, **counts)
        return account_id

    def _actor(self, actor: Any) -> str | None:
        """Keep who somebody is; None for people who ask not to be shown to strangers, or whose name is broken."""
        handle = str(actor.get("handle") or "").lower() if isinstance(actor, dict) else ""
        if not handle or handle == "handle.invalid":
            return None
        account_id = f"bluesky:{handle}"
        if any(
            label.get("val") == ASKS_FOR_LOGIN and not label.get("neg") for label in actor.get("labels") or ()
        ):
            self._into.hidden[account_id] = "asks not to be shown to people without an account"
            return None
        self._into.account(
            account_id, self._host, self._at, platform="bluesky", handle=handle, name=actor.get("displayName"),
            bio=actor.get("description"), url=f"https://bsky.app/profile/{handle}",
            created_at=_when(actor.get("createdAt"), actor.get("indexedAt")),
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
        who = self._actor(actor)
        if who:
            self._into.interaction(who, author, kind, post, self._at, post=post, when=when)

    def _list(self, method: str, key: str, most: int, **asked: Any) -> Listing:
        """All entries up to `most`; ends at a missing or repeated cursor, at a refusal, or at the bound."""
        entries: list[dict[str, Any]] = []
        seen: set[str] = set()
        cursor, empty = "", 0
        while True:
            reply = self._ask(method, **asked, **({"cursor": cursor} if cursor else {}))
            if not reply.good:
                self._into.problems.append((reply.address, reply.problem))
                return Listing(tuple(entries), "part" if entries else "unread")
            told = _object(reply)
            found = objects(told, key)
            entries += found
            empty = 0 if found else empty + 1
            cursor = str(told.get("cursor") or "")
            if not cursor or cursor in seen:
                return Listing(
                    tuple(entries[:most]), "whole" if len(entries) <= most and not cursor else "part"
                )
            if len(entries) >= most or empty >= EMPTY_PAGES:
                return Listing(tuple(entries[:most]), "part")
            seen.add(cursor)

    def _ask(self, method: str, **asked: Any) -> Reply:
        reply = self._client.get(
            f"{self._host}/xrpc/{method}?{urlencode(asked, doseq=True)}", accept="application/json"
        )
        self._at = reply.at
        return reply

    _at = 0.0


def _object(reply: Reply) -> dict[str, Any]:
    told = reply.json()
    return told if isinstance(told, dict) else {}


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
