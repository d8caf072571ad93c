"""A list as a workbook: first whom to write to and why, then how good, the figures, their meaning, their origin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from influence.ranking.naming import niche_words
from influence.ranking.results import Ranking
from influence.reporting.ranking.columns import (
    ListColumn,
    cell,
    detail_columns,
    figure_columns,
    people_columns,
)
from influence.reporting.ranking.holds import filters_words
from influence.reporting.ranking.words import (
    heading,
    is_unspoken,
    notes_of,
    provenance_pairs,
    title_of,
    weights_words,
)
from influence.writing.book import CellLink, Field, Sheet, check_rows, new_book
from influence.writing.plain import as_date

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
            page = book.table(
                _sheet(name, ranking, columns), frozen=3 if name == "Figures" else 2, title=title
            )
            keys = [column.key for column in columns]
            if "status" in keys:
                at = keys.index("status")
                page.data_validation(
                    1, at, max(len(ranking.rows), 1), at, {"validate": "list", "source": list(STATUS)}
                )
        book.explain({name: _fields(columns) for name, columns in told.items()})
        fields = (Field("what", "What", width=32), Field("value", "Value", kind="long", width=90))
        book.table(Sheet("Provenance", fields, _provenance_lines(ranking)), frozen=0)
    return Path(path)


def _sheet(name: str, ranking: Ranking, columns: Sequence[ListColumn]) -> Sheet:
    rows = [
        [
            CellLink(str(cell(column, row) or row.account_id), row.url)
            if column.key == "handle"
            else cell(column, row)
            for column in columns
        ]
        for row in ranking.rows
    ]
    return Sheet(name, _fields(columns), rows)


def _fields(columns: Sequence[ListColumn]) -> tuple[Field, ...]:
    return tuple(Field(one.key, one.heading, one.meaning, one.kind, one.width) for one in columns)


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
