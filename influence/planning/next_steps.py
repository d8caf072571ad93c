"""After a campaign: what to do next, from what it brought and what the plan asked for."""

from __future__ import annotations

from collections.abc import Sequence

from influence.planning.track import Creator, Kpi, Tracking
from influence.writing.plain import listed, percent

MOST_NAMES = 5
LOW_IS_GOOD = ("cost", "cost_per_order", "cost_per_acquisition")


def next_steps(found: Tracking, desk: Sequence[str] = ()) -> list[str]:
    """What to do next, one sentence each, the people first; `desk` is what the campaign desk adds."""
    steps = [
        *_people(found.people, "keep", "Ask again: {who}, not below the programme."),
        *_people(found.people, "pause", "Pause: {who}, rather below the programme."),
        *_people(
            found.people, "replace", "Ask others in the place of {who}, very likely below the programme."
        ),
        *_people(found.people, "wait", "Judge {who} later: too little was seen."),
        *desk,
        *_targets(found.kpis),
    ]
    if found.learned:
        told = listed([key.replace("_", " ") for key in found.learned])
        how = f"influence plan brief.toml --learned {found.campaign}"
        steps.append(f"Plan the next one with what was learned ({told}): {how}")
    return steps


def _people(people: Sequence[Creator], advice: str, words: str) -> list[str]:
    names = [one.account_id.partition(":")[2] or one.account_id for one in people if one.advice == advice]
    more = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    return [words.format(who=listed([*names[:MOST_NAMES], *more]))] if names else []


def _targets(kpis: Sequence[Kpi]) -> list[str]:
    """Targets that were missed, and by how much."""
    steps = []
    for kpi in kpis:
        if kpi.reached is None or kpi.reached < 0:
            continue
        name, dear = kpi.key.replace("_", " "), kpi.key in LOW_IS_GOOD
        if dear and kpi.reached > 1.1:
            steps.append(f"The {name} came out at {percent(kpi.reached)} of the plan: look at the prices.")
        elif not dear and kpi.reached < 0.9:
            steps.append(
                f"Only {percent(kpi.reached)} of the planned {name}: lower the target or change the mix."
            )
    return steps[:4]
