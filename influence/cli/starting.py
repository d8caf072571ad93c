"""``influence demo``, ``simulate``, ``app``, ``mcp``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import command, workspace_option
from influence.cli.output import in_columns, say, table_width, tell, terminal_width
from influence.cli.waiting import telling
from influence.errors import UsageError

if TYPE_CHECKING:
    from influence.demonstration import Demonstration
    from influence.ranking.results import Ranking
    from influence.simulation.world import WorldReport


SHOWN = 10


@command("demo", "-o trial")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False),
    default="influence-demo",
    show_default=True,
    help="Folder for the workspace and the lists.",
)
def demo_command(folder: str) -> None:
    """Run the whole job on sample data: a synthetic campaign world, then real political blogs.

    Nobody in the synthetic world exists; what is true of everybody in it is known, so that the list
    can be judged. The blogs are those of Adamic and Glance (2005).
    """
    from influence.demonstration import run_demo

    demo = run_demo(folder, progress=lambda words: tell(f"{words} ..."))
    for lines in (_synthetic(demo), _real(demo), _next(demo)):
        say(lines)


def _synthetic(demo: Demonstration) -> str:
    ranking = demo.picks.ranking
    first = demo.picks.picks[0]
    return "\n".join(
        [
            "1. A SYNTHETIC campaign world: nobody in it exists\n",
            *_table(ranking),
            f"Why {first.account.handle} (`influence explain`):\n",
            demo.explanation.partition("\nPosts that speak for it")[0],
            f"Judged by the planted truth: the {len(demo.picks)} picks hold {demo.planted} of the "
            f"{demo.n_planted} planted influencers of the niche,\nthe first {len(demo.picks)} by followers "
            f"hold {demo.planted_by_followers}.\n",
        ]
    )


def _real(demo: Demonstration) -> str:
    from influence.demonstration import LIKE

    return "\n".join(
        [
            "2. Real political blogs of 2004 by their links, without any text\n",
            *_table(demo.blogs),
            f"Of the first {len(demo.blogs)}, {demo.same_side} are on the side of the {len(LIKE)} examples, "
            "as people labelled them.\n",
        ]
    )


def _table(ranking: Ranking) -> list[str]:
    """The first rows, and what their ranges and chances mean."""
    from influence.reporting.ranking.terminal import ranking_table
    from influence.reporting.ranking.words import uncertainty_note

    top = replace(ranking, rows=ranking.rows[:SHOWN])
    table = ranking_table(top, width=table_width(), color=sys.stdout.isatty())
    told = uncertainty_note(top)
    return [table, *([f"{in_columns(told, terminal_width())}\n"] if told else [])]


def _next(demo: Demonstration) -> str:
    from influence.demonstration import NICHE

    names = "\n".join(f"  {path}" for path in (demo.workspace, *demo.files))
    where = f'-w "{demo.workspace}"' if " " in str(demo.workspace) else f"-w {demo.workspace}"
    return "\n".join(
        [
            f"Left for you:\n{names}\n",
            "Try next:",
            f'  influence rank {where} --niche "{NICHE}" --max-followers 2000',
            f'  influence explain {demo.picks.picks[0].account.handle} {where} --niche "{NICHE}"',
            f'  influence shortlist {where} --niche "{NICHE}" --goal awareness -o list2.xlsx',
            "  influence import YOUR_FOLDER, then the same with your own niche",
        ]
    )


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
def simulate_command(
    output: str, accounts: int, niches: str | None, until: datetime | None, as_json: bool, **asked: Any
) -> None:
    """Make a synthetic campaign world: nobody in it exists, and what is true of everybody is known.

    The files are named after the tables, so `influence import FOLDER` reads them as they are. The folder `truth`
    says who is influential, who bought followers, who is paid and who loves the brand; it is not imported.

    Example: influence simulate -o world --accounts 20000 --seed 1
    """
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


@click.command("app", epilog="Example: influence app, or influence app -w campaign.duckdb --no-browser")
@workspace_option
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Where to listen; a free one if not told."
)
@click.option("--no-browser", is_flag=True, help="Only say where it is.")
def app_command(workspace: str, port: int, no_browser: bool) -> None:
    """The whole job in your browser: bring files in, rank, ask why, keep lists, export.

    It runs on this machine alone, over the same file and with the same numbers as the commands. Needs the extra `app`.
    """
    try:
        from influence.app.running import run_app
    except ModuleNotFoundError as error:
        raise UsageError.no_package("the app", "app", error) from error
    with telling(""):
        run_app(workspace, port=port, browser=not no_browser, say=lambda words: tell(words))


@command("mcp", "-w campaign.duckdb, as the command of a server in your assistant")
@workspace_option
@click.option(
    "--http", is_flag=True, help="Serve on this machine's loopback with a token, instead of stdin and stdout."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8077, show_default=True, help="With --http.")
@click.option("--token", envvar="INFLUENCE_MCP_TOKEN", help="With --http; a new one each time if not told.")
def mcp_command(workspace: str, http: bool, port: int, token: str | None) -> None:
    """Let an assistant ask the workspace: rank, explain, compare, shortlist, mentions, plan.

    It runs on this machine alone, answers as the commands do, sends nothing and imports nothing. Needs the extra `mcp`.
    """
    try:
        from influence.assistants.server import run_http, run_stdio
    except ModuleNotFoundError as error:
        raise UsageError.no_package("the server for assistants", "mcp", error) from error
    with telling(""):
        if http:
            run_http(workspace, port, tell, token)
        else:
            run_stdio(workspace)
