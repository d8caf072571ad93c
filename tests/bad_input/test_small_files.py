"""Small files of every kind are read as the importer reads files: any encoding, workbooks, own headers."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from influence.errors import InfluenceError
from influence.planning.brief import read_list
from influence.ranking.comparisons import read_pairs
from influence.ranking.pair_columns import brings_figures, read_pair_file
from influence.selection.costs import read_card
from influence.store.importing.transaction import import_tables
from influence.store.people.joining import read_pairs as read_joined
from influence.store.workspace import memory_workspace
from influence.text.sentiment.labelling import read_sheet

Rows = list[list[object]]


def as_excel_saves_it(path: Path, rows: Rows) -> Path:
    """Semicolons, decimal commas, cp1252."""
    text = "\r\n".join(";".join(map(with_comma, row)) for row in rows)
    path.write_bytes((text + "\r\n").encode("cp1252"))
    return path


def with_comma(cell: object) -> str:
    return str(cell).replace(".", ",") if isinstance(cell, float) else str(cell)


def as_unicode_text(path: Path, rows: Rows) -> Path:
    path.write_text("\n".join("\t".join(map(str, row)) for row in rows) + "\n", encoding="utf-16")
    return path


def as_workbook(path: Path, rows: Rows) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


@pytest.fixture(params=[as_excel_saves_it, as_unicode_text, as_workbook], ids=lambda one: one.__name__)
def write(request: pytest.FixtureRequest, tmp_path: Path):
    return lambda *rows: request.param(tmp_path / "small.csv", list(rows))


def test_pairs_that_somebody_judged(write) -> None:
    path = write(["Account A", "Account B", "Winner"], ["@jörg", "anna", "a"], ["anna", "ben", ""])
    assert read_pairs(path) == [("@jörg", "anna", "a"), ("anna", "ben", "")]


def test_pairs_that_bring_their_figures(write) -> None:
    path = write(["Größer", "A_rate", "B_rate", "Choice"], ["x", 1.5, 2.25, 1], ["y", 1.5, 3, 0])
    assert brings_figures(path)
    read = read_pair_file(path)
    assert sorted(read.figures["rate"]) == [1.5, 2.25, 3.0]
    assert [row[2] for row in read.rows] == ["1", "0"]


def test_a_sheet_of_labels(write) -> None:
    read = read_sheet(write(["Text", "Label"], ["Schön, sehr schön", "positive"], ["Süß - aber teuer", -1]))
    assert [(row.text, row.label) for row in read] == [
        ("Schön, sehr schön", "positive"),
        ("Süß - aber teuer", "negative"),
    ]


def test_accounts_that_are_one_person(write) -> None:
    assert read_joined(write(["account", "same as"], ["@jörg", "web:jörg_x"])) == [("@jörg", "web:jörg_x")]


def test_a_rate_card(write) -> None:
    path = write(["Konto", "Preis"], ["@Jörg", 99.5], ["https://www.instagram.com/anna/?hl=de", 80])
    assert read_card(path).quotes == {"jörg": 99.5, "instagram:anna": 80.0}


def test_a_list_of_whom_a_plan_invites(write) -> None:
    path = write(["Nr", "Instagram"], [1, "@jörg"], [2, "https://www.instagram.com/anna/"])
    accounts = pd.DataFrame({"account_id": ["instagram:jörg", "instagram:anna"]})
    with memory_workspace() as workspace:
        import_tables(workspace, {"accounts": accounts})
        assert read_list(path.name, workspace, path.parent) == ["instagram:jörg", "instagram:anna"]


def test_a_row_of_too_many_cells_is_told_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "card.csv").write_text("account,cost\nanna,100\nben,1,200\ncarl,80\n")
    with pytest.raises(InfluenceError, match="3 values where the header has 2") as told:
        read_card(tmp_path / "card.csv")
    assert "line 3" in str(told.value.where)


def test_a_price_that_is_nobodys_is_refused_and_a_line_without_price_passed_over(tmp_path: Path) -> None:
    from influence.selection.costs import RateCardError, read_card

    card = tmp_path / "card.csv"
    card.write_text("account,cost\nanna,20\nben,\n,30\n")
    with pytest.raises(RateCardError, match="nobody's") as told:
        read_card(card)
    assert "line 4" in str(told.value)
    card.write_text("account,cost\nanna,20\nben,\n")
    assert read_card(card).quote("x:anna", "anna") == 20
