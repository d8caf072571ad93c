"""``influence incentives``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import workspace_option

if TYPE_CHECKING:
    from influence.findings import Finding


@click.command(
    "incentives",
    epilog="Example: influence incentives --advocate 10 --friend 10 --advocates 200 --margin 35 --acquisition-cost 30",
)
@workspace_option
@click.option(
    "--advocate",
    type=click.FloatRange(min=0),
    required=True,
    help="Reward of the advocate per order, at cost.",
)
@click.option(
    "--friend", type=click.FloatRange(min=0), required=True, help="Reward of the friend per order, at cost."
)
@click.option(
    "--advocates", type=click.FloatRange(min=0), required=True, help="Advocates who open the offer."
)
@click.option("--margin", type=float, required=True, help="Margin that a new customer brings.")
@click.option(
    "--acquisition-cost", type=click.FloatRange(min=0), default=0.0, help="What one costs elsewhere."
)
@click.option("--fixed-cost", type=click.FloatRange(min=0), default=0.0, help="Technology and staff.")
@click.option("--anyway", type=click.FloatRange(0, 1), help="Share of buyers who would have come anyway.")
@click.option("--cap", type=click.IntRange(min=1), help="Most rewards per advocate.")
@click.option("--condition", default="", help="What the reward depends on, in words.")
@click.option("--brand", default="the brand", help="For the disclosure text.")
@click.option("--country", default="us", show_default=True, help="us, gb, eu or de.")
@click.option("--currency", default="EUR", show_default=True)
@click.option(
    "--format", "format", type=click.Choice(["table", "md", "json"]), help="Default: by -o, else table."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file (.md .json).")
def command(
    workspace: str, advocate: float, friend: float, advocates: float, margin: float, acquisition_cost: float,
    fixed_cost: float, anyway: float | None, cap: int | None, condition: str, brand: str, country: str, currency: str,
    format: str | None, output: str | None,
) -> None:  # fmt: skip
    """Compare a reward on one side and on both: what a new customer costs, and what must be disclosed.

    A reward that depends on positive words is refused. Past referrals in the workspace are checked for
    self-referral, duplicates and speed.
    """
    from dataclasses import replace

    from influence.cli.output import emit_text
    from influence.planning.incentives import Assumptions, Reward, compare_sides, disclosure
    from influence.reporting.plan_incentives import incentives_text
    from influence.writing.atomic import format_of

    reward = Reward(advocate, friend, condition, cap)
    told = Assumptions(advocates, margin, acquisition_cost, fixed_cost)
    told = told if anyway is None else replace(told, anyway_share=anyway)
    programmes = compare_sides(reward, told)
    texts = disclosure(country, brand, reward, currency)
    chosen = format or (format_of(output) if output else "table")
    emit_text(incentives_text(programmes, told, texts, _checks(workspace, cap), currency, chosen), output)


def _checks(workspace: str, cap: int | None) -> list[Finding] | None:
    """None where no order says who referred it."""
    if not Path(workspace).exists():
        return None
    from influence.planning.incentives import check_referrals, count_referrals
    from influence.store.workspace import open_workspace

    with open_workspace(workspace, read_only=True) as opened:
        return check_referrals(opened.store, cap=cap) if count_referrals(opened.store) else None
