"""An explanation as text for a terminal, as Markdown and JSON; and as a drawing (SVG without scripts or fonts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from influence.errors import UsageError
from influence.reporting.explain.explain_words import (
    doubts,
    move_sentences,
    outside_score,
    post_head,
    shown_points,
    signal_sentence,
    standing,
    summary,
    terms_sentence,
    weight_sentence,
)
from influence.reporting.ranking.words import heading, holds_words, not_in_score, notes_of
from influence.writing.book import Sheet, sheet_of
from influence.writing.data_text import json_text, named, plain_values
from influence.writing.grid import WIDTH, folded, markdown_table
from influence.writing.plain import decimal, percent, shorten
from influence.writing.safe import for_markdown, one_line, web_address

if TYPE_CHECKING:
    from influence.ranking.explain import EvidencePost, Explanation, SignalLine

BAR = 20
POST_WIDTH = 300
VENDOR = "The vendor's own figures, no part of the score unless it is said"


USED = {"fake_followers": " (counts in audience quality where its followers are not known by name)"}
"""Vendor figures that a signal reads."""

WIDE, LEFT, RIGHT, ROW, TOP = 760, 170, 120, 40, 84
INK, MUTED, FILL, LOST, TOTAL = "#1a1a1a", "#595959", "#1f6f8b", "#d9e2e6", "#7a3b2e"
"""Text on white has a contrast of at least 7 to 1; bars differ in lightness too, for print and colour blindness."""


def render_explanation(explanation: Explanation, format: str = "text", *, width: int | None = None) -> str:
    """An explanation in one of its formats.

    Parameters
    ----------
    explanation : Explanation
    format : {"text", "md", "json", "svg"}
    width : int, optional
        Columns of the terminal, for text; 80 when not told, at most 100.
    """
    if format == "json":
        return json_text(explanation_document(explanation))
    if format == "md":
        return _markdown(explanation)
    if format == "text":
        return _text(explanation, min(width or WIDTH, 100))
    if format == "svg":
        return waterfall_svg(explanation)
    raise UsageError(f"no such format: {format}", expected="text, md, json, svg")


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """An explanation as plain values; the sentences are in it as ``summary``."""
    ranking = explanation.ranking
    document: dict[str, Any] = plain_values({
        "row": explanation.row.to_dict(),
        "summary": summary(explanation),
        "n_candidates": explanation.n_candidates,
        "baseline": ranking.baseline,
        **named(explanation, "signals", "evidence", "terms", "against", "peers"),
        "vendor_figures": dict(explanation.vendor),
        **named(explanation, "moves", "target"),
        "what_would_move_it": move_sentences(explanation),
        **named(ranking, "niche", "goal", "weights", "switched_off", "left_out", "notes", "provenance"),
    })  # fmt: skip
    return document


def _text(explanation: Explanation, width: int) -> str:
    row = explanation.row
    lines = folded(f"{row.handle}: {standing(explanation)}", width)
    lines += ["", *(line for words in summary(explanation) for line in folded(words, width))]
    lines += ["", f"Score {decimal(row.score)} of 100"]
    for words in _signals(explanation, width):
        lines += words
    lines += ["", "Posts that speak for it" if explanation.evidence else "No posts were seen."]
    for post in explanation.evidence:
        lines += _post_lines(post, width)
    for title, sentences in _sections(explanation, "What would move it, everybody else staying as they are"):
        lines += ["", title, *(line for words in sentences for line in folded(words, width, 2))]
    lines += ["", *(line for words in _footer(explanation) for line in folded(words, width))]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _sections(explanation: Explanation, moves: str) -> list[tuple[str, list[str]]]:
    """Titles and sentences below the posts, as far as there is anything to say."""
    told = (("What counts against it", doubts(explanation)), (VENDOR, _vendor(explanation)),
            (moves, move_sentences(explanation)))  # fmt: skip
    return [(title, sentences) for title, sentences in told if sentences]


def _vendor(explanation: Explanation) -> list[str]:
    return [
        f"{header.replace('_', ' ')}: {shorten(value, 60)}{USED.get(header, '')}"
        for header, value in explanation.vendor
    ]


def _signals(explanation: Explanation, width: int) -> list[list[str]]:
    blocks = []
    for line, value in shown_points(explanation):
        share = line.points / line.max_points
        bar = "█" * round(share * BAR) + "░" * (BAR - round(share * BAR))
        head = f"  {heading(line.name):<20}{decimal(value):>5} of {_most(line, value):>5}  {bar}"
        told = (line.question, signal_sentence(line, explanation), weight_sentence(line))
        blocks.append(["", head, *(one for words in told for one in folded(words, width, 4))])
    told_outside = (f"{not_in_score(line.name)}: {why}." for line, why in outside_score(explanation))
    return [*blocks, *(["", *folded(words, width, 2)] for words in told_outside)]


def _most(line: SignalLine, shown: float | None) -> str:
    """What a signal can bring, never below what is shown of it: points are rounded so that they add up."""
    return decimal(max(line.max_points, shown or 0.0))


def _post_lines(post: EvidencePost, width: int) -> list[str]:
    lines = ["", *folded(post_head(post), width, 2)]
    lines += folded(shorten(post.text, POST_WIDTH), width, 4) if post.text else []
    return lines + ([f"    {one_line(post.url)}"] if post.url else [])


def _footer(explanation: Explanation) -> list[str]:
    terms = terms_sentence(explanation)
    # how much of a list a plain ranking finds says nothing about one account
    notes = [note for note in notes_of(explanation.ranking) if "also in the top" not in note]
    # of ranges it has its own sentence
    told = ("not in the score: ", "Rank range: ")
    notes = [note for note in notes if not any(words in note for words in told)]
    return [*([terms] if terms else []), *notes]


def _markdown(explanation: Explanation) -> str:
    row = explanation.row
    lines = [f"# {for_markdown(row.handle)}: {for_markdown(standing(explanation))}", ""]
    lines += [f"{for_markdown(words)}  " for words in summary(explanation)]
    lines += ["", f"## Score {decimal(row.score)} of 100", ""]
    lines += _markdown_signals(explanation)
    lines += ["", "## Posts that speak for it", ""] if explanation.evidence else ["", "No posts were seen."]
    lines += [_markdown_post(post) for post in explanation.evidence]
    footer = ("How it was made", _footer(explanation))
    for title, sentences in (*_sections(explanation, "What would move it"), footer):
        lines += ["", f"## {title}", "", *(f"- {for_markdown(words)}" for words in sentences)]
    made = explanation.ranking.provenance
    lines.append(
        f"- Made by influence {for_markdown(made.version)}, settings {for_markdown(made.settings_hash)}."
    )
    return "\n".join(lines) + "\n"


def _markdown_signals(explanation: Explanation) -> list[str]:
    rows = [
        [heading(line.name), decimal(value), _most(line, value),
         f"{signal_sentence(line, explanation)} {weight_sentence(line)}"]
        for line, value in shown_points(explanation)
    ]  # fmt: skip
    rows += [[heading(line.name), "-", "-", f"Not in the score: {why}."]
             for line, why in outside_score(explanation)]  # fmt: skip
    return markdown_table(["Signal", "Points", "At most", "What was seen"], rows, right=(1, 2))


def _markdown_post(post: EvidencePost) -> str:
    words = for_markdown(shorten(post.text, POST_WIDTH)) if post.text else "(no text)"
    linked = f"[{words}]({post.url})" if web_address(post.url) else words
    return f"- {for_markdown(post_head(post))}: {linked}"


def explanation_sheets(found: Explanation) -> list[Sheet]:
    """Points of each signal, the posts that speak for it, what speaks against it."""
    return [
        sheet_of("Signals", signal_rows(found), ["account_id", "signal", "points"]),
        sheet_of("Posts", found.evidence, ["post_id", "day", "text"]),
        sheet_of("Against", [{"against": words} for words in found.against], ["against"]),
    ]


def signal_rows(found: Explanation) -> list[dict[str, object]]:
    """One row a signal of an account, for tables."""
    return [
        {**named(found.row, "account_id", "handle", "rank", "score"), "signal": line.name,
         **named(line, "points", "max_points", "asked_points", "evidence"),
         "next_value": line.next.value if line.next else None, "next_points": line.next.points if line.next else None,
         **named(line, "value", "unit", "support", "percentile")}
        for line in found.signals
    ]  # fmt: skip


def waterfall_svg(explanation: Explanation) -> str:
    """The score of one account as a waterfall; the title states the finding, the description says every number."""
    shown = [(line, value or 0.0) for line, value in shown_points(explanation)]
    height = TOP + ROW * (len(shown) + 1) + 68
    title = _escaped(f"{explanation.row.handle}: {standing(explanation)}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" width="{WIDE}" height="{height}" '
        'role="img" aria-labelledby="waterfall-title waterfall-desc" '
        'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif">',
        f'<title id="waterfall-title">{title}</title>',
        f'<desc id="waterfall-desc">{_escaped(_description(explanation, shown))}</desc>',
        f'<rect width="{WIDE}" height="{height}" fill="#ffffff"/>',
        *_heading(explanation),
        *_axis(height),
        *_rows(shown),
        *_total(explanation, len(shown)),
        *_foot(explanation, height),
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(score: float) -> float:
    return LEFT + (WIDE - LEFT - RIGHT) * score / 100


def _escaped(words: str) -> str:
    return escape(one_line(words), {'"': "&quot;"})


def _label(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{_escaped(words)}</text>'


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
            f'<rect x="{_x(start):.1f}" y="{y}" width="{max(width, 0.5):.1f}" height="24" fill="{FILL}"'
            f"><title>{_escaped(_row_words(line, points))}</title></rect>"
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


def _foot(explanation: Explanation, height: int) -> list[str]:
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
