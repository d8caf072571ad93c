"""Nobody without fit stands above 20 points, whatever is known of it and however it is weighed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.errors import NicheError, UsageError
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.ranking.goals import GOALS
from influence.signals.base import SignalValues
from influence.signals.registry import SIGNAL_NAMES
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
WEIGHT = st.one_of(st.just(0.0), st.floats(0.01, 100.0))
SETTINGS = st.fixed_dictionaries(
    {
        "goal": st.sampled_from(sorted(GOALS)),
        "weights": st.dictionaries(st.sampled_from(SIGNAL_NAMES), WEIGHT),
        "scales": st.dictionaries(
            st.sampled_from(SIGNAL_NAMES), st.sampled_from(("percentile", "saturating", "median"))
        ),
        "unknown": st.dictionaries(st.sampled_from(SIGNAL_NAMES), st.sampled_from(("neutral", "worst"))),
        "like": st.sampled_from(((), ("web:a0",), ("web:a0", "web:a1"))),
        "brand": st.sampled_from(("", "Bread")),
    }
)


def ranked(
    accounts: Rows, posts: Rows, follows: set[Any], likes: set[Any], dated: bool, asked: Mapping[str, Any]
) -> Assessment:
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
        return assess(workspace, question_of("vegan baking", top=0, **asked))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(ACCOUNT, min_size=2, max_size=6), st.lists(POST, max_size=12),
    st.sets(TIE, max_size=25), st.sets(TIE, max_size=25), st.booleans(), SETTINGS,
)  # fmt: skip
def test_nobody_without_fit_has_more_than_twenty_points(
    accounts: Rows,
    posts: Rows,
    follows: set[Any],
    likes: set[Any],
    dated: bool,
    asked: Mapping[str, Any],
) -> None:
    """Whatever is known, with or without text, ties and examples, whatever goal, weights, scales and unknown."""
    try:
        found = ranked(accounts, posts, follows, likes, dated, asked)
    except (NicheError, UsageError):
        return  # no word of the niche, an example without data, all weights 0
    fit, scores = found.signals["niche_fit"][1], found.scores
    total = sum(scores.contributions.values(), np.zeros(found.evidence.n_candidates))
    np.testing.assert_allclose(total, scores.score, atol=1e-9)
    if not np.isfinite(fit.value).any():
        return  # ranked as if no niche were asked for, which is said
    nothing = np.nan_to_num(fit.value) == 0
    assert scores.score[nothing].max(initial=0.0) <= 20.0 + 1e-9
    heard, said = fit.parts["text_fit"], fit.parts["audience_share"]
    assert nothing[(np.nan_to_num(heard) == 0) & (np.nan_to_num(said) == 0) & ~_near(fit)].all()
    for name, points in scores.contributions.items():
        unseen = ~np.isfinite(fit.value) & ~np.isfinite(found.signals[name][1].value)
        assert name == "niche_fit" or not points[unseen].any(), (
            name
        )  # so it beats nobody by what is filled in


def _near(fit: SignalValues) -> np.ndarray:
    return np.asarray(np.nan_to_num(fit.parts["closeness_to_examples"]) > 0)


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
    follows = [
        {"follower_id": f"web:{who}", "followee_id": f"web:{whom}", "since": "2024-06-01"}
        for who, whom in ("ba", "dc")
    ]
    scores = assess(
        workspace_of(accounts=accounts, follows=follows), question_of("vegan baking", top=0)
    ).scores
    assert scores.scaled["momentum"].tolist() == [1.0, 0.5, 0.5, 0.5]
    assert scores.gate.gated["momentum"].tolist() == [False, True, True, True]
    assert scores.factors["momentum"][0] == 1
    assert scores.factors["momentum"][2] <= scores.gate.share[2] <= 0.5
    assert scores.score[2] <= 20 < scores.score[0]


def test_audiences_alike_of_which_one_is_unknown_stay_numbers() -> None:
    from influence.signals.reach import pulled_by_fit

    pulled = pulled_by_fit(
        np.array([2.0, 2, 2, 0]), np.array([2.0, 2, 2, 0]), np.array([2.0, 2, 2, 0]), np.ones(4)
    )
    assert pulled.tolist() == pytest.approx([2, 2, 2, 0])
