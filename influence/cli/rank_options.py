"""The options of every command that ranks, and the ranking they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from influence.cli.conditions import confirmed
from influence.cli.options import workspace_option

if TYPE_CHECKING:
    from influence.ranking.rank import Question
    from influence.ranking.results import Ranking
    from influence.settings import Profile

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option("--niche", help='The niche in plain words: "vegan baking".'),
    click.option("--brief", type=click.Path(exists=True, dir_okay=False), help="A brief: .txt, .md, .docx."),
    click.option("-y", "--yes", is_flag=True, help="Use the conditions read from the brief without asking."),
    click.option(
        "--without-condition",
        multiple=True,
        metavar="NAME",
        help="Turn off a condition of the brief: country, max_followers ...; repeatable.",
    ),
    click.option("--like", multiple=True, metavar="HANDLE", help="An example account; may be repeated."),
    click.option("--like-file", type=click.Path(exists=True, dir_okay=False), help="Examples, one a line."),
    click.option("--brand", help="The brand, for the signals about one."),
    click.option(
        "--alias", "aliases", multiple=True, metavar="NAME", help="Another name of the brand; repeatable."
    ),
    click.option("--rival", "rivals", multiple=True, metavar="NAME", help="Another brand; repeatable."),
    click.option("--goal", help="long-tail (default), awareness, response, advocacy; see `influence goals`."),
    click.option("--weights", metavar="S=N,...", help="Change single weights: niche_fit=2,reach=0."),
    click.option(
        "--profile",
        type=click.Path(dir_okay=False),
        envvar="INFLUENCE_PROFILE",
        help="Settings from a TOML file; INFLUENCE_* variables and options given here win over it.",
    ),
    click.option("--max-followers", type=int, help="Leave out accounts with more."),
    click.option("--min-followers", type=int, help="Leave out accounts with fewer, or unknown."),
    click.option("--kind", multiple=True, help="person, blog, podcast, brand, media, community."),
    click.option("--language", multiple=True, help="ISO code, en."),
    click.option("--platform", multiple=True, help="web, instagram, youtube ..."),
    click.option("--country", multiple=True, help="ISO code, GB."),
    click.option(
        "--embedding-model",
        type=click.Path(exists=True, file_okay=False),
        help="A folder with an ONNX sentence model; it reads the best 500 again (extra embeddings).",
    ),
    click.option("--as-of", metavar="DATE", help="Rank with what was known when this day began."),
    click.option("--seed", type=int, help="For random draws; 0 if not told."),
)
"""None and nothing mean "not told", so that a profile can tell; the defaults are those of `influence.rank`."""


def rank_options(function: F) -> F:
    """Every option that says what to rank and how, and the workspace."""
    for option in reversed(OPTIONS):
        function = option(function)
    return workspace_option(function)


def profile_from(options: dict[str, Any]) -> Profile:
    """Merge defaults, profile file, environment and command line, in this order; the later wins."""
    from influence.settings import Profile, environment_profile, load_profile
    from influence.signals.registry import SIGNAL_NAMES

    file = load_profile(options["profile"], SIGNAL_NAMES) if options.get("profile") else Profile()
    environment = environment_profile(signals=SIGNAL_NAMES)
    return command_line(options).over(environment.over(file))


def command_line(options: dict[str, Any]) -> Profile:
    """What was said on the command line, as a profile."""
    from influence.ranking.goals import parse_weights
    from influence.settings import FILTERS, Profile

    filters = {name: options[name] for name in FILTERS if options[name] not in (None, ())}
    examples = [*options["like"], *_lines(options["like_file"])]
    return Profile(
        goal=options["goal"],
        niche=options["niche"],
        brief=options["brief"],
        brand=options["brand"],
        aliases=tuple(options["aliases"]),
        rivals=tuple(options["rivals"]),
        like=tuple(dict.fromkeys(examples)),
        as_of=options["as_of"],
        seed=options["seed"],
        embedding_model=options["embedding_model"],
        weights=parse_weights(options["weights"] or ""),
        filters=filters,
    )


def question_from(options: dict[str, Any], top: int) -> Question:
    """Turn the options of `rank_options` into a question."""
    from influence.ranking.rank import question_of
    from influence.text.briefs import read_brief

    asked = profile_from(options).to_dict()
    file = asked.pop("brief", None)
    brief = read_brief(file) if file else ""
    told = {"yes": options.get("yes", False), "without": options.get("without_condition", ())}
    return question_of(
        asked.pop("niche", ""),
        brief=brief,
        conditions=confirmed(brief, **told) if brief else (),
        top=top,
        **asked.pop("filters", {}),
        **asked,
    )


def ranking_from(options: dict[str, Any], top: int) -> Ranking:
    """Open the workspace, rank, and give every row its reason."""
    from influence.cli.waiting import telling
    from influence.session import Session

    question = question_from(options, top)
    with Session(options["workspace"]) as session, telling("Reading and ranking"):
        return session.answer(question)


def _lines(path: str | None) -> list[str]:
    if path is None:
        return []
    from influence.sources.small import read_lines

    return read_lines(path)
