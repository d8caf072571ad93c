"""People's rights on the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from influence.cli.app import run
from influence.store.workspace import open_workspace

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


HALF_DONE = """
import signal, sys, time
from importlib import import_module
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may be deaf to it (nohup)

def wait_for_the_signal(*_, **__):
    print("half done", flush=True)
    time.sleep(60)

where, name = sys.argv[1].split(":")
*holder, function = name.split(".")
owner = import_module(where)
for part in holder:
    owner = getattr(owner, part)
setattr(owner, function, wait_for_the_signal)
from influence.cli import main
main(sys.argv[2:])
"""
"""A command that says when it is in the middle of its work, and stays there."""
STOPPED = {
    "import": ("influence.store.importing.transaction:_Loader.finish", ["import", "new.csv", "--yes"]),
    "export": ("influence.writing.atomic:_put_in_place", ["export", "ours", "--for", "csv", "-o", "out.csv"]),
    "rank": ("influence.writing.atomic:_put_in_place", ["rank", "--niche", "vegan", "-o", "out.xlsx"]),
}


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("what", list(STOPPED))
@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_being_told_to_stop_leaves_nothing_behind(what: str, name: str, folder: Path) -> None:
    assert run(["shortlist", "--niche", "vegan", "--save", "ours", "-o", "list.csv"]) == 0
    (folder / "new.csv").write_text("handle,name,followers,bio\nnew_one,Nia,5,vegan pies\n", "utf-8")
    before = {file.name for file in folder.iterdir()}
    assert "nothing was left half-done" in stopped(folder, name, *STOPPED[what])
    assert {file.name for file in folder.iterdir()} == before
    with open_workspace(folder / "influence.duckdb", read_only=True) as opened:
        assert opened.counts()["accounts"] == 2


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_an_erasure_that_is_told_to_stop_says_what_is_left_and_the_next_command_completes_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = stopped(folder, "SIGTERM", "influence.store.rewriting:_copy", ["forget", "crumbs_77", "--yes"])
    assert "nothing was left half-done" not in told
    assert "the next command that writes to the workspace completes it" in told
    assert b"crumbs_77" in (folder / "influence.duckdb").read_bytes()
    run(["check"])
    assert "erasure-pending" in capsys.readouterr().out
    (folder / "new.csv").write_text("handle,name,followers,bio\nnew_one,Nia,5,vegan pies\n", "utf-8")
    assert run(["import", "new.csv", "--yes"]) == 0
    assert b"crumbs_77" not in (folder / "influence.duckdb").read_bytes()


@pytest.mark.parametrize("place", ["influence.session:Session.describe", "influence.cli.app:cli.main"])
def test_a_stop_while_a_module_makes_its_classes_ends_with_the_code_of_a_stop(
    folder: Path, place: str
) -> None:
    where, name = place.split(":")
    halt = f"import {where} as it\nit.{name} = lambda *_, **__: exec('raise KeyboardInterrupt')\n"
    (folder / "halted.py").write_text(f"{halt}from influence.cli import main\nmain(['describe'])\n", "utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "halted"], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert "Stopped; nothing was left half-done." in process.stderr
    assert process.returncode == 130


def stopped(folder: Path, name: str, place: str, words: list[str]) -> str:
    """What a command says that got a signal when it had come to `place`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HALF_DONE, place, *words],
        cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert any(line.strip() == "half done" for line in process.stdout)
    process.send_signal(getattr(signal, name))
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    return told
