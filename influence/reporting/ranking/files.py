"""A ranking as a file or text, in the format that the ending of the file asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from influence.errors import UsageError
from influence.ranking.naming import niche_words
from influence.ranking.reasons import with_reasons
from influence.ranking.results import RankedAccount, Ranking
from influence.reporting.ranking.columns import (
    ListColumn,
    account_columns,
    added_columns,
    baseline_column,
    cell,
    detail_columns,
    figure_columns,
    has_intervals,
    people_columns,
)
from influence.reporting.ranking.words import (
    as_of_words,
    filters_words,
    has_chances,
    heading,
    holds_words,
    is_unspoken,
    notes_of,
    provenance_pairs,
    rank_range,
    title_of,
    uncertainty_of,
    weights_words,
)
from influence.selection.shortlist import Shortlist
from influence.writing.atomic import FORMATS, format_of, write_text
from influence.writing.book import CellLink, Field, Sheet, check_rows, new_book
from influence.writing.data_text import csv_text, json_text, named
from influence.writing.plain import as_date, decimal, figure, known, percent, whole
from influence.writing.safe import for_markdown, web_address


def write(result: Ranking | Shortlist, path: str | Path, format: str | None = None) -> Path:
    """Write a ranking or a shortlist to a file, whole or not at all.

    Parameters
    ----------
    result : Ranking or Shortlist
    path : str or Path
    format : {"xlsx", "csv", "json", "md"}, optional
        Without it the ending decides.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        The file cannot be written there.
    UsageError
        The ending means nothing to us, or another format than the one told.

    Examples
    --------
    >>> import influence
    >>> influence.write(influence.rank(workspace, "sourdough bread"), "list.xlsx").name
    'list.xlsx'
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
        return csv_text([column.key for column in columns], rows, newline="\r\n" if for_excel else "\n",
                        about=[holds_words(ranking)])  # fmt: skip
    if format == "json":
        return ranking_json(ranking, added)
    if format == "md":
        return ranking_markdown(ranking, added)
    raise UsageError(f"no such format: {format}", expected=", ".join(FORMATS))


def ranking_json(ranking: Ranking, added: tuple[ListColumn, ...] = ()) -> str:
    """A ranking as JSON text: what was asked and left out, the rows in order (keys of `RankedAccount`), provenance."""
    return json_text({
        **named(ranking, "niche", "goal", "baseline", "n_candidates", "weights", "switched_off", "left_out"),
        "uncertainty": ranking.extra.get("uncertainty"),
        "conditions": ranking.extra.get("conditions") or {},
        "notes": ranking.notes,
        "rows": [_row(row, added) for row in ranking.rows],
        "provenance": ranking.provenance,
    })  # fmt: skip


def _row(row: RankedAccount, added: tuple[ListColumn, ...]) -> dict[str, object]:
    told = {column.key: cell(column, row) for column in added}
    return {**row.to_dict(), "added": told} if added else row.to_dict()


def ranking_markdown(ranking: Ranking, added: tuple[ListColumn, ...] = ()) -> str:
    """Title, table, make-up of the score, notes and provenance; a row's reason is its last column."""
    rows = ranking.rows
    told = [("#", [str(row.rank) for row in rows]), ("Account", [_account(row) for row in rows]),
            ("Score", [decimal(row.score) for row in rows])]  # fmt: skip
    if has_intervals(ranking):
        told.append(("Rank range", [for_markdown(words) for words in map(rank_range, rows, (None, *rows))]))
        if has_chances(ranking):
            top = f"In top {uncertainty_of(ranking, 'top', 30):.0f}"
            told.append((top, [percent(row.p_top) for row in rows]))
    told += [(baseline_column(ranking).heading, [whole(row.baseline_rank) for row in rows]),
             ("Followers", [whole(row.followers) for row in rows]), ("Posts", [whole(row.posts) for row in rows]),
             *((column.heading, [_added(cell(column, row)) for row in rows]) for column in added)]  # fmt: skip
    rule = ["--:", "---", *["--:"] * (len(told) - 2), "---"]
    told.append(("Why", [for_markdown(row.reason) for row in rows]))
    lines = [[title for title, _ in told], rule, *zip(*(cells for _, cells in told), strict=True)]
    table = [f"| {' | '.join(cells)} |" for cells in lines]
    return "\n".join([f"# {for_markdown(title_of(ranking))}", "", *table, "", *_footer(ranking)]) + "\n"


def _added(value: object) -> str:
    if isinstance(value, (int, float)):
        return figure(value)
    return for_markdown(str(value)) if known(value) else "unknown"


def _account(row: RankedAccount) -> str:
    words = for_markdown(row.handle)
    return f"[{words}]({row.url})" if web_address(row.url) else words


def _footer(ranking: Ranking) -> list[str]:
    made = ranking.provenance
    lines = [f"- {for_markdown(note)}" for note in notes_of(ranking)]
    if ranking.weights:
        lines.insert(0, f"- Score, 0 to 100: {for_markdown(weights_words(ranking.weights))}.")
    lines.append(f"- {for_markdown(holds_words(ranking))}.")
    lines.append(
        f"- Made by influence {for_markdown(made.version)} {as_of_words(made)}, "
        f"settings {for_markdown(made.settings_hash)}, seed {made.seed}."
    )
    return lines


UNSPOKEN = "Nobody speaks of the niche"
"""Name of the first sheet where nobody does: a sheet is passed on without its notes."""
STATUS = ("idea", "contacted", "replied", "agreed", "declined")


def write_workbook(
    ranking: Ranking,
    path: str | Path,
    *,
    added: Sequence[ListColumn] = (),
    contact: Sequence[ListColumn] = (),
    sheet: str = "Ranking",
) -> Path:
    """Write a ranking as XLSX: list, details, figures, columns explained, provenance; atomic.

    Parameters
    ----------
    ranking : Ranking
    path : str or Path
    added : sequence of ListColumn
        What a pick added to a shortlist; on the sheet of details, cost on the first.
    contact : sequence of ListColumn
        How somebody is reached and how far the talks are; on the first sheet.
    sheet : str
        Name of the first sheet; another where nobody speaks of the niche.

    Raises
    ------
    OutputError
        More rows than a sheet holds, or the file cannot be written.
    """
    check_rows(len(ranking.rows), path)
    title = f"{title_of(ranking)}; {filters_words(ranking)}"
    made = ranking.provenance
    about = f"Made by influence {made.version}, settings {made.settings_hash}."
    told = {
        UNSPOKEN if is_unspoken(ranking) else sheet: people_columns(ranking, added, contact),
        "Details": detail_columns(ranking, added),
        "Figures": figure_columns(ranking),
    }
    with new_book(path, title=title, about=about, day=as_date(made.as_of)) as book:
        for name, columns in told.items():
            frozen = 3 if name == "Figures" else 2
            page = book.table(_sheet(name, ranking, columns), frozen=frozen, title=title)
            keys = [column.key for column in columns]
            if "status" in keys:
                at, choice = keys.index("status"), {"validate": "list", "source": list(STATUS)}
                page.data_validation(1, at, max(len(ranking.rows), 1), at, choice)
        book.explain(told)
        fields = (Field("what", "What", width=32), Field("value", "Value", kind="long", width=90))
        book.table(Sheet("Provenance", fields, _provenance_lines(ranking)), frozen=0)
    return Path(path)


def _sheet(name: str, ranking: Ranking, columns: Sequence[ListColumn]) -> Sheet:
    def told(column: ListColumn, row: RankedAccount) -> object:
        value = cell(column, row)
        return CellLink(str(value or row.account_id), row.url) if column.key == "handle" else value

    return Sheet(name, columns, [[told(column, row) for column in columns] for row in ranking.rows])


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
