"""The client's report as HTML: complete, escaped, self-contained, small."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from influence.cli.app import run
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.reporting.report.campaign import campaign_of
from influence.reporting.report.curve import few_steps
from influence.reporting.report.page import render_report
from influence.reporting.report.scatter import Crowd, scatter_chart, scatter_title
from influence.selection.sets import shortlist_set
from influence.selection.wishes import Wishes
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace
from influence.writing.plain import compact
from influence.writing.safe import web_address
from influence.writing.svg import NARROW, WIDE, Scale, round_steps, tag

EVIL = "<script>alert(1)</script>\"'&"


def world(n: int, n_readers: int = 60) -> dict[str, Any]:
    """`n` tea blogs with readers in common, the first with a hostile name, bio, text and address."""
    import pandas as pd

    rng = np.random.default_rng(5)
    blogs = [f"web:blog{k:03d}" for k in range(n)]
    accounts = [
        {"account_id": key, "handle": EVIL if k == 0 else key[4:], "name": EVIL if k == 0 else None, "kind": "blog",
         "followers": int(10 ** (1 + 4 * rng.random())), "url": "javascript:alert(2)" if k == 0 else "https://tea.example/"}
        for k, key in enumerate(blogs)
    ]  # fmt: skip
    posts = [
        {"post_id": f"{key}-{j}", "account_id": key, "created_at": f"2024-05-{j + 1:02d}", "likes": 5 + k % 7,
         "text": f"green tea brewing leaves {EVIL if k == 0 else 'oolong ' * 20}", "url": "javascript:alert(3)"}
        for k, key in enumerate(blogs) for j in range(4)
    ]  # fmt: skip
    follows = [
        {"follower_id": f"web:reader{r}", "followee_id": key}
        for key in blogs
        for r in rng.choice(n_readers, 12, replace=False)
    ]
    return {
        name: pd.DataFrame(rows)
        for name, rows in (("accounts", accounts), ("posts", posts), ("follows", follows))
    }


def report_on(tables: dict[str, Any], asked: dict[str, Any] | None = None, **wishes: Any) -> str:
    with open_workspace(":memory:") as workspace:
        import_tables(workspace, tables)
        found = assess(workspace, question_of("green tea", kind="blog", **(asked or {})))
        return render_report(campaign_of(found, shortlist_set(workspace, found, Wishes(**wishes))))


@pytest.fixture(scope="module")
def page() -> str:
    return report_on(world(12), size=8, must=("web:blog000",))


class Reader(HTMLParser):
    """Tags, attributes and headings of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.headings: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags and re.fullmatch("h[1-4]", self.tags[-1]) and data.strip():
            self.headings.append((self.tags[-1], data.strip()))


def test_every_part_is_there(page: str) -> None:
    said = [words for _, words in Reader(page).headings]
    for part in (
        "The brief", "The method in five sentences", "The shortlist", "What they add up to",
        "Who nearly made it, and why not", "What is not known", "Where it comes from",
    ):  # fmt: skip
        assert part in said
    assert page.count('class="chart"') == 2 * 4  # four charts, wide and narrow
    assert len(re.findall(r"<li>", page.split("five sentences</h2>")[1].split("</ol>")[0])) == 5


def test_hostile_names_texts_and_addresses_are_words_only(page: str) -> None:
    reader = Reader(page)
    assert "script" not in reader.tags
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]
    assert not [
        value for _, name, value in reader.attributes if name in ("href", "src") and "javascript" in value
    ]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "alert(2)" not in page
    assert "alert(3)" not in page


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    reader = Reader(page)
    assert not {"img", "iframe", "object", "embed", "video", "audio"} & set(reader.tags)
    assert [(tag, value) for tag, name, value in reader.attributes if tag == "link" and name == "href"] == [
        ("link", "data:,")
    ]
    assert "@import" not in page
    assert "url(" not in page
    assert "default-src 'none'" in page.replace("&#39;", "'")


def test_pictures_have_words_for_those_who_cannot_see_them(page: str) -> None:
    pictures = re.findall(r"<svg[^>]*>", page)
    assert pictures
    assert all('aria-label="' in found or 'aria-hidden="true"' in found for found in pictures)
    levels = [int(tag[1]) for tag, _ in Reader(page).headings]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_same_question_gives_the_same_bytes(page: str) -> None:
    assert report_on(world(12), size=8, must=("web:blog000",)) == page


def test_two_hundred_candidates_stay_under_five_megabytes() -> None:
    assert len(report_on(world(210), size=200).encode()) < 5_000_000


def test_a_bare_list_still_makes_a_page_that_says_how_little_is_known() -> None:
    import pandas as pd

    accounts = pd.DataFrame({"account_id": [f"web:{k}" for k in range(4)]})
    with open_workspace(":memory:") as workspace:
        import_tables(workspace, {"accounts": accounts})
        found = assess(workspace, question_of(""))
        page = render_report(campaign_of(found, shortlist_set(workspace, found, Wishes(size=2))))
    assert "No audience and no posts are known" in page
    assert "The followers of" in page


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x", True), ("HTTP://a.example", True), ("javascript:alert(1)", False), (None, False),
        ("data:text/html,x", False), ("//a.example", False), ("https://a b", False), ("java\nscript:x", False),
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str | None, kept: bool) -> None:
    assert web_address(url) == (url if kept else None)


def test_attributes_and_children_are_escaped() -> None:
    assert tag("text", EVIL, aria_label=EVIL) == (
        '<text aria-label="&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;">'
        "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;</text>"
    )


def test_scales_put_values_where_they_belong() -> None:
    assert Scale(0, 10, 100, 200)(5) == 150
    assert Scale(1, 10_000, 0, 100, log=True)(100) == pytest.approx(50)
    assert round_steps(0, 97) == [0, 20, 40, 60, 80]
    assert Scale(3, 3, 0, 10)(3) == 5


def test_the_title_says_how_many_of_the_largest_are_among_the_best() -> None:
    size, score = np.array([10.0, 20.0, 5000.0, 9000.0]), np.array([90.0, 80.0, 30.0, 20.0])
    crowd = Crowd(size, score, np.array([True, True, False, False]), list("abcd"), "followers")
    assert (
        scatter_title(crowd)
        == "None of the 2 accounts with most followers is among the 2 best for this niche"
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("seed", range(3))
def test_no_name_of_the_scatter_stands_on_a_dot_or_another_name(width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    size, score = 10 ** rng.normal(3, 0.3, 100), rng.normal(50, 10, 100).clip(0, 100)
    picked = np.zeros(100, dtype=bool)
    picked[np.argsort(-score)[:30]] = True
    crowd = Crowd(size, score, picked, [f"someone_named_{k}" for k in range(100)], "followers")
    drawn = ElementTree.fromstring(scatter_chart(crowd, width))
    names = [words_box(one) for one in drawn.iter("text") if "label" in one.get("class", "")]
    dots = [[float(one.attrib[key]) for key in ("cx", "cy", "r")] for one in drawn.iter("circle")]
    boxes = [*names, *((cx - r, cy - r, cx + r, cy + r) for cx, cy, r in dots)]
    assert len(names) >= 2
    assert not [(a, b) for k, a in enumerate(names) for b in boxes[k + 1 :] if meet(a, b)]
    assert all(left >= 0 and right <= width for left, _, right, _ in names)


def words_box(text: ElementTree.Element) -> tuple[float, float, float, float]:
    """The room of a text of 12 px in DejaVu Sans: 6.7 a letter on the average of names."""
    x, y, long = float(text.attrib["x"]), float(text.attrib["y"]), 6.7 * len(text.text or "")
    left = {"start": x, "end": x - long, "middle": x - long / 2}[text.get("text-anchor", "start")]
    return left, y - 10, left + long, y + 3


def meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "w.duckdb"
    with open_workspace(path) as workspace:
        import_tables(workspace, world(8))
    asked = ["report", "-w", str(path), "--niche", "green tea", "--kind", "blog", "--size", "4"]
    assert run([*asked, "--budget", "500", "-o", str(tmp_path / "c.html")]) == 0
    assert "4 accounts for green tea" in (tmp_path / "c.html").read_text("utf-8")
    assert run([*asked, "-o", str(tmp_path / "c.docx")]) == 2
    assert ".html, .pdf or .pptx" in capsys.readouterr().err


def test_the_page_has_as_many_as_the_brief_asks_for_as_the_shortlist_has(tmp_path: Path) -> None:
    path, brief = tmp_path / "w.duckdb", tmp_path / "brief.txt"
    brief.write_text("We look for 3 blogs about green tea.")
    with open_workspace(path) as workspace:
        import_tables(workspace, world(8))
    asked = ["-w", str(path), "--brief", str(brief), "--yes", "-o"]
    assert run(["report", *asked, str(tmp_path / "c.html")]) == 0
    assert "3 accounts for" in (tmp_path / "c.html").read_text("utf-8")
    assert run(["shortlist", *asked, str(tmp_path / "c.csv")]) == 0
    lines = (tmp_path / "c.csv").read_text("utf-8-sig").splitlines()
    assert len([line for line in lines if not line.startswith("#")]) == 1 + 3


def test_without_a_browser_a_pdf_is_refused_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from influence.errors import OutputError
    from influence.reporting.report.forms import print_pdf

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutputError, match="browser of the Chromium family"):
        print_pdf(tmp_path / "c.html", tmp_path / "c.pdf")


def test_each_pick_says_how_it_stands_to_the_conditions_of_the_brief() -> None:
    brief = "Green tea blogs from Germany, at most 100,000 followers."
    page = report_on(world(12), {"brief": brief, "conditions": "brief"}, size=3)
    assert page.count("Of the brief: 2 of 3 conditions met; unknown: from DE (not told).") == 3


def test_a_curve_of_few_topics_has_whole_numbers_at_its_axis() -> None:
    assert [compact(tick) for tick in Scale(0, 2.01, 0, 1).ticks(few_steps(1.92))] == ["0", "2"]
    assert few_steps(400.0) == 5
