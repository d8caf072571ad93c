"""`influence simulate`: make a synthetic campaign world with planted truth."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from influence.cli.output import say, tell

if TYPE_CHECKING:
    from influence.simulation.world import WorldReport


@click.command("simulate", short_help="Make a synthetic campaign world with planted truth.")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False), help="Folder to write to.")
@click.option(
    "--accounts", default=2000, show_default=True, type=click.IntRange(min=1), help="How many accounts."
)
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Same seed, same bytes."
)
@click.option(
    "--niches", help='Niches, separated by commas ("vegan baking,houseplants"), or how many. All if not told.'
)
@click.option("--days", default=365, show_default=True, type=click.IntRange(min=1), help="Length in days.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the world.  [default: 2025-06-30]"
)
@click.option(
    "--format", "file_format", default="csv", show_default=True, type=click.Choice(["csv", "parquet"])
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def command(
    output: str, accounts: int, niches: str | None, until: datetime | None, as_json: bool, **asked: Any
) -> None:
    """Make a synthetic campaign world: nobody in it exists, and what is true of everybody is known.

    The files are named after the tables, so `influence import FOLDER` reads them as they are. The folder `truth`
    says who is influential, who bought followers, who is paid and who loves the brand; it is not imported.

    Example: influence simulate -o world --accounts 20000 --seed 1
    """
    from dataclasses import asdict

    from influence.simulation.world import UNTIL, simulate_world

    report = simulate_world(
        output, n_accounts=accounts, niches=_wanted(niches), until=until.date() if until else UNTIL,
        progress=lambda words: tell(f"{words} ..."), **asked,
    )  # fmt: skip
    say(json.dumps(asdict(report), default=str, indent=2) if as_json else _as_text(report))


def _wanted(niches: str | None) -> list[str] | int | None:
    if niches is None:
        return None
    return int(niches) if niches.strip().isdigit() else [word for word in niches.split(",") if word.strip()]


def _as_text(report: WorldReport) -> str:
    lines = [
        f"Synthetic world in {report.folder}: {report.n_accounts:,} accounts that do not exist, {report.days} days"
    ]
    lines += [f"  {name:<28}{count:>10,} rows" for name, count in report.rows.items()]
    lines.append(
        "Planted influencers: " + ", ".join(f"{name} {count}" for name, count in report.planted.items())
    )
    lines.append(f'Next: influence import {report.folder}, then influence rank --niche "{report.niches[0]}"')
    return "\n".join(lines)
