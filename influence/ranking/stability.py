"""Does a pick depend on a choice of weight? Weights drawn around those asked for, and every signal left out in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np

from influence.errors import UsageError
from influence.question import Question, QuestionWords
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.uncertainty import interval_of, ranks_of
from influence.writing.rows import Rows

if TYPE_CHECKING:
    from influence.store.workspace import Workspace

N_DRAWS = 500
SPREAD = 0.25
"""Standard deviation of a weight, as a share of the most it could vary by: 0 is never, 1 at will."""
SURE = 0.95
"""A pick that stays among the first in this share of the draws does not depend on the weights."""


@dataclass(frozen=True)
class StablePick:
    """One pick of a ranking, and what becomes of it under other weights.

    `share_in_top` of the drawn weights keep it among the first N; `rank_low` to `rank_high` is where 90 % of them put
    it; `rank_without` says where it stands when a signal is left out; `depends_on` are the signals without which it
    loses its place.
    """

    rank: int
    account_id: str
    handle: str
    share_in_top: float
    rank_low: int
    rank_high: int
    rank_without: Mapping[str, int]
    depends_on: tuple[str, ...]

    @property
    def stable(self) -> bool:
        """True where neither drawn weights nor a missing signal take its place."""
        return self.share_in_top >= SURE and not self.depends_on


@dataclass(frozen=True)
class Stability(Rows[StablePick]):
    """How much a list depends on the weights.

    Attributes
    ----------
    question : Question
    picks : tuple of StablePick
        In the order of the ranking.
    weights : mapping of signal to share
    overlap_without : mapping of signal to share
        How much of the list is still there without the signal, 0-1.
    waiting : tuple of (str, float)
        Accounts outside the list that drawn weights bring in most often, with the share of the draws.
    n_candidates, n_draws : int
    spread : float
    """

    rows_in, shown = "picks", ("rank", "handle", "share_in_top", "rank_low", "rank_high")

    question: Question
    picks: tuple[StablePick, ...]
    weights: Mapping[str, float]
    overlap_without: Mapping[str, float]
    waiting: tuple[tuple[str, float], ...]
    n_candidates: int
    n_draws: int
    spread: float


def stability(
    workspace: Workspace,
    niche: str = "",
    *,
    spread: float = SPREAD,
    n_draws: int = N_DRAWS,
    **asked: Unpack[QuestionWords],
) -> Stability:
    """Which picks depend on a choice of weight?

    Parameters
    ----------
    workspace : Workspace
    niche : str
    spread : float
        How far weights are drawn from those asked for, above 0 and below 1 (see `drawn_weights`).
    n_draws : int
    **asked
        As for `influence.rank`; `top` is the length of the list.

    Returns
    -------
    Stability
        Of each pick how often it stays when weights are drawn, and which signal it hangs on.

    Raises
    ------
    UsageError
        `spread` is not between 0 and 1; and as `influence.rank`.

    Examples
    --------
    >>> import influence
    >>> found = influence.stability(workspace, "sourdough bread", n_draws=50, top=2)
    >>> found.n_draws, len(found.picks)
    (50, 2)
    """
    return stability_of(assess(workspace, question_of(niche, **asked)), spread, n_draws)


def stability_of(found: Assessment, spread: float = SPREAD, n_draws: int = N_DRAWS) -> Stability:
    """`stability` of a ranking whose signals are computed."""
    names = list(found.scores.weights)
    scaled = np.vstack([found.scores.counted(name) for name in names]).astype(np.float32)
    weights = np.array([found.scores.weights[name] for name in names])
    n, rng = len(found.order), np.random.default_rng(found.question.seed)
    top = min(found.question.top or 30, n)
    chosen = found.order[:top]
    ranks = _ranks(drawn_weights(weights, spread, n_draws, rng), scaled, np.arange(n))
    low, high = interval_of(ranks[:, chosen], 0.9)
    in_top = (ranks <= top).mean(axis=0)
    left = weights * (1.0 - np.eye(len(weights)))  # a signal out, the others share its weight
    total = left.sum(axis=1, keepdims=True)
    without = _ranks(left / np.where(total > 0, total, 1.0), scaled, chosen)
    ids = found.evidence.column("account_id")
    handles = found.evidence.column("handle")
    picks = []
    for k, at in enumerate(chosen):
        places = {name: int(without[j, k]) for j, name in enumerate(names) if len(names) > 1}
        lost = tuple(name for name, place in places.items() if place > top)
        ends = (min(int(low[k]), k + 1), max(int(high[k]), k + 1))
        picks.append(
            StablePick(k + 1, str(ids[at]), str(handles[at]), float(in_top[at]), *ends, places, lost)
        )
    overlap = {name: float((without[j] <= top).mean()) for j, name in enumerate(names) if len(names) > 1}
    return Stability(
        found.question,
        tuple(picks),
        found.scores.weights,
        overlap,
        _waiting(found, in_top, top),
        n,
        n_draws,
        spread,
    )


def drawn_weights(weights: np.ndarray, spread: float, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Dirichlet draws around `weights` (adding up to one), shape (n_draws, n_signals).

    The concentration is ``1 / spread**2 - 1``, so that a weight w has the standard deviation
    ``spread * sqrt(w * (1 - w))``: with a spread of 0.25, 0.4 varies by 0.12.
    """
    if not 0 < spread < 1:
        raise UsageError(
            "the spread of weights is out of range", where="spread", seen=spread, expected="0 < spread < 1"
        )
    return rng.dirichlet(np.maximum(weights * (1.0 / spread**2 - 1.0), 1e-3), n_draws)


def _ranks(weights: np.ndarray, scaled: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Ranks of the chosen under every row of weights, int32, shape (n_draws, n_chosen)."""
    block = max(1, 2_000_000 // scaled.shape[1])
    parts = [
        ranks_of(weights[start : start + block].astype(np.float32) @ scaled, chosen)
        for start in range(0, len(weights), block)
    ]
    return np.vstack(parts)


def _waiting(found: Assessment, in_top: np.ndarray, top: int, k: int = 5) -> tuple[tuple[str, float], ...]:
    outside = found.order[top:]
    best = outside[np.lexsort((np.arange(len(outside)), -in_top[outside]))][:k]
    handles = found.evidence.column("handle")
    return tuple((str(handles[at]), float(in_top[at])) for at in best if in_top[at] > 0)
