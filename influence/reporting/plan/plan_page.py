"""The plan on one page for people who sign: Markdown, text, JSON, HTML, and a section of the client's report."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from markupsafe import Markup

from influence.planning.business_case import Plan
from influence.reporting.parts import html_shell
from influence.reporting.plan.plan_words import headline, sections_of
from influence.writing.data_text import json_text, named
from influence.writing.grid import aligned, markdown_table
from influence.writing.plain import UNKNOWN
from influence.writing.safe import for_markdown, one_line

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
    told = ("budget", "funnel", "expected", "scenarios", "simulation", "tornado", "goals", "what_ifs", "pilot",
            "deciding", "warnings", "version")  # fmt: skip
    return json_text({**named(plan.brief, "name", "currency", "targets", "inputs"), **named(plan, *told)})


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
            stays = format == "md" or len(part) <= 80 or part.startswith("  ")
            lines += [part] if stays else wrapped(part, "")
    return "\n".join(lines) + "\n"


BROKEN = {"Effectiveness": "Effective&shy;ness", "Efficiency": "Effi&shy;ciency"}
"""Heads that may break on a telephone."""
SHORT = ' class="short"'
STYLE = "\n" + files("influence.reporting.plan").joinpath("plan.css").read_text("utf-8")


def plan_html(plan: Plan) -> str:
    """A page that opens offline and prints on A4: no script, nothing from elsewhere."""
    title = escape(one_line(f"{plan.brief.name}: for approval"))
    about = f'<p class="subtitle">{escape(one_line(plan.brief.about))}</p>' if plan.brief.about else ""
    body = "\n".join([
        f"<header><h1>{title}</h1>{about}</header>",
        f'<main class="plan">\n{plan_body(plan)}',
        f'<p class="signed">{SIGNED}</p>\n<p class="caption">{escape(made_by(plan))}</p>\n</main>',
    ])  # fmt: skip
    return html_shell(one_line(f"{plan.brief.name}: for approval"), Markup(body), STYLE)


def plan_body(plan: Plan) -> str:
    """The headline and the sections, under headings of the third level; for the report and the page of its own."""
    parts = [f"<p><strong>{escape(one_line(headline(plan)))}.</strong></p>"]
    parts.append('<div class="sheet">')
    for section in sections_of(plan):
        parts.append(f"<section{'' if len(section.words) > 4 else SHORT}><h3>{escape(section.title)}</h3>")
        if section.table:
            parts.append(_table(*section.table))
        if section.words:
            items = "".join(f"<li>{escape(one_line(word))}</li>" for word in section.words)
            parts.append(f"<ul>{items}</ul>")
        parts.append("</section>")
    return "\n".join([*parts, "</div>"])


def _table(heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col">{BROKEN.get(cell, escape(cell))}</th>' for cell in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def rounded(row: Mapping[str, object]) -> dict[str, object]:
    """A row whose figures have six digits, more than anybody reads."""
    return {key: float(f"{value:.6g}") if isinstance(value, float) else value for key, value in row.items()}
