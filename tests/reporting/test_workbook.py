"""The workbook, read back with another library."""

import datetime
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from influence.errors import OutputError
from influence.reporting.ranking.files import write_ranking
from influence.writing import book
from influence.writing.safe import one_line


@pytest.fixture
def opened(tmp_path: Path, ranking):
    return openpyxl.load_workbook(write_ranking(ranking, tmp_path / "list.xlsx", sheet="Shortlist"))


def heads(sheet) -> list[str]:
    return [cell.value for cell in sheet[1]]


def column(sheet, head: str) -> list[object]:
    index = heads(sheet).index(head) + 1
    return [sheet.cell(row, index).value for row in range(2, sheet.max_row + 1)]


def test_there_is_a_list_its_figures_what_columns_mean_and_where_it_is_from(opened) -> None:
    assert opened.sheetnames == ["Shortlist", "Details", "Figures", "Columns", "Provenance"]


def test_numbers_are_numbers_and_unknown_is_empty(opened) -> None:
    sheet = opened["Shortlist"]
    assert column(sheet, "Followers") == [1200, 2400, 0, None]
    assert column(sheet, "Score")[0] == 69.75
    assert sheet.cell(2, heads(sheet).index("Score") + 1).number_format == "0.0"
    assert column(opened["Details"], "Rank by followers") == [99, 98, 97, None]
    assert column(opened["Figures"], "Reach in the niche: value") == [None] * 4


def test_the_header_stays_filters_and_repeats_on_paper(opened) -> None:
    sheet = opened["Shortlist"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth in (None, 1)  # 1 is the default of the format
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_reasons_wrap_and_handles_are_links(opened) -> None:
    sheet = opened["Shortlist"]
    assert sheet.cell(2, heads(sheet).index("Why") + 1).alignment.wrap_text
    assert sheet["B2"].value == "veganfood.example"
    assert sheet["B2"].hyperlink.target == "https://veganfood.example/"
    assert sheet["B5"].hyperlink is None


def test_every_column_is_explained(opened) -> None:
    explained = {(row[0].value, row[1].value) for row in opened["Columns"].iter_rows(min_row=2)}
    for name in ("Shortlist", "Details", "Figures"):
        assert {(name, head) for head in heads(opened[name])} <= explained
    assert all(row[2].value for row in opened["Columns"].iter_rows(min_row=2))


def test_provenance_has_real_dates_settings_and_who_was_left_out(opened) -> None:
    pairs = {row[0].value: row[1].value for row in opened["Provenance"].iter_rows(min_row=2)}
    assert pairs["As of"] == datetime.datetime(2012, 7, 1)
    assert pairs["Settings hash"] == "0123456789ab"
    assert pairs["Rows read: posts"] == 2460
    assert pairs["Left out: private"] == 2
    assert pairs["Setting: weights"] == "reach=0.0"


def test_text_that_looks_like_a_formula_is_text(tmp_path: Path, nasty_ranking) -> None:
    path = write_ranking(nasty_ranking, tmp_path / "list.xlsx")
    sheet = openpyxl.load_workbook(path)["Ranking"]
    for row, meant in zip(sheet.iter_rows(min_row=2), nasty_ranking.rows, strict=True):
        assert row[1].data_type == "s"
        assert row[1].value == one_line(meant.handle)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_only_web_addresses_become_links(tmp_path: Path, make_account, make_ranking) -> None:
    urls = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a.example/?q=1&r=2",
        "https://" + "x" * 3000,
    ]
    rows = [make_account(n, f"a{n}", url=url) for n, url in enumerate(urls, start=1)]
    sheet = openpyxl.load_workbook(write_ranking(make_ranking(*rows), tmp_path / "a.xlsx"))["Ranking"]
    links = [cell.hyperlink.target if cell.hyperlink else None for (cell,) in sheet["B2:B5"]]
    assert links == [None, None, "https://a.example/?q=1&r=2", None]


def test_a_cell_never_holds_more_than_excel_allows(tmp_path: Path, make_account, make_ranking) -> None:
    rows = [make_account(1, "a", reason="word " * 10_000)]
    sheet = openpyxl.load_workbook(write_ranking(make_ranking(*rows), tmp_path / "a.xlsx"))["Ranking"]
    (reason,) = column(sheet, "Why")
    assert len(str(reason)) == book.MAX_TEXT


def test_more_rows_than_a_sheet_holds_is_a_clear_error(
    tmp_path: Path, ranking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MAX_ROWS", 3)
    with pytest.raises(OutputError, match=r"write .csv"):
        write_ranking(ranking, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_more_links_than_a_sheet_holds_become_plain_handles(
    tmp_path: Path, ranking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MAX_LINKS", 1)
    sheet = openpyxl.load_workbook(write_ranking(ranking, tmp_path / "a.xlsx"))["Ranking"]
    assert sheet["B2"].hyperlink is not None
    assert sheet["B3"].hyperlink is None
    assert sheet["B3"].value == "leaf.example"


def test_the_first_sheet_is_what_a_person_acts_on(tmp_path: Path, make_account, make_ranking) -> None:
    from influence.reporting.ranking.columns import contact_columns

    rows = [make_account(7, "a"), make_account(3, "b", notes=("Silent for a year.",))]
    told = {"web:a": {"email": "a@mail.example", "country": "GB"}}
    path = write_ranking(
        make_ranking(*rows), tmp_path / "a.xlsx", contact=contact_columns(told), sheet="Shortlist"
    )
    sheet = openpyxl.load_workbook(path)["Shortlist"]
    assert heads(sheet) == [
        "#",
        "Account",
        "Why",
        "E-mail",
        "Country",
        "Status",
        "Followers",
        "Score",
        "To bear in mind",
    ]
    assert column(sheet, "#") == [1, 2]
    assert column(sheet, "E-mail") == ["a@mail.example", None]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["F2:F3"]
    assert sheet.page_setup.paperSize == 9


def test_no_figure_shows_more_digits_than_matter(opened) -> None:
    for sheet in opened:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, float):
                    assert cell.number_format != "General", (sheet.title, cell.coordinate)


def test_a_brief_shows_how_each_account_stands_to_its_conditions(tmp_path: Path, ranking) -> None:
    first = ranking.rows[0].account_id
    grades = [
        {"condition": "from DE", "state": "met", "evidence": "country de"},
        {"condition": "blogs", "state": "unknown", "evidence": "=1+1"},
    ]
    asked = replace(ranking, extra={"conditions": {first: grades}})
    sheet = openpyxl.load_workbook(write_ranking(asked, tmp_path / "brief.xlsx", sheet="Shortlist"))[
        "Shortlist"
    ]
    told = column(sheet, "Conditions of the brief")
    assert told == ["1 of 2 conditions met; unknown: blogs (=1+1)", None, None, None]
    assert "Conditions of the brief" not in heads(
        openpyxl.load_workbook(write_ranking(ranking, tmp_path / "plain.xlsx")).active
    )
