"""The scale of counts: a factor is worth the same however large the largest is, and alike is alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.ranking.counts import heavy_world, measure
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.moves import value_for
from influence.ranking.posterior import _scaling
from influence.ranking.rank import rank
from influence.ranking.score import scale
from influence.signals.base import SignalValues
from influence.signals.peer_engagement import PEER_ENGAGEMENT
from tests.ranking.test_counted_reactions import Make

SIGNAL = replace(PEER_ENGAGEMENT, scale="logarithm")


def scaled(values: np.ndarray) -> np.ndarray:
    return scale(SIGNAL, SignalValues(values, np.ones(len(values))))


def test_one_giant_does_not_press_the_others_together() -> None:
    usual = np.exp(np.linspace(0.0, 5.0, 300))
    with_giant = scaled(np.append(usual, 1e12))
    np.testing.assert_allclose(with_giant[:290], scaled(usual)[:290], atol=0.02)
    assert with_giant[-1] == 1.0 > with_giant[:-1].max()


def test_anchors_of_a_hundred_and_one_powers_by_hand() -> None:
    points = scaled(np.expm1(np.arange(101.0)))  # ln(1 + value) is 0 to 100: hundredths fall on 1 and 99
    np.testing.assert_allclose(points[[0, 1, 50, 99, 100]], [0.0, 0.05, 0.5, 0.95, 1.0])
    np.testing.assert_allclose(np.diff(points[1:100]), 0.9 / 98)


def test_a_tenth_more_is_not_everything_among_accounts_alike() -> None:
    low, high = scaled(np.array([99.0, 109.0]))
    assert 0.4 < low < high < 0.6


@given(st.lists(st.floats(0, 1e9), min_size=2, max_size=40))
def test_more_is_never_less_and_draws_and_moves_read_the_same_scale(values: list[float]) -> None:
    array = np.sort(np.array(values))
    points = scaled(array)
    assert (np.diff(points) >= -1e-12).all()
    assert points.min() >= 0
    assert points.max() <= 1
    known = SignalValues(array, np.ones(len(array)))
    np.testing.assert_allclose(_scaling(SIGNAL, known)(array), points, atol=1e-5)
    reads = _scaling(SIGNAL, known)
    back = value_for(SIGNAL, known, float(points[-1]))
    assert reads(np.array([back]))[0] == pytest.approx(points[-1], abs=1e-4)


def test_counts_are_trusted_in_full_where_nobody_asked_for_a_niche_and_half_where_somebody_did(
    workspace_of: Make,
) -> None:
    posts = [
        {"post_id": f"{who}{k}", "account_id": f"web:{who}", "created_at": f"2023-12-1{k}", "likes": n + k,
         "text": "vegan baking with oats"}
        for who, n in (("a", 5), ("b", 50), ("c", 500))
        for k in range(1 + n // 50)
    ]  # fmt: skip
    workspace = workspace_of(posts=posts)
    plain, asked = (rank(workspace, niche).weights for niche in ("", "vegan baking"))
    rest = {name: weight for name, weight in plain.items() if name != "peer_engagement"}
    assert plain["peer_engagement"] / sum(rest.values()) == pytest.approx(
        2 * asked["peer_engagement"] / sum(asked[name] for name in rest)
    )


def test_a_profile_that_says_what_is_declared_changes_nothing_and_another_scale_does(
    workspace_of: Make,
) -> None:
    counts = {"a": 5, "b": 50, "c": 500, "d": 700}
    posts = [
        {"post_id": who, "account_id": f"web:{who}", "created_at": "2023-12-10", "likes": n}
        for who, n in counts.items()
    ]
    workspace = workspace_of(posts=posts)
    plain, written, other = (
        [row.score for row in rank(workspace, scales=scales).rows]
        for scales in ({}, {"peer_engagement": PEER_ENGAGEMENT.scale}, {"peer_engagement": "percentile"})
    )
    assert plain == written
    assert plain != other


@pytest.mark.slow
def test_later_reactions_are_foretold_where_tails_are_heavy() -> None:
    rows = {row["method"]: row for row in measure(7, lambda seed: heavy_world(seed, 3_000))}
    ours = rows["influence, long-tail"]
    assert ours["spearman"] > 0.8
    assert ours["within size"] > 0.6


def test_counts_of_vendors_are_logarithmic_once(workspace_of: Callable[..., Any]) -> None:
    """Ten times the mentions are worth as much from 10 as from 1,000: no second logarithm."""
    accounts = [{"account_id": f"web:a{k}", "kind": "blog"} for k in range(5)]
    metrics = [
        {"account_id": f"web:a{k}", "day": "2024-01-01", "mentions_received": 10**k - 1} for k in range(5)
    ]
    found = assess(workspace_of(accounts=accounts, metrics=metrics), question_of(""))
    steps = np.diff(found.scores.scaled["reach"])
    assert steps[1:-1] == pytest.approx(steps[1], rel=0.02)
    assert found.signals["reach"][1].value == pytest.approx([0, 9, 99, 999, 9_999])


def test_reactions_by_name_are_logarithmic_once(workspace_of: Callable[..., Any]) -> None:
    """`a` is liked by one person, `b` by eight: ln 2 each, and the scale takes the logarithm."""
    likes = [("p0", "a")] + [(f"p{k}", "b") for k in range(8)]
    rows = [{"actor_id": f"web:{who}", "target_id": f"web:{whom}", "kind": "like"} for who, whom in likes]
    found = assess(workspace_of(interactions=rows), question_of(""))
    ids = found.evidence.candidates["account_id"].tolist()
    value = dict(zip(ids, found.signals["peer_engagement"][1].value, strict=True))
    assert value["web:b"] == pytest.approx(8 * value["web:a"])
