"""Activity by hand: recent posts for the niche, who came lately, growth of follower counts."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from influence.signals import momentum
from influence.signals.momentum import (
    by_age,
    compute,
    follower_growth,
    recent_attention,
    recent_posts,
    recent_ties,
)
from influence.store.kept import spilling
from tests.signals.conftest import reactions

NAN = math.nan
LIFE = 180 / math.log(2)


def evidence(**told: Any) -> Any:
    """Evidence that knows no more than it is told; accounts 0, 1 and 2 are the candidates."""
    kept: dict[str, np.ndarray] = {}
    found = SimpleNamespace(
        pool=np.arange(3), n_candidates=3, niche="", reference_day=1_000, unknown=lambda: np.full(3, NAN),
        of_niche=lambda name, make: kept.setdefault(name, make())[found.pool], of_all=lambda name, make: make(found),
        in_communities=False, spoken_of=0.5, alive=np.array([1.0, 0.5, 1.0]), days_silent=np.array([1.0, 2.0, NAN]),
    )  # fmt: skip
    vars(found).update(told)
    return found


def test_posts_for_the_niche_count_whole_and_others_a_tenth_half_after_a_half_life() -> None:
    told = evidence(
        posts=SimpleNamespace(age_days=np.array([0.0, 180.0, NAN, 0.0]), account=np.array([0, 0, 0, 1])),
        post_membership=np.array([1.0, NAN, 1.0, 0.0]), post_relevance=np.array([0.2, 0.5, NAN, NAN]),
        post_weight=np.array([1.0, 0.5, 0.5, 1.0]), n_dated=np.array([2.0, 1.0, 0.0]),
    )  # fmt: skip
    told.summed = lambda per_post: np.bincount(told.posts.account, per_post, minlength=3)
    value, support = recent_posts(told)
    first, second = 1.0 + 0.5 * 0.55, 0.1  # an undated post counts for nothing
    luck = (1.0 + 0.275**2 + 0.1**2) / 2
    mean, spread = (first + second) / 2, ((first - second) / 2) ** 2
    between = max(spread - luck, 0.01 * spread)
    pulled = [mean + between / (between + luck) * (one - mean) for one in (first, second)]
    np.testing.assert_allclose(value, [pulled[0], pulled[1] * 0.5, NAN])
    assert support.tolist() == [2.0, 1.0, 0.0]
    told.n_dated = np.zeros(3)  # nothing has a date: nothing is known, and nothing is averaged
    np.testing.assert_array_equal(recent_posts(told)[0], [NAN] * 3)


def met(since: list[float], reacted: list[float]) -> Any:
    """0 and 1 follow 2, 0 follows 1; 1 reacted to 2 and 0 to 1."""
    days = np.array(reacted[::-1])
    return SimpleNamespace(
        follows=(np.array([0, 1, 0]), np.array([2, 2, 1]), np.array(since), np.ones(3)),
        reacted=reactions(actor=np.array([0, 1]), target=np.array([1, 2]), last_day=days),
        account_ids=["a", "b", "c"], reference_day=1_000, kept=lambda name, make: make(), tie_matrix_by_target=None,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def half_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(momentum, "follow_half_life", lambda material, usual: material and usual)


@pytest.mark.parametrize("at_once", [1, spilling.AT_ONCE])
def test_follows_and_reactions_with_a_day_add_up_to_one_at_most_and_wear_off(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spilling, "AT_ONCE", at_once)
    recent = recent_ties(met([820.0, 640.0, NAN], [1_000.0, 1_200.0]))
    assert recent is not None
    # 0 came to 2 a half-life ago; 1 two half-lives ago and reacted today; 0 reacted to 1, by its day, to come
    np.testing.assert_allclose(recent["ties"].toarray(), [[0, 1, 0.5], [0, 0, 1], [0, 0, 0]])
    assert recent["many"].tolist() == [2, 1, 0]
    assert recent["first"].tolist() == [math.inf, 1_200.0, 640.0]
    assert recent_ties(met([NAN] * 3, [NAN] * 2)) is None
    for since, reacted, ties in (
        ([820.0, 640.0, NAN], [NAN] * 2, [[0, 0, 0.5], [0, 0, 0.25], [0, 0, 0]]),
        ([NAN] * 3, [1_000.0, 820.0], [[0, 0.5, 0], [0, 0, 1], [0, 0, 0]]),
    ):
        one_kind = recent_ties(met(since, reacted))
        assert one_kind is not None
        np.testing.assert_allclose(one_kind["ties"].toarray(), ties)


def test_who_came_lately_counts_by_membership_and_a_mass_follower_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ties = sparse.csc_matrix([[0, 1.0, 0.5], [0, 0, 1.0], [0, 0, 0]])
    recent = {
        "ties": ties,
        "many": np.array([400, 0, 0]),
        "first": np.array([np.inf, 900.0, 640.0], np.float32),
    }
    missing: dict[str, np.ndarray] = {}
    told = evidence(
        material=SimpleNamespace(kept=lambda name, make: recent, once=lambda name, make: missing),
        audience=SimpleNamespace(person=np.array([1.0, 0.5, 0.0])),
        days_since_first_post=np.array([NAN, 820.0, 10.0]),
    )  # fmt: skip
    mass = math.log(3) / 2  # twice as many as each follow says clearly something of
    came, people = recent_attention(told)
    age = by_age(np.array([-np.inf, 820.0, 360.0]))
    np.testing.assert_allclose(came, np.array([0.0, mass, mass / 2 + 0.5]) * age, rtol=1e-6)
    assert people.tolist() == [0.0, 1.0, 2.0]
    missing["likes"] = np.array([True, True, False])  # of the second somebody is seen to come all the same
    np.testing.assert_allclose(recent_attention(told)[0], [came[1:].mean(), *came[1:]])
    missing.clear()

    def pulled(came: Any, squares: Any, n: Any, fit: Any) -> Any:
        np.testing.assert_allclose(squares, [0.0, mass, mass / 2 + 0.25], rtol=1e-6)
        np.testing.assert_allclose(n, [0.0, mass, mass / 2 + 1], rtol=1e-6)
        assert fit.tolist() == [0.1, 0.2, 0.3]
        return came * 2

    monkeypatch.setattr(momentum, "pulled_by_fit", pulled)
    told.niche, told.text_fit = "tea", np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(recent_attention(told)[0], came * 2)
    monkeypatch.setattr(momentum, "follow_half_life", lambda material, usual: 2 * usual)
    slower = by_age(np.array([-np.inf, 820.0, 360.0]), 360.0)
    np.testing.assert_allclose(recent_attention(told)[0], came * 2 / age * slower)
    nothing, none = recent_attention(evidence(material=SimpleNamespace(kept=lambda name, make: None)))
    assert np.isnan(nothing).all()
    assert none.tolist() == [0.0, 0.0, 0.0]


def test_whose_names_were_not_collected_is_taken_for_the_median_and_of_nobody_for_none() -> None:
    """0 has no names of likes; of 1 nobody is seen to come though names were collected."""
    missing = {"likes": np.array([True, False, False]), "comments": np.zeros(3, bool)}
    material = met([NAN, 1_000.0, NAN], [NAN] * 2)
    material.once = lambda name, make: missing
    told = evidence(
        material=material, audience=SimpleNamespace(person=np.ones(3)), days_since_first_post=np.full(3, NAN)
    )
    came, people = recent_attention(told)
    fan = math.log(1 + 1 / 200) * 200 * LIFE / 30  # of one account, to one that was first heard of today
    np.testing.assert_allclose(came, [fan / 2, 0.0, fan])
    assert people.tolist() == [0.0, 0.0, 1.0]
    told.pool = np.array([0, 0, 0])
    assert recent_attention(told)[0].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("age", "half_life", "counts"),
    [(0.0, 180.0, LIFE / 30), (-5.0, 180.0, LIFE / 30), (180.0, 180.0, LIFE / (LIFE / 2 + 30)),
     (1e9, 180.0, LIFE / (LIFE + 30)), (360.0, 360.0, LIFE / (LIFE + 30)), (-math.inf, 180.0, 1.0), (NAN, 180.0, 1.0)],
)  # fmt: skip
def test_a_newcomer_counts_by_the_time_that_an_account_had(
    age: float, half_life: float, counts: float
) -> None:
    np.testing.assert_allclose(by_age(np.array([age]), half_life), [counts])


def test_growth_is_the_change_of_log_followers_in_thirty_days_within_a_fifth() -> None:
    rows = [
        (0, 900, 100.0), (0, 945, NAN), (0, 960, 121.0),  # two months: 10 % and a bit a month
        (1, 910, 10.0), (1, 990, 1_000.0),
        (2, 909, 5.0), (2, 1_000, 50.0),  # before the last ninety days
        (-1, 950, 1.0), (-1, 990, 9.0),
        (3, 990, 50.0), (3, 990, 51.0),  # of one day
        (4, 940, 100.0), (4, 1_000, 50.0),
    ]  # fmt: skip
    account, day, followers = (np.array(column) for column in zip(*rows, strict=True))
    told = evidence(pool=np.arange(5), material=SimpleNamespace(
        snapshots={"account": account.astype(int), "day": day, "followers": followers, "following": followers * NAN},
        account_ids=list("abcde"),
    ))  # fmt: skip
    a_month = math.log(122 / 101) / 2
    np.testing.assert_allclose(follower_growth(told), [NAN, 0.2, NAN, NAN, -0.2])
    told.reference_day = 985
    np.testing.assert_allclose(follower_growth(told), [a_month, 0.2, 0.2, NAN, -0.2])


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(
        momentum, "recent_posts", lambda seen: seen and (np.array([1.0, 3.0, NAN]), np.array([4.0, 5.0, 6.0]))
    )
    monkeypatch.setattr(
        momentum,
        "recent_attention",
        lambda seen: seen and (np.array([2.0, NAN, 5.0]), np.array([7.0, 0.0, 8.0])),
    )
    monkeypatch.setattr(momentum, "follower_growth", lambda seen: np.array([0.1, NAN, 0.0]))
    return evidence()


def test_activity_is_posts_times_readers_who_came(parts: Any) -> None:
    found = compute(parts)
    np.testing.assert_allclose(found.value, [(1 + 1) * (1 + 2) - 1, 3.0, NAN])
    assert found.support.tolist() == [4.0, 5.0, 0.0]
    assert found.parts["days_since_last_post"] is parts.days_silent
    assert found.parts["still_active"] is parts.alive
    assert found.parts["follower_growth_30_days"][0] == 0.1
    assert (found.reliability, found.of_niche) == (1.0, False)
    parts.spoken_of = 1.0
    assert compute(parts).of_niche


def test_who_came_stands_alone_where_nobody_posts(parts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(momentum, "recent_posts", lambda seen: (np.full(3, NAN), np.zeros(3)))
    found = compute(parts)
    np.testing.assert_allclose(found.value, [2.0, NAN, 5.0])
    assert found.support.tolist() == [7.0, 0.0, 8.0]


def test_posting_alone_is_half_of_the_answer_unless_it_is_to_a_community(
    parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(momentum, "recent_attention", lambda seen: (np.full(3, NAN), np.zeros(3)))
    parts.spoken_of = 1.0
    assert (compute(parts).reliability, compute(parts).of_niche) == (0.5, False)
    assert compute(parts).value[0] == 1.0
    parts.in_communities = True
    assert (compute(parts).reliability, compute(parts).of_niche) == (1.0, True)
