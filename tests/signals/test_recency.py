"""What is recent where nobody is known to post: dated follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from influence.ranking.asking import question_of
from influence.ranking.assess import assess
from influence.ranking.backtest import backtest
from influence.ranking.rank import rank
from influence.signals.material import Material
from influence.signals.reach import (
    CLEARLY,
    HALF_LIVES,
    follow_half_life,
    half_lives_told,
    people_reached,
    worn_follows,
)

Make = Callable[..., Any]


def followed(day: str | None, who: str, whom: str) -> dict[str, str | None]:
    return {"follower_id": f"web:{who}", "followee_id": f"web:{whom}", "since": day}


def test_of_two_equally_followed_the_one_who_is_followed_now_stands_first(workspace_of: Make) -> None:
    follows = [followed("2020-01-01", f"p{k}", "a_was") for k in range(10)]
    follows += [followed("2023-12-01", f"q{k}", "z_is") for k in range(10)]
    found = rank(workspace_of(follows=follows), as_of="2024-01-01")
    assert [row.handle for row in found.rows[:2]] == ["z_is", "a_was"]
    assert found.rows[0].contributions["momentum"] > found.rows[1].contributions["momentum"]
    assert found.baseline == "followers in the data"


def test_of_two_who_post_alike_the_one_whom_people_came_to_lately_is_more_active(workspace_of: Make) -> None:
    posts = [
        {
            "post_id": f"{who}{day}",
            "account_id": f"web:{who}",
            "created_at": f"2023-12-0{day}",
            "text": "bread",
        }
        for who in ("a_was", "z_is")
        for day in (1, 2, 3)
    ]
    follows = [followed("2020-01-01", f"p{k}", "a_was") for k in range(10)]
    follows += [followed("2023-12-01", f"q{k}", "z_is") for k in range(10)]
    found = rank(workspace_of(posts=posts, follows=follows), as_of="2024-01-01")
    values = {row.handle: row.values["momentum"] for row in found.rows}
    assert values["z_is"] > values["a_was"] + 1


def test_undated_follows_say_nothing_about_now(workspace_of: Make) -> None:
    follows = [
        {"follower_id": "web:a", "followee_id": "web:b"},
        {"follower_id": "web:b", "followee_id": "web:c"},
    ]
    found = assess(workspace_of(follows=follows), question_of(""))
    assert "momentum" in found.switched_off


def test_a_backtest_on_follows_alone_has_followers_to_compare_with(workspace_of: Make) -> None:
    rng = np.random.default_rng(2)
    follows = [
        followed(f"2023-{1 + k % 12:02d}-01", f"p{k}", f"a{int(rng.integers(0, 12) ** 2 / 12)}")
        for k in range(400)
    ]
    found = backtest(workspace_of(follows=follows), cuts=["2023-07-01"], outcome="new-audience")
    assert {"influence", "followers", "pagerank", "random"} <= {row.method for row in found.rows}


def test_a_dated_follow_wears_off_and_an_undated_one_among_them_counts_as_one_half_life(
    workspace_of: Make,
) -> None:
    follows = [followed("2023-01-02", "p", "a"), followed("2024-01-02", "q", "a"), followed(None, "r", "a")]
    material = Material(workspace_of(follows=follows).store, None)
    lost = worn_follows(material)
    assert lost is not None
    at = material.positions(["web:p", "web:q", "web:r", "web:a"])
    assert lost[at[3], at[0]] == pytest.approx(0.5, abs=0.01)
    assert lost[at[3], at[1]] == pytest.approx(0.0, abs=0.01)
    assert lost[at[3], at[2]] == pytest.approx(0.5)


def foretold(half_life: float, came: tuple[int, int]) -> float:
    """Of two accounts, one followed on each of ten days long ago and one on each of ten of late, by hand."""
    weight = np.array(
        [sum(0.5 ** (age / half_life) for age in ages) for ages in (range(401, 411), range(1, 11))]
    )
    weight += 0.1 * weight.mean()
    return float(np.array(came) @ np.log(weight / weight.sum()))


@pytest.mark.parametrize(("came", "told"), [((0, 20), (90.0, 180.0)), ((12, 8), (365.0, 36_500.0))])
def test_by_which_half_lives_earlier_follows_foretell_the_latest_by_hand(
    came: tuple[int, int], told: tuple[float, float]
) -> None:
    days = [*range(10), *range(400, 410), *[410] * 20]
    whom = np.repeat([7, 3, *([7] * came[0] + [3] * came[1])], [10, 10, *[1] * 20])
    assert half_lives_told(np.array(days, float), whom) == told
    marks = {each: foretold(each, came) for each in HALF_LIVES}
    assert {each for each in HALF_LIVES if told[0] <= each <= told[1]} == {
        each for each, mark in marks.items() if mark >= max(marks.values()) - CLEARLY
    }


def test_few_follows_tell_no_half_life_and_the_usual_one_stands(workspace_of: Make) -> None:
    assert half_lives_told(np.zeros(0), np.zeros(0, dtype=int)) == (90.0, 36_500.0)
    material = Material(workspace_of(follows=[followed("2023-01-02", "p", "a")]).store, None)
    assert (follow_half_life(material), follow_half_life(material, 180.0)) == (365.0, 180.0)


def test_dated_follows_are_trusted_two_thirds_where_no_reaction_tells_who_looks(workspace_of: Make) -> None:
    dated, undated = ([followed(day, f"p{k}", f"a{k % 3}") for k in range(9)] for day in ("2023-01-02", None))
    seen = [{"actor_id": "web:p1", "target_id": "web:a1", "kind": "like", "created_at": "2023-01-03"}]
    for tables, trust in (
        ({"follows": dated}, 2 / 3),
        ({"follows": undated}, 1 / 3),
        ({"follows": dated, "interactions": seen}, 1 / 3),
    ):
        found = assess(workspace_of(**tables), question_of(""))
        assert found.signals["reach"][1].reliability == pytest.approx(trust)


def test_dated_follows_tell_who_is_still_listened_to_and_not_the_last_post(workspace_of: Make) -> None:
    days = {"a": [f"2019-{month:02}-01" for month in range(1, 13)], "b": ["2019-01-01", "2022-12-01"]}
    posts = [
        {"post_id": f"{who}{day}", "account_id": f"web:{who}", "created_at": day, "text": "bread"}
        for who, dates in days.items()
        for day in dates
    ]
    for since, silent_counts in (("2023-01-02", False), (None, True)):
        follows = [followed(since, f"p{k}", who) for k in range(3) for who in "ab"]
        found = assess(workspace_of(posts=posts, follows=follows), question_of(""))
        at = found.evidence.candidates["account_id"].tolist().index("web:a")
        assert found.evidence.alive[at] < 0.5  # a monthly voice, silent for three years
        reach = found.signals["reach"][1].value[at]
        people = people_reached(found.evidence)[0][at]
        assert reach == pytest.approx(people * (found.evidence.alive[at] if silent_counts else 1.0))
