"""The one workbook writer: sheets that open clean, print on A4 and explain their columns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from influence.errors import OutputError
from influence.writing.atomic import atomic_path
from influence.writing.plain import known
from influence.writing.safe import in_lines, one_line, web_address

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_575
MAX_TEXT = 32_767
MAX_LINKS = 65_530
A4 = 9
ABOUT = "About"
TALLEST = 400
"""Points of the tallest row."""
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
_LINE = {"valign": "top", "bottom": 1, "bottom_color": "#D9D9D9"}
_WORDS = {**_LINE, "text_wrap": True, "align": "left", "indent": 1}
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E8EEF4", "bottom": 1}
_NUMBER = {**_LINE, "align": "right"}
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "head": {**_HEAD, "align": "left", "indent": 1},
    "head_number": {**_HEAD, "align": "right"},
    "title": {"bold": True, "font_size": 14},
    "text": _WORDS,
    "long": _WORDS,
    "url": _WORDS,
    "link": {**_WORDS, "font_color": "#0B5394", "underline": 1},
    "day": {**_WORDS, "num_format": "d mmmm yyyy"},
    "count": {**_NUMBER, "num_format": "#,##0"},
    "score": {**_NUMBER, "num_format": "0.0"},
    "figure": {**_NUMBER, "num_format": "[>=100]#,##0;[>=10]0.0;0.0##"},
    "money": {**_NUMBER, "num_format": "#,##0.00"},
    "share": {**_NUMBER, "num_format": "0.00%"},
    "plain": {**_WORDS, "num_format": "#,##0"},
}
NUMBERS = ("count", "score", "figure", "money", "share")


@dataclass(frozen=True)
class Field:
    """A column of a table: its name in data, its heading for people, what it means, kind and width.

    Kinds: short ``text``, ``long`` wrapped text, ``url``, ``count`` (whole), ``score`` (0-100), ``figure`` in its unit,
    ``money``, ``share``, ``day``.
    """

    key: str
    heading: str
    meaning: str = ""
    kind: str = "text"
    width: float = 12


def declared(told: Mapping[str, Mapping[str, Any]]) -> tuple[Field, ...]:
    """The columns of a table that a TOML file declares by name; the heading is the name where none is told."""
    return tuple(Field(key, **{"heading": key, **one}) for key, one in told.items())


class CellLink(NamedTuple):
    """Words that lead to an address."""

    words: str
    url: str | None


@dataclass(frozen=True)
class Sheet:
    """A table of its own name: columns and rows; what CSV, JSON and a sheet of a workbook hold alike."""

    name: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[object]]

    def records(self) -> list[dict[str, object]]:
        """One mapping of key to value a row."""
        keys = [field.key for field in self.fields]
        return [dict(zip(keys, map(_bare, row), strict=True)) for row in self.rows]


def sheet_of(name: str, records: Sequence[object], least: Sequence[str] = (), **meanings: str) -> Sheet:
    """A table from one mapping or object a row: the columns are the keys of all (`least` where there are no rows).

    What they mean is in `meanings`.

    >>> sheet_of("People", [{"name": "Anna", "n_posts": 3}]).fields[1].heading
    'Posts'
    """
    told = [one if isinstance(one, Mapping) else vars(one) for one in records]
    keys = list(dict.fromkeys(key for record in told for key in record)) or list(least)
    rows = [[_plain(record.get(key)) for key in keys] for record in told]
    fields = tuple(
        _field(key, [row[at] for row in rows], meanings.get(key, "")) for at, key in enumerate(keys)
    )
    return Sheet(name, fields, rows)


def filled_sheets(tables: Mapping[str, Sequence[object]]) -> list[Sheet]:
    """A sheet for each table that has rows."""
    return [sheet_of(name, rows) for name, rows in tables.items() if rows]


def pairs_of(data: Mapping[str, object], what: str, value: str = "value") -> list[dict[str, object]]:
    """A mapping as rows of two columns, named so."""
    return [{what: key, value: told} for key, told in data.items()]


def documents_of(sheets: Iterable[Sheet]) -> dict[str, object]:
    """The rows of each sheet under its name, for JSON."""
    return {sheet.name.lower().replace(" ", "_"): sheet.records() for sheet in sheets}


def _field(key: str, values: Sequence[object], meaning: str) -> Field:
    told = [value for value in values if value is not None]
    numeric = bool(told) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in told)
    kind = ("count" if all(isinstance(v, int) for v in told) else "figure") if numeric else "text"
    longest = max((len(str(value)) for value in told), default=0)
    heading = key.removeprefix("n_").replace("_", " ").capitalize()
    return Field(key, heading, meaning, kind, 12 if numeric else min(max(longest + 2, 12), 60))


def _plain(value: object) -> object:
    if type(value) in _PLAIN:  # nearly all of them; asked of each cell of files of any length
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(map(str, value))
    return value if known(value) else None


_PLAIN = frozenset({str, int, bool, type(None)})


def _bare(value: object) -> object:
    return value.words if isinstance(value, CellLink) else value


class Book:
    """An open workbook and its cell formats, made once; see `new_book`."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.links = 0
        self._looks: dict[object, Format] = {}

    def look(self, name: str, **more: object) -> Format:
        """The cell format of this name, with further properties."""
        key = (name, *sorted(more.items()))
        if key not in self._looks:
            self._looks[key] = self.book.add_format({**LOOKS[name], **more})
        return self._looks[key]

    def sheet(self, name: str, fields: Sequence[Field], *, line: int = 0, title: str = "") -> Worksheet:
        """A new sheet with headings in `line` (from 0), that prints on A4 and repeats them.

        `title` says what holds: it heads the paper, and is the note of the first heading.
        """
        sheet = self.book.add_worksheet(name)
        for at, field in enumerate(fields):
            sheet.set_column(at, at, field.width)
            look = self.look("head_number" if field.kind in NUMBERS else "head")
            sheet.write_string(line, at, field.heading, look)
        fit_row(sheet, line, [(field.heading, field.width - 3) for field in fields])
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(line)
        head = one_line(title)
        sheet.set_header(f"&L{head.replace('&', '&&')[:200]}" if head else "&L&A")
        if head:
            sheet.write_comment(line, 0, head, {"x_scale": 3, "author": ""})
        sheet.set_footer("&L&A&RPage &P of &N")
        sheet.freeze_panes(line + 1, 0)
        return sheet

    def table(self, table: Sheet, *, frozen: int = 1, title: str = "") -> Worksheet:
        """A sheet with the rows of `table`, a frozen header and `frozen` columns, and a filter."""
        sheet = self.sheet(table.name, table.fields, title=title)
        for line, row in enumerate(table.rows, start=1):
            fit_row(sheet, line, zip(map(_bare, row), (field.width for field in table.fields), strict=True))
            for at, (field, value) in enumerate(zip(table.fields, row, strict=True)):
                self.write(sheet, line, at, field.kind, value)
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, max(len(table.rows), 1), max(len(table.fields) - 1, 0))
        return sheet

    def write(self, sheet: Worksheet, line: int, at: int, kind: str, value: object) -> None:
        """A value as what it is: unknown empty, a number, a day, a link, or text whatever it looks like."""
        if isinstance(value, CellLink):
            if self._link(sheet, line, at, value):
                return
            value = value.words
        look = self.look(kind)
        if not known(value) or value == "":
            sheet.write_blank(line, at, None, look)
        elif isinstance(value, bool):
            sheet.write_string(line, at, "yes" if value else "no", self.look("text"))
        elif isinstance(value, date):
            sheet.write_datetime(line, at, datetime.combine(value, time()), self.look("day"))
        elif isinstance(value, (int, float)):
            sheet.write_number(line, at, value, self.look("plain") if kind in ("text", "long") else look)
        else:
            sheet.write_string(line, at, fitting(str(value), kind), look)

    def _link(self, sheet: Worksheet, line: int, at: int, link: CellLink) -> bool:
        address = web_address(link.url)
        if address is None or self.links >= MAX_LINKS:
            return False
        self.links += 1
        sheet.write_url(line, at, address, self.look("link"), string=fitting(link.words))
        return True

    def explain(self, sheets: Mapping[str, Sequence[Field]]) -> None:
        """A sheet that says what the columns of the others mean."""
        fields = (Field("sheet", "Sheet", width=14), Field("column", "Column", width=32),
                  Field("meaning", "What it means", kind="long", width=90))  # fmt: skip
        rows = [(name, field.heading, field.meaning) for name, told in sheets.items() for field in told]
        self.table(Sheet("Columns", fields, rows), frozen=0)


@contextmanager
def new_book(
    path: str | Path, *, title: str = "", about: str = "", day: date | None = None
) -> Iterator[Book]:
    """An open workbook, written whole when the block ends well.

    Parameters
    ----------
    path : str or Path
    title, about : str
        Properties of the file.
    day : date, optional
        Of the result, not of the clock: the same result gives the same file.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    from xlsxwriter import Workbook

    with atomic_path(path) as temporary:
        packed = io.BytesIO()  # on a full disk an archive that is left open ends in a traceback
        book = Workbook(packed, _OPTIONS)
        created = datetime.combine(day or date(1970, 1, 1), time())
        book.set_properties({"title": one_line(title)[:255], "comments": about, "created": created})
        yield Book(book)
        book.close()
        temporary.write_bytes(packed.getbuffer())


def write_sheets(path: str | Path, sheets: Sequence[Sheet], *, about: Sequence[str] = ()) -> Path:
    """Write tables as XLSX, a sheet each, and one that explains the columns where any is explained; atomic.

    `about` says what holds for all of them (which day, which filters): beside the first heading of each, on paper, and
    in a last sheet.

    Raises
    ------
    OutputError
        More rows than a sheet holds, or the file cannot be written.
    """
    for sheet in sheets:
        check_rows(len(sheet.rows), path)
    lines = [[line] for line in about if line]
    told = "; ".join(line for (line,) in lines)
    held = [Sheet(ABOUT, (Field("about", "What holds", kind="long", width=100),), lines)] if lines else []
    with new_book(path, title=told) as book:
        for sheet in (*sheets, *held):
            book.table(sheet, title=told)
        explained = {sheet.name: sheet.fields for sheet in sheets if any(f.meaning for f in sheet.fields)}
        if explained:
            book.explain(explained)
    return Path(path)


def check_rows(n_rows: int, path: str | Path) -> None:
    """Raise OutputError where a worksheet cannot hold so many rows."""
    if n_rows > MAX_ROWS:
        raise OutputError(
            "a worksheet cannot hold that many rows",
            where=str(path),
            seen=f"{n_rows:,} rows",
            expected=f"at most {MAX_ROWS:,}",
            hint="write .csv, or ask for fewer with --top",
        )


def fitting(text: str, kind: str = "text") -> str:
    """`text` as a cell may hold it; only long text keeps its lines."""
    text = in_lines(text) if kind == "long" else one_line(text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def fit_row(sheet: Worksheet, line: int, cells: Iterable[tuple[object, float]]) -> None:
    """Room for wrapped words: Excel finds it by itself when it opens a file, LibreOffice and previews do not."""
    lines = max((_n_lines(str(value), width) for value, width in cells), default=1)
    if lines > 1:
        sheet.set_row(line, min(15 * lines + 4, TALLEST))


def _n_lines(text: str, width: float) -> int:
    """Lines that `text` takes in a column `width` digits wide; letters are a little narrower than digits."""
    from rich.cells import cell_len

    room = max((width - 1) * 1.06, 1.0)
    lines = 0
    for part in text.splitlines() or [""]:
        lines, used = lines + 1, 0.0
        for word in part.split(" "):
            size = cell_len(word)
            if used and used + 1 + size > room:
                lines, used = lines + 1, 0.0
            lines += int(size // room)
            used += size + (1 if used else 0)
    return lines
