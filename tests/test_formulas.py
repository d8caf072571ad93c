"""Formulas that a person could question, each beside what a hand computes: a weight, a cap, a boundary.

Each of these was changed by one small edit that no test noticed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from influence.graph.audience import AudienceGraph
from influence.planning.advocate_candidates import is_detractor
from influence.planning.advocate_score import PARTS, score_parts
from influence.ranking import uncertainty
from influence.ranking.outcomes import Window, later_outcome
from influence.ranking.score import scale
from influence.signals.advocacy import ADVOCACY
from influence.signals.audience import niche_audience
from influence.signals.base import SignalValues
from influence.signals.material import Material
from influence.signals.peer_engagement import counted_reactions
from influence.signals.reach import chance_to_see
from influence.signals.reading import Posts
from influence.signals.shrinkage import gamma_poisson_prior
from influence.store.rights.privacy import purge
from influence.store.workspace import to_day
from influence.text.niche import Niche

Make = Callable[..., Any]


def test_who_pays_twice_the_attention_does_not_see_twice_as_much() -> None:
    ties = sparse.csc_matrix(np.array([[0.0, 1.0], [2.0, 0.0]]))
    undated = (np.array([0]), np.array([1]), np.array([np.nan]), np.array([1.0]))
    sees = chance_to_see(SimpleNamespace(tie_matrix_by_target=ties, follows=undated))  # type: ignore[arg-type]
    np.testing.assert_allclose(sees.toarray(), [[0.0, 0.632121], [0.864665, 0.0]], atol=1e-6)


def test_a_share_weighs_three_likes_and_a_comment_two_in_what_a_post_got() -> None:
    counts = {"likes": [1.0, 0.0, 0.0], "comments": [0.0, 1.0, np.nan], "shares": [0.0, 0.0, 1.0]}
    posts = SimpleNamespace(**{name: np.array(value) for name, value in counts.items()})
    reactions = Posts.reactions.func  # type: ignore[attr-defined]
    assert reactions(posts).tolist() == [1.0, 2.0, 3.0]


def test_a_share_weighs_three_likes_in_how_peers_are_compared() -> None:
    counts = {
        "likes": np.array([1.0, 0.0, 0.0]), "comments": np.array([0.0, 1.0, 0.0]), "shares": np.array([0.0, 0.0, 1.0]),
    }  # fmt: skip
    np.testing.assert_allclose(counted_reactions(counts), [1, 2, 3])


@pytest.mark.parametrize(("kind", "weight"), [("like", 1), ("comment", 2), ("reply", 2), ("share", 3)])
def test_a_reaction_of_today_ties_by_the_weight_of_its_kind(
    workspace_of: Make, kind: str, weight: int
) -> None:
    row = {"actor_id": "web:a", "target_id": "web:b", "kind": kind, "created_at": "2024-01-01"}
    graph = AudienceGraph.from_workspace(workspace_of(interactions=[row]), half_life_days=math.inf)
    assert graph.attention.data.tolist() == pytest.approx([math.log(1 + weight)])


def test_ten_undated_likes_of_one_fan_are_one_tie_to_the_graph_and_to_the_signals(workspace_of: Make) -> None:
    likes = [
        {"actor_id": "web:fan", "target_id": "web:a", "post_id": f"p{at}", "kind": "like"} for at in range(10)
    ]
    shares = [
        {"actor_id": "web:fan", "target_id": "web:b", "kind": "share", "created_at": day}
        for day in ("2023-07-05", "2024-01-01")
    ]
    followed = [{"follower_id": "web:fan", "followee_id": name, "weight": 0.5} for name in ("web:a", "web:c")]
    workspace = workspace_of(interactions=likes + shares, follows=followed)
    ties = AudienceGraph.from_workspace(workspace).attention
    material = Material(workspace.store)
    fan, *others = material.positions(["web:fan", "web:a", "web:b", "web:c"])
    by_hand = [0.5 + math.log(11), math.log1p(3 * 0.5 ** (1 / 180) + 3 * 0.5 ** (181 / 180)), 0.5]
    assert ties.data.tolist() == pytest.approx(by_hand, rel=1e-6)
    assert material.tie_matrix[[fan] * 3, others].A1.tolist() == pytest.approx(by_hand, rel=1e-6)


def test_a_community_half_as_devoted_counts_a_quarter() -> None:
    # of 40 posts each 40, 28 and 0 are about the niche: base 68/120; 20 posts of the prior
    community = np.repeat([0, 1, 2], 40)
    about = np.repeat([1.0, 0.0, 1.0, 0.0, 0.0], [40, 0, 28, 12, 40])
    nobody, nothing = sparse.csr_matrix((0, 120)), sparse.csr_matrix((0, 0))
    found = niche_audience(about, np.zeros(0), community, 3, nobody, nothing).community
    base = 68 / 120
    first, second = (40 + 20 * base) / 60, (28 + 20 * base) / 60
    np.testing.assert_allclose(found, [1.0, ((second - base) / (first - base)) ** 2, 0.0])


def test_what_nobody_said_is_halfway_between_ill_and_good() -> None:
    said = SignalValues(np.array([1.0, 0.6, -1.0, np.nan]), np.ones(4))
    assert ADVOCACY.scale == "signed"
    np.testing.assert_allclose(scale(ADVOCACY, said), [1.0, 0.8, 0.0, 0.5])


def test_a_prior_weighs_at_most_fifty_posts_and_at_least_a_quarter() -> None:
    ten = np.full(4, 10.0)
    assert gamma_poisson_prior(np.ones(4), ten) == pytest.approx((5.0, 50.0))  # all alike: 200 by the moments
    assert gamma_poisson_prior(np.full(4, 1e4), ten) == pytest.approx((250.0, 0.25))  # 0.02 by the moments


def told(nps: float | None) -> pd.DataFrame:
    blank = dict.fromkeys(
        (
            "feeling",
            "p_critic",
            "reach_like",
            "persuasion",
            "sharing",
            "value",
            "referral_value",
            "tenure_days",
        )
    )
    return pd.DataFrame([{**blank, "nps": nps}]).astype(float)


@pytest.mark.parametrize(
    ("nps", "points", "detractor"),
    [(0, 20, True), (6, 20, True), (7, 50, False), (8, 50, False), (9, 67, False), (None, 50, False)],
)
def test_six_of_ten_would_not_recommend_and_seven_is_passive(
    nps: float | None, points: float, detractor: bool
) -> None:
    shares = {part: float(part == "feeling") for part in PARTS}
    assert score_parts(told(nps), shares)["feeling"].tolist() == pytest.approx([points])
    assert is_detractor(told(nps)).tolist() == [detractor]


def test_the_rank_shown_is_always_inside_its_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "_ranks", lambda *_: np.full((20, 2), 5, dtype=np.int32))
    question, order, place = SimpleNamespace(seed=0, top=3), np.arange(10), np.arange(1, 11)
    found = SimpleNamespace(question=question, order=order, place=place, posteriors={0: None})
    sure = uncertainty.rank_intervals(found, np.array([0, 9]))  # type: ignore[arg-type]
    assert (sure.low.tolist(), sure.high.tolist()) == ([1, 5], [5, 10])


def post(day: str, likes: int = 1) -> dict[str, Any]:
    return {
        "post_id": f"p{day}", "account_id": "web:a", "created_at": f"{day} 12:00", "text": "bread", "likes": likes,
    }  # fmt: skip


def test_purge_keeps_the_day_it_counts_back_to_and_takes_the_day_before(workspace_of: Make) -> None:
    workspace = workspace_of(posts=[post("2023-12-31"), post("2024-01-01"), post("2024-01-02")])
    done = purge(workspace, "24m", today=date(2026, 1, 1))
    assert done.before == date(2024, 1, 1)
    left = workspace.store.query("select post_id from posts order by 1").to_pandas()["post_id"].tolist()
    assert left == ["p2024-01-01", "p2024-01-02"]


def test_an_outcome_counts_from_its_first_day_up_to_but_without_its_last(workspace_of: Make) -> None:
    days = ("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01")
    workspace = workspace_of(posts=[post(day, 10**n) for n, day in enumerate(days)])
    window = Window(int(to_day("2024-02-01") or 0), int(to_day("2024-03-01") or 0))
    assert later_outcome(workspace.store, Niche(), np.array(["web:a"]), window, "engagement").tolist() == [
        110.0
    ]
