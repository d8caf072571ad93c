"""YouTube by its Data API with the user's key: channels, videos with their counts, and who comments.

Every question here costs one unit of the quota (10,000 a day unless Google granted others), so that requests are units.
Counts come as text; a hidden count of subscribers is unknown, and the service rounds those it shows to three digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from influence.networks.client import PoliteClient
from influence.networks.harvest import Harvest, State, moment
from influence.networks.kept import Reply, objects
from influence.networks.paging import Asking
from influence.store.people.handles import account_of

HOST = "https://youtube.googleapis.com"
TERMS = "https://developers.google.com/youtube/terms/api-services-terms-of-service"
PAGE = 50
COMMENTS = 100


class YouTube(Asking):
    """Questions to YouTube.

    Parameters
    ----------
    client : PoliteClient
    into : Harvest
        Receives the rows.
    key : str
        Sent as a header.
    host : str
        Another place than the public one (its address).
    """

    def __init__(self, client: PoliteClient, into: Harvest, key: str, host: str = HOST) -> None:
        super().__init__(client, into, {"X-Goog-Api-Key": key})
        self._host = host.rstrip("/")

    def channel(self, name: str) -> tuple[str, str] | None:
        """Read a channel by its handle or id; its account id and its list of uploads, None where it is not there."""
        who = (
            {"id": name}
            if name.startswith("UC") and len(name) == 24
            else {"forHandle": f"@{name.lstrip('@')}"}
        )
        reply = self._ask("channels", part="snippet,statistics,contentDetails", **who)
        found = next(iter(_items(reply)), None)
        if found is None:
            self._into.problems.append((name, reply.problem or "there is no such channel"))
            return None
        said, counts = found.get("snippet") or {}, found.get("statistics") or {}
        account_id = _account_id(str(said.get("customUrl") or found["id"]))
        figures = {"followers": None if counts.get("hiddenSubscriberCount") else _count(counts, "subscriberCount"),
                   "posts_total": _count(counts, "videoCount")}  # fmt: skip
        self._into.account(
            account_id, self._host, reply.at, platform="youtube", handle=account_id.partition(":")[2],
            name=said.get("title"), bio=said.get("description"), country=said.get("country"),
            url=f"https://www.youtube.com/channel/{found['id']}", created_at=moment(said.get("publishedAt")),
            language=str(said.get("defaultLanguage") or "")[:2], **figures,
        )  # fmt: skip
        self._into.snapshot(account_id, self._host, reply.at, **figures)
        lists = (found.get("contentDetails") or {}).get("relatedPlaylists") or {}
        return account_id, str(lists.get("uploads") or "")

    def videos(self, account_id: str, uploads: str, most: int) -> list[str]:
        """Read a channel's latest videos; their ids."""
        ids, ended = self._uploads(uploads, most)
        for start in range(0, len(ids), PAGE):
            reply = self._ask("videos", part="snippet,statistics,paidProductPlacementDetails",
                              id=",".join(ids[start : start + PAGE]))  # fmt: skip
            for video in _items(reply):
                self._video(video, account_id, reply)
        state: State = "unread" if not ids else ("whole" if ended else "part")
        self._into.listed(account_id, "posts", state, len(ids), self._host, self._at, TERMS)
        return ids

    def comments(self, account_id: str, video: str) -> None:
        """Read the latest hundred comments on a video."""
        reply = self._ask("commentThreads", part="snippet", videoId=video, maxResults=COMMENTS, order="time",
                          textFormat="plainText")  # fmt: skip
        for thread in _items(reply):
            said = (((thread.get("snippet") or {}).get("topLevelComment") or {}).get("snippet")) or {}
            name = str(said.get("authorDisplayName") or "")
            writer = (
                name if name.startswith("@") else str((said.get("authorChannelId") or {}).get("value") or "")
            )
            if writer:
                self._into.interaction(
                    _account_id(writer), account_id, "comment", self._host, reply.at, post=f"youtube:{video}",
                    when=moment(said.get("publishedAt")), text=said.get("textDisplay"),
                )  # fmt: skip

    def _uploads(self, uploads: str, most: int) -> tuple[list[str], bool]:
        """Video ids of a list, newest first, and whether it was read to its end; a repeated page ends it, too."""
        ids: list[str] = []
        seen: set[str] = set()
        token = ""
        while uploads and len(ids) < most and token not in seen:
            seen.add(token)
            more = {"pageToken": token} if token else {}
            reply = self._ask(
                "playlistItems", part="contentDetails", playlistId=uploads, maxResults=PAGE, **more
            )
            ids += [
                str(one["contentDetails"]["videoId"]) for one in _items(reply) if one.get("contentDetails")
            ]
            token = str((reply.json() or {}).get("nextPageToken") or "")
            if not token:
                return ids[:most], reply.good and len(ids) <= most
        return ids[:most], False

    def _video(self, video: Mapping[str, Any], account_id: str, reply: Reply) -> None:
        said, counts = video.get("snippet") or {}, video.get("statistics") or {}
        tags = " ".join("#" + "".join(str(tag).split()) for tag in said.get("tags") or ())
        self._into.post(
            f"youtube:{video['id']}", account_id, self._host, reply.at,
            text="\n".join(filter(None, (said.get("title"), said.get("description"), tags))),
            url=f"https://www.youtube.com/watch?v={video['id']}", created_at=moment(said.get("publishedAt")),
            language=str(said.get("defaultAudioLanguage") or "")[:2], likes=_count(counts, "likeCount"),
            comments=_count(counts, "commentCount"), views=_count(counts, "viewCount"),
            is_sponsored=(video.get("paidProductPlacementDetails") or {}).get("hasPaidProductPlacement"),
        )  # fmt: skip

    def _ask(self, resource: str, **asked: Any) -> Reply:
        return self._get(f"{self._host}/youtube/v3/{resource}?{urlencode(asked)}")


def units(posts: int, commented: int) -> int:
    """Most units of the quota that one channel takes: itself, its lists of uploads, its videos, its comments."""
    return 1 + 2 * -(-posts // PAGE) + commented


def _items(reply: Reply) -> list[dict[str, Any]]:
    return objects(reply.json(), "items")


def _account_id(name: str) -> str:
    found = account_of(name, "youtube")
    return found.account_id if found else f"youtube:{name}"


def _count(counts: Mapping[str, Any], name: str) -> int | None:
    value = str(counts.get(name, ""))
    return int(value) if value.isdigit() else None
