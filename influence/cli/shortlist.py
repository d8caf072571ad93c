"""``influence shortlist``: pick accounts; ``list``, ``show``, ``edit``, ``compare`` and ``merge`` those saved."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import (
    command,
    confirm,
    engine_options,
    list_workspace_option,
    opened_session,
    opened_workspace,
    require_workspace,
)
from influence.cli.output import (
    Out,
    emit,
    output_options,
    table_width,
    tell,
    terminal_width,
)
from influence.cli.rank_options import rank_options
from influence.cli.set_options import asked_set, set_options
from influence.clock import now
from influence.errors import UsageError
from influence.ranking.naming import holds_of_list
from influence.writing.plain import counted

if TYPE_CHECKING:
    from influence.reporting.ranking.columns import ListColumn
    from influence.selection.shortlist import Shortlist


@click.group(
    "shortlist",
    invoke_without_command=True,
    epilog='Example: influence shortlist --niche "vegan recipes" --max-followers 20000 --size 30 -o list.xlsx',
    subcommand_metavar="[COMMAND [ARGS]...]",
)
@rank_options
@engine_options
@set_options
@output_options("table", "xlsx", "csv", "json", "md")
@click.option("--save", "name", metavar="NAME", help="Keep the list in the workspace under this name.")
@click.pass_context
def shortlist_command(ctx: click.Context, /, size: int, out: Out, name: str | None, **options: Any) -> None:
    """Pick accounts to write to, each with its reason in one line that can be passed on.

    Without -o the list goes to the screen. With --save it stays in the workspace, where the commands below work on
    it and `influence export` writes it for an outreach tool.
    """
    if ctx.invoked_subcommand is not None:
        return
    from influence.reporting.ranking.columns import added_columns
    from influence.reporting.ranking.terminal import reasons_list
    from influence.reporting.ranking.words import notes_of

    if name is not None:
        from influence.store.lists.saved import checked_name

        require_workspace("--save")
        name = checked_name(name)
    question, wishes, choice = asked_set(options, size)
    with opened_session(options["workspace"]) as session:
        picks = session.shortlist(question, wishes=wishes, options=choice)
    contact = _ways_to_reach(picks, options["workspace"]) if out.format == "xlsx" else ()
    width = min(terminal_width(), 100) if sys.stdout.isatty() else None
    emit(
        picks.ranking,
        out,
        reasons_list,
        width,
        "account",
        added_columns(picks),
        contact=contact,
        sheet="Shortlist",
    )
    for note in [*_set_notes(picks), *notes_of(picks.ranking)]:
        tell(note)
    if name is not None:
        _save(picks, name, options["workspace"])


def _ways_to_reach(picks: Shortlist, workspace: str) -> tuple[ListColumn, ...]:
    from influence.outreach.addressees import ways_to_reach
    from influence.reporting.ranking.columns import contact_columns

    picked = [pick.account.account_id for pick in picks.picks]
    with opened_session(workspace) as session:
        return contact_columns(session.ask(lambda opened: ways_to_reach(opened, picked)))


def _set_notes(picks: Shortlist) -> list[str]:
    """What a set says for itself: reach, comparison, near misses, replacements."""
    if picks.plan is None:
        return []
    from influence.reporting.ranking.set_words import alternatives_lines, misses_lines, set_lines

    handles = {pick.account.account_id: pick.account.handle for pick in picks.picks}
    parts = {
        "Near misses": [] if picks.plan.by_score else misses_lines(picks.plan),
        "Should one decline (in brackets what the set then reaches)": alternatives_lines(picks.plan, handles),
    }
    told = set_lines(picks.plan)
    for title, lines in parts.items():
        told += [f"{title}:", *(f"  {line}" for line in lines)] if lines else []
    return told


def _save(picks: Shortlist, name: str, workspace: str) -> None:
    from influence.outreach.lists import save_shortlist

    with opened_workspace(workspace, create=False) as opened:
        done = save_shortlist(opened, name, picks, now=now())
    counts = [
        f"{done.n_new:,} new",
        f"{done.n_kept:,} kept with status and notes" if done.n_kept else "",
        f"{done.n_kept_by_hand:,} no longer picked but worked on, kept" if done.n_kept_by_hand else "",
        f"{done.n_dropped:,} dropped" if done.n_dropped else "",
    ]
    tell(f"Saved as {name!r}: {', '.join(filter(None, counts))}")


@command("list", "", shortlist_command)
@list_workspace_option
@output_options("table", "json")
def list_command(workspace: str, out: Out) -> None:
    """Show the saved shortlists and how far the talks are."""
    from influence.outreach.lists_text import lists_text
    from influence.store.lists.saved import saved_lists, status_counts

    with opened_workspace(workspace, read_only=True) as opened:
        lists, counts = saved_lists(opened), status_counts(opened)
    rows = [
        {"name": s.name, "niche": s.niche, "as_of": s.as_of, "status": counts.get(s.name, {})} for s in lists
    ]
    out.answer(lambda: lists_text(lists, counts), rows)


@command("show", "spring", shortlist_command)
@click.argument("name")
@list_workspace_option
@output_options("table", "json")
def show_command(name: str, workspace: str, out: Out) -> None:
    """Show one saved shortlist."""
    from influence.outreach.lists_text import list_text
    from influence.outreach.merging import dated
    from influence.store.lists.saved import load_list, without_suppressed_picks

    with opened_workspace(workspace, read_only=True) as opened:
        saved, n_hidden = without_suppressed_picks(opened, load_list(opened, name))
    out.answer(lambda: list_text(saved, table_width()), dated(saved), holds_of_list(saved))
    if n_hidden:
        tell(f"{n_hidden:,} of the list asked not to be contacted and are not shown.")


@command("edit", "spring teapot --status contacted --last-contact 2026-03-01", shortlist_command)
@click.argument("name")
@click.argument("handles", nargs=-1)
@list_workspace_option
@click.option("--status", help="idea, contacted, replied, agreed or declined.")
@click.option("--notes", help="Replaces the notes.")
@click.option("--owner", help="Who looks after it.")
@click.option("--last-contact", metavar="DATE", help="Day of the latest contact; '' for none.")
@click.option("--add", is_flag=True, help="Put these accounts on the list.")
@click.option("--remove", is_flag=True, help="Take these accounts off the list.")
@click.option("--delete", is_flag=True, help="Throw the whole list away.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def edit_command(name: str, handles: tuple[str, ...], workspace: str, **options: Any) -> None:
    """Change what is kept by hand about accounts (HANDLES) of the saved shortlist NAME."""
    from influence.outreach.lists import Edit, apply_edit
    from influence.store.lists.saved import delete_list, load_list

    if not options["delete"] and not handles:
        raise UsageError("nobody was named", expected="influence shortlist edit NAME HANDLE... --status ...")
    with opened_workspace(workspace, create=False) as opened:
        if options["delete"]:
            n = len(load_list(opened, name).picks)
            confirm(
                f"Throw away the list {name!r} with {counted(n, 'account')}, their status and notes?",
                options["yes"],
            )
            delete_list(opened, name)
            tell(f"Threw away {name}")
            return
        edit = Edit(*(options[key] for key in ("status", "notes", "owner", "last_contact", "add", "remove")))
        for line in apply_edit(opened, name, handles, edit, now=now()):
            tell(line)


@command("compare", "spring autumn", shortlist_command)
@click.argument("first")
@click.argument("second")
@list_workspace_option
@output_options("table", "json")
def compare_command(first: str, second: str, workspace: str, out: Out) -> None:
    """Show what two saved shortlists share and where they differ."""
    from influence.outreach.lists import compare_lists
    from influence.outreach.lists_text import comparison_text
    from influence.outreach.merging import dated

    with opened_workspace(workspace, read_only=True) as opened:
        found = compare_lists(opened, first, second)
    holds = map(holds_of_list, (found.first, found.second))
    out.answer(lambda: comparison_text(found), dated(found), *holds)


@command("merge", "spring spring-from-anna.csv", shortlist_command)
@click.argument("name")
@click.argument("other")
@list_workspace_option
@click.option("--take", type=click.Choice(["ours", "theirs"]), help="Who is right where both sides changed.")
@click.option("--add", is_flag=True, help="Put accounts on the list that only the file has.")
@click.option("--dry-run", is_flag=True, help="Only look.")
@output_options("table", "json")
def merge_command(name: str, other: str, workspace: str, out: Out, **options: Any) -> int:
    """Bring an edited file (.csv, .xlsx) back into the list NAME, or put another saved list into it.

    Rows are matched by account_id. A field that only the file changed is taken; one that changed on both sides is
    shown and left as it is, unless --take says who is right. The exit code is 1 while conflicts are open.
    """
    from influence.outreach.lists import merge_list
    from influence.outreach.lists_text import merge_text
    from influence.outreach.merging import merge_file

    with opened_workspace(workspace, create=False) as opened:
        if not Path(other).suffix and not Path(other).exists():
            tell(f"{counted(merge_list(opened, name, other, now=now()), 'account')} added to {name}")
            return 0
        merged = merge_file(opened, name, other, now=now(), **options)
    out.answer(lambda: merge_text(merged, options["take"]), merged)
    return 1 if merged.conflicts and options["take"] is None else 0


@command("stand-ins", "spring --take", shortlist_command)
@click.argument("name")
@list_workspace_option
@click.option("--take", is_flag=True, help="Put them at the end of the list.")
@output_options("table", "json")
def stand_ins_command(name: str, workspace: str, take: bool, out: Out) -> None:
    """Name who could take the places of those on NAME who declined.

    The list's question is asked again; everybody else on the list is kept, and those who add most to them are named.
    """
    from influence.outreach.lists import stand_ins, take_stand_ins
    from influence.outreach.lists_text import stand_ins_text
    from influence.store.lists.saved import load_list

    with opened_workspace(workspace, create=False, read_only=not take) as opened:
        found = stand_ins(opened, name)
        holds = holds_of_list(load_list(opened, name))
        out.answer(lambda: stand_ins_text(found), found, holds)
        if take:
            take_stand_ins(opened, found, now=now())
            tell(f"Put {len(found.picks)} at the end of {found.name}")
