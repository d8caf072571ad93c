"""``influence goals``, ``influence compare`` and ``--profile``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import influence
from influence.cli.app import run
from influence.ranking.goals import GOALS
from influence.settings import load_profile

Run = Callable[..., str]


@pytest.fixture
def workspace(tmp_path: Path) -> str:
    """A workspace file with three authors."""
    import pandas as pd

    posts = [
        {"post_id": f"{who}{n}", "account_id": f"p:{who}", "text": "vegan cake", "created_at": f"2024-03-{n + 1:02d}",
         "likes": 10 * (n + 1), "language": "en"}
        for who in "abc" for n in range(3)
    ]  # fmt: skip
    pd.DataFrame(posts).to_csv(tmp_path / "posts.csv", index=False)
    file = tmp_path / "influence.duckdb"
    with influence.open_workspace(file) as opened:
        influence.import_files(opened, [tmp_path / "posts.csv"])
    return str(file)


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*args: str, code: int = 0) -> str:
        assert run([str(arg) for arg in args]) == code
        captured = capsys.readouterr()
        return captured.err if code else captured.out

    return call


def test_goals_are_shown_with_weights_and_meaning(out: Run) -> None:
    table = out("goals")
    assert all(name in table for name in GOALS)
    assert "small voices the niche listens to" in table
    rows = json.loads(out("goals", "--format", "json"))["rows"]
    assert {row["goal"]: row["weights"] for row in rows} == {
        name: dict(weights) for name, weights in GOALS.items()
    }
    assert "did you mean 'awareness'" in out("goals", "awarenes", code=2)


def test_a_goal_as_toml_is_a_profile_that_ranks_like_the_goal(
    out: Run, workspace: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    out("goals", "response", "--format", "toml", "-o", str(file))
    assert load_profile(file).weights == GOALS["response"]
    by_profile = json.loads(
        out("rank", "-w", workspace, "--niche", "vegan", "--profile", file, "--format", "json")
    )
    by_goal = json.loads(
        out("rank", "-w", workspace, "--niche", "vegan", "--goal", "response", "--format", "json")
    )
    scores = [[(row["account_id"], row["score"]) for row in found["rows"]] for found in (by_profile, by_goal)]
    assert scores[0] == scores[1]


def test_command_line_wins_over_environment_over_file(
    out: Run, workspace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'niche = "vegan"\nseed = 1\n[weights]\nreach = 1\nmomentum = 1\nniche_fit = 1\n', encoding="utf-8"
    )
    monkeypatch.setenv("INFLUENCE_PROFILE", str(file))
    monkeypatch.setenv("INFLUENCE_SEED", "2")
    monkeypatch.setenv("INFLUENCE_WEIGHTS", "reach=2,momentum=2")
    found = json.loads(out("rank", "-w", workspace, "--weights", "reach=3", "--format", "json"))
    settings = found["provenance"]["settings"]
    assert (settings["keywords"], settings["seed"]) == ("vegan", 2)
    assert [settings["weights"][name] for name in ("reach", "momentum", "niche_fit")] == [3, 2, 1]


def test_a_wrong_profile_is_a_usage_error_that_names_file_and_key(
    out: Run, workspace: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[weights]\nniche_fitt = 1\n", encoding="utf-8")
    error = out("rank", "-w", workspace, "--profile", file, code=2)
    assert "mine.toml" in error
    assert "did you mean 'niche_fit'" in error
    assert "no such profile" in out("rank", "-w", workspace, "--profile", tmp_path / "none.toml", code=1)


def test_compare_and_waterfall_are_written_by_their_ending(out: Run, workspace: str, tmp_path: Path) -> None:
    assert "What makes the difference" in out("compare", "a", "b", "-w", workspace, "--niche", "vegan")
    out("compare", "a", "b", "c", "-w", workspace, "--niche", "vegan", "-o", tmp_path / "c.json")
    assert len(json.loads((tmp_path / "c.json").read_text("utf-8"))["accounts"]) == 3
    out("explain", "a", "-w", workspace, "--niche", "vegan", "-o", tmp_path / "w.svg")
    assert (tmp_path / "w.svg").read_text("utf-8").startswith("<svg")
    assert "two accounts or more" in out("compare", "a", "-w", workspace, code=2)
