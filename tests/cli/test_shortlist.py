"""``influence shortlist``, on a small workspace of its own."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from influence.cli.app import run
from influence.cli.shortlist import shortlist_command
from influence.store.importing.transaction import import_tables
from influence.store.workspace import open_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    import pandas as pd

    path = tmp_path_factory.mktemp("shortlist") / "w.duckdb"
    names = ["teapot", "leafy", "=cmd", "trucks"]
    accounts = pd.DataFrame(
        {
            "account_id": [f"web:{n}" for n in names],
            "handle": names,
            "kind": "blog",
            "followers": [90, 500, None, 10**6],
        }
    )
    posts = pd.DataFrame(
        [
            {
                "post_id": f"{name}{k}",
                "account_id": f"web:{name}",
                "created_at": f"2012-06-{10 + k}",
                "text": "engine gearbox diesel" if name == "trucks" else "green tea brewing oolong leaves",
                "likes": 5 + k,
            }
            for name in names
            for k in range(4)
        ]
    )
    with open_workspace(path) as opened:
        import_tables(opened, {"accounts": accounts, "posts": posts})
    return str(path)


def invoke(workspace: str, *options: str) -> Result:
    return CliRunner().invoke(
        shortlist_command, ["-w", workspace, "--niche", "green tea", *options], catch_exceptions=False
    )


def test_the_chance_of_a_top_place_is_about_as_many_places_as_were_asked_for(workspace: str) -> None:
    document = json.loads(invoke(workspace, "--size", "2", "--format", "json").stdout)
    chances = [row["p_top"] for row in document["rows"]]
    assert document["uncertainty"]["top"] == 2
    assert max(chances) <= 1.0
    assert min(chances) < 1.0


def test_the_screen_shows_place_score_reason_and_the_plain_ranking(workspace: str) -> None:
    result = invoke(workspace, "--size", "3")
    assert result.exit_code == 0
    assert "top 3 of 4 accounts" in result.stdout
    assert "Writes about green tea in all 4 posts" in result.stdout
    assert "by followers:" in result.stdout
    assert "trucks" not in result.stdout
    assert "\x1b" not in result.stdout


def test_the_ending_decides_the_format(workspace: str, tmp_path: Path) -> None:
    for ending in ("xlsx", "csv", "json", "md"):
        path = tmp_path / f"list.{ending}"
        result = invoke(workspace, "--size", "3", "-o", str(path))
        assert result.exit_code == 0
        assert result.stdout == ""
        assert "Wrote 3 accounts to" in result.stderr
    assert openpyxl.load_workbook(tmp_path / "list.xlsx").sheetnames[0] == "Shortlist"
    rows = json.loads((tmp_path / "list.json").read_text("utf-8"))["rows"]
    assert all(row["reason"] for row in rows)
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        handles = [row["handle"] for row in csv.DictReader(file)]
    assert sorted(handles) == ["'=cmd", "leafy", "teapot"]
    assert (tmp_path / "list.md").read_text("utf-8").startswith("# green tea")


def test_data_goes_to_stdout_and_words_to_stderr(workspace: str) -> None:
    result = invoke(workspace, "--format", "csv", "-o", "-")
    assert len(list(csv.DictReader(io.StringIO(result.stdout)))) == 4
    assert json.loads(invoke(workspace, "--format", "json").stdout)["n_candidates"] == 4


def test_a_wrong_ending_costs_nothing_and_is_named(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["shortlist", "-w", "nowhere.duckdb", "--niche", "tea", "-o", str(tmp_path / "list.xls")])
    assert code == 2
    assert "did you mean '.xlsx'" in capsys.readouterr().err


def test_a_missing_folder_and_a_workbook_on_the_screen_are_clear_errors(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["shortlist", "-w", workspace, "--niche", "green tea"]
    assert run([*asked, "-o", str(tmp_path / "none" / "list.csv")]) == 1
    assert "folder for the output does not exist" in capsys.readouterr().err
    assert run([*asked, "--format", "xlsx"]) == 2
    assert "name a file" in capsys.readouterr().err
