"""The options of every command that ranks, and the ranking they ask for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from influence.cli.options import FILE, READ_FILE, opened_session, stacked, workspace_option
from influence.cli.output import ASKED, tell
from influence.cli.waiting import telling
from influence.errors import UsageError
from influence.question import Ask, all_asks
from influence.settings import FILTERS, KEYS, Profile, environment_profile, load_profile, parse_pairs

if TYPE_CHECKING:
    from influence.question import Question
    from influence.ranking.results import Ranking
    from influence.text.conditions import Condition


F = TypeVar("F", bound=Callable[..., Any])

BESIDE = {
    "brief": (
        click.option(
            "-y", "--yes", is_flag=True, help="Use the conditions read from the brief without asking."
        ),
        click.option(
            "--without-condition",
            multiple=True,
            metavar="NAME",
            help="Turn off a condition of the brief: country, max_followers ...; repeatable.",
        ),
    ),
    "like": (click.option("--like-file", type=READ_FILE, help="Examples, one a line."),),
    "weights": (
        click.option(
            "--profile",
            type=FILE,
            envvar="INFLUENCE_PROFILE",
            help="Settings from a TOML file; INFLUENCE_* variables and options given here win over it.",
        ),
    ),
}
"""Options that say no field of the question but how it comes about, after the one they belong to."""


class _There(click.Path):
    """A path that is there; a sentence in its place is told where words go."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            if str(value).count(" ") < 2:
                raise
            self.fail(
                f"{value!r} is no file. Save the brief as one, or say the niche in words: --niche.",
                param,
                ctx,
            )


def option_of(one: Ask) -> Callable[[F], F]:
    """The option of a field; None and nothing mean "not told", so that a profile can tell."""
    kinds = {
        "file": _There(exists=True, dir_okay=False),
        "folder": _There(exists=True, file_okay=False),
        "whole": int,
    }
    return click.option(
        str(one.option), one.name, type=kinds.get(one.kind), multiple=one.kind == "texts", metavar=one.metavar,
        help=one.help,
    )  # fmt: skip


def rank_options(function: F) -> F:
    """Every option that says what to rank and how, and the workspace."""
    asked = [one for one in all_asks().values() if one.option and one.kind != "given"]
    options = [option for one in asked for option in (option_of(one), *BESIDE.get(one.name, ()))]
    return stacked(workspace_option, *options)(function)


def profile_from(options: dict[str, Any]) -> Profile:
    """Merge defaults, profile file, environment and command line, in this order; the later wins."""
    from influence.signals.registry import SIGNAL_NAMES

    file = load_profile(options["profile"], SIGNAL_NAMES) if options["profile"] else Profile()
    environment = environment_profile(signals=SIGNAL_NAMES)
    return command_line(options).over(environment.over(file))


def command_line(options: dict[str, Any]) -> Profile:
    """What was said on the command line, as a profile."""
    said = {name: options[name] for name in (*KEYS, *FILTERS) if options.get(name) not in (None, ())}
    examples = said.pop("like", ())
    if options["like_file"]:
        from influence.sources.small import read_lines

        examples = (*examples, *read_lines(options["like_file"]))
    weights = parse_pairs(said.pop("weights", ""), "--weights", numbers=True)
    filters = {name: said.pop(name) for name in FILTERS if name in said}
    return Profile(**said, like=tuple(dict.fromkeys(examples)), weights=weights, filters=filters)


def question_from(options: dict[str, Any], top: int) -> Question:
    """Turn the options of `rank_options` into a question; files that the command writes say its day and filters."""
    from influence.ranking.asking import question_of
    from influence.sources.document import read_document

    asked = profile_from(options).to_dict()
    file = asked.pop("brief", None)
    brief = read_document(file) if file else ""
    conditions = confirmed(brief, options["yes"], options["without_condition"]) if brief else ()
    filters = asked.pop("filters", {})
    question = question_of(
        asked.pop("niche", ""), brief=brief, conditions=conditions, top=top, **filters, **asked
    )
    click.get_current_context().meta[ASKED] = question
    return question


def ranking_from(options: dict[str, Any], top: int) -> Ranking:
    """Open the workspace, rank, and give every row its reason."""
    question = question_from(options, top)
    with opened_session(options["workspace"]) as session, telling("Reading and ranking"):
        return session.rank(question)


def confirmed(brief: str, yes: bool, without: tuple[str, ...]) -> tuple[Condition, ...]:
    """The conditions of a brief that are to be used; those of `without` are turned off.

    Asked for at a terminal; elsewhere none are used without ``--yes``, and a line says so.

    Raises
    ------
    UsageError
        `without` names a condition that there is not.
    """
    from influence.text.conditions import NAMES, read_conditions

    for name in without:
        if name not in NAMES:
            raise UsageError.unknown("there is no such condition", name, NAMES, where="--without-condition")
    found = read_conditions(brief).without(without).conditions
    if not found:
        return ()
    tell("Conditions read from the brief:")
    for one in found:
        tell(f"  {one.name:16s} {one.said}   from {one.words!r}")
    if yes or (
        sys.stdin.isatty() and sys.stderr.isatty() and click.confirm("Use them?", default=True, err=True)
    ):
        return found
    tell("They were not used: --yes takes them, --without-condition NAME turns one off.")
    return ()
