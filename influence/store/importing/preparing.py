"""From a plan to the conversion of its rows: the platform of names that tell none, provenance, lookups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from influence.recognition.headers import SPOKEN, platform_told, words_of
from influence.schema import TABLE_NAMES, table_of
from influence.store.importing.deciding import SourcePlan, TablePlan, load_lookups
from influence.store.importing.shaping import Conversion


def in_order(plans: Iterable[SourcePlan]) -> list[SourcePlan]:
    """As they are brought in: accounts first, since the others name them."""
    return sorted(plans, key=lambda plan: min(TABLE_NAMES.index(table.rule.table) for table in plan.tables))


def conversion_of(
    plan: SourcePlan, table: TablePlan, platform: str, now: datetime | None, date_format: str | None
) -> Conversion:
    """How the rows of a file become rows of one of its tables."""
    return Conversion(
        table=table_of(table.rule.table),
        rules=table.rule.columns,
        platform=platform,
        source=plan.file,
        fetched_at=now,
        date_format=date_format or table.rule.date_format,
        decimal_comma=plan.decimal_comma,
        lookups=load_lookups(table.rule, plan.siblings),
        only_with=table.rule.only_with,
        needs=table.rule.needs,
    )


def platform_of(plan: SourcePlan, table: TablePlan, told: str | None, known: Callable[[], str]) -> str:
    """Of handles that name none: the header of their column, what the user said, titles, file names, `known`."""
    by_header = table.rule.platform if table.how == "guess" else None
    titles = (getattr(plan.source, "title", ""), plan.source.path.name.partition(".")[0])
    spoken = {SPOKEN[word] for header in plan.source.headers for word in words_of(header) if word in SPOKEN}
    named = next((platform for title in titles if (platform := platform_told(title))), None)
    named = named or (spoken.pop() if len(spoken) == 1 else None)
    return by_header or told or table.rule.platform or named or known()
