"""Two models of buying: how many orders a customer may still place, and how much money an order brings.

No kept library fits: `lifetimes` rests since 2020 and does not run on today's numpy, `pymc-marketing` brings a
compiler and samples for minutes. Both models have closed-form likelihoods, so each is one small maximisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

from influence.errors import ConvergenceError, UsageError

MODELS = ("mbg", "bg")
Numbers: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class PurchaseModel:
    """BG/NBD, or MBG/NBD where a customer may also leave right after the first order.

    While active a customer orders at a Poisson rate drawn from Gamma(r, alpha); after an order they leave with a
    chance drawn from Beta(a, b).

    References
    ----------
    Fader, Hardie and Lee 2005, doi:10.1287/mksc.1040.0098 (``bg``: one-time buyers never leave);
    Batislam, Denizel and Filiztekin 2007, doi:10.1016/j.ijresmar.2006.12.005 (``mbg``).
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    model: str = "mbg"

    @property
    def _first(self) -> float:
        """1 where the first order, too, is a chance to leave."""
        return 1.0 if self.model == "mbg" else 0.0

    def _odds_gone(self, repeats: Numbers, latest: Numbers, observed: Numbers) -> Numbers:
        before = self.b + repeats - 1 + self._first
        stayed = (repeats > 0) | (self._first > 0)
        ratio = ((self.alpha + observed) / (self.alpha + latest)) ** (self.r + repeats)
        return np.where(stayed, self.a / np.where(stayed, before, 1.0) * ratio, 0.0)

    def p_active(self, repeats: Numbers, latest: Numbers, observed: Numbers) -> Numbers:
        """Chance that a customer with `repeats` repeat orders, the last at `latest` of `observed`, still buys."""
        return 1.0 / (1.0 + self._odds_gone(repeats, latest, observed))

    def expected(self, ahead: float, repeats: Numbers, latest: Numbers, observed: Numbers) -> Numbers:
        """Expected orders in the next `ahead` units of time."""
        r, b = self.r + repeats, self.b + repeats + self._first
        total = self.a + b - 1
        a = self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6
        shrink = (self.alpha + observed) / (self.alpha + observed + ahead)
        series: Numbers = hyp2f1(r, b, total, ahead / (self.alpha + observed + ahead))
        orders = total / (a - 1) * (1 - shrink**r * series)
        return np.maximum(orders, 0.0) * self.p_active(repeats, latest, observed)


def fit_purchases(
    repeats: Numbers, latest: Numbers, observed: Numbers, *, model: str = "mbg"
) -> PurchaseModel:
    """Fit a purchase model by maximum likelihood.

    Parameters
    ----------
    repeats : ndarray, shape (n_customers,)
        Orders after the first.
    latest, observed : ndarray, shape (n_customers,)
        Time of the latest order and of the end of the data, both since the first order, in one unit.

    Raises
    ------
    ConvergenceError
        The likelihood has no maximum here (nobody buys twice, say).
    """
    if model not in MODELS:
        raise UsageError("there is no such purchase model", seen=model, expected=", ".join(MODELS))
    scale = float(np.mean(observed)) or 1.0
    arrays = (repeats, latest / scale, observed / scale)
    found = minimize(
        _purchase_cost, np.zeros(4), args=(*arrays, model), method="L-BFGS-B", bounds=[(-8, 8)] * 4
    )
    if not np.isfinite(found.fun):
        raise ConvergenceError("the purchase model cannot be fitted to these customers")
    r, alpha, a, b = np.exp(found.x)
    return PurchaseModel(
        r, alpha * scale, a, b, -float(found.fun) - float(repeats.sum()) * np.log(scale), model
    )


def _purchase_cost(
    logs: np.ndarray, repeats: Numbers, latest: Numbers, observed: Numbers, model: str
) -> float:
    """Negative log-likelihood; Fader, Hardie and Lee 2005, eq. 6, and Batislam et al. 2007, eq. 4."""
    r, alpha, a, b = np.exp(logs)
    first = 1.0 if model == "mbg" else 0.0
    count = gammaln(r + repeats) - gammaln(r) + r * np.log(alpha)
    stays = gammaln(a + b) + gammaln(b + repeats + first) - gammaln(b) - gammaln(a + b + repeats + first)
    here = -(r + repeats) * np.log(alpha + observed)
    could_leave = (repeats > 0) | (first > 0)
    odds = np.log(a) - np.log(np.where(could_leave, b + repeats - 1 + first, 1.0))
    gone = np.where(could_leave, odds - (r + repeats) * np.log(alpha + latest), -np.inf)
    return -float(np.sum(count + stays + np.logaddexp(here, gone)))


@dataclass(frozen=True)
class SpendModel:
    """Gamma-gamma: a customer's orders vary about their own mean, the means vary between customers.

    References
    ----------
    Fader and Hardie 2013, "The gamma-gamma model of monetary value", brucehardie.com/notes/025.
    """

    p: float
    q: float
    v: float

    def expected(self, n_orders: Numbers, mean: Numbers) -> Numbers:
        """Expected money per order: the customer's mean, drawn towards everyone's the fewer orders it rests on."""
        return self.p * (self.v + n_orders * mean) / (self.p * n_orders + self.q - 1)


def fit_spend(n_orders: np.ndarray, mean: np.ndarray) -> SpendModel:
    """Fit the gamma-gamma model to the mean money of `n_orders` orders of each customer; free orders are left out."""
    paid = (mean > 0) & (n_orders > 0)
    if paid.sum() < 2:
        return SpendModel(1.0, 2.0, float(mean[paid].sum()))
    scale = float(np.mean(mean[paid]))
    arrays = (n_orders[paid], mean[paid] / scale)
    bounds = [(-6, 6), (1e-3, 6), (-6, 6)]  # q above 1: the mean of means exists
    found = minimize(_spend_cost, np.array([1.0, 1.0, 0.0]), args=arrays, method="L-BFGS-B", bounds=bounds)
    p, q, v = np.exp(found.x)
    return SpendModel(float(p), float(q), float(v * scale))


def _spend_cost(logs: np.ndarray, n: np.ndarray, mean: np.ndarray) -> float:
    p, q, v = np.exp(logs)
    terms = gammaln(p * n + q) - gammaln(p * n) - gammaln(q) + q * np.log(v)
    terms = terms + (p * n - 1) * np.log(mean) + p * n * np.log(n) - (p * n + q) * np.log(n * mean + v)
    return -float(np.sum(terms))
