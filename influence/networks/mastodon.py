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
from influence.networks.harvest import Harvest, State, moment
from influence.networks.kept import Reply, objects
from influence.networks.pages import plain_text

PAGE = 80
POSTS_A_PAGE = 40
REACTIONS = 240
COLLECTIONS = 5
LIST_REQUESTS = 1 + COLLECTIONS
"""For somebody's Collections, and who is in them."""


class Mastodon:
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
        self._client, self._into, self._hosts = client, into, hosts or {}
        self._ids: dict[str, str] = {}
        self._closed: set[str] = set()
        self._hiding: set[str] = set()

    def profiles(self, names: list[str]) -> list[str]:
        """Read profiles (``user@server``); account ids of those who are there and may be kept."""
        found = []
        for name in names:
            user, _, server = name.lstrip("@").partition("@")
            reply = self._ask(server, f"accounts/lookup?acct={quote(user)}")
            kept = self._account(reply.json(), server, reply)
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
        statuses, state = self._list(server, path, most)
        own = [one for one in statuses if not one.get("reblog") and one.get("visibility") in ("public", None)]
        for status in own:
            self._post(status, account_id, server)
        self._covered(account_id, "posts", state, len(own))
        return [_post_id(one, server) for one in own]

    def reactions(self, post_id: str, author: str, most: int = REACTIONS) -> int:
        """Read who favours and who boosts a post; how many were kept."""
        server, number, n = _server(author), post_id.rpartition("/")[2], 0
        for path, kind in (("favourited_by", "like"), ("reblogged_by", "share")):
            people, _ = self._list(server, f"statuses/{number}/{path}?limit={PAGE}", most)
            for person in people:
                who = self._account(person, server, None)
                if who:
                    self._into.interaction(who, author, kind, self._place(server), self._at, post=post_id)
                    n += 1
        return n

    def followers(self, account_id: str, most: int = 800) -> list[str]:
        """Read who follows an account, where its owner shows it; their ids."""
        return self._ties(account_id, "followers", most)

    def follows(self, account_id: str, most: int = 800) -> list[str]:
        """Read whom an account follows, where its owner shows it; their ids."""
        return self._ties(account_id, "following", most)

    def lists(self, account_id: str) -> int:
        """Read whom an account recommends in its Collections (4.6 and later); how many endorsements that are."""
        server, n = _server(account_id), 0
        told = self._ask(server, f"accounts/{self._ids[account_id]}/collections").json()
        for one in objects(told, "collections")[:COLLECTIONS]:
            if one.get("discoverable") is False or not one.get("id"):
                continue
            within = self._ask(server, f"collections/{quote(str(one['id']))}").json()
            for person in objects(within, "accounts"):
                whom = self._account(person, server, None)
                if whom and whom != account_id:
                    when = moment(one.get("created_at"))
                    self._into.interaction(account_id, whom, "list", self._place(server), self._at, when=when)
                    n += 1
        return n

    def tagged(self, server: str, tag: str, most: int = 80) -> list[str]:
        """Who posts under a hashtag on a server; their ids, the latest first."""
        statuses, _ = self._list(server, f"timelines/tag/{quote(tag.lstrip('#'))}?limit={POSTS_A_PAGE}", most)
        found = [kept for one in statuses if (kept := self._account(one.get("account"), server, None))]
        return list(dict.fromkeys(found))

    def directory(self, server: str, most: int = 160) -> list[str]:
        """Who lets themselves be listed in a server's directory, the latest active first; their ids."""
        found = []
        for start in range(0, most, PAGE):
            reply = self._ask(server, f"directory?local=true&order=active&limit={PAGE}&offset={start}")
            people = objects(reply.json())
            found += [kept for person in people if (kept := self._account(person, server, None))]
            if not people:
                break
        return list(dict.fromkeys(found))

    def _ties(self, account_id: str, path: str, most: int) -> list[str]:
        server, what = _server(account_id), "followers" if path == "followers" else "follows"
        if account_id in self._hiding:
            self._covered(account_id, what, "unread", 0)
            return []
        people, state = self._list(server, f"accounts/{self._ids[account_id]}/{path}?limit={PAGE}", most)
        found = [kept for person in people if (kept := self._account(person, server, None))]
        for other in found:
            self._into.follow(*((other, account_id) if path == "followers" else (account_id, other)),
                              self._place(server), self._at)  # fmt: skip
        row = self._into.tables.get("accounts", {}).get((account_id,), {})
        if not people and row.get(path):
            state = "unread"  # hidden by its owner
        self._covered(account_id, what, state, len(people))
        return found

    def _covered(self, account_id: str, what: str, state: State, n: int) -> None:
        place = self._place(_server(account_id))
        self._into.listed(account_id, what, state, n, place, self._at, f"{place}/about")

    def _account(self, told: Any, server: str, reply: Reply | None) -> str | None:
        """Keep who somebody is; None for the hidden, the moved and the suspended."""
        if not isinstance(told, dict) or not told.get("acct"):
            return None
        account_id = _account_id(str(told["acct"]), server)
        why = _hidden(told)
        if why:
            self._into.hidden[account_id] = why
            there = (told.get("moved") or {}).get("acct") if reply is not None else None
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
        if reply is not None:
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

    def _list(self, server: str, path: str, most: int) -> tuple[list[dict[str, Any]], State]:
        """Entries up to `most`, page by page as the ``Link`` header names them."""
        found: list[dict[str, Any]] = []
        seen: set[str] = set()
        address = f"{self._place(server)}/api/v1/{path}"
        while address not in seen:
            seen.add(address)
            reply = self._get(address)
            if not reply.good:
                self._into.problems.append((address, reply.problem))
                return found[:most], "part" if found else "unread"
            told = reply.json()
            found += objects(told)
            further = reply.linked("next")
            if not further or not told:
                return found[:most], "whole" if len(found) <= most else "part"
            if len(found) >= most or urlsplit(further).netloc != urlsplit(address).netloc:
                return found[:most], "part"
            address = further
        return found[:most], "part"

    def _ask(self, server: str, path: str) -> Reply:
        return self._get(f"{self._place(server)}/api/v1/{path}")

    def _get(self, address: str) -> Reply:
        reply = self._client.get(address, accept="application/json")
        self._at = reply.at
        return reply

    def _place(self, server: str) -> str:
        return self._hosts.get(server, f"https://{server}")

    _at = 0.0


def _hidden(told: dict[str, Any]) -> str:
    wishes = {
        "suspended": bool(told.get("suspended")), "moved away": bool(told.get("moved")),
        "private": bool(told.get("locked")), "asks not to be indexed": told.get("noindex") is True,
        "asks not to be found": told.get("discoverable") is False,
    }  # fmt: skip
    return next((why for why, holds in wishes.items() if holds), "")


def _bio(told: dict[str, Any]) -> str:
    """Note and fields; a field is kept with its proof, so that other accounts of the person can be joined."""
    fields = [
        f"{plain_text(str(one.get('name') or ''))}: {plain_text(str(one.get('value') or ''))}"
        + (" (verified)" if one.get("verified_at") else "")
        for one in told.get("fields") or () if isinstance(one, dict)
    ]  # fmt: skip
    return "\n".join(filter(None, (plain_text(str(told.get("note") or "")), *fields)))


def _post_id(status: dict[str, Any], server: str) -> str:
    return f"{server}/{status['id']}"


def _account_id(acct: str, server: str) -> str:
    return f"mastodon:{acct if '@' in acct else f'{acct}@{server}'}".lower()


def _server(account_id: str) -> str:
    return account_id.rpartition("@")[2]


def _count(told: dict[str, Any], name: str) -> int | None:
    value = told.get(name)
    return value if isinstance(value, int) and value >= 0 else None
