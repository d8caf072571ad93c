"""Tables for a terminal: made for 80 columns, plain text when piped, no handle cut off."""

from __future__ import annotations

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
    table = empty_table()
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Account", no_wrap=True)
    table.add_column("Score", justify="right", no_wrap=True, style="bold")
    if has_intervals(ranking):
        table.add_column("Rank\nrange", justify="right", no_wrap=True)
    if has_chances(ranking) and not narrow:
        table.add_column(f"In top\n{uncertainty_of(ranking, 'top', 30):.0f}", justify="right", no_wrap=True)
    for name in shown:
        table.add_column(heading(name, narrow=True).replace(" ", "\n", 1), justify="right", no_wrap=True)
    if len(shown) < len(_counting(ranking)):
        table.add_column("Other", justify="right", no_wrap=True)
    if has_baseline(ranking):
        by_likes = "like" in ranking.baseline
        if _has_count(ranking):
            table.add_column("Likes" if by_likes else "Fol-\nlowers", justify="right", no_wrap=True)
        by = "by likes" if by_likes else "by fol-\nlowers"
        table.add_column(f"Rank\n{by}", justify="right", no_wrap=True, style="dim")
    for above, row in zip((None, *ranking.rows), ranking.rows, strict=False):
        table.add_row(*_cells(row, shown, ranking, above, narrow, LONGEST_HANDLE if width else None))
    return table


def _cells(
    row: RankedAccount, signals: list[str], ranking: Ranking, above: RankedAccount | None, narrow: bool,
    longest: int | None,
) -> list[Text]:  # fmt: skip
    counted = row.likes if "like" in ranking.baseline else row.followers
    names = [*signals, *(name for name in _counting(ranking) if name not in signals)]
    points = rounded_to_sum([row.contributions.get(name) for name in names], row.score)
    rest = [value for value in points[len(signals) :] if value is not None]
    name = one_line(row.handle) or row.account_id
    return [
        Text(str(row.rank)),
        Text(fold_word(name, longest) if longest else name),
        Text(decimal(row.score)),
        *([Text(rank_range(row, above))] if has_intervals(ranking) else []),
        *([Text(percent(row.p_top))] if has_chances(ranking) and not narrow else []),
        *(Text("-" if value is None else decimal(value)) for value in points[: len(signals)]),
        *([Text(decimal(sum(rest)) if rest else "-")] if len(signals) < len(names) else []),
        *([Text(compact(counted))] if has_baseline(ranking) and _has_count(ranking) else []),
        *([Text(compact(row.baseline_rank))] if has_baseline(ranking) else []),
    ]


def _has_count(ranking: Ranking) -> bool:
    """Whether rows hold what the plain ranking counts; followers counted in the data are no follower count."""
    return ranking.baseline != "followers in the data"
