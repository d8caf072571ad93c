"""What would move an account up or down: its signals changed one at a time, everybody else as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from influence.ranking.score import logarithm_anchors
from influence.signals.base import Signal, SignalValues

if TYPE_CHECKING:
    from influence.ranking.assess import Assessment

GOOD_PEER = 0.9
"""Share of the peers that a good one is above."""
PLACES = (1, 3, 10, 30, 100, 300, 1000)
"""Places that people ask about."""
_LEAST = 0.05
"""Points under which a move is not worth a sentence."""


@dataclass(frozen=True)
class Move:
    """One signal changed, the others as they are.

    `value` (natural unit) instead of `seen` (None unknown) would change the score by `points` and put the account at
    `rank`. `like` says where the value is from: ``good peer`` (better than 90 % of those of its size), ``best``
    (of all candidates), ``median`` (of all candidates), ``next`` (the median of those who have better ones), ``target``
    (what it takes to reach `Target.rank`).
    """

    signal: str
    like: Literal["good peer", "best", "median", "next", "target"]
    points: float
    seen: float | None
    value: float
    rank: int


@dataclass(frozen=True)
class Target:
    """The next place that people ask about: its `rank`, the `points` it is away, and which signals could do it."""

    rank: int
    points: float
    ways: tuple[Move, ...]


def moves_of(found: Assessment, at: int, peers: np.ndarray) -> tuple[Move, ...]:
    """Upward moves first, those that bring most points first; then downward ones."""
    moves = []
    for name in found.scores.weights:
        scaled, own = found.scores.scaled[name], float(found.scores.scaled[name][at])
        values = found.signals[name][1].value
        known = scaled[np.isfinite(values)]
        among = peers[np.isfinite(values[peers])]
        good = float(np.quantile(scaled[among], GOOD_PEER)) if len(among) else float(known.max(initial=0.0))
        top, middle = float(known.max(initial=0.0)), float(np.median(known)) if len(known) else 0.0
        if good > own:
            moves.append(_move(found, name, at, good, "good peer"))
        elif top > own:
            moves.append(_move(found, name, at, top, "best"))
        if middle < own:
            moves.append(_move(found, name, at, middle, "median"))
    worth = [move for move in moves if abs(move.points) >= _LEAST]
    return tuple(sorted(worth, key=lambda move: (move.points < 0, -abs(move.points), move.signal)))


def next_of(found: Assessment, name: str, at: int) -> Move | None:
    """What the next better value of one signal would bring: the median of those of candidates who have a better one.

    None where nobody has.
    """
    scaled, own = found.scores.scaled[name], float(found.scores.scaled[name][at])
    better = scaled[np.isfinite(found.signals[name][1].value) & (scaled > own + 1e-12)]
    if not len(better):
        return None
    return _move(found, name, at, float(np.quantile(better, 0.5, method="lower")), "next")


def target_of(found: Assessment, at: int) -> Target | None:
    """The next of `PLACES` above the account, and what single signals would have to be; None for the first."""
    score = found.scores.score
    wanted = max((rank for rank in PLACES if rank < found.place[at]), default=None)
    if wanted is None:
        return None
    gap = float(score[found.order[wanted - 1]] - score[at])
    ways = []
    for name in found.scores.weights:
        needed = _needed(found, name, at, gap)
        if needed is not None:
            ways.append(_move(found, name, at, needed, "target", wanted))
    return Target(wanted, gap, tuple(ways))


def _needed(found: Assessment, name: str, at: int, gap: float) -> float | None:
    """The least scaled value that brings `gap` points, by halving; None where the best of all does not.

    Five halvings at a time: all that they could ask about is asked at once.
    """
    scaled, known = found.scores.scaled[name], np.isfinite(found.signals[name][1].value)
    marks = np.array([scaled[at], scaled[known].max(initial=0.0)])
    if found.scores.points_if(name, at, marks[1:])[0] < gap:
        return None
    for _ in range(8):
        for _ in range(5):
            marks = np.insert(marks, np.arange(1, len(marks)), (marks[:-1] + marks[1:]) / 2.0)
        first = int(np.argmax(found.scores.points_if(name, at, marks[1:]) >= gap))
        marks = marks[first : first + 2]
    return float(marks[1])


def _move(
    found: Assessment,
    name: str,
    at: int,
    scaled: float,
    like: Literal["good peer", "best", "median", "next", "target"],
    rank: int | None = None,
) -> Move:
    signal, values = found.signals[name]
    points = float(found.scores.points_if(name, at, np.array([scaled]))[0])
    others = np.delete(found.scores.score, at)
    stands = 1 + int((others > found.scores.score[at] + points + 1e-9).sum())
    seen = float(values.value[at]) if np.isfinite(values.value[at]) else None
    return Move(name, like, points, seen, value_for(signal, values, scaled), stands if rank is None else rank)


def value_for(signal: Signal, values: SignalValues, scaled: float) -> float:
    """The value in natural units that `influence.ranking.score.scale` brings to `scaled`."""
    known = values.value[np.isfinite(values.value)]
    if signal.scale == "share":
        return scaled
    if signal.scale == "signed":
        return 2.0 * scaled - 1.0
    if signal.scale == "saturating":
        return float(np.expm1(scaled * np.log1p(np.max(known, initial=0.0))))
    if signal.scale == "logarithm":
        at, places = logarithm_anchors(known)
        return float(np.expm1(np.interp(scaled, places, at)))
    if signal.scale == "median":
        return float(np.median(known) * scaled / max(1.0 - scaled, 1e-9))
    return float(np.quantile(known, min(scaled, 1.0)))
