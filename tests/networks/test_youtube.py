"""YouTube: replies that Google's own discovery document allows, the quota counted before, the key kept out of files."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from influence.cli.app import run
from tests.networks.test_fetch import rows

KEY = "a-key-of-the-user"
CHANNEL = "UC" + "a" * 22
REPLIES: dict[str, dict[str, Any]] = {
    "channels": {
        "items": [{
            "id": CHANNEL,
            "snippet": {"title": "Oven", "customUrl": "@oven", "description": "Bread", "country": "GB",
                        "publishedAt": "2019-05-01T10:00:00Z"},
            "statistics": {"subscriberCount": "12300", "videoCount": "2", "hiddenSubscriberCount": False},
            "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}},
        }]
    },
    "playlistItems": {"items": [{"contentDetails": {"videoId": "v1"}}, {"contentDetails": {"videoId": "v2"}}]},
    "videos": {
        "items": [
            {"id": "v1", "snippet": {"title": "Rye", "description": "Loaf", "tags": ["sour dough"],
                                     "publishedAt": "2024-02-01T10:00:00Z", "defaultAudioLanguage": "en-GB"},
             "statistics": {"viewCount": "900", "likeCount": "40", "commentCount": "2"},
             "paidProductPlacementDetails": {"hasPaidProductPlacement": True}},
            {"id": "v2", "snippet": {"title": "Oat", "publishedAt": "2024-01-01T10:00:00Z"}, "statistics": {}},
        ]
    },
    "commentThreads": {
        "items": [{"snippet": {"topLevelComment": {"snippet": {
            "authorDisplayName": "@anna", "authorChannelId": {"value": "UC" + "b" * 22}, "textDisplay": "Good",
            "publishedAt": "2024-02-02T10:00:00Z"}}}}]
    },
}  # fmt: skip


def discovery() -> dict[str, Any]:
    client = pytest.importorskip("googleapiclient", reason="needs google-api-python-client (extra dev)")
    file = resources.files(client) / "discovery_cache" / "documents" / "youtube.v3.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def allowed(value: Any, told: dict[str, Any], schemas: dict[str, Any], where: str) -> None:
    """Fail where a value is none that a schema of the document describes."""
    told = schemas[told["$ref"]] if "$ref" in told else told
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    assert isinstance(value, kinds[told["type"]]), where
    for name, part in value.items() if isinstance(value, dict) else ():
        assert name in told["properties"], f"{where}.{name}"
        allowed(part, told["properties"][name], schemas, f"{where}.{name}")
    for part in value if isinstance(value, list) else ():
        allowed(part, told["items"], schemas, where)


@pytest.mark.parametrize("resource", REPLIES)
def test_our_replies_are_replies_of_googles_document(resource: str) -> None:
    document = discovery()
    method = document["resources"][resource]["methods"]["list"]
    allowed(REPLIES[resource], method["response"], document["schemas"], resource)


@pytest.fixture
def service(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The replies above, for questions that the document allows; counts what was asked by whom."""
    monkeypatch.setenv("INFLUENCE_YOUTUBE_KEY", KEY)
    site.keys = set()

    def answer(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        site.keys.add({name.lower(): value for name, value in headers.items()}.get("x-goog-api-key"))
        resource = urlsplit(path).path.rpartition("/")[2]
        return 200, {}, json.dumps(REPLIES[resource]).encode()

    site.answer = answer
    return site


def fetch(tmp_path: Path, site: Any, *args: str) -> int:
    place = (
        "-w",
        str(tmp_path / "w.duckdb"),
        "--host",
        f"youtube={site.address}",
        "--allow-private",
        "--delay",
        "0",
    )
    return run(["fetch", "youtube", *args, *place])


def test_a_channel_comes_in_with_videos_and_who_commented_within_the_quota_told(
    service: Any, tmp_path: Path, capsys: Any
) -> None:
    assert fetch(tmp_path, service, "@oven", "--posts", "50", "--reactions", "1", "--yes") == 0
    said = capsys.readouterr().err
    assert "at most 4 requests" in said  # channel, uploads, videos, one video's comments
    assert "one unit of your quota" in said
    assert len(service.asked) == 4
    (account,) = rows(tmp_path, "select account_id, followers, country from accounts where name = 'Oven'")
    assert account == {"account_id": "youtube:oven", "followers": 12300, "country": "GB"}
    found = rows(
        tmp_path, "select post_id, text, views, likes, comments, is_sponsored from posts order by post_id"
    )
    assert found[0] == {"post_id": "youtube:v1", "text": "Rye\nLoaf\n#sourdough", "views": 900, "likes": 40,
                        "comments": 2, "is_sponsored": True}  # fmt: skip
    assert found[1]["views"] is None  # a hidden count is unknown
    assert rows(tmp_path, "select actor_id, kind, post_id, text from interactions") == [
        {"actor_id": "youtube:anna", "kind": "comment", "post_id": "youtube:v1", "text": "Good"}
    ]


def test_every_question_is_one_of_the_document(service: Any, tmp_path: Path) -> None:
    fetch(tmp_path, service, CHANNEL, "--reactions", "1", "--yes")
    document = discovery()
    for path in service.asked:
        parts = urlsplit(path)
        method = document["resources"][parts.path.rpartition("/")[2]]["methods"]["list"]
        assert parts.path == "/" + document["servicePath"] + method["path"]
        assert set(parse_qs(parts.query)) <= set(method["parameters"])
        most = method["parameters"]["maxResults"].get("maximum")
        assert int(parse_qs(parts.query).get("maxResults", ["1"])[0]) <= int(most)


def test_the_key_is_sent_and_stands_nowhere_else(service: Any, tmp_path: Path, capsys: Any) -> None:
    fetch(tmp_path, service, "@oven", "--yes")
    assert service.keys == {KEY}
    assert not any(KEY in path for path in service.asked)
    assert KEY not in "".join(capsys.readouterr())
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    assert not any(KEY.encode() in file.read_bytes() for file in kept)


def test_without_a_key_nobody_is_asked_and_it_is_said_where_to_put_one(
    service: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INFLUENCE_YOUTUBE_KEY")
    monkeypatch.setattr("influence.networks.keys._from_keyring", lambda _: None)
    assert fetch(tmp_path, service, "@oven", "--yes") == 2
    assert "INFLUENCE_YOUTUBE_KEY" in capsys.readouterr().err
    assert service.asked == []


def test_a_page_that_names_itself_as_the_next_ends(service: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(REPLIES, "playlistItems", {**REPLIES["playlistItems"], "nextPageToken": "again"})
    assert fetch(tmp_path, service, "@oven", "--posts", "500", "--yes") == 0
    assert sum("playlistItems" in path for path in service.asked) == 2
    assert rows(tmp_path, "select state from coverage") == [{"state": "part"}]
