"""``influence graph``, ``overlap``, ``lookalikes``, ``spread``."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any, Literal

import click

from influence.cli.options import (
    FILE,
    Number,
    as_of_option,
    command,
    engine_options,
    opened_session,
    opened_workspace,
    workspace_option,
)
from influence.cli.output import Out, output_options, tell
from influence.cli.rank_options import question_from, rank_options
from influence.cli.waiting import telling
from influence.writing.atomic import format_of
from influence.writing.plain import counted


@click.group("graph")
def graph_command() -> None:
    """Look at who pays attention to whom, or take it elsewhere."""


@command("stats", "--as-of 2012-07-01", graph_command)
@workspace_option
@engine_options
@as_of_option
@output_options("table", "csv", "xlsx", "json")
def stats(workspace: str, as_of: str | None, out: Out) -> None:
    """Say how large and how closely knit the graph is."""
    from influence.graph.audience import AudienceGraph
    from influence.graph.stats import GraphStats, graph_stats
    from influence.reporting.graph_tables import stats_sheets, stats_text

    with opened_session(workspace) as session, telling("Building the graph"):
        graph = session.ask(lambda opened: AudienceGraph.from_workspace(opened, as_of=as_of))
    with telling("Counting"):
        found = graph_stats(graph)
    out.deliver(found, stats_sheets, table=stats_text, json=GraphStats.to_dict)


@command("export", "-o graph.gexf", graph_command)
@workspace_option
@as_of_option
@click.option("-o", "--output", type=FILE, required=True, help="The file: .gexf or .graphml.")
def export(workspace: str, as_of: str | None, output: str) -> None:
    """Write the graph for Gephi, yEd, igraph or a notebook.

    An account that pays attention points to the one that receives it; `weight` says how much.
    """
    from influence.graph.audience import AudienceGraph

    ending = format_of(output, formats=("gexf", "graphml"))
    with opened_workspace(workspace, read_only=True) as opened, telling("Building the graph"):
        graph = AudienceGraph.from_workspace(opened, as_of=as_of)
    with telling("Writing"):
        path = graph.to_gexf(output) if ending == "gexf" else graph.to_graphml(output)
    tell(f"Wrote {counted(graph.n_accounts, 'account')} and {counted(graph.n_ties, 'tie')} to {path}")


@command("overlap", "blogofveg.com fatfreevegan.com veganyumyum.com")
@click.argument("handles", nargs=-1, required=True)
@workspace_option
@as_of_option
@output_options("table", "csv", "xlsx", "json")
def overlap_command(handles: tuple[str, ...], workspace: str, as_of: str | None, out: Out) -> None:
    """Compare the audiences of HANDLES: what they share, and whom each alone reaches."""
    from influence.ranking.audiences import AudienceOverlap
    from influence.reporting.graph_tables import overlap_sheets, overlap_text

    with opened_session(workspace) as session, telling("Comparing audiences"):
        found = session.overlap(handles, as_of)
    out.deliver(found, overlap_sheets, table=overlap_text, json=AudienceOverlap.to_dict)


@command("lookalikes", "fatfreevegan.com --top 20")
@click.argument("handle")
@workspace_option
@as_of_option
@click.option(
    "--by",
    type=click.Choice(["audience", "text"]),
    default="audience",
    show_default=True,
    help="Alike by who pays attention, or by what they write.",
)
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Rows.")
@output_options("table", "csv", "xlsx", "json")
def lookalikes_command(
    handle: str, workspace: str, as_of: str | None, by: Literal["audience", "text"], top: int, out: Out
) -> None:
    """Find accounts like HANDLE."""
    from influence.ranking.audiences import to_rows
    from influence.reporting.graph_tables import lookalikes_sheets, lookalikes_text

    with opened_session(workspace) as session, telling("Comparing accounts"):
        found = session.lookalikes(handle, by=by, k=top, as_of=as_of)
    table = partial(lookalikes_text, handle)
    out.deliver(found, lambda found: lookalikes_sheets(to_rows(found)), table=table, json=to_rows)


@command("spread", '--niche "vegan recipes" --size 10')
@rank_options
@click.option(
    "--size", type=click.IntRange(min=1), default=10, show_default=True, help="How many to tell first."
)
@click.option(
    "--chance",
    type=Number(0, 1),
    help="Chance that a tie passes it on; by the reader's attention if not told.",
)
@output_options("table", "csv", "xlsx", "json")
def spread_command(size: int, chance: float | None, out: Out, **options: Any) -> None:
    """Say whom to tell first, so that most of the niche hears of it by word of mouth.

    Beside it stands what the best by score, by followers and by readers would reach.
    """
    from influence.reporting.graph_tables import spread_sheets, spread_text

    question = question_from(options, top=0)
    with opened_session(options["workspace"]) as session:
        found = session.spread(question, size, chance=chance)
    out.deliver(found, spread_sheets, table=spread_text, json=asdict)
