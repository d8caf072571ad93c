"""Mastodon, any server, over its open routes: profiles, posts, who boosts and favours, who follows, tags.

Honoured: ``noindex`` and ``discoverable`` set to no, locked, suspended and moved accounts (nothing is kept); posts not
``indexable``, which is what an account is until its owner says otherwise (its profile is kept, its posts are not read);
hidden lists of followers and follows (``hide_collections``: not asked for; and an empty list beside a stated count is
"not shown", never "nobody").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from influence.networks.client import PoliteClient
from influence.networks.harvest import Harvest, moment
from influence.networks.kept import Reply, objects
from influence.networks.pages import plain_text
from influence.networks.paging import AskingPeople, Listing
from influence.store.importing.plain_values import profile_line, unproved

PAGE = 80
POSTS_A_PAGE = 40
REACTIONS = 240
TAGGED, LISTED = 80, 160
"""Of a hashtag so many posts are read, and so many people of a directory."""
COLLECTIONS = 5
LIST_REQUESTS = 1 + COLLECTIONS
"""For somebody's Collections, and who is in them."""


class Mastodon(AskingPeople):
    """Questions to the server on which an account lives (`user@server`).

    Parameters
    ----------
    client : PoliteClient
    into : Harvest
        Receives the rows.
    hosts : mapping of server to address, optional
        Where a server answers when not at ``https://server``.
    """

    def __init__(self, client: PoliteClient, into: Harvest, hosts: Mapping[str, str] | None = None) -> None:
        super().__init__(client, into)
        self._hosts = hosts or {}
        self._ids: dict[str, str] = {}
        self._closed: set[str] = set()
        self._hiding: set[str] = set()

    def profiles(self, names: list[str]) -> list[str]:
        """Read profiles (``user@server``); account ids of those who are there and may be kept."""
        found = []
        for name in names:
            user, _, server = name.lstrip("@").partition("@")
            reply = self._ask(server, f"accounts/lookup?acct={quote(user)}")
            kept = self._account(reply.json(), server, is_profile=True)
            if kept:
                found.append(kept)
            elif f"mastodon:{name.lower()}" not in self._into.hidden:
                self._into.problems.append((name, reply.problem or "gone, moved or suspended"))
        return found

    def posts(self, account_id: str, most: int = 80) -> list[str]:
        """Read an account's own public posts, newest first, where they are open to search; their ids."""
        server = _server(account_id)
        if account_id in self._closed:
            self._covered(account_id, "posts", "unread", 0)
            return []
        path = f"accounts/{self._ids[account_id]}/statuses?exclude_reblogs=true&limit={POSTS_A_PAGE}"
        listed = self._list(server, path, most)
        own = [
            one
            for one in listed.entries
            if not one.get("reblog") and one.get("visibility") in ("public", None)
        ]
        for status in own:
            self._post(status, account_id, server)
        self._covered(account_id, "posts", listed.state, len(own))
        return [_post_id(one, server) for one in own]

    def reactions(self, post_id: str, author: str) -> None:
        """Read who favours and who boosts a post."""
        server, number = _server(author), post_id.rpartition("/")[2]
        for path, kind in (("favourited_by", "like"), ("reblogged_by", "share")):
            listed = self._list(server, f"statuses/{number}/{path}?limit={PAGE}", REACTIONS)
            for who in self._met(listed.entries, server):
                self._into.interaction(who, author, kind, self._place(server), self._at, post=post_id)

    def lists(self, account_id: str) -> None:
        """Read whom an account recommends in its Collections (4.6 and later)."""
        server = _server(account_id)
        told = self._ask(server, f"accounts/{self._ids[account_id]}/collections").json()
        for one in objects(told, "collections")[:COLLECTIONS]:
            if one.get("discoverable") is False or not one.get("id"):
                continue
            within = self._ask(server, f"collections/{quote(str(one['id']))}").json()
            for whom in self._met(objects(within, "accounts"), server):
                self._into.interaction(account_id, whom, "list", self._place(server), self._at,
                                       when=moment(one.get("created_at")))  # fmt: skip

    def tagged(self, server: str, tag: str) -> list[str]:
        """Who posts under a hashtag on a server; their ids, the latest first."""
        listed = self._list(server, f"timelines/tag/{quote(tag.lstrip('#'))}?limit={POSTS_A_PAGE}", TAGGED)
        return list(dict.fromkeys(self._met((one.get("account") for one in listed.entries), server)))

    def directory(self, server: str) -> list[str]:
        """Who lets themselves be listed in a server's directory, the latest active first; their ids."""
        found = []
        for start in range(0, LISTED, PAGE):
            reply = self._ask(server, f"directory?local=true&order=active&limit={PAGE}&offset={start}")
            people = objects(reply.json())
            found += self._met(people, server)
            if not people:
                break
        return list(dict.fromkeys(found))

    def _listed_ties(self, account_id: str, what: str, most: int) -> Listing:
        if account_id in self._hiding:
            return Listing([], "unread")
        path = {"follows": "following"}.get(what, what)
        listed = self._list(
            _server(account_id), f"accounts/{self._ids[account_id]}/{path}?limit={PAGE}", most
        )
        is_hidden = not listed.entries and bool(self._into.stated(account_id, what))
        return Listing([], "unread") if is_hidden else listed

    def _source(self, account_id: str) -> tuple[str, str]:
        place = self._place(_server(account_id))
        return place, f"{place}/about"

    def _account(self, told: Any, server: str, is_profile: bool = False) -> str | None:
        """Keep who somebody is; None for the hidden, the moved and the suspended."""
        if not isinstance(told, dict) or not told.get("acct"):
            return None
        account_id = _account_id(str(told["acct"]), server)
        why = _hidden(told)
        if why:
            self._into.hidden[account_id] = why
            there = (told.get("moved") or {}).get("acct") if is_profile else None
            if there:
                self._into.moved[account_id] = _account_id(str(there), server)
            return None
        if "@" not in told["acct"]:
            self._ids[account_id] = str(told["id"])
        if told.get("indexable") is False:
            self._closed.add(account_id)
        if told.get("hide_collections") is True:
            self._hiding.add(account_id)
        counts = {"followers": _count(told, "followers_count"), "following": _count(told, "following_count"),
                  "posts_total": _count(told, "statuses_count")}  # fmt: skip
        self._into.account(
            account_id, self._place(server), self._at, platform="mastodon", handle=account_id.partition(":")[2],
            name=told.get("display_name"), bio=_bio(told), url=told.get("url"), is_bot=told.get("bot"),
            created_at=moment(told.get("created_at")), **counts,
        )  # fmt: skip
        if is_profile:
            self._into.snapshot(account_id, self._place(server), self._at, **counts)
        return account_id

    def _post(self, status: dict[str, Any], account_id: str, server: str) -> None:
        tags = " ".join(
            f"#{tag['name']}" for tag in status.get("tags") or () if isinstance(tag, dict) and tag.get("name")
        )
        text = plain_text(str(status.get("content") or ""))
        self._into.post(
            _post_id(status, server), account_id, self._place(server), self._at, url=status.get("url"),
            text=text if not tags or tags.lower() in text.lower() else f"{text}\n{tags}",
            created_at=moment(status.get("created_at")), language=str(status.get("language") or "")[:2],
            likes=_count(status, "favourites_count"), comments=_count(status, "replies_count"),
            shares=_count(status, "reblogs_count"),
            reply_to=f"{server}/{status['in_reply_to_id']}" if status.get("in_reply_to_id") else None,
        )  # fmt: skip
        for other in status.get("mentions") or ():
            if other.get("acct"):
                whom = _account_id(str(other["acct"]), server)
                self._into.interaction(account_id, whom, "mention", self._place(server), self._at,
                                       when=moment(status.get("created_at")))  # fmt: skip

    def _list(self, server: str, path: str, most: int) -> Listing:
        return self._pages(f"{self._place(server)}/api/v1/{path}", most)

    def _further(self, address: str, reply: Reply, told: Any) -> str:
        """As the ``Link`` header names it; a list that goes on elsewhere is left."""
        further = reply.linked("next") if told else ""
        return further if not further or urlsplit(further).netloc == urlsplit(address).netloc else address

    def _ask(self, server: str, path: str) -> Reply:
        return self._get(f"{self._place(server)}/api/v1/{path}")

    def _place(self, server: str) -> str:
        return self._hosts.get(server, f"https://{server}")


def _hidden(told: dict[str, Any]) -> str:
    wishes = {
        "suspended": bool(told.get("suspended")), "moved away": bool(told.get("moved")),
        "private": bool(told.get("locked")), "asks not to be indexed": told.get("noindex") is True,
        "asks not to be found": told.get("discoverable") is False,
    }  # fmt: skip
    return next((why for why, holds in wishes.items() if holds), "")


def _bio(told: dict[str, Any]) -> str:
    """Note and fields; a field is kept with its proof, so that other accounts of the person can be joined."""
    fields = [one for one in told.get("fields") or () if isinstance(one, dict)]
    note = unproved(plain_text(str(told.get("note") or "")))
    return "\n".join(filter(None, (note, *(profile_line(one, plain_text) for one in fields))))


def _post_id(status: dict[str, Any], server: str) -> str:
    return f"{server}/{status['id']}"


def _account_id(acct: str, server: str) -> str:
    return f"mastodon:{acct if '@' in acct else f'{acct}@{server}'}".lower()


def _server(account_id: str) -> str:
    return account_id.rpartition("@")[2]


def _count(told: dict[str, Any], name: str) -> int | None:
    value = told.get(name)
    return value if isinstance(value, int) and value >= 0 else None
