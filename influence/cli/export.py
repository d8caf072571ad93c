"""``influence export``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import FILE, assumed_options, workspace_option
from influence.cli.output import json_flag, say, say_json, tell
from influence.clock import now
from influence.writing.plain import counted

if TYPE_CHECKING:
    from influence.findings import Finding


@click.command("export", epilog="Example: influence export spring --for hubspot -o spring-hubspot.csv")
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
@click.option("--contacted-within", type=click.IntRange(min=0), default=30, show_default=True,
              help="Nobody is written to twice in so many days; 0 does not look.")  # fmt: skip
@click.option("--check", "only_check", is_flag=True, help="Only look for what must not leave the house.")
@click.option("--force", is_flag=True, help="Write those that can be written; never the suppressed.")
@click.option("--presets", "list_presets", is_flag=True, help="List the presets.")
@json_flag
def command(
    name: str | None, preset: str | None, output: str | None, workspace: str, settings: tuple[str, ...],
    only_check: bool, list_presets: bool, as_json: bool, **asked: Any,
) -> int:  # fmt: skip
    """Write the saved shortlist NAME for an outreach tool; nothing is sent.

    The list is looked through first: errors stop the export, warnings are shown. Whom the rules of their country
    forbid to write to is never in a tool's file; `influence outreach check` has the same answers with their sources.
    See docs/outreach.md.
    """
    from influence.errors import UsageError
    from influence.outreach.export import LintError, export_list
    from influence.store.workspace import open_workspace

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
        with open_workspace(workspace, create=False) as opened:
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
    from influence.errors import UsageError

    settings = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not all(part.isidentifier() for part in name.strip().split(".")):
            raise UsageError("a variable is NAME=TEXT", where="--set", seen=pair, expected='brand="Acme"')
        settings[name.strip()] = text
    return settings


def show_findings(findings: tuple[Finding, ...]) -> None:
    """What was found, on stderr."""
    from influence.cli.output import terminal_width
    from influence.reporting.overview import findings_text

    if findings:
        tell(findings_text(list(findings), width=terminal_width()))


def _show_presets(as_json: bool) -> None:
    from influence.outreach.presets import preset_names, read_preset

    presets = {name: read_preset(name).about for name in preset_names()}
    if as_json:
        say_json(presets)
        return
    for name, about in presets.items():
        say(f"{name:<18}{about}")
