"""``influence goals``."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import click

from influence.cli.output import deliver, output_options


@click.command(
    "goals",
    epilog="Example: influence goals long-tail --format toml -o spring.toml, change it, then "
    '`influence rank --profile spring.toml --niche "vegan baking"`.',
)
@click.argument("goal", required=False)
@output_options("table", "csv", "xlsx", "json", "toml")
def command(goal: str | None, format: str, output: str | None) -> None:
    """Show what each goal weighs and what it is for; as TOML, a profile to edit.

    The share of a weight is what the score gives it where all signals can be computed.
    """
    from influence.ranking.goals import GOALS, weights_for
    from influence.writing.data_text import json_text

    if goal is not None:
        weights_for(goal)  # an unknown goal gets a suggestion
    names = [goal] if goal else list(GOALS)
    from influence.reporting.sheets import goals_sheets

    texts = {
        "table": lambda: _table(names),
        "json": lambda: json_text(_rows(names)),
        "toml": lambda: _toml(names),
    }
    deliver(format, output, lambda: goals_sheets(_rows(names)), texts)


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


def _toml(names: list[str]) -> str:
    from influence.errors import UsageError
    from influence.ranking.goals import GOAL_MEANING, GOALS
    from influence.settings import Profile, dump_profile
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
    from influence.settings import ASKS, FILTERS, KEYS, TABLES

    told = {"brief": " (a file)", "like": " (a list)", "aliases": " (a list)", "rivals": " (a list)"}
    plain = ", ".join(
        name + told.get(name, "") for name in KEYS if name in ASKS and name not in ("goal", *TABLES)
    )
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
