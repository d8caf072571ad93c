"""A killed, interrupted or second import does no harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime

import pytest

from influence.errors import WorkspaceBusyError
from influence.store.importing.transaction import import_files
from influence.store.workspace import open_workspace

NOW = datetime(2024, 5, 6)
IMPORT = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs start with it ignored
from influence.store.importing.transaction import import_files
from influence.store.workspace import open_workspace
from influence.store.importing import transaction

class Slow(transaction.Merger):
    def merge(self):
        done = super().merge()
        if sys.argv[4] == "merged":
            print(done.n_new, flush=True)
            time.sleep(30)
        return done

transaction.Merger = Slow

def progress(file, rows, part):
    if sys.argv[4] == "read":
        print(rows, flush=True)
        time.sleep(float(sys.argv[3]))

with open_workspace(sys.argv[1]) as workspace:
    import_files(workspace, sys.argv[2], progress=progress)
print("done", flush=True)
"""


@pytest.fixture
def started(tmp_path, tmp_path_factory):
    """Begin an import of many follows in another process; gives the process after its first rows."""
    program = tmp_path_factory.mktemp("program") / "slow_import.py"  # under -c DuckDB draws a bar on stdout
    program.write_text(IMPORT)
    (tmp_path / "follows.csv").write_text(
        "follower_id,followee_id\n" + "".join(f"user{k},blog{k % 1000}\n" for k in range(300_000))
    )
    running = []

    def start(pause: float, after: str = "read") -> subprocess.Popen[str]:
        command = [
            sys.executable,
            str(program),
            str(tmp_path / "w.duckdb"),
            str(tmp_path / "follows.csv"),
            str(pause),
            after,
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        assert int(process.stdout.readline()) > 0, process.stderr.read()
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def _dump(path) -> list[dict]:
    with open_workspace(path, read_only=True) as workspace:
        return [workspace.counts(), workspace.store.query("select * from accounts order by all").to_pylist()]


@pytest.mark.parametrize(
    ("after", "pause", "seconds"), [("read", 30, 0), ("merged", 30, 0), ("read", 0, 0.3)]
)
def test_a_killed_import_leaves_the_workspace_as_it_was(tmp_path, started, after, pause, seconds):
    (tmp_path / "accounts.csv").write_text("handle,followers\nanna,1\n")
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_files(workspace, tmp_path / "accounts.csv", now=NOW)
    before = _dump(tmp_path / "w.duckdb")
    process = started(pause, after)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    after_kill = _dump(tmp_path / "w.duckdb")
    committed = seconds > 0 and after_kill[0]["follows"] == 300_000
    assert committed or after_kill == before, "all of the call or nothing of it"
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_files(workspace, tmp_path / "follows.csv", now=NOW)
        assert workspace.counts()["follows"] == 300_000
    assert sorted(os.listdir(tmp_path)) == ["accounts.csv", "follows.csv", "w.duckdb"]


def test_an_interrupted_import_leaves_the_workspace_as_it_was(tmp_path, started):
    with open_workspace(tmp_path / "w.duckdb"):
        pass
    process = started(pause=30.0)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode != 0
    assert sum(_dump(tmp_path / "w.duckdb")[0].values()) == 0


def test_a_second_writer_is_told_that_the_workspace_is_busy(tmp_path, started):
    started(pause=30.0)
    with pytest.raises(WorkspaceBusyError, match="another process"):
        open_workspace(tmp_path / "w.duckdb")


def test_an_error_in_the_caller_s_progress_rolls_everything_back(tmp_path):
    (tmp_path / "accounts.csv").write_text("handle\nanna\n")

    def progress(*_: object) -> None:
        raise KeyboardInterrupt

    with open_workspace(":memory:") as workspace:
        with pytest.raises(KeyboardInterrupt):
            import_files(workspace, tmp_path / "accounts.csv", now=NOW, progress=progress)
        assert sum(workspace.counts().values()) == 0
        assert import_files(workspace, tmp_path / "accounts.csv", now=NOW).n_new == 1


def test_a_large_file_spills_to_disk_and_arrives_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("influence.store.importing.upsert.IN_MEMORY", 1000)
    monkeypatch.setattr(
        "influence.store.importing.upsert.PIECE_BYTES", 3000
    )  # pages are let go of in between
    monkeypatch.setattr("influence.sources.delimited.BLOCK_SIZES", (4096,))
    rows = [f"u{k % 700},b{k % 13},2024-01-{k % 28 + 1:02d}" for k in range(3000)]
    (tmp_path / "follows.csv").write_text("follower_id,followee_id,since\n" + "\n".join(rows) + "\n")
    expected = {}
    for row in rows:
        follower, followee, day = row.split(",")
        expected[f"web:{follower}", f"web:{followee}"] = datetime.fromisoformat(day)
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        first = import_files(workspace, tmp_path / "follows.csv", now=NOW)
        second = import_files(workspace, tmp_path / "follows.csv", now=NOW)
        found = workspace.store.query("select follower_id, followee_id, since from follows").to_pylist()
    assert {(r["follower_id"], r["followee_id"]): r["since"] for r in found} == expected
    assert len(found) == len(expected) == first.n_new == second.n_unchanged
