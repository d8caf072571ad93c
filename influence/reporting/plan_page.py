"""The plan on one page for people who sign, as Markdown, JSON, text and a section of HTML."""

from __future__ import annotations

from html import escape as escape_html

from influence.planning.business_case import Plan
from influence.planning.model import LINES
from influence.planning.pilot import CUTS
from influence.reporting.documents import json_text
from influence.reporting.markdown import escape
from influence.reporting.plain import decimal, known, percent, whole

STAGE_NAMES = {
    "market_size": "Total market", "reach": "Social reach", "market_reach": "Social reach in it",
    "engagements": "Engagement", "visits": "Visit",
    "leads": "Lead", "orders": "Purchase",
}  # fmt: skip
_LINES = {line.key: line for line in LINES}
Table = tuple[list[str], list[list[str]]]


def plan_markdown(plan: Plan) -> str:
    """One page: what is asked, what it brings, how sure that is, the pilot and the rule, what must be known."""
    lines = [f"# {escape(plan.brief.name)}: for approval", "", f"**{escape(headline(plan))}**", ""]
    if plan.brief.about:
        lines += [escape(plan.brief.about), ""]
    for title, table, words in _sections(plan):
        lines += [f"## {title}", ""]
        if table:
            lines += [*_markdown_table(*table), ""]
        lines += [*(f"- {escape(word)}" for word in words), ""] if words else []
    lines += ["Approved: ____________________   Date: ____________", "",
              f"Made by influence {plan.version}, seed {plan.brief.seed}."]  # fmt: skip
    return "\n".join(lines) + "\n"


def plan_html(plan: Plan) -> str:
    """The same as a section of HTML, for the report; no scripts, nothing from elsewhere."""
    parts = [f'<section class="plan"><h2>{escape_html(plan.brief.name)}</h2>',
             f"<p><strong>{escape_html(headline(plan))}</strong></p>"]  # fmt: skip
    for title, table, words in _sections(plan):
        parts.append(f"<h3>{escape_html(title)}</h3>")
        if table:
            parts.append(_html_table(*table))
        if words:
            parts.append("<ul>" + "".join(f"<li>{escape_html(word)}</li>" for word in words) + "</ul>")
    return "\n".join([*parts, "</section>"]) + "\n"


def plan_text(plan: Plan) -> str:
    """The same for a terminal."""
    lines = [f"{plan.brief.name}: {headline(plan)}", ""]
    for title, table, words in _sections(plan):
        lines.append(title)
        if table:
            lines += text_table(*table)
        lines += [*(f"  {word}" for word in words), ""]
    return "\n".join(lines)


def plan_json(plan: Plan) -> str:
    """Everything, as JSON."""
    return json_text({
        "name": plan.brief.name, "currency": plan.brief.currency, "targets": plan.brief.targets,
        "inputs": plan.brief.inputs, "budget": plan.budget, "funnel": plan.funnel, "expected": plan.expected,
        "scenarios": plan.scenarios, "simulation": plan.simulation, "tornado": plan.tornado, "goals": plan.goals,
        "what_ifs": plan.what_ifs, "pilot": plan.pilot, "warnings": plan.warnings, "version": plan.version,
    })  # fmt: skip


def headline(plan: Plan) -> str:
    """What is asked and what it brings, in one sentence."""
    money, values = plan.brief.currency, plan.expected
    low, _, high = plan.simulation.quantiles["profit"]
    return (
        f"{_money(values['cost'])} {money} for about {_small(values['new_orders'])} purchases that would not have "
        f"come: short-term profit {_money(values['profit'])} {money} (80% of simulations: {_money(low)} to "
        f"{_money(high)}), chance of a loss {percent(plan.simulation.loss_probability)}"
    )


def _sections(plan: Plan) -> list[tuple[str, Table | None, list[str]]]:
    return [
        ("1. Budget", _budget(plan), []),
        ("2. From market to purchase", _funnel(plan), [
            "A rate is a share of what stands beside it; engagement is no step on the way to a visit.",
            *_other_targets(plan),
        ]),
        ("3. What if", _tornado(plan), _what_if_words(plan)),
        ("4. Business case", _case(plan), _case_words(plan)),
        ("Pilot", None, _pilot_words(plan)),
        ("To know before signing", None, list(plan.warnings) or ["Nothing unusual."]),
    ]  # fmt: skip


def _budget(plan: Plan) -> Table:
    total = plan.expected["cost"]
    rows = [[name.capitalize(), _money(value), percent(value / total if total else None)]
            for name, value in plan.budget.items()]  # fmt: skip
    return ["Part", plan.brief.currency, "Share"], [*rows, ["Total", _money(total), "100%"]]


def _funnel(plan: Plan) -> Table:
    rows = [
        [STAGE_NAMES[stage.key], _small(stage.count), "" if stage.target is None else _small(stage.target),
         "" if stage.rate is None else f"{_share(stage.rate)} of {stage.of.replace('_', ' ')}",
         "" if stage.cost_each is None else _money(stage.cost_each)]
        for stage in plan.funnel
    ]  # fmt: skip
    return ["Stage", "Expected", "Target", "Effectiveness", f"Efficiency ({plan.brief.currency} each)"], rows


def _other_targets(plan: Plan) -> list[str]:
    """Targets of lines that are no stage."""
    stages = {stage.key for stage in plan.funnel}
    return [
        f"{_LINES[key].label}: target {_line(key, target)}, expected {_line(key, plan.expected[key])}."
        for key, target in plan.brief.targets.items()
        if key not in stages
    ]


def _tornado(plan: Plan) -> Table:
    rows = [[swing.label, _money(swing.at_low), _money(swing.at_high)] for swing in plan.tornado[:5]]
    return ["What matters most (alone, from low to high)", "Profit at low", "Profit at high"], rows


def _what_if_words(plan: Plan) -> list[str]:
    words = []
    for goal in plan.goals:
        entry = plan.brief.inputs[goal.key]
        name = _LINES[goal.target].label.lower()
        if goal.value is None:
            words.append(f"{entry.label}: no value makes {name} {goal.wanted:g}.")
        else:
            share = entry.unit == "share"
            needed, now = (
                (_share(goal.value), _share(goal.now)) if share else (_money(goal.value), _money(goal.now))
            )
            words.append(
                f"{entry.label} would have to be {needed} (now {now}) for {name} of {goal.wanted:g}."
            )
    words += [
        f"What if {name}: profit {_money(found['profit'])}, purchases {_small(found['orders'])}."
        for name, found in plan.what_ifs.items()
    ]
    return words


CASE = ("new_orders", "cost", "cost_per_acquisition", "break_even_orders", "market_share", "revenue", "profit", "roi",
        "revenue_roi", "long_profit", "long_roi")  # fmt: skip


def _case(plan: Plan) -> Table:
    rows = [
        [_LINES[key].label, *(_line(key, plan.scenarios[name][key]) for name in plan.scenarios)]
        for key in CASE
    ]
    return ["", *(name.capitalize() for name in plan.scenarios)], rows


def _case_words(plan: Plan) -> list[str]:
    simulated = plan.simulation
    return [
        "Pessimistic and optimistic put every input at its bad or good end at once: rarer than any one of them.",
        f"Chance of a loss: {percent(simulated.loss_probability)} short term, "
        f"{percent(simulated.long_loss_probability)} with repeat orders and saved acquisition cost "
        f"({simulated.n_draws:,} draws).",
        f"Earned media value, a convention and not money: {_money(plan.expected['emv'])}; it enters no result.",
    ]


def _pilot_words(plan: Plan) -> list[str]:
    pilot = plan.pilot
    if pilot is None:
        return ["No rate of purchase can tell success from failure; set [pilot] failure and success."]
    size = (
        f"about {percent(pilot.share)} of the campaign"
        if pilot.share < 1
        else f"{pilot.share:.1f} times the visits of the whole campaign: as planned it is too small to learn from"
    )
    return [
        f"Cut by {pilot.by}: {CUTS[pilot.by]}.",
        f"It needs {whole(pilot.n_visits)} visits: {size}.",
        pilot.rule,
    ]


def _line(key: str, value: float) -> str:
    unit = _LINES[key].unit
    if not known(value):
        return "unknown"
    return {"money": _money, "share": _share, "ratio": lambda v: decimal(v, 2)}.get(unit, _small)(value)


def _money(value: float) -> str:
    return decimal(value, 0) if abs(value) >= 1000 else decimal(value, 2)


def _small(value: float) -> str:
    return whole(value) if abs(value) >= 100 else decimal(value, 1)


def _share(value: float) -> str:
    return f"{value:.2%}" if known(value) else "unknown"


def _markdown_table(heads: list[str], rows: list[list[str]]) -> list[str]:
    rule = ["---", *["--:"] * (len(heads) - 1)]
    return [f"| {' | '.join(map(escape, row))} |" if row is not rule else f"| {' | '.join(rule)} |"
            for row in [heads, rule, *rows]]  # fmt: skip


def _html_table(heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f"<th>{escape_html(cell)}</th>" for cell in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape_html(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def text_table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Columns aligned by width: the first to the left, the others to the right."""
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    return ["  " + "  ".join(cell.ljust(width) if not at else cell.rjust(width)
                             for at, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
            for row in [heads, *rows]]  # fmt: skip
