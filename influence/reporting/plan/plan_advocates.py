"""Advocates as text, Markdown, CSV and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from influence.planning.advocates import Advocate, Advocates
from influence.reporting.plan.plan_page import (
    Rows,
    page_text,
    rounded,
    table_lines,
    text_table,
    without_unknown,
)
from influence.reporting.plan.plan_words import WORDS
from influence.writing.book import Sheet, pairs_of, sheet_of
from influence.writing.data_text import json_text
from influence.writing.plain import decimal, figure, listed, percent, shorten, whole
from influence.writing.safe import one_line

LISTS, HEADS = WORDS["advocates"], WORDS["columns"]
"""Lists, and columns with what they mean; only those shown are explained."""
WHO = 20
IN_SHEETS = {"rows": "invite", "resting": "rest", "detractors": "critic"}
"""List of `Advocates` -> what the column ``list`` of a file says."""


def advocates_text(found: Advocates, format: str) -> str:
    """All three lists as ``table``, ``md`` or ``json``."""
    if format == "json":
        return json_text(found)
    parts = [f"Advocates of {one_line(found.brand)}, goal {found.goal}, as of {found.as_of}"]
    shown: set[str] = set()
    for name, title in LISTS.items():
        rows: Sequence[Advocate] = getattr(found, name)
        table = _fitting(rows, found, format)
        shown |= set(table[0]) if rows else set()
        parts += ["", f"{title} ({len(rows)})", *table_lines(table, format)]
        if name == "detractors":
            parts += [f"\t{_who(row)}: {'; '.join(map(one_line, row.notes))}" for row in rows if row.notes]
    meanings = [f"{name}: {words}" for name, words in _meanings(found).items() if name in shown]
    offers = [f"{name}: {offer}" for name, offer in _offers(found).items()]
    notes = filter(None, (_involvement(found), _counted(found), *found.notes))
    for title, lines in (("Columns", meanings), ("Offers", offers), ("Notes", notes)):
        parts += ["", title, *(f"\t{line}" for line in lines)]
    return page_text(parts, format)


def _fitting(rows: Sequence[Advocate], found: Advocates, format: str) -> Rows:
    """The list without columns nobody has; on a terminal names give way until it fits."""
    for width in (WHO, 17, 14):
        table, _ = without_unknown(
            advocates_table(rows, found, width, wide=format == "md"), keep=("Feeling",)
        )
        if format == "md" or max(map(len, text_table(*table))) <= 80:
            break
    return table


def advocates_table(
    rows: Sequence[Advocate], found: Advocates, width: int = WHO, *, wide: bool = False
) -> Rows:
    """One list for eyes; `wide` adds involvement and full names."""
    shared = {handle for handle, n in Counter(map(_handle, everybody(found))).items() if n > 1}
    cells = [_advocate_cells(row, wide, _handle(row) in shared, width) for row in rows]
    return [*HEADS, *(["Involvement"] if wide else [])], cells


def _advocate_cells(row: Advocate, wide: bool, full: bool, width: int) -> list[str]:
    who = _who(row)
    if not wide:
        who = shorten(who if full or row.account_id is None else one_line(_handle(row)), width)
    feeling = "unknown" if row.feeling is None and row.nps is None else (
        f"{row.feeling:+.2f}" if row.feeling is not None else f"NPS {row.nps:.0f}")  # fmt: skip
    return [
        who, decimal(row.score), feeling, whole(row.reach_like), percent(row.persuasion), figure(row.sharing),
        figure(row.value), row.segment, *([row.involvement] if wide else []),
    ]  # fmt: skip


def everybody(found: Advocates) -> tuple[Advocate, ...]:
    """All three lists."""
    return (*found.rows, *found.resting, *found.detractors)


def _who(row: Advocate) -> str:
    return one_line(row.account_id or f"customer {row.customer_id}")


def _handle(row: Advocate) -> str:
    """The account without its platform, which is shown only where two have the same handle."""
    return (row.account_id or "").partition(":")[2] or row.account_id or f"customer {row.customer_id}"


def _meanings(found: Advocates) -> Mapping[str, str]:
    days = f"money expected in the next {found.horizon_days} days, in the currency of the orders"
    value = "recency, frequency and money, 0 to 1" if "RFM" in found.value_method else days
    return {name: words for name, words in {**HEADS, "Value": value}.items() if words}


def _involvement(found: Advocates) -> str:
    """Who creates with the brand, and how many take part; the file has it for each."""
    levels = Counter(row.involvement for row in found.rows)
    makers = [one_line(row.account_id or "") for row in found.rows if row.involvement == "co-creating"]
    named = f" ({listed(makers[:3])}{' and others' if len(makers) > 3 else ''})" if makers else ""
    words = [f"{n:,} {level}{named if level == 'co-creating' else ''}" for level, n in sorted(levels.items())]
    return f"Involvement of those to invite: {', '.join(words)}." if words else ""


def _counted(found: Advocates) -> str:
    return ", ".join(f"{words} {n:,}" for words, n in found.counts.items()).capitalize() + "."


def _offers(found: Advocates) -> Mapping[str, str]:
    return {row.segment: row.offer for row in sorted(found.rows, key=lambda row: row.segment)}


def advocates_sheets(found: Advocates) -> list[Sheet]:
    """All three lists, told apart in the first column, and what each signal weighs."""
    rows = []
    for name, words in IN_SHEETS.items():
        for row in getattr(found, name):
            plain = {name: value for name, value in vars(row).items() if name not in ("points", "notes")}
            points = {f"points_{part}": row.points.get(part) for part in found.weights}
            rows.append(rounded({"list": words, **plain, **points, "notes": "; ".join(row.notes)}))
    weights = pairs_of(found.weights, "part", "weight")
    return [sheet_of("Advocates", rows, ["list", "rank"]), sheet_of("Weights", weights, ["part", "weight"])]
