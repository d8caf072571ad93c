"""``influence graph``, ``overlap``, ``lookalikes``, ``spread``."""

from __future__ import annotations

from typing import Any

import click

from influence.cli.options import (
    FILE,
    Number,
    as_of_option,
    engine_options,
    opened_session,
    opened_workspace,
    workspace_option,
)
from influence.cli.output import deliver, output_options, tell
from influence.cli.rank_options import question_from, rank_options
from influence.writing.plain import counted


@click.group("graph")
def graph_command() -> None:
    """Look at who pays attention to whom, or take it elsewhere."""


@graph_command.command("stats", epilog="Example: influence graph stats --as-of 2012-07-01")
@workspace_option
@engine_options
@as_of_option
@output_options("table", "csv", "xlsx", "json")
def stats(workspace: str, as_of: str | None, format: str, output: str | None) -> None:
    """Say how large and how closely knit the graph is."""
    from influence.cli.waiting import telling
    from influence.graph.audience import AudienceGraph
    from influence.graph.stats import graph_stats
    from influence.reporting.graph_tables import stats_sheets, stats_text
    from influence.writing.data_text import json_text

    with opened_session(workspace) as session, telling("Building the graph"):
        graph = session.ask(lambda opened: AudienceGraph.from_workspace(opened, as_of=as_of))
    with telling("Counting"):
        found = graph_stats(graph)
    texts = {"table": lambda: stats_text(found), "json": lambda: json_text(found.to_dict())}
    deliver(format, output, lambda: stats_sheets(found), texts)


@graph_command.command("export", epilog="Example: influence graph export -o graph.gexf")
@workspace_option
@as_of_option
@click.option("-o", "--output", type=FILE, required=True, help="The file: .gexf or .graphml.")
def export(workspace: str, as_of: str | None, output: str) -> None:
    """Write the graph for Gephi, yEd, igraph or a notebook.

    An account that pays attention points to the one that receives it; `weight` says how much.
    """
    from influence.cli.waiting import telling
    from influence.graph.audience import AudienceGraph
    from influence.writing.atomic import format_of

    ending = format_of(output, formats=("gexf", "graphml"))
    with opened_workspace(workspace, read_only=True) as opened, telling("Building the graph"):
        graph = AudienceGraph.from_workspace(opened, as_of=as_of)
    with telling("Writing"):
        path = graph.to_gexf(output) if ending == "gexf" else graph.to_graphml(output)
    tell(f"Wrote {counted(graph.n_accounts, 'account')} and {counted(graph.n_ties, 'tie')} to {path}")


@click.command("overlap", epilog="Example: influence overlap blogofveg.com fatfreevegan.com veganyumyum.com")
@click.argument("handles", nargs=-1, required=True)
@workspace_option
@as_of_option
@output_options("table", "csv", "xlsx", "json")
def overlap_command(
    handles: tuple[str, ...], workspace: str, as_of: str | None, format: str, output: str | None
) -> None:
    """Compare the audiences of HANDLES: what they share, and whom each alone reaches."""
    from influence.cli.waiting import telling
    from influence.reporting.graph_tables import overlap_sheets, overlap_text
    from influence.writing.data_text import json_text

    with opened_session(workspace) as session, telling("Comparing audiences"):
        found = session.overlap(handles, as_of)
    texts = {"table": lambda: overlap_text(found), "json": lambda: json_text(found.to_dict())}
    deliver(format, output, lambda: overlap_sheets(found), texts)


@click.command("lookalikes", epilog="Example: influence lookalikes fatfreevegan.com --top 20")
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
    handle: str, workspace: str, as_of: str | None, by: str, top: int, format: str, output: str | None
) -> None:
    """Find accounts like HANDLE."""
    from influence.cli.waiting import telling
    from influence.ranking.audiences import to_rows
    from influence.reporting.graph_tables import lookalikes_sheets, lookalikes_text
    from influence.writing.data_text import json_text

    with opened_session(workspace) as session, telling("Comparing accounts"):
        found = session.lookalikes(handle, by="text" if by == "text" else "audience", k=top, as_of=as_of)
    texts = {"table": lambda: lookalikes_text(handle, found), "json": lambda: json_text(to_rows(found))}
    deliver(format, output, lambda: lookalikes_sheets(to_rows(found)), texts)


@click.command("spread", epilog='Example: influence spread --niche "vegan recipes" --size 10')
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
def spread_command(size: int, chance: float | None, format: str, output: str | None, **options: Any) -> None:
    """Say whom to tell first, so that most of the niche hears of it by word of mouth.

    Beside it stands what the best by score, by followers and by readers would reach.
    """
    from dataclasses import asdict

    from influence.reporting.graph_tables import spread_sheets, spread_text
    from influence.writing.data_text import json_text, plain_values

    question = question_from(options, top=0)
    with opened_session(options["workspace"]) as session:
        found = session.spread_question(question, size, chance)
    texts = {"table": lambda: spread_text(found), "json": lambda: json_text(plain_values(asdict(found)))}
    deliver(format, output, lambda: spread_sheets(found), texts)
