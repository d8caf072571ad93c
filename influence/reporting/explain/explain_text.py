"""An explanation as text for a terminal, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from influence.errors import UsageError
from influence.reporting.explain.explain_words import (
    doubts,
    move_sentences,
    outside_score,
    post_head,
    signal_heading,
    signal_sentence,
    standing,
    summary,
    terms_sentence,
    uncertainty_sentence,
    weight_sentence,
)
from influence.reporting.ranking.words import not_in_score, notes_of
from influence.writing.data_text import json_text, plain_values
from influence.writing.grid import WIDTH, folded
from influence.writing.plain import decimal, rounded_to_sum, shorten
from influence.writing.safe import for_markdown, one_line, web_address

if TYPE_CHECKING:
    from influence.ranking.explain import EvidencePost, Explanation, SignalLine

BAR = 20
POST_WIDTH = 300
VENDOR = "The vendor's own figures, no part of the score unless it is said"


USED = {"fake_followers": " (counts in audience quality where its followers are not known by name)"}
"""Vendor figures that a signal reads."""


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
        from influence.reporting.explain.waterfall import waterfall_svg

        return waterfall_svg(explanation)
    raise UsageError(f"no such format: {format}", expected="text, md, json, svg")


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """An explanation as plain values; the sentences are in it as ``summary``."""
    ranking = explanation.ranking
    return {
        "row": plain_values(explanation.row.to_dict()),
        "summary": _summary(explanation),
        "n_candidates": explanation.n_candidates,
        "baseline": ranking.baseline,
        "signals": plain_values([asdict(line) for line in explanation.signals]),
        "evidence": plain_values([asdict(post) for post in explanation.evidence]),
        "terms": [list(term) for term in explanation.terms],
        "against": list(explanation.against),
        "peers": plain_values(explanation.peers),
        "vendor_figures": dict(explanation.vendor),
        "moves": plain_values([asdict(move) for move in explanation.moves]),
        "target": plain_values(asdict(explanation.target)) if explanation.target else None,
        "what_would_move_it": move_sentences(explanation),
        "niche": asdict(ranking.niche),
        "goal": ranking.goal,
        "weights": dict(ranking.weights),
        "switched_off": dict(ranking.switched_off),
        "left_out": dict(ranking.left_out),
        "notes": list(ranking.notes),
        "provenance": plain_values(asdict(ranking.provenance)),
    }


def _text(explanation: Explanation, width: int) -> str:
    row = explanation.row
    lines = folded(f"{row.handle}: {standing(explanation)}", width)
    lines += ["", *(line for words in _summary(explanation) for line in folded(words, width))]
    lines += ["", f"Score {decimal(row.score)} of 100"]
    for words in _signals(explanation, width):
        lines += words
    lines += ["", "Posts that speak for it" if explanation.evidence else "No posts were seen."]
    for post in explanation.evidence:
        lines += _post_lines(post, width)
    lines += ["", "What counts against it"]
    lines += [line for words in doubts(explanation) for line in folded(words, width, 2)]
    if explanation.vendor:
        lines += ["", VENDOR]
        lines += [line for words in _vendor(explanation) for line in folded(words, width, 2)]
    if move_sentences(explanation):
        lines += ["", "What would move it, everybody else staying as they are"]
        lines += [line for words in move_sentences(explanation) for line in folded(words, width, 2)]
    lines += ["", *(line for words in _footer(explanation) for line in folded(words, width))]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _summary(explanation: Explanation) -> list[str]:
    sure = uncertainty_sentence(explanation)
    return [*summary(explanation), *([sure] if sure else [])]


def _vendor(explanation: Explanation) -> list[str]:
    return [
        f"{header.replace('_', ' ')}: {shorten(value, 60)}{USED.get(header, '')}"
        for header, value in explanation.vendor
    ]


def _signals(explanation: Explanation, width: int) -> list[list[str]]:
    shown = [line for line in explanation.signals if line.max_points > 0]
    points = rounded_to_sum([line.points for line in shown], explanation.row.score)
    blocks = []
    for line, value in zip(shown, points, strict=True):
        share = line.points / line.max_points
        bar = "█" * round(share * BAR) + "░" * (BAR - round(share * BAR))
        head = f"  {signal_heading(line):<20}{decimal(value):>5} of {_most(line, value):>5}  {bar}"
        told = (line.question, signal_sentence(line, explanation), weight_sentence(line))
        blocks.append(["", head, *(one for words in told for one in folded(words, width, 4))])
    for line in explanation.signals:
        why = outside_score(line, explanation)
        if why:
            blocks.append(["", *folded(f"{not_in_score(line.name)}: {why}.", width, 2)])
    return blocks


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
    lines += [f"{for_markdown(words)}  " for words in _summary(explanation)]
    lines += ["", f"## Score {decimal(row.score)} of 100", ""]
    lines += ["| Signal | Points | At most | What was seen |", "| --- | --: | --: | --- |"]
    lines += _markdown_signals(explanation)
    lines += ["", "## Posts that speak for it", ""] if explanation.evidence else ["", "No posts were seen."]
    lines += [_markdown_post(post) for post in explanation.evidence]
    lines += ["", "## What counts against it", "", *_listed(doubts(explanation))]
    if explanation.vendor:
        lines += ["", f"## {VENDOR}", "", *_listed(_vendor(explanation))]
    if move_sentences(explanation):
        lines += ["", "## What would move it", "", *_listed(move_sentences(explanation))]
    lines += ["", "## How it was made", "", *_listed(_footer(explanation))]
    made = explanation.ranking.provenance
    lines.append(
        f"- Made by influence {for_markdown(made.version)}, settings {for_markdown(made.settings_hash)}."
    )
    return "\n".join(lines) + "\n"


def _listed(sentences: Sequence[str]) -> list[str]:
    return [f"- {for_markdown(words)}" for words in sentences]


def _markdown_signals(explanation: Explanation) -> list[str]:
    shown = [line for line in explanation.signals if line.max_points > 0]
    points = rounded_to_sum([line.points for line in shown], explanation.row.score)
    rows = [
        f"| {for_markdown(signal_heading(line))} | {decimal(value)} | {_most(line, value)} "
        f"| {for_markdown(f'{signal_sentence(line, explanation)} {weight_sentence(line)}')} |"
        for line, value in zip(shown, points, strict=True)
    ]
    for line in explanation.signals:
        why = outside_score(line, explanation)
        if why:
            rows.append(
                f"| {for_markdown(signal_heading(line))} | - | - | Not in the score: {for_markdown(why)}. |"
            )
    return rows


def _markdown_post(post: EvidencePost) -> str:
    words = for_markdown(shorten(post.text, POST_WIDTH)) if post.text else "(no text)"
    linked = f"[{words}]({post.url})" if web_address(post.url) else words
    return f"- {for_markdown(post_head(post))}: {linked}"
