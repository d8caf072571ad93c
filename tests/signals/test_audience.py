"""Who belongs to the niche's audience."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from influence.signals.audience import membership, niche_audience


def test_membership_of_three_communities_is_what_a_hand_would_compute() -> None:
    hits, trials = np.array([40.0, 10.0, 0.0]), np.array([40.0, 40.0, 120.0])
    base = 50 / 200
    share = (hits + 20 * base) / (trials + 20)
    expected = ((share[:2] - base) / (share[0] - base)).clip(0) ** 2.0
    found = membership(hits, trials, 20.0, 2.0)
    np.testing.assert_allclose(found[:2], expected)
    assert found[2] == 0


def test_one_lucky_post_does_not_make_a_community_one_of_the_niche() -> None:
    found = membership(np.array([1.0, 60.0, 0.0]), np.array([1.0, 100.0, 900.0]), 20.0, 2.0)
    assert found[1] == 1.0
    assert found[0] < 0.1


def test_nobody_is_a_member_when_the_niche_is_nowhere() -> None:
    assert membership(np.zeros(3), np.array([5.0, 5.0, 5.0]), 5.0).tolist() == [0, 0, 0]


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1000)),
        min_size=1,
        max_size=30,
    ),
    st.floats(0.1, 100),
)
def test_membership_stays_between_zero_and_one(pairs: list[tuple[float, float]], strength: float) -> None:
    trials = np.array([n for _, n in pairs])
    hits = np.array([share * n for share, n in pairs])
    found = membership(hits, trials, strength)
    assert np.all((found >= 0) & (found <= 1))


def test_people_who_follow_only_niche_accounts_are_members_and_others_are_not() -> None:
    # 0, 1 follow 3 (of the niche); 2 follows 4 (not of it)
    follows = sparse.csr_matrix((np.ones(3), ([0, 1, 2], [3, 3, 4])), shape=(5, 5))
    relevance = np.array([np.nan, np.nan, np.nan, 1.0, 0.0])
    nobody = sparse.csr_matrix((5, 0))
    found = niche_audience(np.zeros(0), relevance, np.zeros(0, int), 0, nobody, follows)
    assert found.person[:2].tolist() == [1.0, 1.0]
    assert found.person[2:].tolist() == [0, 0, 0]
    assert found.attention.tolist() == [1, 1, 1, 0, 0]


def test_the_most_devoted_is_hardly_a_member_of_what_hardly_anybody_speaks_of() -> None:
    follows = sparse.csr_matrix(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))
    nothing = sparse.csr_matrix((3, 0))
    relevance, none = np.array([0.0, 0.04, 0.0]), np.zeros(0)
    found = [
        niche_audience(none, relevance, none.astype(int), 0, nothing, follows, c).person for c in (1.0, 0.1)
    ]
    assert found[0].tolist() == [1.0, 0.0, 0.0]
    np.testing.assert_allclose(found[1], 0.1 * found[0])


def test_where_all_attention_is_the_niches_its_readers_are_members() -> None:
    """Readers of bakers alone, by hand: the average is .7, attention to nothing else comes to .8."""
    hits, trials = np.array([8.0, 6.0, 0.0]), np.array([10.0, 10.0, 0.0])
    share, usual = (hits + 5 * 0.7) / (trials + 5), 2 * 0.7 / 0.8 - 1
    above = ((share - 0.7) / (share[0] - 0.7)).clip(0)
    np.testing.assert_allclose(
        membership(hits, trials, 5.0, whole=0.8),
        np.maximum(above, usual * np.minimum(share / 0.8, 1) * (hits > 0)),
    )
    assert membership(np.array([3.0, 3.0]), np.array([3.0, 3.0]), 5.0, 2.0).tolist() == [1, 1]
    assert membership(np.array([5.0, 0.0]), np.array([5.0, 5.0]), 5.0)[1] == 0


@given(st.floats(1e-6, 0.5), st.floats(0.1, 1000), st.floats(0.1, 100))
def test_the_only_one_who_attends_is_the_average_whatever_the_last_digit_says(
    share: float, trials: float, strength: float
) -> None:
    hits = np.array([share * trials])
    assert membership(hits, np.array([trials]), strength, 2.0).tolist() == [0]
    np.testing.assert_allclose(membership(hits, np.array([trials]), strength, 2.0, share), 1.0, rtol=1e-6)
