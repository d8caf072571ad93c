"""Tracking: targets, benchmark, advice, and rates for the next plan."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from influence.errors import MissingDataError, UsageError
from influence.planning.brief import parse_brief, with_learned
from influence.planning.track import Tracking, learned_toml, track


def outcome(campaign: str, who: str, day: int, cost: float, clicks: int, orders: int) -> dict[str, Any]:
    return {"campaign": campaign, "account_id": f"web:{who}", "day": f"2024-05-{day:02d}", "cost": cost,
            "impressions": clicks * 50, "clicks": clicks, "orders": orders, "revenue": orders * 40.0}  # fmt: skip


ROWS = [
    *(outcome("new", "good", day, 20, 100, 9) for day in range(1, 6)),
    *(outcome("new", "poor", day, 200, 100, 0) for day in range(1, 6)),
    *(outcome("new", "tiny", day, 0.5, 1, 0) for day in range(1, 6)),
    outcome("old", "good", 1, 100, 200, 4),
]


@pytest.fixture
def found(workspace_of: Callable[..., Any]) -> Tracking:
    return track(
        workspace_of(outcomes=ROWS).store,
        "new",
        targets={"orders": 90.0},
        benchmark="old",
        until="2024-05-10",
    )


def test_kpis_stand_beside_target_forecast_and_benchmark(found: Tracking) -> None:
    kpis = {kpi.key: kpi for kpi in found.kpis}
    orders = kpis["orders"]
    assert (orders.value, orders.target, orders.reached) == (45, 90, 0.5)
    assert orders.forecast == pytest.approx(90), "half of ten days are over"
    assert orders.benchmark == 4
    assert kpis["purchase_rate"].value == pytest.approx(45 / 1005)
    assert kpis["purchase_rate"].benchmark == pytest.approx(4 / 200)
    assert kpis["signups"].value is None


def test_sales_are_compared_with_sales_and_new_orders_with_new_orders(
    workspace_of: Callable[..., Any],
) -> None:
    plan = {"order_revenue": 3_600.0, "revenue": 1_800.0, "new_orders": 45.0, "anyway_share": 0.5, "margin_share": 0.5,
            "cost_per_order": 20.0, "cost_per_acquisition": 40.0, "profit": -100.0}  # fmt: skip
    kpis = {kpi.key: kpi for kpi in track(workspace_of(outcomes=ROWS).store, "new", targets=plan).kpis}
    assert (kpis["revenue"].value, kpis["revenue"].target) == (1_800, 3_600)
    assert (kpis["new_orders"].value, kpis["new_orders"].reached) == (22.5, 0.5)
    assert kpis["cost_per_order"].value == pytest.approx(1_102.5 / 45)
    assert kpis["cost_per_acquisition"].value == pytest.approx(1_102.5 / 22.5)
    assert kpis["profit"].value == pytest.approx(1_800 * 0.5 * 0.5 - 1_102.5)
    assert kpis["profit"].reached is None, "of a planned loss nothing is a share"


def test_a_forecast_has_a_margin_from_how_much_days_differ(workspace_of: Callable[..., Any]) -> None:
    even = [outcome("even", "ann", day, 10, 100, 2) for day in range(1, 6)]
    odd = [outcome("odd", "ann", day, 10, 100, 4 * (day % 2)) for day in range(1, 6)]
    store = workspace_of(outcomes=[*even, *odd]).store
    orders = {
        name: {k.key: k for k in track(store, name, until="2024-05-10").kpis}["orders"]
        for name in ("even", "odd")
    }
    assert orders["even"].margin == 0
    # days 4 0 4 0 4: variance 4.8; five days ahead, foretold from five: 1.2816 sqrt(4.8 * 5 * 2)
    assert orders["odd"].margin == pytest.approx(1.2816 * (4.8 * 5 * 2) ** 0.5)


def test_the_good_are_kept_the_poor_replaced_and_the_unseen_awaited(found: Tracking) -> None:
    advice = {one.account_id: one.advice for one in found.people}
    assert advice == {"web:good": "keep", "web:poor": "replace", "web:tiny": "wait"}


def test_running_totals_end_at_the_programme_s(found: Tracking) -> None:
    assert found.days[-1]["orders"] == 45
    assert [day["orders"] for day in found.days] == sorted(day["orders"] for day in found.days)


def test_learned_rates_replace_defaults_in_the_next_plan_but_not_what_the_brief_says(found: Tracking) -> None:
    told = tomllib.loads(learned_toml(found.learned))["response"]["purchase_rate"]
    assert told["low"] < told["value"] < told["high"]
    brief = parse_brief({
        "audience": {"voices": 2, "followers": 10, "unique_audience": 9}, "money": {"order_value": 5},
        "response": {"click_rate": 0.5},
    })  # fmt: skip
    taken = with_learned(brief, found.learned).inputs
    assert taken["purchase_rate"].value == pytest.approx(45 / 1005)
    assert "learned" in taken["purchase_rate"].source
    assert taken["click_rate"].value == 0.5


def test_without_outcomes_or_name_the_error_says_what_to_do(workspace_of: Callable[..., Any]) -> None:
    with pytest.raises(MissingDataError, match="import"):
        track(workspace_of(accounts=[{"account_id": "p:y"}]).store)
    with pytest.raises(UsageError, match="which campaign"):
        track(workspace_of(outcomes=ROWS).store)
