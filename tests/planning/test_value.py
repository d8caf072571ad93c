"""The purchase models against the papers' estimates and a simulation; values from orders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from influence.errors import MissingDataError
from influence.planning.value import (
    PurchaseModel,
    SpendModel,
    customer_values,
    fit_purchases,
    fit_spend,
    histories,
    rfm_score,
    value_histories,
)


@pytest.fixture(scope="module")
def cdnow() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """2,357 customers of CDNOW (Fader and Hardie; file of the package Lifetimes, MIT): repeats, latest, observed."""
    frame = pd.read_csv(Path(__file__).with_name("cdnow_summary.csv"))
    frequency, recency, observed = (frame[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    return frequency, recency, observed


def test_bg_nbd_gives_the_estimates_of_fader_hardie_lee_2005(
    cdnow: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    model = fit_purchases(*cdnow, model="bg")
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=1e-3)
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.1)


def test_bg_nbd_foretells_the_paper_s_customer_1() -> None:
    # Hardie's note on BG/NBD in Excel: x = 2, t_x = 30.43, T = 38.86, 39 weeks ahead: 1.226 orders
    model = PurchaseModel(0.2426, 4.4136, 0.793, 2.4259, 0.0, "bg")
    expected = model.expected(39, np.array([2.0]), np.array([30.43]), np.array([38.86]))
    assert expected[0] == pytest.approx(1.226, abs=1e-3)


def test_gamma_gamma_shrinks_as_the_note_of_fader_and_hardie_says() -> None:
    # note 025: p = 6.25, q = 3.74, v = 15.44; the mean of a customer nobody has seen is pv / (q - 1) = 35.2
    spend = SpendModel(6.25, 3.74, 15.44)
    unseen = spend.expected(np.array([0.0]), np.array([0.0]))[0]
    assert unseen == pytest.approx(6.25 * 15.44 / 2.74)
    one, ten = spend.expected(np.array([1.0, 10.0]), np.array([100.0, 100.0]))
    assert unseen < one < ten < 100


def test_mbg_forecast_equals_a_simulation() -> None:
    model = PurchaseModel(0.525, 6.183, 0.891, 1.614, 0.0, "mbg")
    rng = np.random.default_rng(5)
    n, observed, ahead = 60_000, 20.0, 10.0
    rate, leave = rng.gamma(model.r, 1 / model.alpha, n), rng.beta(model.a, model.b, n)
    repeats, latest, later = np.zeros(n), np.zeros(n), np.zeros(n)
    time, active = np.zeros(n), rng.random(n) > leave
    while active.any():
        time = time + np.where(active, rng.exponential(1 / rate), 0)
        active &= time < observed + ahead
        seen = active & (time < observed)
        repeats += seen
        latest = np.where(seen, time, latest)
        later += active & ~seen
        active &= rng.random(n) > leave
    expected = model.expected(ahead, repeats, latest, np.full(n, observed))
    for k in (0, 1, 3):
        group = repeats == k
        error = later[group].std() / np.sqrt(group.sum())
        assert expected[group].mean() == pytest.approx(later[group].mean(), abs=4 * error)


def test_spend_model_finds_what_was_drawn() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(1, 12, 20_000).astype(float)
    scale = rng.gamma(4.0, 1 / 15.0, len(n))
    mean = rng.gamma(6.0 * n, 1 / (scale * n))
    spend = fit_spend(n, mean)
    assert (spend.p, spend.q, spend.v) == pytest.approx((6.0, 4.0, 15.0), rel=0.1)


def test_one_time_buyers_may_have_left_under_mbg_and_never_under_bg() -> None:
    once = (np.array([0.0]), np.array([0.0]), np.array([50.0]))
    assert PurchaseModel(0.5, 6, 0.9, 1.6, 0.0, "bg").p_active(*once)[0] == 1.0
    assert PurchaseModel(0.5, 6, 0.9, 1.6, 0.0, "mbg").p_active(*once)[0] < 0.5


def test_rfm_ranks_by_recency_frequency_and_money() -> None:
    frame = pd.DataFrame({"recency_days": [1, 50, 90], "n_orders": [9, 3, 1], "revenue": [900.0, 90.0, 10.0]})
    assert list(rfm_score(frame)) == pytest.approx([1.0, 2 / 3, 1 / 3])


ORDERS = [
    {"order_id": "1", "customer_id": "ann", "ordered_at": "2024-01-01", "revenue": 10.0},
    {"order_id": "2", "customer_id": "ann", "ordered_at": "2024-01-11", "revenue": 30.0},
    {"order_id": "3", "customer_id": "ann", "ordered_at": "2024-01-11", "revenue": 5.0},
    {"order_id": "4", "customer_id": "bob", "ordered_at": "2024-01-06", "revenue": 7.0, "referred_by": "ann"},
    {"order_id": "5", "customer_id": "bob", "ordered_at": "2024-01-21", "revenue": 8.0, "referred_by": "bob"},
]


def test_recency_frequency_value_and_tenure_come_from_orders(workspace_of: Callable[..., Any]) -> None:
    frame = histories(workspace_of(orders=ORDERS).store)
    ann = frame.loc["ann"]
    assert (ann["n_orders"], ann["revenue"], ann["recency_days"], ann["tenure_days"]) == (2, 45.0, 11, 21)
    assert ann["referrals"] == 1
    assert np.isnan(frame.loc["bob", "referrals"]), "nobody can refer themselves"


def test_orders_of_the_future_are_not_seen(workspace_of: Callable[..., Any]) -> None:
    frame = histories(workspace_of(orders=ORDERS).store, "2024-01-11")
    assert frame.loc["ann", "n_orders"] == 1
    assert frame.loc["bob", "n_orders"] == 1


def test_few_repeat_buyers_leave_rfm_and_say_so(workspace_of: Callable[..., Any]) -> None:
    values = customer_values(workspace_of(orders=ORDERS).store)
    assert "RFM" in values.method
    assert values.frame["expected_orders"].isna().all()


def test_row_order_of_histories_does_not_matter(cdnow: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    repeats, latest, observed = (part[:400] for part in cdnow)
    frame = pd.DataFrame({
        "n_orders": repeats + 1, "recency_days": (observed - latest) * 7, "tenure_days": observed * 7,
        "revenue": 20.0 * (repeats + 1),
    })  # fmt: skip
    there = value_histories(frame).frame["value"]
    back = value_histories(frame.iloc[::-1]).frame["value"]
    assert np.allclose(there, back.reindex(there.index), rtol=1e-3)


def test_without_customers_the_error_says_what_to_import(workspace_of: Callable[..., Any]) -> None:
    with pytest.raises(MissingDataError, match="import"):
        customer_values(workspace_of(accounts=[{"account_id": "p:y"}]).store)
