"""``influence import`` on the command line."""

from __future__ import annotations

import pytest

from influence.cli.app import run
from influence.store.workspace import open_workspace


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INFLUENCE_WORKSPACE", raising=False)
    return tmp_path


def _counts(folder) -> dict[str, int]:
    with open_workspace(folder / "influence.duckdb", read_only=True) as workspace:
        return workspace.counts()


def test_files_named_after_tables_import_without_questions(here, capsys):
    (here / "accounts.csv").write_text("handle,followers\nanna,5\nbob,x\n,1\n")
    assert run(["import", "accounts.csv", "--rejects", "refused.csv"]) == 0
    out, err = capsys.readouterr()
    assert _counts(here)["accounts"] == 2
    assert "accounts.csv" in out
    assert "line 3, followers: 'x' not a whole number of at least 0" in err
    assert all(len(line) <= 80 for line in out.splitlines())
    assert (here / "refused.csv").read_text().count("\n") == 3


def test_guessed_columns_are_shown_and_need_a_yes(here, capsys):
    (here / "export.csv").write_text("Username,Follower Count\nanna,5\n")
    assert run(["import", "export.csv"]) == 2
    _, err = capsys.readouterr()
    assert "Username" in err
    assert "--yes" in err
    assert not (here / "influence.duckdb").exists()
    assert run(["import", "export.csv", "--yes"]) == 0
    assert _counts(here)["accounts"] == 1


def test_a_rehearsal_shows_rows_and_writes_no_file(here, capsys):
    (here / "export.csv").write_text("Username,Follower Count\nanna,5\n")
    assert run(["import", "export.csv", "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert "anna" in out
    assert "Nothing was written" in err
    assert [path.name for path in here.iterdir()] == ["export.csv"]


def test_a_rehearsal_beside_a_workspace_leaves_it_alone(here):
    (here / "accounts.csv").write_text("handle\nanna\n")
    assert run(["import", "accounts.csv"]) == 0
    before = (here / "influence.duckdb").read_bytes()
    (here / "accounts.csv").write_text("handle\nanna\nbob\n")
    assert run(["import", "accounts.csv", "--dry-run"]) == 0
    assert (here / "influence.duckdb").read_bytes() == before


def test_nothing_importable_leaves_with_one(here, capsys):
    (here / "accounts.csv").write_text("handle\n@\n")
    assert run(["import", "accounts.csv"]) == 1
    assert "Nothing could be imported" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.csv"], "there is no such file"),
        (["accounts.csv", "--map", "none.toml"], "mapping file cannot be read"),
        (["accounts.csv", "--date-format", "dym"], "no such date format"),
        (["accounts.csv", "--delimiter", ";;"], "cannot be a delimiter"),
        (["accounts.csv", "--encoding", "klingon"], "no such encoding"),
        (["accounts.csv", "--rejects", "no/such/folder.csv"], "folder for the output does not exist"),
    ],
)
def test_mistakes_get_a_message_and_no_traceback(here, capsys, arguments, message):
    (here / "accounts.csv").write_text("handle\nanna\n")
    assert run(["import", *arguments]) != 0
    err = capsys.readouterr().err
    assert message in err
    assert "Traceback" not in err


def test_platform_delimiter_and_local_numbers_can_be_told(here):
    (here / "accounts.csv").write_text("handle;followers\nanna;12.345\n")
    told = ["--platform", "Instagram", "--delimiter", "semicolon", "--decimal-comma"]
    assert run(["import", "accounts.csv", *told]) == 0
    with open_workspace(here / "influence.duckdb", read_only=True) as workspace:
        (row,) = workspace.store.query("select account_id, followers from accounts").to_pylist()
    assert row == {"account_id": "instagram:anna", "followers": 12345}
