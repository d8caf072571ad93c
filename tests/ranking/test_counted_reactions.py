"""Posts with likes and comments, no names: what is counted reaches the score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from benchmarks.ranking.counts import BEST_RULE, POST_SD, cell
from influence.ranking.rank import rank
from influence.signals.peer_engagement import log_reactions
from influence.signals.shrinkage import variance_of_posts

Make = Callable[..., Any]


@pytest.mark.parametrize(("ratio", "n_posts"), [(3, 5), (3, 30), (10, 2), (10, 5), (100, 2), (100, 30)])
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


def test_ten_times_the_reactions_are_worth_the_same_at_every_size() -> None:
    logs = log_reactions({"likes": np.array([9.0, 99.0, 999.0])})
    np.testing.assert_allclose(logs, np.log([10, 100, 1000]))


def test_kinds_are_weighed_and_an_unknown_kind_is_as_far_from_its_average_as_the_others_are() -> None:
    likes, comments = np.array([9.0, 99.0, np.nan]), np.array([0.0, 0.0, np.e - 1])
    logs = log_reactions({"likes": likes, "comments": comments, "shares": np.full(3, np.nan)})
    usual = (np.log(1000) / 2 + 2 / 3) / 3  # likes weigh 1, comments 2
    np.testing.assert_allclose(logs, [np.log(10) / 3, np.log(100) / 3, usual + 2 / 3])


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
