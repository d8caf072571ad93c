"""The report in a real browser, with the network watched."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from influence.reporting.report.forms import find_browser, print_pdf

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_browser() is None, reason="no browser of the Chromium family is installed"),
]


def beside(name: str) -> ModuleType:
    """A helper module of this folder."""
    spec = importlib.util.spec_from_file_location(f"report_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pages = beside("test_report_page")
    path = tmp_path_factory.mktemp("report") / "c.html"
    path.write_text(pages.report_on(pages.world(12), size=8, must=("web:blog000",)), "utf-8")
    return path


@pytest.fixture(scope="module")
def browser(page: Path) -> Iterator[Any]:
    with beside("chromium").chromium() as opened:
        yield opened


def test_the_page_asks_nobody_for_anything(browser: Any, page: Path) -> None:
    for width, dark in ((1280, False), (390, True)):
        browser.size(width, dark=dark)
        browser.open(page)
    asked = {address for address in browser.requests if not address.startswith(("data:", "about:"))}
    assert asked == {page.resolve().as_uri()}
    assert browser.faults == []
    assert browser.evaluate("document.scripts.length") == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_screen(browser: Any, page: Path, width: int) -> None:
    browser.size(width)
    browser.open(page)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate("document.querySelector('h1').getBoundingClientRect().height") > 10


def test_letters_in_charts_can_be_read_on_a_telephone(browser: Any, page: Path) -> None:
    browser.size(390)
    browser.open(page)
    seen = browser.evaluate(
        "[...document.querySelectorAll('.narrow .chart')].map("
        "s => 12 * s.getBoundingClientRect().width / s.viewBox.baseVal.width)"
    )
    assert len(seen) == 4
    assert min(seen) >= 10


def test_dark_is_dark_and_light_is_light(browser: Any, page: Path) -> None:
    colours = []
    for dark in (False, True):
        browser.size(1280, dark=dark)
        browser.open(page)
        colours.append(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(20, 24, 31)"]


def test_a_screen_reader_hears_the_findings(browser: Any, page: Path) -> None:
    browser.size(1280)
    browser.open(page)
    heard = browser.heard()
    headings = [name for role, name in heard if role == "heading"]
    pictures = [name for role, name in heard if role in ("image", "img")]
    assert headings[0] == "8 accounts for green tea"
    assert any(name.startswith("Score ") and "niche fit" in name for name in pictures)
    assert sum(name in headings for name in pictures) == 4  # each chart is announced by its finding
    assert all(pictures)


def test_it_prints_on_a4(page: Path, tmp_path: Path) -> None:
    printed = print_pdf(page, tmp_path / "c.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in printed or b"/MediaBox [0 0 595" in printed


def test_thirty_picks_take_no_more_than_eight_sheets(tmp_path: Path) -> None:
    pages = beside("test_report_page")
    html = tmp_path / "c.html"
    html.write_text(pages.report_on(pages.world(40), size=30), "utf-8")
    assert html.read_text("utf-8").count('id="pick-') == 30
    printed = print_pdf(html, tmp_path / "c.pdf").read_bytes()
    assert 1 <= len(re.findall(rb"/Type\s*/Page(?!s)", printed)) <= 8


OVERLAPS = """
Array.from(document.querySelectorAll("svg.chart")).flatMap(chart => {
  const words = Array.from(chart.querySelectorAll("text"), e => [e.textContent, e.getBoundingClientRect()])
    .filter(w => w[1].width);
  return words.flatMap(([a, p], k) => words.slice(k + 1)
    .filter(([b, q]) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
      && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 3)
    .map(([b]) => [a, b]));
})
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_words_of_a_chart_stand_on_others(browser: Any, page: Path, width: int) -> None:
    browser.size(width)
    browser.open(page)
    assert browser.evaluate("document.querySelectorAll('svg.chart text').length") > 20
    assert browser.evaluate(OVERLAPS) == []
