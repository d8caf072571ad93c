"""What was heard, in the app: the same pages as the commands write, under the app's own policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook

import influence
from influence.reporting.listening.listen_page import listen_page
from influence.reporting.listening.topics_page import topics_page
from influence.text.sentiment.labelling import read_sheet

ASKED = "brand=bread&rival=cake"


def test_the_page_says_what_the_library_says(browser: Any, sample: Path) -> None:
    with influence.Session(sample) as session:
        right = listen_page(session.listen("bread", rivals=("cake",)))
    page = browser.get(f"/heard/listen?{ASKED}").text
    assert right.title in page
    assert all(part.title.replace("&", "&amp;") in page for part in right.parts)


def test_the_topics_are_those_of_the_command(browser: Any, sample: Path) -> None:
    with influence.Session(sample) as session:
        right = topics_page(session.topics("vegan baking", brand="bread", rivals=("cake",)))
    page = browser.get(f"/heard/topics?niche=vegan+baking&{ASKED}").text
    assert all(part.title.replace("&", "&amp;") in page for part in right.parts)
    assert len(right.parts) > 3
    assert browser.get("/heard/topics?niche=vegan+baking").status_code == 200
    assert browser.get("/heard/topics", follow_redirects=False).headers["location"] == "/market"
    assert 'href="/heard/topics?' in browser.get(f"/mentions?niche=vegan+baking&{ASKED}").text
    assert 'href="/heard/topics?' not in browser.get(f"/mentions?{ASKED}").text
    assert 'formaction="/heard/topics"' in browser.get("/market").text


def test_pages_hold_no_style_of_their_own_and_the_served_one_is_there(browser: Any) -> None:
    for what in ("listen", "watch", "triage"):
        page = browser.get(f"/heard/{what}?{ASKED}").text
        assert "<style" not in page
        assert 'href="/report.css"' in page
        assert "/mentions?brand=bread" in page
    assert "--accent" in browser.get("/report.css").text


def test_judged_mentions_right_the_shares_everywhere_and_outlive_the_run_as_a_sheet(
    browser: Any, tmp_path: Path
) -> None:
    page = browser.get("/labels?brand=bread").text
    names = [name for name in range(100) if f'name="{name}"' in page]
    assert len(names) > 30
    told = {str(name): "negative" for name in names[:40]}
    after = browser.post("/labels?brand=bread", data=told).text
    assert f"40 of {len(names)} judged" in after
    assert "Shares righted by 40 labels" in after
    assert "Shares righted by 40 labels" in browser.get("/mentions?brand=bread").text
    assert "judge them here" in browser.get("/mentions?brand=cake").text
    sheet = browser.get("/labels.csv?brand=bread").content
    (tmp_path / "labels.csv").write_bytes(sheet)
    assert sum(one.label == "negative" for one in read_sheet(tmp_path / "labels.csv")) == 40
    told = dict.fromkeys(told, "")
    assert f"0 of {len(names)} judged" in browser.post("/labels?brand=bread", data=told).text
    back = browser.post("/labels?brand=bread", files={"sheet": ("mine.csv", sheet)}).text
    assert f"40 of {len(names)} judged" in back
    browser.post("/labels?brand=bread", data=told)
    refused = browser.post(
        "/labels?brand=bread", files={"sheet": ("mine.csv", b"text,label\nhello,great\n")}
    ).text
    assert "<dd>mine.csv, line 2, column label</dd>" in refused


def test_all_mentions_are_a_workbook(browser: Any, tmp_path: Path, sample: Path) -> None:
    (tmp_path / "all.xlsx").write_bytes(browser.get("/mentions.xlsx?brand=bread").content)
    with influence.Session(sample) as session:
        right = session.mentions("bread")
    rows = list(load_workbook(tmp_path / "all.xlsx")["Mentions"].iter_rows(values_only=True))
    assert [row.clause for row in right] == [row[2] for row in rows[1:]]


def test_without_a_brand_the_form_is_shown_and_other_names_are_not_found(browser: Any) -> None:
    assert browser.get("/heard/listen", follow_redirects=False).status_code == 303
    assert browser.get("/heard/nothing?brand=bread").status_code == 404


def test_the_mentions_lead_to_the_pages(browser: Any) -> None:
    page = browser.get(f"/mentions?{ASKED}").text
    assert "/heard/triage?brand=bread&amp;rival=cake" in page
