"""Tracking as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from influence.planning.track import Creator, Kpi, Tracking
from influence.reporting.plan.plan_page import Rows, page_text, table_lines, without_unknown
from influence.reporting.plan.plan_words import WORDS, count, money, share
from influence.writing.book import Sheet, sheet_of
from influence.writing.data_text import json_text, named
from influence.writing.plain import UNKNOWN, as_date, percent, shorten
from influence.writing.safe import one_line

MONEY = ("cost", "revenue", "profit", "order_value", "cost_per_order", "cost_per_acquisition")
SHARES = ("click_rate", "lead_rate", "purchase_rate", "roi")
LOW_IS_GOOD = ("cost", "cost_per_order", "cost_per_acquisition")
COUNTED = ("cost", "clicks", "orders", "revenue")
"""Totals that tables tell by day and by person."""
MOST_ROWS = 10


def tracking_text(found: Tracking, format: str) -> str:
    """KPIs, time, people and what was learned, as ``table``, ``md`` or ``json``."""
    if format == "json":
        return json_text(found)
    from influence.planning.track import learned_toml

    kpis, _ = without_unknown(_kpi_table(found.kpis), keep=("KPI", "So far"))
    people, _ = without_unknown(_people_table(found.people), keep=("Who", "Advice"))
    toml = learned_toml(found.learned).rstrip().splitlines()
    fence = ["```"] if format == "md" else []
    money_words = f", money in {found.currency}" if found.currency else ""
    parts = [
        f"{one_line(found.campaign)}, {found.first_day} to {found.last_day}{money_words}", "",
        *table_lines(kpis, format), *(f"\t{words}" for words in _kpi_words(found)),
        "", "Over time", *table_lines(_time_table(found.days), format),
        "", "Creators", *table_lines(people, format), *(f"\t{words}" for words in _advice_words(found.people)),
        "", "Benchmarks", *(f"\t{words}" for words in _benchmarks(found.kpis) or ["none"]),
        "", "Learned, for the next brief (or: influence plan brief.toml --learned NAME)", *fence, *toml, *fence,
        *found.notes,
    ]  # fmt: skip
    return page_text(parts, format)


def _kpi_table(kpis: Sequence[Kpi]) -> Rows:
    rows = [kpi_cells(kpi) for kpi in kpis if kpi.value is not None or kpi.target is not None]
    return ["KPI", "So far", "Target", "Of target", "At the end", "Benchmark"], rows


def kpi_cells(kpi: Kpi) -> list[str]:
    """A KPI's name, value, target, share of the target, forecast and benchmark; empty where there is none."""
    value, target, forecast, other = ("" if one is None else kpi_value(kpi.key, one)
                                      for one in (kpi.value, kpi.target, kpi.forecast, kpi.benchmark))  # fmt: skip
    if forecast and kpi.margin is not None:
        forecast += f" ±{kpi_value(kpi.key, kpi.margin)}"
    reached = "" if kpi.reached is None or kpi.reached < 0 else _reached(kpi.reached)
    return [label_of(kpi), value or "unknown", target, reached, forecast, other]


def label_of(kpi: Kpi) -> str:
    """A KPI's name for people."""
    return str(WORDS["kpis"].get(kpi.key, kpi.key.replace("_", " ")))


def _reached(reached: float) -> str:
    return f"{reached:.0f} times" if reached >= 9.5 else percent(reached)


def _kpi_words(found: Tracking) -> list[str]:
    words = [
        f"Starred figures are estimated: {share(found.anyway_share)} of the buyers would have come anyway (the plan's "
        "share; without a plan the default). Orders and sales without a star are all there were."
    ]
    missed = [label_of(kpi).rstrip(" *") for kpi in found.kpis
              if kpi.key in LOW_IS_GOOD[1:] and kpi.reached is not None and kpi.reached > 1]  # fmt: skip
    if missed:
        words.append(f"Dearer than planned: {', '.join(missed)}.")
    if any(kpi.margin is not None for kpi in found.kpis):
        words.append("At the end: at today's pace; ± holds 80%, from how much the days differ.")
    return words


def _time_table(days: Sequence[Mapping[str, float]]) -> Rows:
    """Running totals made counts again: by day, or by week where there are many."""
    step = 1 if len(days) <= MOST_ROWS else 7
    first = int(days[0]["day"]) if days else 0
    ends = {(int(day["day"]) - first) // step: day for day in days}
    nothing: Mapping[str, float] = dict.fromkeys(COUNTED, 0.0)
    rows = []
    for (_, before), (at, now) in pairwise([(-1, nothing), *ends.items()]):
        day = as_date(first + at * step)
        told = [kpi_value(key, now[key] - before[key]) for key in COUNTED]
        rows.append([f"{'week from ' if step > 1 else ''}{day}", *told, count(now["orders"])])
    return ["", "Cost", "Clicks", "Orders", "Sales", "Orders so far"], rows[-MOST_ROWS:]


def _people_table(people: Sequence[Creator]) -> Rows:
    return ["Who", "Cost", "Clicks", "Orders", "Sales", "Each", "Above", "Advice"], [
        [shorten(one.account_id, 24), *(kpi_value(key, one.totals[key]) for key in COUNTED),
         _each(one), percent(one.p_better), one.advice]
        for one in people
    ]  # fmt: skip


def _each(one: Creator) -> str:
    cost, orders = one.totals["cost"], one.totals["orders"]
    return (
        "unknown" if cost is None or orders is None else "no order" if orders == 0 else money(cost / orders)
    )


def _advice_words(people: Sequence[Creator]) -> list[str]:
    words = {
        "keep": "keep: not below the programme",
        "pause": "pause: rather below it",
        "replace": "replace: very likely below it",
        "wait": "wait: fewer than two orders could be expected so far",
    }
    given = {one.advice for one in people}
    told = "; ".join(text for advice, text in words.items() if advice in given)
    return [
        f"Each: cost per order. Above: chance that somebody's orders per money spent are above the whole "
        f"programme's. {told}."
    ]


def _benchmarks(kpis: Sequence[Kpi]) -> list[str]:
    return sorted({f"{kpi.key.replace('_', ' ')}: {kpi.benchmark_source}" for kpi in kpis
                   if kpi.benchmark is not None and kpi.benchmark_source})  # fmt: skip


def kpi_value(key: str, value: float | None) -> str:
    """A KPI as people read it: share, money or count."""
    if value is None:
        return UNKNOWN
    if key in SHARES:
        return share(value)
    return money(value) if key in MONEY else f"{value:.2f}" if key == "sales_per_cost" else count(value)


def tracking_sheets(found: Tracking) -> list[Sheet]:
    """KPIs, creators, days and what was learned."""
    judged = ("orders_per_cost", "p_better", "advice", "why")
    people = [{"account_id": one.account_id, **one.totals, **named(one, *judged)} for one in found.people]
    days: list[dict[str, object]] = [{**day, "day": as_date(int(day["day"]))} for day in found.days]
    learned = [{"input": key, "low": one.low, "expected": one.value, "high": one.high, "source": one.source}
               for key, one in found.learned.items()]  # fmt: skip
    return [
        sheet_of("KPIs", found.kpis, ["key", "value", "target"]),
        sheet_of("Creators", people, ["account_id", "advice"]),
        sheet_of("Days", days, ["day"]),
        sheet_of("Learned", learned, ["input", "low", "expected", "high", "source"]),
    ]
