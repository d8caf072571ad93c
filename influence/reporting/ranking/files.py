"""A ranking as a file or text, in the format that the ending of the file asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from influence.errors import UsageError
from influence.ranking.reasons import with_reasons
from influence.reporting.ranking.columns import account_columns, added_columns, cell
from influence.selection.shortlist import Shortlist
from influence.writing.atomic import FORMATS, format_of, write_text
from influence.writing.data_text import csv_text

if TYPE_CHECKING:
    from influence.ranking.results import Ranking
    from influence.reporting.ranking.columns import ListColumn


def write(result: Ranking | Shortlist, path: str | Path, format: str | None = None) -> Path:
    """Write a ranking or a shortlist to a file, whole or not at all.

    Parameters
    ----------
    result : Ranking or Shortlist
    path : str or Path
    format : {"xlsx", "csv", "json", "md"}, optional
        Without it the ending decides.

    Raises
    ------
    OutputError
        The file cannot be written there.
    UsageError
        The ending means nothing to us, or another format than the one told.

    Examples
    --------
    >>> influence.write(ranking, "list.xlsx")  # doctest: +SKIP
    """
    if isinstance(result, Shortlist):
        return write_ranking(result.ranking, path, format, added=added_columns(result), sheet="Shortlist")
    return write_ranking(result, path, format)


def write_ranking(
    ranking: Ranking,
    path: str | Path,
    format: str | None = None,
    *,
    added: tuple[ListColumn, ...] = (),
    contact: tuple[ListColumn, ...] = (),
    sheet: str = "Ranking",
) -> Path:
    """Write a ranking to a file; atomic.

    Parameters
    ----------
    ranking : Ranking
    path : str or Path
    format : {"xlsx", "csv", "json", "md"}, optional
        Without it the ending decides.
    added : tuple of ListColumn
        Columns beyond a ranking's own: what a pick added to a shortlist.
    contact : tuple of ListColumn
        How people are reached, for the first sheet of a workbook.
    sheet : str
        Name of the first sheet of a workbook.

    Raises
    ------
    OutputError
        The file cannot be written there.
    """
    chosen = format_of(path, format)
    if chosen == "xlsx":
        from influence.reporting.ranking.list_workbook import write_workbook

        return write_workbook(with_reasons(ranking), path, added=added, contact=contact, sheet=sheet)
    text = render_ranking(ranking, chosen, added=added, for_excel=True)
    return write_text(path, text, bom=chosen == "csv")


def render_ranking(
    ranking: Ranking, format: str, *, added: tuple[ListColumn, ...] = (), for_excel: bool = False
) -> str:
    """A ranking as CSV, JSON or Markdown text.

    ``for_excel`` gives CSV the line ends of RFC 4180; without it plain newlines, for pipes.
    """
    ranking = with_reasons(ranking)
    if format == "csv":
        columns = (*account_columns(ranking), *added)
        rows = ([cell(column, row) for column in columns] for row in ranking.rows)
        return csv_text([column.key for column in columns], rows, newline="\r\n" if for_excel else "\n")
    if format == "json":
        from influence.reporting.ranking.documents import ranking_json

        return ranking_json(ranking, added)
    if format == "md":
        from influence.reporting.ranking.markdown import ranking_markdown

        return ranking_markdown(ranking, added)
    raise UsageError(f"no such format: {format}", expected=", ".join(FORMATS))
