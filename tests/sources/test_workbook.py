"""Workbooks: which row is the header, what cells say as text, merged cells, and what is refused."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from influence.errors import SourceError
from influence.sources import workbook as module
from influence.sources.base import ReadOptions, Source
from influence.sources.workbook import open_workbook

Sheets = dict[str, list[list[Any]]]


def save(path: Path, sheets: Sheets, merges: tuple[str, ...] = (), hidden: tuple[str, ...] = ()) -> Path:
    """Write sheets of rows; merges are of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    for cells in merges:
        book.worksheets[0].merge_cells(cells)
    book.save(path)
    return path


def rows(source: Source) -> list[tuple[str | None, ...]]:
    return [tuple(row.values()) for batch in source.batches() for row in batch.rows.to_pylist()]


def lines(source: Source) -> list[int]:
    return [line for batch in source.batches() for line in batch.lines.tolist()]


PLAIN = [["handle", "followers"], ["anna", 12], ["bob", 7]]


def test_a_lone_sheet_is_called_like_the_file(tmp_path: Path) -> None:
    (source,) = open_workbook(save(tmp_path / "Accounts.xlsx", {"Sheet1": PLAIN}))
    assert source.name == "accounts"
    assert source.headers == ("handle", "followers")
    assert rows(source) == [("anna", "12"), ("bob", "7")]
    assert lines(source) == [2, 3]


def test_a_lone_sheet_named_after_a_table_keeps_its_name(tmp_path: Path) -> None:
    (source,) = open_workbook(save(tmp_path / "export 2024.xlsx", {"Posts": PLAIN}))
    assert source.name == "posts"


def test_every_visible_sheet_with_rows_is_a_source(tmp_path: Path) -> None:
    sheets: Sheets = {"Accounts": PLAIN, "Empty": [], "Lists": PLAIN, "Posts": PLAIN}
    path = save(tmp_path / "all.xlsx", sheets, hidden=("Lists",))
    assert [source.name for source in open_workbook(path)] == ["accounts", "posts"]


def test_a_sheet_can_be_asked_for_by_name_even_if_hidden(tmp_path: Path) -> None:
    path = save(tmp_path / "all.xlsx", {"A": PLAIN, "Lists": PLAIN}, hidden=("Lists",))
    (source,) = open_workbook(path, ReadOptions(sheet="lists"))
    assert "'Lists'" in source.about


def test_a_missing_sheet_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    path = save(tmp_path / "all.xlsx", {"Accounts": PLAIN, "Posts": PLAIN})
    with pytest.raises(SourceError) as caught:
        open_workbook(path, ReadOptions(sheet="Acounts"))
    assert caught.value.expected == "one of: Accounts, Posts"
    assert caught.value.hint == "did you mean 'Accounts'?"


def test_cells_become_canonical_text(tmp_path: Path) -> None:
    values = [
        12,
        1.5,
        -0.25,
        True,
        dt.date(2020, 1, 2),
        dt.datetime(2020, 1, 2, 3, 4, 5),
        " x ",
        "@ann",
        None,
    ]
    table = [["n", "what"], *[[n, value] for n, value in enumerate(values)]]
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": table}))
    assert [what for _, what in rows(source)] == [
        "12", "1.5", "-0.25", "true", "2020-01-02", "2020-01-02T03:04:05", " x ", "@ann", None,
    ]  # fmt: skip


def test_blank_rows_and_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    table = [[], ["Our bloggers"], [], [None, "handle", "likes"], [None, "anna", 3], [], [None, "bob", 4]]
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": table}))
    assert source.headers == ("handle", "likes")
    assert rows(source) == [("anna", "3"), ("bob", "4")]
    assert lines(source) == [5, 7]


def test_a_title_merged_over_the_table_is_no_header(tmp_path: Path) -> None:
    table = [["Our bloggers", None], *PLAIN]
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": table}, merges=("A1:B1",)))
    assert source.headers == ("handle", "followers")


def test_a_cell_merged_over_rows_stands_for_each_of_them(tmp_path: Path) -> None:
    table = [["handle", "post"], ["anna", "one"], [None, "two"], [None, "three"], ["bob", "four"]]
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": table}, merges=("A2:A4",)))
    assert rows(source) == [("anna", "one"), ("anna", "two"), ("anna", "three"), ("bob", "four")]
    assert any("merged" in note for note in source.notes)  # type: ignore[attr-defined]


def test_headers_under_a_merged_group_are_the_lower_ones(tmp_path: Path) -> None:
    table = [["handle", "Engagement", None], [None, "likes", "comments"], ["anna", 3, 4]]
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": table}, merges=("A1:A2", "B1:C1")))
    assert source.headers == ("handle", "likes", "comments")
    assert rows(source) == [("anna", "3", "4")]


def test_a_note_merged_over_the_columns_fills_only_the_first(tmp_path: Path) -> None:
    table = [*PLAIN, ["as of May", None]]
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": table}, merges=("A4:B4",)))
    assert rows(source)[-1] == ("as of May", None)


def test_columns_without_a_name_keep_their_values(tmp_path: Path) -> None:
    table = [["handle", None, "likes", "likes"], ["anna", "kept", 3, 4]]
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": table}))
    assert len(set(source.headers)) == 4
    assert rows(source) == [("anna", "kept", "3", "4")]
    assert len(source.notes) == 2  # type: ignore[attr-defined]


def test_one_column_of_handles_is_a_table(tmp_path: Path) -> None:
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": [["handle"], ["anna"], ["bob"]]}))
    assert rows(source) == [("anna",), ("bob",)]


def test_rows_come_in_batches_and_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_ROWS", 10)
    table = [["n", "m"], *[[n, n] for n in range(55)]]
    (source,) = open_workbook(save(tmp_path / "a.xlsx", {"S": table}))
    assert [batch.rows.num_rows for batch in source.batches()] == [10, 10, 10, 10, 10, 5]
    assert lines(source) == list(range(2, 57))


def test_a_workbook_of_empty_sheets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="every sheet of this workbook is empty"):
        open_workbook(save(tmp_path / "a.xlsx", {"A": [], "B": []}))


@pytest.mark.parametrize(
    "content",
    [b"", b"handle,followers\n", b"PK\x03\x04garbage", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="not a readable Excel workbook") as caught:
        open_workbook(path)
    assert caught.value.where == str(path)


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", {"S": PLAIN})
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SourceError, match="not a readable"):
        open_workbook(path)


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(SourceError, match="not a readable"):
        open_workbook(path)


def test_a_protected_workbook_is_told_apart_from_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    ole = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 600
    )
    path.write_bytes(ole)
    with pytest.raises(SourceError, match="protected by a password") as caught:
        open_workbook(path)
    assert "without a password" in (caught.value.hint or "")


def test_a_lone_cell_far_away_does_not_eat_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "handle"
    sheet["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(SourceError, match="too large") as caught:
        open_workbook(tmp_path / "far.xlsx")
    assert "1,048,576 rows by 16,384 columns" in str(caught.value.seen)


def test_a_bomb_of_zeros_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_UNPACKED_BYTES", 1 << 20)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (2 << 20))
    with pytest.raises(SourceError, match="too large"):
        open_workbook(path)
