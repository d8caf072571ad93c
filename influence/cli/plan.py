"""``influence plan``."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import FILE, workspace_option
from influence.cli.output import deliver, output_options, tell

if TYPE_CHECKING:
    from influence.planning.brief import Brief


@click.command(
    "plan",
    epilog="Example: influence plan --new brief.toml, edit it, then influence plan brief.toml -o plan.xlsx",
)
@workspace_option
@click.argument("brief", required=False, type=FILE)
@click.option("--new", "new", type=FILE, help="Write a brief to start from, and stop.")
@click.option("--list", "name", help="With --new: saved shortlist or file that the brief names.")
@click.option("--brand", help="With --new: the brand's name.")
@click.option("--learned", "learned", help="Take rates from this campaign's outcomes in place of defaults.")
@output_options("table", "xlsx", "md", "json", "html")
def command(
    workspace: str, brief: str | None, new: str | None, name: str | None, brand: str | None,
    learned: str | None, format: str, output: str | None,
) -> None:  # fmt: skip
    """Budget, funnel, what-if and business case of a campaign, from a brief.

    Every default number cites its source and can be changed in the brief; the workbook carries live
    formulas; the Markdown page is for people who sign.
    """
    if new:
        _start(new, name, brand)
        return
    if brief is None:
        raise click.UsageError("name a brief, or make one with --new brief.toml")
    from influence.planning.business_case import make_plan

    plan = make_plan(_read(brief, workspace, learned))
    if format == "xlsx":
        from influence.reporting.plan.plan_workbook import write_plan_workbook

        tell(f"Wrote {write_plan_workbook(plan, str(output))}")
        return
    from influence.reporting.plan import plan_html, plan_page

    writers = {"table": plan_page.plan_text, "md": plan_page.plan_markdown, "json": plan_page.plan_json,
               "html": plan_html.plan_html}  # fmt: skip
    deliver(format, output, list, {one: partial(write, plan) for one, write in writers.items()})


def _read(brief: str, workspace: str, learned: str | None) -> Brief:
    from influence.planning.brief import read_brief, with_learned
    from influence.store.workspace import open_workspace

    if not Path(workspace).exists() and learned is None:
        return read_brief(brief)
    with open_workspace(workspace, read_only=True) as opened:
        found = read_brief(brief, opened)
        if learned is None:
            return found
        from influence.planning.track import track

        return with_learned(found, track(opened.store, learned).learned)


def _start(path: str, name: str | None, brand: str | None) -> None:
    from importlib import resources

    from influence.errors import OutputError
    from influence.writing.atomic import write_text

    if Path(path).exists():
        raise OutputError("there is a brief already", where=path, hint="name another file")
    text = resources.files("influence.planning").joinpath("brief_example.toml").read_text("utf-8")
    for word, given in (("LIST", name), ("BRAND", brand)):
        text = text.replace(f'"{word}"', json.dumps(given)) if given else text
    write_text(path, text)
    first = "Edit it" if name else 'Name your list in place of "LIST", edit the numbers'
    tell(f"Wrote {path}. {first}, then: influence plan {path}")
