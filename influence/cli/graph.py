"""``influence graph``."""

from __future__ import annotations

import click

from influence.cli.options import FILE, as_of_option, engine_options, opened_session, workspace_option
from influence.cli.output import deliver, output_options, tell
from influence.writing.plain import counted


@click.group("graph")
def command() -> None:
    """Look at who pays attention to whom, or take it elsewhere."""


@command.command("stats", epilog="Example: influence graph stats --as-of 2012-07-01")
@workspace_option
@engine_options
@as_of_option
@output_options("table", "csv", "xlsx", "json")
def stats(workspace: str, as_of: str | None, format: str, output: str | None) -> None:
    """Say how large and how closely knit the graph is."""
    from influence.cli.waiting import telling
    from influence.graph.audience import AudienceGraph
    from influence.graph.stats import graph_stats
    from influence.reporting.graph_tables import stats_text
    from influence.reporting.sheets import stats_sheets
    from influence.writing.data_text import json_text

    with opened_session(workspace) as session, telling("Building the graph"):
        graph = session.ask(lambda opened: AudienceGraph.from_workspace(opened, as_of=as_of))
    with telling("Counting"):
        found = graph_stats(graph)
    texts = {"table": lambda: stats_text(found), "json": lambda: json_text(found.to_dict())}
    deliver(format, output, lambda: stats_sheets(found), texts)


@command.command("export", epilog="Example: influence graph export -o graph.gexf")
@workspace_option
@as_of_option
@click.option("-o", "--output", type=FILE, required=True, help="The file: .gexf or .graphml.")
def export(workspace: str, as_of: str | None, output: str) -> None:
    """Write the graph for Gephi, yEd, igraph or a notebook.

    An account that pays attention points to the one that receives it; `weight` says how much.
    """
    from influence.cli.waiting import telling
    from influence.graph.audience import AudienceGraph
    from influence.store.workspace import open_workspace
    from influence.writing.atomic import format_of

    ending = format_of(output, formats=("gexf", "graphml"))
    with open_workspace(workspace, read_only=True) as opened, telling("Building the graph"):
        graph = AudienceGraph.from_workspace(opened, as_of=as_of)
    with telling("Writing"):
        path = graph.to_gexf(output) if ending == "gexf" else graph.to_graphml(output)
    tell(f"Wrote {counted(graph.n_accounts, 'account')} and {counted(graph.n_ties, 'tie')} to {path}")
