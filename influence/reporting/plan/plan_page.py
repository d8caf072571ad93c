"""The plan on one page for people who sign: Markdown, text, JSON."""

from __future__ import annotations

import textwrap

from influence.planning.business_case import Plan
from influence.reporting.plan.plan_words import headline, sections_of
from influence.writing.data_text import json_text
from influence.writing.grid import aligned
from influence.writing.safe import for_markdown

WIDTH = 80


def plan_markdown(plan: Plan) -> str:
    """One page: what is asked, what it brings, how sure that is, the pilot and the rule, what must be known."""
    lines = [
        f"# {for_markdown(plan.brief.name)}: for approval",
        "",
        f"**{for_markdown(headline(plan))}**",
        "",
    ]
    if plan.brief.about:
        lines += [for_markdown(plan.brief.about), ""]
    for section in sections_of(plan):
        lines += [f"## {section.title}", ""]
        if section.table:
            lines += [*markdown_table(*section.table), ""]
        lines += [*(f"- {for_markdown(word)}" for word in section.words), ""] if section.words else []
    return "\n".join([*lines, SIGNED, "", made_by(plan)]) + "\n"


SIGNED = "Approved: ____________________   Date: ____________"


def made_by(plan: Plan) -> str:
    """What holds for every figure: whose audience, from where, version and seed."""
    audience = plan.brief.inputs["unique_audience"].source
    return (
        f"Audience: {audience}; the source of each figure stands with the inputs. "
        f"Made by influence {plan.version}, seed {plan.brief.seed}."
    )


def plan_text(plan: Plan) -> str:
    """The same for a terminal of 80 columns."""
    lines = [*wrapped(f"{plan.brief.name}: {headline(plan)}", ""), ""]
    for section in sections_of(plan):
        lines.append(section.title)
        if section.table:
            lines += text_table(*section.table)
        lines += [line for word in section.words for line in wrapped(word)] + [""]
    return "\n".join(lines)


def plan_json(plan: Plan) -> str:
    """Everything, as JSON."""
    return json_text({
        "name": plan.brief.name, "currency": plan.brief.currency, "targets": plan.brief.targets,
        "inputs": plan.brief.inputs, "budget": plan.budget, "funnel": plan.funnel, "expected": plan.expected,
        "scenarios": plan.scenarios, "simulation": plan.simulation, "tornado": plan.tornado, "goals": plan.goals,
        "what_ifs": plan.what_ifs, "pilot": plan.pilot,
        "deciding": plan.deciding, "warnings": plan.warnings, "version": plan.version,
    })  # fmt: skip


def markdown_table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """A table of Markdown, the first column to the left."""
    rule = f"| {' | '.join(['---', *['--:'] * (len(heads) - 1)])} |"
    return [
        f"| {' | '.join(map(for_markdown, row))} |" if row is not None else rule
        for row in (heads, None, *rows)
    ]


def text_table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Columns aligned by width: the first to the left, the others to the right."""
    return aligned([heads, *rows], range(1, len(heads)), "  ")


def wrapped(words: str, indent: str = "  ") -> list[str]:
    """A sentence on lines of at most 80 columns; what follows the first line is set in."""
    return textwrap.wrap(words, WIDTH - 1, initial_indent=indent, subsequent_indent="  " + indent,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
