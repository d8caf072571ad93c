"""``influence incentives``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import Number, workspace_option
from influence.cli.output import deliver, output_options

if TYPE_CHECKING:
    from influence.findings import Finding


@click.command(
    "incentives",
    epilog="Example: influence incentives --advocate 10 --friend 10 --advocates 200 --margin 35 --acquisition-cost 30",
)
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
def command(
    workspace: str, advocate: float, friend: float, advocates: float, margin: float, acquisition_cost: float,
    fixed_cost: float, anyway: float | None, cap: int | None, condition: str, brand: str, country: str, currency: str,
    format: str, output: str | None,
) -> None:  # fmt: skip
    """Compare a reward on one side and on both: what a new customer costs, and what must be disclosed.

    A reward that depends on positive words is refused. Past referrals in the workspace are checked for
    self-referral, duplicates and speed.
    """
    from dataclasses import replace

    from influence.planning.incentives import Assumptions, Reward, compare_sides, disclosure
    from influence.reporting.plan.plan_incentives import deciding, incentives_text
    from influence.reporting.sheets import incentives_sheets

    reward = Reward(advocate, friend, condition, cap)
    told = Assumptions(advocates, margin, acquisition_cost, fixed_cost)
    told = told if anyway is None else replace(told, anyway_share=anyway)
    programmes = compare_sides(reward, told)
    texts = disclosure(country, brand, reward, currency)
    checks = _checks(workspace, cap)
    pages = {
        one: lambda one=one: incentives_text(programmes, told, texts, checks, currency, one)
        for one in ("table", "md", "json")
    }
    deliver(
        format,
        output,
        lambda: incentives_sheets(programmes, told, texts, deciding(programmes, told, currency)),
        pages,
    )


def _checks(workspace: str, cap: int | None) -> list[Finding] | None:
    """None where no order says who referred it."""
    if not Path(workspace).exists():
        return None
    from influence.planning.incentives import check_referrals, count_referrals
    from influence.store.workspace import open_workspace

    with open_workspace(workspace, read_only=True) as opened:
        return check_referrals(opened.store, cap=cap) if count_referrals(opened.store) else None
