"""CSV that every reader reads back alike, and that no spreadsheet program runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from influence.ranking.results import Ranking
from influence.reporting.columns import Column, account_columns, cell

_TRIGGER = "(?:\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
_DANGEROUS = re.compile(f"'*{_TRIGGER}")
_DEFUSED = re.compile(f"'+{_TRIGGER}")


def defuse(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula (``=``, ``+``, ``-``, ``@``).

    Text that has apostrophes before such a sign gets one more, so that `undefuse` gives back every text.
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def undefuse(text: str) -> str:
    """Undo `defuse`: drop one leading apostrophe where a formula sign follows."""
    return text[1:] if _DEFUSED.match(text) else text


def ranking_csv(ranking: Ranking, added: tuple[Column, ...] = (), *, newline: str = "\r\n") -> str:
    """A ranking as CSV: the columns of `ranking_frame`, full precision, unknown empty, formulas defused."""
    columns = (*account_columns(ranking), *added)
    head: list[object] = [column.key for column in columns]
    rows = ([_plain(cell(column, row)) for column in columns] for row in ranking.rows)
    return csv_text(head, rows, newline=newline)


def csv_text(head: list[object], rows: Iterable[list[object]], *, newline: str = "\r\n") -> str:
    """Header and rows as RFC 4180 text with `newline` between the records."""
    # made with CRLF whatever the newline, because csv quotes a lone CR only when it ends records too
    return "".join(_record(row).removesuffix("\r\n") + newline for row in (head, *rows))


def _record(row: list[object]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow(row)
    return buffer.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, str):
        return defuse(value)
    return "" if value is None else value
