"""What a plan says, once for every format: sections of a title, a table and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from influence.errors import UsageError
from influence.planning.business_case import Plan, reward_of
from influence.planning.incentives import Reward, disclosure
from influence.planning.inputs import Input
from influence.planning.model import LINES
from influence.planning.pilot import CUTS
from influence.planning.scenarios import Goal, Swing
from influence.toml_files import shipped
from influence.writing.plain import decimal, figure, known, percent, shorten, whole

WORDS = shipped("influence.reporting.plan", "words.toml")
NEEDS = {"market_share": "market_orders", "savings": "saved_per_customer"}
"""Line -> the input without which it would say 0 where nothing is known."""
MOST_SWINGS = 5
LABEL = 36
_LINES = {line.key: line for line in LINES}
Table = tuple[list[str], list[list[str]]]


@dataclass(frozen=True)
class Section:
    """A part of the page; the table's first cell names a row, the others are right-aligned."""

    title: str
    table: Table | None
    words: tuple[str, ...] = ()


def headline(plan: Plan) -> str:
    """What is asked and what it brings, in one sentence."""
    currency, values = plan.brief.currency, plan.expected
    low, _, high = plan.simulation.quantiles["profit"]
    return (
        f"{money(values['cost'])} {currency} for {_purchases(values['new_orders'])} that would not have come: "
        f"short-term profit {money(values['profit'])} {currency} (80% of simulations: {money(low)} to "
        f"{money(high)}), chance of a loss {chance(plan.simulation.loss_probability)}"
    )


def sections_of(plan: Plan) -> tuple[Section, ...]:
    """The four steps, the pilot, the reward, and what a person who signs must know."""
    currency = plan.brief.currency
    programme, business = (_case(plan, WORDS[part]) for part in ("programme", "business"))
    reward = _reward_words(plan)
    return (
        *((Section("What decides", None, plan.deciding),) if plan.deciding else ()),
        Section("1. Budget", _budget(plan)),
        Section("2. From market to purchase", _funnel(plan), (
            "Effectiveness: the count, and the rate with what it is a share of; efficiency: "
            f"{currency} each. Engagement is no step on the way to a visit.", *_other_targets(plan))),
        Section(f"3. What if: short-term profit in {currency}", _tornado(plan), tuple(_what_if_words(plan))),
        Section("4. Business case: the programme", programme),
        Section("4. Business case: the business", business, tuple(_case_words(plan))),
        Section("Pilot", None, tuple(_pilot_words(plan))),
        *((Section("Reward", None, reward),) if reward else ()),
        Section("To know before signing", None, plan.warnings or ("Nothing unusual.",)),
    )  # fmt: skip


def _budget(plan: Plan) -> Table:
    total = plan.expected["cost"]
    rows = [[name.capitalize(), money(value), percent(value / total if total else None)]
            for name, value in plan.budget.items()]  # fmt: skip
    return ["Part", plan.brief.currency, "Share"], [*rows, ["Total", money(total), "100%" if total else ""]]


def _funnel(plan: Plan) -> Table:
    rows = [
        [WORDS["stages"][stage.key], count(stage.count), "" if stage.target is None else count(stage.target),
         "" if stage.rate is None else f"{share(stage.rate)} of {stage.of}",
         "" if stage.cost_each is None else money(stage.cost_each)]
        for stage in plan.funnel
    ]  # fmt: skip
    return ["Stage", "Expected", "Target", "Effectiveness", "Efficiency"], rows


def _other_targets(plan: Plan) -> list[str]:
    """Targets of lines that are no stage."""
    stages = {stage.key for stage in plan.funnel}
    return [
        f"{_LINES[key].label}: target {figure_of(plan, key, target)}, "
        f"expected {figure_of(plan, key, plan.expected[key])}."
        for key, target in plan.brief.targets.items()
        if key not in stages
    ]


def _tornado(plan: Plan) -> Table:
    rows = [_swing_cells(plan.brief.inputs[swing.key], swing) for swing in plan.tornado[:MOST_SWINGS]]
    return ["Alone, all else as expected", "Low", "High", "Profit", "to"], rows


def _swing_cells(entry: Input, swing: Swing) -> list[str]:
    ends = [_input_figure(entry, end) for end in (swing.low, swing.high)]
    return [shorten(swing.label, LABEL), *ends, money(swing.at_low), money(swing.at_high)]


def _what_if_words(plan: Plan) -> list[str]:
    currency = plan.brief.currency
    words = [_goal_words(plan, goal) for goal in plan.goals]
    for name, found in plan.what_ifs.items():
        low, _, high = found.simulation.quantiles["profit"]
        words.append(
            f"What if {name.replace('_', ' ')}: {_purchases(found.values['orders'])}, profit "
            f"{money(found.values['profit'])} {currency} (80%: {money(low)} to {money(high)}), chance of a loss "
            f"{chance(found.simulation.loss_probability)}."
        )
    return words


def _goal_words(plan: Plan, goal: Goal) -> str:
    entry, line = plan.brief.inputs[goal.key], _LINES[goal.target]
    even = goal.target == "profit" and goal.wanted == 0
    told = f"For {line.label.lower()} of {figure_of(plan, goal.target, goal.wanted)}"
    wanted = "To break even" if even else told
    if goal.value is None:
        return f"{wanted}: no value of {_lower(entry.label)} would do, all else as expected."
    currency = f" {plan.brief.currency}" if entry.unit == "money" else ""
    needed, now = (f"{_input_figure(entry, value)}{currency}" for value in (goal.value, goal.now))
    return f"{wanted}: {_lower(entry.label)} {needed} (now {now})."


def _case(plan: Plan, keys: Sequence[str]) -> Table:
    rows = [
        [_label(plan, key), *(_case_figure(plan, key, name) for name in plan.scenarios)]
        for key in keys
        if not (key in NEEDS and plan.brief.inputs[NEEDS[key]].source.startswith("not given"))
    ]
    return ["", *(name.capitalize() for name in plan.scenarios)], rows


def _case_figure(plan: Plan, key: str, scenario: str) -> str:
    values = plan.scenarios[scenario]
    if key == "break_even_orders" and values["gain_per_order"] <= 0:
        return "never"
    if key == "cost_per_acquisition" and values["new_orders"] == 0:
        return "no purchase"
    return figure_of(plan, key, values[key], unit=False)


def _case_words(plan: Plan) -> list[str]:
    simulated, currency = plan.simulation, plan.brief.currency
    low, middle, high = simulated.quantiles["long_profit"]
    return [
        "Pessimistic and optimistic put every input at its bad or good end at once: rarer than any one of them.",
        f"Chance of a loss: {chance(simulated.loss_probability)} short term, "
        f"{chance(simulated.long_loss_probability)} long term ({simulated.n_draws:,} draws); long-term profit "
        f"{money(middle)} {currency} in the middle, 80% between {money(low)} and {money(high)}.",
        "Long term adds further orders of new customers and the acquisition cost saved.",
        f"Earned media value, a convention and not money: {money(plan.expected['emv'])} {currency} of advertising at "
        f"{money(plan.expected['emv_cpm'])} per 1,000 impressions; it enters no result.",
    ]


def _pilot_words(plan: Plan) -> list[str]:
    pilot = plan.pilot
    if pilot is None:
        return ["No rate of purchase can tell success from failure; set [pilot] failure and success."]
    if pilot.share > 1:
        size = f"{pilot.share:.1f} times the visits of the whole campaign: as planned it is too small to learn from."
    else:
        amount = f" ({pilot.amount})" if pilot.amount else ""
        size = (
            f"about {percent(pilot.share)} of the campaign{amount}, {money(pilot.cost)} {plan.brief.currency} for "
            "creators and rewards."
        )
    needs = f"Visits to wait for: {whole(pilot.n_visits)}, {size}"
    return [f"Cut by {pilot.by}: {CUTS[pilot.by]}.", needs, f"Rule, agreed before it starts: {pilot.rule}"]


def _reward_words(plan: Plan) -> tuple[str, ...]:
    reward = reward_of(plan.brief)
    if reward is None:
        return ()
    currency = plan.brief.currency
    condition = f" Condition: {reward.condition}." if reward.condition else ""
    return (
        f"{reward.advocate:g} {currency} for the advocate, {reward.friend:g} {currency} for the friend.{condition} "
        "It depends on what is done, never on what is said (16 CFR 465.4).",
        _disclosed(plan, reward),
    )


def _disclosed(plan: Plan, reward: Reward) -> str:
    country = str(plan.brief.reward.get("country", "us"))
    try:
        texts = disclosure(country, plan.brief.brand or "the brand", reward, plan.brief.currency)
    except UsageError:
        return f"To be disclosed: no text is kept for {country} (only us, gb, eu, de); ask a lawyer there."
    return f"To be disclosed ({texts['name']}, {texts['cite']}): {texts['advocate']}"


def _label(plan: Plan, key: str) -> str:
    line = _LINES[key]
    return f"{line.label}, {plan.brief.currency}" if line.unit == "money" else line.label


def figure_of(plan: Plan, key: str, value: float, *, unit: bool = True) -> str:
    """A line's value as people read it, money with its currency."""
    kind = _LINES[key].unit
    if not known(value):
        return "unknown"
    if kind == "money":
        return f"{money(value)} {plan.brief.currency}" if unit else money(value)
    if kind == "share":
        return share(value)
    return decimal(value, 2) if kind in ("ratio", "number") else count(value)


def _input_figure(entry: Input, value: float) -> str:
    return {"share": share, "money": money}.get(entry.unit, figure)(value)


def money(value: float) -> str:
    """Whole from a hundred on, else with two decimals."""
    return decimal(value, 0) if abs(value) >= 100 or value == 0 else decimal(value, 2)


def count(value: float) -> str:
    """An expected count: whole from ten on; a part of one is no count of anybody."""
    if not known(value):
        return "unknown"
    if 0 < value < 0.995:
        return "under 1"
    return whole(value) if value >= 10 or value == 0 else decimal(value, 1).removesuffix(".0")


def share(value: float) -> str:
    """A rate with two decimals below 10 %."""
    if not known(value):
        return "unknown"
    if 0 < value < 0.00005:
        return "under 0.01%"
    if abs(value) < 0.0995:
        return f"{value:.2%}"
    return f"{value:.0%}" if abs(value) >= 0.995 else f"{value:.1%}".replace(".0%", "%")


def chance(value: float) -> str:
    """A simulated chance, which is never certain: ``over 99%``."""
    return "over 99%" if value > 0.99 else "under 1%" if value < 0.01 else f"{value:.0%}"


def _purchases(n: float) -> str:
    if 0 < n < 0.995:
        return "less than one purchase"
    return f"about {count(n)} purchases" if round(n, 1) != 1 else "about 1 purchase"


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]
