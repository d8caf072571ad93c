"""``influence outreach``, ``export``: what goes out, to whom it may go, and who wants no more."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from influence.cli.options import (
    FILE,
    READ_FILE,
    assumed_options,
    command,
    opened_workspace,
    told_day,
    workspace_option,
)
from influence.cli.output import (
    Out,
    json_flag,
    output_options,
    say_either,
    say_json,
    tell,
    terminal_width,
)
from influence.clock import now
from influence.errors import UsageError
from influence.findings import Finding
from influence.outreach.country_rules import CHANNELS, OCCASIONS
from influence.ranking.naming import holds_of_list
from influence.writing.plain import counted


@command("export", "spring --for hubspot -o spring-hubspot.csv")
@click.argument("name", required=False)
@click.option(
    "--for", "preset", metavar="PRESET", help="csv, xlsx, md, json, hubspot, mailmerge ... or a .toml file."
)
@click.option("-o", "--output", type=FILE, help="The file to write.")
@workspace_option
@click.option("--template", help="Of the draft: pitch, educate, sample, value-first, follow-up, or a file.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=TEXT",
    help="A variable of the template: brand=Acme; offer.de=... is the offer in German.",
)
@click.option(
    "--language",
    default="en",
    show_default=True,
    metavar="CODE",
    help="Of what --set tells, and of drafts to people whose own language is not written.",
)
@click.option("--status", "statuses", multiple=True, help="Only those of this status; may be repeated.")
@assumed_options
@click.option("--not-contacted-within", "--contacted-within", "not_contacted_within", metavar="DAYS",
              type=click.IntRange(min=0), default=30, show_default=True,
              help="Nobody is written to twice in so many days; 0 does not look.")  # fmt: skip
@click.option("--check", "only_check", is_flag=True, help="Only look for what must not leave the house.")
@click.option("--force", is_flag=True, help="Write those that can be written; never the suppressed.")
@click.option("--presets", "list_presets", is_flag=True, help="List the presets.")
@json_flag
def export_command(
    name: str | None, preset: str | None, output: str | None, workspace: str, settings: tuple[str, ...],
    only_check: bool, list_presets: bool, as_json: bool, **asked: Any,
) -> int:  # fmt: skip
    """Write the saved shortlist NAME for an outreach tool; nothing is sent.

    The list is looked through first: errors stop the export, warnings are shown. Whom the rules of their country
    forbid to write to is never in a tool's file; `influence outreach check` has the same answers with their sources.
    See docs/outreach.md.
    """
    from influence.outreach.export import LintError, export_list

    if list_presets:
        _show_presets(as_json)
        return 0
    if not name or not preset or not (output or only_check):
        raise UsageError(
            "say which list, for what, and where to",
            expected="influence export NAME --for PRESET -o FILE",
            hint="`influence shortlist list` has the names, `influence export --presets` the presets",
        )
    try:
        with opened_workspace(workspace, create=False) as opened:
            done = export_list(
                opened, name, preset, output or "", now=now(), settings=settings_from(settings), dry_run=only_check,
                **asked,
            )  # fmt: skip
    except LintError as error:
        show_findings(error.findings)
        raise
    show_findings(done.findings)
    if as_json:
        say_json({"file": done.path, "people": done.n_rows, "findings": done.findings})
    if done.path:
        tell(f"Wrote {counted(done.n_rows, 'person', 'people')} to {done.path}; nothing was sent")
    else:
        tell(f"{counted(done.n_rows, 'person', 'people')} can be written")
    return 0


def settings_from(pairs: tuple[str, ...]) -> dict[str, str]:
    settings = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not all(part.isidentifier() for part in name.strip().split(".")):
            raise UsageError("a variable is NAME=TEXT", where="--set", seen=pair, expected='brand="Acme"')
        settings[name.strip()] = text
    return settings


def show_findings(findings: tuple[Finding, ...]) -> None:
    """What was found, on stderr."""
    from influence.reporting.overview import findings_text

    if findings:
        tell(findings_text(list(findings), width=terminal_width()))


def _show_presets(as_json: bool) -> None:
    from influence.outreach.presets import preset_names, read_preset

    presets = {name: read_preset(name).about for name in preset_names()}
    say_either(as_json, presets, [f"{name:<18}{about}" for name, about in presets.items()])


@click.group("outreach", subcommand_metavar="COMMAND [ARGS]...")
def outreach_command() -> None:
    """Look at mails, and at whom they may go to, before they go out. Nothing is ever sent."""


@command("preview", 'spring --set brand="Acme" -o drafts.html', outreach_command)
@click.argument("name")
@workspace_option
@click.option("--template", default="pitch", show_default=True,
              help="pitch, educate, sample, value-first, follow-up, or a file.")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="NAME=TEXT", help="As for `influence export`.")
@click.option(
    "--language", default="en", show_default=True, metavar="CODE", help="As for `influence export`."
)
@assumed_options
@output_options("text", "html", "json", default="text")
def preview_command(
    name: str, workspace: str, template: str, settings: tuple[str, ...], language: str, assumed: dict[str, str],
    out: Out,
) -> None:  # fmt: skip
    """Show the drafts to the saved shortlist NAME, each sentence beside the post it rests on.

    A sentence that claims to have read something and rests on nothing is marked, and `influence export` refuses it.
    """
    from influence.outreach.export import previewed
    from influence.outreach.letters import read_letters
    from influence.outreach.merging import dated
    from influence.reporting.outreach.letter_pages import letters_about, letters_page, letters_text
    from influence.store.lists.saved import load_list

    letters = read_letters(template, settings_from(settings), language)
    with opened_workspace(workspace, read_only=True) as opened:
        people, findings = previewed(opened, name, letters, now().date(), assumed)
        holds = holds_of_list(load_list(opened, name))
    show_findings(tuple(findings))
    about = letters_about(people, name, now().date().isoformat())
    out.deliver(
        people, lambda _: [], holds, text=partial(letters_text, about=about, width=terminal_width()),
        html=partial(letters_page, about=about), json=lambda people: {"drafts": dated(people)},
    )  # fmt: skip
    if not people:
        tell("There is nobody on this list who may be written to.")


@command("check", "spring --giving gift --as-of 2026-02-05", outreach_command)
@click.argument("name")
@workspace_option
@click.option("--as-of", metavar="DATE", help="Day whose rules count; default: today.")
@assumed_options
@click.option("--channel", type=click.Choice(CHANNELS), default="email", show_default=True)
@click.option("--giving", type=click.Choice(OCCASIONS), multiple=True,
              help="What is given or used, for what must be disclosed; may be repeated.")  # fmt: skip
@output_options("table", "csv", "xlsx", "json")
def check_command(
    name: str, workspace: str, as_of: str | None, assumed: dict[str, str], channel: str, giving: tuple[str, ...],
    out: Out,
) -> None:  # fmt: skip
    """Say who of the saved shortlist NAME may be written to, by the rules of their countries.

    Judged by country, kind of subscriber and lawful basis (contacts), day and channel: may, may with this text, may
    not, or ask a lawyer. The rules are dated summaries of ours with their sources (influence/outreach/rules). Not
    legal advice.
    """
    from influence.outreach.addressees import addressees
    from influence.outreach.judging import judge_people, with_assumed
    from influence.reporting.outreach.letter_pages import (
        NOT_ADVICE,
        judged_words,
        judgement_sheets,
        judgements_text,
    )
    from influence.store.lists.saved import load_list, without_suppressed_picks

    day = told_day(as_of) or now().date()
    with opened_workspace(workspace, read_only=True) as opened:
        saved, n_hidden = without_suppressed_picks(opened, load_list(opened, name))
        people, notes = with_assumed(addressees(opened, saved), assumed)
    show_findings(tuple(notes))
    judged = judge_people(people, day, channel, giving)
    about = (saved.name, day, channel)
    out.deliver(
        people, partial(judgement_sheets, judged=judged), judged_words(judged, about), NOT_ADVICE, holds_of_list(saved),
        table=partial(judgements_text, judged=judged, about=about, width=terminal_width()),
    )  # fmt: skip
    if n_hidden:
        tell(f"{n_hidden:,} of the list asked not to be contacted and are not shown.")


@command("refusals", "unsubscribed.csv replies.csv", outreach_command)
@click.argument("files", nargs=-1, required=True, type=READ_FILE)
@workspace_option
@click.option("--dry-run", is_flag=True, help="Only look.")
@output_options("table", "json")
def refusals_command(files: tuple[str, ...], workspace: str, dry_run: bool, out: Out) -> None:
    """Take over who wants no more mail, for good: from exports of Mailchimp, HubSpot, Pitchbox, Respona, or replies.

    An address holds for its person too, a domain for all its addresses and blogs; they are declined on every list, and
    no later import brings them back. Of replies (From, Body) only what refuses is taken: unsubscribe, no thanks ...
    """
    from influence.outreach.refusals import read_refusals, take_refusals

    read = [read_refusals(file) for file in files]
    refusals = [one for found, _ in read for one in found]
    with opened_workspace(workspace, create=False) as opened:
        taken = take_refusals(opened, refusals, sum(n for _, n in read), now=now(), dry_run=dry_run)
    lines = [f"{one.target:<40}{one.why}\n" for one in taken.refusals]
    out.answer(lambda: "".join(lines) or "Nobody refuses.\n", taken)
    verb = "would be" if dry_run else "is" if len(taken.accounts) == 1 else "are"
    hold = f"{counted(len(taken.accounts), 'account')} here {verb} never listed or written to again"
    tell(f"{len(taken.refusals):,} refused; {hold}")
    if taken.n_silent:
        tell(
            f"{counted(taken.n_silent, 'row')} said nothing of a refusal (bounces, other replies) and were left."
        )
