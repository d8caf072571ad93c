"""``influence plan``, ``track``, ``incentives``, ``advocates``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import (
    FILE,
    READ_FILE,
    Number,
    alias_option,
    as_of_option,
    brand_option,
    command,
    engine_options,
    opened_session,
    opened_workspace,
    workspace_option,
)
from influence.cli.output import Out, in_forms, output_options, tell
from influence.errors import OutputError, SourceError
from influence.findings import Finding
from influence.planning.incentives import (
    Assumptions,
    Reward,
    check_referrals,
    compare_sides,
    count_referrals,
    disclosure,
)
from influence.settings import parse_pairs
from influence.writing.atomic import write_text

if TYPE_CHECKING:
    from influence.planning.brief import Brief


@command("plan", "--new brief.toml, edit it, then influence plan brief.toml -o plan.xlsx")
@workspace_option
@click.argument("brief", required=False, type=FILE)
@click.option("--new", "new", type=FILE, help="Write a brief to start from, and stop.")
@click.option("--list", "name", help="With --new: saved shortlist or file that the brief names.")
@click.option("--brand", help="With --new: the brand's name.")
@click.option("--learned", "learned", help="Take rates from this campaign's outcomes in place of defaults.")
@output_options("table", "xlsx", "md", "json", "html")
def plan_command(
    workspace: str, brief: str | None, new: str | None, name: str | None, brand: str | None,
    learned: str | None, out: Out,
) -> None:  # fmt: skip
    """Budget, funnel, what-if and business case of a campaign, from a brief.

    Every default number cites its source and can be changed in the brief; the workbook carries live
    formulas; the Markdown page is for people who sign.
    """
    if new:
        _start(new, name, brand)
        return
    if brief is None:
        raise click.UsageError("name a brief, or make one with --new brief.toml")
    from influence.planning.business_case import make_plan

    plan = make_plan(_read(brief, workspace, learned))
    if out.format == "xlsx":
        from influence.reporting.plan.plan_workbook import write_plan_workbook

        tell(f"Wrote {write_plan_workbook(plan, str(out.file))}")
        return
    from influence.reporting.plan import plan_page as pages

    out.deliver(
        plan, lambda _: [], table=pages.plan_text, md=pages.plan_markdown, json=pages.plan_json, html=pages.plan_html,
    )  # fmt: skip


def _read(brief: str, workspace: str, learned: str | None) -> Brief:
    from influence.planning.brief import read_brief, with_learned

    if not Path(workspace).exists() and learned is None:
        return read_brief(brief)
    with opened_workspace(workspace, read_only=True) as opened:
        found = read_brief(brief, opened)
        if learned is None:
            return found
        from influence.planning.track import track

        return with_learned(found, track(opened.store, learned).learned)


def _start(path: str, name: str | None, brand: str | None) -> None:
    from importlib import resources

    if Path(path).exists():
        raise OutputError("there is a brief already", where=path, hint="name another file")
    text = resources.files("influence.planning").joinpath("brief_example.toml").read_text("utf-8")
    for word, given in (("LIST", name), ("BRAND", brand)):
        text = text.replace(f'"{word}"', json.dumps(given)) if given else text
    write_text(path, text)
    first = "Edit it" if name else 'Name your list in place of "LIST", edit the numbers'
    tell(f"Wrote {path}. {first}, then: influence plan {path}")


@command("track", "--campaign spring-kit --plan plan.json --until 2025-06-30")
@workspace_option
@click.option("--campaign", help="Name in the outcomes; needed when there are several.")
@click.option("--plan", "plan", type=FILE, help="Plan (.json) whose targets count.")
@click.option("--benchmark", help="An earlier campaign to compare with; else the published defaults.")
@click.option("--until", metavar="DATE", help="Last day of the campaign, for the forecast.")
@as_of_option
@output_options("table", "md", "csv", "xlsx", "json", "html", "pptx")
def track_command(
    workspace: str, campaign: str | None, plan: str | None, benchmark: str | None, until: str | None,
    as_of: str | None, out: Out,
) -> None:  # fmt: skip
    """Where a campaign stands: KPIs against target and benchmark, whom to keep, and rates for the next plan.

    As a report of the result, with what to do next: -o result.html, result.pptx or result.xlsx. Where a saved shortlist
    has the campaign's name, its desk adds late posts and labels that may be missing.
    """
    from influence.outreach.campaign_desk import desk_for
    from influence.planning.track import track
    from influence.reporting.outreach.campaign_results import (
        holds_of,
        result_sheets,
        results_page,
        write_result_slides,
    )
    from influence.reporting.parts import page_html
    from influence.reporting.plan.plan_tracking import tracking_text

    targets, currency = _targets(plan)
    with opened_workspace(workspace, read_only=True) as opened:
        found = track(opened.store, campaign, targets=targets, benchmark=benchmark, until=until, as_of=as_of)
        desk = desk_for(opened, found.campaign, found.last_day)
    found = replace(found, currency=currency or (desk.currency if desk else ""))
    holds = holds_of(found, benchmark)
    if out.format == "pptx":
        tell(f"Wrote {write_result_slides(found, str(out.file), holds, desk)}")
        return
    forms = in_forms(tracking_text, "table", "md", "json")
    forms["html"] = lambda found: page_html(results_page(found, holds, desk))
    out.deliver(found, lambda found: result_sheets(found, desk), holds, **forms)


def _targets(plan: str | None) -> tuple[dict[str, float], str]:
    """Expected lines of a plan, its targets on top; and its currency."""
    if plan is None:
        return {}, ""
    try:
        data: Any = json.loads(Path(plan).read_text("utf-8"))
        numbers = {**data["expected"], **data["targets"]}
    except OSError as error:
        raise SourceError("the plan cannot be read", where=plan, seen=error.strerror) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError("this is no plan", where=plan, seen=str(error),
                          expected="a file made by `influence plan brief.toml -o plan.json`") from error  # fmt: skip
    currency = data.get("currency", "")
    told = {key: value for key, value in numbers.items() if isinstance(value, int | float)}
    return told, currency if isinstance(currency, str) else ""


@command("incentives", "--advocate 10 --friend 10 --advocates 200 --margin 35 --acquisition-cost 30")
@workspace_option
@click.option(
    "--advocate",
    type=Number(min=0),
    required=True,
    help="Reward of the advocate per order, at cost.",
)
@click.option("--friend", type=Number(min=0), required=True, help="Reward of the friend per order, at cost.")
@click.option("--advocates", type=Number(min=0), required=True, help="Advocates who open the offer.")
@click.option("--margin", type=Number(), required=True, help="Margin that a new customer brings.")
@click.option("--acquisition-cost", type=Number(min=0), default=0.0, help="What one costs elsewhere.")
@click.option("--fixed-cost", type=Number(min=0), default=0.0, help="Technology and staff.")
@click.option("--anyway", type=Number(0, 1), help="Share of buyers who would have come anyway.")
@click.option("--cap", type=click.IntRange(min=1), help="Most rewards per advocate.")
@click.option("--condition", default="", help="What the reward depends on, in words.")
@click.option("--brand", default="the brand", help="For the disclosure text.")
@click.option("--country", default="us", show_default=True, help="us, gb, eu or de.")
@click.option("--currency", default="EUR", show_default=True)
@output_options("table", "md", "csv", "xlsx", "json")
def incentives_command(
    workspace: str, advocate: float, friend: float, advocates: float, margin: float, acquisition_cost: float,
    fixed_cost: float, anyway: float | None, cap: int | None, condition: str, brand: str, country: str, currency: str,
    out: Out,
) -> None:  # fmt: skip
    """Compare a reward on one side and on both: what a new customer costs, and what must be disclosed.

    A reward that depends on positive words is refused. Past referrals in the workspace are checked for
    self-referral, duplicates and speed.
    """
    from influence.reporting.plan.plan_incentives import deciding, incentives_sheets, incentives_text

    reward = Reward(advocate, friend, condition, cap)
    told = Assumptions(advocates, margin, acquisition_cost, fixed_cost)
    told = told if anyway is None else replace(told, anyway_share=anyway)
    programmes = compare_sides(reward, told)
    texts = disclosure(country, brand, reward, currency)
    checks = _checks(workspace, cap)
    rests = {"told": told, "texts": texts, "checks": checks, "currency": currency}
    out.deliver(
        programmes, lambda made: incentives_sheets(made, told, texts, deciding(made, told, currency)),
        **in_forms(incentives_text, "table", "md", "json", **rests),
    )  # fmt: skip


def _checks(workspace: str, cap: int | None) -> list[Finding] | None:
    """None where no order says who referred it."""
    if not Path(workspace).exists():
        return None
    with opened_workspace(workspace, read_only=True) as opened:
        return check_referrals(opened.store, cap=cap) if count_referrals(opened.store) else None


@command("advocates", '--brand "Acme" --goal conversion -o advocates.csv')
@workspace_option
@engine_options
@brand_option
@alias_option
@click.option("--goal", default="conversion", show_default=True, help="conversion, awareness or loyalty.")
@click.option("--weights", help="Change single weights: feeling=5,tenure=0.")
@as_of_option
@click.option(
    "--top", type=click.IntRange(min=0), default=30, show_default=True, help="Rows of each list; 0 gives all."
)
@click.option(
    "--rest-days", type=click.IntRange(min=0), help="Leave people in peace for so long after asking."
)
@click.option(
    "--acquisition-cost",
    type=Number(min=0),
    default=0.0,
    help="What a new customer costs elsewhere.",
)
@click.option(
    "--customer-value",
    type=Number(min=0),
    help="Margin of a new customer; else from the customers.",
)
@click.option(
    "--labels",
    type=READ_FILE,
    help="Labels that `influence sentiment label` wrote: right the shares.",
)
@output_options("table", "md", "csv", "xlsx", "json")
def advocates_command(
    workspace: str, brand: str, weights: str | None, acquisition_cost: float, customer_value: float | None,
    labels: str | None, out: Out, **asked: Any,
) -> None:  # fmt: skip
    """Score customers and fans as advocates, before a reward is offered.

    Points for feeling about the brand, reach among people like the customers, being acted upon, sharing,
    customer value, referrals and tenure add up to the score. Critics are listed apart and never invited.
    """
    from influence.planning.advocate_candidates import Economics
    from influence.reporting.plan.plan_advocates import advocates_sheets, advocates_text
    from influence.text.sentiment.labelling import labels_from

    asked["weights"] = parse_pairs(weights, "--weights", numbers=True) if weights else None
    asked |= {"economics": Economics(customer_value, acquisition_cost), "labels": labels_from(labels)}
    with opened_session(workspace) as session:
        found = session.advocates(brand, **asked)
    forms = in_forms(advocates_text, "table", "md", "json")
    out.deliver(found, advocates_sheets, f"As of {found.as_of}", **forms)
