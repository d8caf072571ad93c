"""The plan put together: budget, funnel, what-if, business case, pilot; one frozen result for every output."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from influence._version import __version__
from influence.planning.brief import Brief, template_inputs
from influence.planning.incentives import Reward, check_condition
from influence.planning.model import STAGES, evaluate_at
from influence.planning.pilot import Pilot, plan_pilot
from influence.planning.scenarios import (
    Goal,
    Simulation,
    Swing,
    WhatIf,
    goal_seek,
    scenarios,
    simulate,
    tornado,
    what_if,
)  # fmt: skip

ENOUGH_TO_TELL = 3
"""Numbers equal to the template's from which they are no accident."""
BUDGET_PARTS = {
    "empowering concept": "budget_concept",
    "technology": "budget_technology",
    "staff": "budget_staff",
    "marketing programme": "",
}
SOUGHT = ("purchase_rate", "click_rate", "order_value")


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel with its KPI: `rate` is a share of `of`, `cost_each` the efficiency beside it."""

    key: str
    count: float
    target: float | None
    rate: float | None
    of: str
    cost_each: float | None


@dataclass(frozen=True)
class Plan:
    """A plan with everything that was computed from it.

    Attributes
    ----------
    budget : mapping of part to money
        Four parts that add up to ``expected["cost"]``.
    funnel : tuple of Stage
    expected : mapping
        Every input and line as expected; `scenarios` has all three.
    simulation : Simulation
    tornado : tuple of Swing
    goals : tuple of Goal
        What single inputs would have to be to break even.
    what_ifs : mapping of name to WhatIf
    pilot : Pilot or None
    warnings : tuple of str
        What a person who signs must know.
    deciding : tuple of str
        What makes all other numbers void or idle; it stands first.
    """

    brief: Brief
    budget: Mapping[str, float]
    funnel: tuple[Stage, ...]
    expected: Mapping[str, float]
    scenarios: Mapping[str, Mapping[str, float]]
    simulation: Simulation
    tornado: tuple[Swing, ...]
    goals: tuple[Goal, ...]
    what_ifs: Mapping[str, WhatIf]
    pilot: Pilot | None
    warnings: tuple[str, ...]
    deciding: tuple[str, ...] = ()
    version: str = __version__


def make_plan(brief: Brief) -> Plan:
    """Compute a plan from a brief.

    Raises
    ------
    UsageError
        A reward depends on what is said, a what-if names an unknown input.
    """
    if brief.reward:
        check_condition(str(brief.reward.get("condition", "")))
    expected = evaluate_at(brief.inputs)
    told: Mapping[str, Any] = brief.goal_seek
    target, wanted = told.get("target", "profit"), float(told.get("wanted", 0.0))
    goals = tuple(
        goal_seek(brief.inputs, key, target=target, wanted=wanted) for key in told.get("inputs", SOUGHT)
    )
    simulation = simulate(brief.inputs, seed=brief.seed)
    return Plan(
        brief=brief,
        budget=budget_parts(expected),
        funnel=funnel_stages(expected, brief.targets),
        expected=expected,
        scenarios=scenarios(brief.inputs),
        simulation=simulation,
        tornado=tuple(tornado(brief.inputs)),
        goals=goals,
        what_ifs={name: what_if(brief.inputs, one, seed=brief.seed) for name, one in brief.what_if.items()},
        pilot=plan_pilot(expected, brief.pilot, plausible=brief.inputs["purchase_rate"].high),
        warnings=tuple(_warnings(brief, expected)),
        deciding=tuple(_deciding(brief, expected, simulation)),
    )


def budget_parts(values: Mapping[str, float]) -> dict[str, float]:
    """The four parts of the budget, as spent: the programme is creators and rewards."""
    parts = {name: values[key] for name, key in BUDGET_PARTS.items() if key}
    parts["marketing programme"] = values["voices_paid"] * values["cost_per_voice"] + values["reward_cost"]
    return parts


RATES = {
    "market_reach": ("total market", "market_reach_share"),
    "engagements": ("followers a post", "engagement_rate"),
    "visits": ("impressions", "click_rate"),
    "leads": ("visits", "lead_rate"),
    "orders": ("visits", "purchase_rate"),
}
"""Stage -> what its rate is a share of, and the line or input that holds the rate."""


def funnel_stages(values: Mapping[str, float], targets: Mapping[str, float]) -> tuple[Stage, ...]:
    """Stages from the total market to purchase; every rate says what it is a share of."""
    stages = []
    within = values["market_size"] > 0
    for key in ("market_reach" if name == "reach" and within else name for name in STAGES):
        of, rate = RATES.get(key, ("", ""))
        count = values[key]
        each = values["cost"] / count if count > 0 and key != "market_size" else None
        stages.append(Stage(key, count, targets.get(key), values.get(rate) if rate else None, of, each))
    return tuple(stages)


def _deciding(brief: Brief, values: Mapping[str, float], simulation: Simulation) -> list[str]:
    found = []
    if values["gain_per_order"] <= 0:
        found.append("Every order loses money: the rewards exceed the margin of the orders that are new.")
    elif math.isfinite(values["break_even_purchase_rate"]) and values["break_even_purchase_rate"] > 1:
        found.append("It cannot break even in the short term: not even if every visit ended in an order.")
    elif simulation.loss_probability > 0.5:
        times = min(round(100 * simulation.loss_probability), 99)
        over = "over " if simulation.loss_probability > 0.99 else ""
        found.append(f"In the short term it loses money {over}{times} times in 100.")
    listed = brief.list_audience
    if listed is not None and listed.n_counted < listed.n_accounts:
        found.append(
            f"Followers are known of {listed.n_counted} of {listed.n_accounts} creators; of the others only the people "
            "seen in the data count, so the true reach is larger: import accounts.csv, or give [audience] followers."
        )
    left = template_inputs(brief)
    if len(left) >= ENOUGH_TO_TELL:
        found.append(
            f"{len(left)} numbers are those of the template and not yours: {', '.join(left).lower()}. "
            "What the plan says of money is an example until you change them."
        )
    return found


def _warnings(brief: Brief, values: Mapping[str, float]) -> list[str]:
    found = []
    judged = [entry.label for entry in brief.inputs.values() if entry.source.startswith("judgement")]
    if judged:
        found.append(f"{len(judged)} inputs are our judgement, not yours: {', '.join(judged).lower()}.")
    taken = [brief.inputs[key] for key in ("margin_share", "niche_share")]
    whole = [entry.label for entry in taken if entry.source == "convention"]
    if whole:
        found.append(f"Taken as 100% because the brief does not say: {', '.join(whole).lower()}.")
    reward = reward_of(brief)
    paid = values["reward_per_order"]
    if reward is not None and abs(reward.advocate + reward.friend - paid) > 0.005:
        found.append(
            f"[reward] promises {reward.advocate + reward.friend:g} {brief.currency} an order and [budget] "
            f"reward_per_order pays {paid:g}."
        )
    if values["voices_paid"] < values["voices"]:
        found.append(
            f"The programme budget pays for {values['voices_paid']:.0f} of {values['voices']:.0f} creators."
        )
    if values["market_size"] and values["reach"] * values["niche_share"] > values["market_size"]:
        found.append("The list reaches more people than the market has: check the size of the market.")
    return found


def reward_of(brief: Brief) -> Reward | None:
    """The reward of a brief, or None."""
    told = brief.reward
    if not told:
        return None
    return Reward(
        float(told.get("advocate", 0)), float(told.get("friend", 0)), str(told.get("condition", ""))
    )
