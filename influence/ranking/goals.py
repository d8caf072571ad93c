"""Goals: presets of weights that a person can see, change and defend."""

from __future__ import annotations

from collections.abc import Mapping

from influence.errors import UsageError
from influence.signals.registry import SIGNAL_NAMES

GOALS: Mapping[str, Mapping[str, float]] = {
    goal: dict(zip(SIGNAL_NAMES, weights, strict=True))
    for goal, weights in {
        "long-tail": (2.0, 4.0, 3.0, 1.0, 1.5, 1.0, 0.5),
        "awareness": (1.5, 2.0, 6.0, 1.0, 0.5, 1.0, 0.5),
        "response": (2.0, 6.0, 1.5, 1.0, 1.0, 1.0, 1.0),
        "advocacy": (2.0, 3.0, 1.0, 1.0, 6.0, 1.0, 1.0),
    }.items()
}
"""Points of weight per signal, in the order of `SIGNALS`; only their proportions matter."""

GOAL_MEANING: Mapping[str, str] = {
    "long-tail": "small voices the niche listens to (default)",
    "awareness": "as many of the niche as possible hear of it",
    "response": "readers act: comment, share, click",
    "advocacy": "people who already speak well of the brand",
}


def weights_for(goal: str, changes: Mapping[str, float] | None = None) -> dict[str, float]:
    """Weights of `goal` with single ones replaced.

    Parameters
    ----------
    goal : str
        A key of `GOALS`.
    changes : mapping of signal to weight, optional
        0 leaves a signal out.

    Raises
    ------
    UsageError
        Unknown goal or signal, a negative or non-finite weight, or all weights zero.
    """
    if goal not in GOALS:
        raise UsageError.unknown("unknown goal", goal, GOALS, where="goal")
    weights = dict(GOALS[goal])
    for name, weight in (changes or {}).items():
        if name not in SIGNAL_NAMES:
            raise UsageError.unknown("unknown signal in the weights", name, SIGNAL_NAMES, where="weights")
        if not 0 <= float(weight) < float("inf"):
            raise UsageError(
                "a weight must be a number of zero or more",
                where=f"weights, {name}",
                seen=weight,
                expected=">= 0",
            )
        weights[name] = float(weight)
    if sum(weights.values()) <= 0:
        raise UsageError("all weights are zero", where="weights", hint="give at least one signal a weight")
    return weights
