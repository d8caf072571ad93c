"""Tables for a terminal: made for 80 columns, plain text when piped, no handle cut off."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Group
from rich.table import Table
from rich.text import Text

from influence.ranking.reasons import with_reasons
from influence.ranking.results import RankedAccount, Ranking
from influence.reporting.ranking.columns import has_intervals, signals_of
from influence.reporting.ranking.words import (
    has_baseline,
    has_chances,
    heading,
    rank_range,
    title_of,
    uncertainty_of,
)
from influence.writing.grid import WIDTH, draw, empty_table, fold_word, folded, natural_width
from influence.writing.plain import compact, decimal, listed, ordinal, percent, rounded_to_sum
from influence.writing.safe import one_line

LONGEST_HANDLE = 24
"""Columns for which signals give way to whole handles; longer handles go on in the next line."""


def ranking_table(ranking: Ranking, *, width: int | None = None, color: bool = False) -> str:
    """A ranking as lines for a terminal: place, account, score, points, and what a plain ranking says.

    As many signals as fit beside the handles have a column, the heaviest first; the points of the others stand in the
    column "Other", named below the table, so that the points of a row always add up to its score.

    Parameters
    ----------
    ranking : Ranking
    width : int, optional
        Columns of the terminal, where long handles go on in the next line; None (a pipe) folds nothing.
    color : bool
        Use bold and dim; False gives plain text.
    """
    names = sorted(_counting(ranking), key=lambda name: (-ranking.weights.get(name, 0.0), name))
    for n in range(len(names), -1, -1):
        shown = [name for name in _counting(ranking) if name in names[:n]]
        table = _table(ranking, shown, narrow=n < len(names), width=width)
        if width is None or natural_width(table) <= width:
            break
    other = [heading(name).lower() for name in _counting(ranking) if name not in shown]
    below = [Text(f"\nOther: points from {listed(other)}.")] if other and ranking.rows else []
    return draw(Group(Text(one_line(title_of(ranking))), Text(), table, *below), width, color)


def reasons_list(ranking: Ranking, *, width: int | None = None, color: bool = False) -> str:
    """A ranking as entries: place, account, score and baseline in one line, reason and doubts below."""
    columns = width or WIDTH
    ranking = with_reasons(ranking)
    margin = len(str(len(ranking.rows))) + 2
    as_ranked = [row.rank for row in ranking.rows] == list(range(1, len(ranking.rows) + 1))
    names = [one_line(row.handle) or row.account_id for row in ranking.rows]
    pad = min(max(map(cell_len, names), default=0), columns // 2)
    entries = [Text(one_line(title_of(ranking)))]
    for place, (row, name) in enumerate(zip(ranking.rows, names, strict=True), 1):
        gap = " " * (max(pad - cell_len(name), 0) + 2)
        head = (f"{place:>{margin - 2}}  ", (name, "bold"), gap, f"{decimal(row.score):>5}")
        entries += [Text(), Text.assemble(*head, (_beside(row, ranking, as_ranked), "dim"))]
        entries += _indented(row.reason, margin, columns)
        entries += [line for note in row.notes for line in _indented(f"But: {note}", margin, columns)]
    return draw(Group(*entries), columns, color)


def _beside(row: RankedAccount, ranking: Ranking, as_ranked: bool) -> str:
    between = "" if row.rank_low is None else f"   rank {rank_range(row)}"
    if not as_ranked:
        between = f"   ranked {ordinal(row.rank)}" + (f", {rank_range(row)}" if between else "")
    if not has_baseline(ranking):
        return between
    if row.baseline_rank is None:
        return f"{between}   {ranking.baseline} unknown"
    return f"{between}   by {ranking.baseline}: {ordinal(row.baseline_rank)}"


def _indented(words: str, margin: int, width: int) -> list[Text]:
    return [Text(line) for line in folded(words, width, margin)] if words else []


def _counting(ranking: Ranking) -> tuple[str, ...]:
    """Signals that give anybody points: one whose weight fell to nothing has no column."""
    names = signals_of(ranking)
    used = [name for name in names if any(row.contributions.get(name) for row in ranking.rows)]
    return tuple(used) or names


def _table(ranking: Ranking, shown: list[str], *, narrow: bool, width: int | None) -> Table:
    """The columns as (heading, style, one cell a row)."""
    others = [name for name in _counting(ranking) if name not in shown]
    rows, longest = ranking.rows, LONGEST_HANDLE if width else None
    names = [one_line(row.handle) or row.account_id for row in rows]
    points = [
        rounded_to_sum([row.contributions.get(name) for name in (*shown, *others)], row.score) for row in rows
    ]
    told = [("#", "", [str(row.rank) for row in rows]),
            ("Account", "", [fold_word(name, longest) if longest else name for name in names]),
            ("Score", "bold", [decimal(row.score) for row in rows])]  # fmt: skip
    if has_intervals(ranking):
        told.append(("Rank\nrange", "", list(map(rank_range, rows, (None, *rows)))))
    if has_chances(ranking) and not narrow:
        top = f"In top\n{uncertainty_of(ranking, 'top', 30):.0f}"
        told.append((top, "", [percent(row.p_top) for row in rows]))
    for at, name in enumerate(shown):
        title = heading(name, narrow=True).replace(" ", "\n", 1)
        told.append((title, "", [_points(each[at : at + 1]) for each in points]))
    if others:
        told.append(("Other", "", [_points(each[len(shown) :]) for each in points]))
    if has_baseline(ranking):
        told += _baseline_columns(ranking)
    return _drawn(told)


def _points(parts: Sequence[float | None]) -> str:
    """The sum of some signals' points; a dash where none is known."""
    seen = [value for value in parts if value is not None]
    return decimal(sum(seen)) if seen else "-"


def _baseline_columns(ranking: Ranking) -> list[tuple[str, str, list[str]]]:
    by_likes = "like" in ranking.baseline
    counts = [compact(row.likes if by_likes else row.followers) for row in ranking.rows]
    ranks = [compact(row.baseline_rank) for row in ranking.rows]
    columns = [("Likes" if by_likes else "Fol-\nlowers", "", counts),
               ("Rank\nby likes" if by_likes else "Rank\nby fol-\nlowers", "dim", ranks)]  # fmt: skip
    # followers counted in the data are no follower count of anybody's
    return columns[1:] if ranking.baseline == "followers in the data" else columns


def _drawn(columns: Sequence[tuple[str, str, list[str]]]) -> Table:
    table = empty_table()
    for title, style, _ in columns:
        table.add_column(title, justify="left" if title == "Account" else "right", no_wrap=True, style=style)
    for cells in zip(*(cells for _, _, cells in columns), strict=True):
        table.add_row(*map(Text, cells))
    return table
