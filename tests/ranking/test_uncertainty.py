"""Rank intervals: true in a world whose rates are known, the same when repeated, wide where little was seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import rank
from influence.ranking import uncertainty
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.posterior import Posterior, gamma_factor, share_draws
from influence.ranking.reception import dispersion_of, weights_of
from influence.ranking.uncertainty import interval_of, ranks_of
from influence.reporting.ranking.files import render_ranking
from influence.reporting.ranking.terminal import ranking_table
from influence.reporting.ranking.words import notes_of, rank_range
from influence.signals.registry import SIGNAL_NAMES

ENGAGEMENT_ALONE = {name: float(name == "peer_engagement") for name in SIGNAL_NAMES}


def rows_of(rate: np.ndarray, n_posts: np.ndarray, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Poisson likes for `n_posts` posts an account, spread over the same year."""
    return [
        {
            "post_id": f"p{author:03d}-{n}", "account_id": f"web:a{author:03d}", "text": "bread",
            "created_at": str(np.datetime64("2023-12-31") - np.timedelta64(int(365 * n / n_posts[author]), "D")),
            "likes": int(rng.poisson(rate[author])),
        }
        for author in range(len(rate)) for n in range(n_posts[author])
    ]  # fmt: skip


@pytest.fixture
def small_world(workspace_of: Callable[..., Any]) -> Any:
    rng = np.random.default_rng(5)
    return workspace_of(
        posts=rows_of(np.array([30.0, 12.0, 11.0, 3.0, 1.0]), np.array([20, 4, 4, 20, 20]), rng)
    )


def test_the_true_rank_is_inside_as_often_as_the_interval_says(workspace_of: Callable[..., Any]) -> None:
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(3):
        rate = np.exp(rng.normal(2.0, 0.6, 120))
        true = np.argsort(np.argsort(-rate)) + 1
        found = rank(workspace_of(posts=rows_of(rate, np.full(120, 5), rng)), weights=ENGAGEMENT_ALONE, top=0)
        for row in found.rows:
            where = true[int(row.account_id[-3:])]
            inside.append(row.rank_low <= where <= row.rank_high)  # type: ignore[operator]
    assert 0.86 <= np.mean(inside) <= 0.95


def test_the_same_seed_gives_the_same_intervals_and_another_nearly_the_same(small_world: Any) -> None:
    one, again, other = (rank(small_world, top=2, seed=seed).rows for seed in (0, 0, 1))
    assert one == again
    for row, twin in zip(one, other, strict=True):
        assert row.p_top == pytest.approx(twin.p_top, abs=0.1)


def test_a_rank_is_inside_its_interval_and_chances_of_the_top_add_up(small_world: Any) -> None:
    ranking = rank(small_world, top=0, weights=ENGAGEMENT_ALONE)
    assert all(row.rank_low <= row.rank <= row.rank_high for row in ranking.rows)  # type: ignore[operator]
    of_two = rank(small_world, top=2, weights=ENGAGEMENT_ALONE)
    assert sum(row.p_top or 0.0 for row in of_two.rows) <= 2.0 + 1e-9
    assert [row.p_top for row in ranking.rows] == [1.0] * 5  # five accounts, all among the first thirty


def test_clear_leads_are_narrow_and_few_posts_wide(small_world: Any) -> None:
    rows = {row.handle: row for row in rank(small_world, top=0, weights=ENGAGEMENT_ALONE).rows}
    assert (rows["a000"].rank_low, rows["a000"].rank_high) == (1, 1)
    assert rank_range(rows["a001"], rows["a002"]) == rank_range(rows["a002"], rows["a001"]) == "~2-3"
    assert rank_range(rows["a004"], rows["a000"]) == "5"


def test_every_output_shows_range_and_chance(small_world: Any) -> None:
    ranking = rank(small_world, top=2, weights=ENGAGEMENT_ALONE)
    row = json.loads(render_ranking(ranking, "json"))["rows"][0]
    assert {"rank_low", "rank_high", "p_top"} <= set(row)
    assert "rank_low,rank_high,p_top" in render_ranking(ranking, "csv").splitlines()[0]
    assert "| Rank range | In top 2 |" in render_ranking(ranking, "md")
    table = ranking_table(ranking)
    assert "range" in table
    assert "In top" in table
    assert any("Rank range: between which places it would stand" in note for note in notes_of(ranking))
    frame = ranking.to_pandas()
    assert frame["rank_low"].tolist() == [row.rank_low for row in ranking.rows]


def test_gamma_draws_have_the_mean_and_variance_of_their_shape() -> None:
    normal = np.random.default_rng(0).standard_normal((200_000, 3))
    drawn = gamma_factor(np.array([1.0, 5.0, 50.0]), normal)
    np.testing.assert_allclose(drawn.mean(axis=0), 1.0, atol=0.01)
    np.testing.assert_allclose(drawn.var(axis=0), [1.0, 0.2, 0.02], rtol=0.06)


@given(st.floats(0, 1), st.floats(0, 1000))
def test_draws_of_a_share_stay_shares_and_more_support_makes_them_surer(value: float, support: float) -> None:
    normal = np.linspace(-2, 2, 41)[:, None]
    few, many = (share_draws(np.array([value]), np.array([n]), normal) for n in (support, 2 * support + 10))
    assert few.min() >= 0.0
    assert few.max() <= 1.0
    assert np.ptp(many) <= np.ptp(few) + 1e-12


def test_dispersion_is_one_for_poisson_counts_and_the_prior_that_of_the_rates() -> None:
    rng = np.random.default_rng(3)
    rate = rng.gamma(4.0, 2.0, 2_000)  # mean 8, variance 16: a prior that weighs half a post
    account = np.repeat(np.arange(2_000), 10)
    gain = rng.poisson(rate[account]).astype(float)
    each = np.ones(len(gain))
    weights = weights_of(account, each, 2_000)
    dispersion, strength = dispersion_of(gain, account, each, weights, np.bincount(account, gain))
    assert dispersion == pytest.approx(1.0, abs=0.05)
    assert strength == pytest.approx(0.5, rel=0.15)


def test_ranks_by_steps_are_those_by_sorting(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(0).random((4, 500)).astype(np.float32)
    exact = ranks_of(scores, np.arange(500))
    monkeypatch.setattr("influence.ranking.uncertainty._SORTED_BELOW", 0)
    assert np.abs(ranks_of(scores, np.arange(500)) - exact).max() <= 1
    np.testing.assert_array_equal(exact[0], np.argsort(np.argsort(-scores[0])) + 1)


def test_an_interval_holds_its_level_of_the_draws() -> None:
    low, high = interval_of(np.arange(1, 102)[:, None], 0.9)
    assert (low[0], high[0]) == (6, 96)


def test_ends_on_which_many_draws_fall_are_left_out_where_that_is_nearer_to_the_level() -> None:
    draws = np.repeat([1, 2, 3, 4], [30, 25, 25, 20])[:, None]
    low, high = interval_of(draws, 0.5)
    assert (low[0], high[0]) == (2, 3)
    low, high = interval_of(draws, 0.9)
    assert (low[0], high[0]) == (1, 4)


def test_drawing_only_for_those_who_can_come_near_changes_no_rank(
    workspace_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(2)
    workspace = workspace_of(posts=rows_of(np.exp(rng.normal(2.0, 1.5, 150)), np.full(150, 8), rng))
    found = assess(workspace, question_of("", top=5))
    posterior = Posterior(found.evidence, found.signals, found.scores.scaled, np.random.default_rng(0))
    for chosen in (found.order[:5], found.order[[70]], found.order[[140, 3]]):
        ranks = []
        for few in (10_000, 0):
            monkeypatch.setattr(uncertainty, "_FEW", few)
            ranks.append(uncertainty._ranks(found, chosen, 200, posterior))
        np.testing.assert_array_equal(*ranks)
    rivals, _ = uncertainty.rivals_of(posterior, found, found.order[:5], 200)
    assert len(rivals) < 100  # or nothing would be tested


def test_the_least_and_the_most_are_of_the_draws_that_ranks_are_made_of(
    workspace_of: Callable[..., Any],
) -> None:
    rng = np.random.default_rng(3)
    workspace = workspace_of(posts=rows_of(np.exp(rng.normal(2.0, 1.0, 80)), np.full(80, 3), rng))
    found = assess(workspace, question_of("", top=5))
    posterior = Posterior(found.evidence, found.signals, found.scores.scaled, np.random.default_rng(0))
    everyone = np.arange(80)
    drawn = posterior.narrowed(everyone).draw(60)
    ends, any_luck = posterior.narrowed(everyone).edges(60), posterior.edges()
    for name, values in drawn.items():
        assert (ends[name][0] <= values.min(axis=0) + 1e-6).all()
        assert (ends[name][1] >= values.max(axis=0) - 1e-6).all()
        assert (any_luck[name][0] <= ends[name][0]).all()
        assert (any_luck[name][1] >= ends[name][1]).all()
    assert any(np.ptp(values, axis=0).any() for values in drawn.values())


def test_a_draw_of_one_among_a_draw_of_others_ranks_as_if_it_stood_in_its_place() -> None:
    rng = np.random.default_rng(4)
    others, own = rng.integers(0, 40, 60).astype(np.float32), rng.integers(0, 40, (7, 3)).astype(np.float32)
    place = np.array([3, 20, 59])
    for draw in range(7):
        for at, chosen in enumerate(place):
            row = others.copy()
            row[chosen] = own[draw, at]
            right = ranks_of(row[None, :], np.array([chosen]))[0, 0]
            assert uncertainty._among(others, place, own)[draw, at] == right


def test_rivals_that_are_drawn_less_often_move_no_end_of_an_interval_far(
    workspace_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(6)
    workspace = workspace_of(posts=rows_of(np.exp(rng.normal(2.0, 1.0, 300)), np.full(300, 4), rng))
    found = assess(workspace, question_of("", top=5))
    chosen = found.order[[0, 10, 80, 150, 299]]
    posterior = Posterior(found.evidence, found.signals, found.scores.scaled, np.random.default_rng(0))
    right = interval_of(uncertainty._ranks(found, chosen, 500, posterior), 0.9)
    monkeypatch.setattr(uncertainty, "_MANY", 0)
    monkeypatch.setattr(uncertainty, "_SCORES", 0)
    few = interval_of(uncertainty._ranks(found, chosen, 500, posterior), 0.9)
    assert not np.array_equal(right, few)  # or nothing would be tested
    np.testing.assert_allclose(few, right, atol=9)
