"""Workspaces that are none, outputs that cannot be, and the same through the real process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from influence.cli.app import run

Attempt = Callable[..., Any]
GOOD = "handle,followers\nanna,12\n"


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.csv"
    path.write_text(GOOD)
    return path


def text_file(path: Path) -> None:
    path.write_text("dear diary\n" * 100)


def foreign_duckdb(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table salaries (who varchar)")


def newer_workspace(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table meta (name varchar, value varchar)")
        connection.execute("insert into meta values ('schema_version', '999')")


def truncated_workspace(path: Path) -> None:
    foreign_duckdb(path)
    path.write_bytes(path.read_bytes()[:5000])


WORKSPACES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a text file": (text_file, "cannot be opened as a workspace"),
    "another program's DuckDB file": (foreign_duckdb, "not made by influence"),
    "a folder": (Path.mkdir, "directory"),
    "of a newer version": (newer_workspace, "another version"),
    "cut off": (truncated_workspace, "cannot be opened as a workspace"),
    "an empty file": (Path.touch, "cannot be opened as a workspace"),
}
COMMANDS: dict[str, list[str]] = {
    "import": ["import", "ACCOUNTS", "--yes"],
    "check": ["check"],
    "describe": ["describe"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", WORKSPACES)
def test_what_is_no_workspace_is_refused_and_left_alone(
    kind: str, command: str, tmp_path: Path, accounts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, words = WORKSPACES[kind]
    path = tmp_path / "other.duckdb"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    arguments = [str(accounts) if word == "ACCOUNTS" else word for word in COMMANDS[command]]
    code = run([*arguments, "-w", str(path)])
    said = capsys.readouterr().err
    assert code in (1, 2)
    assert words in said
    assert "other.duckdb" in said
    if before is not None:
        assert path.read_bytes() == before


@pytest.mark.parametrize("command", ["check", "describe"])
def test_reading_without_a_workspace_makes_none(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "-w", str(tmp_path / "none.duckdb")]) == 1
    assert "no workspace here yet" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_in_a_missing_folder_is_refused(
    tmp_path: Path, accounts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", str(accounts), "--yes", "-w", str(tmp_path / "no/such/w.duckdb")]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_a_failed_first_import_leaves_no_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "accounts.csv").write_bytes(b"")
    workspace = tmp_path / "w.duckdb"
    assert run(["import", str(tmp_path / "accounts.csv"), "--yes", "-w", str(workspace)]) == 1
    if workspace.exists():
        capsys.readouterr()
        assert run(["check", "-w", str(workspace)]) == 0
        assert "no rows" in capsys.readouterr().out


def test_a_rehearsal_leaves_no_trace(tmp_path: Path, accounts: Path, attempt: Attempt) -> None:
    outcome = attempt(accounts, "--dry-run")
    assert outcome.code == 0
    assert outcome.after == outcome.before
    assert run(["import", str(accounts), "--dry-run", "-w", str(tmp_path / "fresh.duckdb")]) == 0
    assert not (tmp_path / "fresh.duckdb").exists()


def test_rejects_into_a_missing_folder_are_refused_before_anything_is_imported(
    tmp_path: Path, accounts: Path, attempt: Attempt
) -> None:
    attempt(accounts, "--rejects", tmp_path / "no/rejects.csv").assert_refused("no")


def test_refused_rows_are_written_where_they_were_asked_for(tmp_path: Path, attempt: Attempt) -> None:
    (tmp_path / "accounts.csv").write_text("handle,followers\nanna,1\nbob,-2\n")
    attempt(tmp_path / "accounts.csv", "--rejects", tmp_path / "rejects.csv")
    lines = (tmp_path / "rejects.csv").read_text().splitlines()
    assert len(lines) == 2
    assert "accounts.csv" in lines[1]
    assert "-2" in lines[1]


@pytest.mark.parametrize("command", ["check", "describe"])
def test_output_into_a_missing_folder_is_refused(
    command: str, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "-w", str(workspace), "-o", str(tmp_path / "no/out.json"), "--format", "json"]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_no_paths_and_unknown_options_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import"]) == 2
    assert run(["check", "--strictly"]) == 2
    assert run(["describe", "--format", "xml"]) == 2
    assert "Usage" in capsys.readouterr().err


def test_guesses_are_not_imported_when_nobody_can_confirm_them(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("username,fans\nanna,12\n")
    done = cli("import", str(tmp_path / "export.csv"), "-w", str(tmp_path / "w.duckdb"))
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert not (tmp_path / "w.duckdb").exists()


def cli(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The real process, nobody at the keyboard."""
    command = [sys.executable, "-m", "influence", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False, **options
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("accounts.csv.gz", b"\x1f\x8b\x08\x00broken", "accounts.csv.gz"),
        ("accounts.xlsx", b"PK\x03\x04nothing", "not a readable Excel workbook"),
        ("graph.gexf", b"<gexf><graph>", "line 1"),
        ("accounts.parquet", b"PAR1PAR1", "damaged"),
        ("accounts.csv", b"\xff\xfe\x00\x00", "accounts.csv"),
    ],
)
def test_the_real_process_says_it_in_words_and_leaves_with_one(
    name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    done = cli("import", str(tmp_path / name), "--yes", "-w", str(tmp_path / "w.duckdb"))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_reader_that_closes_the_pipe_is_no_error(workspace: Path) -> None:
    command = f'"{sys.executable}" -m influence describe -w "{workspace}" | head -1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("Workspace")
    assert "Traceback" not in done.stderr


def test_a_check_tells_by_its_exit_code_only_when_asked(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("handle,followers\nanna lee,-12\n")
    assert run(["import", str(tmp_path / "accounts.csv"), "--yes", "-w", str(workspace)]) == 0
    assert run(["check", "-w", str(workspace)]) == 0
    assert run(["check", "-w", str(workspace), "--strict"]) == 1
    assert run(["check", "-w", str(workspace), "--as-of", "31.12.2020"]) == 2


def test_a_file_name_of_bytes_that_are_no_text_is_imported(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/list\x9b.csv"))
    path.write_text("handle,followers\nanna,5\n", "utf-8")
    done = cli("import", str(path), "--yes", "-w", str(tmp_path / "w.duckdb"))
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "\x9b" not in done.stdout + done.stderr
