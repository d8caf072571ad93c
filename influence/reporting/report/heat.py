"""How far the audiences of the picks are the same people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from influence.reporting.ranking.set_words import AudienceWords
from influence.writing.plain import percent, shorten
from influence.writing.svg import picture, tag

MOST_CELLS = 40
"""Picks shown at most: more cannot be read."""
MOST_CELLS_NARROW = 18
WITH_NUMBERS = 22
"""Width of a cell from which the share is written into it."""


def heat_title(overlaps: np.ndarray, handles: Sequence[str], words: AudienceWords) -> str:
    """The finding: how much on average, and which two share most."""
    n = len(overlaps)
    if n < 2:
        return "A single pick overlaps with nobody"
    pairs = np.triu_indices(n, 1)
    shared = overlaps[pairs]
    most = int(shared.argmax())
    one, other = (shorten(handles[pairs[side][most]], 24) for side in (0, 1))
    return (
        f"Two picks share {percent(float(shared.mean()))} {words.smaller} on average; "
        f"{one} and {other} share most, {percent(float(shared[most]))}"
    )


def heat_chart(overlaps: np.ndarray, handles: Sequence[str], words: AudienceWords, width: int) -> Markup:
    """A cell a pair, the darker the more they share; the lower half alone, since the upper is the same."""
    narrow = width < 500
    n = min(len(overlaps), MOST_CELLS_NARROW if narrow else MOST_CELLS)
    label = 90 if narrow else 170
    cell = min((width - label) / max(n, 1), 34.0)
    size = 10 if narrow else 11
    parts = []
    for row in range(n):
        y = row * cell + 4
        name = shorten(handles[row], 10 if narrow else 21)
        parts.append(
            tag(
                "text",
                f"{row + 1}. {name}",
                x=label - 6,
                y=y + cell / 2 + 4,
                text_anchor="end",
                font_size=size,
            )
        )
        parts += [
            _cell(overlaps[row, column], label + column * cell, y, cell, handles[row], handles[column])
            for column in range(row)
        ]
        parts.append(
            tag("text", row + 1, x=label + row * cell + cell / 2, y=y + cell / 2 + 4, text_anchor="middle",
                class_="note", font_size=min(size, cell * 0.8))
        )  # fmt: skip
    parts += _key(width, label, cell)
    height = n * cell + 12
    return picture(width, height, heat_title(overlaps, handles, words), *parts, class_="chart")


def _key(width: int, label: float, cell: float) -> list[Markup]:
    """What the colours mean, in the empty half; where cells hold numbers they say it themselves."""
    if cell >= WITH_NUMBERS:
        return []
    side, top = 16.0, 10.0
    left = width - 5 * side - 4
    shares = (0.1, 0.3, 0.5, 0.7, 0.9)
    squares = [
        tag(
            "rect",
            x=left + k * side,
            y=top,
            width=side,
            height=10,
            class_="heat",
            fill_opacity=_opacity(share),
        )
        for k, share in enumerate(shares)
    ]
    ends = [
        tag("text", words, x=x, y=top + 24, text_anchor=anchor, class_="note", font_size=10)
        for words, x, anchor in (("10 %", left, "start"), ("90 %", left + 5 * side, "end"))
    ]
    return [*squares, *ends]


def _opacity(share: float) -> str:
    return f"{0.04 + 0.96 * min(float(share), 1.0):.2f}"


def _cell(share: float, x: float, y: float, cell: float, one: str, other: str) -> Markup:
    tip = tag("title", f"{one} and {other}: {percent(float(share))}")
    square = tag(
        "rect", tip, x=x, y=y, width=cell - 1, height=cell - 1, class_="heat",
        fill_opacity=_opacity(share),
    )  # fmt: skip
    if cell < WITH_NUMBERS:
        return square
    dark = " inverse" if share > 0.55 else ""
    number = tag(
        "text",
        f"{share * 100:.0f}",
        x=x + cell / 2 - 0.5,
        y=y + cell / 2 + 4,
        text_anchor="middle",
        class_=f"cell{dark}",
    )
    return square + number


def heat_table(
    overlaps: np.ndarray, handles: Sequence[str], words: AudienceWords, n: int = 12
) -> tuple[list[str], list[list[str]]]:
    """The pairs that share most."""
    pairs = np.triu_indices(len(overlaps), 1)
    order = np.argsort(-overlaps[pairs], kind="stable")[:n]
    rows = [
        [handles[pairs[0][at]], handles[pairs[1][at]], percent(float(overlaps[pairs][at]))] for at in order
    ]
    return ["account", "account", f"share {words.smaller}"], rows
