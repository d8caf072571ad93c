"""Mentions as a table for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influence.text.sentiment.shares import Label, brand_shares, rests_on, shares_words
from influence.writing.book import Sheet, sheet_of
from influence.writing.data_text import json_text
from influence.writing.grid import grid
from influence.writing.plain import shorten

if TYPE_CHECKING:
    from influence.text.mentions import Mention, Mentions


def mentions_json(mentions: Mentions) -> str:
    """The mentions as an array of rows; unknown is null, never 0."""
    return json_text([row.to_dict() for row in mentions])


def mentions_table(mentions: Mentions, n_rows: int = 50, width: int | None = None) -> str:
    """The first mentions for eyes: who, feeling, what it says, because of what."""
    rows = [
        [row.account_id or "", feeling(row), shorten(row.clause, 60), shorten(row.reason, 34)]
        for row in mentions.rows[:n_rows]
    ]
    table = grid(["account", "feeling", "what it says", "because of"], rows, width=width)
    more = len(mentions) - n_rows
    return table + (f"\n... and {more:,} more; --format csv gives them all" if more > 0 else "")


def feeling(row: Mention) -> str:
    """The likeliest class and its probability: ``positive 87 %``."""
    if row.p_negative is None:
        return "unknown"
    chance = {"negative": row.p_negative, "neutral": row.p_neutral or 0.0, "positive": row.p_positive or 0.0}
    best = max(chance, key=lambda name: chance[name])
    return f"{best} {100 * chance[best]:.0f} %"


def mentions_summary(mentions: Mentions, brand: str, labels: tuple[Label, ...] = (), how: str = "") -> str:
    """How many texts name the brand, the shares with 90 % intervals, what could not be read, what mends it.

    `how` says how to label where that is not by the command.
    """
    if not len(mentions):
        return f"None of {mentions.n_texts:,} texts names {brand}: is it written otherwise there (--alias)?"
    shares = brand_shares(mentions, labels)
    line = f"{len(mentions):,} of {mentions.n_texts:,} texts name {brand}"
    if shares:
        line += f": {shares_words(shares)}"
    if mentions.n_rough:
        line += f"; {mentions.n_rough:,} read roughly, in other languages than English"
    if mentions.n_unknown_language:
        line += (
            f"; {mentions.n_unknown_language:,} in a language the model does not know (counted, not guessed)"
        )
    return f"{line}.\n{rests_on(shares, brand, len(labels), how)}" if shares else f"{line}."


def mentions_sheets(found: Mentions) -> list[Sheet]:
    """One row a text that names the brand."""
    names = ["account_id", "post_id", "clause", "p_negative", "p_neutral", "p_positive", "reason", "language"]
    return [sheet_of("Mentions", found.rows, names)]
