"""``influence rank``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.options import engine_options
from influence.cli.output import emit, output_options, tell
from influence.cli.rank_options import rank_options, ranking_from


@click.command(
    "rank",
    epilog='Example: influence rank --niche "vegan recipes" --max-followers 20000 --top 20 -o vegan.csv',
)
@rank_options
@engine_options
@click.option("--top", type=click.IntRange(min=0), default=30, show_default=True, help="Rows; 0 gives all.")
@output_options("table", "csv", "json", "md", "xlsx")
def command(top: int, format: str, output: str | None, **options: Any) -> None:
    """Rank accounts for a niche by fit, engagement among its members, reach in it, and activity.

    Points per signal add up to the score. Beside it stands what a ranking by followers (or, where
    they are unknown, by total likes) would have said.
    """
    from influence.reporting.ranking.words import condition_lines

    ranking = ranking_from(options, top)
    emit(ranking, format, output)
    for line in condition_lines(ranking):
        tell(line)
