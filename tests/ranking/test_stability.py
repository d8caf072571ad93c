"""Which picks depend on a choice of weight: known by hand in a world where two signals disagree."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.cli.app import run
from influence.errors import UsageError
from influence.ranking.stability import drawn_weights, stability
from influence.reporting.explain.measured_text import stability_json, stability_table, stability_verdict
from influence.signals.registry import SIGNAL_NAMES
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace


def world() -> dict[str, list[dict[str, Any]]]:
    """Best in everything; passed on and seldom there; often there and not passed on; neither."""
    likes_and_posts = {"best": (50, 8), "loved": (50, 2), "busy": (1, 8), "neither": (0, 2)}
    return {
        "posts": [
            {"post_id": f"{name}{n}", "account_id": f"web:{name}", "text": "bread", "likes": likes,
             "created_at": f"2024-03-0{9 - n}"}
            for name, (likes, n_posts) in likes_and_posts.items() for n in range(n_posts)
        ]
    }  # fmt: skip


@pytest.fixture
def workspace(workspace_of: Callable[..., Any]) -> Any:
    return workspace_of(**world())


WEIGHTS = {**dict.fromkeys(SIGNAL_NAMES, 0.0), "peer_engagement": 1.0, "momentum": 4.0}


def test_who_is_best_in_everything_stays_and_a_contested_place_does_not(workspace: Any) -> None:
    result = stability(workspace, weights=WEIGHTS, top=2, spread=0.5)
    first, second = result.picks
    assert (first.handle, first.share_in_top, first.depends_on) == ("best", 1.0, ())
    assert first.stable
    assert second.share_in_top < 0.95
    assert not second.stable
    assert result.waiting[0][0] in {"loved", "busy"}
    assert "1 of 2 picks depend" in stability_verdict(result)


def test_a_signal_that_a_pick_cannot_do_without_is_named(workspace: Any) -> None:
    result = stability(workspace, weights={**WEIGHTS, "momentum": 36.0}, top=2, spread=0.1)
    busy = next(pick for pick in result.picks if pick.handle == "busy")
    assert busy.depends_on == ("momentum",)
    assert busy.rank_without["momentum"] > 2
    assert result.overlap_without["momentum"] == 0.5


def test_the_whole_list_depends_on_nothing(workspace: Any) -> None:
    result = stability(workspace, weights=WEIGHTS, top=4)
    assert all(pick.stable for pick in result.picks)
    assert stability_verdict(result) == "None of the 4 picks depends on a choice of weight."


@given(st.lists(st.floats(0.05, 1.0), min_size=2, max_size=6), st.floats(0.05, 0.6))
def test_drawn_weights_add_up_and_vary_as_told(raw: list[float], spread: float) -> None:
    weights = np.array(raw) / sum(raw)
    drawn = drawn_weights(weights, spread, 4000, np.random.default_rng(0))
    np.testing.assert_allclose(drawn.sum(axis=1), 1.0)
    np.testing.assert_allclose(drawn.mean(axis=0), weights, atol=6 * spread / np.sqrt(4000))
    np.testing.assert_allclose(drawn.std(axis=0), spread * np.sqrt(weights * (1 - weights)), rtol=0.2)


def test_a_spread_that_means_nothing_is_an_error(workspace: Any) -> None:
    with pytest.raises(UsageError, match="spread"):
        stability(workspace, spread=1.0)


def test_table_and_json_tell_the_same(workspace: Any) -> None:
    result = stability(workspace, weights=WEIGHTS, top=2)
    document = json.loads(stability_json(result))
    assert [row["handle"] for row in document["rows"]] == [pick.handle for pick in result.picks]
    assert document["verdict"] in stability_table(result)


def test_the_command_prints_the_verdict(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import pandas as pd

    path = tmp_path / "w.duckdb"
    with open_workspace(path) as opened:
        import_tables(opened, {"posts": pd.DataFrame(world()["posts"])})
    assert run(["stability", "-w", str(path), "--top", "2"]) == 0
    assert "depend" in capsys.readouterr().out
