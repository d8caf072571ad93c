"""Rows of reactions of which a test tells what it needs."""

from __future__ import annotations

import dataclasses

import numpy as np

from influence.signals.reading import Reactions


def reactions(**told: np.ndarray) -> Reactions:
    """By actor, then target; what is not told is not there."""
    names = [field.name for field in dataclasses.fields(Reactions)]
    return Reactions(**{**dict.fromkeys(names, np.zeros(0)), **told})
