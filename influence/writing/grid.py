"""The one text table: made for 80 columns, plain text when piped, no word broken where a line can be."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, JustifyMethod, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from influence.writing.safe import for_markdown, one_line

WIDTH = 80
LONGEST_WORD = 16
"""Letters of a word for which a column is kept wide enough; longer ones (addresses) go on in the next line."""


def grid(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int | None = None,
    color: bool = False,
    whole: Collection[int] = (),
) -> str:
    """A small table of words; columns whose cells are all numbers stand to the right.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequences of str
        Foreign text may stand in them.
    width : int, optional
        Columns of the terminal; None (a pipe) folds nothing.
    color : bool
        Use bold; False gives plain text.
    whole : collection of int
        Places of columns of names and addresses, which are kept on one line where there is room.
    """
    columns = [[name, *(one_line(row[at]) for row in rows)] for at, name in enumerate(head)]
    numeric = [bool(rows) and all(map(_looks_numeric, column[1:])) for column in columns]
    least = [longest_word(column, whole=one) for column, one in zip(columns, numeric, strict=True)]
    for at in whole:
        spare = (width or 10_000) - sum(least) - 2 * len(head)
        least[at] += max(0, min(spare, max(map(cell_len, columns[at])) - least[at]))
    table = empty_table()
    for at, name in enumerate(head):
        side: JustifyMethod = "right" if numeric[at] else "left"
        fixed = (
            least[at] if at in whole else None
        )  # rich narrows a column below its least width, no fixed one
        table.add_column(name, justify=side, overflow="fold", min_width=least[at], width=fixed)
    for row in rows:
        table.add_row(*(Text(one_line(value)) for value in row))
    return draw(table, width, color)


def aligned(
    rows: Sequence[Sequence[str]], right: Collection[int] = (), indent: str = "", rule: bool = False
) -> list[str]:
    """Rows as columns of plain text, two blanks apart; those at the places `right` stand to the right.

    ``rule`` draws a line under the first row.

    >>> aligned([["who", "n"], ["anna", "12"]], right={1})
    ['who    n', 'anna  12']
    """
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[at]) for row in cells) for at in range(len(cells[0]))]
    lines = []
    for row in cells:
        pads = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        filled = enumerate(zip(row, pads, strict=True))
        parts = [pad + cell if at in right else cell + pad for at, (cell, pad) in filled]
        lines.append((indent + "  ".join(parts)).rstrip())
    ruled = [indent + "  ".join("-" * width for width in widths)] if rule else []
    return [*lines[:1], *ruled, *lines[1:]]


def markdown_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] | None = None
) -> list[str]:
    """Head, rule and rows as Markdown, every text literal; all columns but the first, or those told, to the right.

    >>> markdown_table(["who", "n"], [["anna", "12"]])
    ['| who | n |', '| --- | --: |', '| anna | 12 |']
    """
    right = range(1, len(head)) if right is None else right
    rule = ["--:" if at in right else "---" for at in range(len(head))]
    lines = [[*map(for_markdown, head)], rule, *([*map(for_markdown, row)] for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def longest_word(texts: Sequence[str], *, whole: bool = False) -> int:
    """Columns that the longest word of these texts takes, or the longest text; at most `LONGEST_WORD`."""
    words = texts if whole else [word for text in texts for word in re.split(r"[\s\-/]+", text)]
    return min(max(map(cell_len, words), default=1), LONGEST_WORD) or 1


def empty_table() -> Table:
    """The frame that all our tables have."""
    return Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def _looks_numeric(text: str) -> bool:
    return text == "" or text.strip("0123456789.,%-+?KMB ") == ""


def draw(thing: RenderableType, width: int | None = None, color: bool = False) -> str:
    """Anything that rich can draw as text without blanks at line ends; ``width=None`` gives it the room it wants."""
    width = width or max(natural_width(thing), WIDTH)
    buffer = io.StringIO()
    text_console(buffer, width, color).print(thing)
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().split("\n")[:-1])


def natural_width(thing: RenderableType) -> int:
    """Columns that `thing` takes where nothing is folded."""
    console = text_console(io.StringIO(), 100_000, color=False)
    return Measurement.get(console, console.options, thing).maximum


def fold_word(word: str, width: int) -> str:
    """A long word (a handle, an address) on lines of at most `width` columns, cut after its signs where it has any.

    >>> fold_word("a-very-long-handle.example.org", 20).split(chr(10))
    ['a-very-long-handle.', 'example.org']
    """
    lines = [""]
    for part in re.findall(r"[^._/\-]*[._/\-]|[^._/\-]+", word):
        if lines[-1] and cell_len(lines[-1] + part) > width:
            lines.append("")
        for letter in part:
            if cell_len(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return "\n".join(lines)


def folded(words: str, width: int, margin: int = 0) -> list[str]:
    """A sentence on lines of at most `width` columns (20 at least), `margin` blanks before each."""
    console = text_console(io.StringIO(), width, color=False)
    return [
        " " * margin + line.plain for line in Text(one_line(words)).wrap(console, max(width - margin, 20))
    ]


def text_console(file: io.StringIO, width: int, color: bool) -> Console:
    """A console that draws into `file`, whatever the environment says about terminals."""
    return Console(
        file=file,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
