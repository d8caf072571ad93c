"""Write an outreach file as CSV, XLSX, Markdown or JSON: text stays text whatever it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.outreach.lint import text_of
from influence.outreach.people import Addressee
from influence.outreach.presets import Preset, PresetColumn
from influence.store.saved import SavedList
from influence.writing.atomic import atomic_path, write_text
from influence.writing.data_text import csv_text, json_text
from influence.writing.safe import for_markdown

if TYPE_CHECKING:
    from xlsxwriter import Workbook

NUMBERS = ("place", "score", "followers")
"""Fields that are numbers where a workbook or JSON holds them."""
A4, MOST_HEIGHT = 9, 400
"""Number of the paper in the format of workbooks; points of the tallest row."""
WIDE = ("reason", "notes", "body", "post", "disclosure")


def write_file(
    people: Sequence[Addressee], preset: Preset, saved: SavedList, path: str | Path, format: str
) -> Path:
    """Write the rows in `format`; atomic.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    if format == "xlsx":
        return _write_xlsx(people, preset, saved, Path(path))
    return write_text(path, render(people, preset, saved, format), bom=preset.bom and format == "csv")


def render(people: Sequence[Addressee], preset: Preset, saved: SavedList, format: str) -> str:
    """The file as text, for every format but xlsx."""
    if format == "json":
        return _json(people, preset, saved)
    return _markdown(people, preset, saved) if format == "md" else _csv(people, preset)


def value_of(person: Addressee, column: PresetColumn, preset: Preset) -> str:
    """What is written under a header: on one line where the tool needs it, and no longer than it takes."""
    text = text_of(person, column)
    if preset.one_line:
        text = " ".join(text.split())
    return cut(text, column.max_bytes)


def cut(text: str, max_bytes: int | None) -> str:
    """`text` in at most `max_bytes` of UTF-8, with a sign where something is missing; no letter is cut in two.

    >>> cut("naïve", 5)
    'na…'
    """
    if max_bytes is None or len(text.encode()) <= max_bytes:
        return text
    room = max_bytes - len("…".encode())
    kept = text.encode()[: max(room, 0)].decode("utf-8", "ignore").rstrip("\u200d\ufe0f ")
    return f"{kept}…" if room >= 0 else text.encode()[:max_bytes].decode("utf-8", "ignore")


def _csv(people: Sequence[Addressee], preset: Preset) -> str:
    head: list[object] = [column.header for column in preset.columns]
    rows: list[list[object]] = [
        [value_of(person, column, preset) for column in preset.columns] for person in people
    ]
    return csv_text(head, rows)


def _json(people: Sequence[Addressee], preset: Preset, saved: SavedList) -> str:
    rows = [{c.header: _typed(value_of(person, c, preset), c) for c in preset.columns} for person in people]
    about = {"list": saved.name, "niche": saved.niche, "as_of": saved.as_of, "rule": saved.rule}
    return json_text({**about, "rows": rows})


def _markdown(people: Sequence[Addressee], preset: Preset, saved: SavedList) -> str:
    head = [for_markdown(column.header) for column in preset.columns]
    rules = ["--:" if set(column.fields) & set(NUMBERS) else "---" for column in preset.columns]
    cells = [
        [for_markdown(value_of(person, column, preset)) for column in preset.columns] for person in people
    ]
    lines = [f"| {' | '.join(row)} |" for row in (head, rules, *cells)]
    title = f"# {for_markdown(saved.name)}" + (f": {for_markdown(saved.niche)}" if saved.niche else "")
    foot = [f"Picked as of {saved.as_of}. {for_markdown(saved.rule)}"] if saved.as_of else []
    return "\n".join([title, "", *lines, "", *foot]).rstrip() + "\n"


def _typed(text: str, column: PresetColumn) -> Any:
    if not text:
        return None
    if len(column.fields) == 1 and column.fields[0] in NUMBERS:
        return float(text) if "." in text else int(text)
    return text


def _write_xlsx(people: Sequence[Addressee], preset: Preset, saved: SavedList, path: Path) -> Path:
    from xlsxwriter import Workbook

    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with atomic_path(path) as temporary, Workbook(str(temporary), options) as book:
        _list_sheet(book, people, preset)
        _about_sheet(book, preset, saved)
    return path


def _list_sheet(book: Workbook, people: Sequence[Addressee], preset: Preset) -> None:
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E8EEF4", "bottom": 1}
    )
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Outreach")
    lines = [1] * len(people)
    for at, column in enumerate(preset.columns):
        texts = [value_of(person, column, preset) for person in people]
        width = _width(column, texts)
        lines = [max(known, _n_lines(text, width)) for known, text in zip(lines, texts, strict=True)]
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, column.header, head)
        for line, text in enumerate(texts, 1):
            value = _typed(text, column)
            if isinstance(value, str):
                sheet.write_string(line, at, value[:32_767], cell)
            elif value is not None:
                sheet.write_number(line, at, value, cell)
    # Excel fits rows to wrapped text when it opens a file, LibreOffice and previews do not
    for line, n in enumerate(lines, 1):
        sheet.set_row(line, min(15 * n, MOST_HEIGHT))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(people), len(preset.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _width(column: PresetColumn, texts: Sequence[str]) -> float:
    """As wide as its longest value, within reason; what is long by nature wraps."""
    longest = max([len(column.header) + 3, *(len(text) + 2 for text in texts)])
    return min(longest, 56 if set(column.fields) & set(WIDE) else 30)


def _n_lines(text: str, width: float) -> int:
    """Lines that a text needs in a column; words do not fill a line to its end."""
    return sum(1 + int(len(part) // (0.88 * width)) for part in text.splitlines()) or 1


def _about_sheet(book: Workbook, preset: Preset, saved: SavedList) -> None:
    bold, wrap = (
        book.add_format({"bold": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    sheet = book.add_worksheet("Columns")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    about = [("List", saved.name), ("Niche", saved.niche), ("As of", saved.as_of), ("How", saved.rule)]
    for line, (name, text) in enumerate(
        [*about, *((column.header, column.meaning) for column in preset.columns)]
    ):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, text, wrap)
