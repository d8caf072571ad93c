"""The app in a real browser: with and without script, by keyboard alone, on a telephone, read by axe."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.windows import CHROMIUM, at, started, window_of

pytest.importorskip("playwright", reason="needs playwright (extra browser)")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe (extra browser)")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}


@pytest.fixture(scope="module")
def address(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as a user starts it, over a copy of the sample world; ended as a user ends it."""
    file = shutil.copy(sample, tmp_path_factory.mktemp("browser") / "w.duckdb")
    with started(file) as (found, _):
        yield found


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    """A fresh window that opened the app; fails a test on any message of the console."""
    with window_of(chromium, address) as window:
        yield window


def _rank(window: Any) -> None:
    window.get_by_label("Niche", exact=True).fill("vegan baking")
    window.get_by_role("button", name="Rank").click()
    window.wait_for_selector("td.who a")


def test_the_key_is_gone_from_the_address(page: Any) -> None:
    assert "token" not in page.url
    assert page.title() == "Rank · influence"


def test_a_question_is_answered_in_place_and_stands_in_the_address(page: Any) -> None:
    _rank(page)
    assert "niche=vegan+baking" in page.url
    assert page.get_by_label("Niche", exact=True).input_value() == "vegan baking"
    before = page.locator("td.who a").first.inner_text()
    page.locator("#sort-followers").click()
    page.wait_for_url("**sort=followers**")
    page.go_back()
    page.wait_for_selector("td.who a")
    assert page.locator("td.who a").first.inner_text() == before


def test_a_slider_moves_the_table_and_keeps_the_focus(page: Any) -> None:
    _rank(page)
    page.get_by_text("What counts how much").click()
    page.locator("#w-reach").focus()
    page.keyboard.press("End")
    page.wait_for_url("**w.reach=10**")
    assert page.evaluate("document.activeElement.id") == "w-reach"


def test_a_printed_page_holds_the_table_and_no_form(page: Any) -> None:
    _rank(page)
    page.emulate_media(media="print", color_scheme="dark")
    table = page.locator("#pick table")
    table.wait_for()
    assert table.locator("tbody tr").count() == 50
    assert not page.locator("#question").is_visible()
    assert not page.locator("#keep").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_without_script_every_step_works(chromium: Any, address: str) -> None:
    with window_of(chromium, address, java_script_enabled=False) as window:
        _rank(window)
        window.locator("td.who a").first.click()
        window.wait_for_selector("text=What counts against it")
        window.get_by_text("back to the table").click()
        window.locator("#name").fill("without script")
        window.locator("#size").fill("3")
        window.get_by_role("button", name="Keep shortlist").click()
        window.wait_for_selector("text=3 accounts for vegan baking")


def test_by_keyboard_alone_from_the_niche_to_the_reason(page: Any) -> None:
    page.get_by_label("Niche", exact=True).focus()
    page.keyboard.type("vegan baking")
    page.keyboard.press("Enter")
    page.wait_for_selector("td.who a")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('td.who') !== null"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("text=What counts against it")


def test_on_a_telephone_the_page_does_not_run_off_its_side(chromium: Any, address: str) -> None:
    with window_of(chromium, address, viewport={"width": 390, "height": 800}, color_scheme="dark") as window:
        for path in (*PAGES, *_made(window, "telephone")):
            window.goto(at(window, path))
            assert window.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_on_a_telephone_the_table_is_near_and_what_is_set_is_counted(chromium: Any, address: str) -> None:
    with window_of(chromium, address, viewport={"width": 390, "height": 800}) as window:
        window.goto(at(window, "?niche=vegan+baking&max_followers=20000"))
        assert window.locator("#question details[open]").count() == 0
        assert "1 set" in window.locator("#question summary", has_text="Who may be on it").inner_text()
        assert window.evaluate("document.querySelector('#results h1').getBoundingClientRect().top") < 800


PAGES = (
    "", "?niche=vegan+baking", "?brief=Bloggers+in+Britain,+2k+to+30k+followers.&use=min_followers",
    "?niche=vegan+baking&w.reach=9", "people?q=a", "bring", "lists", "mentions?brand=Tavilo", "labels?brand=Tavilo",
    "compare",
    "map?niche=vegan+baking", "spread", "advocates?brand=Tavilo",
    "plan?voices=20&followers=60000&unique_audience=45000&order_value=60", "plan?voices=20", "rights", "nowhere",
    "?niche=vegan+baking&contacted=no&show=country&show=last_post", "queue", "queue?brand=Tavilo", "market", "channels",
    "results", "results?campaign=spring-kit", "incentives", "incentives?advocate=9&friend=9&advocates=200&margin=35",
    "heard/listen?brand=Tavilo", "heard/communities?brand=Tavilo",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(chromium: Any, address: str, scheme: str) -> None:
    with window_of(chromium, address, color_scheme=scheme, bypass_csp=True) as window:
        for path in (*PAGES, *_made(window, f"axe {scheme}")):
            window.goto(at(window, path))
            found = axe.Axe().run(window, options=RULES).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == [], path


def _made(window: Any, name: str) -> list[str]:
    """A list that is kept and a file that is brought: pages that only use makes."""
    _rank(window)
    account = window.locator("td.who a").first.get_attribute("href")
    window.locator("#name").fill(name)
    window.locator("#size").fill("3")
    window.get_by_role("button", name="Keep shortlist").click()
    window.wait_for_selector(".board article")
    board = window.url.partition("#")[0]
    window.goto(at(window, "bring"))
    rows = {
        "name": "list.csv",
        "mimeType": "text/csv",
        "buffer": b"username,followers,colour\nanna,100,red\n",
    }
    window.locator("#files").set_input_files(rows)
    window.get_by_role("button", name="Look at them").click()
    window.wait_for_selector("select")
    paths = [
        account,
        board,
        *(f"{board}/{page}" for page in ("letters", "desk", "check?country=GB")),
        window.url,
    ]
    return [re.sub(r"^(http://[^/]+)?/", "", path) for path in paths]


def test_a_card_moves_by_the_arrow_keys_and_keeps_the_focus(page: Any) -> None:
    _made(page, "by keys")
    page.goto(at(page, "lists/by keys"))
    first = page.locator(".board article").first
    key = first.get_attribute("id")
    first.locator("h3 a").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"section[aria-labelledby=col-contacted] article[id='{key}']")
    page.wait_for_function("key => document.activeElement.id === key", arg=key)
