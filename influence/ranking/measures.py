"""How well an order foretells what came later: nDCG, precision, rank correlations, and bootstrap draws of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from influence.signals.shrinkage import mid_ranks

MEASURES = ("ndcg_at_10", "precision_at_10", "spearman", "kendall")
K = 10
N_DRAWS = 500
LEVEL = 0.95
_KENDALL_DRAWS = 200
_KENDALL_SIZE = 600


@dataclass(frozen=True)
class Marks:
    """Measures of one order: the values, and bootstrap draws of each, shape (n_draws,); NaN where undefined."""

    value: Mapping[str, float]
    draws: Mapping[str, np.ndarray]

    def interval(self, name: str) -> tuple[float, float]:
        """Equal-tailed 95 % bootstrap interval, widened to hold the value; NaN where there is none."""
        drawn = self.draws[name][np.isfinite(self.draws[name])]
        if not np.isfinite(self.value[name]) or len(drawn) == 0:
            return float("nan"), float("nan")
        low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return min(float(low), self.value[name]), max(float(high), self.value[name])


class Jury:
    """Marks many orders of the same candidates against the same later outcome, with the same resamples for all.

    Parameters
    ----------
    gain : ndarray, shape (n,)
        What came later, at least 0; NaN is unknown: it gains nothing, and is left out of correlations.
    rng : numpy Generator
    n_draws : int
        Poisson bootstrap over candidates: each is in a draw 0, 1, 2 ... times.
    """

    def __init__(self, gain: np.ndarray, rng: np.random.Generator, n_draws: int = N_DRAWS) -> None:
        self.gain = np.nan_to_num(np.maximum(gain, 0.0))
        self.known = np.flatnonzero(np.isfinite(gain))
        self.times = np.minimum(rng.poisson(1.0, (n_draws, len(gain))), 255).astype(np.uint8)
        self.ideal = _best_first(self.gain)
        size = min(len(self.known), _KENDALL_SIZE)
        self.samples = rng.integers(0, max(len(self.known), 1), (_KENDALL_DRAWS, size))

    def mark(self, score: np.ndarray) -> Marks:
        """Marks of the order by `score` (larger is better, NaN last, ties in the order of the ids)."""
        order = _best_first(score)
        one = np.ones((1, len(order)), dtype=np.uint8)
        value = {name: float(drawn[0]) for name, drawn in self._top(order, one).items()}
        draws = self._top(order, self.times)
        value["spearman"], draws["spearman"] = self._spearman(score)
        value["kendall"], draws["kendall"] = self._kendall(score)
        return Marks(value, draws)

    def _top(self, order: np.ndarray, times: np.ndarray) -> dict[str, np.ndarray]:
        """nDCG@10 and precision@10 where the candidate i occurs ``times[:, i]`` times."""
        head, best = order[: 12 * K], self.ideal[: 12 * K]
        discount = np.concatenate([[0.0], np.cumsum(1.0 / np.log2(np.arange(2, K + 2)))])
        places = np.arange(K + 1, dtype=float)
        found = _weight(times[:, head], discount) @ self.gain[head]
        ideal = _weight(times[:, best], discount) @ self.gain[best]
        # relevant is who is among the K with most later, and has any
        kth = np.where(_weight(times[:, best], places) > 0, self.gain[best], np.inf).min(axis=1)
        relevant = (self.gain[head] >= kth[:, None]) & (self.gain[head] > 0)
        precision = (_weight(times[:, head], places) * relevant).sum(axis=1) / K
        with np.errstate(invalid="ignore", divide="ignore"):
            return {
                "ndcg_at_10": np.where(ideal > 0, found / ideal, np.nan),
                "precision_at_10": np.where(ideal > 0, precision, np.nan),
            }

    def _spearman(self, score: np.ndarray) -> tuple[float, np.ndarray]:
        x = mid_ranks(_finite(score)[self.known])
        y = mid_ranks(self.gain[self.known])
        centred = np.vstack([np.ones(len(x)), x - x.mean(), y - y.mean()])
        moments = np.vstack([centred, centred[1] ** 2, centred[2] ** 2, centred[1] * centred[2]])
        whole = _correlation(moments.sum(axis=1)[None, :])
        sums = self.times[:, self.known].astype(np.float32) @ moments.T.astype(np.float32)
        return float(whole[0]), _correlation(sums.astype(float))

    def _kendall(self, score: np.ndarray) -> tuple[float, np.ndarray]:
        """Tau-b; draws are of at most 600 candidates, narrowed by the square root law to the size of the whole."""
        from scipy.stats import kendalltau

        x, y = _finite(score)[self.known], self.gain[self.known]
        if len(x) < 2:
            return float("nan"), np.full(_KENDALL_DRAWS, np.nan)
        whole = float(kendalltau(x, y).statistic)
        drawn = np.array([kendalltau(x[some], y[some]).statistic for some in self.samples])
        scale = np.sqrt(self.samples.shape[1] / len(x))
        middle = np.nanmean(drawn) if np.isfinite(drawn).any() else np.nan
        return whole, whole + (drawn - middle) * scale


def _best_first(score: np.ndarray) -> np.ndarray:
    return np.lexsort((np.arange(len(score)), -_finite(score)))


def _finite(score: np.ndarray) -> np.ndarray:
    """Unknown scores stand below all known ones, as equals."""
    known = score[np.isfinite(score)]
    return np.where(np.isfinite(score), score, known.min() - 1.0 if len(known) else 0.0)


def _weight(times: np.ndarray, cumulative: np.ndarray) -> np.ndarray:
    """What the places that each candidate takes are worth, where it stands `times` times in a row."""
    end = times.cumsum(axis=1, dtype=np.int64)
    last = len(cumulative) - 1
    return np.asarray(cumulative[np.minimum(end, last)] - cumulative[np.minimum(end - times, last)])


def _correlation(sums: np.ndarray) -> np.ndarray:
    """Pearson's correlation from weighted sums of 1, x, y, xx, yy, xy; NaN where something does not vary."""
    n, x, y, xx, yy, xy = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = (xx - x**2 / n) * (yy - y**2 / n)
        return np.where(spread > 1e-9, (xy - x * y / n) / np.sqrt(np.maximum(spread, 1e-12)), np.nan)
