"""What a set must keep to, by hand: overlaps of four audiences, full quotas, room for what is still asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from influence.selection import limits
from influence.selection.exposure import Audiences
from influence.selection.feasible import SetRules
from influence.selection.greedy import grow, solve
from influence.selection.limits import Overlaps, SetLimits
from influence.selection.wishes import Quota
from tests.selection.brute import small_problem

ANN, BEA, CAT, DAN = range(4)
"""Ann reaches people 0, 1 and 2, who weigh 2.5; Bea 1, 2 and 3: 3.5; Cat 3: 2; Dan nobody of the niche."""
ONE_BLOG, A_GERMAN = Quota("kind", "blog", False, 1), Quota("language", "de", True, 1)
BLOGS, GERMANS = [True, True, False, False], [False, False, True, False]


@pytest.fixture
def overlaps() -> Overlaps:
    reached = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    weight = np.array([1.0, 0.5, 1.0, 2.0, 0.0])
    return Overlaps(Audiences(sp.csr_array(np.array(reached) * 0.3), weight))  # chances say nothing here


def limited(
    overlaps: Overlaps,
    quotas: tuple[Quota, ...] = (),
    members: list[list[bool]] | None = None,
    size: int = 3,
    budget: float = np.inf,
    max_overlap: float | None = None,
) -> SetLimits:
    counts = np.array(members or np.zeros((0, 4)), dtype=bool)
    rules = SetRules(size, budget, np.array([10.0, 20.0, 30.0, 20.0]), quotas, counts)
    return SetLimits(rules, overlaps, max_overlap)


def test_overlap_is_the_weight_of_common_people_over_the_smaller_audience(overlaps: Overlaps) -> None:
    assert overlaps.with_all(ANN).tolist() == pytest.approx([1.0, 1.5 / 2.5, 0.0, 0.0])
    assert overlaps.with_all(BEA)[CAT] == overlaps.with_all(CAT)[BEA] == 1.0  # all of Cat's are Bea's
    assert overlaps.with_all(DAN).tolist() == [0.0, 0.0, 0.0, 0.0]
    by_hand = np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 1.0], [0.6, 1.0, 1.0]])
    np.testing.assert_allclose(overlaps.matrix([ANN, CAT, BEA]), by_hand)
    assert overlaps.matrix([]).shape == (0, 0)
    few = Overlaps(Audiences(overlaps.members, overlaps.people / 8))  # less than one person of the niche each
    np.testing.assert_allclose(few.matrix([ANN, CAT, BEA]), by_hand)


def test_a_full_quota_or_the_pick_that_overlaps_too_much_stands_in_the_way(overlaps: Overlaps) -> None:
    by_quota = limited(overlaps, (A_GERMAN, ONE_BLOG), [GERMANS, BLOGS])
    assert by_quota.clash([ANN], BEA) == ONE_BLOG
    assert by_quota.clash([CAT], BEA) is None
    assert by_quota.clash([ANN], CAT) is None
    assert limited(overlaps, max_overlap=0.59).clash([DAN, ANN], BEA) == ANN
    assert limited(overlaps, max_overlap=0.6).clash([DAN, ANN], BEA) is None


def test_who_may_still_join_breaks_neither_quota_nor_overlap(overlaps: Overlaps) -> None:
    by_quota = limited(overlaps, (A_GERMAN, ONE_BLOG), [GERMANS, BLOGS])
    assert by_quota.may_join([ANN], 4).tolist() == [False, False, True, True]
    assert by_quota.may_join([DAN], 4).tolist() == [True, True, True, True]
    full = limited(
        overlaps, (ONE_BLOG, Quota("platform", "web", False, 1)), [BLOGS, [False, False, False, True]]
    )
    assert full.may_join([ANN, DAN], 4).tolist() == [False, False, True, False]
    near = limited(overlaps, max_overlap=0.6)
    assert near.may_join([BEA], 4).tolist() == [True, False, False, True]
    assert near.may_join([BEA, ANN], 4).tolist() == [False, False, False, True]
    both = limited(overlaps, (ONE_BLOG,), [BLOGS], max_overlap=0.5)
    assert both.may_join([CAT], 4).tolist() == [True, False, False, True]


def test_a_whole_set_keeps_minimum_maximum_and_overlap_of_different_picks(overlaps: Overlaps) -> None:
    by_quota = limited(overlaps, (A_GERMAN, ONE_BLOG), [GERMANS, BLOGS])
    assert by_quota.holds([ANN, CAT])
    assert not by_quota.holds([ANN, DAN])
    assert not by_quota.holds([ANN, BEA, CAT])
    near = limited(overlaps, max_overlap=0.6)
    assert near.holds([ANN, BEA])
    assert not near.holds([ANN, BEA, CAT])
    assert not limited(overlaps, (A_GERMAN,), [GERMANS], max_overlap=0.6).holds([BEA, CAT])


def test_the_last_place_is_kept_for_what_is_still_asked(overlaps: Overlaps) -> None:
    two = limited(overlaps, (A_GERMAN,), [GERMANS], size=2)
    assert two.admits([], ANN)
    assert not two.admits([ANN], BEA)
    assert two.admits([ANN], CAT)
    assert two.admits([CAT], BEA)
    assert not limited(overlaps, (A_GERMAN,), [GERMANS], max_overlap=0.6).admits([CAT], BEA)
    assert limited(overlaps, (ONE_BLOG,), [BLOGS], size=1).admits(
        [ANN, CAT], DAN
    )  # no minimum: size is not its matter


def test_money_is_kept_for_what_is_still_asked_and_a_refusal_is_remembered_by_kind(
    overlaps: Overlaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    completes = limits.can_complete
    monkeypatch.setattr(
        limits, "can_complete", lambda rules, rows: asked.append(rows[-1]) or completes(rules, rows)
    )
    poor = limited(overlaps, (A_GERMAN,), [GERMANS], budget=40.0)
    assert not poor.admits([], BEA)  # 20 and the German's 30 are more than 40
    assert not poor.admits([], DAN)  # as dear, and of her kind
    assert poor.admits([], ANN)  # 10 and 30
    assert poor.admits([], CAT)
    assert asked == [BEA, ANN, CAT]
    assert not poor.admits([ANN], DAN)  # who could not join nobody cannot join somebody
    assert asked == [BEA, ANN, CAT]


def test_a_refusal_says_nothing_about_a_set_that_is_no_larger(overlaps: Overlaps) -> None:
    two = limited(overlaps, (A_GERMAN,), [GERMANS], size=2)
    assert not two.admits([ANN], BEA)
    assert two.admits([], BEA)  # a set that is begun anew
    assert two.admits([CAT], BEA)


@pytest.mark.parametrize("seed", range(12))
def test_a_search_begun_anew_is_not_bound_by_what_another_refused(seed: int) -> None:
    problem = small_problem(seed)
    n, rng = problem.audiences.n_candidates, np.random.default_rng(seed)
    members = rng.random((1, n)) < 0.5
    rules = SetRules(
        problem.size, problem.budget, problem.costs, (Quota("language", "de", True, 2),), members
    )
    used, fresh = (SetLimits(rules, Overlaps(problem.audiences)) for _ in range(2))
    grow(replace(problem, quality=rng.random(n) * 99), used, [], by_cost=False)
    assert solve(problem, used) == solve(problem, fresh)
