"""``influence shortlist``: pick accounts; ``list``, ``show``, ``edit``, ``compare`` and ``merge`` those saved."""

from __future__ import annotations

import sys
from typing import Any

import click

from influence.cli.options import engine_options, opened_session, require_workspace
from influence.cli.output import json_option, say, tell, terminal_width
from influence.cli.rank_options import rank_options
from influence.cli.set_options import picks_from, set_options
from influence.cli.shortlist_saved import COMMANDS
from influence.writing.plain import counted


@click.group(
    "shortlist",
    invoke_without_command=True,
    epilog='Example: influence shortlist --niche "vegan recipes" --max-followers 20000 --size 30 -o list.xlsx',
    subcommand_metavar="[COMMAND [ARGS]...]",
)
@rank_options
@engine_options
@set_options
@click.option(
    "--size", type=click.IntRange(min=1), default=30, show_default=True, help="How many accounts to pick."
)
@json_option
@click.option(
    "--format",
    "format",
    type=click.Choice(["table", "xlsx", "csv", "json", "md"]),
    help="Default: by the ending of -o, else table.",
)
@click.option(
    "-o", "--output", type=click.Path(), help="Write to a file (.xlsx .csv .json .md), or - for stdout."
)
@click.option("--save", "name", metavar="NAME", help="Keep the list in the workspace under this name.")
@click.pass_context
def command(
    ctx: click.Context, /, size: int, format: str | None, output: str | None, name: str | None, **options: Any
) -> None:
    """Pick accounts to write to, each with its reason in one line that can be passed on.

    Without -o the list goes to the screen. With --save it stays in the workspace, where the commands below work on
    it and `influence export` writes it for an outreach tool.
    """
    if ctx.invoked_subcommand is not None:
        return
    from influence.reporting.ranking.words import notes_of
    from influence.writing.atomic import format_of

    target = None if output == "-" else output
    if target is not None:
        format = format_of(target, format)  # before the work, so that a wrong ending costs nothing
    if name is not None:
        from influence.store.lists.saved import checked_name

        require_workspace("--save")
        name = checked_name(name)
    picks = picks_from(options, size)
    if target is not None:
        path = _write(picks, target, str(format), options["workspace"])
        tell(f"Wrote {counted(len(picks), 'account')} to {path}")
    else:
        _show(picks, format)
    for note in [*_set_notes(picks), *notes_of(picks.ranking)]:
        tell(note)
    if name is not None:
        _save(picks, name, options["workspace"])


def _write(picks: Any, target: str, format: str, workspace: str) -> Any:
    from influence.outreach.addressees import ways_to_reach
    from influence.reporting.ranking.columns import added_columns, contact_columns
    from influence.reporting.ranking.files import write_ranking

    contact: tuple[Any, ...] = ()
    if format == "xlsx":
        picked = [pick.account.account_id for pick in picks.picks]
        with opened_session(workspace) as session:
            contact = contact_columns(session.ask(lambda opened: ways_to_reach(opened, picked)))
    return write_ranking(
        picks.ranking, target, format, added=added_columns(picks), contact=contact, sheet="Shortlist"
    )


def _set_notes(picks: Any) -> list[str]:
    """What a set says for itself: reach, comparison, near misses, replacements."""
    if picks.plan is None:
        return []
    from influence.reporting.ranking.set_words import alternatives_lines, misses_lines, set_lines

    handles = {pick.account.account_id: pick.account.handle for pick in picks.picks}
    parts = [
        ("Near misses", [] if picks.plan.by_score else misses_lines(picks.plan)),
        (
            "Should one decline (in brackets what the set then reaches)",
            alternatives_lines(picks.plan, handles),
        ),
    ]
    told = [
        line for title, lines in parts if lines for line in (f"{title}:", *(f"  {line}" for line in lines))
    ]
    return [*set_lines(picks.plan), *told]


def _save(picks: Any, name: str, workspace: str) -> None:
    from influence.clock import now
    from influence.outreach.saving import save_shortlist
    from influence.store.workspace import open_workspace

    with open_workspace(workspace, create=False) as opened:
        done = save_shortlist(opened, name, picks, now=now())
    counts = [
        f"{done.n_new:,} new",
        f"{done.n_kept:,} kept with status and notes" if done.n_kept else "",
        f"{done.n_kept_by_hand:,} no longer picked but worked on, kept" if done.n_kept_by_hand else "",
        f"{done.n_dropped:,} dropped" if done.n_dropped else "",
    ]
    tell(f"Saved as {name!r}: {', '.join(filter(None, counts))}")


def _show(picks: Any, format: str | None) -> None:
    from influence.errors import UsageError
    from influence.reporting.ranking.columns import added_columns
    from influence.reporting.ranking.files import render_ranking
    from influence.reporting.ranking.tables import reasons_list

    if format == "xlsx":
        raise UsageError(
            "a workbook cannot go to the screen", where="--format", hint="name a file: -o list.xlsx"
        )
    if format in (None, "table"):
        screen = sys.stdout.isatty()
        width = min(terminal_width(), 100)
        say(reasons_list(picks.ranking, width=width if screen else None, color=screen), drawn=True)
    else:
        say(render_ranking(picks.ranking, str(format), added=added_columns(picks)))


for subcommand in COMMANDS:
    command.add_command(subcommand)
