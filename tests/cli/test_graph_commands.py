"""`influence graph`, `overlap` and `lookalikes` on a small workspace."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import pytest

from influence.cli.app import run
from influence.store.workspace import open_workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two blogs with the same ten readers but one, a third with one of them, and one whose owner is private."""
    path = tmp_path / "w.duckdb"
    follows = [(f"w:r{i}", "w:twin1") for i in range(10)] + [(f"w:r{i}", "w:twin2") for i in range(9)]
    follows += [("w:r0", "w:lucky")] + [(f"w:r{i}", "w:secret") for i in range(10)]
    with open_workspace(path) as opened:
        for follower, followee in follows:
            opened.store.execute(
                "insert into follows (follower_id, followee_id, fetched_day) values (?, ?, 15000)",
                [follower, followee],
            )
        for name in ("twin1", "twin2", "lucky", "secret"):
            opened.store.execute(
                "insert into accounts (account_id, platform, handle, bio, is_private, fetched_day) "
                "values (?, 'w', ?, ?, ?, 15000)",
                [f"w:{name}", name, "vegan cake" if "twin" in name else "chess", name == "secret"],
            )
            opened.store.execute(
                "insert into posts (post_id, account_id, text, created_day, fetched_day) "
                "values (?, ?, ?, 14999, 15000)",
                [name, f"w:{name}", "baking a vegan cake" if "twin" in name else "chess openings"],
            )
    monkeypatch.setenv("INFLUENCE_WORKSPACE", str(path))
    return path


def test_stats_count_accounts_and_ties(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "stats", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["accounts"], found["ties"], found["unheard"], found["silent"]) == (14, 30, 10, 4)
    assert (found["components"], found["largest_component"], found["core_ties"]) == (1, 14, 0)
    assert (found["deepest_core"], found["returned"]) == (3, 0)
    assert run(["graph", "stats"]) == 0
    assert "nobody pays them attention" in capsys.readouterr().out


def test_overlap_says_what_pairs_share_and_whom_one_alone_reaches(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["overlap", "twin1", "@Twin2", "w:lucky", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["audience"] for row in found["accounts"]] == [10, 9, 1]
    assert [row["exclusive"] for row in found["accounts"]] == [1, 0, 0]
    assert found["pairs"][0]["shared"] == 9
    assert found["pairs"][0]["jaccard"] == 0.9
    assert (found["unique_reach"], found["total_reach"]) == (10, 20)
    assert run(["overlap", "twin1", "twin2"]) == 0
    assert "9 of 19 contacts are repeats" in capsys.readouterr().out


def test_lookalikes_come_by_audience_and_leave_out_private_accounts(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lookalikes", "twin1", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["rows"]
    assert [row["account_id"] for row in found] == ["w:twin2", "w:lucky"]
    assert run(["lookalikes", "lucky"]) == 0
    assert "w:twin1" in capsys.readouterr().out


def test_lookalikes_come_by_text_too(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lookalikes", "twin1", "--by", "text", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["rows"]
    assert found[0]["account_id"] == "w:twin2"
    assert all(row["account_id"] not in ("w:twin1", "w:secret") for row in found)


@pytest.mark.parametrize("ending", ["gexf", "graphml"])
def test_export_writes_the_file_and_says_so(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    target = tmp_path / f"graph.{ending}"
    assert run(["graph", "export", "-o", str(target)]) == 0
    assert "30 ties" in capsys.readouterr().err
    assert target.read_text().count("<edge ") == 30


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["overlap", "twin1"], 2, "two different accounts"),
        (["rank", "vegan", "baking"], 2, 'A niche is told so: --niche "vegan baking"'),
        (["rnak"], 2, "did you mean 'rank'? See `influence --help`."),
        (["rank", "--brief", "Vegan bakers in Britain"], 2, "say the niche in words: --niche"),
        (["overlap", "twin1", "twin9"], 1, "twin9"),
        (["lookalikes", "nobody-at-all"], 1, "no account"),
        (["graph", "export", "-o", "graph.png"], 2, ".gexf or .graphml"),
        (["graph", "stats", "--as-of", "soon"], 1, "not a date"),
        (["graph", "stats", "-w", "missing.duckdb"], 1, "no workspace"),
    ],
)
def test_wrong_questions_get_clear_answers(
    workspace: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert run(arguments) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.out == ""


def test_work_that_takes_long_says_what_it_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import time

    from influence.cli import waiting

    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.0)
    with waiting.telling("Counting sheep"):
        time.sleep(0.4)
    assert capsys.readouterr().err == ""  # nobody looks at a pipe
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with waiting.telling("Counting sheep"):
        time.sleep(0.4)
    assert "Counting sheep ... 0 s" in capsys.readouterr().err
    with waiting.telling("Working"):
        waiting.stage("Reading accounts")
        time.sleep(0.4)
    assert "Reading accounts ... 0 s" in capsys.readouterr().err
    monkeypatch.setattr("builtins.input", lambda _: time.sleep(0.4) or "y")
    monkeypatch.setattr("click.termui.visible_prompt_func", waiting.asked)
    with waiting.telling("Counting sheep"):
        assert click.confirm("Erase?", err=True)
    assert "Counting" not in capsys.readouterr().err  # a question that waits for an answer stays in sight
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 60.0)
    with waiting.telling("Counting sheep"):
        pass
    assert capsys.readouterr().err == ""
