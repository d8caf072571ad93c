"""Podcasts by words: the index is asked as its maker says, and the feeds it names are read."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from influence.cli.app import run
from tests.networks.test_fetch import rows

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Crumb talk</title><link>{home}/show</link><item><title>Rye</title><link>{home}/show/1</link>
<pubDate>Tue, 06 Apr 2021 10:00:00 GMT</pubDate><enclosure type="audio/mpeg" url="{home}/1.mp3"/>
</item></channel></rss>"""


@pytest.fixture
def index(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The Podcast Index, which refuses what is signed wrongly or not now, and one podcast."""
    monkeypatch.setenv("INFLUENCE_PODCASTINDEX_KEY", "ours:hidden")

    def answer(path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        if parts.path == "/feed":
            return 200, {"Content-Type": "application/rss+xml"}, RSS.format(home=site.address).encode()
        if parts.path != "/api/1.0/search/byterm":
            return 404, {}, b""
        told = {name.lower(): value for name, value in headers.items()}
        signed = hashlib.sha1(f"ourshidden{told['x-auth-date']}".encode()).hexdigest()
        fresh = abs(time.time() - int(told["x-auth-date"])) < 300
        if (told["x-auth-key"], told["authorization"]) != ("ours", signed) or not fresh:
            return 401, {}, b""
        assert parse_qs(parts.query)["q"] == ["sourdough"]
        feeds = [{"url": f"{site.address}/feed", "dead": 0}, {"url": f"{site.address}/gone", "dead": 1}]
        return 200, {}, json.dumps({"status": "true", "feeds": feeds}).encode()

    site.answer = answer
    return site


def fetch(tmp_path: Path, site: Any, *args: str) -> int:
    place = ("-w", str(tmp_path / "w.duckdb"), "--host", f"podcastindex={site.address}", "--allow-private")
    return run(["fetch", "blogs", "--podcasts", "sourdough", *args, *place, "--delay", "0"])


def test_the_living_feeds_that_words_find_are_read(index: Any, tmp_path: Path) -> None:
    assert fetch(tmp_path, index, "--yes") == 0
    assert rows(tmp_path, "select name, kind from accounts") == [{"name": "Crumb talk", "kind": "podcast"}]
    assert "/gone" not in index.asked
    assert not any(b"hidden" in file.read_bytes() for file in tmp_path.rglob("*.reply"))


def test_a_wrong_key_is_told_and_a_missing_one_asks_nobody(
    index: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INFLUENCE_PODCASTINDEX_KEY", "ours:wrong")
    assert fetch(tmp_path, index, "--yes") == 1
    assert "the server answered 401" in capsys.readouterr().err
    monkeypatch.delenv("INFLUENCE_PODCASTINDEX_KEY")
    monkeypatch.setattr("influence.networks.keys._from_keyring", lambda _: None)
    index.asked.clear()
    assert fetch(tmp_path, index, "--yes") == 2
    assert fetch(tmp_path, index, "--dry-run") == 0
    assert index.asked == []
