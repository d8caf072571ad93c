"""Accounts side by side, and what moved between two rankings: as text, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from influence.errors import UsageError
from influence.ranking.changes import Change, Changes
from influence.ranking.naming import niche_words
from influence.reporting.explain.explain_text import explanation_document, signal_rows
from influence.reporting.explain.explain_words import shown_points
from influence.reporting.ranking.words import (
    RANGE,
    as_of_words,
    heading,
    is_synthetic,
    ranges_overlap,
    rank_range,
)
from influence.writing.book import Sheet, sheet_of
from influence.writing.data_text import json_text, named
from influence.writing.grid import WIDTH, folded, grid, markdown_table
from influence.writing.plain import counted, decimal, figure, rounded_to_sum, shorten, whole
from influence.writing.safe import for_markdown, one_line

if TYPE_CHECKING:
    from influence.ranking.compare import Comparison
    from influence.ranking.explain import Explanation, SignalLine

LABEL = 20
_CLOSE = 0.05
"""Points under which a signal makes no difference worth telling."""
SIGNALS_TOLD = 2


def render_comparison(comparison: Comparison, format: str = "text", *, width: int | None = None) -> str:
    """A comparison in one of its formats: ``text``, ``md`` or ``json``."""
    if format == "json":
        return json_text(comparison_document(comparison))
    if format == "md":
        return _markdown(comparison)
    if format == "text":
        return _text(comparison, width or WIDTH)
    raise UsageError(f"no such format: {format}", expected="text, md, json")


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """A comparison for JSON: every account explained, and the differences between neighbours in rank."""
    ids = [one.row.account_id for one in comparison.accounts]
    pairs = [
        {"first": first, "second": second, "summary": difference_sentences(comparison, at, at + 1),
         "differences": comparison.differences(at, at + 1)}
        for at, (first, second) in enumerate(pairwise(ids))
    ]  # fmt: skip
    accounts = [explanation_document(one) for one in comparison.accounts]
    return {"accounts": accounts, "pairs": pairs, "provenance": comparison.ranking.provenance}


def title(comparison: Comparison) -> str:
    """The finding: who stands above whom."""
    ranking = comparison.ranking
    names = [one_line(one.row.handle) for one in comparison.accounts]
    made_up = " (synthetic data)" if is_synthetic(ranking) else ""
    subject = f" for {niche_words(ranking.niche)}" if ranking.niche else ""
    return f"{names[0]} before {', '.join(names[1:])}{subject}, {as_of_words(ranking.provenance)}{made_up}"


def difference_sentences(comparison: Comparison, first: int, second: int) -> list[str]:
    """How far apart two accounts are, what makes it, and whether the data can tell them apart at all."""
    one, other = comparison.accounts[first].row, comparison.accounts[second].row
    differences = comparison.differences(first, second)
    told = [change for change in differences if abs(change.points) >= _CLOSE]
    gap = (
        f"{one_line(one.handle)} is {decimal(one.score - other.score)} points above {one_line(other.handle)}"
    )
    made = ", ".join(f"{heading(change.signal).lower()} {change.points:+.1f}" for change in told)
    lines = [f"{gap}: {made}." if made else f"{gap}."]
    guessed = [heading(change.signal).lower() for change in told if change.unknown]
    if guessed:
        lines.append(f"Of one of them not known, and guessed: {', '.join(guessed)}.")
    if one.rank_low is not None and other.rank_low is not None:
        spans = f"{rank_range(one)} and {rank_range(other)}"
        overlap = f"overlap ({spans}): the data do not settle which is better"
        apart = overlap if ranges_overlap(one, other) else f"do not overlap ({spans})"
        lines.append(f"Their rank ranges {apart}.")
    return lines


def _rows(comparison: Comparison) -> list[tuple[str, list[str]]]:
    """Label and one cell an account, of every line of the table."""
    accounts = comparison.accounts
    rows = [
        ("Rank", [whole(one.row.rank) for one in accounts]),
        ("Rank range", [rank_range(one.row) for one in accounts]),
        (f"Rank by {comparison.ranking.baseline}", [whole(one.row.baseline_rank) for one in accounts]),
        ("Followers", [whole(one.row.followers) for one in accounts]),
        ("Score of 100", [decimal(one.row.score) for one in accounts]),
    ]
    points = [{line.name: value for line, value in shown_points(one)} for one in accounts]
    for name in comparison.signals:
        lines = [_line(one, name) for one in accounts]
        rows.append((f"{heading(name)}, points", [decimal(each[name]) for each in points]))
        rows.append(("  value", [figure(line.value) for line in lines]))
        rows.append(("  observations", [whole(line.support) for line in lines]))
    return rows


def _line(explanation: Explanation, name: str) -> SignalLine:
    return next(line for line in explanation.signals if line.name == name)


def _units(comparison: Comparison) -> list[str]:
    lines = [_line(comparison.accounts[0], name) for name in comparison.signals]
    told = [f"{heading(line.name)}: {line.question} Measured as {line.unit}." for line in lines]
    return [*([f"{RANGE}."] if comparison.accounts[0].row.rank_low is not None else []), *told]


def neighbour_sentences(comparison: Comparison) -> list[str]:
    """What makes the difference between each account and the next."""
    pairs = range(len(comparison.accounts) - 1)
    return [words for at in pairs for words in difference_sentences(comparison, at, at + 1)]


def _made_by(comparison: Comparison) -> str:
    made = comparison.ranking.provenance
    return f"Made by influence {made.version}, settings {made.settings_hash}."


def _differences(comparison: Comparison) -> list[str]:
    """What makes the difference, and what counts against each."""
    against = (f"Against {one_line(one.row.handle)}: {words}"
               for one in comparison.accounts for words in one.against)  # fmt: skip
    return [*neighbour_sentences(comparison), *against]


def _text(comparison: Comparison, width: int) -> str:
    n = len(comparison.accounts)
    rows = _rows(comparison)
    label = max(LABEL, *(len(name) for name, _ in rows)) + 2
    cell = max(14, min(24, (width - label) // n))
    names = [shorten(one.row.handle, cell - 2) for one in comparison.accounts]
    lines = [*folded(title(comparison), width), ""]
    lines.append(" " * label + "".join(name.rjust(cell) for name in names))
    lines += [name.ljust(label) + "".join(value.rjust(cell) for value in values) for name, values in rows]
    lines += ["", "What makes the difference"]
    lines += [line for words in _differences(comparison) for line in folded(words, width, 2)]
    lines += [
        "",
        *(line for words in _units(comparison) for line in folded(words, width)),
        _made_by(comparison),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _markdown(comparison: Comparison) -> str:
    head = ["", *(one.row.handle for one in comparison.accounts)]
    rows = [[name, *values] for name, values in _rows(comparison)]
    lines = [f"# {for_markdown(title(comparison))}", "", *markdown_table(head, rows)]
    lines += ["", "## What makes the difference", ""]
    lines += [f"- {for_markdown(words)}" for words in _differences(comparison)]
    lines += ["", "## What was measured", "", *(f"- {for_markdown(words)}" for words in _units(comparison))]
    return "\n".join([*lines, "", for_markdown(_made_by(comparison))]) + "\n"


def comparison_sheets(found: Comparison) -> list[Sheet]:
    """Every signal of every account, one under the other."""
    rows = [row for one in found.accounts for row in signal_rows(one)]
    return [sheet_of("Comparison", rows, ["account_id", "signal", "points"])]


def changes_table(found: Changes, width: int | None = None) -> str:
    """Who moved and why: one row an account, a column a cause, and what must be known to read it."""
    head = ["Account", "Before", "Now", "Luck?", "Score", "Change", *map(str.capitalize, found.causes)]
    rows = [_row(change, found.causes) for change in found.rows]
    lines = [
        f"{changes_title(found)}\n",
        grid(head, rows, width=width),
        *(f"{line}\n" for line in sentences(found)),
    ]
    return "\n".join(lines[:2]) + "".join(lines[2:])


def changes_title(found: Changes) -> str:
    """The finding: how many came, went, rose and fell."""
    came, gone, rose, fell, stayed = (
        len(found.of_kind(kind)) for kind in ("came", "went", "rose", "fell", "stayed")
    )
    return (
        f"From {found.before} to {found.after}: of the first {found.top}, {came} came, {gone} went, {rose} rose, "
        f"{fell} fell, {stayed} stayed."
    )


def _row(change: Change, causes: Sequence[str]) -> list[str]:
    parts = rounded_to_sum([change.causes[cause] for cause in causes], change.points)
    luck = {None: "unknown", True: "maybe", False: "no"}[change.inside]
    return [
        change.handle, _place(change.rank_before), _place(change.rank_after),
        "" if change.kind == "stayed" else luck, decimal(change.score_after),
        _signed(change.points), *(_signed(part) for part in parts),
    ]  # fmt: skip


def _place(rank: int | None) -> str:
    return "none" if rank is None else whole(rank)


def _signed(points: float | None) -> str:
    return "" if not points or abs(points) < 0.05 else f"{points:+.1f}"


def sentences(found: Changes) -> list[str]:
    """How to read it, what luck can have made, who moved by which signals, and breaks in what is counted."""
    lines = [
        f"{counted(found.n_before, 'candidate')} before, {counted(found.n_after, 'candidate')} after. Causes are "
        "applied in the order of the columns, in points of 100; they add up to the change of the score.",
        *_luck(found),
    ]
    if not found.causes:
        lines.append("No score changed by more than a twentieth of a point.")
    lines += [_by_signal(change) for change in found.of_kind("came", "rose", "fell") if change.signals][:3]
    return lines + [f"Note: {one}" for one in found.breaks]


def _luck(found: Changes) -> list[str]:
    moved = found.of_kind("came", "went", "rose", "fell")
    unsure = sum(change.inside is True for change in moved)
    if not moved:
        return []
    told = f"{whole(unsure)} of {counted(len(moved), 'move')} may be luck (Luck?: maybe)"
    return [f"{told}: one of the two places lies in the rank range of the other side."]


def _by_signal(change: Change) -> str:
    most = sorted(change.signals.items(), key=lambda item: (-abs(item[1]), item[0]))[:SIGNALS_TOLD]
    told = ", ".join(f"{heading(name).lower()} {points:+.1f}" for name, points in most)
    return f"{change.handle} {change.kind}: {told}."


def change_records(found: Changes) -> list[dict[str, Any]]:
    """One flat mapping an account, for CSV and workbooks."""
    return [
        {
            **named(change, "account_id", "kind", "rank_before", "rank_after"),
            **_ranges(change),
            "inside_rank_range": None if change.inside is None else str(change.inside).lower(),
            **named(change, "score_before", "score_after", "points"),
            **{f"by_{cause.replace(' ', '_')}": points for cause, points in change.causes.items()},
            **{f"signal_{name}": points for name, points in change.signals.items()},
        }
        for change in found.rows
    ]


def _ranges(change: Change) -> dict[str, int | None]:
    before, after = change.range_before or (None, None), change.range_after or (None, None)
    return {
        "rank_low_before": before[0], "rank_high_before": before[1],
        "rank_low_after": after[0], "rank_high_after": after[1],
    }  # fmt: skip


def changes_json(found: Changes) -> str:
    """Everything, with the breaks and the sentences."""
    return json_text(
        {
            **named(found, "before", "after", "top"),
            "title": changes_title(found),
            **named(found, "causes", "n_before", "n_after"),
            "rows": change_records(found),
            "breaks": found.breaks,
            "notes": sentences(found),
            "settings_hash": found.question.hash(),
            "version": found.version,
        }
    )  # fmt: skip


def changes_sheets(found: Changes) -> list[Sheet]:
    """One row an account; what to know; days from which platforms count otherwise."""
    notes = [{"note": line} for line in (changes_title(found), *sentences(found))]
    breaks = [{**vars(one), "day": str(one.day)} for one in found.breaks]
    columns = ["account_id", "kind", "rank_before", "rank_after", "points"]
    return [
        sheet_of("Changes", change_records(found), columns),
        sheet_of("Notes", notes, ["note"]),
        sheet_of("Breaks", breaks, ["platform", "day", "columns", "what", "source", "url"]),
    ]
