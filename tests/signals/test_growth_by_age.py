"""Activity reads newcomers by the age of the account: who is young had less time to win as many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from influence.ranking.rank import rank
from influence.signals.momentum import by_age

Make = Callable[..., Any]


def follows_of(name: str, days: list[str]) -> list[dict[str, str]]:
    return [
        {"follower_id": f"web:{name}-fan{k}", "followee_id": f"web:{name}", "since": day}
        for k, day in enumerate(days)
    ]


def momentum_of(workspace: Any) -> dict[str, float]:
    return {row.handle: row.values["momentum"] for row in rank(workspace, top=0).rows}


def test_the_same_newcomers_count_for_more_where_the_account_is_young(workspace_of: Make) -> None:
    lately = ["2023-12-01", "2023-12-11", "2023-12-21"]
    days = {"young": lately, "old": [*lately, "2013-12-01"], "alike": lately}
    rows = [row for name, when in days.items() for row in follows_of(name, when)]
    values = momentum_of(workspace_of(follows=rows))
    assert values["young"] == pytest.approx(values["alike"])
    assert values["young"] > 4 * values["old"]


def test_an_account_that_posted_for_years_before_its_first_follower_is_not_young(workspace_of: Make) -> None:
    posts = [
        {"post_id": f"{name}{k}", "account_id": f"web:{name}", "created_at": day, "text": "x"}
        for name, first in (("old", "2013-01-01"), ("new", "2023-11-01"))
        for k, day in enumerate((first, "2023-12-01", "2023-12-31"))
    ]
    rows = [row for name in ("old", "new") for row in follows_of(name, ["2023-12-01", "2023-12-21"])]
    values = momentum_of(workspace_of(posts=posts, follows=rows))
    assert values["new"] > 2 * values["old"]


def test_what_a_newcomer_counts_by_hand_and_never_more_at_a_higher_age() -> None:
    life = 180 / np.log(2)
    np.testing.assert_allclose(by_age(np.array([0.0, 180.0])), [life / 30, life / (life / 2 + 30)])
    lasting = by_age(np.array([0.0, 700.0]), 1e9)  # newcomers per 260 days of its age, where none wears off
    np.testing.assert_allclose(lasting, [life / 30, life / 730], rtol=1e-5)
    assert (np.diff(by_age(np.arange(4_000.0))) < 0).all()
    assert by_age(np.array([np.nan, -np.inf])).tolist() == [1.0, 1.0]
