"""``influence track``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from influence.cli.options import FILE, as_of_option, workspace_option
from influence.cli.output import deliver, output_options, tell


@click.command(
    "track", epilog="Example: influence track --campaign spring-kit --plan plan.json --until 2025-06-30"
)
@workspace_option
@click.option("--campaign", help="Name in the outcomes; needed when there are several.")
@click.option("--plan", "plan", type=FILE, help="Plan (.json) whose targets count.")
@click.option("--benchmark", help="An earlier campaign to compare with; else the published defaults.")
@click.option("--until", metavar="DATE", help="Last day of the campaign, for the forecast.")
@as_of_option
@output_options("table", "md", "csv", "xlsx", "json", "html", "pptx")
def command(
    workspace: str, campaign: str | None, plan: str | None, benchmark: str | None, until: str | None,
    as_of: str | None, format: str, output: str | None,
) -> None:  # fmt: skip
    """Where a campaign stands: KPIs against target and benchmark, whom to keep, and rates for the next plan.

    As a report of the result, with what to do next: -o result.html, result.pptx or result.xlsx. Where a saved shortlist
    has the campaign's name, its desk adds late posts and labels that may be missing.
    """
    from influence.outreach.desk import desk_for
    from influence.planning.track import track
    from influence.reporting.outreach.campaign_results import (
        holds_of,
        result_sheets,
        results_html,
        write_result_slides,
    )
    from influence.reporting.plan.plan_tracking import tracking_text
    from influence.store.workspace import open_workspace

    targets, currency = _targets(plan)
    with open_workspace(workspace, read_only=True) as opened:
        found = track(opened.store, campaign, targets=targets, benchmark=benchmark, until=until, as_of=as_of)
        desk = desk_for(opened, found.campaign, found.last_day)
    found = replace(found, currency=currency or (desk.currency if desk else ""))
    holds = holds_of(found, benchmark)
    if format == "pptx":
        tell(f"Wrote {write_result_slides(found, str(output), holds, desk)}")
        return
    texts: dict[str, Callable[[], str]] = {
        one: partial(tracking_text, found, one) for one in ("table", "md", "json")
    }
    texts["html"] = partial(results_html, found, holds, desk)
    deliver(format, output, lambda: result_sheets(found, desk), texts, holds)


def _targets(plan: str | None) -> tuple[dict[str, float], str]:
    """Expected lines of a plan, its targets on top; and its currency."""
    if plan is None:
        return {}, ""
    from influence.errors import SourceError

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
