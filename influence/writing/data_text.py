"""CSV and JSON that every reader reads back alike, and what holds for a result said inside a file of any format."""

from __future__ import annotations

import csv
import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from typing import Any

from influence.writing.grid import WIDTH
from influence.writing.plain import known
from influence.writing.safe import defuse, for_markdown
from influence.writing.svg import tag

WHAT_HOLDS = "what_holds"
"""Column of what holds for a whole table; ``about`` would come back as what an account says of itself."""

_HIDDEN = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def csv_text(
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    newline: str = "\r\n",
    about: Sequence[str] = (),
) -> str:
    """Header and rows as RFC 4180 text with `newline` between the records; unknown is empty, formulas are defused.

    What holds for the table stands in each row of a last column, `WHAT_HOLDS`: it outlives sorting and filtering.
    """
    if about:
        head, said = [*head, WHAT_HOLDS], "; ".join(filter(None, about))
        rows = ([*row, said] for row in rows)
    # made with CRLF whatever the newline, because csv quotes a lone CR only when it ends records too
    records = _Records()
    csv.writer(records, lineterminator="\r\n").writerows(map(_plain, row) for row in (head, *rows))
    return "".join(record.removesuffix("\r\n") + newline for record in records)


class _Records(list[str]):
    """What csv writes, record by record."""

    write = list.append


def _plain(value: object) -> object:
    if isinstance(value, str):
        return defuse(value)
    return value if known(value) else ""


def json_text(document: object) -> str:
    """JSON that any strict parser reads: UTF-8 letters as they are, no NaN, a newline at the end.

    What a terminal would act on (C1 controls, marks of direction) stands as its escape: the value is the same.
    """
    text = json.dumps(plain_values(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def named(thing: object, *names: str) -> dict[str, Any]:
    """These attributes of `thing` under their names."""
    return {name: getattr(thing, name) for name in names}


def plain_values(value: object) -> Any:
    """`value` in JSON's own types: NaN becomes null, days ISO text, scalars, arrays and tables Python's own."""
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return plain_values(named(value, *value.__dataclass_fields__))
    for lists in ("tolist", "to_pylist"):
        if hasattr(value, lists):
            return plain_values(getattr(value, lists)())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_values(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if known(value) else None
    return str(value)


ABOUT = "about"
"""The key in JSON, the last column of CSV."""


def with_about(text: str, format: str, lines: Sequence[str]) -> str:
    """`text`, which is of this format, with the lines that say what holds for it.

    JSON has them under ``about`` (a list becomes ``rows`` beside them), a page and Markdown at the end, plain text
    under a blank line. A drawing says it itself, where it has room.

    >>> with_about("who  n" + chr(10), "table", ["as of 1 July 2012"]).split(chr(10))
    ['who  n', '', 'as of 1 July 2012', '']
    """
    if format == "json":
        told = json.loads(text)
        document = told if isinstance(told, dict) else {"rows": told}
        return json_text({**document, ABOUT: [*lines]})
    if format == "html":
        before, end, after = text.rpartition("</main>" if "</main>" in text else "</body>")
        said = "\n".join(str(tag("p", line, class_="caption")) for line in lines)
        return f"{before}\n{said}\n{end}{after}"
    if format == "md":
        return "\n".join([text.rstrip("\n"), "", *(f"- {for_markdown(line)}" for line in lines)]) + "\n"
    if format in ("table", "text"):
        folded = [part for line in lines for part in textwrap.wrap(line, WIDTH - 1, break_on_hyphens=False)]
        return "\n".join([text.rstrip("\n"), "", *folded]) + "\n"
    return text
