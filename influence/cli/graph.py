"""``influence graph``."""

from __future__ import annotations

import click

from influence.cli.options import workspace_option

as_of_option = click.option(
    "--as-of", metavar="DATE", help="Only what was known before this day (YYYY-MM-DD)."
)


@click.group("graph")
def command() -> None:
    """Look at who pays attention to whom, or take it elsewhere."""


@command.command("stats", epilog="Example: influence graph stats --as-of 2012-07-01")
@workspace_option
@as_of_option
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to a file.")
def stats(workspace: str, as_of: str | None, format: str, output: str | None) -> None:
    """Say how large and how closely knit the graph is."""
    from influence.cli.output import emit_text
    from influence.cli.waiting import telling
    from influence.graph.audience import AudienceGraph
    from influence.graph.stats import graph_stats
    from influence.reporting.audience_tables import stats_text
    from influence.store.workspace import open_workspace
    from influence.writing.data_text import json_text

    with open_workspace(workspace, read_only=True) as opened, telling("Building the graph"):
        graph = AudienceGraph.from_workspace(opened, as_of=as_of)
    with telling("Counting"):
        found = graph_stats(graph)
    emit_text(json_text(found.to_dict()) if format == "json" else stats_text(found), output)


@command.command("export", epilog="Example: influence graph export -o graph.gexf")
@workspace_option
@as_of_option
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), required=True, help="The file: .gexf or .graphml."
)
def export(workspace: str, as_of: str | None, output: str) -> None:
    """Write the graph for Gephi, yEd, igraph or a notebook.

    An account that pays attention points to the one that receives it; `weight` says how much.
    """
    from influence.cli.waiting import telling
    from influence.errors import UsageError
    from influence.graph.audience import AudienceGraph
    from influence.store.workspace import open_workspace

    ending = output.lower().rpartition(".")[2]
    if ending not in ("gexf", "graphml"):
        raise UsageError("this ending is not known", where="-o", seen=output, expected=".gexf or .graphml")
    with open_workspace(workspace, read_only=True) as opened, telling("Building the graph"):
        graph = AudienceGraph.from_workspace(opened, as_of=as_of)
    with telling("Writing"):
        path = graph.to_gexf(output) if ending == "gexf" else graph.to_graphml(output)
    click.echo(f"Wrote {graph.n_accounts:,} accounts and {graph.n_ties:,} ties to {path}", err=True)
