"""Figures of some accounts, taken from those of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np


def of_some(figures: Any, at: np.ndarray) -> Any:
    """Of figures of all, those at some places: of an array, or of a dict of such arrays or dicts."""
    if isinstance(figures, dict):
        return {
            name: Some(one, at) if isinstance(one, dict) else of_some(one, at)
            for name, one in figures.items()
        }
    return figures[at] if isinstance(figures, np.ndarray) else figures


class Some(Mapping[str, Any]):
    """Figures of some accounts, taken from those of all when they are read: most of many parts never are."""

    def __init__(self, figures: Mapping[str, Any], at: np.ndarray) -> None:
        self._figures, self._at = figures, at

    def __getitem__(self, name: str) -> Any:
        return of_some(self._figures[name], self._at)

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)
