"""The table of a niche: a brief's conditions, what a slider moved, columns, the way back, and the first question."""

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

import influence
from influence.app import shared_session
from influence.app.asked import asked_of
from influence.store.workspace import open_workspace

BrowserOf = Callable[[Path], Any]
BRIEF = "Vegan baking bloggers, 2k to 30k followers, posting weekly."


def test_a_briefs_conditions_are_shown_and_only_ticked_ones_rule_out(browser: Any) -> None:
    shown = html.unescape(browser.get("/", params={"brief": BRIEF}).text)
    assert "at least 2,000 followers" in shown
    assert "conditions met" not in shown
    held = html.unescape(
        browser.get("/", params={"brief": BRIEF, "use": ["min_followers", "max_followers"]}).text
    )
    figures = [
        int(one.replace(",", ""))
        for one in re.findall(r'<td class="number">([\d,]+)</td>\s*<td class="number">\d', held)
    ]
    assert figures
    assert all(2_000 <= one <= 30_000 for one in figures)
    assert "all 2 conditions met" in held


def test_a_briefs_file_becomes_text_of_the_question(browser: Any) -> None:
    sent = browser.post(
        "/brief",
        data={"goal": "awareness"},
        files={"file": ("../brief.txt", BRIEF.encode())},
        follow_redirects=False,
    )
    told = sent.headers["location"]
    assert "goal=awareness" in told
    assert "Vegan+baking+bloggers" in told
    assert "too long" in browser.post("/brief", files={"file": ("b.txt", b"bread " * 2_000)}).text


def test_a_slider_says_who_moved_and_by_how_much(browser: Any, sample: Path) -> None:
    with open_workspace(sample, read_only=True) as workspace:
        before = influence.rank(workspace, "vegan baking", top=0)
        after = influence.rank(workspace, "vegan baking", weights={"reach": 10.0}, top=0)
    was = {row.account_id: row.rank for row in before.rows}
    right = [was[row.account_id] - row.rank for row in after.rows[:50] if was[row.account_id] != row.rank]
    page = browser.get("/?niche=vegan+baking&w.reach=10").text
    told = re.findall(r"</span> (up|down) ([\d,]+)", page)
    assert right
    assert [int(n.replace(",", "")) * (1 if way == "up" else -1) for way, n in told] == right
    assert 'class="moved"' not in browser.get("/?niche=vegan+baking").text


def test_columns_are_left_out_and_the_places_stay(browser: Any) -> None:
    whole, less = (browser.get(f"/?niche=vegan+baking{more}").text for more in ("", "&hide=reach"))
    assert 'id="sort-reach"' in whole
    assert 'id="sort-reach"' not in less
    names = r'name="a" value="([^"]+)"'
    assert re.findall(names, whole) == re.findall(names, less)


def test_the_page_offers_the_way_back_to_the_question_before(browser: Any) -> None:
    before = f"{browser.base_url}/?niche=vegan+baking"
    page = browser.get("/?niche=vegan+baking&w.reach=10", headers={"Referer": before}).text
    assert '<a id="undo" href="/?niche=vegan+baking">' in page
    assert 'id="undo"' not in browser.get("/?niche=x+y", headers={"Referer": "http://evil.example/?a=b"}).text


def test_the_first_line_is_that_of_the_command(browser: Any, sample: Path) -> None:
    from influence.reporting.ranking.words import title_of

    with open_workspace(sample, read_only=True) as workspace:
        told = title_of(influence.rank(workspace, "crypto betting", top=50))
    assert html.escape(told) in browser.get("/?niche=crypto+betting").text


def test_the_first_question_of_a_large_workspace_shows_its_stages(
    browser_of: BrowserOf, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_session, "LARGE_BYTES", 1)
    client = browser_of(Path(shutil.copy(sample, tmp_path / "w.duckdb")))
    sent = client.get("/?niche=vegan+baking", follow_redirects=False)
    where = sent.headers["location"]
    assert where.startswith("/jobs/")
    # who reloads the page, or has it in two tabs, starts nothing anew
    assert client.get("/?niche=vegan+baking", follow_redirects=False).headers["location"] == where
    for _ in range(1200):
        reply = client.get(where, follow_redirects=False)
        if reply.status_code == 303:
            break
        time.sleep(0.05)
    assert reply.headers["location"].startswith("/?niche=vegan+baking")
    assert client.get(reply.headers["location"], follow_redirects=False).status_code == 200


def test_what_a_first_question_reads_is_read_by_a_process_of_its_own_and_only_once(
    sample: Path, tmp_path: Path
) -> None:
    from influence.app.jobs import StoppedError
    from influence.app.shared_session import AppDesk

    here = AppDesk(Path(shutil.copy(sample, tmp_path / "w.duckdb")))
    question, stages = asked_of([("niche", "vegan baking")]).question(), list[str]()

    def stop(_: str) -> None:
        raise StoppedError("enough")

    with pytest.raises(StoppedError):
        here.read_ahead(question, stop)
    here.read_ahead(question, stages.append)
    assert list(dict.fromkeys(stages))[:2] == ["Reading accounts", "Reading texts for the niche"]
    assert here.session.is_kept
    assert not here.session.has_read
    here.read_ahead(question, stop)  # there is nothing to read
    here.close()


def test_a_question_that_is_stopped_goes_no_further(sample: Path) -> None:
    from influence.app.jobs import StoppedError
    from influence.app.shared_session import AppDesk

    seen: list[str] = []

    def watch(stage: str) -> None:
        seen.append(stage)
        if len(seen) == 3:
            raise StoppedError("enough")

    here = AppDesk(sample)
    with pytest.raises(StoppedError):
        here.ask(lambda *_: None, asked_of([("niche", "vegan baking")]).question(), watch)
    here.close()
    assert seen[:2] == ["Reading accounts", "Reading texts for the niche"]
    assert len(seen) == 3


def test_brief_conditions_survive_an_address() -> None:
    asked = asked_of([("brief", BRIEF), ("use", "min_followers")])
    assert [one.name for one in asked.question().conditions] == ["min_followers"]
    assert asked_of([("use", "min_followers")]).asks is False


def test_filters_by_how_we_stand_are_those_of_the_command(browser: Any, sample: Path) -> None:
    asked = {"posted_within": 30, "contacted": "no", "kind": ("person", "blog")}
    with open_workspace(sample, read_only=True) as workspace:
        right = influence.rank(workspace, "vegan baking", top=50, **asked)  # type: ignore[arg-type]
    page = browser.get("/", params={"niche": "vegan baking", **asked}).text
    assert re.findall(r'name="a" value="([^"]+)"', page) == [row.account_id for row in right.rows]
    assert "no post within 30 days" in page
    assert re.search(r'name="contacted" value="no" checked', page)


def test_further_columns_are_shown_when_asked_for(browser: Any) -> None:
    page = browser.get("/?niche=vegan+baking&show=country&show=last_post").text
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert re.findall(r'<th scope="col">([^<]+)</th>', head)[2:] == ["Country", "Last post"]
    assert re.search(r">\d{4}-\d{2}-\d{2}</td>", page)
    assert "Last post</th>" not in browser.get("/?niche=vegan+baking").text


def test_a_word_of_two_senses_is_asked_back_and_a_link_takes_one(
    browser_of: BrowserOf, tmp_path: Path
) -> None:
    from influence.store.importing.transaction import import_tables
    from tests.text.test_senses import FIGHTS, PARCELS

    texts = [*FIGHTS, *PARCELS]
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        rows = [
            {"post_id": f"{at}", "account_id": f"web:a{at}", "text": text} for at, text in enumerate(texts)
        ]
        import_tables(workspace, {"posts": pd.DataFrame(rows)})
    client = browser_of(tmp_path / "w.duckdb")
    page = html.unescape(client.get("/?niche=boxing").text)
    assert "“boxing” is said in two senses in your data. Which is meant?" in page
    assert "--sense" not in page
    links = re.findall(r'id="sense-\d" href="([^"]+)"', page)
    assert len(links) == 2
    taken = html.unescape(client.get(links[0]).text)
    assert "as taken now" in taken
    assert len(re.findall(r'id="sense-\d"', taken)) == 1
