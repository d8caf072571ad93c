"""Other weights and filters of the same question take what they leave as it is; the answer is a fresh session's."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from influence import session as session_module
from influence.ranking.asking import question_of
from influence.session import Session


@pytest.mark.parametrize(
    "asked", [{"weights": {"reach": 10.0}}, {"goal": "awareness"}, {"weights": {"niche_fit": 0.0}}]
)
def test_other_weights_give_what_a_fresh_session_gives(
    sample: Path, asked: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(sample) as fresh:
        right = fresh.rank("vegan baking", **asked)
    with Session(sample) as session:
        assert not session.has_read
        session.rank("vegan baking")
        assert session.has_read
        monkeypatch.setattr("influence.ranking.assess.assess", None)
        again = session.rank("vegan baking", **asked)
    assert [asdict(row) for row in again.rows] == [asdict(row) for row in right.rows]


@pytest.mark.parametrize(
    "asked",
    [
        {"max_followers": 5_000}, {"language": ("de", "en"), "brand": "Tavilo"}, {"like": ("web:alder",)},
        {"goal": "awareness", "min_followers": 50}, {"posted_within": 60},
    ],
)  # fmt: skip
def test_other_filters_give_what_a_fresh_session_gives(sample: Path, asked: dict[str, Any]) -> None:
    filters = {name: asked[name] for name in asked if name not in ("brand", "like", "goal")}
    rest = {name: asked[name] for name in asked if name not in filters}
    with Session(sample) as any_account:
        rest |= {"like": (any_account.rank("vegan baking").rows[0].account_id,)} if "like" in rest else {}
    with Session(sample) as fresh:
        right = fresh.rank("vegan baking", top=0, **filters, **rest)
    with Session(sample) as session:
        session.rank("vegan baking", **rest)
        session.rank("vegan baking", max_followers=900, **rest)
        again = session.rank("vegan baking", top=0, **filters, **rest)
    assert [asdict(row) for row in again.rows] == [asdict(row) for row in right.rows]
    assert again.notes == right.notes


def test_a_filter_changes_no_figure_by_which_an_account_is_measured(sample: Path) -> None:
    with Session(sample) as session:
        everybody, few = (
            session.assess(question_of("vegan baking", **told))
            for told in ({}, {"max_followers": 900, "kind": ("blog",)})
        )
    places = np.searchsorted(everybody.evidence.pool, few.evidence.pool)
    assert 0 < len(places) < len(everybody.evidence.pool) / 2
    np.testing.assert_array_equal(few.evidence.alive, everybody.evidence.alive[places])
    for name in ("audience_quality", "independence"):
        one, other = few.signals[name][1], everybody.signals[name][1]
        np.testing.assert_array_equal(one.value, other.value[places])
        assert one.reliability == other.reliability
    one, other = (found.signals["peer_engagement"][1].parts for found in (few, everybody))
    for name in ("ratio_to_peers", "peers_seen"):
        np.testing.assert_array_equal(one[name], other[name][places])
    in_order = np.argsort(few.baseline_rank)
    assert (
        np.diff(everybody.baseline_rank[places][in_order][np.isfinite(few.baseline_rank[in_order])]) > 0
    ).all()


def test_few_candidates_of_earlier_questions_are_remembered(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "CANDIDATES", 4_000)
    with Session(sample) as session:
        for most in (200_000, 100_000, 50_000, 500, 300):
            session.rank("vegan baking", max_followers=most)
            assert sum(len(found.order) for found in session._assessed.values()) <= 4_000
        assert len(session._assessed) > 1
