"""CSV and JSON that every reader reads back alike, and Markdown tables."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from typing import Any

from influence.writing.plain import known
from influence.writing.safe import defuse

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


def plain_values(value: object) -> Any:
    """`value` in JSON's own types: NaN becomes null, days ISO text, scalars, arrays and tables Python's own."""
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return plain_values({name: getattr(value, name) for name in value.__dataclass_fields__})
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
