"""Whom to tell a message first, so that most of the niche hears of it by word of mouth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from influence.errors import MissingDataError, UsageError
from influence.selection.reached import counting
from influence.selection.spread import Spread, maximise_spread, pass_on_chances
from influence.writing.rows import Rows

if TYPE_CHECKING:
    from influence.ranking.assess import Assessment

Z90 = 1.6449
"""Standard errors to either side that hold nine of ten normal figures."""
HALF, DOUBLE = 0.5, 2.0
ROUNDS = {
    1.0: "Following the message",
    HALF: "The same, passed on half as readily",
    DOUBLE: "And twice as readily",
}
"""How far the guess of how readily people pass things on is varied."""


@dataclass(frozen=True)
class Seed:
    """An account to start the message from.

    Attributes
    ----------
    account_id, handle : str
    adds : float
        Niche people (weighted by membership) expected to hear of it who would not from those before.
    alone : float
        The same if nobody else started it.
    rank : int
        Its place by score.
    followers : int or None
    """

    account_id: str
    handle: str
    adds: float
    alone: float
    rank: int
    followers: int | None


@dataclass(frozen=True)
class Expected:
    """Niche people expected to hear of a message that a choice starts, with a 90 % interval of the simulation."""

    choice: str
    reached: float
    low: float
    high: float


@dataclass(frozen=True)
class Seeding(Rows[Seed]):
    """Whom to give a message to.

    Attributes
    ----------
    seeds : tuple of Seed
        In the order of choice.
    choices : tuple of Expected
        This choice first, then the best by score, by followers and by readers seen, all judged by the same simulation.
    guarantee : float
        At least this share (0-1) of what the best choice would reach, nearly for sure.
    shifted : mapping of float to float
        Share of the same accounts that would be chosen were people to pass things on half as, or twice as readily.
    n_members : float
        Niche people in the data, weighted.
    """

    rows_in, shown = "seeds", ("account_id", "adds", "alone", "rank", "followers")

    seeds: tuple[Seed, ...]
    choices: tuple[Expected, ...]
    guarantee: float
    shifted: dict[float, float]
    n_members: float


def seed_message(
    found: Assessment,
    size: int = 10,
    *,
    chance: float | None = None,
    seed: int = 0,
    watch: Callable[[str], None] = lambda _: None,
) -> Seeding:
    """Who should be told first, so that most of the niche hears of it by word of mouth?

    A message passes along ties (independent cascade, Kempe, Kleinberg and Tardos 2003, doi:10.1145/956750.956769): an
    account that hears of it tells each of those who pay attention to it once, with a chance. That chance is in no data:
    without `chance` a tie passes by its share of the attention that its reader pays, so that everyone hears on average
    of one message from somebody (weighted cascade). The choice is the greedy one on reverse reachable sets (OPIM-C).

    Parameters
    ----------
    found : Assessment
        The candidates, and the niche whose members count (by membership, 0-1; without a niche everybody counts 1).
    size : int
    chance : float, optional
        Chance (0-1) that any tie passes the message on.
    seed : int
        Of the simulation.
    watch : callable
        Told each of the three rounds before it begins; may raise to stop.

    Raises
    ------
    UsageError
        `size` is none that can be chosen.
    MissingDataError
        No ties are known.
    """
    evidence = found.evidence
    ties = sp.csr_array(evidence.material.tie_matrix)
    if ties.nnz == 0:
        raise MissingDataError(
            "nobody is known to pay attention to anybody", expected="follows or interactions",
            hint="import them; without ties nothing can be said about word of mouth",
        )  # fmt: skip
    if not 0 < size <= evidence.n_candidates:
        raise UsageError(
            "so many accounts cannot be chosen", seen=size, expected=f"1 to {evidence.n_candidates:,}"
        )
    worth = counting(evidence.audience.person)
    chances = pass_on_chances(ties, chance)

    def told_first(readiness: float = 1.0) -> Spread:
        watch(ROUNDS[readiness])
        passed = np.minimum(chances * readiness, 1.0)
        rng = np.random.default_rng(seed)
        return maximise_spread(ties, size, rng, chances=passed, candidates=evidence.pool, worth=worth)

    heard = told_first()
    shifted = {
        times: float(np.isin(told_first(times).chosen, heard.chosen).mean()) for times in (HALF, DOUBLE)
    }
    choices = {"this choice": heard.chosen, **_plain(found, ties, size)}
    return Seeding(
        tuple(_seeds(found, heard)),
        tuple(_expected(name, *heard.of(chosen)) for name, chosen in choices.items()),
        heard.guarantee,
        shifted,
        float(worth.sum()),
    )


def _plain(found: Assessment, ties: sp.csr_array, size: int) -> dict[str, np.ndarray]:
    """What a person would choose otherwise."""
    pool = found.evidence.pool
    readers = np.bincount(ties.indices, minlength=ties.shape[0])[pool]
    return {
        "best by score": pool[found.order[:size]],
        f"best by {found.baseline}": pool[np.argsort(found.baseline_rank, kind="stable")[:size]],
        "most readers seen": pool[np.argsort(-readers, kind="stable")[:size]],
    }


def _expected(choice: str, reached: float, error: float) -> Expected:
    return Expected(choice, reached, max(reached - Z90 * error, 0.0), reached + Z90 * error)


def _seeds(found: Assessment, heard: Spread) -> Iterator[Seed]:
    evidence = found.evidence
    columns = evidence.material.columns
    place = dict(zip(evidence.pool.tolist(), found.place.tolist(), strict=True))
    before = 0.0
    for n, at in enumerate(heard.chosen.tolist(), 1):
        reached, followers = heard.of(heard.chosen[:n])[0], columns["followers"][at]
        yield Seed(
            str(columns["account_id"][at]), str(columns["handle"][at]), reached - before, heard.of([at])[0],
            place[at], int(followers) if np.isfinite(followers) else None,
        )  # fmt: skip
        before = reached
