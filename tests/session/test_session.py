"""An open session answers as a fresh process would, notices what others write, and lets them write."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import influence
from influence.errors import MissingDataError, WorkspaceBusyError, WorkspaceError
from influence.ranking import uncertainty
from influence.ranking.reasons import with_reasons
from influence.ranking.results import Ranking
from influence.schema import TABLES
from influence.store import duckdb_store
from influence.store.kept.keeper import KeptFileWarning, cache_folder

NICHES = {"bread": "sourdough starter hydration", "trail": "trail running ultra race"}


def write(path: Path, header: str, rows: list[tuple[Any, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([tuple(header.split()), *rows])
    return path


def world(folder: Path, n: int = 40) -> list[Path]:
    """Two circles of `n` accounts that follow and like their own kind."""
    folder.mkdir(exist_ok=True)
    kinds = list(NICHES.items())
    accounts = [(f"web:{kind}{i:02}", f"{kind}{i:02}", 100 + 10 * i) for kind, _ in kinds for i in range(n)]
    posts = [
        (f"{kind}-{i}-{k}", f"web:{kind}{i:02}", f"2024-0{k + 1}-1{i % 9}", f"{words} number {k}", 5 * i + k)
        for kind, words in kinds for i in range(n) for k in range(3)
    ]  # fmt: skip
    follows = [
        (f"web:{kind}{i:02}", f"web:{kind}{j:02}")
        for kind, _ in kinds for i in range(n) for j in range(n) if i != j and (i * j) % 3 == 0
    ]  # fmt: skip
    likes = [
        (f"web:{kind}{(i + 1) % n:02}", f"web:{kind}{i:02}", f"{kind}-{i}-0", "like", "2024-03-01")
        for kind, _ in kinds for i in range(n)
    ]  # fmt: skip
    return [
        write(folder / "accounts.csv", "account_id handle followers", accounts),
        write(folder / "posts.csv", "post_id account_id created_at text likes", posts),
        write(folder / "follows.csv", "follower_id followee_id", follows),
        write(folder / "interactions.csv", "actor_id target_id post_id kind created_at", likes),
    ]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with influence.open_workspace(path) as workspace:
        influence.import_files(workspace, world(tmp_path / "files"))
    return path


def told(ranking: Ranking) -> list[Any]:
    """Everything that a reader sees of a ranking."""
    return [*ranking.rows, ranking.notes, ranking.weights]


def fresh(file: Path, niche: str, **asked: Any) -> list[Any]:
    """The answer of the library without session and kept files."""
    with influence.open_workspace(":memory:") as workspace:
        workspace.store.execute(f"attach '{file}' as other (read_only)")
        for table in TABLES:
            workspace.store.execute(f"insert into {table.name} select * from other.{table.name}")
        workspace.store.execute("detach other")
        return told(with_reasons(influence.rank(workspace, niche, **asked)))


@pytest.mark.parametrize(
    "asked", [{}, {"as_of": "2024-03-15"}, {"max_followers": 300}, {"like": ("bread01",)}]
)
def test_cold_warm_open_and_without_kept_files_the_answers_are_the_same(
    file: Path, asked: dict[str, Any]
) -> None:
    right = fresh(file, "sourdough", **asked)
    assert cache_folder(file).exists() is False
    with influence.Session(file) as cold:
        assert told(cold.rank("sourdough", **asked)) == right
        assert told(cold.rank("trail running", **asked)) == fresh(file, "trail running", **asked)
        assert told(cold.rank("sourdough", **asked)) == right
    with influence.Session(file) as warm:
        assert told(warm.rank("sourdough", **asked)) == right


def test_every_question_is_answered(file: Path) -> None:
    with influence.Session(file) as session:
        ranking = session.rank("sourdough", top=5)
        first, second = (row.account_id for row in ranking.rows[:2])
        why = session.explain(first, "sourdough")
        assert (why.row.rank, why.row.score) == (1, ranking.rows[0].score)
        assert len(session.compare([first, second], "sourdough").accounts) == 2
        assert len(session.shortlist("sourdough").picks) == 30
        assert session.overlap([first, second]).account_ids == (first, second)
        assert session.lookalikes(first)
        assert len(session.mentions("sourdough").rows) == 120
        with pytest.raises(MissingDataError, match="no customers"):
            session.advocates("sourdough")
        assert [one.account_id for one in session.accounts("@BREAD3", top=2)] == [
            "web:bread39",
            "web:bread38",
        ]


def test_what_others_write_is_seen_with_the_next_question(file: Path, tmp_path: Path) -> None:
    with influence.Session(file) as session:
        before = session.rank("sourdough", top=0)
        with influence.open_workspace(file) as workspace:
            more = [(f"new-{i}", "web:newcomer", f"2024-05-0{i + 1}", "sourdough bread", 9) for i in range(5)]
            header = "post_id account_id created_at text likes"
            influence.import_files(workspace, [write(tmp_path / "posts.csv", header, more)])
        after = session.rank("sourdough", top=0)
    assert before.n_candidates + 1 == after.n_candidates
    assert told(after) == fresh(file, "sourdough", top=0)


def test_threads_share_a_session(file: Path) -> None:
    with influence.Session(file) as session, ThreadPoolExecutor(4) as threads:
        asked = ["sourdough", "trail running"] * 4
        answers = list(threads.map(lambda niche: told(session.rank(niche)), asked))
    assert answers[0::2] == [answers[0]] * 4
    assert answers[1::2] == [answers[1]] * 4
    assert answers[0] == fresh(file, "sourdough")


@pytest.fixture
def writer(file: Path) -> Iterator[Any]:
    """Another process that has the file for itself; calling it ends it, and what it wrote is there."""
    code = (
        "import sys, influence; w = influence.open_workspace(sys.argv[1]);"
        "w.store.execute('begin'); w.store.execute(\"insert into posts (post_id, account_id, text) values "
        "('late', 'web:late', 'sourdough sourdough')\"); print('ready', flush=True); sys.stdin.readline();"
        "w.store.execute('commit'); w.close()"
    )
    started: list[subprocess.Popen[str]] = []

    def start() -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen([sys.executable, "-c", code, str(file)], **pipes))  # type: ignore[call-overload]
        assert started[0].stdout is not None
        assert started[0].stdout.readline() == "ready\n"

    def end() -> None:
        started[0].communicate("\n", timeout=60)

    yield start, end
    if started and started[0].poll() is None:
        end()


def test_while_another_process_writes_answers_are_of_before_and_then_of_after(
    file: Path, writer: Any
) -> None:
    start, end = writer
    with influence.Session(file) as session:
        before = told(session.rank("sourdough"))
        start()
        assert told(session.rank("sourdough")) == before
        with influence.Session(file) as other:
            assert told(other.rank("sourdough")) == before
        end()
        after = session.rank("sourdough", top=0)
    assert "web:late" in [row.account_id for row in after.rows]


def test_with_nothing_kept_a_session_waits_for_the_writer_and_then_says_so(
    file: Path, writer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, _ = writer
    start()
    monkeypatch.setattr(duckdb_store, "PATIENCE_SECONDS", 0.2)
    with influence.Session(file) as session, pytest.raises(WorkspaceBusyError, match="another process"):
        session.rank("sourdough")


def test_a_session_needs_a_workspace(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no workspace here"):
        influence.Session(tmp_path / "nothing.duckdb")
    (tmp_path / "text.duckdb").write_text("nothing of ours" * 1000)
    with influence.Session(tmp_path / "text.duckdb") as session, pytest.raises(WorkspaceError):
        session.rank("sourdough")


def test_damaged_kept_files_change_no_answer(file: Path) -> None:
    with influence.Session(file) as session:
        right = told(session.rank("sourdough"))
    for kept in cache_folder(file).iterdir():
        kept.write_bytes(kept.read_bytes()[:50])
    with influence.Session(file) as session, pytest.warns(KeptFileWarning) as warned:
        again = told(session.rank("sourdough"))
    assert again == right
    assert len(warned) <= 2


def test_what_is_kept_of_another_workspace_is_not_taken_and_nothing_is_told(
    file: Path, tmp_path: Path
) -> None:
    with influence.Session(file) as session:
        session.rank("sourdough")
    other = tmp_path / "other.duckdb"
    with influence.open_workspace(other) as workspace:
        influence.import_files(workspace, world(tmp_path / "fewer", n=20))
    shutil.copytree(cache_folder(file), cache_folder(other))
    with influence.Session(other) as session:
        assert told(session.rank("sourdough")) == fresh(other, "sourdough")


def test_explaining_one_account_after_another_draws_chances_once_and_changes_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, posterior = [], uncertainty.Posterior
    monkeypatch.setattr(uncertainty, "Posterior", lambda *told: made.append(told) or posterior(*told))
    with influence.Session(file) as session:
        ids = [row.account_id for row in session.rank("vegan baking", top=0).rows[:3]]
        one_by_one = [session.explain(name, "vegan baking") for name in ids]
        assert len(made) == 1
    for name, told in zip(ids, one_by_one, strict=True):
        with influence.Session(file) as alone:
            assert alone.explain(name, "vegan baking").row == told.row


EXPLAINED = """
import sys
import influence
from influence.reporting.explain.explain_text import render_explanation
order = sys.argv[2:]
with influence.Session(sys.argv[1]) as session:
    told = {}
    for name in order:
        session.rank("trail running")
        told[name] = render_explanation(session.explain(name, "sourdough"), "json")
print("".join(told[name] for name in sorted(told)))
"""


def test_an_explanation_hangs_neither_on_the_order_of_questions_nor_on_the_process(file: Path) -> None:
    names = [f"{kind}{i:02}" for kind in NICHES for i in range(0, 40, 3)]
    found = {
        subprocess.run(
            [sys.executable, "-c", EXPLAINED, str(file), *order],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for order, seed in ((names, "1"), (names[::-1], "2"))
    }
    assert len(found) == 1


def lines_of(file: Path, out: Path) -> subprocess.Popen[bytes]:
    """A command of its own process that ranks for sourdough into `out`."""
    call = [sys.executable, "-m", "influence", "rank", "--workspace", str(file), "--niche", "sourdough"]
    return subprocess.Popen([*call, "-o", str(out)], stderr=subprocess.PIPE)


def ended_well(*commands: subprocess.Popen[bytes]) -> None:
    for one in commands:
        words = one.communicate(timeout=300)[1]
        assert one.returncode == 0, words


@pytest.mark.slow
def test_two_commands_and_an_open_session_while_an_import_runs_answer_of_before_or_after(
    file: Path, tmp_path: Path
) -> None:
    more = [
        (f"more-{i}", f"web:more{i % 500}", f"2024-05-0{i % 9 + 1}", f"sourdough loaf {i}", i % 70)
        for i in range(60_000)
    ]
    posts = write(tmp_path / "posts.csv", "post_id account_id created_at text likes", more)
    commands: list[bytes] = []
    with influence.Session(file) as session:
        opened = [told(session.rank("sourdough"))]
        ended_well(lines_of(file, tmp_path / "before.csv"))
        call = [sys.executable, "-m", "influence", "import", "--workspace", str(file), str(posts)]
        importing = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while importing.poll() is None:
            files = [tmp_path / f"{at}.csv" for at in range(2)]
            started = [lines_of(file, out) for out in files]
            opened.append(told(session.rank("sourdough")))
            ended_well(*started)
            commands += [out.read_bytes() for out in files]
        assert importing.returncode == 0
        opened.append(told(session.rank("sourdough")))
        ended_well(lines_of(file, tmp_path / "after.csv"))
    before, after = ((tmp_path / f"{name}.csv").read_bytes() for name in ("before", "after"))
    assert before != after
    assert commands
    assert set(commands) <= {before, after}
    assert opened[-1] == fresh(file, "sourdough") != opened[0]
    assert all(one in (opened[0], opened[-1]) for one in opened)


def test_a_first_rank_that_is_interrupted_leaves_nothing_half_done(sample: Path, tmp_path: Path) -> None:
    here = Path(shutil.copy(sample, tmp_path / "w.duckdb"))
    call = [sys.executable, "-m", "influence", "rank", "-w", str(here), "--niche", "vegan baking", "--format"]
    stopped = 0
    for seconds in (0.5, 1.2, 2.0):
        ranking = subprocess.Popen([*call, "csv"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            ranking.wait(seconds)
        ranking.send_signal(signal.SIGINT)
        stopped += ranking.wait(60) != 0
    assert stopped > 0
    after = subprocess.run([*call, "json"], capture_output=True, check=True)
    assert b"cannot be" not in after.stderr
    with influence.Session(sample) as session:
        right = [row.account_id for row in session.rank("vegan baking").rows]
    assert [row["account_id"] for row in json.loads(after.stdout)["rows"]] == right
    assert {file.suffix for file in cache_folder(here).iterdir()} == {".kept"}
