"""Posts with likes and comments, no names: what is counted reaches the score."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from benchmarks.ranking.counts import BEST_RULE, POST_SD, POSTS, RATIOS, cell
from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.rank import rank
from influence.signals.momentum import ACTIVITY_RELIABILITY
from influence.signals.peer_engagement import counted_reactions
from influence.signals.shrinkage import variance_of_posts

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("ratio", "n_posts"), [cell for cell in product(RATIOS, POSTS) if cell != (3, 2)]
)  # three times the reactions in two posts may be luck
@pytest.mark.parametrize(("goal", "least"), [("response", 18), ("long-tail", 17)])
def test_of_forty_alike_the_twenty_with_more_reactions_stand_first(
    ratio: int, n_posts: int, goal: str, least: int
) -> None:
    assert cell(ratio, n_posts, goal, 7) >= least


@pytest.mark.parametrize(("ratio", "n_posts"), [(3, 5), (10, 2)])
def test_at_the_noise_of_real_posts_hardly_anybody_is_lost_against_the_best_rule(
    ratio: int, n_posts: int
) -> None:
    found = {
        goal: np.mean([cell(ratio, n_posts, goal, seed, POST_SD) for seed in range(1, 9)])
        for goal in ("response", "long-tail", BEST_RULE)
    }
    assert found["response"] > found[BEST_RULE] - 0.6
    assert found["long-tail"] > found[BEST_RULE] - 0.8
    assert found[BEST_RULE] < 19.5


def test_kinds_are_weighed_and_an_unknown_kind_has_its_usual_share() -> None:
    likes, comments = np.array([9.0, 99.0, np.nan, np.nan]), np.array([1.0, np.nan, 4.0, np.nan])
    found = counted_reactions({"likes": likes, "comments": comments, "shares": np.full(4, np.nan)})
    usual = np.sqrt([10 * 100, 3 * 9]) - 1  # a comment counts two: 2 and 8
    np.testing.assert_allclose(found, [11, 99 * usual.sum() / usual[0], 8 * usual.sum() / usual[1], np.nan])
    assert np.isnan(counted_reactions({"likes": np.full(2, np.nan)})).all()


def posts_by(likes: dict[str, list[int]]) -> list[dict[str, Any]]:
    return [
        {"post_id": f"{who}{k}", "account_id": f"web:{who}", "created_at": "2024-06-01", "likes": n}
        for who, counts in likes.items()
        for k, n in enumerate(counts)
    ]


def test_counts_are_averaged_in_fourth_roots_and_pulled_by_the_variances(workspace_of: Make) -> None:
    """Roots 1 and 3, 2 and 4: means 2 and 3; within 2, between 0.25 - 1, which is at least 1 % of 0.25; a day old."""
    ranking = rank(workspace_of(posts=posts_by({"a": [1, 81], "b": [16, 256]})))
    strength, recent = 2.0 / 0.0025, 0.5 ** (1 / 180)
    values = {row.handle: row.values["peer_engagement"] for row in ranking.rows}
    assert values["a"] == pytest.approx(((4 * recent + 2.5 * strength) / (2 * recent + strength)) ** 4)
    assert values["b"] == pytest.approx(((6 * recent + 2.5 * strength) / (2 * recent + strength)) ** 4)


def test_a_post_that_went_everywhere_counts_for_something_and_does_not_win(workspace_of: Make) -> None:
    likes = {f"often{k}": [100 + k] * 20 for k in range(10)} | {
        "once": [5] * 19 + [60_000],
        "never": [5] * 20,
    }
    order = [row.handle for row in rank(workspace_of(posts=posts_by(likes)), weights={"momentum": 0}).rows]
    assert order[-2:] == ["once", "never"]


def test_posting_alone_is_half_of_the_answer_and_no_habit_where_it_may_be_luck(workspace_of: Make) -> None:
    """One, two and three posts of today: variance 2/3, of which luck explains 2, so that 1 % of it is left."""
    found = assess(
        workspace_of(posts=posts_by({"a": [5], "b": [6] * 2, "c": [7] * 3})), question_of("", top=0)
    )
    momentum, alive = found.signals["momentum"][1], found.evidence.alive
    assert momentum.reliability == ACTIVITY_RELIABILITY == 0.5
    left, recent = (2 / 3 * 0.01) / (2 / 3 * 0.01 + 2), 0.5 ** (1 / 180)
    np.testing.assert_allclose(momentum.value, (2 + left * np.array([-1, 0, 1])) * recent * alive)


def test_variances_within_and_between_are_those_of_a_table_by_hand() -> None:
    value, account = np.array([1.0, 3.0, 7.0, 9.0]), np.array([0, 0, 1, 1])
    within, between, average = variance_of_posts(value, account, np.ones(4), 2, 1.0)
    assert (within, average) == (
        2.0,
        5.0,
    )  # (1 + 1 + 1 + 1) / 2; means 2 and 8 differ by 9, of which 2 / 2 is luck
    assert between == pytest.approx(9.0 - 1.0)


def test_what_is_counted_is_not_lowered_by_silence_where_nobody_knows_who_reacted(workspace_of: Make) -> None:
    posts = [
        {
            "post_id": f"{who}{k}", "account_id": f"web:{who}", "created_at": f"2023-{month}-1{k}",
            "likes": 50 + k,
        }
        for who, month in (("was", "01"), ("now", "12"))
        for k in range(4)
    ]  # fmt: skip
    values = {row.handle: row.values["peer_engagement"] for row in rank(workspace_of(posts=posts)).rows}
    assert values["was"] == pytest.approx(values["now"])
