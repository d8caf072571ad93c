"""Nobody without fit stands above 20 points, whatever is known of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.errors import NicheError
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.store.importing.transaction import import_tables
from influence.store.workspace import memory_workspace

Make = Callable[..., Any]
Rows = list[dict[str, object]]

CANDIDATES = tuple(f"web:a{k}" for k in range(6))
PEOPLE = (*CANDIDATES, *(f"web:f{k}" for k in range(9)))
TEXTS = ("vegan baking", "oat milk baking for vegan people", "bread", "cars and engines", "trains", "")
ACCOUNT = st.fixed_dictionaries(
    {"bio": st.sampled_from(TEXTS), "followers": st.one_of(st.none(), st.integers(0, 10**7))}
)
POST = st.fixed_dictionaries(
    {
        "account_id": st.sampled_from(CANDIDATES),
        "text": st.sampled_from((*TEXTS[:-1], "hi")),
        "likes": st.integers(0, 10**5),
        "community": st.sampled_from(("vegan", "cars", None)),
        "created_at": st.dates().map(lambda day: f"2024-{day.month:02}-{day.day:02}"),
    }
)
TIE = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(CANDIDATES)).filter(lambda tie: tie[0] != tie[1])
NO_FIT = 0.02
"""Two points of a hundred: what chance nearness of words makes of nothing."""


def ranked(accounts: Rows, posts: Rows, follows: set[Any], likes: set[Any], dated: bool) -> Assessment:
    """A tiny world, asked for vegan baking."""
    day = "2024-06-01"
    tables = {
        "accounts": [{"account_id": name} | one for name, one in zip(CANDIDATES, accounts, strict=False)],
        "posts": [{"post_id": f"p{k}"} | one for k, one in enumerate(posts)],
        "follows": [
            {"follower_id": who, "followee_id": whom, "since": day if dated else None}
            for who, whom in follows
        ],
        "interactions": [
            {"actor_id": who, "target_id": whom, "kind": "like", "created_at": day} for who, whom in likes
        ],
    }
    with memory_workspace() as workspace:
        import_tables(workspace, {name: pd.DataFrame(rows) for name, rows in tables.items() if rows})
        return assess(workspace, question_of("vegan baking", top=0))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(ACCOUNT, min_size=2, max_size=6), st.lists(POST, max_size=12),
    st.sets(TIE, max_size=25), st.sets(TIE, max_size=25), st.booleans(),
)  # fmt: skip
def test_nobody_without_fit_has_more_than_twenty_points(
    accounts: Rows, posts: Rows, follows: set[Any], likes: set[Any], dated: bool
) -> None:
    try:
        found = ranked(accounts, posts, follows, likes, dated)
    except NicheError:
        return
    if "niche_fit" in found.scores.scaled:
        without = found.scores.scaled["niche_fit"] <= NO_FIT
        assert found.scores.score[without].max(initial=0.0) <= 20.0 + 1e-6


def test_communities_of_which_none_is_the_niches_stand_in_for_no_fit(workspace_of: Make) -> None:
    bios = {
        "baker": "vegan cakes today",
        "cook": "oat milk baking for vegan people",
        "driver": "cars and engines",
    }
    accounts = [{"account_id": f"web:{who}", "bio": bio, "followers": 100} for who, bio in bios.items()]
    posts = [
        {
            "post_id": who, "account_id": f"web:{who}", "text": "hi", "likes": likes,
            "community": "misc", "created_at": "2024-06-01",
        }
        for who, likes in (("baker", 10), ("driver", 10_000))
    ]  # fmt: skip
    found = assess(workspace_of(accounts=accounts, posts=posts), question_of("vegan baking", top=0))
    scores = dict(zip(found.evidence.candidates["account_id"], found.scores.score, strict=True))
    assert not found.evidence.in_communities
    assert not any(values.of_niche for _, values in found.signals.values())
    assert scores["web:driver"] < 20 < scores["web:cook"]


def test_that_nobody_of_the_niche_came_stands_in_for_no_fit(workspace_of: Make) -> None:
    """Half of the candidates have no newcomer, so that 0 is the median and half of the scale."""
    bios = {
        "a": "vegan cakes today",
        "b": "oat milk baking for vegan people",
        "c": "the weather",
        "d": "trains",
    }
    accounts = [{"account_id": f"web:{who}", "bio": bio, "followers": 10} for who, bio in bios.items()]
    follows = [{"follower_id": "web:b", "followee_id": "web:a", "since": "2024-06-01"}]
    scores = assess(
        workspace_of(accounts=accounts, follows=follows), question_of("vegan baking", top=0)
    ).scores
    assert scores.scaled["momentum"].tolist() == [1.0, 0.5, 0.5, 0.5]
    np.testing.assert_allclose(scores.factor("momentum"), [1, *scores.gate[1:]])
    assert scores.gate[2] < 0.5


def test_audiences_alike_of_which_one_is_unknown_stay_numbers() -> None:
    from influence.signals.reach import pulled_by_fit

    pulled = pulled_by_fit(
        np.array([2.0, 2, 2, 0]), np.array([2.0, 2, 2, 0]), np.array([2.0, 2, 2, 0]), np.ones(4)
    )
    assert pulled.tolist() == pytest.approx([2, 2, 2, 0])
