"""Advocates, whom to tell first, the plan, the map and the rights of people: the numbers of the commands."""

from __future__ import annotations

import html
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from influence.session import Session
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace

BrowserOf = Callable[[Path], Any]
FIELDS = {
    "voices": "20",
    "followers": "60000",
    "unique_audience": "45000",
    "order_value": "60",
    "market_size": "200000",
}


def test_advocates_are_those_of_the_library(browser: Any, sample: Path) -> None:
    with Session(sample) as session:
        right = session.advocates("Tavilo", top=50)
    page = html.unescape(browser.get("/advocates?brand=Tavilo").text)
    assert f"Invite <small>{len(right.rows)}</small>" in page
    assert f"Critics: listen, never invite <small>{len(right.detractors)}</small>" in page
    assert right.rows
    assert (right.rows[0].account_id or "").partition(":")[2] in page


def test_whom_to_tell_first_is_what_spread_says_as_a_job(browser_of: Any, tmp_path: Path) -> None:
    posts = [{"post_id": str(n), "account_id": f"web:a{n}", "text": "vegan baking"} for n in range(12)]
    pairs = [*((n, 0) for n in range(1, 9)), (9, 1), (10, 1), (11, 2)]
    follows = [{"follower_id": f"web:a{who}", "followee_id": f"web:a{whom}"} for who, whom in pairs]
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_tables(workspace, {"posts": pd.DataFrame(posts), "follows": pd.DataFrame(follows)})
    with Session(tmp_path / "w.duckdb") as session:
        right = [one.account_id for one in session.spread("vegan baking", 3).seeds]
    client = browser_of(tmp_path / "w.duckdb")
    reply = client.get("/spread?niche=vegan+baking&size=3", follow_redirects=False)
    assert reply.headers["location"].startswith("/jobs/")
    for _ in range(1200):
        page = client.get(reply.headers["location"]).text
        if "data-poll" not in page:
            break
        time.sleep(0.05)
    table = page.partition("Beside plainer choices")[0]
    assert [html.unescape(one) for one in re.findall(r'/account/([^?"]+)\?', table)] == right
    assert right[0] == "web:a0"


def test_a_plan_follows_its_fields_and_says_what_is_missing(browser: Any) -> None:
    assert "leaves out" in browser.get("/plan?voices=20").text
    page = browser.get("/plan", params=FIELDS).text
    assert "From market to purchase" in page
    assert "Profit from the low to the high end" in page
    dear = browser.get("/plan", params={**FIELDS, "order_value": "600"}).text
    lead = r'<p class="lead">(.*?)</p>'
    assert re.findall(lead, page) != re.findall(lead, dear)
    assert "no number" in browser.get("/plan", params={**FIELDS, "voices": "many"}).text
    assert browser.get("/plan/plan.xlsx", params=FIELDS).content.startswith(b"PK")


def test_the_map_draws_who_listens_to_whom_and_says_the_same_beside(browser: Any, sample: Path) -> None:
    page = html.unescape(browser.get("/map?niche=vegan+baking&top=20").text)
    circles = re.findall(r'aria-label="([^,"]+), (\d+)\. by score, listened to by (\d+) of these"', page)
    assert len(circles) == 20
    rows = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a></th><td>(.*?)</td><td>(.*?)</td>', page)
    told = {name: 0 if heard.startswith("nobody") else len(heard.split(", ")) for name, heard, _ in rows}
    assert {name: int(n) for name, _, n in circles} == told
    assert sum(told.values()) > 0


def test_a_person_sees_what_is_kept_and_is_erased_only_when_named_twice(
    browser_of: BrowserOf, sample: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    client = browser_of(file)
    found = re.search(r'name="a" value="([^"]+)"', client.get("/?niche=vegan+baking").text)
    assert found
    who = html.unescape(found[1])
    page = client.get("/rights", params={"who": who}).text
    assert who in html.unescape(page)
    assert "cannot be undone" in page
    assert "nothing was erased" in client.post("/rights", data={"who": who, "again": "x"}).text
    with open_workspace(file, read_only=True) as workspace:
        before = workspace.count("accounts")
    assert "Erased" in client.post("/rights", data={"who": who, "again": who}).text
    with open_workspace(file, read_only=True) as workspace:
        assert workspace.count("accounts") < before
    assert client.get("/rights", params={"who": who}).status_code == 404


@pytest.mark.parametrize("path", ["/advocates", "/spread", "/map", "/plan", "/rights"])
def test_every_page_says_what_to_do_before_anything_was_asked(browser: Any, path: str) -> None:
    reply = browser.get(path)
    assert reply.status_code == 200
    assert "<form" in reply.text
