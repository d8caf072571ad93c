"""Advocates, incentives and tracking as text, Markdown, CSV and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from influence.findings import Finding
from influence.planning.advocates import Advocate, Advocates
from influence.planning.defaults import default
from influence.planning.incentives import Assumptions, Programme
from influence.planning.track import Kpi, Tracking
from influence.reporting.delimited import csv_text
from influence.reporting.documents import json_text
from influence.reporting.markdown import escape
from influence.reporting.plain import clean, decimal, figure, percent, shorten, whole
from influence.reporting.plan_page import text_table

Rows = tuple[list[str], list[list[str]]]
LISTS = {
    "rows": "Invite",
    "resting": "Leave in peace: asked lately",
    "detractors": "Critics: listen, never invite",
}
IN_FILES = {"rows": "invite", "resting": "rest", "detractors": "critic"}


def advocates_table(found: Advocates) -> Rows:
    """The people to invite, for eyes."""
    heads = [
        "Who",
        "Score",
        "Feeling",
        "Reach like customers",
        "Acts on it",
        "Shares",
        "Value",
        "Segment",
        "Involvement",
    ]
    return heads, [_advocate_cells(row) for row in found.rows]


def _advocate_cells(row: Advocate) -> list[str]:
    who = row.account_id or f"customer {row.customer_id}"
    feeling = "unknown" if row.feeling is None and row.nps is None else (
        f"{row.feeling:+.2f}" if row.feeling is not None else f"NPS {row.nps:.0f}")  # fmt: skip
    return [
        shorten(clean(who), 36), decimal(row.score), feeling, whole(row.reach_like),
        percent(row.persuasion), figure(row.sharing), figure(row.value), row.segment, row.involvement,
    ]  # fmt: skip


def advocates_text(found: Advocates, format: str) -> str:
    """All three lists as ``table``, ``md``, ``csv`` or ``json``."""
    if format == "json":
        return json_text(found)
    if format == "csv":
        return _advocates_csv(found)
    parts = [f"Advocates of {found.brand}, goal {found.goal}, as of {found.as_of}"]
    for name, title in LISTS.items():
        rows: Sequence[Advocate] = getattr(found, name)
        cells = [_advocate_cells(row) for row in rows]
        parts += [
            "",
            f"{title} ({len(rows)})",
            *_table((advocates_table(found)[0], cells), format, bool(cells)),
        ]
    parts += ["", "Offers", *(f"  {name}: {offer}" for name, offer in _offers(found).items())]
    parts += ["", ", ".join(f"{words} {n:,}" for words, n in found.counts.items()), *found.notes]
    return "\n".join(_marked(line, format) for line in parts) + "\n"


def _offers(found: Advocates) -> Mapping[str, str]:
    return {row.segment: row.offer for row in found.rows}


def _advocates_csv(found: Advocates) -> str:
    names = [entry.name for entry in fields(Advocate) if entry.name not in ("points", "notes")]
    head = ["list", *names, *(f"points_{part}" for part in found.weights), "notes"]
    rows: list[list[object]] = [
        [IN_FILES[name], *(getattr(row, key) for key in names), *(row.points.get(part) for part in found.weights),
         "; ".join(row.notes)]
        for name in LISTS
        for row in getattr(found, name)
    ]  # fmt: skip
    return csv_text(list(head), rows, newline="\n")


def incentives_text(
    programmes: Sequence[Programme], told: Assumptions, texts: Mapping[str, str], checks: Sequence[Finding],
    currency: str, format: str,
) -> str:  # fmt: skip
    """Sides compared, what they rest on, what must be disclosed, what looks wrong."""
    if format == "json":
        return json_text(
            {"programmes": programmes, "assumptions": told, "disclosure": texts, "checks": checks}
        )
    heads = ["Reward", "Advocate", "Friend", "New customers", "Rewarded", "Cost", "Cost each", "Profit",
             "Advocates to break even"]  # fmt: skip
    rows = [
        [one.name, figure(one.reward.advocate), figure(one.reward.friend), decimal(one.new_customers),
         decimal(one.rewarded), decimal(one.cost, 2), decimal(one.cost_per_acquired, 2), decimal(one.profit, 2),
         whole(one.break_even_advocates) if one.break_even_advocates < 1e12 else "never"]
        for one in programmes
    ]  # fmt: skip
    parts = [f"Rewards compared ({currency})", *_table((heads, rows), format, True), "", "Rests on",
             *(_assumption(entry.name, getattr(told, entry.name)) for entry in fields(told)),
             "", f"To be disclosed ({texts['name']}; {texts['cite']})", f"  \"{texts['quote']}\"",
             f"  advocate: {texts['advocate']}", f"  friend: {texts['friend']}",
             "  A reward depends on what is done, never on what is said (16 CFR 465.4)."]  # fmt: skip
    found = [f"  {check.message}: {', '.join(check.examples)}" for check in checks]
    parts += [
        "",
        "Checks of past referrals",
        *(found or ["  nothing looks wrong in the orders of this workspace"]),
    ]
    return "\n".join(_marked(line, format) for line in parts) + "\n"


SOURCES = {
    "share_rate": "referral_share_rate", "clicks_per_share": "referral_clicks_per_share",
    "conversion_rate": "referral_conversion_rate", "share_without_reward": "share_without_reward",
    "conversion_without_reward": "conversion_without_reward", "anyway_share": "anyway_share",
    "fraud_share": "fraud_share", "value_lift": "referred_value_lift",
}  # fmt: skip
"""Assumption -> its key in `defaults.toml`."""


def _assumption(name: str, value: float) -> str:
    told = default(SOURCES[name]) if name in SOURCES else None
    source = f" ({told.source})" if told is not None and told.value == value else ""
    return f"  {name.replace('_', ' ')}: {figure(value)}{source}"


def tracking_text(found: Tracking, format: str) -> str:
    """KPIs, people and what was learned, as ``table``, ``md`` or ``json``."""
    if format == "json":
        return json_text(found)
    from influence.planning.track import learned_toml

    heads = ["KPI", "So far", "Target", "Reached", "Forecast", "Benchmark"]
    rows = [_kpi_cells(kpi) for kpi in found.kpis]
    people = [[shorten(one.account_id, 36), figure(one.totals["cost"]), figure(one.totals["clicks"]),
               figure(one.totals["orders"]), percent(one.p_better), one.advice] for one in found.people]  # fmt: skip
    sources = sorted({f"{kpi.key.replace('_', ' ')}: {kpi.benchmark_source}" for kpi in found.kpis
                      if kpi.benchmark is not None and kpi.benchmark_source})  # fmt: skip
    parts = [f"{found.campaign}, {found.first_day} to {found.last_day}", "", *_table((heads, rows), format, True), "",
             *_table((["Who", "Cost", "Clicks", "Orders", "Above the programme", "Advice"], people), format, True),
             "", "Benchmarks", *(f"  {source}" for source in sources), "",
             "Learned, for the next brief", learned_toml(found.learned).rstrip(), *found.notes]  # fmt: skip
    return "\n".join(_marked(line, format) for line in parts) + "\n"


def _kpi_cells(kpi: Kpi) -> list[str]:
    figures = [kpi.value, kpi.target, kpi.forecast, kpi.benchmark]
    value, target, forecast, benchmark = ("" if one is None else _kpi(kpi.key, one) for one in figures)
    reached = "" if kpi.reached is None else percent(kpi.reached)
    return [kpi.key.replace("_", " "), value or "unknown", target, reached, forecast, benchmark]


def _kpi(key: str, value: float | None) -> str:
    if key.endswith("_rate"):
        return "unknown" if value is None else f"{value:.2%}"
    return decimal(value, 2) if key in ("revenue_roi", "cost_per_acquisition") else figure(value)


def _table(table: Rows, format: str, filled: bool) -> list[str]:
    if not filled:
        return ["  nobody"]
    if format != "md":
        return text_table(*table)
    heads, rows = table
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *([escape(cell) for cell in row] for row in rows)]
    return ["", *(f"| {' | '.join(line)} |" for line in lines)]


def _marked(line: str, format: str) -> str:
    """In Markdown indented lines are list items."""
    return f"- {line.strip()}" if format == "md" and line.startswith("  ") else line
