"""What a signal might be, given how little was seen of it: draws from the posteriors of the counts behind the values.

Two chances are shared by signals, because the same posts are behind them: *how many* posts an account makes (momentum
and reach), and *how a post is received* (peer_engagement and reach). A value without any observation is drawn from
the values of the others, where it counts as the median; where it counts as nothing, nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace

import numpy as np

from influence.ranking.reception import Reception, root_deviation
from influence.ranking.score import against_median, logarithm_anchors
from influence.signals.base import Signal, SignalValues
from influence.signals.evidence import Evidence
from influence.signals.peer_engagement import ROOT
from influence.signals.subsets import Some

SHARE_STRENGTH = 3.0
"""Observations that the prior of a share weighs."""
N_KNOTS = 1 << 14
"""Steps of the table by which percentiles of draws are read where candidates are many."""
POOL = 1 << 20
"""Normal numbers drawn beyond the number of candidates; every row of draws is a stretch of the pool."""
FEW = 250
"""Candidates below which all their draws are taken at once, not row by row."""


def gamma_factor(shape: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Standard normal draws made gamma draws of mean 1 and variance ``1 / shape``.

    Formula: ``(1 - 1 / (9 a) + z / (3 sqrt a)) ** 3`` with ``a`` the shape, at least 0 (Wilson and Hilferty 1931,
    doi:10.1073/pnas.17.12.684); four times as fast as drawing gammas, and one normal can serve two signals.

    Parameters
    ----------
    shape : ndarray, shape (n,)
        Above 0; ``inf`` is certain.
    normal : ndarray, shape (..., n)
    """
    a = np.maximum(shape, 0.05)
    root = (1.0 - 1.0 / (9.0 * a)).astype(normal.dtype) + normal * (1.0 / (3.0 * np.sqrt(a))).astype(
        normal.dtype
    )
    return np.asarray(np.maximum(root, 0.0) ** 3)


def share_draws(value: np.ndarray, support: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Draws of shares of 0-1 around `value`: the normal that matches a beta posterior, clipped.

    Formula: variance ``(v (1 - v) + 1 / (4 n)) / n`` with ``n = support + 3``: zero hits out of few is not zero.
    """
    v, n = np.clip(value, 0.0, 1.0), support + SHARE_STRENGTH
    deviation = np.sqrt((v * (1.0 - v) + 0.25 / n) / n)
    return np.asarray(np.clip(v.astype(normal.dtype) + normal * deviation.astype(normal.dtype), 0.0, 1.0))


class _Pool:
    """Normal draws: random stretches of one long row, ten times as fast as fresh numbers for every draw.

    What is drawn for a candidate does not depend on who else is drawn for: `narrowed` draws the same.
    """

    def __init__(self, rng: np.random.Generator, n: int) -> None:
        self.numbers = rng.standard_normal(n + POOL, dtype=np.float32)
        self._seed = int(rng.integers(1 << 62))
        self.at: np.ndarray | None = None
        self.n = n
        self._chances: dict[str, np.random.Generator] = {}

    def narrowed(self, at: np.ndarray) -> _Pool:
        """The same draws of some candidates, from the first on."""
        some = copy(self)
        some.at, some.n, some._chances = at, len(at), {}
        return some

    def rows(self, chance: str, n_draws: int) -> np.ndarray:
        """The next draws of one chance, float32, shape (n_draws, n)."""
        starts = self._starts(chance, n_draws)
        if self.at is None:
            return np.stack([self.numbers[start : start + self.n] for start in starts])
        if len(self.at) < FEW:
            return np.asarray(self.numbers[starts[:, None] + self.at])
        drawn = np.empty((n_draws, self.n), dtype=np.float32)
        for row, start in zip(drawn, starts, strict=True):  # of many a quarter of the time of one large index
            self.numbers[start:].take(self.at, out=row, mode="clip")
        return drawn

    def places(self, chance: str, n_draws: int, at: np.ndarray, n: int) -> np.ndarray:
        """Places 0 to `n` - 1 at random for the candidates `at`, shape (n_draws, n_at)."""
        where = at if self.at is None else self.at[at]
        bits = self.numbers[self._starts(chance, n_draws)[:, None] + where].view(np.uint32)
        return np.asarray((bits * np.uint32(2654435761) >> np.uint32(7)) % np.uint32(n))

    def _starts(self, chance: str, n_draws: int) -> np.ndarray:
        if chance not in self._chances:
            self._chances[chance] = np.random.default_rng([self._seed, *chance.encode()])
        return self._chances[chance].integers(0, POOL, n_draws)


class _Edges(_Pool):
    """Two draws: of every chance the least and the most of some draws; of any draws where 0."""

    def __init__(self, drawn: _Pool, n_draws: int) -> None:
        self._drawn, self._n_draws = drawn, n_draws

    def rows(self, chance: str, n_draws: int) -> np.ndarray:
        """Of each candidate, shape (2, n)."""
        if not self._n_draws:
            numbers = self._drawn.numbers
            return np.repeat([[numbers.min()], [numbers.max()]], self._drawn.n, axis=1)
        found = self._drawn.rows(chance, self._n_draws)
        return np.stack([found.min(axis=0), found.max(axis=0)])

    def places(self, chance: str, n_draws: int, at: np.ndarray, n: int) -> np.ndarray:
        """The first and the last place."""
        return np.repeat([[0], [n - 1]], len(at), axis=1)


class Posterior:
    """Draws of scaled signals for all candidates; make one per ranking.

    ``bounds`` is room for what a ranking adds them up to at least and at most.

    Parameters
    ----------
    evidence : Evidence
    signals : mapping of name to (Signal, SignalValues)
        Those in the score.
    scaled : mapping of name to ndarray, shape (n_candidates,)
        Their scaled values; draws are scaled alike.
    rng : numpy Generator
    """

    def __init__(
        self,
        evidence: Evidence,
        signals: Mapping[str, tuple[Signal, SignalValues]],
        scaled: Mapping[str, np.ndarray],
        rng: np.random.Generator,
    ) -> None:
        self.n = evidence.n_candidates
        self.signals = {name: signals[name] for name in scaled}
        self.scaled = scaled
        unseen = SignalValues(evidence.unknown(), np.zeros(self.n))
        engagement = signals["peer_engagement"][1] if "peer_engagement" in signals else unseen
        self.reception = Reception.of(evidence, engagement)
        self.root_deviation = root_deviation(evidence, engagement)
        self.posted = 1.0 + evidence.n_recent
        if "momentum" in signals and not np.isfinite(evidence.posts.age_days).any():
            self.posted = 1.0 + np.nan_to_num(signals["momentum"][1].value)  # readers, not posts
        # by name or by communities; followers and vendor counts are what they are
        reach = signals["reach"][1] if "reach" in signals else unseen
        known = np.nan_to_num(reach.parts.get("audience_known", 0.0)).any()
        self._reach_is_counted = known or reach.reliability == 1.0
        self._normal = _Pool(rng, self.n)
        self.bounds: np.ndarray | None = None
        self._scales = {name: _scaling(*pair) for name, pair in self.signals.items()}
        self._known = {
            name: np.sort(self.scaled[name][np.isfinite(values.value)].astype(np.float32))
            for name, (signal, values) in self.signals.items()
            if signal.unknown == "neutral" and not np.isfinite(values.value).all()
        }

    def narrowed(self, at: np.ndarray) -> Posterior:
        """The same draws of the candidates at positions `at`, as if the others were drawn beside them."""
        some = copy(self)
        some.n, some._normal = len(at), self._normal.narrowed(at)
        some.signals = {name: (signal, taken(values, at)) for name, (signal, values) in self.signals.items()}
        some.scaled = {name: values[at] for name, values in self.scaled.items()}
        some.reception = Reception(**{name: values[at] for name, values in vars(self.reception).items()})
        some.root_deviation = None if self.root_deviation is None else self.root_deviation[at]
        some.posted = self.posted[at]
        return some

    def edges(self, n_draws: int = 0) -> dict[str, np.ndarray]:
        """Scaled signals with every chance at its least and most of `n_draws` draws, or any; shape (2, n_candidates).

        All signals grow with all chances, so that no draw gives less, or more.
        """
        extreme = copy(self)
        extreme._normal = _Edges(self._normal, n_draws)
        return extreme.draw(2)

    def draw(self, n_draws: int) -> dict[str, np.ndarray]:
        """Scaled draws per signal, float32, shape (n_draws, n_candidates)."""
        luck = self._normal.rows("received", n_draws)
        received = gamma_factor(self.reception.shape, luck)
        received *= self.reception.mean.astype(np.float32)
        posted = gamma_factor(self.posted, self._normal.rows("posted", n_draws))
        drawn = {}
        for name, (signal, values) in self.signals.items():
            natural = self._natural(name, signal, values, received, posted, luck)
            if natural is None:
                drawn[name] = np.repeat(self.scaled[name].astype(np.float32)[None, :], n_draws, axis=0)
            else:
                drawn[name] = self._scales[name](natural)
            self._fill_unknown(drawn[name], name, signal, values)
        return drawn

    def _natural(
        self,
        name: str,
        signal: Signal,
        values: SignalValues,
        received: np.ndarray,
        posted: np.ndarray,
        luck: np.ndarray,
    ) -> np.ndarray | None:
        """Draws in the signal's natural unit; None where it rests on no counts."""
        value = np.nan_to_num(values.value).astype(np.float32)
        if name == "peer_engagement":
            if self.root_deviation is not None:
                return np.asarray(np.maximum(value**ROOT + luck * self.root_deviation, 0.0) ** (1 / ROOT))
            return np.asarray(value * self.reception.value_factor(received))
        if name == "momentum":
            return np.asarray(value * posted)
        if name == "reach" and not self._reach_is_counted:
            return None
        if name == "reach":
            normal = self._normal.rows(name, len(received))
            return _reach_draws(values, self.reception.total_factor(received) * posted, normal)
        rows = self._normal.rows(name, len(received))
        if signal.scale == "share":
            return share_draws(value, values.support, rows)
        return np.asarray(value * gamma_factor(values.support + 1.0, rows))

    def _fill_unknown(self, drawn: np.ndarray, name: str, signal: Signal, values: SignalValues) -> None:
        unknown = np.flatnonzero(~np.isfinite(values.value))
        if not len(unknown):
            return
        if signal.unknown != "neutral":
            drawn[:, unknown] = self.scaled[name][unknown]
            return
        known = self._known[name]
        drawn[:, unknown] = known[self._normal.places(f"unknown {name}", len(drawn), unknown, len(known))]


def taken(values: SignalValues, at: np.ndarray) -> SignalValues:
    """The values of the candidates at `at`, positions or flags."""
    told = None if values.told is None else values.told[at]
    parts = Some(values.parts, at)
    return replace(values, value=values.value[at], support=values.support[at], parts=parts, told=told)


def _reach_draws(values: SignalValues, reactions_factor: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """People are a count; reactions are posts times reception."""
    value = np.nan_to_num(values.value)
    people = np.minimum(np.nan_to_num(values.parts.get("niche_people", np.zeros(len(value)))), value)
    reactions = (value - people).astype(np.float32)
    drawn = people.astype(np.float32) * gamma_factor(people + 0.5, normal)
    return np.asarray(drawn + reactions * reactions_factor if reactions.any() else drawn)


def _scaling(signal: Signal, values: SignalValues) -> Callable[[np.ndarray], np.ndarray]:
    """How `influence.ranking.score.scale` brings this signal to 0-1, for draws, with the anchors of the values."""
    known = np.sort(values.value[np.isfinite(values.value)])
    if signal.scale == "share":
        return lambda drawn: np.clip(drawn, 0.0, 1.0)
    if signal.scale == "saturating":
        top = float(np.log1p(max(known[-1], 0.0))) if len(known) else 0.0
        return lambda drawn: np.log1p(np.maximum(drawn, 0.0)) / np.float32(top) if top > 0 else drawn * 0.0
    if signal.scale == "logarithm":
        at, places = logarithm_anchors(known)
        return lambda drawn: np.interp(np.log1p(np.maximum(drawn, 0.0)), at, places).astype(np.float32)
    if signal.scale == "median":
        middle = float(np.median(known)) if len(known) else 0.0
        return lambda drawn: against_median(drawn, middle).astype(np.float32)
    places = np.linspace(0.0, 1.0, len(known)) if len(known) > 1 else np.array([0.5])
    if len(known) <= N_KNOTS:
        return lambda drawn: np.interp(drawn, known, places).astype(np.float32)
    return _stepwise(known, places)


def _stepwise(known: np.ndarray, places: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Percentiles from a table of equal steps that fits the cache: `np.interp` would take most of the time."""
    grid = np.linspace(known[0], known[-1], N_KNOTS)
    table = np.interp(grid, known, places).astype(np.float32)
    step = np.float32(max(float(grid[1] - grid[0]), 1e-30))
    return lambda drawn: table[
        np.clip((drawn - np.float32(known[0])) / step, 0, N_KNOTS - 1).astype(np.int32)
    ]
