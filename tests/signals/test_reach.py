"""How many people of the niche somebody reaches, by hand: the parts of the signal on three or four accounts."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from influence.signals import reach
from influence.signals.reach import (
    attended_by_nobody,
    chance_to_see,
    community_reactions,
    compute,
    follow_half_life,
    guess_without_audience,
    half_lives_told,
    heard,
    mean_of_kinds,
    people_reached,
    people_who_reacted,
    pulled_by_fit,
    share_read,
    worn_follows,
)
from tests.signals.conftest import reactions

NAN = math.nan


def evidence(**told: Any) -> Any:
    """Evidence that knows no more than it is told; three candidates, the accounts 0, 1 and 2."""
    return SimpleNamespace(**{"pool": np.arange(3), "n_candidates": 3} | told)


def material(**told: Any) -> Any:
    return SimpleNamespace(**{"kept": lambda name, make: make()} | told)


def ties(*columns: int) -> sparse.csc_matrix:
    """A matrix whose columns hold so many ties each."""
    held = [(row, column) for column, n in enumerate(columns) for row in range(n)]
    rows, whom = zip(*held, strict=True) if held else ((), ())
    return sparse.csc_matrix((np.ones(len(rows)), (rows, whom)), shape=(max(columns), len(columns)))


AUDIENCES = ([0.9, 0.5, 0.7], [0.2, 0.1, 0.3, 0.2, 0.0, 0.4], [0.6, 0.2], [1.0])
"""How far each person of four audiences is of the niche."""
FIT = np.array([0.8, 0.1, 0.4, NAN])


def summed() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    people, squares = (np.array([sum(x**power for x in one) for one in AUDIENCES]) for power in (1, 2))
    return people, squares, np.array([len(one) for one in AUDIENCES], dtype=float)


def test_few_people_are_pulled_towards_the_audiences_of_accounts_of_like_fit() -> None:
    people, squares, n = summed()
    several, x = n > 1, np.nan_to_num(FIT)
    mean = people[several] / n[several]
    slope, start = np.polyfit(x[several], mean, 1, w=np.sqrt(n[several]))  # the line, by a second library
    line = np.clip(start + slope * x, 0, 1)
    within = sum(len(one) * np.var(one) for one in AUDIENCES[:3]) / (2 + 5 + 1)
    about = ((mean - line[several]) ** 2 * n[several]).sum() / 11 - within * 3 / 11
    strength = within / max(about, 0.01 * within)
    by_hand = n * (people + strength * line) / (n + strength)
    np.testing.assert_allclose(pulled_by_fit(people, squares, n, FIT), by_hand)
    assert by_hand[3] < 0.5 < people[3]  # one person of a fit of nothing


def test_where_audiences_differ_from_the_line_the_line_weighs_less() -> None:
    n, x = np.full(4, 100.0), np.array([0.0, 0.0, 1.0, 1.0])
    mean = np.array([0.1, 0.5, 0.5, 0.9])
    squares = n * mean**2 + 99 * 0.04  # the people within differ by .2
    within, line = 0.04, np.array([0.3, 0.3, 0.7, 0.7])
    about = 0.2**2 - within / 100
    strength = within / about
    found = pulled_by_fit(n * mean, squares, n, x)
    np.testing.assert_allclose(found, n * (n * mean + strength * line) / (n + strength))


def test_a_line_of_shares_ends_at_nobody_and_at_everybody() -> None:
    n, x = np.array([10.0, 10.0, 10.0, 1.0, 1.0]), np.array([0.4, 0.5, 0.6, 0.0, 1.0])
    mean = np.array([0.1, 0.5, 0.9, 0.5, 0.5])
    squares = n * mean**2 + np.array([9.0, 9.0, 9.0, 0.0, 0.0]) * 0.01
    found = pulled_by_fit(n * mean, squares, n, x)
    strength = 0.01 / (0.01 * 0.01)  # audiences are all on the line: people weigh a hundredth
    np.testing.assert_allclose(
        found[3:], [0.5 / (1 + strength), (0.5 + strength) / (1 + strength)], rtol=1e-6
    )


def test_accounts_of_one_fit_are_pulled_towards_their_mean() -> None:
    people, squares, n = summed()
    alike = pulled_by_fit(people, squares, n, np.full(4, 0.3))
    mean, middle = people[:3] / n[:3], people[:3].sum() / 11
    within = sum(len(one) * np.var(one) for one in AUDIENCES[:3]) / 8
    strength = within / max(((mean - middle) ** 2 * n[:3]).sum() / 11 - within * 3 / 11, 0.01 * within)
    np.testing.assert_allclose(alike, n * (people + strength * middle) / (n + strength))


def test_too_little_to_draw_a_line_leaves_what_was_counted() -> None:
    people, squares, n = summed()
    assert pulled_by_fit(people, squares, n, np.full(4, NAN)) is people
    assert pulled_by_fit(people, squares, np.array([3.0, 6.0, 1.0, 1.0]), FIT) is people
    nobody = np.zeros(4)
    assert pulled_by_fit(nobody, nobody, n, FIT) is nobody
    assert pulled_by_fit(people[:3], squares[:3], n[:3], FIT[:3]) is not people  # three will do


def test_without_any_audience_the_geometric_mean_of_what_is_counted_stands_in() -> None:
    counted = {
        "followers": np.array([99.0, 999.0, NAN, 1980.0]),
        "listed": np.array([NAN, math.e - 1, NAN, NAN]),
    }
    metrics = {
        "mentions_received": np.array([NAN, NAN, NAN, math.e**4 - 1]),
        "shares_received": np.array([NAN, math.e**2 - 1, NAN, NAN]),
    }
    told = evidence(
        pool=np.arange(4), column=counted.get, text_fit=np.array([1.0, NAN, 0.5, 0.0]),
        material=material(metrics=metrics), of_all=lambda name, make: np.full(4, NAN),
    )  # fmt: skip
    value, n_known = guess_without_audience(told)
    # log10(100) = 2; 3, 1 and 2; nothing; log10(1 + 1980 x .05) = 2 and 4. Beside followers lists run 2 lower, shares 1
    # lower, mentions 2 higher, on average 0.25 lower: so the three are what 2, 3 and 2 followers (log10) are, less 0.25
    np.testing.assert_allclose(value, np.expm1([1.75, 2.75, NAN, 1.75]))
    assert n_known.tolist() == [1.0, 3.0, 0.0, 2.0]
    assert n_known.dtype == np.float64


def test_views_of_a_post_are_counted_as_far_as_the_texts_fit() -> None:
    nothing = {name: np.full(2, NAN) for name in ("mentions_received", "shares_received")}
    told = evidence(
        pool=np.arange(2), column=lambda name: np.full(2, NAN), text_fit=np.array([0.5, 0.0]),
        material=material(metrics=nothing), of_all=lambda name, make: np.array([200.0, 200.0]),
    )  # fmt: skip
    value, n_known = guess_without_audience(told)
    np.testing.assert_allclose(value, [100.0, 10.0])  # a twentieth at least, as of followers
    assert n_known.tolist() == [1.0, 1.0]


def test_a_kind_that_is_told_of_some_only_changes_nothing_by_being_lower_than_others() -> None:
    counts = np.array([[2.0, 4.0, 6.0, 8.0], [1.0, NAN, 5.0, NAN]])
    np.testing.assert_allclose(np.diff(mean_of_kinds(counts)), 2.0)
    whole = np.array([[2.0, 4.0], [1.0, 7.0]])
    np.testing.assert_allclose(mean_of_kinds(whole), whole.mean(axis=0))
    apart = np.array([[2.0, NAN], [NAN, 7.0]])  # nothing says how the kinds compare
    np.testing.assert_allclose(mean_of_kinds(apart), [2.0, 7.0])


def test_who_is_followed_and_never_reacted_to_is_heard_by_few() -> None:
    people = np.array([0, 3] + [1] * 21)
    told = evidence(
        material=material(kept=lambda name, make: people, tie_matrix_by_target=ties(*[2] * 23))
    )  # 22 of 23 have reactions: they were surely collected
    np.testing.assert_allclose(heard(told), [0.0, 0.75, 0.5])
    alone = evidence(
        material=material(kept=lambda name, make: np.array([0, 3, 0]), tie_matrix_by_target=ties(2, 2, 2))
    )
    np.testing.assert_allclose(heard(alone), [1.0, 1.0, 1.0])  # one account's reactions say nothing of others


def test_share_read_is_followers_seen_over_followers_told() -> None:
    told = evidence(
        material=material(n_following=np.array([100.0, NAN, 50.0]), tie_matrix_by_target=ties(30, 99, 15))
    )
    assert share_read(told) == pytest.approx(45 / 150)
    told.material.n_following = np.array([0.0, NAN, NAN])
    assert share_read(told) == 30.0
    told.material.n_following = None
    assert share_read(told) == 1.0


def test_people_who_reacted_are_counted_once_each() -> None:
    rows = reactions(actor=np.array([0, 1, 1, 2]), target=np.array([2, 0, 0, 0]))
    assert people_who_reacted(material(reacted=rows, account_ids=["a", "b", "c"])).tolist() == [2, 0, 1]


def crowd(attention: int, n: int = 30, **told: Any) -> tuple[Any, np.ndarray]:
    """So many candidates; the last two have nobody, the last but one attends to others."""
    paid = sparse.csr_matrix(np.append(np.ones(n - 1), 0.0)[:, None])
    received = sparse.csc_matrix(np.append(np.ones(n - 2), [0.0, 0.0])[None, :])
    by = {"n_following": None, "tie_matrix": paid, "tie_matrix_by_target": received} | told
    listed = by.pop("listed", np.zeros(n))
    found = evidence(
        pool=np.arange(n), n_candidates=n, audience_tells=by.pop("audience_tells", True),
        column=lambda name: by.get(name, np.full(n, NAN)), material=material(column=lambda _: listed, **by),
    )  # fmt: skip
    return found, np.append(np.full(n - 2, attention), [0, 0])


def test_who_attends_to_others_and_has_nobody_reaches_nobody_where_most_have_somebody() -> None:
    assert attended_by_nobody(*crowd(1)).tolist() == [False] * 28 + [True, False]
    assert not attended_by_nobody(*crowd(1, audience_tells=False)).any()
    assert not attended_by_nobody(*crowd(1, n_following=np.ones(30))).any()  # read in part
    assert not attended_by_nobody(*crowd(1, followers=np.full(30, 7.0))).any()  # followers are told
    assert attended_by_nobody(*crowd(1, followers=np.zeros(30))).sum() == 1
    assert not attended_by_nobody(*crowd(0)).any()
    told, _ = crowd(1)
    assert not attended_by_nobody(told, np.append(np.ones(14), np.zeros(16))).any()  # fewer than half
    assert attended_by_nobody(told, np.append(np.zeros(15), np.ones(15))).sum() == 15  # half
    few, attention = crowd(1, n=12)
    assert not attended_by_nobody(few, attention).any()  # ten accounts are too few to be sure


def test_who_is_in_no_tie_reaches_nobody_where_those_in_ties_are_the_list() -> None:
    listed = np.ones(30)
    assert attended_by_nobody(*crowd(1, listed=listed)).tolist() == [False] * 28 + [True, True]
    listed[0] = 0  # 28 of 29 in ties
    assert attended_by_nobody(*crowd(1, listed=listed)).sum() == 2
    listed[1] = 0  # 27 of 29: under 95 %
    assert attended_by_nobody(*crowd(1, listed=listed)).sum() == 1
    unlisted = np.append(np.ones(29), 0.0)
    assert attended_by_nobody(*crowd(1, listed=unlisted)).sum() == 1


def test_votes_of_the_niches_communities_stand_in_for_readers_without_names() -> None:
    posts = SimpleNamespace(
        community=np.array([0, 1, -1, 0]), reactions=np.array([math.e - 1, 9.0, 9.0, NAN])
    )
    told = evidence(
        audience=SimpleNamespace(community=np.array([0.5, 0.0])), posts=posts,
        post_weight=np.array([1.0, 1.0, 1.0, 0.5]), per_account=lambda seen: seen,
    )  # fmt: skip
    np.testing.assert_allclose(community_reactions(told), [0.5 * 2, 0.0, 0.0, 0.5 * 1 * 0.5])
    told.audience.community = np.zeros(2)
    assert community_reactions(told).tolist() == [0.0, 0.0, 0.0]


def test_no_dates_of_follows_leave_attention_as_it_is() -> None:
    undated = (np.array([0]), np.array([1]), np.array([NAN]), np.array([1.0]))
    two = sparse.csc_matrix(np.array([[0.0, 1.0], [0.0, 0.0]]))
    assert chance_to_see(material(tie_matrix_by_target=two, follows=undated))[0, 1] == pytest.approx(
        1 - 1 / math.e
    )
    assert two[0, 1] == 1.0


def test_a_follow_of_a_year_ago_has_lost_half_of_its_weight_and_so_has_one_of_unknown_age() -> None:
    since = np.array([635.0, NAN, 1_001.0, 270.0])
    follows = (np.array([0, 1, 2, 0]), np.array([1, 1, 1, 2]), since, np.array([1.0, 0.5, 1.0, 2.0]))
    dated = material(follows=follows, reference_day=1_000, account_ids=["a", "b", "c"])
    worn = worn_follows(dated)
    assert worn is not None
    np.testing.assert_allclose(worn.toarray().T, [[0, 0.5, 1.5], [0, 0.25, 0], [0, 0, 0]])
    assert worn.dtype == np.float32
    attention = sparse.csc_matrix([[0.0, 1.0, 2.0], [0.0, 0.5, 0.0], [0.0, 1.0, 0.0]])
    dated.tie_matrix_by_target = attention
    left = np.array([[0, 0.5, 0.5], [0, 0.25, 0], [0, 1.0, 0]])
    np.testing.assert_allclose(chance_to_see(dated).toarray(), 1 - np.exp(-left), rtol=1e-6)
    assert follow_half_life(dated) == 365.0
    assert (follow_half_life(dated, 1.0), follow_half_life(dated, 1e6)) == (90.0, 36_500.0)


def test_people_reached_are_the_memberships_of_who_sees_and_pulled_for_a_niche_alone() -> None:
    no_dates = (np.array([0]), np.array([1]), np.array([NAN]), np.array([1.0]))
    held = material(tie_matrix_by_target=ties(1, 3, 2), follows=no_dates)
    person = np.array([1.0, 0.5, 0.25])
    told = evidence(
        pool=np.array([2, 1, 0]), material=held, niche="", of_niche=lambda name, make: make()[told.pool],
        audience=SimpleNamespace(person=person), text_fit=np.array([0.5, 0.2, 0.9]),
    )  # fmt: skip
    sees = 1 - math.exp(-1)
    people, n_people = people_reached(told)
    np.testing.assert_allclose(people, [1.5 * sees, 1.75 * sees, sees])
    assert n_people.tolist() == [2.0, 3.0, 1.0]
    told.niche = "tea"
    held.tie_matrix_by_target = ties(2, 3, 2)
    people, n_people = people_reached(told)
    squares = np.array([1.25, 1.3125, 1.25]) * sees**2
    counted = np.array([1.5, 1.75, 1.5]) * sees
    np.testing.assert_allclose(people, pulled_by_fit(counted, squares, n_people, np.array([0.9, 0.2, 0.5])))


def test_without_a_follow_that_foretells_any_half_life_will_do() -> None:
    assert half_lives_told(np.zeros(0), np.zeros(0)) == (90.0, 36_500.0)
    assert half_lives_told(np.arange(10.0), np.arange(10)) == (90.0, 36_500.0)  # everybody is new


def test_who_was_followed_last_month_foretells_best_where_attention_fades() -> None:
    # first everybody follows 0, later all follow 1, and so do the latest fifth
    day = np.concatenate([np.linspace(0, 999, 400), np.linspace(1_900, 2_000, 400)])
    least, most = half_lives_told(day, np.repeat([0, 1], 400))
    assert (least, most) == (90.0, 180.0)
    lasting = np.random.default_rng(0).permutation(np.repeat([0, 1], 400))
    assert half_lives_told(day, lasting)[1] == 36_500.0


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Of three candidates the first reaches 10 people, heard by half; the second 4 by a community; the third none."""
    monkeypatch.setattr(
        reach, "people_reached", lambda seen: (np.array([10.0, 0.0, 0.0]), np.array([20.0, 0.0, 0.0]))
    )
    monkeypatch.setattr(reach, "heard", lambda seen: np.array([0.5, 1.0, 1.0]))
    monkeypatch.setattr(reach, "community_reactions", lambda seen: np.array([0.0, 4.0, 0.0]))
    monkeypatch.setattr(reach, "share_read", lambda seen: 0.6)
    monkeypatch.setattr(reach, "attended_by_nobody", lambda seen, attention: np.array([False, False, False]))
    follows = (np.array([0]), np.array([1]), np.array([NAN]), np.array([1.0]))
    return evidence(
        n_in_communities=np.array([0.0, 3.0, 0.0]), audience_tells=True, alive=np.array([0.8, 0.5, 1.0]),
        spoken_of=0.5, material=material(follows=follows, reacted=[]),
    )  # fmt: skip


def test_reach_is_people_who_hear_and_votes_times_the_chance_of_another_post(told: Any) -> None:
    found = compute(told)
    np.testing.assert_allclose(found.value, [10 * 0.5 * 0.8, 4 * 0.5, NAN])
    assert found.support.tolist() == [20.0, 3.0, 0.0]
    np.testing.assert_allclose(found.parts["niche_people"], [5.0, NAN, NAN])
    np.testing.assert_array_equal(found.parts["audience_known"], [20.0, NAN, NAN])
    assert (found.reliability, found.of_niche, found.scale) == (1.0, False, "")


def test_reach_from_follows_is_trusted_a_third_and_two_thirds_where_they_have_dates(told: Any) -> None:
    told.n_in_communities = np.zeros(3)
    assert compute(told).reliability == pytest.approx(0.6 / 3)
    told.material.follows[2][:] = 19_000.0
    dated = compute(told)
    assert dated.reliability == pytest.approx(0.6 * 2 / 3)
    assert dated.value[0] == 5.0  # who still comes tells more than the last post
    told.material.reacted = [1]
    assert compute(told).reliability == pytest.approx(0.6 / 3)
    assert compute(told).value[0] == 4.0


def test_reach_is_of_the_niche_where_all_speak_of_it_or_no_reader_is_known(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.spoken_of = 1.0
    assert compute(told).of_niche
    told.spoken_of = 0.5
    monkeypatch.setattr(reach, "people_reached", lambda seen: (np.zeros(3), np.zeros(3)))
    assert compute(told).of_niche


def test_nobody_who_attends_is_reach_of_nothing_and_unknown_is_unknown(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(seen: Any, attention: np.ndarray) -> np.ndarray:
        assert attention.tolist() == [20.0, 3.0, 0.0]
        return np.array([False, False, True])

    monkeypatch.setattr(reach, "attended_by_nobody", nobody)
    assert compute(told).value.tolist() == [4.0, 2.0, 0.0]


def test_what_is_counted_stands_in_only_where_no_audience_is_known(
    told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        reach, "guess_without_audience", lambda seen: (np.array([7.0, NAN, 2.0]), np.array([2.0, 1.0, 1.0]))
    )
    assert compute(told).value[0] == 4.0
    told.audience_tells = False
    found = compute(told)
    np.testing.assert_array_equal(found.value, [7.0, NAN, 2.0])
    assert found.support.tolist() == [2.0, 0.0, 1.0]
    assert (found.of_niche, found.scale) == (False, "logarithm")
