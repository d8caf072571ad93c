"""``influence demo``."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from influence.cli.output import say, tell

if TYPE_CHECKING:
    from influence.demonstration import Demonstration
    from influence.ranking.results import Ranking

SHOWN = 10


@click.command("demo", epilog="Example: influence demo -o trial")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False),
    default="influence-demo",
    show_default=True,
    help="Folder for the workspace and the lists.",
)
def command(folder: str) -> None:
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
    from influence.cli.output import in_columns, table_width, terminal_width
    from influence.reporting.ranking.tables import ranking_table
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
