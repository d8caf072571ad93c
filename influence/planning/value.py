"""What customers are worth: recency, frequency, money, and what they may be expected to buy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

from influence.errors import ConvergenceError, MissingDataError, UsageError
from influence.store.visibility import reference_day, visible

if TYPE_CHECKING:
    from influence.store.base import Store


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


HORIZON_DAYS = 365
LEAST_REPEATERS = 50
"""Customers with a second order below which the models are not fitted: RFM alone, and the output says so."""
DAYS_A_WEEK = 7.0


@dataclass(frozen=True)
class CustomerValues:
    """Value of every customer.

    Attributes
    ----------
    frame : DataFrame
        Indexed by customer_id: ``n_orders``, ``recency_days`` (since the latest order), ``tenure_days``, ``revenue``,
        ``rfm`` (0-1), ``p_active`` (0-1), ``expected_orders`` and ``expected_revenue`` in the horizon, ``value``
        (what ranks: expected revenue, or `rfm` where the models were not fitted), ``margin_share``, ``nps``,
        ``referrals``, ``account_id``, ``account_verified``, ``email_hash``.
    method : str
        In plain words: how value was computed.
    horizon_days : int
    as_of_day : int
        Day from which recency counts.
    """

    frame: pd.DataFrame
    method: str
    horizon_days: int
    as_of_day: int = 0


def customer_values(store: Store, *, as_of: object = None) -> CustomerValues:
    """What is each customer worth over the next `HORIZON_DAYS`?

    Parameters
    ----------
    store : Store
    as_of : date, ISO text or None
        What was known at the start of that day.

    Raises
    ------
    MissingDataError
        There are neither orders nor customers.
    """
    frame = histories(store, as_of)
    if frame.empty:
        raise MissingDataError(
            "there are no customers",
            hint="bring them in with `influence import customers.csv` or `influence import orders.csv`",
        )
    return replace(value_histories(frame), as_of_day=_today(store, as_of))


def value_histories(
    frame: pd.DataFrame, *, horizon_days: int = HORIZON_DAYS, model: str = "mbg"
) -> CustomerValues:
    """Value customers from purchase histories, one row a customer (columns as `histories` gives them)."""
    frame = frame.copy()
    frame["rfm"] = rfm_score(frame)
    repeaters = int((frame["n_orders"] >= 2).sum())
    if model == "rfm" or repeaters < LEAST_REPEATERS:
        frame[["p_active", "expected_orders", "expected_revenue"]] = np.nan
        frame["value"] = frame["rfm"]
        why = "as asked" if model == "rfm" else f"only {repeaters} customers ordered twice"
        return CustomerValues(frame, f"RFM rank-sum ({why}); no forecast of orders", horizon_days)
    buys = fit_purchases(*_purchase_arrays(frame), model=model)
    frame["p_active"] = buys.p_active(*_purchase_arrays(frame))
    frame["expected_orders"] = buys.expected(horizon_days / DAYS_A_WEEK, *_purchase_arrays(frame))
    n, mean = frame["n_orders"].to_numpy(float), mean_order(frame)
    spend = fit_spend(n, mean)
    frame["expected_revenue"] = frame["expected_orders"] * spend.expected(n, mean)
    frame["value"] = frame["expected_revenue"]
    name = {"mbg": "MBG/NBD", "bg": "BG/NBD"}[model]
    return CustomerValues(
        frame, f"{name} for orders, gamma-gamma for money, over {horizon_days} days", horizon_days
    )


def rfm_score(frame: pd.DataFrame) -> np.ndarray:
    """Mean of the percentile ranks of recency (less is better), frequency and money, 0-1; ties share a rank."""
    parts = (-frame["recency_days"], frame["n_orders"], frame["revenue"])
    ranks = [part.rank(pct=True).fillna(0.5).to_numpy(dtype=float) for part in parts]
    return np.asarray(np.mean(ranks, axis=0))


def mean_order(frame: pd.DataFrame) -> np.ndarray:
    """Mean money per order; at least 0."""
    mean = frame["revenue"].fillna(0.0) / frame["n_orders"].clip(lower=1)
    return np.asarray(mean.clip(lower=0.0), dtype=float)


def _purchase_arrays(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat orders, week of the latest order and weeks observed, counted from the first order."""
    repeats = np.maximum(frame["n_orders"].to_numpy(float) - 1, 0)
    observed = np.nan_to_num(frame["tenure_days"].to_numpy(float)) / DAYS_A_WEEK
    latest = np.nan_to_num(observed - frame["recency_days"].to_numpy(float) / DAYS_A_WEEK)
    return repeats, np.where(repeats > 0, np.clip(latest, 0, observed), 0.0), observed


def histories(store: Store, as_of: object = None) -> pd.DataFrame:
    """One row a customer: from `orders` where there are any of theirs, else from their row in `customers`.

    Several orders of a customer on one day count as one.
    """
    day = _today(store, as_of)
    cut = None if as_of is None else day
    bought = store.query(_orders_sql(cut)).to_pandas().set_index("customer_id")
    told = store.query(
        "select customer_id, account_id, account_verified, email_hash, orders, revenue, first_order, last_order, "
        f"tenure_days, nps, referrals, margin_share from customers where {visible('customers', cut)} "
        "order by customer_id"
    ).to_pandas()
    told = told.set_index("customer_id")
    frame = told.reindex(told.index.union(bought.index)).sort_index()
    for ours, theirs in (("n_orders", "orders"), ("revenue", "revenue"),
                         ("first_order", "first_order"), ("last_order", "last_order")):  # fmt: skip
        stated = frame[theirs].astype(float)
        frame[ours] = bought[ours].reindex(frame.index).astype(float).fillna(stated)
    frame["recency_days"] = (day - frame["last_order"]).clip(lower=0)
    since_first = (day - frame["first_order"]).clip(lower=0)
    frame["tenure_days"] = since_first.fillna(frame["tenure_days"].astype(float))
    frame["referrals"] = _referrals(store, cut).reindex(frame.index).fillna(frame["referrals"].astype(float))
    return frame.drop(columns=["orders"])


def _orders_sql(cut: int | None) -> str:
    return (
        "select customer_id, count(distinct ordered_day) as n_orders, sum(revenue) as revenue, "
        "min(ordered_day) as first_order, max(ordered_day) as last_order from orders "
        f"where ordered_day is not null and {visible('orders', cut)} group by customer_id order by customer_id"
    )


def _referrals(store: Store, cut: int | None) -> pd.Series:
    """New customers brought, counted from orders that name the advocate."""
    sql = (
        "select referred_by, count(distinct customer_id) as n from orders "
        f"where referred_by is not null and referred_by <> customer_id and {visible('orders', cut)} "
        "group by referred_by order by referred_by"
    )
    return store.query(sql).to_pandas().set_index("referred_by")["n"].astype(float)


def _today(store: Store, as_of: object) -> int:
    """Day from which recency counts: `as_of`, or the day after the latest order or other dated row."""
    if as_of is not None:
        return reference_day(store, as_of)  # type: ignore[arg-type]
    sql = "select max(day) as day from (select max(ordered_day) as day from orders union all "
    last = store.query(sql + "select max(last_order) as day from customers) as days")["day"][0].as_py()
    return max(reference_day(store, None), 0 if last is None else int(last) + 1)
