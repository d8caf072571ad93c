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


def test_a_saved_map_reads_the_next_export_without_a_question(here):
    (here / "list_2024.csv").write_text("Nick,Fans (k),Ort,Laune\nanna,12.5,Leeds,gut\n", encoding="utf-8")
    (here / "list_2025.csv").write_text("Nick,Fans (k),Ort,Laune\nben,3,Bonn,\n", encoding="utf-8")
    assert run(["import", "list_2024.csv", "--yes", "--save-map", "my.toml"]) == 0
    assert run(["import", "list_2025.csv", "--map", "my.toml"]) == 0
    with open_workspace(here / "influence.duckdb", read_only=True) as workspace:
        found = workspace.store.query(
            "select handle, followers, city, extra from accounts order by 1"
        ).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("anna", 12500, "Leeds", '{"Laune": "gut"}'),
        ("ben", 3000, "Bonn", None),
    ]


def test_columns_shows_what_each_is_taken_for_and_imports_nothing(here, capsys):
    (here / "list.csv").write_text("Username,Follower,Laune\nanna,12,gut\nben,9,so\n", encoding="utf-8")
    assert run(["columns", "list.csv"]) == 0
    out = capsys.readouterr().out
    assert "accounts.handle" in out
    assert "kept beside (extra)" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert [path.name for path in here.iterdir()] == ["list.csv"]


def test_a_column_can_be_told(here):
    (here / "export.csv").write_text("who,wrote,when\nanna,Oat loaf,2024-05-01\nben,Rye,2024-05-02\n")
    told = ["--column", "handle=who", "--column", "text=wrote"]
    assert run(["import", "export.csv", "--yes", *told]) == 0
    assert _counts(here)["posts"] == 2


def test_posts_of_nobody_are_refused_with_the_guess(here, capsys):
    (here / "export.csv").write_text("title,date\nOat loaf,2024-05-01\nRye loaf,2024-05-02\n")
    assert run(["import", "export.csv", "--yes"]) == 1
    err = capsys.readouterr().err
    assert "nothing tells who wrote them" in err
    assert "--column handle=HEADER" in err
    assert not (here / "influence.duckdb").exists()
    (here / "export.csv").write_text("title,date,by\nOat loaf,2024-05-01,x\nRye loaf,2024-05-02,y\n")
    assert run(["import", "export.csv", "--yes", "--column", "handle=by"]) == 0


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("text", "told as WHAT=HEADER"),
        ("texxt=who", "did you mean 'text'"),
        ("text=whoo", "did you mean 'who'"),
    ],
)
def test_a_column_told_wrong_is_named(here, capsys, told, message):
    (here / "export.csv").write_text("who,wrote,when\nanna,Oat loaf,2024-05-01\n")
    assert run(["import", "export.csv", "--yes", "--column", told]) != 0
    assert message in capsys.readouterr().err
