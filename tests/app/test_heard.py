"""What was heard, in the app: the same pages as the commands write, under the app's own policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import influence
from influence.reporting.listening.listen_page import listen_page
from influence.reporting.listening.topics_page import topics_page

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


def test_without_a_brand_the_form_is_shown_and_other_names_are_not_found(browser: Any) -> None:
    assert browser.get("/heard/listen", follow_redirects=False).status_code == 303
    assert browser.get("/heard/nothing?brand=bread").status_code == 404


def test_the_mentions_lead_to_the_pages(browser: Any) -> None:
    page = browser.get(f"/mentions?{ASKED}").text
    assert "/heard/triage?brand=bread&amp;rival=cake" in page
