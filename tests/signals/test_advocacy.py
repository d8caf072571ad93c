"""advocacy: sentiment of mentions, shrunk, times propensity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.signals.advocacy import advocacy_kernel, dirichlet_balance
from influence.text.sentiment.shares import SHARED_BALANCE

GOOD, BAD, EVEN = (0.03, 0.07, 0.90), (0.90, 0.07, 0.03), (0.1, 0.8, 0.1)


def scored(*accounts, **options):
    account = np.repeat(np.arange(len(accounts)), [len(a) for a in accounts])
    chance = np.array([row for a in accounts for row in a], dtype=float).reshape(-1, 3)
    return advocacy_kernel(account, chance, len(accounts), **options)


def test_two_glowing_mentions_do_not_beat_forty_good_ones_with_a_few_complaints():
    found = scored([(0.0, 0.0, 1.0)] * 2, [GOOD] * 36 + [BAD] * 4)
    assert found.value[1] > found.value[0]
    assert found.sentiment[0] - found.low[0] > found.sentiment[1] - found.low[1]


def test_many_mentions_do_not_take_away_what_the_model_gets_wrong_about_all_of_them():
    found = scored([GOOD] * 4_000)
    assert found.sentiment[0] - found.low[0] == pytest.approx(1.645 * SHARED_BALANCE, rel=0.05)


def test_a_critic_ranks_below_a_devoted_owner_whatever_the_followers():
    critic, owner, silent = scored([BAD] * 6, [GOOD] * 3, []).value
    assert critic < 0 < owner
    assert np.isnan(silent)


def test_without_mentions_everything_is_unknown_and_nothing_is_zero():
    found = scored([GOOD], [])
    for name in ("value", "sentiment", "low", "high", "propensity", "involvement", "trend"):
        assert np.isnan(getattr(found, name)[1]), name
    assert found.n_mentions.tolist() == [1.0, 0.0]


def test_mentions_the_model_cannot_read_count_for_nothing():
    unreadable = (np.nan, np.nan, np.nan)
    assert np.isnan(scored([unreadable] * 5).value[0])
    assert scored([GOOD, unreadable]).n_mentions[0] == 1


def test_one_mention_moves_the_value_a_third_of_the_way_from_the_pool():
    found = advocacy_kernel(np.array([0, -1, -1]), np.array([[0, 0, 1.0], [1, 0, 0], [1, 0, 0]], float), 1)
    pool = np.array([3, 1, 2]) / 6
    expected = (2 * pool + [0, 0, 1]) / 3
    assert found.sentiment[0] == pytest.approx(expected[2] - expected[0])


def test_levels_of_involvement_rise_from_naming_to_making():
    found = scored([EVEN] * 5, [GOOD], [GOOD] * 3)
    assert found.involvement.tolist() == [0.0, 1.0, 2.0]
    comments = scored([GOOD] * 3, is_own_post=np.zeros(3, dtype=bool))
    assert comments.involvement.tolist() == [1.0]


def test_the_trend_is_the_later_half_minus_the_earlier_and_needs_four_dated_mentions():
    found = scored([BAD, BAD, GOOD, GOOD], [GOOD] * 3, day=np.array([1.0, 2, 3, 4, 1, 2, 3]))
    assert found.trend[0] == pytest.approx(2 * 0.87)
    assert np.isnan(found.trend[1])


@given(st.lists(st.floats(0.01, 50), min_size=3, max_size=3))
def test_the_balance_stays_between_minus_one_and_one_and_its_spread_is_that_of_draws(alpha):
    mean, spread = dirichlet_balance(np.array([alpha]))
    draws = np.random.default_rng(0).dirichlet(alpha, 4000)
    balance = draws[:, 2] - draws[:, 0]
    assert -1 <= mean[0] <= 1
    assert mean[0] == pytest.approx(balance.mean(), abs=0.06)
    assert spread[0] == pytest.approx(balance.std(), abs=0.06)


OWNER = ("I love my Acme bike", "Acme saved my day, great support", "rode my acme again, best bike ever")
CRITIC = ("Acme is a scam", "never buying acme again", "acme lost my order, awful")


def evidence_of(workspace, brand):
    from influence.signals.evidence import Evidence
    from influence.signals.material import Material
    from influence.text.niche import Niche

    material = Material(workspace.store)
    return Evidence(material, Niche(), np.arange(len(material.account_ids)), brand=brand)


def test_a_critic_with_2600_followers_ranks_below_a_devoted_owner_with_200(workspace_of):
    from influence.signals.advocacy import brand_mentions, compute, quotes

    said = (
        [("p:owner", text) for text in OWNER] + [("p:critic", text) for text in CRITIC] + [("p:new", "sunny")]
    )
    workspace = workspace_of(
        accounts=[
            {"account_id": "p:critic", "handle": "critic", "followers": 2600},
            {"account_id": "p:new", "handle": "new", "followers": 5000},
            {"account_id": "p:owner", "handle": "owner", "followers": 200},
        ],
        posts=[
            {"post_id": str(i), "account_id": who, "text": text, "created_at": "2024-01-01"}
            for i, (who, text) in enumerate(said)
        ],
    )
    evidence = evidence_of(workspace, "Acme")
    values = compute(evidence)
    critic, newcomer, owner = values.value
    assert critic < 0 < owner
    assert np.isnan(newcomer)
    assert values.support.tolist() == [3, 0, 3]
    good, bad = quotes(brand_mentions(evidence), "p:critic")
    assert not good
    assert {m.clause for m in bad} <= set(CRITIC)
    assert np.isnan(compute(evidence_of(workspace, None)).value).all()
