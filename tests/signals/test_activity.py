"""Who has fallen silent for good: habits are learned from all accounts at once."""

from __future__ import annotations

import numpy as np
import pytest

from influence.signals import activity
from influence.signals.activity import (
    DAYS_BETWEEN_POSTS,
    DAYS_TO_SILENCE,
    likelihoods,
    shares_of_kinds,
    still_active,
)


def test_chance_of_a_kind_is_that_of_the_closed_form() -> None:
    seen = np.array([[9.0], [90.0], [100.0]])
    active, silent = (found.reshape(len(DAYS_TO_SILENCE), -1)[1] for found in likelihoods(seen))
    r, m = 1 / DAYS_BETWEEN_POSTS, 1 / 250.0
    odds = m / (r + m) * (np.exp((r + m) * 10.0) - 1.0)  # Schmittlein et al. 1987, known rates
    likely = active > 1e-12
    assert likely.sum() > 5
    np.testing.assert_allclose(active[likely] / (active + silent)[likely], 1 / (1 + odds[likely]), rtol=1e-9)


def test_where_everybody_writes_a_paper_now_and_then_silence_is_no_sign() -> None:
    rng = np.random.default_rng(1)
    span = rng.uniform(10.0, 700.0, 2_000)
    again = rng.random(2_000) < 0.3 * span / 700.0
    silent = np.where(again, span * rng.random(2_000), span)
    papers = still_active(1.0 + again, span, silent)
    assert np.median(papers) > 0.6
    assert 0.35 < papers.min() <= papers.max() < 1
    daily = still_active(
        np.append(np.full(200, 100.0), 60.0), np.full(201, 100.0), np.append(np.ones(200), 40.0)
    )
    assert daily[-1] < 0.05 < 0.95 < daily[0]


def test_it_is_calibrated_where_habits_are_known() -> None:
    rng = np.random.default_rng(2)
    n, days = 4_000, 400.0
    rate, life = rng.gamma(1.0, 0.05, n) + 0.002, rng.exponential(500.0, n)
    life[rng.random(n) < 0.3] = np.inf
    heard = np.minimum(life, days)
    n_more = rng.poisson(rate * heard)
    latest = np.array([t * rng.random(k).max() if k else 0.0 for t, k in zip(heard, n_more, strict=True)])
    chance = still_active(n_more + 1.0, np.full(n, days), days - latest)
    lives = life > days
    tenth = np.digitize(chance, np.linspace(0.1, 0.9, 9))
    off = [abs((chance - lives)[tenth == k].sum()) for k in range(10)]
    assert sum(off) / n < 0.03


def test_undated_posts_tell_nothing_and_few_accounts_leave_the_prior() -> None:
    found = still_active(np.array([0.0, 3.0, 5.0]), np.zeros(3), np.array([np.nan, np.nan, 0.0]))
    assert found.tolist() == pytest.approx([1.0, 1.0, 1.0])
    one = np.array([[4.0], [100.0], [110.0]])
    assert shares_of_kinds(one).max() < 2 / len(DAYS_TO_SILENCE) / len(DAYS_BETWEEN_POSTS)


def test_many_accounts_are_judged_in_pieces_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    posts, span = rng.integers(0, 9, 50).astype(float), rng.uniform(1.0, 400.0, 50)
    silent = np.where(rng.random(50) < 0.2, np.nan, span * rng.random(50))
    whole = still_active(posts, span, silent)
    assert (whole[np.isnan(silent) | (posts == 0)] == 1).all()
    assert len(np.unique(whole)) > 30
    monkeypatch.setattr(activity, "_CHUNK", 7)
    np.testing.assert_allclose(still_active(posts, span, silent), whole, rtol=1e-12)


def test_the_shares_of_the_kinds_are_those_of_one_step_by_hand_and_add_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = np.array([[4.0, 0.0], [100.0, 0.0], [110.0, 300.0]])
    assert shares_of_kinds(seen).sum() == pytest.approx(1.0)
    monkeypatch.setattr(activity, "N_STEPS", 1)
    of_kind = np.add(*likelihoods(seen))
    expected = (of_kind / of_kind.sum(axis=1, keepdims=True)).sum(axis=0)
    n_kinds = of_kind.shape[1]
    np.testing.assert_allclose(shares_of_kinds(seen), (expected + 20 / n_kinds) / 22)
