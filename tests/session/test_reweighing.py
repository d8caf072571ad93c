"""Other weights and filters of the same question take what they leave as it is; the answer is a fresh session's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from influence import session as session_module
from influence import settings
from influence.ranking.asking import question_of
from influence.session import Session
from influence.store.workspace import open_workspace


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


@pytest.fixture(scope="module")
def somewhere(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """An open session on the sample world, every third account of which lives in Leeds."""
    file = Path(shutil.copy(sample, tmp_path_factory.mktemp("somewhere") / "w.duckdb"))
    with open_workspace(file) as workspace:
        workspace.store.execute(
            "update accounts set country = 'GB', city = 'Leeds' where hash(account_id) % 3 = 0"
        )
    with Session(file) as session:
        yield session


FILTERS: dict[str, Any] = {
    "max_followers": 900, "min_followers": 500, "kind": ("blog",), "language": ("de",), "platform": ("synthetic_blog",),
    "country": ("GB",), "place": ("Leeds",), "posted_within": 30, "email": ("yes",), "contacted": ("no",),
    "not_contacted_within": 90,
}  # fmt: skip
WIDE = ("contacted", "not_contacted_within")
"""Filters that leave everybody of this world in."""


def test_every_filter_is_tried() -> None:
    assert set(FILTERS) == set(settings.FILTERS)


@pytest.mark.parametrize("like", [False, True])
@pytest.mark.parametrize("name", list(FILTERS))
def test_a_filter_changes_no_figure_by_which_an_account_is_measured(
    somewhere: Session, name: str, like: bool
) -> None:
    told: dict[str, Any] = {"brand": "Tavilo"}
    told |= {"like": (somewhere.rank("vegan baking").rows[0].account_id,)} if like else {}
    everybody, few = (
        somewhere.assess(question_of("vegan baking", **told, **filters))
        for filters in ({}, {name: FILTERS[name]})
    )
    places = np.searchsorted(everybody.evidence.pool, few.evidence.pool)
    assert 0 < len(places) <= len(everybody.evidence.pool)
    assert (len(places) == len(everybody.evidence.pool)) == (name in WIDE)
    np.testing.assert_array_equal(few.evidence.alive, everybody.evidence.alive[places])
    for signal, (declared, other) in everybody.signals.items():
        one = few.signals[signal][1]
        np.testing.assert_array_equal(one.value, other.value[places], signal)
        np.testing.assert_array_equal(one.support, other.support[places], signal)
        assert (one.reliability, one.scale, one.half) == (other.reliability, other.scale, other.half)
        if signal in few.scores.scaled and (name in WIDE or declared.scale == "share"):
            known = (
                slice(None) if name in WIDE else np.isfinite(one.value)
            )  # unknown is the median of who is left
            scaled = (few.scores.scaled[signal], everybody.scores.scaled[signal][places])
            np.testing.assert_array_equal(*(each[known] for each in scaled), signal)
        assert list(one.parts) == list(other.parts)
        for part in one.parts:
            np.testing.assert_array_equal(one.parts[part], other.parts[part][places], part)
    if name in WIDE:
        np.testing.assert_array_equal(few.scores.score, everybody.scores.score)
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
