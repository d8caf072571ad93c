"""What the tables of advocates, incentives and tracking share: widths, Markdown, empty ones."""

from __future__ import annotations

from collections.abc import Sequence

from influence.reporting.plan.plan_page import markdown_table, text_table, wrapped
from influence.writing.plain import UNKNOWN

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
