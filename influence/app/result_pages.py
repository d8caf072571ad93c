"""What a campaign brought, and what rewards for advocates would bring."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from influence.app.asked import Asked
from influence.app.listening_pages import report
from influence.app.site import Page, Site, download, number_of, workbook
from influence.errors import InfluenceError, UsageError

if TYPE_CHECKING:
    from influence.outreach.desk import Desk
    from influence.planning.track import Tracking
    from influence.store.workspace import Workspace

MONEY = {
    "advocate": "Reward of the advocate per order, at cost", "friend": "Reward of the friend per order, at cost",
    "advocates": "Advocates who open the offer", "margin": "Margin that a new customer brings",
    "acquisition_cost": "What one costs elsewhere", "fixed_cost": "Technology and staff",
    "anyway": "Share of buyers who would have come anyway, 0-1", "cap": "Most rewards per advocate",
}  # fmt: skip
"""Fields of the rewards page, the first four needed."""
NEEDED = ("advocate", "friend", "advocates", "margin")


def results(site: Site, request: Request, _: FormData) -> Response:
    """Where a campaign stands: the page, slides and workbook of `influence track`."""
    from influence.planning.track import campaigns, track
    from influence.reporting.outreach.campaign_results import (
        holds_of,
        result_sheets,
        results_page,
        write_result_slides,
    )

    told = request.query_params
    names = [] if site.desk.is_new else site.desk.session.ask(lambda opened: campaigns(opened.store))
    campaign, benchmark = told.get("campaign", ""), told.get("benchmark") or None
    if not campaign:
        return site.show("results.html", names=names)

    def found_of(opened: Workspace) -> tuple[Tracking, Desk | None]:
        from influence.outreach.desk import desk_for

        found = track(opened.store, campaign, benchmark=benchmark, until=told.get("until") or None)
        return found, desk_for(opened, found.campaign, found.last_day)

    found, desk = site.desk.session.ask(found_of)
    found = replace(found, currency=desk.currency if desk else "")
    holds = holds_of(found, benchmark)
    if told.get("as") == "xlsx":
        return workbook(result_sheets(found, desk), "result.xlsx", holds)
    if told.get("as") == "pptx":
        with tempfile.TemporaryDirectory() as folder:
            slides = write_result_slides(found, Path(folder) / "r.pptx", holds, desk)
            return download(slides.read_bytes(), "result.pptx")
    return report(site, results_page(found, holds, desk), Asked({}))


def rewards(site: Site, request: Request, _: FormData) -> Response:
    """A reward on one side and on both: what `influence incentives` says, every number a field."""
    from influence.planning.incentives import compare_sides, disclosed_countries, disclosure
    from influence.reporting.plan import plan_incentives as words

    told = {key: value for key, value in request.query_params.items() if value.strip()}
    shown: dict[str, Any] = {"told": told, "fields": MONEY, "needed": NEEDED, "countries": disclosed_countries(),
                             "currency": told.get("currency", "EUR"), "table": None, "error": None}  # fmt: skip
    if not any(name in told for name in MONEY):
        return site.show("rewards.html", **shown)
    try:
        reward, rests = _reward_of(told)
        made, currency = compare_sides(reward, rests), shown["currency"]
        texts = disclosure(told.get("country", "us"), told.get("brand", "the brand"), reward, currency)
        checks = (
            None if site.desk.is_new else site.desk.session.ask(lambda o: _checks(o, reward.cap_per_advocate))
        )
    except InfluenceError as error:
        return site.show("rewards.html", 400, **{**shown, "error": error})
    return site.show(
        "rewards.html", **{**shown, "table": words.sides_table(made)}, legend=words.LEGEND, on_words=words.ON_WORDS,
        deciding=words.deciding(made, rests, currency), rests=words.assumption_lines(rests, currency), texts=texts,
        checks=words.checked_lines(checks),
    )  # fmt: skip


def _reward_of(told: Mapping[str, str]) -> tuple[Any, Any]:
    """The reward and what it rests on, from the fields of the page."""
    from influence.planning.incentives import Assumptions, Reward

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
    from influence.planning.incentives import check_referrals, count_referrals

    return check_referrals(workspace.store, cap=cap) if count_referrals(workspace.store) else None


PAGES: tuple[tuple[str, str, Page], ...] = (("/results", "GET", results), ("/incentives", "GET", rewards))
