"""Blogs that Pelican (PyPI) and Hugo (Debian) build, on this machine: Atom, RSS, JSON Feed, whole or summaries."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.networks.test_fetch import fetch, rows

POSTS = 8
LONG = "Flour, water and salt, and a night of patience. " * 20
REST = """Loaf {n}
######
:date: 2025-07-{n:02d} 00:30
:tags: rye, sour dough

Café loaf {n} & more, as `Oven <https://oven{n}.example/rye>`_ bakes it; see `mine <{{filename}}post1.rst>`_.

{long}
"""
PELICAN = {
    "SITENAME": "Crumb & Co", "TIMEZONE": "Europe/Berlin", "DEFAULT_LANG": "en", "PATH": "content", "THEME": "simple",
    "LINKS": [["Rye", "https://rye.example/"]], "CATEGORY_FEED_ATOM": None, "AUTHOR_FEED_ATOM": None,
}  # fmt: skip
MARKDOWN = """---
title: Loaf {n}
date: 2025-07-{n:02d}T00:30:00+02:00
tags: [rye, sour dough]
---
Café loaf {n} & more, as [Oven](https://oven{n}.example/rye) bakes it; see [mine](/posts/post1/).

{long}
"""
JSON_FEED = """{{ $items := slice }}{{ range where .Site.RegularPages "Section" "posts" }}
{{ $day := .Date.Format "2006-01-02T15:04:05Z07:00" }}
{{ $one := dict "url" .Permalink "title" .Title "content_html" .Content "tags" .Params.tags "date_published" $day }}
{{ $items = $items | append $one }}{{ end }}
{{ dict "version" "https://jsonfeed.org/version/1.1" "title" .Site.Title "items" $items | jsonify }}"""
HOME = """<!doctype html><html lang="en"><title>{{ .Site.Title }}</title>{{ with .OutputFormats.Get "FORMAT" }}
<link rel="alternate" type="{{ .MediaType.Type }}" href="{{ .Permalink }}">{{ end }}"""
LAYOUTS = {
    "index.html": HOME,
    "index.json": JSON_FEED,
    "_default/single.html": "<!doctype html><title>{{ .Title }}</title><article>{{ .Content }}</article>",
    "_default/list.html": "<!doctype html><title>{{ .Title }}</title>",
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """An empty folder and the address under which its files stand."""
    folder = tmp_path / "public"
    folder.mkdir()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def pelican(here: Path, public: Path, address: str, feed: str) -> None:
    pytest.importorskip("pelican", reason="needs pip install pelican")
    told = {**PELICAN, "SITEURL": address, "FEED_DOMAIN": address, "FEED_ALL_ATOM": None, **json.loads(feed)}
    (here / "content").mkdir(parents=True)
    for n in range(1, POSTS + 1):
        (here / f"content/post{n}.rst").write_text(REST.format(n=n, long=LONG), "utf-8")
    (here / "conf.py").write_text("\n".join(f"{name} = {value!r}" for name, value in told.items()), "utf-8")
    command = [sys.executable, "-m", "pelican", "-s", "conf.py", "-o", str(public), "-q"]
    subprocess.run(command, cwd=here, check=True)


def hugo(here: Path, public: Path, address: str, feed: str) -> None:
    if not shutil.which("hugo"):
        pytest.skip("needs apt-get install hugo")
    for name, text in LAYOUTS.items():
        file = here / "layouts" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("FORMAT", feed), "utf-8")
    (here / "content/posts").mkdir(parents=True)
    for n in range(1, POSTS + 1):
        (here / f"content/posts/post{n}.md").write_text(MARKDOWN.format(n=n, long=LONG), "utf-8")
    told = {"baseURL": f"{address}/", "title": "Crumb & Co", "languageCode": "en", "outputs": {"home": ["HTML", feed]},
            "mediaTypes": {"application/feed+json": {"suffixes": ["json"]}},
            "outputFormats": {"JSON": {"mediaType": "application/feed+json", "baseName": "feed"}}}  # fmt: skip
    (here / "config.json").write_text(json.dumps(told), "utf-8")
    subprocess.run(["hugo", "--quiet", "--destination", str(public)], cwd=here, check=True)


@pytest.mark.parametrize(
    ("build", "feed"),
    [
        (pelican, '{"FEED_ALL_ATOM": "feeds/all.atom.xml"}'),
        (pelican, '{"FEED_ALL_RSS": "feeds/all.rss.xml"}'),
        (pelican, '{"FEED_ALL_RSS": "feeds/all.rss.xml", "RSS_FEED_SUMMARY_ONLY": false}'),
        (hugo, "RSS"),
        (hugo, "JSON"),
    ],
)
def test_posts_dates_tags_and_links_of_a_built_blog_come_in(
    served: tuple[Path, str], tmp_path: Path, capsys: Any, build: Callable[..., None], feed: str
) -> None:
    build(tmp_path / "made", *served, feed)
    assert fetch(tmp_path, "blogs", served[1], "--yes") == 0
    assert "Not read" not in capsys.readouterr().err
    posts = rows(tmp_path, "select text, created_at from posts order by created_at")
    assert len(posts) == POSTS
    for n, post in enumerate(posts, 1):
        assert post["text"].count(f"Loaf {n}") == 1
        assert f"Café loaf {n} & more, as Oven bakes it; see mine." in post["text"]
        assert LONG.strip() in post["text"]
        assert f"{post['created_at']:%m-%d %H:%M}" == (f"07-{n - 1:02d} 22:30" if n > 1 else "06-30 22:30")
    cited = rows(tmp_path, "select target_id from interactions where kind = 'link'")
    assert {one["target_id"] for one in cited} == {f"web:oven{n}.example" for n in range(1, POSTS + 1)}
    assert rows(tmp_path, "select name from accounts where account_id = 'web:127.0.0.1'") == [
        {"name": "Crumb & Co"}
    ]
