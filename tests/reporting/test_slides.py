"""Slides: at most ten, charts and tables that can be edited, a foot that says what holds, notes with the sources."""

from __future__ import annotations

import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from influence.cli.app import run
from influence.demonstration import samples_folder
from influence.planning.track import Creator
from influence.reporting.outreach.campaign_results import _people_title
from influence.store.importing.transaction import import_tables
from influence.store.lists.desk_records import Deliverable, write_records
from influence.store.lists.saved import SavedList, SavedPick, save_list
from influence.store.workspace import open_workspace
from influence.writing.deck import MOST_SLIDES, Series, SlidesError, new_deck


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A deck with one slide of each kind; foreign text that XML forbids in it."""
    path = tmp_path / "d.pptx"
    with new_deck(path, title="T", foot="As of 1 July 2025; filters: language en") as deck:
        deck.title("T", "S", notes="Sources\nfile.csv")
        deck.figures("F", [("12", "accounts"), ("1,234 USD", "cost")], ["One."])
        deck.table("Table", ["A", "N"], [["\x00evil\x0b", "1"], ["long " * 120, "2"]], [3, 1], numbers=[1])
        deck.bars("Bars", ["a", "b"], [Series("x", [1, None]), Series("y", [2.5, 3])])
        deck.lines("Lines", [Series("x", [1, None, 3], [1.0, 2.0, 3.0])], "n", "people")
        deck.words("Words", ["one", "two"])
    return path


def test_charts_and_tables_can_be_edited(made: Path) -> None:
    slides = Presentation(str(made)).slides
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    assert [[series.name for series in chart.plots[0].series] for chart in charts] == [["x", "y"], ["x"]]
    assert list(charts[0].plots[0].series[0].values) == [1.0, None]
    assert list(charts[1].plots[0].series[0].values) == [1.0, 3.0]
    assert all(chart.part.chart_workbook.xlsx_part is not None for chart in charts)
    table = next(shape.table for slide in slides for shape in slide.shapes if shape.has_table)
    assert table.cell(1, 0).text.strip().endswith("evil")
    assert table.cell(2, 0).text.endswith("…")


def test_every_slide_says_what_holds_and_has_notes(made: Path) -> None:
    slides = Presentation(str(made)).slides
    for slide in slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert "As of 1 July 2025; filters: language en" in texts
        assert slide.notes_slide.notes_text_frame.text
    assert "file.csv" in slides[0].notes_slide.notes_text_frame.text


def test_a_deck_has_ten_slides_at_most_and_what_fails_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "d.pptx"

    def too_many() -> None:
        with new_deck(path, title="T", foot="f") as deck:
            for _ in range(MOST_SLIDES + 1):
                deck.words("W", ["x"])

    with pytest.raises(ValueError, match="at most 10"):
        too_many()
    assert not path.exists()


def test_without_the_extra_one_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pptx", None)
    deck = new_deck(tmp_path / "d.pptx", title="", foot="")
    with pytest.raises(SlidesError, match="influence-toolkit\\[slides\\]"):
        deck.__enter__()


def test_the_report_as_slides_shows_the_picks_of_the_page(tmp_path: Path) -> None:
    names = ("teapot", "leafy", "oolong", "matcha")
    accounts = [{"handle": name, "kind": "person", "followers": 100, "language": "en"} for name in names]
    posts = [{"post_id": f"{name}{k}", "account_id": name, "text": f"Brewing green tea, {k}", "likes": k + at,
              "created_at": f"2026-01-0{k}"} for at, name in enumerate(names) for k in (1, 2)]  # fmt: skip
    likes = [{"actor_id": f"fan{n}", "target_id": name, "kind": "like", "created_at": "2026-01-03"}
             for at, name in enumerate(names) for n in range(at + 2)]  # fmt: skip
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        tables = {"accounts": accounts, "posts": posts, "interactions": likes}
        import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables.items()})
    path, page = tmp_path / "campaign.pptx", tmp_path / "campaign.html"
    ask = [
        "report",
        "-w",
        str(tmp_path / "w.duckdb"),
        "--niche",
        "green tea",
        "--size",
        "3",
        "--language",
        "en",
    ]
    assert run([*ask, "-o", str(path)]) == 0
    slides = Presentation(str(path)).slides
    assert 5 <= len(slides) <= MOST_SLIDES
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    assert len(list(tables[0].rows)) == 4
    assert any(shape.has_chart for slide in slides for shape in slide.shapes)
    feet = {shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame}
    holds = next(text for text in feet if "filters: language en" in text)
    assert "niche: green tea" in holds
    assert "Settings hash" in slides[0].notes_slide.notes_text_frame.text
    assert run([*ask, "-o", str(page)]) == 0
    html = page.read_text("utf-8")
    n_figures = html.count("<figure>") + html.count('<table class="stack">') + html.count('class="bars"')
    assert html.count(holds) == n_figures
    book = tmp_path / "list.xlsx"
    assert run(["shortlist", *ask[1:], "-o", str(book)]) == 0
    sheets = openpyxl.load_workbook(book)
    assert all("filters: language en" in sheets[name].oddHeader.left.text for name in sheets.sheetnames[:3])


def test_where_no_signal_is_in_the_score_the_slides_leave_it_out(tmp_path: Path) -> None:
    """Links between names alone, and a niche of which nobody speaks."""
    at = str(tmp_path / "w.duckdb")
    assert run(["import", str(samples_folder("polblogs")), "--yes", "-w", at]) == 0
    path = tmp_path / "r.pptx"
    assert run(["report", "-w", at, "--niche", "vegan baking", "--size", "2", "-o", str(path)]) == 0
    shapes = [shape for slide in Presentation(str(path)).slides for shape in slide.shapes]
    titles = [shape.text_frame.text for shape in shapes if shape.has_text_frame]
    assert {"The picks", "What is not known"} <= set(titles)
    assert all(list(shape.chart.plots[0].series) for shape in shapes if shape.has_chart)


def test_the_result_of_a_campaign_as_page_slides_and_workbook(tmp_path: Path) -> None:
    outcomes = [{"campaign": name, "account_id": who, "day": f"2026-02-{day:02d}", "cost": cost, "impressions": 5000,
                 "clicks": 100, "orders": orders, "revenue": orders * 40.0}
                for name in ("spring", "autumn") for who, cost, orders in (("good", 20, 9), ("poor", 400, 0))
                for day in range(1, 5)]  # fmt: skip
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_tables(workspace, {"outcomes": pd.DataFrame(outcomes)})
        save_list(workspace, SavedList("spring", picks=(SavedPick("web:poor", 1),)))
        lacking = Deliverable("web:poor", "post", post_id="p", disclosure='possible missing label: "Oats"')
        write_records(workspace.store, "spring", [lacking], None)
    at = ["track", "-w", str(tmp_path / "w.duckdb"), "--campaign", "spring", "--benchmark", "autumn", "-o"]
    for ending in ("html", "pptx", "xlsx"):
        assert run([*at, str(tmp_path / f"r.{ending}")]) == 0
    html = (tmp_path / "r.html").read_text("utf-8")
    assert "spring: 36 orders, 46.67 each; sales 240 below cost" in html
    assert "money in the currency of the outcomes, which no plan names" in html
    assert "Ask others in the place of poor" in html
    assert "possible missing label" in html
    assert html.count("1 February 2026 to 4 February 2026") >= 4
    slides = Presentation(str(tmp_path / "r.pptx")).slides
    assert len(slides) <= MOST_SLIDES
    assert sum(shape.has_chart for slide in slides for shape in slide.shapes) == 2
    sheets = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert {"KPIs", "Creators", "Next", "About"} <= set(sheets.sheetnames)


@pytest.mark.parametrize(
    ("orders", "title"),
    [
        ({"w:a": 3, "w:b": 1}, "a brought 75% of the orders shown"),
        ({"w:a": 2, "w:b": 2}, "2 people brought 50% of the orders shown each"),
        ({"w:a": 0, "w:b": 0}, "No order is known to have come"),
    ],
)
def test_the_title_of_the_people_names_one_only_where_one_was_best(
    orders: dict[str, int], title: str
) -> None:
    people = [Creator(name, {"orders": float(n)}, None, None, "wait", "") for name, n in orders.items()]
    assert _people_title(people) == title
