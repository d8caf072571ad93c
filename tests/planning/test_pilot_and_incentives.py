"""Pilot sizes against tables, rewards worked by hand, and what the law forbids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from influence.errors import UsageError
from influence.planning.incentives import (
    Assumptions,
    Reward,
    SentimentConditionError,
    check_condition,
    check_referrals,
    compare_sides,
    disclosure,
    expected_programme,
)
from influence.planning.pilot import normal_sample_size, plan_pilot, sample_size
from influence.reporting.plan.plan_incentives import deciding, incentives_text


def test_pilot_size_is_the_least_that_keeps_both_error_rates() -> None:
    n, k = sample_size(0.2, 0.4, alpha=0.05, power=0.8)
    assert binom.sf(k - 1, n, 0.2) <= 0.05
    assert binom.sf(k - 1, n, 0.4) >= 0.8
    assert all(binom.sf(binom.isf(0.05, m, 0.2), m, 0.4) < 0.8 for m in range(n - 5, n)), (
        "a smaller one would do"
    )


def test_normal_size_worked_by_hand() -> None:
    # ((1.6449 sqrt(.02 .98) + .8416 sqrt(.04 .96)) / .02)^2 = ((.23028 + .16492) / .02)^2 = 390.5
    assert normal_sample_size(0.02, 0.04) == pytest.approx(390.5, abs=0.5)


@given(st.floats(0.005, 0.1), st.floats(1.5, 4))
def test_exact_size_lies_near_the_normal_one(failure: float, factor: float) -> None:
    n, k = sample_size(failure, failure * factor)
    assert binom.sf(k - 1, n, failure) <= 0.05
    assert 0.6 < n / normal_sample_size(failure, failure * factor) < 2.5


def test_a_pilot_says_when_passing_would_not_pay() -> None:
    values = {"purchase_rate": 0.03, "break_even_purchase_rate": 3.0, "visits": 10_000.0}
    pilot = plan_pilot(values, {})
    assert pilot is not None
    assert "does not make it pay" in pilot.rule
    assert 0 < pilot.share < 1


def test_a_pilot_has_to_show_the_rate_that_breaks_even() -> None:
    pilot = plan_pilot({"purchase_rate": 0.03, "break_even_purchase_rate": 0.05, "visits": 10_000.0}, {})
    assert pilot is not None
    assert pilot.success == 0.05


def test_a_break_even_rate_out_of_reach_is_no_success_to_wait_for() -> None:
    values = {"purchase_rate": 0.03, "break_even_purchase_rate": 0.6, "visits": 10_000.0}
    pilot = plan_pilot(values, {}, plausible=0.04)
    assert pilot is not None
    assert pilot.success == 0.03
    assert "takes 60.00%" in pilot.rule


@pytest.mark.parametrize(
    ("by", "amount"), [("scope", "creators"), ("time", "days"), ("breadth", "communities")]
)
def test_a_pilot_says_how_many_creators_days_or_communities(by: str, amount: str) -> None:
    values = {"purchase_rate": 0.03, "break_even_purchase_rate": 0.02, "visits": 5_000.0, "voices_paid": 40.0,
              "cost_per_voice": 10.0, "reward_per_order": 5.0}  # fmt: skip
    pilot = plan_pilot(values, {"by": by, "share": 0.25, "days": 40, "communities": 40})
    assert pilot is not None
    assert (pilot.n_visits, pilot.amount) == (1_250, f"10 of 40 {amount}")
    assert pilot.cost == pytest.approx(0.25 * 400 + 1_250 * 0.03 * 5)
    assert pilot.alpha <= 0.05, "the size is given, the error of going on wrongly is still kept"


@pytest.mark.parametrize(("failure", "success"), [(0.3, 0.5), (0.2, 0.4), (0.05, 0.2), (0.1, 0.3)])
def test_exact_single_stage_designs_equal_brute_force(failure: float, success: float) -> None:
    # the design of A'Hern 2001: the least n for which some k keeps both error rates, tried from 1 upwards
    every = ((n, int(binom.isf(0.05, n, failure)) + 1) for n in range(1, 200))
    least = next((n, k) for n, k in every if binom.sf(k - 1, n, success) >= 0.8)
    assert sample_size(failure, success) == least


CERTAIN = Assumptions(
    advocates=1000, customer_margin=50, acquisition_cost=20, fixed_cost=100, share_rate=0.1, clicks_per_share=2,
    conversion_rate=0.1, share_without_reward=0.5, conversion_without_reward=0.5, anyway_share=0.25, fraud_share=0.2,
    value_lift=1.0,
)  # fmt: skip


def test_two_sided_reward_worked_by_hand() -> None:
    # 1,000 advocates, 100 share, 200 clicks, 20 orders; 15 are new; 20 / .8 = 25 are paid 10 + 5 each
    found = expected_programme("both", Reward(10, 5), CERTAIN)
    assert (found.sharers, found.clicks, found.new_customers, found.rewarded) == pytest.approx(
        (100, 200, 15, 25)
    )
    assert found.reward_cost == pytest.approx(375)
    assert found.cost_per_acquired == pytest.approx(475 / 15)
    assert found.profit == pytest.approx(15 * 50 + 15 * 20 - 475)
    # per advocate: (750 + 300 - 375) / 1000 = .675; 100 / .675 = 148 advocates
    assert found.break_even_advocates == pytest.approx(100 / 0.675)


def test_the_bank_s_referral_programme_returns_sixty_percent() -> None:
    # Schmitt, Skiera and Van den Bulte, GfK Marketing Intelligence Review 5(1) 2013: a reward of 25 euros for a
    # customer who is worth 40 euros more: a return of roughly 60 %
    told = Assumptions(
        advocates=1000, customer_margin=40, share_rate=0.1, clicks_per_share=1, conversion_rate=0.5, anyway_share=0,
        fraud_share=0, value_lift=1.0, conversion_without_reward=1.0,
    )  # fmt: skip
    found = expected_programme("one-sided", Reward(25, 0), told)
    assert found.cost_per_acquired == pytest.approx(25)
    assert found.profit / found.cost == pytest.approx(0.6)


def test_sides_are_compared_at_the_same_money() -> None:
    found = {one.name: one for one in compare_sides(Reward(10, 5), CERTAIN)}
    assert found["advocate only"].reward == Reward(15, 0)
    assert found["friend only"].reward == Reward(0, 15)
    assert found["no reward"].reward_cost == 0
    assert found["no reward"].new_customers == pytest.approx(15 / 4)


def test_rewards_that_all_lose_money_are_said_to_before_any_figure() -> None:
    # both sides: 25 paid 20 = 500 for 15 new ones, who save 20 each: (500 - 300) / 15 = 13.33 each would do, not 5;
    # the other sides reach half and a quarter as many at the same money each, so that the same margin would do
    poor = replace(CERTAIN, customer_margin=5.0)
    made = compare_sides(Reward(10, 10), poor)
    first, *_ = deciding(made, poor, "EUR")
    assert "however many advocates there are" in first
    assert "13.33 EUR and not 5" in first
    page = incentives_text(made, poor, disclosure("us", "Acme", Reward(10, 10)), None, "EUR", "table")
    assert page.splitlines()[0] == "What decides"
    # 250 + 300 - 375 = 175 a thousand advocates and 200 fixed: 100 fewer than enough
    few = replace(CERTAIN, customer_margin=250 / 15, fixed_cost=200.0)
    assert "it takes 1,143 or more" in deciding(compare_sides(Reward(10, 5), few), few, "EUR")[0]
    assert not deciding(compare_sides(Reward(10, 5), CERTAIN), CERTAIN, "EUR")


def test_a_cap_limits_what_is_paid() -> None:
    capped = expected_programme("both", Reward(10, 5, cap_per_advocate=1), CERTAIN.__class__(
        **{**CERTAIN.__dict__, "conversion_rate": 1.0}))  # fmt: skip
    assert capped.rewarded == pytest.approx(100 / 0.8)


@given(st.floats(0, 50), st.floats(0, 50))
def test_a_dearer_reward_never_costs_less(advocate: float, friend: float) -> None:
    cheap, dear = (
        expected_programme("x", Reward(advocate + more + 0.01, friend + 0.01), CERTAIN) for more in (0, 5)
    )
    assert cheap.cost <= dear.cost
    assert cheap.profit >= dear.profit


@pytest.mark.parametrize(
    "condition",
    ["a positive review", "a 5-star rating", "posts that praise the product", "recommends us to friends",
     "eine gute Bewertung", "no criticism of the brand"],
)  # fmt: skip
def test_a_reward_for_kind_words_is_refused_with_the_rule(condition: str) -> None:
    with pytest.raises(SentimentConditionError, match=r"16 CFR 465\.4.*particular sentiment"):
        check_condition(condition)


@pytest.mark.parametrize("condition", ["", "a friend buys", "an honest review, whether positive or negative"])
def test_a_reward_for_what_is_done_is_allowed(condition: str) -> None:
    check_condition(condition)


def test_disclosure_names_brand_rewards_and_rule() -> None:
    text = disclosure("UK", "Acme", Reward(10, 5), "GBP")
    assert "Acme" in text["advocate"]
    assert "5 GBP" in text["friend"]
    assert "CAP Code" in text["cite"]
    assert "255.5" in disclosure("us", "Acme", Reward(1, 1))["cite"]
    with pytest.raises(UsageError, match="country"):
        disclosure("atlantis", "Acme", Reward(1, 1))


def test_fraud_checks_find_self_referral_duplicates_and_speed(workspace_of: Callable[..., Any]) -> None:
    rows = [
        {"order_id": "1", "customer_id": "a", "ordered_at": "2024-01-01", "referred_by": "a"},
        {"order_id": "2", "customer_id": "b", "ordered_at": "2024-01-02", "referred_by": "x"},
        {"order_id": "3", "customer_id": "b", "ordered_at": "2024-01-03", "referred_by": "y"},
        *(
            {"order_id": f"v{n}", "customer_id": f"v{n}", "ordered_at": "2024-01-05", "referred_by": "z"}
            for n in range(6)
        ),
    ]
    twins = [{"customer_id": "p", "email_hash": "ff"}, {"customer_id": "q", "email_hash": "ff"}]
    rows.append({"order_id": "9", "customer_id": "q", "ordered_at": "2024-01-09", "referred_by": "p"})
    store = workspace_of(orders=rows, customers=twins).store
    found = {finding.code: finding for finding in check_referrals(store, cap=3)}
    assert found["self-referral"].examples == ("a",)
    assert found["duplicate-referral"].examples == ("b",)
    assert found["velocity"].examples == ("z",)
    assert found["above-cap"].examples == ("z",)
    assert found["shared-identity"].examples == ("p",)
    assert found["old-customer"].examples == ("b",)
