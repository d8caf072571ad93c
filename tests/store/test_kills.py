"""Killed at any moment, a command leaves the workspace as it was or as it would be, and nothing lying about."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from influence.store.rewriting import is_erasure_pending, leftovers_of
from influence.store.workspace import open_workspace

N_MOMENTS = int(os.environ.get("KILLS", "100"))
N_POSTS = 60_000
HER = "quokka_zed_77"
COMMANDS = {
    "import": ["import", "more.csv", "--yes"],
    "forget": ["forget", HER, "--yes", "-o", "receipt.txt"],
    "purge": ["purge", "--older-than", "1y", "--yes"],
    "save": ["shortlist", "--niche", "oat", "--size", "3", "--save", "spring", "-o", "list.csv"],
    "export": ["export", "saved", "--for", "csv", "-o", "out.csv"],
}
TABLES = ("accounts", "posts", "suppressions", "imports")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals of Unix")]


def run(folder: Path, *args: str, kill_after: float | None = None) -> float:
    """Seconds that the command took; it is killed after `kill_after` of them."""
    code = [sys.executable, "-c", "from influence.cli import main; main()", *args]
    start = time.monotonic()
    process = subprocess.Popen(code, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(kill_after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return time.monotonic() - start


def state(folder: Path) -> tuple[object, ...]:
    """What the workspace holds, and the texts that name her."""
    with open_workspace(folder / "influence.duckdb", read_only=True) as workspace:
        counts = tuple(workspace.count(table) if table != "imports" else 0 for table in TABLES)
        lists = workspace.store.query(
            "select list_name, count(*) as n from saved_picks group by list_name order by list_name"
        ).to_pylist()
        named = workspace.store.query("select count(*) as n from posts where contains(text, ?)", [HER])["n"][
            0
        ].as_py()
    return (*counts, tuple((row["list_name"], row["n"]) for row in lists), named)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with her in it, a saved list, and a file to import."""
    folder = tmp_path_factory.mktemp("first")
    people = [HER, *(f"baker_{k}" for k in range(50))]
    (folder / "accounts.csv").write_text("handle,followers\n" + "".join(f"{p},10\n" for p in people), "utf-8")
    for name, start in (("posts.csv", 0), ("more.csv", N_POSTS)):
        rows = (
            f"{k},{people[k % len(people)]},20{10 + k % 15}-05-01,oat loaf {k} {'by ' + HER if k % 97 == 0 else ''}\n"
            for k in range(start, start + N_POSTS)
        )
        (folder / name).write_text("post_id,account_id,created_at,text\n" + "".join(rows), "utf-8")
    run(folder, "import", "accounts.csv", "posts.csv", "--yes")
    run(folder, "shortlist", "--niche", "oat", "--size", "3", "--save", "saved", "-o", "first.csv")
    return folder


def test_killed_at_a_hundred_moments_nothing_is_lost_and_nothing_left_over(
    first: Path, tmp_path: Path
) -> None:
    dice = random.Random(7)
    for turn in range(N_MOMENTS):
        name = list(COMMANDS)[turn % len(COMMANDS)]
        before, whole, killed = state(first), tmp_path / name, tmp_path / f"{turn}"
        if not whole.exists():
            shutil.copytree(first, whole)
            (tmp_path / f"{name}.seconds").write_text(str(run(whole, *COMMANDS[name])))
        seconds = float((tmp_path / f"{name}.seconds").read_text())
        shutil.copytree(first, killed)
        moment = dice.uniform(0.3, 1.0) * seconds
        run(killed, *COMMANDS[name], kill_after=moment)
        told = f"{name} killed after {moment:.2f} of {seconds:.2f} s"
        assert state(killed) in (before, state(whole)), told
        path = killed / "influence.duckdb"
        with open_workspace(path) as workspace:
            assert not is_erasure_pending(workspace.store), told
            erased = not workspace.store.query(
                "select 1 as n from accounts where account_id = ?", [f"web:{HER}"]
            ).num_rows
        assert leftovers_of(path) == [], told
        assert {p.name for p in killed.iterdir() if p.name.startswith(".")} == set(), told
        if erased:
            assert_gone(path)
        shutil.rmtree(killed)


def assert_gone(path: Path) -> None:
    """No table of the file holds her, and the file was written anew: it has no free blocks."""
    with duckdb.connect(str(path), read_only=True) as connection:
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            sql = f'select count(*) from "{table}" as t where contains(cast(t as varchar), ?)'
            assert connection.execute(sql, [HER]).fetchone() == (0,), table
