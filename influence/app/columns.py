"""Columns that people may add to the table of a niche: what is known of an account beside its signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from influence.ranking.standing import address_known, days_silent, talks_began
from influence.signals.material import Material
from influence.store.workspace import from_day

Column = Callable[[Material, np.ndarray], list[str]]


def _told(name: str) -> Column:
    return lambda material, at: [str(value or "") for value in np.asarray(material.column(name))[at]]


def _last_post(material: Material, at: np.ndarray) -> list[str]:
    silent = days_silent(material)[at]
    return [
        from_day(material.reference_day - int(days)).isoformat() if np.isfinite(days) else ""
        for days in silent
    ]


def _yes(holds: np.ndarray) -> list[str]:
    return ["yes" if one else "no" for one in holds]


COLUMNS: Mapping[str, tuple[str, Column]] = {
    "language": ("Language", _told("language")),
    "country": ("Country", _told("country")),
    "kind": ("Kind", _told("kind")),
    "last_post": ("Last post", _last_post),
    "email": ("E-mail known", lambda material, at: _yes(address_known(material)[at])),
    "contacted": ("Contacted", lambda material, at: _yes(talks_began(material)[at])),
}
"""Key -> heading, and the texts of the accounts at some positions; empty where nothing is known."""


def shown_columns(asked: Sequence[str]) -> list[str]:
    """The keys among what was asked, in the order of `COLUMNS`."""
    return [name for name in COLUMNS if name in asked]


def texts_of(material: Material, names: Sequence[str], at: np.ndarray) -> list[tuple[str, ...]]:
    """The texts of each of the accounts at some positions, a column each."""
    columns = [COLUMNS[name][1](material, at) for name in names]
    return list(zip(*columns, strict=True)) if columns else [() for _ in at]
