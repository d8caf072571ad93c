"""What customers are worth: recency, frequency, money, and what they may be expected to buy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from influence.errors import MissingDataError
from influence.planning.buying import fit_purchases, fit_spend
from influence.store.visibility import reference_day, visible

if TYPE_CHECKING:
    from influence.store.base import Store

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


def customer_values(
    store: Store, *, as_of: object = None, horizon_days: int = HORIZON_DAYS, model: str = "mbg"
) -> CustomerValues:
    """What is each customer worth over the next `horizon_days`?

    Parameters
    ----------
    store : Store
    as_of : date, ISO text or None
        What was known at the start of that day.
    horizon_days : int
        Days ahead.
    model : {"mbg", "bg", "rfm"}
        Purchase model, see `influence.planning.buying`; ``rfm`` fits none.

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
    found = value_histories(frame, horizon_days=horizon_days, model=model)
    return replace(found, as_of_day=_today(store, as_of))


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
