"""An explanation as a drawing: how points add up to the score; one SVG file without scripts or fonts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from influence.reporting.explain.explain_words import shown_points, standing
from influence.reporting.ranking.words import heading, holds_words
from influence.writing.plain import decimal, percent, shorten
from influence.writing.safe import one_line

if TYPE_CHECKING:
    from influence.ranking.explain import Explanation, SignalLine

WIDTH, LEFT, RIGHT, ROW, TOP = 760, 170, 120, 40, 84
INK, MUTED, BAR, LOST, TOTAL = "#1a1a1a", "#595959", "#1f6f8b", "#d9e2e6", "#7a3b2e"
"""Text on white has a contrast of at least 7 to 1; bars differ in lightness too, for print and colour blindness."""


def waterfall_svg(explanation: Explanation) -> str:
    """The score of one account as a waterfall; the title states the finding, the description says every number."""
    shown = [(line, value or 0.0) for line, value in shown_points(explanation)]
    height = TOP + ROW * (len(shown) + 1) + 68
    title = _text(f"{explanation.row.handle}: {standing(explanation)}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="waterfall-title waterfall-desc" '
        'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif">',
        f'<title id="waterfall-title">{title}</title>',
        f'<desc id="waterfall-desc">{_text(_description(explanation, shown))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *_heading(explanation),
        *_axis(height),
        *_rows(shown),
        *_total(explanation, len(shown)),
        *_footer(explanation, height),
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(score: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * score / 100


def _text(words: str) -> str:
    return escape(one_line(words), {'"': "&quot;"})


def _label(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{_text(words)}</text>'


def _heading(explanation: Explanation) -> list[str]:
    name = shorten(explanation.row.handle, 40)
    finding = f"{name} scores {decimal(explanation.row.score)} of 100"
    return [
        _label(20, 30, finding, f'font-size="19" font-weight="600" fill="{INK}"'),
        _label(20, 54, shorten(standing(explanation), 100), f'font-size="13" fill="{MUTED}"'),
    ]


def _axis(height: int) -> list[str]:
    bottom = height - 64
    drawn = []
    for score in (0, 25, 50, 75, 100):
        x = _x(score)
        drawn.append(f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{bottom}" stroke="#e3e3e3"/>')
        drawn.append(
            _label(x, bottom + 16, str(score), f'font-size="11" text-anchor="middle" fill="{MUTED}"')
        )
    return drawn


def _rows(shown: list[tuple[SignalLine, float]]) -> list[str]:
    drawn, start = [], 0.0
    for row, (line, points) in enumerate(shown):
        y = TOP + row * ROW
        drawn.append(
            _label(LEFT - 12, y + 17, heading(line.name), f'font-size="13" text-anchor="end" fill="{INK}"')
        )
        width = _x(points) - _x(0)
        missing = _x(line.max_points) - _x(0) - width
        drawn.append(
            f'<rect x="{_x(start):.1f}" y="{y}" width="{max(width, 0.5):.1f}" height="24" fill="{BAR}"'
            f"><title>{_text(_row_words(line, points))}</title></rect>"
        )
        if missing > 0.5:
            drawn.append(
                f'<rect x="{_x(start) + width:.1f}" y="{y + 8}" width="{missing:.1f}" height="8" fill="{LOST}"/>'
            )
        where = _x(start) + width + max(missing, 0) + 8
        drawn.append(_label(where, y + 17, _figures(line, points), f'font-size="12" fill="{INK}"'))
        start += points
        drawn.append(
            f'<line x1="{_x(start):.1f}" y1="{y + 24}" x2="{_x(start):.1f}" y2="{y + ROW}" stroke="{MUTED}"/>'
        )
    return drawn


def _figures(line: SignalLine, points: float) -> str:
    most = f"{decimal(points)} of {decimal(line.max_points)}"
    return most if line.value is not None else f"{most} (unknown)"


def _row_words(line: SignalLine, points: float) -> str:
    seen = "unknown" if line.value is None else f"above {percent(line.percentile)} of all"
    return f"{heading(line.name)}: {decimal(points)} of at most {decimal(line.max_points)} points, {seen}"


def _total(explanation: Explanation, n: int) -> list[str]:
    y, score = TOP + n * ROW, explanation.row.score
    return [
        _label(
            LEFT - 12, y + 17, "Score", f'font-size="13" font-weight="600" text-anchor="end" fill="{INK}"'
        ),
        f'<rect x="{_x(0):.1f}" y="{y}" width="{max(_x(score) - _x(0), 0.5):.1f}" height="24" fill="{TOTAL}"/>',
        _label(_x(score) + 8, y + 17, decimal(score), f'font-size="13" font-weight="600" fill="{INK}"'),
    ]


def _footer(explanation: Explanation, height: int) -> list[str]:
    made = explanation.ranking.provenance
    words = f"Pale: points it does not have. influence {made.version}, settings {made.settings_hash}."
    lines = [words, shorten(f"{holds_words(explanation.ranking)}.", 125)]
    return [
        _label(20, height - 24 + 14 * at, line, f'font-size="11" fill="{MUTED}"')
        for at, line in enumerate(lines)
    ]


def _description(explanation: Explanation, shown: list[tuple[SignalLine, float]]) -> str:
    rows = "; ".join(_row_words(line, points) for line, points in shown)
    return f"Waterfall of points. {rows}. Together {decimal(explanation.row.score)} of 100 points."
