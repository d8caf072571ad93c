"""Pages for planners: advocates and rewards, whom to tell first, the plan with its inputs, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.responses import Response

from influence.app.asked import Asked, number_of
from influence.app.jobs import Watch
from influence.app.listening_pages import report
from influence.app.site import Page, Visit, made_file, workbook
from influence.errors import InfluenceError, UsageError
from influence.outreach.campaign_desk import Desk, desk_for
from influence.planning.brief import Brief, parse_brief
from influence.planning.business_case import Plan, make_plan
from influence.planning.incentives import (
    Assumptions,
    Reward,
    check_referrals,
    compare_sides,
    count_referrals,
    disclosed_countries,
    disclosure,
)
from influence.planning.inputs import INPUTS
from influence.ranking.assess import Assessment
from influence.reporting.plan import plan_incentives as words
from influence.reporting.plan.plan_page import without_unknown
from influence.reporting.plan.plan_words import WORDS, headline, sections_of
from influence.reporting.plan.plan_workbook import write_plan_workbook
from influence.selection.seeding import Seeding, seed_message
from influence.store.lists.saved import saved_lists
from influence.store.workspace import Workspace
from influence.writing.plain import whole
from influence.writing.svg import Scale, picture, tag

if TYPE_CHECKING:
    from influence.planning.track import Tracking
ROWS = 50
MOST_SEEDS = 100
WIDE, STEP = 400.0, 36.0


MONEY = {
    "advocate": "Reward of the advocate per order, at cost", "friend": "Reward of the friend per order, at cost",
    "advocates": "Advocates who open the offer", "margin": "Margin that a new customer brings",
    "acquisition_cost": "What one costs elsewhere", "fixed_cost": "Technology and staff",
    "anyway": "Share of buyers who would have come anyway, 0-1", "cap": "Most rewards per advocate",
}  # fmt: skip
"""Fields of the rewards page, the first four needed."""
NEEDED = ("advocate", "friend", "advocates", "margin")


def results(visit: Visit) -> Response:
    """Where a campaign stands: the page, slides and workbook of `influence track`."""
    from influence.planning.track import campaigns, track
    from influence.reporting.outreach.campaign_results import (
        holds_of,
        result_sheets,
        results_page,
        write_result_slides,
    )

    told = visit.told
    names = [] if visit.desk.is_new else visit.session.ask(lambda opened: campaigns(opened.store))
    campaign, benchmark = told.get("campaign", ""), told.get("benchmark") or None
    if not campaign:
        return visit.show("results.html", names=names)

    def found_of(opened: Workspace) -> tuple[Tracking, Desk | None]:
        found = track(opened.store, campaign, benchmark=benchmark, until=told.get("until") or None)
        return found, desk_for(opened, found.campaign, found.last_day)

    found, desk = visit.session.ask(found_of)
    found = replace(found, currency=desk.currency if desk else "")
    holds = holds_of(found, benchmark)
    if told.get("as") == "xlsx":
        return workbook(result_sheets(found, desk), "result.xlsx", holds)
    if told.get("as") == "pptx":
        return made_file("result.pptx", lambda place: write_result_slides(found, place, holds, desk))
    return report(visit.site, results_page(found, holds, desk), Asked({}))


def rewards(visit: Visit) -> Response:
    """A reward on one side and on both: what `influence incentives` says, every number a field."""
    told = visit.filled
    shown: dict[str, Any] = {"told": told, "fields": MONEY, "needed": NEEDED, "countries": disclosed_countries(),
                             "currency": told.get("currency", "EUR"), "table": None, "error": None}  # fmt: skip
    if not any(name in told for name in MONEY):
        return visit.show("rewards.html", **shown)
    try:
        reward, rests = _reward_of(told)
        made, currency = compare_sides(reward, rests), shown["currency"]
        texts = disclosure(told.get("country", "us"), told.get("brand", "the brand"), reward, currency)
        checks = (
            None if visit.desk.is_new else visit.session.ask(lambda o: _checks(o, reward.cap_per_advocate))
        )
    except InfluenceError as error:
        return visit.show("rewards.html", 400, **{**shown, "error": error})
    return visit.show(
        "rewards.html", **{**shown, "table": words.sides_table(made)}, legend=words.LEGEND, on_words=words.ON_WORDS,
        deciding=words.deciding(made, rests, currency), rests=words.assumption_lines(rests, currency), texts=texts,
        checks=words.checked_lines(checks),
    )  # fmt: skip


def _reward_of(told: Mapping[str, str]) -> tuple[Any, Any]:
    """The reward and what it rests on, from the fields of the page."""
    numbers = {name: number_of(MONEY[name], told[name]) for name in MONEY if name in told}
    missing = [MONEY[name] for name in NEEDED if name not in numbers]
    if missing:
        raise UsageError("some numbers are missing", expected="; ".join(missing))
    cap = int(numbers["cap"]) if "cap" in numbers else None
    reward = Reward(numbers["advocate"], numbers["friend"], told.get("condition", ""), cap)
    rests = Assumptions(
        numbers["advocates"], numbers["margin"], numbers.get("acquisition_cost", 0.0), numbers.get("fixed_cost", 0.0)
    )  # fmt: skip
    return reward, replace(rests, anyway_share=numbers["anyway"]) if "anyway" in numbers else rests


def _checks(workspace: Workspace, cap: int | None) -> Any:
    """What looks wrong among past referrals; None where no order says who referred it."""
    return check_referrals(workspace.store, cap=cap) if count_referrals(workspace.store) else None


def advocates(visit: Visit) -> Response:
    """Who speaks for the brand already, whom to leave in peace, and who must not be invited."""
    from influence.reporting.plan.plan_advocates import LISTS, advocates_table

    asked, goal = visit.asked, visit.told.get("for", "conversion")
    shown: dict[str, Any] = {"asked": asked, "goal": goal, "goals": ("conversion", "awareness", "loyalty")}
    if not asked.one("brand"):
        return visit.show("advocates.html", **shown, found=None, lists=[])
    brand, names = asked.one("brand"), asked.many("alias")
    judged = visit.desk.judged(brand)
    found = visit.session.advocates(brand, aliases=names, goal=goal, top=ROWS, labels=judged)
    lists = []
    for name, title in LISTS.items():
        rows = getattr(found, name)
        table, _unknown = without_unknown(advocates_table(rows, found, wide=True), keep=("Feeling",))
        lists.append((title, rows, *table))
    return visit.show("advocates.html", **shown, found=found, lists=lists)


def spread(visit: Visit) -> Response:
    """Whom to tell first, so that most of the niche hears of it by word of mouth."""
    asked, told = visit.asked, visit.told.get("size", "10")
    size = min(int(told), MOST_SEEDS) if told.isdigit() and int(told) else 10
    if not asked.asks:
        return visit.show("spread.html", asked=asked, size=size, found=None)
    question = asked.question()

    def work(watch: Watch) -> Seeding:
        found = visit.desk.ask(lambda found, _: with_ties(found), question, watch)
        # beside the turn: others may ask meanwhile
        return seed_message(found, size, seed=question.seed, watch=watch)

    def shown(found: Seeding) -> Response:
        half, double = (found.shifted[one] for one in (min(found.shifted), max(found.shifted)))
        return visit.show("spread.html", asked=asked, size=size, found=found, half=half, double=double)

    return visit.site.run(
        "Following a message from account to account", work, shown, long=True, back=visit.request.url.path
    )


def with_ties(found: Assessment) -> Assessment:
    """The assessment, with what `seed_message` reads of it brought home while it is our turn."""
    assert found.evidence.material.tie_matrix is not None
    assert found.evidence.audience.person is not None
    return found


def plan(visit: Visit) -> Response:
    """Budget, funnel, what matters most and scenarios, with every input to be changed."""
    told = visit.filled
    lists = [] if visit.desk.is_new else [one.name for one in visit.session.ask(saved_lists)]
    shown: dict[str, Any] = {"told": told, "lists": lists, "query": visit.request.url.query}
    try:
        brief = _brief(visit)
    except InfluenceError as error:
        return visit.show("plan.html", **shown, inputs=INPUTS, plan=None, error=error if told else None)
    made = make_plan(brief)
    return visit.show(
        "plan.html", **shown, inputs=tuple(brief.inputs.values()), plan=made, error=None, headline=headline(made),
        sections=sections_of(made), funnel=funnel_drawn(made), tornado=tornado_drawn(made),
    )  # fmt: skip


def plan_book(visit: Visit) -> Response:
    """The plan as a workbook with live formulas."""
    made = make_plan(_brief(visit))
    return made_file("plan.xlsx", lambda place: write_plan_workbook(made, place))


def _brief(visit: Visit) -> Brief:
    """The brief that the fields of the page make, checked as its file would be."""
    told = visit.filled
    data: dict[str, Any] = {"name": told.get("name", "Plan"), "currency": told.get("currency", "EUR")}
    for entry in INPUTS:
        if entry.key in told:
            data.setdefault(entry.section, {})[entry.name] = number_of(entry.label, told[entry.key])
    if told.get("list"):
        data["source"] = {"list": told["list"]}
    if visit.desk.is_new:
        return parse_brief(data, label="the fields")
    return visit.session.ask(lambda workspace: parse_brief(data, workspace, label="the fields"))


def funnel_drawn(made: Plan) -> Markup:
    """Bars of the stages, on a logarithmic scale because each is a small part of the one before."""
    counts = [max(stage.count, 1.0) for stage in made.funnel]
    x = Scale(1.0, max([*counts, 10.0]), 0, WIDE, log=True)
    names = [f"{WORDS['stages'][stage.key]}: {whole(stage.count)}" for stage in made.funnel]
    return _bars(
        "How many are left at each stage, in powers of ten",
        [(name, 0.0, x(n)) for name, n in zip(names, counts, strict=True)],
    )


def tornado_drawn(made: Plan, n: int = 8) -> Markup:
    """What each input alone does to the profit, the widest first."""
    swings: Sequence[Any] = made.tornado[:n]
    ends = [value for swing in swings for value in (swing.at_low, swing.at_high)]
    x = Scale(min([*ends, 0.0]), max([*ends, 0.0]), 5, WIDE - 5)
    bars = [(swing.label, *sorted((x(swing.at_low), x(swing.at_high)))) for swing in swings]
    zero = tag("line", x1=x(0.0), x2=x(0.0), y1=0, y2=STEP * len(bars), class_="zero")
    return _bars("Profit from the low to the high end of each input; the line is zero", bars, zero)


def _bars(title: str, bars: Sequence[tuple[str, float, float]], *more: Markup) -> Markup:
    """Named bars from one place to another, one under the other."""
    parts: list[Markup] = []
    for at, (name, low, high) in enumerate(bars):
        parts.append(tag("text", name, x=0, y=STEP * at + 13))
        wide = max(high - low, 1.0)
        parts.append(tag("rect", x=low, y=STEP * at + 18, width=wide, height=12, class_="value"))
    return picture(WIDE, STEP * len(bars) + 6, title, *parts, *more, class_="drawn")


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/advocates", "GET", advocates), ("/spread", "GET", spread), ("/plan", "GET", plan),
    ("/plan/plan.xlsx", "GET", plan_book), ("/results", "GET", results), ("/incentives", "GET", rewards),
)  # fmt: skip
