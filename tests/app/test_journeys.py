"""Three people do their whole job in a real browser, without the terminal; and what may come between."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from influence.demonstration import samples_folder
from tests.app.windows import CHROMIUM, at, started, window_of

pytest.importorskip("playwright", reason="needs playwright (extra browser)")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
BRIEF = "Vegan baking bloggers, 200 to 30k followers, posting weekly."
LETTER = "brand=Acme\noffer=a box of oats\nsender=Kim"


def press(window: Any, name: str) -> None:
    window.get_by_role("button", name=name, exact=True).first.click()


def bring_in(window: Any) -> None:
    """From nothing to an imported world."""
    assert window.url.endswith("/bring")
    files = [str(file) for file in sorted(samples_folder("world").glob("*.csv*"))]
    window.locator("#files").set_input_files(files)
    press(window, "Look at them")
    window.wait_for_selector("text=accounts.csv → accounts")
    press(window, "Import")
    window.wait_for_selector("h1:text('Imported')")


def saved(window: Any, do: Callable[[], None]) -> bytes:
    """The file that the browser was given."""
    with window.expect_download() as told:
        do()
    return Path(told.value.path()).read_bytes()


def keep_list(window: Any, name: str, size: int) -> None:
    window.locator("#name").fill(name)
    window.locator("#size").fill(str(size))
    press(window, "Keep shortlist")
    window.wait_for_selector(".board article")


def write_mails(window: Any) -> list[dict[str, str]]:
    """The rows of the file for the mail merge."""
    window.get_by_role("link", name="Drafts").click()
    window.locator("#settings").fill(LETTER)
    press(window, "Write drafts")
    window.wait_for_selector("text=Rests on")
    press(window, "Write the file for the mail merge")
    window.wait_for_selector("h1:text('Not written yet')")
    body = saved(window, lambda: press(window, "Write those who can be written"))
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_pr_staff_from_an_empty_folder_to_the_clients_report_and_the_mails(
    chromium: Any, tmp_path: Path
) -> None:
    with started(tmp_path / "w.duckdb") as (address, _), window_of(chromium, address) as window:
        bring_in(window)
        window.get_by_role("link", name="Rank now").click()
        window.get_by_text("Brief, examples, brand").click()
        window.get_by_label("Brief", exact=True).fill(BRIEF)
        press(window, "Rank")
        window.wait_for_selector("text=Conditions it names")
        window.locator("input[name=use][value=min_followers]").check()
        window.wait_for_url("**use=min_followers**")
        window.locator("td.who a").first.click()
        window.wait_for_selector("text=What counts against it")
        window.get_by_text("back to the table").click()
        keep_list(window, "spring", 4)
        reach = window.locator("p.lead").inner_text()
        assert reach.startswith("4 accounts reach about")
        first = window.locator(".board article").first
        key = first.get_attribute("id")
        first.locator("h3").drag_to(window.locator("section[data-status=declined] h2"))
        window.wait_for_selector(f"section[data-status=declined] article[id='{key}']")
        assert window.locator("p.lead").inner_text().startswith("3 accounts reach about")
        report = saved(window, lambda: window.get_by_role("link", name="Client’s report").click())
        assert report.startswith(b"<!doctype html>")
        mails = write_mails(window)
        assert mails
        assert key.partition(":")[2] not in {row["Account"] for row in mails}
        assert all("Acme" in row["Body"] and row["Email"] for row in mails)


def test_without_script_on_a_telephone_the_job_is_done_too(chromium: Any, tmp_path: Path) -> None:
    how: dict[str, Any] = {"java_script_enabled": False, "viewport": {"width": 390, "height": 800}}
    with started(tmp_path / "w.duckdb") as (address, _), window_of(chromium, address, **how) as window:
        bring_in(window)
        window.get_by_role("link", name="Rank now").click()
        window.get_by_label("Niche", exact=True).fill("vegan baking")
        press(window, "Rank")
        window.wait_for_selector("td.who a")
        keep_list(window, "spring", 3)
        key = window.locator(".board article").first.get_attribute("id")
        window.locator("button[value=later]:enabled").first.click()
        window.wait_for_selector(f"section[data-status=contacted] article[id='{key}']")
        assert b"<!doctype html>" in saved(
            window, lambda: window.get_by_role("link", name="Client’s report").click()
        )
        window.go_back() if "/get/" in window.url else None
        assert write_mails(window)


@pytest.fixture
def copied(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample, tmp_path / "w.duckdb"))


def test_an_analyst_asks_why_weighs_anew_and_is_told_of_new_data(
    chromium: Any, copied: Path, tmp_path: Path
) -> None:
    with started(copied) as (address, _), window_of(chromium, address) as window:
        window.goto(at(window, "?niche=vegan+baking"))
        first = window.locator("td.who a").first.inner_text()
        window.get_by_text("What counts how much").click()
        window.locator("#w-reach").focus()
        window.keyboard.press("End")
        window.wait_for_selector(".moved")
        window.locator("#undo").click()
        window.wait_for_selector(".moved", state="detached")
        assert window.locator("td.who a").first.inner_text() == first
        for nr in (0, 1):
            window.locator("input[name=a]").nth(nr).check()
        press(window, "Compare ticked")
        window.wait_for_selector("th:text('Score')")
        window.go_back()
        window.locator("td.who a").first.click()
        window.locator("#why").fill("speaks to others")
        press(window, "Keep")
        window.wait_for_selector("text=speaks to others")
        tab = window.context.new_page()
        tab.goto(at(window, "people?q=zz_new"))
        (tmp_path / "more.csv").write_text("username,followers,bio\nzz_new_baker,10,vegan baking\n", "utf-8")
        call = [
            sys.executable,
            "-m",
            "influence",
            "import",
            str(tmp_path / "more.csv"),
            "--workspace",
            str(copied),
        ]
        subprocess.run([*call, "--platform", "instagram", "--yes"], check=True, capture_output=True)
        for one in (window, tab):
            one.bring_to_front()
            one.wait_for_selector("#notice:has-text('The file was changed meanwhile')")
        tab.get_by_role("link", name="Show it as it is now").click()
        tab.wait_for_selector("text=zz_new_baker")


def test_a_planner_finds_advocates_and_plans_and_is_told_when_the_app_stops(
    chromium: Any, copied: Path
) -> None:
    with started(copied) as (address, server), window_of(chromium, address) as window:
        window.goto(at(window, "advocates?brand=Tavilo"))
        assert window.locator("tbody tr").count() > 3
        window.goto(at(window, "?niche=vegan+baking"))
        keep_list(window, "spring", 4)
        window.get_by_role("link", name="Campaign", exact=True).click()
        window.get_by_role("link", name="Plan", exact=True).click()
        window.locator("#list").select_option("spring")
        window.locator("#i-order_value").fill("60")
        press(window, "Reckon")
        window.wait_for_selector("p.lead")
        book = saved(window, lambda: window.get_by_role("link", name="Workbook with live formulas").click())
        assert book.startswith(b"PK")
        server.send_signal(2)
        window.wait_for_selector("#notice:has-text('The app was stopped')")
        before = window.url
        window.get_by_role("link", name="Results").click()
        assert window.url == before
        assert window.evaluate("document.activeElement.id") == "notice"


def tab_to(window: Any, wanted: str) -> None:
    """Press Tab until an element of this kind has the focus, and see that it shows."""
    for _ in range(120):
        window.keyboard.press("Tab")
        if window.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            assert window.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"no Tab leads to {wanted}")


def test_by_keyboard_alone_from_the_niche_to_the_report_and_through_the_queue(
    chromium: Any, copied: Path
) -> None:
    with started(copied) as (address, _), window_of(chromium, address) as window:
        tab_to(window, "#niche")
        window.keyboard.type("vegan baking")
        window.keyboard.press("Enter")
        window.wait_for_selector("td.who a")
        tab_to(window, "a[href='#keep']")
        window.keyboard.press("Enter")
        tab_to(window, "#name")
        window.keyboard.type("spring")
        window.keyboard.press("Enter")
        window.wait_for_selector(".board article")
        key = window.locator(".board article").first.get_attribute("id")
        tab_to(window, ".board article h3 a")
        window.keyboard.press("ArrowRight")
        window.wait_for_selector(f"section[data-status=contacted] article[id='{key}']")
        assert window.evaluate("document.activeElement.id") == key
        window.goto(at(window, "lists/spring"))
        tab_to(window, "a[href$='report.html']")
        assert b"<!doctype html>" in saved(window, lambda: window.keyboard.press("Enter"))
        window.goto(at(window, "queue?brand=Tavilo"))
        ids = [one.get_attribute("id") for one in window.locator(".queue article").all()]
        tab_to(window, ".queue article a")
        window.keyboard.press("j")
        assert window.evaluate("document.activeElement.id") == ids[1]
        window.keyboard.press("k")
        window.keyboard.press("a")
        window.wait_for_function(
            "id => !document.querySelector('.queue').contains(document.getElementById(id))", arg=ids[0]
        )
        assert window.evaluate("document.activeElement.id") == ids[1]
