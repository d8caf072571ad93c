"""Reactions of the niche to posts, by hand: the parts of the signal on a few posts."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from influence.signals import peer_engagement
from influence.signals.peer_engagement import (
    LEAST_HALF,
    Gains,
    at_least_named,
    audience_is_known,
    compute,
    differences,
    engagement_by_name,
    engagement_index,
    engagement_of_posts,
    engagement_of_vendors,
    gains_by_index,
    gains_of,
    named_broadly,
    names_missing,
    posts_that_tell_half,
    rate_per_post,
    reactions_by_members,
)

NAN = math.nan
NOTHING = np.full(4, NAN)


class Posts(SimpleNamespace):
    def __len__(self) -> int:
        return len(self.account)


def evidence(**told: Any) -> Any:
    """Evidence about four posts, two each of two accounts; accounts 0 and 1 of three are ranked."""
    account = np.array([0, 0, 1, 1])
    posts = {"account": account, "likes": NOTHING, "comments": NOTHING, "shares": NOTHING}
    posts |= {name: told.pop(name) for name in list(posts) if name in told}
    found = SimpleNamespace(
        posts=Posts(**posts), post_weight=np.ones(4), post_membership=NOTHING, post_relevance=NOTHING,
        pool=np.array([0, 1]), n_candidates=2, niche="tea", in_communities=False, alive=np.array([0.5, 1.0]),
        once=lambda name, make: make(), of_all=lambda name, make: make(found),
        audience=SimpleNamespace(person=np.ones(3)),
        material=SimpleNamespace(
            posts=Posts(**posts), reactors={}, once=lambda name, make: make(), account_ids=["a", "b", "c"], reacted=[],
            kept=lambda name, make: make(), tie_matrix_by_target=sparse.csc_matrix((3, 3)),
            metrics={f"{rate}_per_post": np.full(3, NAN) for rate in ("likes", "comments", "shares")}
            | {"n_posts": np.full(3, NAN)},
        ),
    )  # fmt: skip
    found.summed = lambda per_post: np.bincount(found.posts.account, per_post, minlength=3)
    found.per_account = lambda per_post: found.summed(per_post)[found.pool]
    vars(found).update(told)
    return found


def test_a_rate_per_post_weighs_recent_posts_and_knows_what_it_does_not_know() -> None:
    told = evidence(post_weight=np.array([1.0, 0.5, 1.0, 1.0]))
    rate = rate_per_post(np.array([2.0, 8.0, NAN, NAN]), told)
    np.testing.assert_allclose(rate, [(2 + 4) / 1.5, NAN])
    np.testing.assert_allclose(rate_per_post(np.array([2.0, NAN, 3.0, NAN]), told), [2.0, 3.0])


def reactors(*rows: list[int]) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.array(rows, dtype=float))


def test_members_count_once_each_where_names_are_known_and_else_the_count_by_the_community(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broad = {"likes": True, "comments": False}
    monkeypatch.setattr(peer_engagement, "named_broadly", lambda seen: broad)
    told = evidence(
        likes=np.full(4, 99.0), comments=np.array([math.e - 1, 0.0, -5.0, NAN]),
        post_membership=np.array([0.5, NAN, 0.0, 1.0]),
    )  # fmt: skip
    told.audience.person = np.array([1.0, 0.5, 0.0])
    told.material.reactors = {"likes": reactors([1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0])}
    found = reactions_by_members(told)
    assert sorted(found) == ["comments", "likes"]  # of shares nothing is known
    np.testing.assert_allclose(found["likes"], [1.5, 0.5, 0.0, 0.0])
    np.testing.assert_allclose(found["comments"], [0.5, 0.0, 0.0, NAN])
    told.posts.comments = np.full(4, math.e - 1)
    np.testing.assert_allclose(reactions_by_members(told)["comments"], [0.5, 1.0, 0.05, 1.0])
    told.posts.comments = NOTHING
    told.material.reactors["comments"] = reactors([0, 1, 0], *[[0, 0, 0]] * 3)
    np.testing.assert_allclose(
        reactions_by_members(told)["comments"], [0.5, 0, 0, 0]
    )  # few names, but no counts


def test_reactions_count_as_far_as_members_come_beyond_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten ties of 40 to "b" and ten of 20 to "a" are members': a third of all. Three readers at a third are added."""
    monkeypatch.setattr(peer_engagement, "named_broadly", lambda seen: {"likes": True})
    told = evidence()
    told.audience.person = np.array([1.0, 0.0, 1.0])
    told.material.tie_matrix_by_target = sparse.csc_matrix([[0, 10.0, 0], [10.0, 30.0, 0], [10.0, 0, 0]])
    told.material.reactors = {"likes": reactors([1, 1, 0], [0, 0, 1], [1, 0, 1], [0, 0, 1])}
    chance = 1 / 3 * 2 / 3
    a, b = 1 - chance / (11 / 23), 1 - chance / (11 / 43)
    np.testing.assert_allclose(reactions_by_members(told)["likes"], [a, a, 2 * b, b])
    told.niche = None  # then nobody is a stranger
    np.testing.assert_allclose(reactions_by_members(told)["likes"], [1.0, 1.0, 2.0, 1.0])


def test_where_names_are_missing_the_count_stands_in_at_what_counts_come_to_in_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two likes of four have names, three of six: a half. Account 1 would have 40 names, account 2 one."""
    monkeypatch.setattr(peer_engagement, "named_broadly", lambda seen: {"likes": True})
    told = evidence(likes=np.array([4.0, 6.0, 80.0, 2.0]), account=np.array([0, 0, 1, 2]))
    told.material.account_ids = np.arange(3)
    told.audience.person = np.array([1.0, 0.5, 0.0])
    told.material.reactors = {"likes": reactors([1, 0, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0])}
    assert names_missing(told)["likes"].tolist() == [False, True, False]
    of_members = (1.0 + 1.5) / 10
    np.testing.assert_allclose(reactions_by_members(told)["likes"], [1.0, 1.5, 80 * of_members, 0.0])


def test_a_count_is_at_least_the_names_that_are_known() -> None:
    told = evidence(likes=np.array([1.0, NAN, 7.0, NAN]))
    told.material.reactors = {"likes": reactors([1, 1], [1, 0], [1, 0], [0, 0])}
    np.testing.assert_array_equal(at_least_named(told, "likes"), [2.0, 1.0, 7.0, NAN])
    np.testing.assert_array_equal(at_least_named(told, "shares"), NOTHING)


def test_names_were_collected_broadly_where_posts_of_many_have_some() -> None:
    account = np.arange(40) // 2  # of twenty accounts two posts each
    told = evidence(account=account)
    some = (np.arange(40) < 24).astype(int)[:, None]  # the first twelve have names
    told.material.reactors = {
        "likes": sparse.csr_matrix(some),
        "shares": sparse.csr_matrix(some * (some.cumsum() < 3)[:, None]),
    }
    assert named_broadly(told) == {"likes": True, "shares": False}
    eleven = sparse.csr_matrix((np.arange(40) < 22).astype(int)[:, None])
    ten = sparse.csr_matrix((np.arange(40) < 20).astype(int)[:, None])
    told.material.reactors = {"likes": eleven, "shares": ten}
    assert named_broadly(told) == {"likes": True, "shares": False}  # ten further ones, or nine


def test_an_index_is_the_weighted_mean_of_counts_over_the_average_post_of_the_niche() -> None:
    likes, shares = np.array([1.0, 3.0, NAN, 2.0]), np.array([2.0, NAN, NAN, 4.0])
    about = np.array([1.0, 0.5, 1.0, 0.5])
    found = engagement_index({"likes": likes, "shares": shares}, about)
    like, share = (1 + 1.5 + 1) / 2, (2 + 2) / 1.5
    by_hand = [(1 / like + 3 * 2 / share) / 4, 3 / like, NAN, (2 / like + 3 * 4 / share) / 4]
    np.testing.assert_allclose(found, by_hand)
    rare = {"likes": likes / 100, "shares": shares / 100}
    np.testing.assert_allclose(engagement_index(rare, about / 10), by_hand)
    assert np.isnan(engagement_index({"likes": np.zeros(4)}, about)).all()  # nobody got any: no average
    assert np.isnan(engagement_index({"likes": likes}, np.zeros(4))).all()


def test_an_average_post_is_one_about_or_for_the_niche_a_twentieth_at_least(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        peer_engagement, "reactions_by_members", lambda seen: {"likes": np.array([1.0, 2.0, 3.0, 4.0])}
    )
    told = evidence(
        post_membership=np.array([0.5, NAN, 0.2, 0.0]), post_relevance=np.array([0.1, 1.0, NAN, 0.0])
    )
    mean = (0.5 + 2 + 0.6 + 0.2) / 1.75
    np.testing.assert_allclose(gains_by_index(told), np.arange(1, 5) / mean)


def test_counts_stand_in_as_roots_only_where_nobody_knows_who_reacted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(peer_engagement, "named_broadly", lambda seen: {"likes": False})
    counts = np.array([16.0, 81.0, 0.0, NAN])
    told = evidence(likes=counts)
    assert not audience_is_known(told)
    seen = gains_of(told)
    assert seen.counted
    np.testing.assert_allclose(seen.per_post, [2.0, 3.0, 0.0, NAN])
    told.in_communities = True
    assert audience_is_known(told)
    assert not gains_of(told).counted
    assert audience_is_known(evidence())  # nothing is counted that could stand in
    assert not audience_is_known(evidence(shares=counts))
    monkeypatch.setattr(peer_engagement, "named_broadly", lambda seen: {"likes": False, "shares": True})
    assert audience_is_known(evidence(likes=counts))


def test_engagement_is_pulled_towards_the_pool_and_ends_with_the_posts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = evidence(post_weight=np.array([1.0, 0.5, 1.0, 1.0]))
    monkeypatch.setattr(
        peer_engagement, "gains_of", lambda seen: Gains(np.array([2.0, 4.0, 1.0, NAN]), False)
    )
    monkeypatch.setattr(peer_engagement, "gamma_poisson_prior", lambda totals, exposure: (3.0, 2.0))
    value, n_posts = engagement_of_posts(told)
    np.testing.assert_allclose(value, [(4 + 3) / (1.5 + 2) * 0.5, (1 + 3) / (1 + 2)])
    assert n_posts.tolist() == [2.0, 1.0]
    monkeypatch.setattr(peer_engagement, "gains_of", lambda seen: Gains(np.array([2.0, 4.0, 1.0, NAN]), True))
    monkeypatch.setattr(peer_engagement, "differences", lambda seen, gains: (6.0, 2.0, 1.5))
    value, _ = engagement_of_posts(told)
    np.testing.assert_allclose(value, [((4 + 4.5) / (1.5 + 3)) ** 4, ((1 + 4.5) / (1 + 3)) ** 4])
    assert posts_that_tell_half(told) == 3.0
    monkeypatch.setattr(peer_engagement, "differences", lambda seen, gains: (1.0, 5.0, 1.5))
    assert posts_that_tell_half(told) == LEAST_HALF == 0.25
    monkeypatch.setattr(peer_engagement, "differences", lambda seen, gains: (6.0, 2.0, 1.5))
    monkeypatch.setattr(peer_engagement, "gains_of", lambda seen: Gains(NOTHING, True))
    assert posts_that_tell_half(told) == LEAST_HALF
    monkeypatch.setattr(peer_engagement, "gains_of", lambda seen: Gains(np.ones(4), False))
    assert posts_that_tell_half(told) == LEAST_HALF


def test_differences_are_those_of_known_posts_that_weigh_something() -> None:
    told = evidence(account=np.array([0, 0, 1, 1]), post_weight=np.array([1.0, 1.0, 1.0, 0.0]))
    within, _, average = differences(told, Gains(np.array([1.0, 3.0, 8.0, 100.0]), True))
    assert (within, average) == pytest.approx((2.0, 4.0))
    # one post each: within is what posts usually differ, a quarter of the mean, squared
    alone = evidence(account=np.array([0, 1, 2, 2]))
    within, _, _ = differences(alone, Gains(np.array([4.0, 8.0, NAN, NAN]), True))
    assert within == pytest.approx((0.25 * 6) ** 2)


def test_averages_of_vendors_are_pulled_by_the_noise_of_their_posts() -> None:
    told = evidence()
    told.pool, told.material.metrics = np.array([0, 1, 2]), {
        "likes_per_post": np.array([math.e - 1, math.e**5 - 1, NAN]), "comments_per_post": np.full(3, NAN),
        "shares_per_post": np.full(3, NAN), "n_posts": np.array([4.0, 0.5, NAN]),
    }  # fmt: skip
    value, n_posts = engagement_of_vendors(told)
    # logs 1 and 5: mean 3, variance 4; noise 1/4 and 1, mean of both with the third's 1/n not counted
    between = 4 - (0.25 + 1) / 2
    by_hand = [3 - 2 * between / (between + 0.25), 3 + 2 * between / (between + 1), NAN]
    np.testing.assert_allclose(value, np.expm1(by_hand))
    assert n_posts.tolist() == [4.0, 0.5, 0.0]


def test_without_posts_people_of_the_niche_who_reacted_are_counted() -> None:
    told = evidence()
    told.audience.person = np.array([0.0, 0.5, 1.0])
    told.material.reaction_matrices = (None, sparse.csr_matrix([[0, 2.0, 0], [3.0, 1.0, 9.0], [0, 2.0, 0]]))
    value, people = engagement_by_name(told)
    np.testing.assert_allclose(value, [1.5, 0.5 + 2.0])
    assert people.tolist() == [1.0, 3.0]


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(
        peer_engagement, "engagement_of_posts", lambda seen: (np.array([2.0, NAN]), np.array([5.0, 0.0]))
    )
    monkeypatch.setattr(
        peer_engagement, "engagement_of_vendors", lambda seen: (np.array([9.0, 3.0]), np.array([8.0, 7.0]))
    )
    monkeypatch.setattr(peer_engagement, "engagement_parts", lambda seen: {"more": 1})
    monkeypatch.setattr(peer_engagement, "named_broadly", lambda seen: {"likes": False})
    monkeypatch.setattr(peer_engagement, "posts_that_tell_half", lambda seen: 4.0)
    told = evidence(likes=np.array([1.0, 3.0, NAN, NAN]))
    told.material.metrics["likes_per_post"] = np.array([50.0, 60.0, NAN])
    return told


def test_vendors_are_asked_where_no_post_is_known(parts: Any) -> None:
    found = compute(parts)
    assert found.value.tolist() == [2.0, 3.0]
    assert found.support.tolist() == [5.0, 7.0]
    assert found.parts["applause_rate"].tolist() == [2.0, 60.0]
    assert np.isnan(found.parts["amplification_rate"]).all()
    assert found.parts["more"] == 1


def test_whom_reactions_came_from_decides_trust_and_scale(
    parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = compute(parts)
    assert (counted.reliability, counted.of_niche, counted.scale) == (0.5, False, "logarithm")
    parts.niche = ""
    assert compute(parts).reliability == 1.0
    parts.niche, parts.in_communities = "tea", True
    votes = compute(parts)
    assert (votes.reliability, votes.of_niche, votes.scale) == (0.5, True, "")
    monkeypatch.setattr(peer_engagement, "named_broadly", lambda seen: {"likes": True})
    names = compute(parts)
    assert (names.reliability, names.of_niche, names.scale) == (1.0, False, "")


def test_reactions_without_posts_are_by_name(parts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = np.full(2, NAN)
    monkeypatch.setattr(peer_engagement, "engagement_of_vendors", lambda seen: (nothing, np.zeros(2)))
    monkeypatch.setattr(
        peer_engagement, "engagement_by_name", lambda seen: (np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    )
    parts.material.reacted = [1]
    assert compute(parts).value[0] == 2.0  # posts are known
    empty = np.zeros(0)
    parts.posts = Posts(account=empty.astype(int), likes=empty, comments=empty, shares=empty)
    parts.post_weight = empty
    assert compute(parts).value[0] == 2.0  # posts are known of whom they are told
    monkeypatch.setattr(peer_engagement, "engagement_of_posts", lambda seen: (nothing, np.array([6.0, 6.0])))
    found = compute(parts)
    assert (found.value.tolist(), found.support.tolist()) == ([1.0, 2.0], [3.0, 4.0])
    assert (found.reliability, found.scale) == (1.0, "")
    parts.material.reacted = []
    assert compute(parts).support.tolist() == [0.0, 0.0]  # unknown rests on nothing
