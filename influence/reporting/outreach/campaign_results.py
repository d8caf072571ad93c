"""What a campaign brought, against plan and benchmark, and what to do next: as a page, as slides and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from influence.outreach.campaign_desk import Desk
from influence.planning.track import Creator, Kpi, Tracking
from influence.reporting.parts import Page, Part
from influence.reporting.plan.plan_page import without_unknown
from influence.reporting.plan.plan_tracking import (
    COUNTED,
    LOW_IS_GOOD,
    MONEY,
    kpi_cells,
    kpi_value,
    label_of,
    tracking_sheets,
)
from influence.reporting.plan.plan_words import money
from influence.writing.book import Field, Sheet
from influence.writing.deck import Series, new_deck
from influence.writing.plain import as_date, compact, counted, decimal, listed, long_day, percent, shorten

MOST_PEOPLE, MOST_KPIS = 12, 14
SHOWN = ("cost", "clicks", "orders", "revenue", "cost_per_order", "roi")


def holds_of(found: Tracking, benchmark: str | None = None) -> str:
    """What holds for every chart and table: campaign, days, filter, money, benchmark."""
    days = f"{long_day(found.first_day)} to {long_day(found.last_day)}"
    against = f"benchmark: {benchmark}" if benchmark else "benchmark: published defaults"
    money = found.currency or "the currency of the outcomes, which no plan names"
    return f"Campaign {found.campaign}, {days}; outcomes of this campaign only; {against}; money in {money}"


def desk_steps(desk: Desk | None) -> list[str]:
    """What the desk adds to the next steps: late posts, labels that may be missing."""
    if desk is None:
        return []
    late = [row.pick.account_id.partition(":")[2] for row in desk.rows if row.stalled.endswith("late")]
    doubts = [one for row in desk.rows for one in row.doubts]
    steps = [f"Ask {listed(late)} for what is late."] if late else []
    return steps + [
        f"Ask {one.account_id.partition(':')[2]} to label {one.url or one.what}: {shorten(one.disclosure, 110)}"
        for one in doubts[:3]
    ]


def results_page(found: Tracking, holds: str, desk: Desk | None = None) -> Page:
    """What to do next, KPIs against plan and benchmark, people, and what was learned."""
    steps = next_steps(found, desk)
    parts = [
        Part("What to do next", tuple(steps)),
        Part(_against(found), (f"{holds}.", *_kpi_notes(found)), *_kpi_table(found)),
        Part("What each brought", (f"{holds}.",), *_people_table(found)),
        Part("What was learned", (f"{holds}.",), *_learned_table(found)),
    ]
    tiles = _tiles(found)
    return Page(headline(found), f"{holds}.", tiles, parts)


def write_result_slides(found: Tracking, path: str | Path, holds: str, desk: Desk | None = None) -> Path:
    """The slides; whole or not at all."""
    notes = "\n".join(["Sources", holds, *sorted({kpi.benchmark_source for kpi in found.kpis if kpi.benchmark_source}),
                       *_kpi_notes(found), *found.notes])  # fmt: skip
    tiles = _tiles(found)
    with new_deck(path, title=headline(found), foot=holds, day=as_date(found.last_day)) as deck:
        deck.title(headline(found), holds, notes=notes)
        deck.figures("What the campaign brought", tiles, next_steps(found, desk)[:3], notes)
        head, rows = _kpi_table(found)
        shares, numbers = [3, 2, 2, 2, 2][: len(head)], range(1, len(head))
        deck.table(_against(found), head, rows[:MOST_KPIS], shares, notes, numbers=numbers)
        told = [one for one in found.people if one.totals["orders"] is not None][:MOST_PEOPLE]
        told.sort(key=lambda one: -(one.totals["orders"] or 0))
        if told:
            deck.bars(_people_title(told), [one.account_id.partition(":")[2] for one in told],
                      [Series("orders", [one.totals["orders"] for one in told])], notes)  # fmt: skip
        head, rows = _people_table(found)
        widths = [3, 1.4, 1.2, 1.2, 1.6, 1.4, 1.2]
        deck.table("What each brought", head, rows[:MOST_PEOPLE], widths, notes, numbers=range(1, 6))
        first = int(found.days[0]["day"]) if found.days else 0
        if len(found.days) > 1:
            days = [float(day["day"] - first) for day in found.days]
            lines = [Series(key, [day[key] for day in found.days], days) for key in ("orders",)]
            deck.lines(f"{compact(found.days[-1]['orders'])} orders in {int(days[-1]) + 1} days", lines,
                       "days since the first", "orders so far", notes)  # fmt: skip
        if found.learned:
            deck.table(
                "Rates for the next plan", *_learned_table(found), [3, 2, 2, 2], notes, numbers=(1, 2, 3)
            )
        deck.words("What to do next", next_steps(found, desk), notes)
    return Path(path)


def result_sheets(found: Tracking, desk: Desk | None = None) -> list[Sheet]:
    """The workbook: what `influence track` writes, and next steps."""
    words = Field("words", "Words", kind="long", width=110)
    steps = [[line] for line in next_steps(found, desk)]
    return [*tracking_sheets(found), Sheet("Next", (words,), steps)]


def headline(found: Tracking) -> str:
    """The finding: orders, what each cost, and sales beside cost; against the plan where it has targets."""
    told = {kpi.key: kpi for kpi in found.kpis}
    orders = told.get("orders")
    if orders is None or orders.value is None:
        return f"{found.campaign}: orders are not known"
    of = f", {percent(orders.reached)} of the plan" if orders.reached is not None else ""
    return f"{found.campaign}: {counted(orders.value, 'order')}{of}{_paid(told, found.currency)}"


def _paid(told: Mapping[str, Kpi], currency: str) -> str:
    """What an order cost, and how far sales are from cost; empty where that is not known."""
    cost, sales, each = (
        told[key].value if key in told else None for key in ("cost", "revenue", "cost_per_order")
    )
    at = "" if each is None else f", {money(each)} {currency}".rstrip() + " each"
    if cost is None or sales is None:
        return at
    apart = f"{money(abs(sales - cost))} {currency}".rstrip()
    return f"{at}; sales {apart} {'below' if sales < cost else 'above'} cost"


def _tiles(found: Tracking) -> list[tuple[str, str]]:
    """The figures that a reader takes away, money with its currency."""
    shown = [kpi for kpi in _shown(found.kpis) if kpi.value is not None]
    return [(kpi_value(kpi.key, kpi.value or 0.0), _label(kpi, found.currency)) for kpi in shown]


def _against(found: Tracking) -> str:
    """What the figures of the table stand beside, as far as there is anything."""
    head, _ = _kpi_table(found)
    plan, benchmark = "Plan" in head, "Benchmark" in head
    if plan and benchmark:
        return "Against plan and benchmark"
    return "Against the plan" if plan else "Against the benchmark" if benchmark else "What it came to"


def _kpi_table(found: Tracking) -> tuple[tuple[str, ...], list[list[str]]]:
    rows = []
    for kpi in found.kpis:
        if kpi.value is not None or kpi.target is not None:
            _, value, target, reached, _, benchmark = kpi_cells(kpi)
            rows.append([_label(kpi, found.currency), value, target, reached, benchmark])
    head = ["", "So far", "Plan", "Of plan", "Benchmark"]
    (kept, cells), _ = without_unknown((head, rows), keep=head[:2])
    return tuple(kept), cells


def _people_table(found: Tracking) -> tuple[tuple[str, ...], list[list[str]]]:
    money = f", {found.currency}" if found.currency else ""
    rows = [
        [one.account_id, *(_told(one.totals[key]) for key in COUNTED),
         percent(one.p_better), one.advice]
        for one in found.people
    ]  # fmt: skip
    return ("Who", f"Cost{money}", "Clicks", "Orders", f"Sales{money}", "Chance *", "Advice"), rows


def _learned_table(found: Tracking) -> tuple[tuple[str, ...], list[list[str]]]:
    rows = [[key.replace("_", " "), percent(one.low), percent(one.value), percent(one.high)]
            for key, one in found.learned.items()]  # fmt: skip
    return ("Rate", "Low", "Expected", "High"), rows


def _kpi_notes(found: Tracking) -> tuple[str, ...]:
    share = percent(found.anyway_share)
    return (
        f"Starred figures are estimated: {share} of the buyers would have come anyway.",
        "Chance: that somebody's orders per money spent are above the whole programme's.",
    )


def _people_title(people: Sequence[Creator]) -> str:
    orders = {one.account_id.partition(":")[2]: one.totals["orders"] or 0.0 for one in people}
    most, total = max(orders.values()), sum(orders.values())
    if not total:
        return "No order is known to have come"
    best = [name for name, n in orders.items() if n == most]
    who, each = (best[0], "") if len(best) == 1 else (f"{len(best)} people", " each")
    return f"{who} brought {percent(most / total)} of the orders shown{each}"


def _told(value: float | None) -> str:
    return "unknown" if value is None else decimal(value, 0 if value == round(value) else 2)


def _shown(kpis: Sequence[Kpi]) -> list[Kpi]:
    told = {kpi.key: kpi for kpi in kpis}
    return [told[key] for key in SHOWN if key in told]


def _label(kpi: Kpi, currency: str) -> str:
    words = label_of(kpi)
    return f"{words}, {currency}" if currency and kpi.key in MONEY else words


MOST_NAMES = 5
TO_ASK = {
    "keep": "Ask again: {who}, not below the programme.",
    "pause": "Pause: {who}, rather below the programme.",
    "replace": "Ask others in the place of {who}, very likely below the programme.",
    "wait": "Judge {who} later: too little was seen.",
}
"""Advice on a person -> what to do."""


def next_steps(found: Tracking, desk: Desk | None = None) -> list[str]:
    """What to do next, one sentence each, the people first, then what the campaign desk adds."""
    asked = [step for advice, words in TO_ASK.items() for step in _asked(found.people, advice, words)]
    steps = [*asked, *desk_steps(desk), *_targets(found.kpis)]
    if found.learned:
        told = listed([key.replace("_", " ") for key in found.learned])
        how = f"`influence plan brief.toml --learned {found.campaign}`"
        steps.append(f"Plan the next one with what was learned ({told}): {how}")
    return steps


def _asked(people: Sequence[Creator], advice: str, words: str) -> list[str]:
    names = [one.account_id.partition(":")[2] or one.account_id for one in people if one.advice == advice]
    more = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    return [words.format(who=listed([*names[:MOST_NAMES], *more]))] if names else []


def _targets(kpis: Sequence[Kpi]) -> list[str]:
    """Targets that were missed, and by how much."""
    steps = []
    for kpi in kpis:
        name, dear = kpi.key.replace("_", " "), kpi.key in LOW_IS_GOOD
        reached = -1.0 if kpi.reached is None else kpi.reached
        if dear and reached > 1.1:
            steps.append(f"The {name} came out at {percent(reached)} of the plan: look at the prices.")
        elif not dear and 0 <= reached < 0.9:
            steps.append(
                f"Only {percent(reached)} of the planned {name}: lower the target or change the mix."
            )
    return steps[:4]
