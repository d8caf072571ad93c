"""How sure is a rank? Draws from the posteriors of the counts, ranked again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from influence.ranking.assess import Assessment
from influence.ranking.posterior import Posterior

N_DRAWS = 500
LEVEL = 0.9
"""Chance with which the true rank lies in the interval."""
DEFAULT_TOP = 30
"""Places that `p_top` is about where all rows were asked for."""
_CELLS = 500_000
_MANY = 10_000
"""Rivals beyond which they have fewer draws than the chosen: as many as make `_SCORES` scores, at least `_LEAST`."""
_SCORES = 2_000_000
_LEAST = 20
_SORTED_BELOW = 20_000
_SLACK = np.float32(1e-5)
_FEW = 1_000
"""Candidates up to which all are drawn for."""
_N_STEPS = 1 << 16


@dataclass(frozen=True)
class RankIntervals:
    """Where the chosen candidates might stand; arrays of shape (n_chosen,).

    Attributes
    ----------
    low, high : ndarray of int
        The true rank lies between them with probability `level`; the rank shown is always inside.
    p_top : ndarray of float
        Chance of one of the first `top` places, 0-1.
    top, n_draws : int
    level : float
    """

    low: np.ndarray
    high: np.ndarray
    p_top: np.ndarray
    top: int
    n_draws: int
    level: float


def rank_intervals(found: Assessment, chosen: np.ndarray, level: float = LEVEL) -> RankIntervals:
    """How sure are the ranks of `chosen` (positions in the pool), from what little was seen of everyone?

    Parameters
    ----------
    found : Assessment
    chosen : ndarray of int, shape (n_chosen,)
    level : float
        Coverage of the interval, 0-1; equal tails.

    Notes
    -----
    The signals of one account share their chances (see `influence.ranking.posterior`); accounts are independent.
    What is certain (follower counts, weights, who is a candidate) is not drawn: `influence stability` asks about
    the weights, `influence backtest` about the whole.
    """
    top = min(found.question.top or DEFAULT_TOP, len(found.order))
    ranks = _ranks(found, chosen, N_DRAWS, _posterior(found))
    low, high = interval_of(ranks, level)
    here = found.place[chosen]
    p_top = (ranks <= top).mean(axis=0)
    return RankIntervals(np.minimum(low, here), np.maximum(high, here), p_top, top, N_DRAWS, level)


def _posterior(found: Assessment) -> Posterior:
    """The one of the question's seed is made once: every row that is explained asks for it."""
    seed = found.question.seed
    if seed not in found.posteriors:
        rng = np.random.default_rng(seed)
        found.posteriors[seed] = Posterior(found.evidence, found.signals, found.scores.scaled, rng)
    return found.posteriors[seed]


def _ranks(found: Assessment, chosen: np.ndarray, n_draws: int, posterior: Posterior) -> np.ndarray:
    """Ranks of the chosen in every draw, int32, shape (n_draws, n_chosen)."""
    rivals, surely_above = rivals_of(posterior, found, chosen, n_draws)
    place = np.searchsorted(rivals, chosen)
    ranks = np.empty((n_draws, len(chosen)), dtype=np.int32)
    n_of_rivals = max(_LEAST, _SCORES // len(rivals))
    if len(rivals) > _MANY and n_of_rivals < n_draws and len(chosen) < len(rivals):
        own = np.concatenate([total for _, total in _totals(posterior, found, chosen, n_draws)])
        for rows, total in _totals(posterior, found, rivals, n_of_rivals):
            for draw, others in enumerate(total, rows.start):
                ranks[draw::n_of_rivals] = _among(others, place, own[draw::n_of_rivals])
    else:
        for rows, total in _totals(posterior, found, rivals, n_draws):
            ranks[rows] = ranks_of(total, place)
    return ranks + np.int32(surely_above)


def _among(others: np.ndarray, place: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Ranks of draws of the chosen, shape (n, n_chosen), in one draw of all others.

    Accounts are drawn independently, so that any draw of one beside any draw of the others is a draw of both: a few of
    thousands of rivals serve every draw of the chosen. What the chosen themselves have in that draw does not count.
    """
    ordered, n, itself = np.sort(others), len(others), others[place]
    above = n - np.searchsorted(ordered, own, side="right") - (itself > own)
    not_below = n - np.searchsorted(ordered, own, side="left") - (itself >= own)
    return np.asarray((above + not_below) // 2 + 1)


def rivals_of(
    posterior: Posterior, found: Assessment, chosen: np.ndarray, n_draws: int
) -> tuple[np.ndarray, int]:
    """Who can stand above some of the chosen in one draw and below in another, and how many are always above.

    Drawing for the others would change no rank: even with the best luck of any draw they stay below the worst that
    any of the chosen has, or with the worst luck above the best.
    """
    everyone = np.arange(posterior.n)
    if len(chosen) * 4 > posterior.n or posterior.n <= _FEW:
        return everyone, 0
    own = np.concatenate([total for _, total in _totals(posterior, found, chosen, n_draws)])
    worst, best = own.min() - _SLACK, own.max() + _SLACK
    if posterior.bounds is None:
        posterior.bounds = _weighted(found, posterior.edges(), everyone, 2)
    near, surely_above = _near(posterior.bounds, worst, best)
    if _FEW < len(near) <= _MANY:
        edges = posterior.narrowed(near).edges(n_draws)
        nearer, above = _near(_weighted(found, edges, near, 2), worst, best)
        near, surely_above = near[nearer], surely_above + above
    return np.union1d(near, chosen), surely_above


def _near(bounds: np.ndarray, worst: np.float32, best: np.float32) -> tuple[np.ndarray, int]:
    """Who can come between two scores, and how many are always above both, by the least and most of each score."""
    least, most = bounds
    above = least > best
    return np.flatnonzero((most >= worst) & ~above), int(above.sum())


def _totals(
    posterior: Posterior, found: Assessment, at: np.ndarray, n_draws: int
) -> Iterator[tuple[slice, np.ndarray]]:
    """Which draws, and the scores of the candidates `at`, float32, shape (n, n_at): a block at a time."""
    some = posterior.narrowed(at)
    block = max(1, min(n_draws, _CELLS // max(len(at), 1)))
    for start in range(0, n_draws, block):
        n = min(block, n_draws - start)
        yield slice(start, start + n), _weighted(found, some.draw(n), at, n)


def _weighted(found: Assessment, drawn: Mapping[str, np.ndarray], at: np.ndarray, n: int) -> np.ndarray:
    scores = found.scores
    factors = {name: factor[at].astype(np.float32) for name, factor in scores.factors.items()}
    factors = {name: factor for name, factor in factors.items() if (factor != 1).any()}
    total: np.ndarray | None = None
    for name, values in drawn.items():
        part = np.float32(scores.weights[name]) * (values * factors[name] if name in factors else values)
        total = part if total is None else np.add(total, part, out=total)
    # a bare list has no signal that could be drawn
    return np.zeros((n, len(at)), dtype=np.float32) if total is None else total


def ranks_of(scores: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rank (1 is the largest) of the `chosen` columns in every row of `scores`; equal scores share the middle."""
    if len(chosen) == 1 and scores.shape[1] <= _SORTED_BELOW:  # an explanation asks for one: no sorting
        own = scores[:, chosen]
        above, not_below = ((scores > own).sum(axis=1), (scores >= own).sum(axis=1))
        return np.asarray((above + 1 + not_below) // 2, dtype=np.int32)[:, None]
    count = _above_by_sorting if scores.shape[1] <= _SORTED_BELOW else _above_by_steps
    ranks = np.empty((len(scores), len(chosen)), dtype=np.int32)
    for row, values in enumerate(scores):
        ranks[row] = count(values, values[chosen])
    return ranks


def _above_by_sorting(values: np.ndarray, asked: np.ndarray) -> np.ndarray:
    ordered, n = np.sort(values), len(values)
    above = n - np.searchsorted(ordered, asked, side="right")
    not_below = n - np.searchsorted(ordered, asked, side="left")
    return (above + 1 + not_below) // 2


def _above_by_steps(values: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The same by counting in fine steps: a rank of thousands is good to a place or two, in a tenth of the time."""
    low, high = float(values.min()), float(values.max())
    per_unit = np.float32((_N_STEPS - 1) / max(high - low, 1e-30))
    counts = np.bincount(((values - np.float32(low)) * per_unit).astype(np.int32), minlength=_N_STEPS)
    not_below = counts[::-1].cumsum()[::-1]
    steps = ((asked - np.float32(low)) * per_unit).astype(np.int32)
    middle = (2 * not_below - counts + 1) // 2
    return np.maximum(middle, 1).astype(np.int32)[steps]


def interval_of(ranks: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Equal-tailed interval over the rows of `ranks`, shape (n_draws, n): least and greatest rank, whole numbers.

    Ranks are whole numbers, so that an interval with both its ends may hold clearly more draws than `level`; an end is
    left out where that comes nearer to the level.
    """
    ordered = np.sort(np.ascontiguousarray(ranks.T), axis=1)
    tail = (1.0 - level) / 2.0
    last = ordered.shape[1] - 1
    cut = int(np.floor(tail * last + 1e-9))
    low, high = ordered[:, cut].copy(), ordered[:, last - cut].copy()
    at_low, at_high = ((ordered == end[:, None]).sum(axis=1) for end in (low, high))
    inside = ((ordered >= low[:, None]) & (ordered <= high[:, None])).sum(axis=1)
    less = np.stack([np.zeros_like(at_low), at_low, at_high, at_low + at_high])
    best = np.where(high - low > 1, np.abs(inside - less - level * (last + 1)).argmin(axis=0), 0)
    return low + np.isin(best, (1, 3)), high - np.isin(best, (2, 3))
