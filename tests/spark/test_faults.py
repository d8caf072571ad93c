"""What happens on clusters: a worker dies, the driver dies, one account has a third of all reactions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from influence.session import Session
from influence.spark.manifest import read_manifest
from influence.store.importing.transaction import import_files
from influence.store.workspace import open_workspace
from tests.spark.cluster import PATIENCE, Cluster, standalone
from tests.spark.test_importing import nasty, rows_of

pytestmark = pytest.mark.slow
pytest.importorskip("pyspark", reason="the extra `spark` is not installed")

RANK = """
import json, os, signal, sys, threading
from influence.session import Session
from influence.spark.store import SparkStore
tables, master, victim, at = sys.argv[1], sys.argv[2], int(sys.argv[3]) or os.getpid(), int(sys.argv[4])
asked, query = 0, SparkStore.query
def counting(self, sql, params=()):
    global asked
    asked += 1
    if asked == at:
        threading.Timer(0.05, os.kill, (victim, signal.SIGKILL)).start()
    return query(self, sql, params)
SparkStore.query = counting
with Session(engine="spark", tables=tables, spark_master=master) as session:
    rows = session.rank("vegan baking", top=0).rows
print(json.dumps([asked, [[row.account_id, row.score] for row in rows]]))
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with standalone(tmp_path_factory.mktemp("cluster"), n_workers=2) as running:
        yield running


def ranked(
    cluster: Cluster, tables: Path, victim: int = 0, at: int = 0
) -> tuple[int, list[tuple[str, float]]]:
    """How many questions were asked of Spark, and ids with scores; at question `at` the victim (0: it itself) dies."""
    told = [sys.executable, "-W", "ignore", "-c", RANK, str(tables), cluster.master, str(victim), str(at)]
    done = subprocess.run(
        told, env=cluster.env, capture_output=True, text=True, timeout=3 * PATIENCE, check=False
    )
    if at and not victim:
        assert done.returncode == -signal.SIGKILL, done.stderr[-3000:]
        return at, []
    assert done.returncode == 0, done.stderr[-3000:]
    asked, rows = json.loads(done.stdout.strip().splitlines()[-1])
    return asked, [(account, score) for account, score in rows]


def wait_until(there: Path, pattern: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while not list(there.glob(pattern)):
        assert process.poll() is None, "it ended before"
        assert time.monotonic() < until
        time.sleep(0.05)


def spark_command(cluster: Cluster, *told: str) -> list[str]:
    return [sys.executable, "-m", "influence", "spark", *told, "--spark-master", cluster.master]


def test_a_driver_that_is_killed_leaves_nothing_half_written_and_the_next_finishes(
    cluster: Cluster, tmp_path: Path
) -> None:
    paths, tables = nasty(tmp_path / "raw"), tmp_path / "tables"
    told = ("import", *map(str, paths), "--tables", str(tables), "--yes", "--platform", "instagram")
    with subprocess.Popen(
        spark_command(cluster, *told), env=cluster.env, stderr=subprocess.DEVNULL
    ) as running:
        wait_until(tables, "staging/*/posts-0/_SUCCESS", running)
        os.kill(running.pid, signal.SIGKILL)
    assert not read_manifest(tables).tables
    (done,) = tables.glob("staging/*/posts-0/_SUCCESS")
    before = done.stat().st_mtime_ns
    with subprocess.Popen(
        spark_command(cluster, *told), env=cluster.env, stderr=subprocess.DEVNULL
    ) as running:
        wait_until(tables, "posts/v*/_SUCCESS", running)
        assert done.stat().st_mtime_ns == before
        assert running.wait() == 0
    assert not (tables / "staging").exists()
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_files(workspace, paths, platform="instagram")
    assert [row[:3] for row in rows_of(tables, "posts")] == [
        row[:3] for row in local_rows(tmp_path / "w.duckdb")
    ]


def local_rows(workspace: Path) -> list[tuple[object, ...]]:
    with open_workspace(workspace, read_only=True) as opened:
        rows = opened.store.query(
            "select post_id, account_id, created_at from posts order by all"
        ).to_pylist()
    return [tuple(row.values()) for row in rows]


def test_a_worker_or_the_driver_killed_in_the_middle_of_a_ranking_changes_no_number(
    cluster: Cluster, sample: Path, tmp_path: Path
) -> None:
    from tests.spark.conftest import write_tables

    with open_workspace(sample, read_only=True) as workspace:
        tables = Path(write_tables(workspace.store, tmp_path / "tables"))
    asked, whole = ranked(cluster, tables)
    remove_kept(tables)
    ranked(cluster, tables, at=asked - 2)
    after, rows = ranked(cluster, tables)
    assert after < asked / 2  # what the driver that was killed had finished is taken up
    assert rows == whole
    remove_kept(tables)
    victim = cluster.workers[0]
    again, rows = ranked(cluster, tables, victim.pid, asked // 2)
    assert victim.wait(10) == -signal.SIGKILL
    assert again == asked
    assert [account for account, _ in rows] == [account for account, _ in whole]
    np.testing.assert_allclose([s for _, s in rows], [s for _, s in whole], rtol=1e-9)
    with Session(sample) as session:
        here = session.rank("vegan baking", top=0).rows
    assert [account for account, _ in rows] == [row.account_id for row in here]


def remove_kept(tables: Path) -> None:
    """What was worked out before: the ranking must ask Spark again."""
    import shutil

    shutil.rmtree(f"{tables}.cache")


def test_an_account_with_a_third_of_all_reactions_kills_no_task_and_gives_the_same_answer(
    cluster: Cluster, tmp_path: Path
) -> None:
    raw, tables = tmp_path / "raw", tmp_path / "tables"
    raw.mkdir()
    rng = np.random.default_rng(7)
    n, people = 120_000, 2_000
    target = np.where(rng.random(n) < 1 / 3, 0, rng.integers(1, people, n))
    who, post, day = rng.integers(1, people, n), rng.integers(0, 6_000, n), rng.integers(1, 29, n)
    reactions = [
        f"@p{a},@p{b},like,{c},2024-05-{d:02}" for a, b, c, d in zip(who, target, post, day, strict=True)
    ]
    (raw / "interactions.csv").write_text(
        "\n".join(["actor_id,target_id,kind,post_id,created_at", *reactions])
    )
    posts = [
        f"{i},@p{i % people},vegan baking with flour {i % 37},2024-05-{1 + i % 28:02}" for i in range(6_000)
    ]
    (raw / "posts.csv").write_text("\n".join(["post_id,account_id,text,created_at", *posts]))
    told = ("import", str(raw), "--tables", str(tables), "--yes")
    done = subprocess.run(
        spark_command(cluster, *told), env=cluster.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    _, rows = ranked(cluster, tables)
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_files(workspace, [raw])
    with Session(tmp_path / "w.duckdb") as session:
        here = session.rank("vegan baking", top=0).rows
    assert [account for account, _ in rows] == [row.account_id for row in here]
    np.testing.assert_allclose([score for _, score in rows], [row.score for row in here], rtol=1e-9)
    assert rows[0][0] == "web:p0"
