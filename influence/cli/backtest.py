"""``influence backtest``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.output import deliver, output_options, table_width, tell
from influence.cli.rank_options import question_from, rank_options


@click.command(
    "backtest",
    epilog='Example: influence backtest --niche "vegan recipes" --cut 2012-01-01 --cut 2012-07-01 --outcome engagement',
)
@rank_options
@click.option(
    "--cut",
    "cuts",
    multiple=True,
    required=True,
    metavar="DATE",
    help="Rank as of this day; may be repeated.",
)
@click.option(
    "--outcome",
    default="engagement",
    show_default=True,
    help="What to mark by: engagement, niche-engagement, shares, new-audience, or a column such as revenue or "
    "metrics.mentions_received.",
)
@click.option("--community", help="Mark by later posts in this community alone.")
@click.option(
    "--horizon", type=click.IntRange(min=1), metavar="DAYS", help="Days after the cut; all that came later."
)
@click.option(
    "--check-leaks", is_flag=True, help="Rank again without the future's rows, and compare bit by bit."
)
@output_options("table", "csv", "xlsx", "json")
def command(
    cuts: tuple[str, ...], outcome: str, community: str | None, horizon: int | None, check_leaks: bool, format: str,
    output: str | None, **options: Any,
) -> None:  # fmt: skip
    """Rank as of past days and mark the ranking by what came later, beside simpler rules.

    Nothing of the cut or later is visible to the ranking. Beside it stand followers, engagement (in all, a post, by
    followers, within size, of 12 months), PageRank (plain, topical, its lift), the share of ties to the niche, counts
    of posts with its words, and chance. The last paragraph names the rule that wins, or comes nearest.
    """
    from influence.ranking.backtest import backtest_question
    from influence.reporting.explain.measured_text import render_backtest
    from influence.reporting.sheets import backtest_sheets
    from influence.store.workspace import open_workspace

    question = question_from(options, top=0)
    with open_workspace(options["workspace"], read_only=True) as workspace:
        if check_leaks:
            _check(workspace, question, cuts)
        result = backtest_question(workspace, question, cuts, outcome, community, horizon)
    width = None if output else table_width()
    texts = {one: lambda one=one: render_backtest(result, one, width=width) for one in ("table", "json")}
    deliver(format, output, lambda: backtest_sheets(result), texts)


def _check(workspace: Any, question: Any, cuts: tuple[str, ...]) -> None:
    from dataclasses import replace

    from influence.errors import InfluenceError
    from influence.ranking.leaks import future_leaks

    for cut in cuts:
        leaks = future_leaks(workspace, replace(question, as_of=cut))
        if leaks:
            raise InfluenceError(
                "the ranking as of a past day depends on later rows", where=cut, seen=", ".join(leaks[:10]),
                hint="this is a defect of influence: please report it",
            )  # fmt: skip
        tell(f"{cut}: the same to the last bit without the rows of that day and later.")
