"""What would move an account, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from influence.reporting.ranking.words import heading
from influence.writing.plain import counted, decimal, figure, listed, ordinal, percent

if TYPE_CHECKING:
    from influence.ranking.explain import Explanation, SignalLine
    from influence.ranking.moves import Move

LIKE = {
    "good peer": "a good account of its size (better than 90%)",
    "best": "the best of all",
    "median": "the median account",
}
AT_MOST = 3


def weight_sentence(line: SignalLine) -> str:
    """What a signal weighs, by the goal and by the evidence, and what the next better value would bring."""
    weight = (
        f"Weighs {decimal(line.max_points)} of 100, by the goal alone {decimal(line.asked_points)}: its evidence is "
        f"{percent(line.evidence)} of full."
    )
    move = line.next
    if move is None:
        return f"{weight} Nobody has a better value."
    if round(move.points, 1) == 0:
        return weight
    better = f"{_value(move.value, move.seen)}, the middle of those who have more,"
    return (
        f"{weight} With {better} it would gain {decimal(move.points)} points and stand {ordinal(move.rank)}."
    )


def move_sentences(explanation: Explanation) -> list[str]:
    """The next place and what it takes, then what would bring most, then what would cost most."""
    up = [move for move in explanation.moves if move.points > 0][:AT_MOST]
    down = [move for move in explanation.moves if move.points < 0][:AT_MOST]
    lines = [_target(explanation)] if explanation.target else []
    lines += [f"Up: {_sentence(move, 'gain')}" for move in up]
    return lines + [f"Down: {_sentence(move, 'lose')}" for move in down]


def _target(explanation: Explanation) -> str:
    target = explanation.target
    assert target is not None
    words = f"It is {decimal(target.points)} points short of {ordinal(target.rank)} place"
    ways = [_way(move) for move in target.ways]
    if not ways:
        return f"{words}; no single signal could make that up."
    return f"{words}; {listed(ways).replace(' and ', ' or ')} would do."


def _way(move: Move) -> str:
    return f"{heading(move.signal).lower()} of {_value(move.value, move.seen)}"


def _value(value: float, seen: float | None) -> str:
    """A figure with as many digits as tell it from the one that is."""
    if seen is not None and figure(value) == figure(seen) and value != seen:
        digits = max(1, 1 - math.floor(math.log10(abs(value - seen))))
        return f"{value:,.{min(digits, 6)}f}"
    return figure(value)


def _sentence(move: Move, verb: str) -> str:
    there = f"with {heading(move.signal).lower()} like {LIKE[move.like]}"
    seen = "unknown" if move.seen is None else figure(move.seen)
    values = f"({_value(move.value, move.seen)} instead of {seen})"
    points = decimal(abs(move.points))
    return f"{there} {values} it would {verb} {points} points and stand {ordinal(move.rank)}."


def uncertainty_sentence(explanation: Explanation) -> str | None:
    """Between which ranks it might stand; None where no draws were made."""
    row = explanation.row
    if row.rank_low is None or row.rank_high is None:
        return None
    if row.rank_low == row.rank_high:
        return f"Had single posts been luckier or less lucky, it would still stand {ordinal(row.rank_low)}."
    return (
        f"Had single posts been luckier or less lucky, it would stand between {ordinal(row.rank_low)} and "
        f"{ordinal(row.rank_high)} of {counted(explanation.n_candidates, 'account')} nine times in ten."
    )
