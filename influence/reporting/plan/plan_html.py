"""The plan as HTML: a page of its own, and a section of the client's report."""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from influence.planning.business_case import Plan
from influence.reporting.parts import html_shell
from influence.reporting.plan.plan_page import SIGNED, made_by
from influence.reporting.plan.plan_words import headline, sections_of
from influence.writing.safe import one_line

BROKEN = {"Effectiveness": "Effective&shy;ness", "Efficiency": "Effi&shy;ciency"}
"""Heads that may break on a telephone."""
SHORT = ' class="short"'
STYLE = """
.plan table { width: auto; min-width: 60%; } .plan td, .plan th { padding: 0.25rem 0; }
.plan td + td, .plan th + th { text-align: right; padding-left: 1.2rem; font-variant-numeric: tabular-nums; }
.plan th { vertical-align: bottom; font-weight: 600; } .plan ul { padding-left: 1.2rem; margin: 0.5rem 0; }
.plan li { margin: 0.25rem 0; } .plan .signed { margin-top: 2.5rem; white-space: pre-wrap; }
.plan h3 { border-top: 1px solid var(--line); padding-top: 0.7rem; }
@media (max-width: 40rem) {
  .plan table { width: 100%; font-size: 0.78rem; overflow-wrap: normal; }
  .plan td + td, .plan th + th { padding-left: 0.45rem; }
}
@media print {
  section.plan[aria-labelledby] { break-before: page; }
  .plan .sheet { columns: 2; column-gap: 7mm; font-size: 0.73rem; line-height: 1.35; }
  .plan .sheet h3 { margin: 0.7rem 0 0.2rem; padding-top: 0.3rem; font-size: 0.85rem; }
  .plan .sheet section:first-child h3 { margin-top: 0; border-top: 0; padding-top: 0; }
  .plan .sheet section.short { break-inside: avoid; } .plan .sheet li { margin: 0.1rem 0; break-inside: avoid; }
  .plan .sheet table { width: 100%; font-size: 0.7rem; overflow-wrap: normal; }
  .plan .sheet .scroll { overflow: visible; }
  .plan .sheet td, .plan .sheet th { padding: 0.1rem 0; } .plan .sheet ul { padding-left: 0.9rem; margin: 0.2rem 0; }
  .plan .sheet td + td, .plan .sheet th + th { padding-left: 0.4rem; }
  .plan .signed { break-before: avoid; margin-top: 1.4rem; }
}
"""


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
