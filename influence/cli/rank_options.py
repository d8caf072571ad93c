"""The options of every command that ranks, and the ranking they ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from influence.cli.options import workspace_option

if TYPE_CHECKING:
    from influence.ranking.rank import Question
    from influence.ranking.results import Ranking

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = (
    click.option("--niche", default="", help='The niche in plain words: "vegan baking".'),
    click.option("--brief", type=click.Path(exists=True, dir_okay=False), help="A brief as a text file."),
    click.option("--like", multiple=True, metavar="HANDLE", help="An example account; may be repeated."),
    click.option("--like-file", type=click.Path(exists=True, dir_okay=False), help="Examples, one a line."),
    click.option("--goal", default="long-tail", show_default=True, help="long-tail, awareness, response, advocacy."),
    click.option("--weights", default="", metavar="S=N,...", help="Change single weights: niche_fit=2,reach=0."),
    click.option("--max-followers", type=int, help="Leave out accounts with more."),
    click.option("--min-followers", type=int, help="Leave out accounts with fewer, or unknown."),
    click.option("--kind", multiple=True, help="person, blog, podcast, brand, media, community."),
    click.option("--language", multiple=True, help="ISO code, en."),
    click.option("--platform", multiple=True, help="web, instagram, youtube ..."),
    click.option("--country", multiple=True, help="ISO code, GB."),
    click.option("--as-of", metavar="DATE", help="Rank with what was known when this day began."),
    click.option("--seed", type=int, default=0, show_default=True, help="For random draws."),
)


def rank_options(function: F) -> F:
    """Every option that says what to rank and how, and the workspace."""
    for option in reversed(OPTIONS):
        function = option(function)
    return workspace_option(function)


def question_from(options: dict[str, Any], top: int) -> Question:
    """Turn the options of `rank_options` into a question."""
    from influence.ranking.goals import parse_weights, weights_for
    from influence.ranking.pool import Filters
    from influence.ranking.rank import Question
    from influence.text.briefs import read_brief

    examples = [*options["like"], *_lines(options["like_file"])]
    names = ("max_followers", "min_followers", "kind", "language", "platform", "country")
    return Question(
        keywords=options["niche"].strip(),
        brief=read_brief(options["brief"]) if options["brief"] else "",
        like=tuple(dict.fromkeys(examples)),
        goal=options["goal"],
        weights=weights_for(options["goal"], parse_weights(options["weights"])),
        filters=Filters(**{name: options[name] for name in names}),
        as_of=options["as_of"],
        top=top,
        seed=options["seed"],
    )


def ranking_from(options: dict[str, Any], top: int) -> Ranking:
    """Open the workspace, rank, and give every row its reason."""
    from influence.ranking.rank import answer
    from influence.reporting.reasons import with_reasons
    from influence.store.workspace import open_workspace

    question = question_from(options, top)
    with open_workspace(options["workspace"], read_only=True) as workspace:
        return with_reasons(answer(workspace, question))


def _lines(path: str | None) -> list[str]:
    if path is None:
        return []
    rows = Path(path).read_text("utf-8-sig").splitlines()
    return [row.strip() for row in rows if row.strip() and not row.startswith("#")]
