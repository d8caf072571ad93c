"""``influence suppress``, ``forget``, ``subject-report``, ``purge``, and what ``influence spark`` shares of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import (
    READ_FILE,
    command,
    confirm,
    opened_workspace,
    stacked,
    told_day,
    workspace_option,
)
from influence.cli.output import Out, json_flag, output_options, say_either, tell
from influence.clock import now
from influence.errors import InfluenceError, UnknownAccountError
from influence.writing.plain import counted

if TYPE_CHECKING:
    from influence.store.rights.privacy import Receipt, Suppressed


@command("suppress", "anna@example.org example.net --reason complained")
@click.argument("targets", nargs=-1)
@workspace_option
@click.option("--from-file", type=READ_FILE, help="Targets, one a line.")
@click.option("--reason", default="asked", show_default=True, help="Why; without names, it is kept.")
@click.option("--lift", "lifted", is_flag=True, help="Undo it for these targets.")
@click.option("--list", "listed", is_flag=True, help="How many are suppressed, by reason and day.")
@json_flag
def suppress_command(
    targets: tuple[str, ...], workspace: str, from_file: str | None, reason: str, lifted: bool, listed: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Never list, contact or import TARGETS again: handles, e-mail addresses or domains.

    Only salted hashes are kept. What is already in the workspace stays there, unlisted; `influence forget` erases it.
    """

    from influence.store.rights.privacy import lift, suppress, suppression_overview

    if listed:
        with opened_workspace(workspace, read_only=True) as opened:
            rows = suppression_overview(opened)
        lines = [f"{n:>7,}  {day or 'day unknown':<12}{why}" for why, day, n in rows] or [
            "nobody is suppressed"
        ]
        say_either(as_json, [{"reason": why, "since": day, "suppressed": n} for why, day, n in rows], lines)
        return
    if from_file:
        from influence.sources.small import read_lines

        targets = (*targets, *read_lines(from_file))
    with opened_workspace(workspace) as opened:
        if lifted:
            n_lifted = lift(opened, targets)
            tell(f"{n_lifted} suppressions lifted")
            say_either(as_json, {"lifted": n_lifted}, [])
            return
        done = suppress(opened, targets, reason=reason, now=now())
    tell_suppressed(done, as_json)
    known = f"; {done.n_known:,} were before" if done.n_known else ""
    tell(f"{len(done.things):,} suppressed{known}")


def tell_suppressed(done: Suppressed, as_json: bool) -> None:
    """What each target was taken for."""
    say_either(as_json, done, [f"{kind:<9}{value}" for kind, value in done.things])


erasure_options = stacked(
    click.option("--also", multiple=True, metavar="TEXT",
                 help="Another string that means this person; may be repeated."),
    click.option("--reason", default="erased on request", show_default=True, help="Why; without names, it is kept."),
    click.option("--dry-run", is_flag=True, help="Say what would be erased and changed; change nothing."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask."),
    output_options("text", "json", default="text", output_help="Write the receipt to a file (.txt .json)."),
)  # fmt: skip


def agreed_erasure(
    erase: Callable[..., Receipt], place: str, *, reason: str, dry_run: bool, yes: bool, out: Out
) -> None:
    """Rehearse, show what it would change, ask, erase, and give the receipt.

    Raises
    ------
    UnknownAccountError
        Nobody of this name is there; nothing was asked.
    """
    from influence.outreach.lists_text import receipt_text

    receipt = erase(dry_run=True)
    if not dry_run:
        if not yes:
            tell(receipt_text(receipt))
        who = ", ".join([*receipt.person.account_ids, *receipt.person.emails])
        confirm(f"Erase {who} from {place}? This cannot be undone.", yes)
        receipt = erase(reason=reason, now=now())
    out.answer(lambda: receipt_text(receipt), receipt)


@command("forget", "instagram:anna -o receipt.txt")
@click.argument("target")
@workspace_option
@erasure_options
def forget_command(target: str, workspace: str, also: tuple[str, ...], **asked: Any) -> None:
    """Erase TARGET (a handle, a pasted address, a name or an e-mail) from every table, saved list and cache.

    Only salted hashes stay, so that a later import does not bring the person back. Mentions in texts of others are
    blotted out. The workspace file is written anew, because freed blocks keep what was deleted.
    """
    from influence.store.rights.privacy import forget

    with opened_workspace(workspace, create=False) as opened:
        try:
            agreed_erasure(partial(forget, opened, target, also=also), workspace, **asked)
        except UnknownAccountError:
            if not opened.completed:
                raise
            tell("An erasure that had been cut short is complete now: the file was written anew.")


@command("subject-report", "instagram:anna -o anna.txt")
@click.argument("target")
@workspace_option
@click.option("--niche", default="", help="Explain the score for this niche too.")
@output_options("text", "csv", "xlsx", "json", default="text")
def subject_report_command(target: str, workspace: str, niche: str, out: Out) -> None:
    """Say everything that is kept about TARGET (a handle or e-mail address), with source and date.

    The score is told in words, for every saved list that the person is on. What others did stays theirs: their names
    are left out.
    """
    from influence.outreach.lists_text import subject_document, subject_sheets, subject_text
    from influence.store.rights.subject import subject_data

    with opened_workspace(workspace, read_only=True) as opened:
        subject = subject_data(opened, target)
        scores = _scores(opened, subject, niche)
    out.deliver(
        subject, partial(subject_sheets, scores=scores), text=partial(subject_text, scores=scores),
        json=partial(subject_document, scores=scores),
    )  # fmt: skip


def _scores(workspace: Any, subject: Any, niche: str) -> list[str]:
    from influence.ranking.asking import question_from_settings, question_of
    from influence.ranking.explain import explain_question
    from influence.reporting.explain.explain_text import render_explanation
    from influence.store.lists.saved import load_list

    settings: dict[str, Mapping[str, Any] | None] = {}
    for row in subject.lists:
        saved = load_list(workspace, row["list_name"])
        settings[f"On the saved list {saved.name!r}:"] = saved.settings
    if niche or not settings:
        settings[f"For the niche {niche!r}:" if niche else "With no niche asked for:"] = None
    texts = []
    for account in subject.person.account_ids:
        for label, kept in settings.items():
            try:
                question = question_of(niche, top=0) if kept is None else question_from_settings(kept)
                told = render_explanation(explain_question(workspace, account, question), "text", width=100)
            except (InfluenceError, TypeError, ValueError) as error:
                told = f"{account} has no score here: {getattr(error, 'what', error)}."
            texts.append(f"{label}\n{told}")
    return texts


@command("purge", "--older-than 24m --dry-run")
@workspace_option
@click.option("--older-than", required=True, metavar="PERIOD", help="24m, 2y, 90d, 12w.")
@click.option("--as-of", metavar="DATE", help="Count back from this day; default: today.")
@click.option("--dry-run", is_flag=True, help="Count what would go; delete nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@output_options("table", "json")
def purge_command(
    workspace: str, older_than: str, as_of: str | None, dry_run: bool, yes: bool, out: Out
) -> None:
    """Delete what is older than PERIOD (retention), and write the workspace file anew.

    Posts, reactions and counts are as old as their own day; accounts, ties and contacts as old as the day they were
    last fetched. Suppressions stay: they protect people.
    """
    from influence.outreach.lists_text import purge_text
    from influence.store.rights.privacy import purge

    today = told_day(as_of) or now().date()
    with opened_workspace(workspace, create=False) as opened:
        found = purge(opened, older_than, today=today, dry_run=True)
        if not dry_run:
            if found.n_rows:
                confirm(
                    f"Delete {counted(found.n_rows, 'row')} from before {found.before}? This cannot be undone.",
                    yes,
                )
            found = purge(opened, older_than, today=today)
    out.answer(lambda: purge_text(found), found)
