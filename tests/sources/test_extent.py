"""Workbooks whose declared or shared size is absurd: refused before the library allocates it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from influence.errors import SourceError
from influence.sources.opening import open_sources

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELLS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>handle</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>fans</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>anna</t></is></c><c r="B2"><v>5</v></c></row>'
)
FAR = {
    "as Excel writes it": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "single quotes": "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "blanks around": '<row r="1048576"><c\n  r = "XFD1048576"><v>1</v></c></row>',
    "an entity": '<row r="1048576"><c r="XFD104857&#54;"><v>1</v></c></row>',
    "small letters": '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
    "the row's number": '<row r="1048576"><c><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
    "leading zeros": '<row r="1048576"><c r="XFD0001048576"><v>1</v></c></row>',
    "a long attribute": f'<row r="1048576"><c s="{"1" * 400}" r="XFD1048576"><v>1</v></c></row>',
}


def with_sheet(
    folder: Path, cells: str, shared: str | None = None, part: str = "xl/worksheets/sheet1.xml"
) -> Path:
    """A workbook that Excel's writer made, its sheet replaced."""
    plain, path = folder / "plain.xlsx", folder / "changed.xlsx"
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write_row(0, 0, ["handle", "bio"])
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            text = old.read(item).decode()
            if item.filename == "xl/worksheets/sheet1.xml":
                new.writestr(part, f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>')
            elif item.filename == "xl/sharedStrings.xml" and shared:
                new.writestr(item.filename, f'<sst xmlns="{MAIN}">{shared}</sst>')
            else:
                new.writestr(item.filename, text.replace("worksheets/sheet1.xml", part.removeprefix("xl/")))
    return path


def n_rows(path: Path) -> int:
    return sum(batch.rows.num_rows for source in open_sources(path) for batch in source.batches())


@pytest.mark.parametrize("form", FAR)
def test_a_cell_far_away_is_refused_however_its_address_is_written(tmp_path: Path, form: str) -> None:
    with pytest.raises(SourceError, match="too large"):
        open_sources(with_sheet(tmp_path, CELLS + FAR[form]))


def test_a_sheet_in_another_folder_of_the_archive_is_looked_at_too(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="too large"):
        open_sources(with_sheet(tmp_path, CELLS + FAR["small letters"], part="xl/deep/s.xml"))


def test_a_text_that_very_many_cells_share_is_counted_for_each(tmp_path: Path) -> None:
    texts = "<si><t>handle</t></si><si><t>bio</t></si><si><t>" + "x" * 1_000_000 + "</t></si>"
    cell = '<row r="{0}"><c r="A{0}" t="s"><v>{1}</v></c><c r="B{0}" t="s"><v>2</v></c></row>'
    cells = "".join(cell.format(row, 0 if row == 1 else 2) for row in range(1, 2001))
    with pytest.raises(SourceError, match="too large"):
        open_sources(with_sheet(tmp_path, cells, texts))


def test_a_plain_sheet_in_odd_writing_is_read(tmp_path: Path) -> None:
    assert n_rows(with_sheet(tmp_path, CELLS.replace('r="A2"', "r = 'A2'"))) == 1


def test_hostile_text_does_not_hold_the_quick_look_up(tmp_path: Path) -> None:
    # a million beginnings of a cell: a look from each to the end of its piece took hours
    with pytest.raises(SourceError):
        open_sources(with_sheet(tmp_path, "<c " * 1_000_000))
