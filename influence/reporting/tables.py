"""Tables for a terminal: made for 80 columns, plain text when piped, no handle cut off."""

from __future__ import annotations

import io

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from influence.ranking.results import RankedAccount, Ranking
from influence.reporting.columns import Column, cell, has_intervals, signals_of, uncertainty_of
from influence.reporting.reasons import with_reasons
from influence.reporting.words import has_baseline, heading, rank_range, title_of
from influence.writing.plain import compact, decimal, figure, ordinal, percent, rounded_to_sum
from influence.writing.safe import one_line

WIDTH = 80
MAX_SIGNALS = 4
NARROW = 100
"""Columns below which the chance of a top place and the lightest signal give way to the handles."""


def ranking_table(
    ranking: Ranking, *, width: int | None = None, color: bool = False, added: tuple[Column, ...] = ()
) -> str:
    """A ranking as lines for a terminal: place, account, score, points, and what a plain ranking says.

    Parameters
    ----------
    ranking : Ranking
    width : int, optional
        Columns of the terminal, where long handles go on in the next line; None (a pipe) folds nothing.
    color : bool
        Use bold and dim; False gives plain text.
    added : tuple of Column
        Further columns.
    """
    narrow = width is not None and width < NARROW and has_intervals(ranking)
    shown = _shown_signals(ranking, MAX_SIGNALS - narrow)
    table = _frame(ranking, added, shown, narrow)
    for above, row in zip((None, *ranking.rows), ranking.rows, strict=False):
        table.add_row(
            *_cells(row, shown, ranking, above, narrow), *(_number(cell(column, row)) for column in added)
        )
    return f"{one_line(title_of(ranking))}\n\n{draw(table, width, color)}"


def reasons_list(ranking: Ranking, *, width: int | None = None, color: bool = False) -> str:
    """A ranking as entries: place, account, score and baseline in one line, reason and doubts below."""
    columns = width or WIDTH
    ranking = with_reasons(ranking)
    margin = len(str(ranking.rows[-1].rank)) + 2 if ranking.rows else 3
    names = [one_line(row.handle) or row.account_id for row in ranking.rows]
    pad = min(max(map(cell_len, names), default=0), columns // 2)
    entries = [Text(one_line(title_of(ranking)))]
    for row, name in zip(ranking.rows, names, strict=True):
        gap = " " * (max(pad - cell_len(name), 0) + 2)
        head = (f"{row.rank:>{margin - 2}}  ", (name, "bold"), gap, f"{decimal(row.score):>5}")
        entries += [Text(), Text.assemble(*head, (_beside(row, ranking), "dim"))]
        entries += _indented(row.reason, margin, columns)
        entries += [line for note in row.notes for line in _indented(f"But: {note}", margin, columns)]
    return draw(Group(*entries), columns, color)


def _beside(row: RankedAccount, ranking: Ranking) -> str:
    between = "" if row.rank_low is None else f"   rank {rank_range(row)}"
    if not has_baseline(ranking):
        return between
    if row.baseline_rank is None:
        return f"{between}   {ranking.baseline} unknown"
    return f"{between}   by {ranking.baseline}: {ordinal(row.baseline_rank)}"


def _indented(words: str, margin: int, width: int) -> list[Text]:
    console = text_console(io.StringIO(), width, color=False)
    if not words:
        return []
    lines = Text(one_line(words)).wrap(console, max(width - margin, 20))
    return [Text.assemble(" " * margin, line) for line in lines]


def grid(head: list[str], rows: list[list[str]], *, width: int | None = None, color: bool = False) -> str:
    """A small table of words; columns whose cells are all numbers stand to the right."""
    table = _empty_table()
    for index, name in enumerate(head):
        numeric = bool(rows) and all(_looks_numeric(row[index]) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(value)) for value in row))
    return draw(table, width, color)


def _empty_table() -> Table:
    return Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def _frame(ranking: Ranking, added: tuple[Column, ...], signals: list[str], narrow: bool) -> Table:
    table = _empty_table()
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Account", overflow="fold", min_width=12)
    table.add_column("Score", justify="right", no_wrap=True, style="bold")
    if has_intervals(ranking):
        table.add_column("Rank\nrange", justify="right", no_wrap=True)
        n = uncertainty_of(ranking, "top", 30)
        if not narrow:
            table.add_column(f"In top\n{n:.0f}", justify="right", no_wrap=True)
    for name in signals:
        table.add_column(_folded(heading(name, narrow=True)), justify="right")
    if has_baseline(ranking):
        count, by = (
            ("Likes", "by likes") if "like" in ranking.baseline else ("Fol-\nlowers", "by fol-\nlowers")
        )
        if _has_count(ranking):
            table.add_column(count, justify="right", no_wrap=True)
        table.add_column(f"Rank\n{by}", justify="right", no_wrap=True, style="dim")
    for column in added:
        table.add_column(column.heading, justify="right")
    return table


def _folded(words: str) -> str:
    return words.replace(" ", "\n", 1)


def _shown_signals(ranking: Ranking, most: int) -> list[str]:
    """The signals that weigh most, in the order of the weights; more would not fit beside the handles."""
    names = list(signals_of(ranking))
    if len(names) <= most:
        return names
    heaviest = sorted(names, key=lambda name: (-ranking.weights.get(name, 0.0), name))[:most]
    return [name for name in names if name in heaviest]


def _cells(
    row: RankedAccount, signals: list[str], ranking: Ranking, above: RankedAccount | None, narrow: bool
) -> list[Text]:
    counted = row.likes if "like" in ranking.baseline else row.followers
    points = rounded_to_sum([row.contributions.get(name) for name in signals_of(ranking)], row.score)
    shown = dict(zip(signals_of(ranking), points, strict=True))
    return [
        Text(str(row.rank)),
        Text(one_line(row.handle) or row.account_id),
        Text(decimal(row.score)),
        *([Text(rank_range(row, above))] if has_intervals(ranking) else []),
        *([Text(percent(row.p_top))] if has_intervals(ranking) and not narrow else []),
        *(Text("-" if shown[name] is None else decimal(shown[name])) for name in signals),
        *([Text(compact(counted))] if has_baseline(ranking) and _has_count(ranking) else []),
        *([Text(compact(row.baseline_rank))] if has_baseline(ranking) else []),
    ]


def _has_count(ranking: Ranking) -> bool:
    """Whether rows hold what the plain ranking counts; followers counted in the data are no follower count."""
    return ranking.baseline != "followers in the data"


def _number(value: object) -> Text:
    return Text(figure(value) if isinstance(value, (int, float)) else one_line(str(value or "?")))


def _looks_numeric(text: str) -> bool:
    return text == "" or text.strip("0123456789.,%-+?KMB ") == ""


def draw(thing: RenderableType, width: int | None, color: bool) -> str:
    """Anything that rich can draw as text without blanks at line ends; ``width=None`` gives it the room it wants."""
    if width is None:
        wanted = Measurement.get(*_wide_options(), thing).maximum
        width = max(wanted, WIDTH)
    buffer = io.StringIO()
    text_console(buffer, width, color).print(thing)
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().split("\n")[:-1])


def _wide_options() -> tuple[Console, ConsoleOptions]:
    console = text_console(io.StringIO(), 100_000, color=False)
    return console, console.options


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
