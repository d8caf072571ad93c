"""Small samples are pulled towards their peers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.signals.shrinkage import (
    collected,
    decay,
    gamma_poisson_prior,
    mid_ranks,
    percentile_among_known,
    shrunk_mean,
    shrunk_rate,
    shrunk_share,
    variance_of_posts,
)


def test_decay_halves_once_per_half_life_and_unknown_age_counts_as_one() -> None:
    np.testing.assert_allclose(decay(np.array([0, 180, 360, np.nan]), 180), [1, 0.5, 0.25, 0.5])


def test_shrunk_share_is_the_beta_posterior_mean() -> None:
    assert shrunk_share(np.array([3.0]), np.array([4.0]), 0.5, 2.0)[0] == pytest.approx(4 / 6)


def test_one_lucky_post_does_not_win() -> None:
    totals, posts = np.array([50.0, 400.0, 60.0, 55.0, 70.0]), np.array([1.0, 20.0, 20.0, 20.0, 20.0])
    rate = shrunk_rate(totals, posts, gamma_poisson_prior(totals, posts))
    assert rate[0] < 50
    assert rate[1] > 15
    assert np.argmax(totals / posts) == 0
    long, short = shrunk_rate(
        np.array([400.0, 20.0]), np.array([20.0, 1.0]), gamma_poisson_prior(totals, posts)
    )
    assert long > short


def test_the_prior_recovers_the_rates_it_was_drawn_from() -> None:
    rng = np.random.default_rng(7)
    posts = rng.integers(5, 60, 20_000).astype(float)
    totals = rng.poisson(rng.gamma(4.0, 1 / 2.0, 20_000) * posts).astype(float)
    shape, rate = gamma_poisson_prior(totals, posts)
    assert shape / rate == pytest.approx(2.0, rel=0.05)
    assert rate == pytest.approx(2.0, rel=0.15)


def test_no_exposure_is_unknown_not_zero() -> None:
    assert np.isnan(shrunk_rate(np.zeros(1), np.zeros(1), (0.5, 1.0))[0])


@given(st.lists(st.one_of(st.just(np.nan), st.floats(-1e6, 1e6)), max_size=40))
def test_percentiles_keep_order_and_unknown(values: list[float]) -> None:
    array = np.array(values, dtype=float)
    found = percentile_among_known(array)
    known = np.isfinite(array)
    assert np.array_equal(np.isfinite(found), known)
    assert np.all((found[known] >= 0) & (found[known] <= 1))
    order = np.argsort(array[known], kind="stable")
    assert np.all(np.diff(found[known][order]) >= 0)


def test_means_are_pulled_by_their_noise_and_no_further():
    value = np.array([0.5, 1.0, 1.5, np.nan])
    clean = shrunk_mean(value, np.zeros(4))
    noisy = shrunk_mean(value, np.array([0.0, 0.1, 0.3, 0.1]))
    np.testing.assert_allclose(clean, value)
    assert noisy[0] == pytest.approx(0.5)
    assert 1.0 < noisy[2] < 1.25
    assert np.isnan(noisy[3])
    assert np.isnan(shrunk_mean(np.full(2, np.nan), np.zeros(2))).all()


@given(st.lists(st.integers(-3, 3), max_size=30))
def test_equal_values_share_the_middle_of_their_ranks_as_in_scipy(values: list[int]) -> None:
    from scipy.stats import rankdata

    assert mid_ranks(np.array(values, float)).tolist() == rankdata(values).tolist()


@pytest.mark.parametrize(
    ("totals", "exposure", "shape", "rate"),
    [
        ([2, 8], [2, 2], 6.25, 2.5),  # mean 2.5; spread 2.25 - 2.5 / 2
        ([2, 8, 7], [2, 2, 0], 6.25, 2.5),  # who has no posts tells nothing
        ([1, 9], [1, 3], 20.0, 8.0),  # chance alone spreads more: 5 % of the mean squared, 0.3125
        ([0, 1000], [1, 1], 125.0, 0.25),  # never less than a quarter of a post
        ([1, 1], [10, 10], 5.0, 50.0),  # nor more than fifty
        ([0, 0], [3, 4], 0.5, 1.0),
        ([5, 5], [0, 0], 0.5, 1.0),
    ],
)
def test_the_prior_of_rates_by_hand(
    totals: list[float], exposure: list[float], shape: float, rate: float
) -> None:
    prior = gamma_poisson_prior(np.array(totals, float), np.array(exposure, float))
    assert prior == pytest.approx((shape, rate))


def test_a_shrunk_rate_by_hand() -> None:
    found = shrunk_rate(np.array([3.0, 0.0, 4.0]), np.array([4.0, 0.5, 0.0]), (2.0, 6.0))
    np.testing.assert_allclose(found, [5 / 10, 2 / 6.5, np.nan])


@pytest.mark.parametrize(
    ("value", "account", "weight", "usual", "expected"),
    [
        (
            [1, 3, 10],
            [0, 0, 1],
            [1, 1, 1],
            9.0,
            (2.0, 116 / 9, 14 / 3),
        ),  # 128 / 9 between means, 4 / 3 of chance
        ([0, 4, 9], [0, 0, 2], [3, 1, 1], 9.0, (8.0, 102.4 / 2.6**2 - 16 / 2.6, 10.6 / 2.6)),
        ([1, 5], [0, 1], [1, 1], 0.5, (0.5, 3.5, 3.0)),  # nobody has two posts: the usual variance within
        ([1, 5], [0, 1], [1, 1], 100.0, (100.0, 0.04, 3.0)),  # at least 1 % of what the means differ
        ([2, 2], [0, 1], [1, 1], 1.0, (1.0, 1e-12, 2.0)),
        ([], [], [], 7.0, (7.0, 7.0, 0.0)),
    ],
)
def test_the_variance_within_and_between_accounts_by_hand(
    value: list[float], account: list[int], weight: list[float], usual: float, expected: tuple[float, ...]
) -> None:
    found = variance_of_posts(
        np.array(value, float), np.array(account, int), np.array(weight, float), 3, usual
    )
    assert found == pytest.approx(expected, rel=1e-9, abs=0)


def test_shrunk_means_by_hand() -> None:
    value = np.array([0.0, np.nan, 4.0])
    np.testing.assert_allclose(shrunk_mean(value, np.array([1.0, 50.0, 3.0])), [2 / 3, np.nan, 2.8])
    least = shrunk_mean(value, np.full(3, 10.0))  # 1 % of the variance of 4
    np.testing.assert_allclose(least, [2 - 2 * 0.04 / 10.04, np.nan, 2 + 2 * 0.04 / 10.04])
    np.testing.assert_allclose(shrunk_mean(np.full(2, 3.0), np.zeros(2)), [3.0, 3.0])


def test_percentiles_by_hand() -> None:
    found = percentile_among_known(np.array([10.0, 20.0, 20.0, np.nan, 5.0]))
    np.testing.assert_allclose(found, [1 / 3, 2.5 / 3, 2.5 / 3, np.nan, 0.0])
    np.testing.assert_allclose(percentile_among_known(np.array([np.nan, 7.0])), [np.nan, 0.5])
    np.testing.assert_allclose(percentile_among_known(np.array([3.0, 2.0])), [1.0, 0.0])


def test_how_surely_reactions_are_collected_by_hand() -> None:
    assert [collected(1, 50), collected(11, 50), collected(500, 2_000)] == [0.0, 0.5, 1.0]
    assert collected(21, 420) == pytest.approx(0.5)
    assert collected(0, 0) == 0.0
    assert collected(5, 0) == pytest.approx(4 / 20)
