"""``influence report``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from influence.cli.options import FILE, opened_session
from influence.cli.output import tell
from influence.cli.rank_options import rank_options
from influence.cli.set_options import set_options

if TYPE_CHECKING:
    from influence.planning.business_case import Plan
    from influence.reporting.report.campaign import Campaign
    from influence.selection.shortlist import Shortlist
    from influence.store.workspace import Workspace

T = TypeVar("T")


@click.command(
    "report", epilog='Example: influence report -o campaign.html --niche "vegan recipes" --budget 3000'
)
@rank_options
@set_options
@click.option(
    "--size", type=click.IntRange(min=1), default=30, show_default=True, help="How many accounts to pick."
)
@click.option("-o", "--output", type=FILE, required=True, help="A file .html, .pdf or .pptx.")
@click.option("--plan", type=FILE, help="Brief (.toml) of the plan to show; without a list, of the picks.")
@click.option("--pdf", type=FILE, help="Print it to this file too, through a browser.")
def report_command(output: str, pdf: str | None, plan: str | None, size: int, **options: Any) -> None:
    """Write the client's report: one page that opens offline and prints well, or at most ten slides.

    It takes what `influence shortlist` takes and shows the same picks, with the brief, the method, evidence, charts,
    what is not known and where it comes from.
    """
    from influence.reporting.report.forms import print_pdf

    ending = _checked_ending(output)
    if ending == ".pptx":
        tell(f"Wrote {_slides(options, size, output)}")
        return
    html = _render(options, size, plan)
    if ending == ".pdf":
        _print_text(html, output)
    else:
        from influence.writing.atomic import write_text

        tell(f"Wrote {write_text(output, html)}")
        if pdf:
            tell(f"Wrote {print_pdf(output, pdf)}")


def _checked_ending(output: str) -> str:
    from influence.errors import UsageError

    ending = Path(output).suffix.lower()
    if ending not in (".html", ".htm", ".pdf", ".pptx"):
        raise UsageError(
            "a report is a page or slides",
            where="-o",
            seen=output,
            expected="a name that ends in .html, .pdf or .pptx",
        )
    return ending


def _slides(options: dict[str, Any], size: int, output: str) -> Path:
    from influence.reporting.report.forms import write_slides

    return _of_campaign(options, size, lambda campaign, *_: write_slides(campaign, output))


def _render(options: dict[str, Any], size: int, plan: str | None) -> str:
    from influence.reporting.report.page import render_report

    def page(campaign: Campaign, workspace: Workspace, picks: Shortlist) -> str:
        return render_report(campaign, _plan(plan, workspace, picks) if plan else None)

    return _of_campaign(options, size, page)


def _of_campaign(
    options: dict[str, Any], size: int, make: Callable[[Campaign, Workspace, Shortlist], T]
) -> T:
    """What `make` makes of the picks that were asked for."""
    from influence.cli.rank_options import question_from
    from influence.cli.set_options import choice_from, wishes_from
    from influence.reporting.report.campaign import campaign_of

    question, wishes = question_from(options, top=size), wishes_from(options, size)
    choice = choice_from(question, options)

    def made(workspace: Workspace) -> T:
        picks = session.shortlist_question(question, wishes, **choice)
        return make(campaign_of(session.assess(question), picks), workspace, picks)

    with opened_session(options["workspace"]) as session:
        return session.ask(made)


def _plan(path: str, workspace: Workspace, picks: Shortlist) -> Plan:
    """The plan of a brief; a brief that names no list is about the picks."""
    from influence.errors import UsageError
    from influence.planning.brief import read_brief
    from influence.planning.business_case import make_plan

    brief = read_brief(path, workspace, accounts=[pick.account.account_id for pick in picks.picks])
    told = picks.plan.currency if picks.plan is not None and picks.plan.tells_money else brief.currency
    if told != brief.currency:
        raise UsageError(
            "a report speaks of one currency", where="--plan", seen=f"{brief.currency} in the plan, {told} in the list",
            hint=f"--currency {brief.currency}",
        )  # fmt: skip
    return make_plan(brief)


def _print_text(html: str, output: str) -> None:
    import tempfile

    from influence.reporting.report.forms import print_pdf
    from influence.writing.atomic import write_text

    with tempfile.TemporaryDirectory() as folder:
        page = write_text(Path(folder) / "report.html", html)
        tell(f"Wrote {print_pdf(page, output)}")
