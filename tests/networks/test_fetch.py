"""``influence fetch``: says whom it asks, asks, brings what it read into the workspace, and goes on after a stop."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from influence.cli.app import run
from influence.networks.fetching import frames
from influence.networks.harvest import Harvest
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace

ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Oven</title>
<link href="{home}/"/><entry><title>{title}</title><link href="{home}/{title}"/>
<updated>2024-05-0{n}T10:00:00Z</updated>
<content type="html">&lt;p&gt;{title} by &lt;a href="https://rye.example/"&gt;Rye&lt;/a&gt;&lt;/p&gt;</content></entry></feed>"""


def fetch(tmp_path: Path, *args: str) -> int:
    return run(["fetch", *args, "-w", str(tmp_path / "w.duckdb"), "--allow-private", "--delay", "0"])


def rows(tmp_path: Path, sql: str) -> list[dict[str, Any]]:
    with open_workspace(tmp_path / "w.duckdb", read_only=True) as workspace:
        found: list[dict[str, Any]] = workspace.store.query(sql).to_pylist()
        return found


def test_a_blog_comes_in_with_posts_links_and_how_much_was_read(
    site: Any, tmp_path: Path, capsys: Any
) -> None:
    site.pages = {"/": ATOM.format(home=site.address, title="oat", n=1)}
    assert fetch(tmp_path, "blogs", site.address, "--yes") == 0
    said = capsys.readouterr().err
    assert "Will ask 1 host (127.0.0.1) about 1" in said
    assert "Read 1: 1 accounts, 1 posts" in said
    (post,) = rows(tmp_path, "select text, source from posts")
    assert post == {"text": "oat\noat by Rye", "source": site.address}
    assert rows(tmp_path, "select target_id, kind from interactions") == [
        {"target_id": "web:rye.example", "kind": "link"}
    ]
    assert rows(tmp_path, "select list, state from coverage") == [{"list": "posts", "state": "whole"}]


def test_nothing_is_asked_without_a_yes_or_in_a_rehearsal(
    site: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    assert fetch(tmp_path, "blogs", site.address, "--dry-run") == 0
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert fetch(tmp_path, "blogs", site.address) == 2
    assert site.asked == []


def test_a_stopped_run_goes_on_with_what_it_kept(site: Any, tmp_path: Path, capsys: Any) -> None:
    site.pages = {f"/{n}": ATOM.format(home=f"{site.address}/blogs/{n}", title="x", n=n) for n in range(1, 5)}
    names = [f"{site.address}/{n}" for n in range(1, 5)]
    fetch(tmp_path, "blogs", *names, "--yes", "--requests", "4")
    assert "left for the next run" in capsys.readouterr().err
    fetch(tmp_path, "blogs", *names, "--yes")
    assert len(site.asked) == len(set(site.asked))  # nothing twice


def test_a_second_run_brings_nothing_twice_and_takes_what_is_new(site: Any, tmp_path: Path) -> None:
    site.pages = {"/": ATOM.format(home=site.address, title="oat", n=1)}
    fetch(tmp_path, "blogs", site.address, "--yes")
    site.pages = {"/": ATOM.format(home=site.address, title="rye", n=2)}
    fetch(tmp_path, "blogs", site.address, "--yes", "--fresh", "0")
    assert [row["text"][:3] for row in rows(tmp_path, "select text from posts order by created_at")] == [
        "oat",
        "rye",
    ]
    assert len(rows(tmp_path, "select * from accounts")) == 1


def test_suppressed_people_are_not_asked_about(site: Any, tmp_path: Path, capsys: Any) -> None:
    site.pages = {"/": ATOM.format(home=site.address, title="oat", n=1)}
    fetch(tmp_path, "blogs", site.address, "--yes")
    run(["suppress", "web:127.0.0.1", "-w", str(tmp_path / "w.duckdb")])
    site.asked.clear()
    assert fetch(tmp_path, "blogs", site.address, "--yes", "--fresh", "0") == 2
    assert site.asked == []
    assert "suppressed" in capsys.readouterr().err


def test_a_list_and_a_blogroll_name_whom_to_read(site: Any, tmp_path: Path) -> None:
    site.pages = {f"/{n}": ATOM.format(home=f"{site.address}/blogs/{n}", title="x", n=n) for n in (1, 2)}
    (tmp_path / "list.txt").write_text(f"# ours\n{site.address}/1\n", "utf-8")
    (tmp_path / "roll.opml").write_text(
        f'<?xml version="1.0"?><opml version="2.0"><body><outline text="b" xmlUrl="{site.address}/2"/></body></opml>',
        "utf-8",
    )
    files = ["--from", str(tmp_path / "list.txt"), "--from", str(tmp_path / "roll.opml")]
    assert fetch(tmp_path, "blogs", *files, "--yes") == 0
    assert len(rows(tmp_path, "select * from accounts")) == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["blogs", "https://instagram.com/p/x"], "no account on blogs"),
        (["bluesky", "https://instagram.com/anna"], "no account on bluesky"),
        (["blogs"], "nobody to read"),
        (["blogs", "--from", "missing.txt"], "cannot be read"),
        (["blogs", "a.example", "--host", "x"], "names no host"),
    ],
)
def test_wrong_names_are_told_before_anybody_is_asked(
    tmp_path: Path, capsys: Any, args: list[str], words: str
) -> None:
    assert fetch(tmp_path, *args, "--yes") in (1, 2)
    assert words in capsys.readouterr().err


def test_the_host_that_is_named_is_the_one_that_is_asked(tmp_path: Path, capsys: Any) -> None:
    there = ["--host", "bluesky=http://other.example:1", "--host", "my.server=http://127.0.0.9", "--dry-run"]
    assert fetch(tmp_path, "bluesky", "anna.example", *there) == 0
    assert fetch(tmp_path, "mastodon", "ada@my.server", "ben@two.example", *there) == 0
    said = capsys.readouterr().err
    assert "Will ask 1 host (other.example)" in said
    assert "Will ask 2 hosts (127.0.0.9, two.example)" in said


def test_no_more_is_asked_than_was_said(site: Any, tmp_path: Path, capsys: Any) -> None:
    """Each page sends elsewhere again and again: what was said holds, and the rest waits for another run."""
    site.answer = lambda path, _: (302, {"Location": f"{path}x"}, b"")
    assert fetch(tmp_path, "blogs", *(f"{site.address}/{n}" for n in range(40)), "--yes") == 1
    said = re.search(r"at most ([\d,]+) requests", capsys.readouterr().err)
    assert said is not None
    assert len(site.asked) <= int(said[1].replace(",", ""))


def test_a_list_that_was_not_read_is_kept_as_that(tmp_path: Path) -> None:
    """The word for it must be none that an import takes for an empty cell."""
    into = Harvest()
    into.coverage("mastodon:ada@my.server", "followers", "unread", 0, 90, "s", 0)
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_tables(workspace, frames(into))
    assert rows(tmp_path, "select state, n_read, n_stated from coverage") == [
        {"state": "unread", "n_read": 0, "n_stated": 90}
    ]


def test_who_asks_not_to_be_kept_is_in_no_row_and_who_was_kept_before_is_listed_no_more(
    site: Any, tmp_path: Path, capsys: Any
) -> None:
    """Oat and barley link to each other; barley asks not to be indexed, from the beginning or later, and no longer."""

    def blog(name: str, other: str, wish: str = "") -> dict[str, object]:
        feed = ATOM.format(home=f"{site.address}/blogs/{name}", title=name, n=1)
        linked = feed.replace("https://rye.example/", f"{site.address}/blogs/{other}/")
        kind = {"Content-Type": "application/atom+xml"}
        page = (
            f"<!doctype html><title>x</title>{wish}<link rel=alternate type=application/atom+xml href=feed>"
        )
        return {f"/blogs/{name}/": page, f"/blogs/{name}/feed": lambda _: (200, kind, linked.encode())}

    shy = '<meta name="robots" content="noindex">'
    site.pages = {**blog("oat", "barley"), **blog("barley", "oat", shy)}
    names = [f"{site.address}/blogs/{name}/" for name in ("oat", "barley")]
    assert fetch(tmp_path, "blogs", *names, "--yes") == 0
    assert "1 not kept: asks not to be indexed." in capsys.readouterr().err
    assert rows(tmp_path, "select account_id, noindex from accounts") == [
        {"account_id": "web:127.0.0.1/blogs/oat", "noindex": False}
    ]
    assert rows(tmp_path, "select * from interactions") == []
    flags = "select noindex from accounts where account_id like '%barley'"
    for wish, told in (("", False), (shy, True), ("", False)):
        site.pages |= blog("barley", "oat", wish)
        assert fetch(tmp_path, "blogs", *names, "--yes", "--fresh", "0") == 0
        assert rows(tmp_path, flags) == [{"noindex": told}]


def test_the_licence_that_a_feed_or_page_states_is_kept_with_how_much_was_read(
    site: Any, tmp_path: Path
) -> None:
    free, mine = "https://creativecommons.org/licenses/by/4.0/", "https://oven.example/terms"
    stated = ATOM.replace("<entry>", f'<link rel="license" href="{free}"/><entry>')
    page = (
        '<!doctype html><title>x</title><link rel="alternate" type="application/atom+xml" href="feed">'
        f'<a rel="license" href="{mine}">My terms</a>'
    )
    homes = {n: f"{site.address}/blogs/{n}" for n in (1, 2, 3)}
    site.pages = {"/blogs/1/": stated.format(home=homes[1], title="oat", n=1), "/blogs/2/": page,
                  "/blogs/2/feed": ATOM.format(home=homes[2], title="rye", n=1),
                  "/blogs/3/": ATOM.format(home=homes[3], title="spelt", n=1)}  # fmt: skip
    assert fetch(tmp_path, "blogs", *(f"{site.address}/blogs/{n}/" for n in (1, 2, 3)), "--yes") == 0
    told = rows(tmp_path, "select terms from coverage where list = 'posts' order by account_id")
    assert [row["terms"] for row in told] == [free, mine, None]
