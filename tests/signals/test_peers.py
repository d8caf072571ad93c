"""Accounts are compared with those of nearly the same size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.signals.engagement_rates import engagement_parts, linking_accounts
from influence.signals.evidence import Evidence
from influence.signals.material import Material
from influence.signals.peers import (
    MIN_PEERS,
    compare_with_peers,
    peers_of,
    published_rate,
    published_tables,
    ratio_to_peers,
)
from influence.store.workspace import to_day
from influence.text.niche import Niche


def by_hand(value: np.ndarray, size: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The slow clear version: order by size, take k others around each, half on either side."""
    order = [
        i for i in np.lexsort((np.arange(len(size)), size)) if np.isfinite(value[i]) and np.isfinite(size[i])
    ]
    middle, below = np.full(len(value), np.nan), np.full(len(value), np.nan)
    for place, i in enumerate(order):
        start = min(max(place - k // 2, 0), len(order) - 1 - k)
        near = [j for j in order[start : start + k + 1] if j != i][:k]
        middle[i] = np.median(value[near])
        below[i] = np.mean([(value[j] < value[i]) + 0.5 * (value[j] == value[i]) for j in near])
    return middle, below


def test_neighbours_are_those_of_the_slow_version() -> None:
    rng = np.random.default_rng(1)
    size, value = rng.normal(size=300).round(1), rng.normal(size=300)
    value[::7] = np.nan
    found = compare_with_peers(value, size, n_peers=40)
    middle, below = by_hand(value, size, 40)
    known = np.isfinite(value)
    np.testing.assert_allclose(found.typical[known], middle[known])
    np.testing.assert_allclose(found.percentile[known], below[known])


def test_an_account_of_unknown_value_still_has_peers_and_one_of_unknown_size_has_none() -> None:
    size, value = np.linspace(0, 1, 100), np.linspace(5, 6, 100)
    value[50], size[20] = np.nan, np.nan
    found = compare_with_peers(value, size, n_peers=10)
    assert found.typical[50] == pytest.approx(5.5, abs=0.05)
    assert np.isnan(found.percentile[50])
    assert np.isnan(found.typical[20])
    assert found.n_peers[20] == 0


def test_platforms_are_compared_apart_unless_one_is_too_small() -> None:
    size = np.tile(np.linspace(0, 5, 100), 2)
    value = np.repeat([1.0, 3.0], 100)
    group = np.array(["a"] * 100 + ["b"] * 95 + ["c"] * 5, dtype=object)
    found = compare_with_peers(value, size, group, n_peers=20)
    assert set(found.typical[:195]) == {1.0, 3.0}
    assert (found.typical[:100] == 1.0).all()
    assert found.n_peers[199] == 20


def test_the_peers_of_one_are_those_it_is_compared_with() -> None:
    rng = np.random.default_rng(3)
    size, value = rng.normal(size=200).round(1), rng.normal(size=200)
    group = np.array(["a"] * 90 + ["b"] * 90 + ["c"] * 20, dtype=object)
    found = compare_with_peers(value, size, group, n_peers=20)
    for at in (0, 50, 120, 199):
        peers, own_group = peers_of(at, size, group, n_peers=20)
        assert at not in peers
        assert np.median(value[peers]) == found.typical[at]
        assert own_group == (at < 180)


def test_too_few_accounts_say_nothing() -> None:
    found = compare_with_peers(np.ones(MIN_PEERS), np.ones(MIN_PEERS))
    assert np.isnan(found.typical).all()


@given(st.integers(31, 80), st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter_where_sizes_differ(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    size, value, mixed = rng.permutation(n).astype(float), rng.normal(size=n), rng.permutation(n)
    straight = compare_with_peers(value, size, n_peers=20)
    shuffled = compare_with_peers(value[mixed], size[mixed], n_peers=20)
    np.testing.assert_array_equal(straight.typical[mixed], shuffled.typical)
    np.testing.assert_array_equal(straight.percentile[mixed], shuffled.percentile)


def test_one_lucky_post_is_pulled_towards_what_is_usual() -> None:
    exposure = np.array([1.0, 100.0, *[20.0] * 50])
    totals = np.array([10.0, 1000.0, *[20.0] * 50])
    ratio = ratio_to_peers(totals, exposure, np.ones(52))
    assert ratio[0] < ratio[1] < 10.0
    assert np.isnan(ratio_to_peers(np.ones(1), np.zeros(1), np.ones(1)))[0]


def test_published_tables_are_cited_and_fall_with_size() -> None:
    for table in published_tables().values():
        assert table["source"]
        assert table["url"].startswith("https://")
        assert table["date"]
    rate = published_rate(
        np.array(["Instagram", "instagram", "twitter", "web"]), np.array([5e3, 5e5, 1e4, 1e4])
    )
    assert rate[0] > rate[1] > 0.003
    assert rate[2] == pytest.approx(0.00035)
    assert np.isnan(rate[3])


def evidence_of(workspace: Any) -> Evidence:
    material = Material(workspace.store)
    return Evidence(material, Niche("", "", ()), np.arange(len(material.account_ids)))


def test_rates_by_followers_and_by_views_are_what_a_hand_would_compute(
    workspace_of: Callable[..., Any],
) -> None:
    workspace = workspace_of(
        accounts=[{"account_id": "instagram:a", "platform": "instagram", "followers": 1000}],
        posts=[
            {
                "post_id": "1",
                "account_id": "instagram:a",
                "likes": 40,
                "comments": 8,
                "shares": 2,
                "views": 500,
            },
            {
                "post_id": "2",
                "account_id": "instagram:a",
                "likes": 30,
                "comments": None,
                "shares": None,
                "views": None,
            },
        ],
    )
    parts = engagement_parts(evidence_of(workspace))
    assert parts["engagement_per_post"][0] == 40
    assert parts["engagement_rate_by_followers"][0] == pytest.approx(0.04)
    assert parts["engagement_rate_by_views"][0] == pytest.approx(0.1)
    assert parts["peers_seen"][0] == 0  # a published table stood in
    assert parts["ratio_to_peers"][0] > 1


def test_a_fan_who_likes_everything_is_one_unique_reactor(workspace_of: Callable[..., Any]) -> None:
    posts = [{"post_id": str(n), "account_id": "web:a", "likes": 1} for n in range(5)]
    likes = [
        {"actor_id": "web:fan", "target_id": "web:a", "post_id": str(n), "kind": "like"} for n in range(5)
    ]
    likes.append({"actor_id": "web:other", "target_id": "web:a", "post_id": "0", "kind": "comment"})
    evidence = evidence_of(workspace_of(posts=posts, interactions=likes))
    at = list(evidence.material.account_ids).index("web:a")
    assert engagement_parts(evidence)["unique_reactors"][at] == 2


def test_who_linked_within_half_a_year_counts_once_however_often(workspace_of: Callable[..., Any]) -> None:
    """Six months before 30 June: Ben twice, Cem once; Dora a day too early, Eva without a date, Fay by a like."""
    dated = [("ben", "link", "2024-06-01"), ("ben", "link", "2024-05-01"), ("cem", "link", "2024-01-02"),
             ("dora", "link", "2024-01-01"), ("eva", "link", None), ("fay", "like", "2024-06-29")]  # fmt: skip
    links = [
        {"actor_id": f"web:{who}", "target_id": "web:a", "post_id": str(n), "kind": kind, "created_at": day}
        for n, (who, kind, day) in enumerate(dated)
    ]
    material = evidence_of(workspace_of(interactions=links)).material
    assert material.reference_day == to_day("2024-06-30")
    told = dict(zip(material.account_ids, linking_accounts(material), strict=True))
    assert told == {"web:a": 2, **{f"web:{who}": 0 for who, _, _ in dated}}
