"""``influence rank``, ``explain``, ``compare``, ``changes``, ``stability``, ``backtest``, ``goals``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from textwrap import fill
from typing import Any

import click

from influence.cli.options import Number, command, engine_options, opened_session, opened_workspace
from influence.cli.output import Out, emit, in_forms, output_options, table_width, tell, terminal_width
from influence.cli.rank_options import question_from, rank_options, ranking_from
from influence.errors import InfluenceError, UsageError
from influence.settings import ASKS, FILTERS, KEYS, TABLES, Profile, dump_profile
from influence.writing.book import Sheet, sheet_of


@command("rank", '--niche "vegan recipes" --max-followers 20000 --top 20 -o vegan.csv')
@rank_options
@engine_options
@click.option("--top", type=click.IntRange(min=0), default=30, show_default=True, help="Rows; 0 gives all.")
@output_options("table", "csv", "json", "md", "xlsx")
def rank_command(top: int, out: Out, **options: Any) -> None:
    """Rank accounts for a niche by fit, engagement among its members, reach in it, and activity.

    Points per signal add up to the score. Beside it stands what a ranking by followers (or, where
    they are unknown, by total likes) would have said.
    """
    from influence.reporting.ranking.terminal import ranking_table
    from influence.reporting.ranking.words import condition_lines, notes_of

    ranking = ranking_from(options, top)
    emit(ranking, out, ranking_table, table_width())
    for line in (*notes_of(ranking), *condition_lines(ranking)):
        tell(line)


@command("explain", 'fatfreevegan.com --niche "vegan recipes"')
@click.argument("handle")
@rank_options
@engine_options
@output_options("text", "md", "svg", "csv", "xlsx", "json", default="text")
def explain_command(handle: str, out: Out, **options: Any) -> None:
    """Say why HANDLE stands where it stands: points, evidence, doubts, peers, what would move it.

    As .svg it is a waterfall: how the points add up to the score.
    """
    from influence.reporting.explain.explain_text import explanation_sheets, render_explanation
    from influence.reporting.ranking.words import holds_words

    question = question_from(options, top=0)
    with opened_session(options["workspace"]) as session:
        explanation = session.explain(handle, question)
    forms = in_forms(render_explanation, "text", "md", "svg", "json", width=terminal_width())
    out.deliver(explanation, explanation_sheets, holds_words(explanation.ranking), **forms)


@command("compare", 'fatfreevegan.com veganyumyum.com --niche "vegan recipes"')
@click.argument("handles", nargs=-1, required=True, metavar="HANDLE HANDLE...")
@rank_options
@output_options("text", "md", "csv", "xlsx", "json", default="text")
def compare_command(handles: tuple[str, ...], out: Out, **options: Any) -> None:
    """Put accounts side by side: points per signal, values, what they rest on, and what makes the difference."""
    from influence.reporting.explain.compare_text import comparison_sheets, render_comparison

    question = question_from(options, top=0)
    with opened_session(options["workspace"]) as session:
        comparison = session.compare(handles, question)
    forms = in_forms(render_comparison, "text", "md", "json", width=terminal_width())
    out.deliver(comparison, comparison_sheets, **forms)


@command("changes", '2012-01-01 2012-07-01 --niche "vegan recipes" --top 10')
@click.argument("before")
@click.argument("after", default="now")
@rank_options
@click.option(
    "--top", type=click.IntRange(min=1), default=30, show_default=True, help="First places to look at."
)
@output_options("table", "csv", "xlsx", "json")
def changes_command(before: str, after: str, top: int, out: Out, **options: Any) -> None:
    """Say who came, went, rose and fell between two rankings, and why.

    BEFORE and AFTER (now, if not told) are days, rankings saved with `influence rank -o FILE.json`, or names
    of saved lists. Each change is told apart: new posts, late data, other candidates, weights, niche,
    another version; and whether luck alone could have made it.
    """
    from influence.reporting.explain.compare_text import changes_json, changes_sheets, changes_table

    question = question_from(options, top=0)
    with opened_session(options["workspace"]) as session:
        found = session.changes(before, after, question, top=top)
    out.deliver(found, changes_sheets, table=partial(changes_table, width=out.width), json=changes_json)


@command("stability", '--niche "vegan recipes" --top 20')
@rank_options
@click.option("--top", type=click.IntRange(min=1), default=30, show_default=True, help="Length of the list.")
@click.option(
    "--spread", type=Number(), default=0.25, show_default=True, help="How far weights vary: 0 not, 1 at will."
)
@click.option(
    "--draws", type=click.IntRange(min=10), default=500, show_default=True, help="How many weights to try."
)
@output_options("table", "csv", "xlsx", "json")
def stability_command(top: int, spread: float, draws: int, out: Out, **options: Any) -> None:
    """Say which picks depend on a choice of weight.

    Weights are drawn around those asked for, and every signal is left out in turn.
    """
    from influence.ranking.stability import stability_of
    from influence.reporting.explain.measured_text import stability_json, stability_sheets, stability_table

    question = question_from(options, top)
    with opened_session(options["workspace"]) as session:
        result = session.ask(lambda _: stability_of(session.assess(question), spread, draws))
    out.deliver(
        result, stability_sheets, table=partial(stability_table, width=out.width), json=stability_json
    )


@command("backtest", '--niche "vegan recipes" --cut 2012-01-01 --cut 2012-07-01 --outcome engagement')
@rank_options
@click.option(
    "--cut",
    "cuts",
    multiple=True,
    required=True,
    metavar="DATE",
    help="Rank as of this day; may be repeated.",
)
@click.option(
    "--outcome",
    default="engagement",
    show_default=True,
    help="What to mark by: engagement, niche-engagement, shares, new-audience, or a column such as revenue or "
    "metrics.mentions_received.",
)
@click.option("--community", help="Mark by later posts in this community alone.")
@click.option(
    "--horizon", type=click.IntRange(min=1), metavar="DAYS", help="Days after the cut; all that came later."
)
@click.option(
    "--check-leaks", is_flag=True, help="Rank again without the future's rows, and compare bit by bit."
)
@output_options("table", "csv", "xlsx", "json")
def backtest_command(
    cuts: tuple[str, ...], outcome: str, community: str | None, horizon: int | None, check_leaks: bool, out: Out,
    **options: Any,
) -> None:  # fmt: skip
    """Rank as of past days and mark the ranking by what came later, beside simpler rules.

    Nothing of the cut or later is visible to the ranking. Beside it stand followers, engagement (in all, a post, by
    followers, within size, of 12 months), PageRank (plain, topical, its lift), the share of ties to the niche, counts
    of posts with its words, and chance. The last paragraph names the rule that wins, or comes nearest.
    """
    from influence.ranking.backtest import backtest_question
    from influence.reporting.explain.measured_text import backtest_json, backtest_sheets, backtest_table

    question = question_from(options, top=0)
    with opened_workspace(options["workspace"], read_only=True) as workspace:
        if check_leaks:
            _check(workspace, question, cuts)
        result = backtest_question(workspace, question, cuts, outcome, community, horizon)
    out.deliver(result, backtest_sheets, table=partial(backtest_table, width=out.width), json=backtest_json)


def _check(workspace: Any, question: Any, cuts: tuple[str, ...]) -> None:
    from influence.ranking.leaks import future_leaks

    for cut in cuts:
        leaks = future_leaks(workspace, replace(question, as_of=cut))
        if leaks:
            raise InfluenceError(
                "the ranking as of a past day depends on later rows", where=cut, seen=", ".join(leaks[:10]),
                hint="this is a defect of influence: please report it",
            )  # fmt: skip
        tell(f"{cut}: the same to the last bit without the rows of that day and later.")


@command(
    "goals",
    "long-tail --format toml -o spring.toml, change it, then "
    '`influence rank --profile spring.toml --niche "vegan baking"`.',
)
@click.argument("goal", required=False)
@output_options("table", "csv", "xlsx", "json", "toml")
def goals_command(goal: str | None, out: Out) -> None:
    """Show what each goal weighs and what it is for; as TOML, a profile to edit.

    The share of a weight is what the score gives it where all signals can be computed.
    """
    from influence.ranking.goals import GOALS, weights_for

    if goal is not None:
        weights_for(goal)  # an unknown goal gets a suggestion
    names = [goal] if goal else list(GOALS)
    out.deliver(names, _sheets, table=_table, json=_rows, toml=_toml)


def _table(names: list[str]) -> str:
    from influence.ranking.goals import GOAL_MEANING, GOALS
    from influence.reporting.ranking.words import heading
    from influence.signals.registry import SIGNALS

    width = max(len(name) for name in names) + 2
    lines = ["Goal".ljust(20) + "".join(name.rjust(width) for name in names)]
    for signal in SIGNALS:
        shares = [_share(GOALS[name], signal.name) for name in names]
        lines.append(heading(signal.name).ljust(20) + "".join(share.rjust(width) for share in shares))
    lines += ["", *(f"{name}: {GOAL_MEANING[name]}" for name in names), ""]
    lines += [f"{heading(signal.name)}: {signal.question}" for signal in SIGNALS]
    lines += [
        "",
        "Change single weights with --weights, or all of it in a profile: influence goals NAME --format toml",
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _share(weights: Any, name: str) -> str:
    return f"{100 * weights.get(name, 0.0) / sum(weights.values()):.0f}%"


def _rows(names: list[str]) -> list[dict[str, Any]]:
    from influence.ranking.goals import GOAL_MEANING, GOALS

    return [{"goal": name, "meaning": GOAL_MEANING[name], "weights": dict(GOALS[name])} for name in names]


def _sheets(names: list[str]) -> list[Sheet]:
    """One row a signal, a column a goal; and what each goal is for."""
    rows = _rows(names)
    signals = list(dict.fromkeys(signal for row in rows for signal in row["weights"]))
    weights = [
        {"signal": s, **{str(row["goal"]): row["weights"].get(s, 0.0) for row in rows}} for s in signals
    ]
    goals = [{name: row[name] for name in ("goal", "meaning")} for row in rows]
    return [sheet_of("Weights", weights, ["signal"]), sheet_of("Goals", goals, ["goal", "meaning"])]


def _toml(names: list[str]) -> str:
    from influence.ranking.goals import GOAL_MEANING, GOALS
    from influence.signals.registry import SIGNALS

    if len(names) != 1:
        raise UsageError("a profile is about one goal", where="--format toml", expected=f"one of {', '.join(names)}",
                         hint="influence goals long-tail --format toml")  # fmt: skip
    name = names[0]
    profile = Profile(
        goal=name,
        weights=GOALS[name],
        scales={signal.name: signal.scale for signal in SIGNALS},
        unknown={signal.name: signal.unknown for signal in SIGNALS},
    )
    notes = {"goal": GOAL_MEANING[name]}
    for signal in SIGNALS:
        notes[f"weights.{signal.name}"] = signal.question
        notes[f"scales.{signal.name}"] = signal.unit
    return _head() + dump_profile(profile, notes)


def _head() -> str:
    """What a person who edits the profile is told first."""
    told = {"file": " (a file)", "texts": " (a list)"}
    names = [name for name in KEYS if name in ASKS and name not in ("goal", *TABLES)]
    plain = ", ".join(name + told.get(ASKS[name].kind, "") for name in names)
    keys = fill(f"More keys: {plain}; and a table [filters] with {', '.join(FILTERS)}.", 110)
    return TOML_HEAD.replace("KEYS", keys.replace("\n", "\n# "))


TOML_HEAD = """\
# A profile: influence rank --profile THIS_FILE. Leave out what you don't want to change.
# Order, the later wins: defaults < goal < this file < INFLUENCE_* variables < command line.
# KEYS
# weights: only their proportions matter, 0 leaves a signal out. scales: share, percentile, saturating,
# logarithm, median or signed.
# unknown: neutral (counts as the median account), worst (as nothing) or excluded (not listed).
"""
