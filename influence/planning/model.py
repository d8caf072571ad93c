"""The plan as formulas: from market to purchase, what it costs, when it pays. One definition (``model.toml``) for all.

A rate is applied to what it is a share of, never to the stage that happens to stand before it: engagement is a share
of followers, clicks of impressions, sign-ups and orders both of visits. Reach follows from independent exposures
(Sainsbury's formula): with view share v, n posts each and o followed creators per person, ``1 - (1 - v) ** (n * o)``
of the audience see something at least once. Only people see posts: where a share r of the followers are people, each
of them sees a post with a chance of ``v / r``. The view share and the share of people are both shares of followers and
are not multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from influence.planning.formulas import Line, compute
from influence.planning.inputs import Input
from influence.toml_files import shipped

LINES = tuple(Line(key, **told) for key, told in shipped("influence.planning", "model.toml").items())
LINE_KEYS = tuple(line.key for line in LINES)
STAGES = ("market_size", "reach", "engagements", "visits", "leads", "orders")
"""The stages people see, from total market to purchase."""


def evaluate(values: Mapping[str, Any]) -> dict[str, Any]:
    """Compute every line; `values` holds a number (or equally long arrays) for every input."""
    known: dict[str, Any] = dict(values)
    for line in LINES:
        known[line.key] = compute(line.formula, known)
    return known


def evaluate_at(
    inputs: Mapping[str, Input], scenario: str = "expected", changes: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Every input and line in a scenario, single inputs changed."""
    values = {key: entry.at(scenario) for key, entry in inputs.items()} | dict(changes or {})
    return {key: float(np.asarray(value)) for key, value in evaluate(values).items()}
