"""Mentions as a table for people, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from influence.writing.plain import shorten
from influence.writing.safe import one_line

if TYPE_CHECKING:
    from influence.text.mentions import Mention, Mentions

COLUMNS = ("account_id", "post_id", "clause", "p_negative", "p_neutral", "p_positive", "reason", "language")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_mentions(mentions: Mentions, format: str) -> str:
    """The mentions as ``table``, ``json`` (an array of rows) or ``csv``; unknown is null or empty, never 0."""
    if format == "json":
        return json.dumps([row.to_dict() for row in mentions], ensure_ascii=False, indent=2)
    return _csv(mentions) if format == "csv" else _table(mentions)


def _csv(mentions: Mentions) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in mentions:
        writer.writerow([_cell(value) for value in row.to_dict().values()])
    return out.getvalue()


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula stays text."""
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA) else value
    return "" if value is None else value


def _table(mentions: Mentions, n_rows: int = 50) -> str:
    from influence.reporting.tables import grid

    rows = [
        [
            row.account_id or "",
            feeling(row),
            shorten(one_line(row.clause), 60),
            shorten(one_line(row.reason), 34),
        ]
        for row in mentions.rows[:n_rows]
    ]
    table = grid(["account", "feeling", "what it says", "because of"], rows)
    more = len(mentions) - n_rows
    return table + (f"\n... and {more:,} more; --format csv gives them all" if more > 0 else "")


def feeling(row: Mention) -> str:
    """The likeliest class and its probability: ``positive 87 %``."""
    if row.p_negative is None:
        return "unknown"
    chance = {"negative": row.p_negative, "neutral": row.p_neutral or 0.0, "positive": row.p_positive or 0.0}
    best = max(chance, key=lambda name: chance[name])
    return f"{best} {100 * chance[best]:.0f} %"


def mentions_summary(mentions: Mentions, brand: str) -> str:
    """One line: how many texts name the brand, the mean feeling, and what could not be read."""
    import numpy as np

    known = mentions.probabilities[np.isfinite(mentions.probabilities).all(axis=1)]
    line = f"{len(mentions):,} of {mentions.n_texts:,} texts name {brand}"
    if len(known):
        mean = known.mean(axis=0)
        line += f": {mean[2]:.0%} positive, {mean[1]:.0%} neutral, {mean[0]:.0%} negative"
    if mentions.n_unknown_language:
        line += (
            f"; {mentions.n_unknown_language:,} in a language the model does not know (counted, not guessed)"
        )
    return line + "."
