"""Files come in by the pages: how each column is read, changed by a menu, refused rows, and what long work shows."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from influence.app import bring_pages
from influence.app.jobs import Jobs
from influence.errors import InfluenceError
from influence.store.importing.recognised import known_exports
from influence.store.workspace import open_workspace

BrowserOf = Callable[[Path], Any]
LIST = b"username,followers,blurb,colour\nanna,100,vegan baking,red\nben,many,meat pies,blue\n"


def brought(client: Any, *files: tuple[str, bytes]) -> tuple[str, str]:
    """The page that shows how files would be read, and their key."""
    page = client.post("/files", files=[("files", file) for file in files]).text
    key = re.search(r'action="/bring/([^"]+)"', page)
    assert key
    return page, key[1]


def test_every_column_shows_its_first_values_and_what_it_is_taken_for(
    browser_of: BrowserOf, tmp_path: Path
) -> None:
    page, _ = brought(browser_of(tmp_path / "w.duckdb"), ("list.csv", LIST))
    rows = re.findall(r'<tr><th scope="row">(\w+)</th><td>(.*?)</td>\s*<td>(.*?)</td>', page)
    assert ("followers", "100 · many", "accounts.followers") in rows
    assert ("colour", "red · blue", "kept beside") in rows


def test_a_menu_says_what_a_column_is_and_the_import_believes_it(
    browser_of: BrowserOf, tmp_path: Path
) -> None:
    file = tmp_path / "w.duckdb"
    client = browser_of(file)
    page, key = brought(client, ("list.csv", LIST))
    assert "accounts.country" not in page
    told = {"c.0.3": "country", "c.0.2": "ignore", "platform": "instagram"}
    again = client.post(f"/bring/{key}", data={**told, "do": "look"}).text
    assert "accounts.country" in again
    assert "<option selected>country</option>" in again
    client.post(f"/bring/{key}", data={**told, "do": "import"})
    with open_workspace(file, read_only=True) as workspace:
        rows = workspace.store.query("select handle, bio from accounts order by handle").to_pylist()
    assert rows == [{"handle": "anna", "bio": None}, {"handle": "ben", "bio": None}]


def test_a_file_nobody_understands_is_understood_when_its_columns_are_told(
    browser_of: BrowserOf, tmp_path: Path
) -> None:
    client = browser_of(tmp_path / "w.duckdb")
    page, key = brought(client, ("x.csv", b"aa,bb\nanna,100\nben,50\n"))
    assert "Not read so" in page
    told = {"c.0.0": "handle", "c.0.1": "followers"}
    assert "accounts.followers" in client.post(f"/bring/{key}", data={**told, "do": "look"}).text
    assert "Imported" in client.post(f"/bring/{key}", data={**told, "do": "import"}).text


def test_rows_are_counted_and_refusals_told_before_anything_is_kept(
    browser_of: BrowserOf, tmp_path: Path
) -> None:
    file = tmp_path / "w.duckdb"
    client = browser_of(file)
    _, key = brought(client, ("list.csv", LIST))
    page = client.post(f"/bring/{key}", data={"do": "try"}).text
    assert "What an import would do" in page
    assert "many" in page.partition("Rows or values refused")[2]
    assert not file.exists()


def test_how_files_are_read_is_saved_and_reads_the_next_one(browser_of: BrowserOf, tmp_path: Path) -> None:
    client = browser_of(tmp_path / "w.duckdb")
    _, key = brought(client, ("list.csv", LIST))
    mapping = client.post(f"/bring/{key}", data={"c.0.3": "country", "do": "map"})
    assert 'country = "colour"' in mapping.text
    page, _ = brought(client, ("list.csv", LIST), ("mapping.toml", mapping.content))
    assert "by your mapping" in page
    assert "accounts.country" in page


def test_after_an_import_the_page_says_what_else_would_help(browser_of: BrowserOf, tmp_path: Path) -> None:
    client = browser_of(tmp_path / "w.duckdb")
    _, key = brought(client, ("list.csv", LIST))
    page = client.post(f"/bring/{key}", data={"do": "import"}).text
    assert re.search(r"<b>Activity</b> needs .*dates of posts", page)
    assert "/bring#formats" in page
    told = client.get("/bring").text
    assert all(str(escape(export.found)) in told for export in known_exports())


def test_a_large_file_is_read_by_a_job_whose_last_page_is_the_result(
    browser_of: BrowserOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring_pages, "LARGE_BYTES", 1)
    client = browser_of(tmp_path / "w.duckdb")
    _, key = brought(client, ("list.csv", LIST))
    sent = client.post(f"/bring/{key}", data={"do": "import"}, follow_redirects=False)
    where = sent.headers["location"]
    assert where.startswith("/jobs/")
    for _ in range(600):
        page = client.get(where).text
        if "Imported" in page:
            break
        assert 'http-equiv="refresh"' in page
        time.sleep(0.05)
    assert "Imported" in page


def test_a_job_that_is_stopped_goes_no_further_and_says_so() -> None:
    jobs, reached = Jobs(), []

    def work(watch: Callable[[str, int, float | None], None]) -> None:
        watch("first step", 1, 0.5)
        jobs.running[0].stop.set()
        watch("second step", 2, 1.0)
        reached.append("the end")

    job = jobs.start("work", work, lambda _: None, "/")
    assert job.done.wait(60)
    assert (job.stages, reached) == (["first step"], [])
    assert isinstance(job.error, InfluenceError)
    assert "nothing was changed" in job.error.what
