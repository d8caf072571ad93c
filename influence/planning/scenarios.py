"""What if: three scenarios, simulated ranges, what matters most, and what would have to be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from influence.errors import UsageError, did_you_mean
from influence.planning.inputs import Input
from influence.planning.model import LINE_KEYS, evaluate, evaluate_at

SCENARIOS = ("pessimistic", "expected", "optimistic")
N_DRAWS = 20_000
SUMMARISED = (
    "reach", "visits", "orders", "new_orders", "cost", "revenue", "profit", "roi", "long_profit", "long_roi",
    "cost_per_acquisition",
)  # fmt: skip


@dataclass(frozen=True)
class Simulation:
    """What a simulation found.

    Attributes
    ----------
    quantiles : mapping of line to (p10, p50, p90)
    mean, standard_error : mapping of line to float
    loss_probability : float
        Chance that short-term profit is below zero; `long_loss_probability` counts repeat orders and savings too.
    n_draws, seed : int
    """

    quantiles: Mapping[str, tuple[float, float, float]]
    mean: Mapping[str, float]
    standard_error: Mapping[str, float]
    loss_probability: float
    long_loss_probability: float
    n_draws: int
    seed: int


@dataclass(frozen=True)
class Swing:
    """How far one input alone moves the result, from its low to its high end, the others as expected."""

    key: str
    label: str
    low: float
    high: float
    at_low: float
    at_high: float

    @property
    def size(self) -> float:
        """Distance between the two results."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class WhatIf:
    """The plan with some inputs changed: every line as expected, and what a simulation says of it."""

    values: Mapping[str, float]
    simulation: Simulation


@dataclass(frozen=True)
class Goal:
    """Answer of a goal seek; `value` is None where the input cannot reach the goal within its bounds."""

    key: str
    target: str
    wanted: float
    value: float | None
    now: float


def scenarios(inputs: Mapping[str, Input]) -> dict[str, dict[str, float]]:
    """Every line in the three scenarios. All inputs are bad (or good) at once, which is rarer than any one of them."""
    return {name: evaluate_at(inputs, name) for name in SCENARIOS}


def draw_pert(entry: Input, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of a PERT distribution, mean ``(low + 4 value + high) / 6``.

    Malcolm, Roseboom, Clark and Fazar 1959, doi:10.1287/opre.7.5.646.
    """
    width = entry.high - entry.low
    if width <= 0:
        return np.full(n, entry.value)
    first = 1 + 4 * (entry.value - entry.low) / width
    return entry.low + width * rng.beta(first, 6 - first, n)


def simulate(inputs: Mapping[str, Input], *, seed: int = 0) -> Simulation:
    """Draw every uncertain input independently, `N_DRAWS` times, and compute the plan for all draws at once."""
    rng = np.random.default_rng(seed)
    found = evaluate({key: draw_pert(inputs[key], N_DRAWS, rng) for key in sorted(inputs)})
    arrays = {key: np.asarray(found[key], dtype=float) for key in SUMMARISED}
    return Simulation(
        quantiles={key: _quantiles(values) for key, values in arrays.items()},
        mean={key: float(np.mean(values)) for key, values in arrays.items()},
        standard_error={key: float(np.std(values) / np.sqrt(N_DRAWS)) for key, values in arrays.items()},
        loss_probability=float(np.mean(arrays["profit"] < 0)),
        long_loss_probability=float(np.mean(arrays["long_profit"] < 0)),
        n_draws=N_DRAWS,
        seed=seed,
    )


def _quantiles(values: np.ndarray) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return float(low), float(middle), float(high)


def tornado(inputs: Mapping[str, Input]) -> list[Swing]:
    """Which uncertain input moves the profit most? Largest swing first, ties by key."""

    def at(key: str, value: float) -> float:
        return evaluate_at(inputs, changes={key: value})["profit"]

    swings = [
        Swing(key, one.label, one.low, one.high, at(key, one.low), at(key, one.high))
        for key, one in inputs.items() if one.high > one.low
    ]  # fmt: skip
    return sorted(swings, key=lambda swing: (-swing.size, swing.key))


def goal_seek(inputs: Mapping[str, Input], key: str, *, target: str = "profit", wanted: float = 0.0) -> Goal:
    """What would `key` have to be for `target` to be `wanted`, all else as expected?

    Raises
    ------
    UsageError
        No such input or line.
    """
    from scipy.optimize import brentq

    if target not in LINE_KEYS:
        raise UsageError("there is no such result", seen=target, hint=did_you_mean(target, LINE_KEYS))
    entry = _input(inputs, key)

    def gap(value: float) -> float:
        return evaluate_at(inputs, changes={key: value})[target] - wanted

    low = max(entry.minimum, 0.0)
    high = entry.maximum if np.isfinite(entry.maximum) else max(entry.high, 1.0) * 1e6
    ends = gap(low), gap(high)
    reachable = all(np.isfinite(end) for end in ends) and ends[0] * ends[1] <= 0
    value = float(brentq(gap, low, high, xtol=1e-12, rtol=1e-12)) if reachable else None
    return Goal(key, target, wanted, value, entry.value)


def what_if(inputs: Mapping[str, Input], changes: Mapping[str, float | str], *, seed: int = 0) -> WhatIf:
    """The plan with some inputs changed, to a number or by a factor (``"x2"``, ``"-20%"``).

    Raises
    ------
    UsageError
        No such input, or out of its range.
    """
    changed = dict(inputs) | {key: _input(inputs, key).changed(change) for key, change in changes.items()}
    return WhatIf(evaluate_at(changed), simulate(changed, seed=seed))


def _input(inputs: Mapping[str, Input], key: str) -> Input:
    if key not in inputs:
        raise UsageError("there is no such input", seen=key, hint=did_you_mean(key, list(inputs)))
    return inputs[key]
