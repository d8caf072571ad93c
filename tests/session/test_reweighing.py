"""Other weights of the same question are weighed again, and the answer is that of a fresh session."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

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
