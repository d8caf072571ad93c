"""The rules of the watch: what ships, and what a person's file changes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from influence.errors import SourceError, check_keys
from influence.toml_files import read_toml, shipped

BOUNDS = {
    "false_alarms_per_month": (0.001, 30), "window_days": (2, 90), "baseline_days": (28, 730), "loud_share": (0.001, 1),
    "unanswered_after_days": (0, 90), "unanswered_least": (1, 10_000),
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What the watch looks for; meanings stand in `rules.toml`."""

    false_alarms_per_month: float
    window_days: int
    baseline_days: int
    kinds: tuple[str, ...]
    loud_share: float
    unanswered_after_days: int
    unanswered_least: int


def rules_from(path: str | Path | None = None) -> Rules:
    """The rules of a file over those that ship.

    Raises
    ------
    SourceError
        A key or kind that there is not, or a number out of its bounds.
    """
    usual = shipped("influence.listening", "rules.toml")
    told: dict[str, Any] = read_toml(path, "rules of the watch", SourceError) if path else {}
    check_keys(told, tuple(field.name for field in fields(Rules)), str(path), "watch", SourceError)
    merged = {**usual, **told}
    kinds = merged["kinds"] if isinstance(merged["kinds"], list) else [merged["kinds"]]
    check_keys(map(str, kinds), tuple(usual["kinds"]), f"{path}, kinds", "list of kinds", SourceError)
    for name, (least, most) in BOUNDS.items():
        value, whole = merged[name], isinstance(usual[name], int)
        fits = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not fits or not least <= value <= most:
            raise SourceError(f"{name} cannot be this", where=str(path), seen=value,
                             expected=f"a {'whole ' if whole else ''}number from {least} to {most}")  # fmt: skip
    return Rules(**{**merged, "kinds": tuple(kinds)})
