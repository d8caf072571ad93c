"""A workbook that opens clean: real numbers and dates, a list that prints, every column explained."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import OutputError
from influence.ranking.results import Ranking
from influence.reporting.columns import Column, cell, figure_columns, people_columns
from influence.reporting.words import (
    heading,
    niche_words,
    notes_of,
    provenance_pairs,
    title_of,
    weights_words,
)
from influence.writing.atomic import atomic_path
from influence.writing.plain import as_date
from influence.writing.safe import one_line

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_575
MAX_TEXT = 32_767
MAX_URL = 2_079
MAX_LINKS = 65_530

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
_LINE = {"valign": "top", "bottom": 1, "bottom_color": "#D9D9D9"}
_WORDS = {**_LINE, "text_wrap": True, "align": "left", "indent": 1}
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E8EEF4", "bottom": 1}
_STYLES: dict[str, dict[str, Any]] = {
    "head": {**_HEAD, "align": "left", "indent": 1},
    "head_number": {**_HEAD, "align": "right"},
    "text": _WORDS,
    "long": _WORDS,
    "url": _WORDS,
    "link": {**_WORDS, "font_color": "#0B5394", "underline": 1},
    "count": {**_LINE, "num_format": "#,##0"},
    "score": {**_LINE, "num_format": "0.0"},
    "figure": {**_LINE, "num_format": "General"},
    "day": {**_WORDS, "num_format": "d mmmm yyyy"},
    "plain": {**_WORDS, "num_format": "#,##0"},
}
_NUMBERS = ("count", "score", "figure")


class _Book:
    """An open workbook and its cell formats, made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.formats = {name: book.add_format(style) for name, style in _STYLES.items()}
        self.links = 0


def write_workbook(
    ranking: Ranking, path: str | Path, *, added: tuple[Column, ...] = (), sheet: str = "Ranking"
) -> Path:
    """Write a ranking as XLSX with four sheets: list, figures, columns explained, provenance; atomic.

    Raises
    ------
    OutputError
        More rows than a sheet holds, or the file cannot be written.
    """
    if len(ranking.rows) > MAX_ROWS:
        raise OutputError(
            "a worksheet cannot hold that many rows",
            where=str(path),
            seen=f"{len(ranking.rows):,} rows",
            expected=f"at most {MAX_ROWS:,}",
            hint="write .csv, or ask for fewer with --top",
        )
    with atomic_path(path) as temporary:
        _fill(ranking, temporary, added, sheet)
    return Path(path)


def _fill(ranking: Ranking, path: Path, added: tuple[Column, ...], sheet: str) -> None:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    book = Workbook(str(path), _OPTIONS)
    book.set_properties(_properties(ranking))
    open_book = _Book(book)
    people, figures = people_columns(ranking, added), figure_columns(ranking)
    _list_sheet(open_book, sheet, ranking, people, frozen=2)
    _list_sheet(open_book, "Figures", ranking, figures, frozen=3)
    _columns_sheet(open_book, {sheet: people, "Figures": figures})
    _provenance_sheet(open_book, ranking)
    try:
        book.close()
    except FileCreateError as error:
        raise OutputError("the file cannot be written", where=str(path), seen=str(error)) from error


def _properties(ranking: Ranking) -> dict[str, Any]:
    # the day of the ranking, not the clock: the same ranking gives the same file
    day = as_date(ranking.provenance.as_of) or date(1970, 1, 1)
    made = ranking.provenance
    return {
        "title": one_line(title_of(ranking))[:255],
        "comments": f"Made by influence {made.version}, settings {made.settings_hash}.",
        "created": datetime.combine(day, time()),
    }


def _list_sheet(
    open_book: _Book, name: str, ranking: Ranking, columns: tuple[Column, ...], *, frozen: int
) -> None:
    sheet = open_book.book.add_worksheet(name)
    _head(open_book, sheet, [(column.heading, column.width, column.kind) for column in columns])
    for line, row in enumerate(ranking.rows, start=1):
        values = [cell(column, row) for column in columns]
        _row_height(sheet, line, zip(values, (column.width for column in columns), strict=True))
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            kind = "link" if column.key == "handle" and _is_link(row.url or "") else column.kind
            _write(open_book, sheet, line, index, kind, value, row.url)
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, max(len(ranking.rows), 1), len(columns) - 1)
    _print_setup(sheet, ranking)


def _columns_sheet(open_book: _Book, sheets: dict[str, tuple[Column, ...]]) -> None:
    sheet = open_book.book.add_worksheet("Columns")
    _head(open_book, sheet, [("Sheet", 14, "text"), ("Column", 32, "text"), ("What it means", 90, "text")])
    lines = [(name, column) for name, columns in sheets.items() for column in columns]
    for line, (name, column) in enumerate(lines, start=1):
        _row_height(sheet, line, [(column.heading, 32), (column.meaning, 90)])
        for index, words in enumerate((name, column.heading, column.meaning)):
            _write(open_book, sheet, line, index, "long", words)
    sheet.freeze_panes(1, 0)
    _print_setup(sheet, None)


def _provenance_sheet(open_book: _Book, ranking: Ranking) -> None:
    sheet = open_book.book.add_worksheet("Provenance")
    _head(open_book, sheet, [("What", 32, "text"), ("Value", 90, "text")])
    for line, (label, value) in enumerate(_provenance_lines(ranking), start=1):
        _row_height(sheet, line, [(label, 32), (str(value), 90)])
        _write(open_book, sheet, line, 0, "text", label)
        _write(open_book, sheet, line, 1, "day" if isinstance(value, date) else "plain", value)
    sheet.freeze_panes(1, 0)
    _print_setup(sheet, None)


def _provenance_lines(ranking: Ranking) -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = [
        ("Niche", niche_words(ranking.niche)),
        ("Goal", ranking.goal),
        ("Accounts ranked", ranking.n_candidates),
        ("Rows in this file", len(ranking.rows)),
        ("Score is made of", weights_words(ranking.weights) or None),
        ("Compared with a ranking by", ranking.baseline),
        *provenance_pairs(ranking.provenance),
    ]
    lines += [(f"Switched off: {heading(name)}", why) for name, why in ranking.switched_off.items()]
    lines += [(f"Left out: {why}", n) for why, n in ranking.left_out.items()]
    return lines + [("Note", note) for note in notes_of(ranking)]


def _head(open_book: _Book, sheet: Worksheet, columns: list[tuple[str, float, str]]) -> None:
    for index, (words, width, kind) in enumerate(columns):
        sheet.set_column(index, index, width)
        look = open_book.formats["head_number" if kind in _NUMBERS else "head"]
        sheet.write_string(0, index, words, look)
    _row_height(sheet, 0, ((words, width - 3) for words, width, _ in columns))


def _row_height(sheet: Worksheet, line: int, cells: Iterable[tuple[object, float]]) -> None:
    # Excel fits rows to wrapped text when it opens a file, LibreOffice and previews do not
    lines = max(_n_lines(str(value), width) for value, width in cells)
    if lines > 1:
        sheet.set_row(line, min(15 * lines, 400))


def _n_lines(text: str, width: float) -> int:
    """Lines that `text` takes in a column `width` digits wide; letters are a little narrower than digits."""
    from rich.cells import cell_len

    room = max((width - 1) * 1.06, 1.0)
    lines, used = 1, 0.0
    for word in text.split(" "):
        size = cell_len(word)
        if used and used + 1 + size > room:
            lines, used = lines + 1, 0.0
        lines += int(size // room)
        used += size + (1 if used else 0)
    return lines


def _write(
    open_book: _Book,
    sheet: Worksheet,
    line: int,
    index: int,
    kind: str,
    value: object,
    url: str | None = None,
) -> None:
    look = open_book.formats[kind]
    if value is None:
        sheet.write_blank(line, index, None, look)
    elif isinstance(value, date):
        sheet.write_datetime(line, index, datetime.combine(value, time()), look)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, index, value, look)
    elif kind == "link" and open_book.links < MAX_LINKS:
        open_book.links += 1
        sheet.write_url(line, index, url, look, string=_fitting(str(value)))
    else:
        sheet.write_string(line, index, _fitting(str(value)), open_book.formats.get(kind, look))


def _is_link(text: str) -> bool:
    plain = text.isprintable() and not any(sign in text for sign in " \"'<>")
    return text.startswith(("http://", "https://")) and plain and len(text) <= MAX_URL


def _fitting(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _print_setup(sheet: Worksheet, ranking: Ranking | None) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    title = "" if ranking is None else one_line(title_of(ranking)).replace("&", "&&")[:200]
    sheet.set_header(f"&L{title}" if title else "&L&A")
    sheet.set_footer("&L&A&RPage &P of &N")
