"""How many people a set reaches: each once, a second time for less, with the chance of being reached at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

SECOND_EXPOSURE = 0.25
"""Worth of reaching a person a second time, beside 1 for the first; a third time is worth nothing."""


@dataclass(frozen=True)
class Audiences:
    """Who is reached by whom.

    Attributes
    ----------
    chance : csr_array of float, shape (n_candidates, n_people)
        Probability (0-1] that the person sees what the candidate posts; independent between candidates.
    people : ndarray of float64, shape (n_people,)
        Weight of each person: its membership in the niche.
    """

    chance: sp.csr_array
    people: np.ndarray

    @property
    def n_candidates(self) -> int:
        """Rows."""
        return int(self.chance.shape[0])

    def of(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """People whom a candidate may reach, and the chance of each."""
        span = slice(self.chance.indptr[row], self.chance.indptr[row + 1])
        return self.chance.indices[span], self.chance.data[span]

    def alone(self) -> np.ndarray:
        """Expected people that each candidate reaches for itself, shape (n_candidates,)."""
        return np.asarray(self.chance @ self.people)


class Exposure:
    """State of a growing set: for each person the chance of having been reached never, and just once.

    With Poisson-binomial counts, a candidate with chance q turns "never" into "once" and "once" into "twice", so that
    its gain is linear in q: ``q * (never + second * once)``. The gain of the same candidate never grows as the set
    does: the value is monotone and submodular, as long as ``second <= 1``.
    """

    def __init__(
        self, audiences: Audiences, chosen: Iterable[int] = (), second: float = SECOND_EXPOSURE
    ) -> None:
        self.audiences = audiences
        self.second = second
        self.never = np.ones(len(audiences.people))
        self.once = np.zeros(len(audiences.people))
        self.worth = audiences.people.astype(np.float64)
        for row in chosen:
            self.add(row)

    def gain(self, row: int) -> float:
        """What adding `row` is worth, in people."""
        who, chance = self.audiences.of(row)
        return _inner(chance, self.worth[who])

    def gains(self) -> np.ndarray:
        """What adding each candidate is worth, shape (n_candidates,)."""
        return np.asarray(self.audiences.chance @ self.worth)

    def new_people(self, row: int) -> float:
        """Expected people whom `row` reaches and nobody before it did."""
        who, chance = self.audiences.of(row)
        return _inner(chance, self.audiences.people[who] * self.never[who])

    def add(self, row: int) -> None:
        """Put `row` into the set."""
        who, chance = self.audiences.of(row)
        never, once = self.never[who], self.once[who]
        self.once[who] = once * (1 - chance) + never * chance
        self.never[who] = never * (1 - chance)
        self.worth[who] = self.audiences.people[who] * (self.never[who] + self.second * self.once[who])

    @property
    def reached(self) -> float:
        """Expected people reached, each once."""
        return _inner(self.audiences.people, 1 - self.never)

    @property
    def value(self) -> float:
        """People reached once, plus those reached twice at the worth of a second exposure."""
        twice = np.maximum(1 - self.never - self.once, 0.0)
        return self.reached + self.second * _inner(self.audiences.people, twice)


def reach_of(audiences: Audiences, chosen: Iterable[int]) -> float:
    """Expected people that a set reaches, each once."""
    chance, never = audiences.chance[list(chosen)], np.ones(len(audiences.people))
    np.multiply.at(never, chance.indices, 1 - chance.data)
    return _inner(audiences.people, 1 - never)


def _inner(one: np.ndarray, other: np.ndarray) -> float:
    """Sum of the products, in one order: BLAS adds up in as many parts as there are cores, and the last digit tells."""
    return float(np.einsum("i,i->", one, other))
