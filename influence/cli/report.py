"""``influence report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import FILE, command, opened_session
from influence.cli.output import tell
from influence.cli.rank_options import rank_options
from influence.cli.set_options import asked_set, set_options
from influence.errors import UsageError
from influence.writing.atomic import write_text

if TYPE_CHECKING:
    from influence.planning.business_case import Plan
    from influence.selection.shortlist import Shortlist
    from influence.store.workspace import Workspace


@command("report", '-o campaign.html --niche "vegan recipes" --budget 3000')
@rank_options
@set_options
@click.option("-o", "--output", type=FILE, required=True, help="A file .html, .pdf or .pptx.")
@click.option("--plan", type=FILE, help="Brief (.toml) of the plan to show; without a list, of the picks.")
@click.option("--pdf", type=FILE, help="Print it to this file too, through a browser.")
def report_command(output: str, pdf: str | None, plan: str | None, size: int, **options: Any) -> None:
    """Write the client's report: one page that opens offline and prints well, or at most ten slides.

    It takes what `influence shortlist` takes and shows the same picks, with the brief, the method, evidence, charts,
    what is not known and where it comes from.
    """
    from influence.reporting.report.campaign import campaign_of
    from influence.reporting.report.forms import print_pdf, write_slides
    from influence.reporting.report.page import render_report

    ending = _checked_ending(output)
    question, wishes, choice = asked_set(options, size)

    def made(workspace: Workspace) -> str:
        """The file of slides, or the text of the page."""
        picks = session.shortlist(question, wishes=wishes, options=choice)
        campaign = campaign_of(session.assess(question), picks)
        if ending == ".pptx":
            return str(write_slides(campaign, output))
        return render_report(campaign, _plan(plan, workspace, picks) if plan else None)

    with opened_session(options["workspace"]) as session:
        report = session.ask(made)
    if ending == ".pptx":
        tell(f"Wrote {report}")
    elif ending == ".pdf":
        _print_text(report, output)
    else:
        tell(f"Wrote {write_text(output, report)}")
        if pdf:
            tell(f"Wrote {print_pdf(output, pdf)}")


def _checked_ending(output: str) -> str:
    ending = Path(output).suffix.lower()
    if ending not in (".html", ".htm", ".pdf", ".pptx"):
        raise UsageError(
            "a report is a page or slides",
            where="-o",
            seen=output,
            expected="a name that ends in .html, .pdf or .pptx",
        )
    return ending


def _plan(path: str, workspace: Workspace, picks: Shortlist) -> Plan:
    """The plan of a brief; a brief that names no list is about the picks."""
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

    with tempfile.TemporaryDirectory() as folder:
        page = write_text(Path(folder) / "report.html", html)
        tell(f"Wrote {print_pdf(page, output)}")
