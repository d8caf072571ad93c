"""Write an outreach file as CSV, XLSX, Markdown or JSON: text stays text whatever it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from influence.outreach.addressees import Addressee
from influence.outreach.lint import text_of
from influence.outreach.presets import Preset, PresetColumn
from influence.ranking.naming import filters_told, holds_of_list
from influence.store.lists.saved import SavedList
from influence.writing.atomic import write_text
from influence.writing.book import Field, Sheet, new_book
from influence.writing.data_text import csv_text, json_text
from influence.writing.safe import for_markdown

NUMBERS = ("place", "score", "followers")
"""Fields that are numbers where a workbook or JSON holds them."""
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
    return _markdown(people, preset, saved) if format == "md" else _csv(people, preset, saved)


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


def _csv(people: Sequence[Addressee], preset: Preset, saved: SavedList) -> str:
    """The list and the mails say what holds; a tool's import takes its own headers alone."""
    head: list[object] = [column.header for column in preset.columns]
    rows: list[list[object]] = [
        [value_of(person, column, preset) for column in preset.columns] for person in people
    ]
    return csv_text(head, rows, about=[holds_of_list(saved)] if preset.extra or preset.draft else ())


def _json(people: Sequence[Addressee], preset: Preset, saved: SavedList) -> str:
    rows = [{c.header: _typed(value_of(person, c, preset), c) for c in preset.columns} for person in people]
    about = {"list": saved.name, "niche": saved.niche, "as_of": saved.as_of, "rule": saved.rule}
    about["filters"] = filters_told(saved)
    return json_text({**about, "rows": rows})


def _markdown(people: Sequence[Addressee], preset: Preset, saved: SavedList) -> str:
    head = [for_markdown(column.header) for column in preset.columns]
    rules = ["--:" if set(column.fields) & set(NUMBERS) else "---" for column in preset.columns]
    cells = [
        [for_markdown(value_of(person, column, preset)) for column in preset.columns] for person in people
    ]
    lines = [f"| {' | '.join(row)} |" for row in (head, rules, *cells)]
    title = f"# {for_markdown(saved.name)}" + (f": {for_markdown(saved.niche)}" if saved.niche else "")
    return "\n".join([title, "", *lines, "", for_markdown(holds_of_list(saved))]).rstrip() + "\n"


def _typed(text: str, column: PresetColumn) -> Any:
    if not text:
        return None
    if len(column.fields) == 1 and column.fields[0] in NUMBERS:
        return float(text) if "." in text else int(text)
    return text


def _write_xlsx(people: Sequence[Addressee], preset: Preset, saved: SavedList, path: Path) -> Path:
    texts = [[value_of(person, column, preset) for column in preset.columns] for person in people]
    fields = tuple(_field(column, [row[at] for row in texts]) for at, column in enumerate(preset.columns))
    rows = [[_typed(text, c) for text, c in zip(row, preset.columns, strict=True)] for row in texts]
    about = [("List", saved.name), ("Niche", saved.niche), ("As of", saved.as_of), ("Filters", filters_told(saved)),
             ("How", saved.rule)]  # fmt: skip
    what = (Field("name", "What", width=24), Field("meaning", "What it means", kind="long", width=90))
    with new_book(path, title=saved.name) as book:
        book.table(Sheet("Outreach", fields, rows), frozen=0, title=holds_of_list(saved))
        lines = [*about, *((column.header, column.meaning) for column in preset.columns)]
        book.table(Sheet("Columns", what, lines), frozen=0)
    return path


def _field(column: PresetColumn, texts: Sequence[str]) -> Field:
    """As wide as its longest value, within reason; what is long by nature wraps."""
    longest = max([len(column.header) + 3, *(len(text) + 2 for text in texts)])
    width = min(longest, 56 if set(column.fields) & set(WIDE) else 30)
    number = {"place": "count", "followers": "count", "score": "score"}
    kind = number.get(column.fields[0], "long") if len(column.fields) == 1 else "long"
    return Field(column.header, column.header, column.meaning, kind, width)
