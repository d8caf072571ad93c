"""Pairs that bring their figures along are all that learning needs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from influence.cli.app import run
from influence.errors import SourceError
from influence.ranking.pair_columns import brings_figures, read_pair_file, sides_of, workspace_of_pairs

N = 150


def wide_pairs(path: Path, rng: np.random.Generator, n: int, start: int = 0) -> np.ndarray:
    """Pairs without names; being mentioned and a figure that no table knows decide, followers are noise."""
    counts = np.floor(np.exp(rng.normal(4.0, 1.5, (N, 3))))
    merit = np.log1p(counts) @ [0.0, 1.5, 1.0]
    a, b = rng.integers(start, start + N // 2, (2, n))
    b = np.where(a == b, start + (b - start + 1) % (N // 2), b)
    won = rng.random(n) < 1 / (1 + np.exp(merit[b] - merit[a]))
    names = ("follower_count", "mentions_received", "network_feature_1")
    table = {"Choice": won.astype(int)}
    table |= {
        f"{side}_{name}": counts[at, k] for side, at in (("A", a), ("B", b)) for k, name in enumerate(names)
    }
    pd.DataFrame(table).to_csv(path, index=False)
    return won


def test_headers_of_both_sides_are_found_however_they_are_written() -> None:
    assert sides_of(["a_posts", "b_posts", "c_posts"]) == {"posts": ("a_posts", "b_posts")}
    assert sides_of(["listed a", "listed B"]) == {"listed": ("listed a", "listed B")}
    assert sides_of(["left_fans", "right_fans"]) == {"fans": ("left_fans", "right_fans")}
    assert sides_of(["A_followers", "B_following"]) == {}


def test_names_alone_are_no_figures(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("account_a,account_b,preferred\nx,y,a\n", "utf-8")
    assert not brings_figures(tmp_path / "names.csv")
    assert not brings_figures(tmp_path / "missing.csv")


def test_the_same_figures_are_the_same_account_and_known_ones_reach_the_tables(tmp_path: Path) -> None:
    rows = "preferred,a_followers,a_odd,b_followers,b_odd\na,10,1.5,20,\nb,20,,30,2\n"
    (tmp_path / "p.csv").write_text(rows, "utf-8")
    assert brings_figures(tmp_path / "p.csv")
    read = read_pair_file(tmp_path / "p.csv")
    assert read.rows[0][1] == read.rows[1][0]
    assert len(read.figures) == 3
    with workspace_of_pairs([read]) as (workspace, rest):
        known = workspace.store.query("select followers from accounts order by followers").to_pandas()
    assert known["followers"].tolist() == [10, 20, 30]
    assert list(rest.columns) == ["odd"]


def test_a_figure_that_is_no_number_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("preferred,a_followers,b_followers\na,10,many\n", "utf-8")
    with pytest.raises(SourceError, match="line 2, column b_followers"):
        read_pair_file(tmp_path / "p.csv")


def test_the_command_learns_and_predicts_from_such_files_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(8)
    wide_pairs(Path("train.csv"), rng, 400)
    won = wide_pairs(Path("test.csv"), rng, 400, start=N // 2)
    assert (
        run(["learn", "--pairs", "train.csv", "--predict", "test.csv", "told.csv", "--format", "json"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert found["gain"]["followers"]["low"] > 0
    assert found["weights"]["log network_feature_1"] > 0
    chance = pd.read_csv("told.csv")["p_a"].to_numpy()
    assert np.isfinite(chance).all()
    assert np.mean((chance > 0.5) == won) > 0.8
    assert not list(tmp_path.glob("*.duckdb"))
