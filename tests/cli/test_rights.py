"""People's rights on the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from influence.cli.app import run

HEADS = {"accounts": "handle,name,followers,bio", "posts": "post_id,account_id,text"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INFLUENCE_WORKSPACE", raising=False)
    (tmp_path / "accounts.csv").write_text(
        f"{HEADS['accounts']}\ncrumbs_77,Amy Oven,120,vegan baking\nother_1,Ben,90,vegan food\n", "utf-8"
    )
    (tmp_path / "posts.csv").write_text(
        f"{HEADS['posts']}\n1,crumbs_77,vegan oat loaf\n2,other_1,vegan rye with @crumbs_77\n", "utf-8"
    )
    assert run(["import", "accounts.csv", "posts.csv", "--yes"]) == 0
    return tmp_path


def test_what_rank_wrote_is_on_the_receipt(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rank", "--niche", "vegan", "-o", "list.csv"]) == 0
    assert run(["graph", "export", "-o", "graph.gexf"]) == 0
    assert run(["forget", "Amy Oven", "--yes"]) == 0
    receipt = capsys.readouterr().out
    assert "list.csv (rank, " in receipt
    assert "graph.gexf (graph, " in receipt


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("shortlist --niche vegan -o {}", "list.xlsx"),
        ("report --niche vegan -o {}", "page.html"),
        ("accounts -o {}", "accounts.csv"),
        ("explain crumbs_77 --niche vegan -o {}", "why.json"),
        ("subject-report crumbs_77 -o {}", "subject.csv"),
        ("export saved --for csv -o {}", "saved.csv"),
        ("outreach preview saved --set brand=Oats --set offer=box --set sender=Cleo -o {}", "drafts.html"),
    ],
)
def test_what_any_command_wrote_with_a_person_in_it_is_on_the_receipt(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    assert run(["shortlist", "--niche", "vegan", "--save", "saved", "-o", "other.csv"]) == 0
    run(command.format(name).split())
    assert (folder / name).exists()
    capsys.readouterr()
    assert run(["forget", "crumbs_77", "--yes"]) == 0
    receipt = capsys.readouterr().out
    assert f"  {folder / name} (" in receipt
    assert "it keeps " in receipt


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are POSIX")
def test_a_pipe_that_was_written_to_does_not_hold_an_erasure(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    reader = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    code = "from influence.cli import main; main()"
    try:
        assert run(["rank", "--niche", "vegan", "--format", "csv", "-o", "pipe"]) == 0
    finally:
        os.close(reader)
    told = subprocess.run(
        [sys.executable, "-c", code, "forget", "crumbs_77", "--yes"],
        capture_output=True,
        text=True,
        timeout=100,
    ).stdout
    assert "pipe (rank, " in told


def test_a_rehearsal_counts_and_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forget", "@crumbs_77", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "would do this" in told
    assert "by others blotted out" in told
    assert run(["explain", "crumbs_77", "--niche", "vegan"]) == 0


def test_without_a_terminal_the_counts_are_shown_and_nothing_is_erased(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["forget", "@crumbs_77"]) == 2
    assert "deleted" in capsys.readouterr().err
    assert run(["explain", "crumbs_77", "--niche", "vegan"]) == 0


def test_the_owner_of_a_suppressed_address_is_not_ranked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "contacts.csv").write_text("account_id,email\ncrumbs_77,amy@oven.example\n", "utf-8")
    assert run(["import", "contacts.csv", "--yes"]) == 0
    assert run(["shortlist", "--niche", "vegan", "--save", "spring", "-o", "list.csv"]) == 0
    assert run(["suppress", "amy@oven.example"]) == 0
    capsys.readouterr()
    assert run(["shortlist", "show", "spring"]) == 0
    shown = capsys.readouterr()
    assert "crumbs_77" not in shown.out
    assert "1 of the list asked not to be contacted" in shown.err
    capsys.readouterr()
    assert run(["rank", "--niche", "vegan", "--format", "csv"]) == 0
    told = capsys.readouterr()
    assert "crumbs_77" not in told.out
    assert "suppressed" in told.err


def test_a_workspace_in_memory_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "accounts.csv", "-w", ":memory:", "--yes"]) == 2
    assert "would be gone" in capsys.readouterr().err


def test_a_folder_with_its_own_workspace_is_imported_without_a_word_about_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["import", ".", "--yes"]) == 0
    assert "influence.duckdb is left out" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_being_told_to_stop_leaves_nothing_behind(name: str, tmp_path: Path) -> None:
    lines = "".join(f"a{k},{k}\n" for k in range(2_000_000))
    (tmp_path / "accounts.csv").write_text("handle,followers\n" + lines, "utf-8")
    command = [
        sys.executable,
        "-c",
        "from influence.cli import main; main()",
        "import",
        "accounts.csv",
        "--yes",
    ]
    process = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    wait_for(lambda: (tmp_path / "influence.duckdb").exists())
    time.sleep(0.2)
    process.send_signal(getattr(signal, name))
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "nothing was left half-done" in told
    assert {file.name for file in tmp_path.iterdir()} <= {"accounts.csv", "influence.duckdb"}


def wait_for(happens: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happens() and time.monotonic() < end:
        time.sleep(0.01)
