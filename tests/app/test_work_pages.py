"""The queue, the market, channels, results and rewards in the app: what the commands say, and what becomes of steps."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from influence.session import Session
from influence.store.lists.triage_steps import all_steps
from influence.store.workspace import open_workspace

BrowserOf = Callable[[Path], Any]


def ids_in(page: str) -> list[str]:
    return re.findall(r'<article id="([^"]+)"', page)


def test_the_queue_is_that_of_the_command_and_steps_are_kept(
    browser_of: BrowserOf, sample: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    client = browser_of(file)
    with Session(file) as session:
        right = [one.mention_id for one in session.triage("Tavilo").items if one.due_at is not None]
    page = client.get("/queue?brand=Tavilo&by=Kim").text
    assert ids_in(page) == right
    first, second = right[:2]
    told = {"brand": "Tavilo", "by": "Kim", "mention": first, "account": "x", "next": second}
    sent = client.post(
        "/queue", data={**told, "do": "answered", "kind": "praise", "desk": "pr"}, follow_redirects=False
    )
    assert sent.headers["location"].endswith(f"brand=Tavilo&by=Kim#{second}")
    assert ids_in(client.get("/queue?brand=Tavilo").text) == right[1:]
    with open_workspace(file, read_only=True) as workspace:
        (step,) = all_steps(workspace.store)
    assert (step.state, step.by, step.kind, step.desk) == ("answered", "Kim", "praise", "pr")
    client.post("/queue", data={**told, "do": "undo"})
    assert ids_in(client.get("/queue?brand=Tavilo").text) == right
    assert client.post("/queue", data={**told, "do": "burn"}).status_code == 400


def test_the_market_and_channels_are_the_pages_of_their_commands(browser: Any) -> None:
    asked = {"brand": "Tavilo", "rival": "Brennick", "niche": "vegan baking"}
    page = browser.post(
        "/market", data=asked, files={"pages": ("p.txt", b"https://tavilo.example/oats\n")}
    ).text
    assert "What to do" in page
    assert 'aria-label="Sections"' in page
    rows = b"source,visits,conversions,revenue\ngoogle,100,3,50\ninstagram.com,50,1,10\n"
    found = html.unescape(browser.post("/channels", files={"files": ("../../t.csv", rows)}).text)
    assert "Organic Search" in found
    assert browser.post("/channels", files={"other": ("t.csv", rows)}).status_code == 400
    assert browser.post("/market", data={"brand": "Tavilo"}).status_code == 400


def test_results_are_those_of_track(browser: Any, sample: Path) -> None:
    from influence.planning.track import track
    from influence.reporting.outreach.campaign_results import headline

    with open_workspace(sample, read_only=True) as workspace:
        told = headline(track(workspace.store, "spring-kit"))
    assert "<option>spring-kit</option>" in browser.get("/results").text
    assert told in html.unescape(browser.get("/results?campaign=spring-kit").text)
    assert browser.get("/results?campaign=spring-kit&as=pptx").content.startswith(b"PK")
    assert browser.get("/results?campaign=spring-kit&as=xlsx").content.startswith(b"PK")
    assert "There are no outcomes of this campaign" in browser.get("/results?campaign=nobody").text


def test_rewards_are_those_of_incentives_and_none_for_kind_words(browser: Any) -> None:
    from influence.planning.incentives import Assumptions, Reward, compare_sides
    from influence.reporting.plan.plan_incentives import sides_table

    asked = "/incentives?advocate=10&friend=10&advocates=200&margin=35"
    right = sides_table(compare_sides(Reward(10, 10), Assumptions(200, 35)))[1]
    page = html.unescape(browser.get(asked).text)
    assert all(cell in page for row in right for cell in row)
    refused = browser.get(f"{asked}&condition=a+positive+review")
    assert refused.status_code == 400
    assert "A reward must not depend on what people say" in refused.text
    assert "Some numbers are missing" in browser.get("/incentives?advocate=10").text
    endless = browser.get("/incentives?advocate=10&friend=nan&advocates=200&margin=inf")
    assert (endless.status_code, "no number to count with" in endless.text) == (400, True)
    assert "Every reward loses money" in browser.get(asked.replace("margin=35", "margin=1")).text


def test_another_programs_change_is_told_once_and_our_own_is_not(
    browser_of: BrowserOf, sample: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    client = browser_of(file)
    told = "Another program changed w.duckdb"
    version = client.get("/version").text
    assert told not in client.get("/lists").text
    assert client.get("/version").text == version
    client.post("/lists", data={"niche": "vegan baking", "size": "3", "name": "spring"})
    assert told not in client.get("/lists").text
    assert client.get("/version").text != version
    with open_workspace(file) as workspace:
        workspace.store.execute("update accounts set name = 'x' where followers = 1")
    assert told in client.get("/lists").text
    assert told not in client.get("/lists").text


def test_the_menu_says_where_one_is(browser: Any) -> None:
    for path, page in (
        ("/", "Rank"),
        ("/people?q=a", "People"),
        ("/queue", "Who must answer"),
        ("/plan", "Plan"),
    ):
        assert re.search(rf'aria-current="page">{page}<', browser.get(path).text), path
