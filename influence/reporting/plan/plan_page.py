"""The plan on one page for people who sign: Markdown, text, JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from influence.planning.business_case import Plan
from influence.reporting.plan.plan_words import headline, sections_of
from influence.writing.data_text import json_text
from influence.writing.grid import aligned
from influence.writing.plain import UNKNOWN
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
    told = [f"| {' | '.join(map(for_markdown, row))} |" for row in (heads, *rows)]
    return [told[0], rule, *told[1:]]


def text_table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Columns aligned by width: the first to the left, the others to the right."""
    return aligned([heads, *rows], range(1, len(heads)), "  ")


def wrapped(words: str, indent: str = "  ") -> list[str]:
    """A sentence on lines of at most 80 columns; what follows the first line is set in."""
    return textwrap.wrap(words, WIDTH - 1, initial_indent=indent, subsequent_indent="  " + indent,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


Rows = tuple[list[str], list[list[str]]]


def table_lines(table: Rows, format: str, *, empty: str = "nobody") -> list[str]:
    """A table for ``table`` or ``md``, with a blank line before it in Markdown."""
    heads, rows = table
    if not rows:
        return [f"  {empty}"]
    return ["", *markdown_table(heads, rows)] if format == "md" else text_table(heads, rows)


def without_unknown(table: Rows, keep: Sequence[str] = ()) -> tuple[Rows, list[str]]:
    """The table without columns that are unknown for everybody, and the names of those."""
    heads, rows = table
    gone = [name for at, name in enumerate(heads)
            if rows and name not in keep and all(row[at] in ("", UNKNOWN) for row in rows)]  # fmt: skip
    kept = [at for at, name in enumerate(heads) if name not in gone]
    return ([heads[at] for at in kept], [[row[at] for at in kept] for row in rows]), gone


def page_text(parts: Sequence[str], format: str) -> str:
    """Lines as they are; sentences wrap on a terminal, and indented lines are list items in Markdown.

    A line that begins with a bar of a table, two spaces of a terminal's table, or nothing stays as it is.
    """
    lines: list[str] = []
    for part in parts:
        if part.startswith("\t"):
            lines += [f"- {part.strip()}"] if format == "md" else wrapped(part.strip())
        elif format == "md" and part.startswith("  ") and part.strip():
            lines.append(f"- {part.strip()}")
        else:
            lines += (
                wrapped(part, "")
                if format != "md" and len(part) > 80 and not part.startswith("  ")
                else [part]
            )
    return "\n".join(lines) + "\n"
