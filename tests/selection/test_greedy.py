"""The choice of a set: against all sets, against its own promises, and by hand."""

from collections.abc import Sequence

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from influence.selection.exposure import SECOND_EXPOSURE, Audiences, Exposure, reach_of
from influence.selection.greedy import (
    GUARANTEES,
    Limits,
    Problem,
    best_rows,
    exchange,
    grow,
    offers,
    solve,
    upper_bound,
)
from tests.selection.brute import best_value, small_problem


def audiences(*rows: list[float], people: list[float] | None = None) -> Audiences:
    matrix = sp.csr_array(np.array(rows, dtype=float))
    return Audiences(matrix, np.array(people if people is not None else [1.0] * matrix.shape[1]))


@pytest.fixture(scope="module")
def tried() -> list[tuple[Problem, float, float, float]]:
    """Problem, greedy alone, with exchanges, and the best of all."""
    problems = [small_problem(seed) for seed in range(200)]
    return [(p, solve(p, exchanges=False).value, solve(p).value, best_value(p)) for p in problems]


def test_greedy_never_falls_below_its_guarantee(tried: list[tuple[Problem, float, float, float]]) -> None:
    for problem, plain, exchanged, best in tried:
        promise = GUARANTEES["budget" if np.isfinite(problem.budget) else "size"]
        assert plain >= promise * best - 1e-9
        assert exchanged >= plain - 1e-9


def test_the_mean_of_200_small_problems_is_near_the_best(
    tried: list[tuple[Problem, float, float, float]],
) -> None:
    assert np.mean([exchanged / best for _, _, exchanged, best in tried if best > 0]) >= 0.97


def test_the_bound_holds_and_the_budget_is_kept(tried: list[tuple[Problem, float, float, float]]) -> None:
    for problem, _, _, best in tried:
        found = solve(problem)
        assert found.bound >= best - 1e-9
        assert found.cost <= problem.budget + 1e-9
        assert len(found.chosen) <= problem.size


def test_a_person_counts_once_and_a_second_time_for_less() -> None:
    reached = Exposure(audiences([1, 1, 0], [0, 1, 1]))
    reached.add(0)
    assert reached.gain(1) == pytest.approx(1 + SECOND_EXPOSURE)
    assert reached.new_people(1) == pytest.approx(1)
    reached.add(1)
    assert reached.reached == pytest.approx(3)
    assert reached.value == pytest.approx(3 + SECOND_EXPOSURE)


def test_chances_multiply() -> None:
    both = audiences([0.5], [0.5])
    assert reach_of(both, [0, 1]) == pytest.approx(0.75)
    assert Exposure(both, [0, 1]).value == pytest.approx(0.75 + SECOND_EXPOSURE * 0.25)


def test_two_small_ones_beat_the_large_one_they_cost_as_much_as() -> None:
    wide = audiences([1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 1, 1])
    found = solve(Problem(wide, np.zeros(3), np.array([2.0, 1.0, 1.0]), 3, 2.0))
    assert set(found.chosen) == {1, 2}


def test_one_dear_account_that_reaches_all_beats_a_cheap_one_with_the_better_rate() -> None:
    """Greedy by gain per cost alone would take the cheap one and have no money left."""
    problem = Problem(audiences([1] + [0] * 50, [0] + [1] * 50), np.zeros(2), np.array([0.9, 50.0]), 2, 50.0)
    assert solve(problem, exchanges=False).chosen == (1,)


def test_ties_go_to_the_lower_row() -> None:
    same = audiences([1, 0], [1, 0], [0, 1])
    assert solve(Problem(same, np.zeros(3), np.ones(3), 2)).chosen == (0, 2)


def test_must_haves_come_first_whatever_they_add() -> None:
    found = solve(Problem(audiences([1, 1], [1, 0], [0, 0]), np.zeros(3), np.ones(3), 2, must=(2,)))
    assert found.chosen == (2, 0)


def test_nobody_known_leaves_quality_to_decide() -> None:
    nobody = Audiences(sp.csr_array((3, 0)), np.zeros(0))
    assert solve(Problem(nobody, np.array([1.0, 3.0, 2.0]), np.ones(3), 2)).chosen == (1, 2)


def test_a_bound_without_candidates_is_nothing() -> None:
    none = Problem(Audiences(sp.csr_array((0, 4)), np.ones(4)), np.zeros(0), np.zeros(0), 3)
    assert solve(none).chosen == ()
    assert upper_bound(none, []) == 0.0


@given(seed=st.integers(0, 10_000), one=st.integers(0, 5), other=st.integers(0, 5))
def test_gains_never_grow_with_the_set(seed: int, one: int, other: int) -> None:
    problem = small_problem(seed)
    small = Exposure(problem.audiences, [one])
    large = Exposure(problem.audiences, [one, other] if other != one else [one])
    assert (large.gains() <= small.gains() + 1e-12).all()
    assert large.value >= small.value - 1e-12


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.integers(1, 12))
def test_best_rows_are_those_of_a_sort(values: list[float], n: int) -> None:
    expected = np.argsort(-np.array(values), kind="stable")[:n]
    assert best_rows(np.array(values), n).tolist() == expected.tolist()


def disjoint(gains: list[float], costs: list[float], budget: float, size: int) -> Problem:
    """Candidates who each reach their own people."""
    rows = np.eye(len(gains)).tolist()
    people = audiences(*rows, people=gains)
    return Problem(people, np.zeros(len(gains)), np.array(costs, dtype=float), size, budget)


def test_a_bound_within_a_budget_pays_for_the_half_that_fits() -> None:
    # 6 for 2 and half of 3 for 2: at a price of 1.5 the dual is 4.5 + 3 + 0
    problem = disjoint([6, 3], [2, 2], budget=3, size=2)
    assert upper_bound(problem, []) == pytest.approx(7.5, abs=1e-5)


def test_by_cost_the_second_look_is_by_cost_too() -> None:
    # per unit: 5, 1.5 and 4; what is left of the budget would do for either
    problem = disjoint([5, 6, 2], [1, 4, 0.5], budget=5, size=2)
    assert grow(problem, Limits(), [], by_cost=True) == [0, 2]


class NotBoth(Limits):
    def admits(self, chosen: Sequence[int], row: int) -> bool:
        return not {0, 1} <= {*chosen, row}


def test_what_exchanges_leave_free_is_filled_within_the_limits() -> None:
    problem = disjoint([3, 2, 1], [0, 0, 0], budget=np.inf, size=3)
    assert exchange(problem, NotBoth(), [0]) == [0, 2]


def test_a_stand_in_may_cost_the_whole_budget_and_not_more() -> None:
    problem = disjoint([3, 5, 9], [2, 4, 5], budget=4, size=1)
    assert offers(problem, Limits(), [], leaving=0, n=3) == [(1, 5.0, 3.0)]


STUCK = ([1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1])
"""Greedy takes the first (4 people), then one of the others (1 more); the two others together reach 6."""


def once(rows: Sequence[Sequence[float]], size: int, costs: Sequence[float] | None = None) -> Problem:
    """A second time is worth nothing, quality nothing, and there is no budget."""
    told = audiences(*[list(row) for row in rows])
    return Problem(told, np.zeros(len(rows)), np.array(costs or [1.0] * len(rows)), size, second=0.0)


def test_an_exchange_finds_what_greedy_missed() -> None:
    assert solve(once(STUCK, 2)).chosen == (1, 2)
    assert solve(once(STUCK, 2)).value == 6.0
    assert solve(once(STUCK, 2), exchanges=False).value == 5.0


def test_without_a_budget_prices_play_no_part() -> None:
    # by gain per cost the two cheap ones would come first
    assert solve(once(STUCK, 2, [100.0, 1.0, 1.0]), exchanges=False).chosen == (0, 1)


def test_exchanges_go_on_while_they_help_and_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # row 2 makes place for row 0 (1 person more), and only then is row 3 worth more than row 1 (3 against 2)
    problem = once(([0, 1, 0, 0, 1], [1, 0, 1, 0, 1], [0, 0, 0, 0, 0], [1, 0, 1, 1, 0]), 2)
    assert exchange(problem, Limits(), [1, 2]) == [3, 0]
    # 8 memberships, 4 candidates and 1, for each of 2 picks: 26 a round
    monkeypatch.setattr("influence.selection.greedy.EXCHANGE_WORK", 52)
    assert exchange(problem, Limits(), [1, 2]) == [3, 0]
    monkeypatch.setattr("influence.selection.greedy.EXCHANGE_WORK", 51)
    assert exchange(problem, Limits(), [1, 2]) == [1, 0]


def test_a_pick_of_no_worth_stays_where_nobody_is_worth_more() -> None:
    alike = once(([1, 1], [1, 1], [1, 1]), 2)
    assert exchange(alike, Limits(), [0, 1]) == [0, 1]


def test_places_left_after_exchanges_are_filled_by_gain_not_by_price() -> None:
    rows = ([1, 1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1, 0])
    assert exchange(once(rows, 2, [1.0, 3.0, 1.0]), Limits(), [0]) == [0, 1]


def test_the_worth_of_a_second_time_is_the_problems_own() -> None:
    rows = audiences([1, 1, 0], [1, 1, 0], [0, 0, 1])
    for second, worth in ((0.0, 2.0), (0.5, 3.0), (1.0, 4.0)):
        problem = Problem(rows, np.zeros(3), np.ones(3), 3, second=second)
        assert problem.value([0, 1]) == pytest.approx(worth)
        assert upper_bound(problem, [0, 1]) == pytest.approx(worth + 1)
    # told again in order: after the first, row 2 adds 1 person and row 1 twice the worth of a second time
    assert solve(Problem(rows, np.zeros(3), np.ones(3), 3, second=0.0)).chosen == (0, 2, 1)
    assert solve(Problem(rows, np.zeros(3), np.ones(3), 3, second=1.0)).chosen == (0, 1, 2)


def apart(
    costs: Sequence[float], budget: float = np.inf, size: int = 2, must: tuple[int, ...] = ()
) -> Problem:
    """Three audiences that share nobody: 3, 2 and 1 people; the second is worth half a person more for itself."""
    rows = audiences([1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 0], [0, 0, 0, 0, 0, 1])
    return Problem(rows, np.array([0.0, 0.5, 0.0]), np.array(costs), size, budget, must)


@pytest.mark.parametrize(
    ("problem", "chosen", "most"),
    [
        (apart([2, 1, 1]), [], 3 + 2.5),
        (apart([2, 1, 1]), [0], 3 + 2.5 + 1),
        (apart([2, 1, 1]), [1], 2.5 + 3 + 1),
        (apart([2, 1, 1], size=1), [], 3),
        (apart([2, 1, 1], size=3), [], 3 + 2.5 + 1),
        (apart([2, 1, 1], must=(0,)), [0], 3 + 2.5),
        (apart([2, 1, 1], size=1, must=(0,)), [0], 3),
        # with a budget parts of a pick count: what is left pays for half of the first, 3 / 2
        (apart([2, 1, 1], budget=2, must=(1,)), [1], 2.5 + 1.5),
        (apart([2, 1, 1], budget=0.5), [], 1.25),
        (apart([2, 1, 1], budget=100), [], 3 + 2.5),
        (apart([0, 1, 1], budget=1), [], 3 + 2.5),
        (apart([0, 0, 0], budget=1), [], 3 + 2.5),
    ],
)
def test_the_bound_of_three_audiences_by_hand(problem: Problem, chosen: list[int], most: float) -> None:
    assert upper_bound(problem, chosen) == pytest.approx(most, abs=1e-6)


def test_what_a_pick_is_worth_for_itself_decides_among_equal_audiences() -> None:
    problem = Problem(audiences([1, 0, 0], [0, 1, 0], [0, 0, 1]), np.array([0.1, 0.0, 0.6]), np.ones(3), 3)
    assert grow(problem, Limits(), [], by_cost=False) == [2, 0, 1]


def test_whom_the_budget_cannot_pay_is_passed_over() -> None:
    assert grow(apart([5, 1, 1], budget=2), Limits(), [], by_cost=False) == [1, 2]


def test_a_second_time_that_is_worth_nothing_wins_no_place() -> None:
    rows = audiences([1, 1, 0], [1, 1, 0], [0, 0, 1], people=[1, 1, 0.1])
    for second, chosen in ((0.0, [0, 2]), (1.0, [0, 1])):
        problem = Problem(rows, np.zeros(3), np.ones(3), 2, second=second)
        assert grow(problem, Limits(), [], by_cost=False) == chosen
        assert offers(problem, Limits(), [0], 2)[0] == (1, 2 * second, pytest.approx(0.1))


class Apart(Limits):
    """The first two may not stand together; nobody but the last may make a whole with others."""

    def may_join(self, chosen: Sequence[int], n: int) -> np.ndarray:
        return np.array([not (row == 0 and 1 in chosen) for row in range(n)])

    def holds(self, chosen: Sequence[int]) -> bool:
        return 2 in chosen


def test_offers_keep_to_the_limits_and_are_one_if_not_told() -> None:
    problem = apart([1, 1, 1], size=3)
    assert offers(problem, Apart(), [1], 2) == []
    assert offers(problem, Apart(), [1], 0) == [(2, 1.0, 3.0)]
    assert offers(problem, Limits(), [], 2) == [(0, 3.0, 1.0)]
    assert offers(problem, Limits(), [], 2, n=2) == [(0, 3.0, 1.0), (1, 2.5, 1.0)]
