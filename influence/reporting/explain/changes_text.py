"""What moved between two rankings, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from influence.ranking.changes import Change, Changes
from influence.reporting.ranking.words import heading
from influence.writing.book import Sheet, sheet_of
from influence.writing.data_text import json_text, named
from influence.writing.grid import grid
from influence.writing.plain import counted, decimal, rounded_to_sum, whole

SIGNALS_TOLD = 2


def changes_table(found: Changes, width: int | None = None) -> str:
    """Who moved and why: one row an account, a column a cause, and what must be known to read it."""
    head = ["Account", "Before", "Now", "Luck?", "Score", "Change", *map(str.capitalize, found.causes)]
    rows = [_row(change, found.causes) for change in found.rows]
    lines = [f"{title(found)}\n", grid(head, rows, width=width), *(f"{line}\n" for line in sentences(found))]
    return "\n".join(lines[:2]) + "".join(lines[2:])


def title(found: Changes) -> str:
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
            "title": title(found),
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
    notes = [{"note": line} for line in (title(found), *sentences(found))]
    breaks = [{**vars(one), "day": str(one.day)} for one in found.breaks]
    columns = ["account_id", "kind", "rank_before", "rank_after", "points"]
    return [
        sheet_of("Changes", change_records(found), columns),
        sheet_of("Notes", notes, ["note"]),
        sheet_of("Breaks", breaks, ["platform", "day", "columns", "what", "source", "url"]),
    ]
