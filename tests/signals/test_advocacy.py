"""advocacy: sentiment of mentions, shrunk, times propensity."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.signals.advocacy import (
    advocacy_kernel,
    dirichlet_balance,
    involvement_level,
    quotes,
    sentiment_trend,
)
from influence.text.sentiment.shares import SHARED_BALANCE

GOOD, BAD, EVEN = (0.03, 0.07, 0.90), (0.90, 0.07, 0.03), (0.1, 0.8, 0.1)


def scored(*accounts, **options):
    account = np.repeat(np.arange(len(accounts)), [len(a) for a in accounts])
    chance = np.array([row for a in accounts for row in a], dtype=float).reshape(-1, 3)
    return advocacy_kernel(account, chance, len(accounts), **options)


def test_two_glowing_mentions_do_not_beat_forty_good_ones_with_a_few_complaints():
    found = scored([(0.0, 0.0, 1.0)] * 2, [GOOD] * 36 + [BAD] * 4)
    assert found["value"][1] > found["value"][0]
    assert (
        found["sentiment"][0] - found["sentiment_low"][0] > found["sentiment"][1] - found["sentiment_low"][1]
    )


def test_many_mentions_do_not_take_away_what_the_model_gets_wrong_about_all_of_them():
    found = scored([GOOD] * 4_000)
    assert found["sentiment"][0] - found["sentiment_low"][0] == pytest.approx(
        1.645 * SHARED_BALANCE, rel=0.05
    )


def test_a_critic_ranks_below_a_devoted_owner_whatever_the_followers():
    critic, owner, silent = scored([BAD] * 6, [GOOD] * 3, [])["value"]
    assert critic < 0 < owner
    assert np.isnan(silent)


def test_without_mentions_everything_is_unknown_and_nothing_is_zero():
    found = scored([GOOD], [])
    for name in set(found):
        assert np.isnan(found[name][1]), name
    assert np.nan_to_num(found["mentions"]).tolist() == [1.0, 0.0]


def test_mentions_the_model_cannot_read_count_for_nothing():
    unreadable = (np.nan, np.nan, np.nan)
    assert np.isnan(scored([unreadable] * 5)["value"][0])
    assert scored([GOOD, unreadable])["mentions"][0] == 1


def test_one_mention_moves_the_value_a_third_of_the_way_from_the_pool():
    found = advocacy_kernel(np.array([0, -1, -1]), np.array([[0, 0, 1.0], [1, 0, 0], [1, 0, 0]], float), 1)
    pool = np.array([3, 1, 2]) / 6
    expected = (2 * pool + [0, 0, 1]) / 3
    assert found["sentiment"][0] == pytest.approx(expected[2] - expected[0])


def test_levels_of_involvement_rise_from_naming_to_making():
    found = scored([EVEN] * 5, [GOOD], [GOOD] * 3)
    assert found["involvement"].tolist() == [0.0, 1.0, 2.0]
    comments = scored([GOOD] * 3, is_own_post=np.zeros(3, dtype=bool))
    assert comments["involvement"].tolist() == [1.0]


def test_the_trend_is_the_later_half_minus_the_earlier_and_needs_four_dated_mentions():
    found = scored([BAD, BAD, GOOD, GOOD], [GOOD] * 3, day=np.array([1.0, 2, 3, 4, 1, 2, 3]))
    assert found["trend"][0] == pytest.approx(2 * 0.87)
    assert np.isnan(found["trend"][1])


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


def test_three_voices_by_hand():
    """Two mentions of one, the second weighing half; one of a fan, one of a critic, one of somebody unknown.

    The pool adds up to (2.3, 2.4, 2.8) with one even mention of each; two mentions of it stand beside everybody's own.
    """
    account = np.array([0, 0, -1, 1, 2, 0])
    chance = np.array([[0.1, 0.2, 0.7], [0.4, 0.4, 0.2], [0, 1, 0], [0, 0, 1], [1, 0, 0], [np.nan] * 3])
    found = advocacy_kernel(account, chance, 4, weight=np.array([1, 0.5, 1, 1, 1, 1.0]))
    negative, positive = 2 * 2.3 / 7.5 + 0.1 + 0.2, 2 * 2.8 / 7.5 + 0.7 + 0.1
    sentiment = (positive - negative) / 3.5
    assert sentiment == pytest.approx(0.180952, abs=1e-6)
    np.testing.assert_allclose(found["sentiment"][:3], [sentiment, 3.4 / 9, -2.6 / 9])
    np.testing.assert_allclose(found["propensity"][:3], [1.5 / 4.5, 1 / 4, 1 / 4])
    np.testing.assert_allclose(found["value"][:3], found["sentiment"][:3] * [1 / 3, 1 / 4, 1 / 4])
    # how unsure: the shares of 3.5 mentions, .44 and .56 of doubt about each, and what the model gets wrong alike
    variance = (0.441905 * 0.558095 + 0.260952 * 0.739048 + 2 * 0.441905 * 0.260952) / 4.5
    spread = np.sqrt(variance + (0.44 + 0.56 / 4) / 3.5**2 + SHARED_BALANCE**2)
    assert found["sentiment_low"][0] == pytest.approx(sentiment - 1.645 * spread, abs=1e-5)
    assert found["sentiment_high"].tolist()[:2] == [1.0, 1.0]
    assert found["sentiment_low"][2] == -1.0
    assert found["sentiment_high"][2] == pytest.approx(
        -2.6 / 9 + 1.645 * np.sqrt(0.1758025 + SHARED_BALANCE**2), abs=1e-6
    )
    assert np.nan_to_num(found["mentions"]).tolist() == [2, 1, 1, 0]
    assert np.isnan(advocacy_kernel(np.zeros(0, int), np.zeros((0, 3)), 2)["mentions"]).all()


def test_half_neutral_is_no_feeling_and_even_praise_makes_nothing():
    chance = np.array([[0.25, 0.5, 0.25], *[[0.3, 0.4, 0.3]] * 3, *[[0.1, 0.45, 0.45]] * 3])
    level = involvement_level(np.array([0, 1, 1, 1, 2, 2, 2]), chance, np.ones(7, dtype=bool), 3)
    assert level.tolist() == [0.0, 1.0, 2.0]


def test_a_trend_sets_the_later_half_against_the_earlier():
    balance = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    assert sentiment_trend(np.zeros(6, int), balance, np.arange(6.0), 1)[0] == pytest.approx(2 / 3)


def test_what_is_quoted_is_the_clearest_of_each_side():
    def said(clause, positive, negative, who="a", post="1"):
        return SimpleNamespace(
            account_id=who, p_positive=positive, p_negative=negative, post_id=post, clause=clause
        )

    rows = [
        said("fine", 0.5, 0.1), said("love", 0.9, 0.0), said("even", 0.41, 0.41), said("later", 0.5, 0.1, post="0"),
        said("weak", 0.39, 0.2), said("unread", None, None), said("theirs", 1.0, 0.0, who="b"),
        said("poor", 0.44, 0.45), said("awful", 0.0, 0.8), said("worse", 0.2, 0.45, post="0"),
    ]  # fmt: skip
    good, bad = quotes(SimpleNamespace(rows=rows), "a", n_each=9)
    assert [one.clause for one in good] == ["love", "later", "fine", "even"]
    assert [one.clause for one in bad] == ["awful", "worse", "poor"]
    assert [len(side) for side in quotes(SimpleNamespace(rows=rows), "a")] == [2, 2]
