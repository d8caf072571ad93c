"""An import on Spark: the rows, rejects and words of `influence import`, whatever the files and their parts."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from influence.errors import SourceError
from influence.schema import TABLES
from influence.spark.importing import import_into
from influence.spark.manifest import read_manifest
from influence.store.importing.reports import ImportReport
from influence.store.importing.transaction import import_files, plan_import
from influence.store.workspace import open_workspace

NOW = datetime(2026, 11, 28, 1, 2, 3)


def spark_import(spark: Any, folder: Path | str, paths: Sequence[Path], **told: Any) -> ImportReport:
    return import_into(spark, str(folder), plan_import(paths, told.pop("mapping", None)), now=NOW, **told)


def rows_of(folder: Path | str, table: str) -> list[tuple[Any, ...]]:
    """Rows of a table of a folder in the order of all their columns."""
    files = read_manifest(folder).files(table)
    columns = [name for name, _ in next(t for t in TABLES if t.name == table).stored_columns]
    return (
        duckdb.sql(f"select {', '.join(columns)} from read_parquet({files}) order by all").fetchall()
        if files
        else []
    )


def rejects_of(folder: Path) -> list[tuple[Any, ...]]:
    files = read_manifest(folder).files("rejects")
    sql = f"select file, table_name, line, column_name, value, reason from read_parquet({files}) order by all"
    return duckdb.sql(sql).fetchall() if files else []


def same(folder: Path, workspace: Path) -> None:
    """All tables and the rejects are those of the workspace."""
    with open_workspace(workspace, read_only=True) as opened:
        for table in TABLES:
            columns = ", ".join(name for name, _ in table.stored_columns)
            local = opened.store.query(f"select {columns} from {table.name} order by all").to_pylist()
            assert rows_of(folder, table.name) == [tuple(row.values()) for row in local], table.name
        sql = "select file, table_name, line, column_name, value, reason from rejects order by all"
        assert rejects_of(folder) == [tuple(row.values()) for row in opened.store.query(sql).to_pylist()]


def both(spark: Any, tmp_path: Path, paths: Sequence[Path], **told: Any) -> tuple[ImportReport, ImportReport]:
    """Import here and there, compare what stands then, and give both reports."""
    there = spark_import(spark, tmp_path / "tables", paths, **told)
    told.pop("part_bytes", None)
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        here = import_files(workspace, list(paths), now=NOW, **told)
    same(tmp_path / "tables", tmp_path / "w.duckdb")
    return here, there


def nasty(folder: Path) -> list[Path]:
    """Accounts with numbers beside handles, posts full of quotes and breaks, comments that name people by number."""
    rnd = random.Random(5)
    folder.mkdir()
    texts = [
        'with 5" screen',
        '"quoted, comma"',
        '"two\nlines"',
        '"es""caped"',
        '"a\n""b"",\n"',
        '""',
        "plain",
        "x\x07y",
    ]
    people = ["id,handle,followers,platform"] + [f"{9000 + i},Anna{i},{i * 7},instagram" for i in range(40)]
    people += ["9003,Anna3,none,instagram", "[deleted],[deleted],3,instagram", "9041,,-4,instagram"]
    (folder / "accounts.csv").write_text("\n".join(people))
    rows = ["post_id,account_id,text,created_at,likes,platform"]
    for i in range(600):
        when = rnd.choice(["2024-05-01T10:00:00Z", "2024-05-02", "31/12/2023", "never", "1714558800"])
        likes = rnd.choice(["3", "1,204", "1.2K", "-1", "many", ""])
        who = rnd.choice([f"@Anna{i % 40}"] * 6 + [f"{9000 + i % 40}", "", "https://instagram.com/anna7/"])
        rows.append(f'{i % 550},{who},{rnd.choice(texts)},{when},"{likes}",instagram')
        if i % 97 == 0:
            rows.append("too,few")
    (folder / "posts.csv").write_text("\r\n".join(rows) + "\r\n")
    lines = []
    for i in range(500):
        who = rnd.choice([str(9000 + i % 40), f"anna{i % 40}"])
        kind, text = rnd.choice(["like", "comment", "??"]), rnd.choice([None, "so gut é", "a\nb"])
        target, post = str(9000 + i % 7), str(i % 550)
        lines.append(
            json.dumps({"actor_id": who, "target_id": target, "kind": kind, "post_id": post, "text": text})
        )
        if i % 113 == 0:
            lines.append("[1, 2")
    (folder / "interactions.jsonl").write_text("\n".join(lines))
    table = pa.table(
        {
            "follower_id": [f"instagram:anna{i % 40}" for i in range(300)],
            "followee_id": [str(9000 + i % 3) for i in range(300)],
        }
    )
    pq.write_table(table, folder / "follows.parquet", row_group_size=70)
    return sorted(folder.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("part_bytes", [1 << 20, 8_000])
def test_a_nasty_folder_gives_the_same_tables_and_rejects_however_it_is_cut(
    spark: Any, tmp_path: Path, part_bytes: int
) -> None:
    paths = nasty(tmp_path / "raw")
    here, there = both(spark, tmp_path, paths, platform="instagram", part_bytes=part_bytes)
    assert there.counts == here.counts
    assert [f for f in there.findings if f.code != "saved-list"] == list(here.findings)
    again = spark_import(spark, tmp_path / "tables", paths, platform="instagram", part_bytes=part_bytes)
    assert (again.n_new, again.n_changed) == (0, 0)
    same(tmp_path / "tables", tmp_path / "w.duckdb")


def test_later_rows_win_and_what_is_empty_erases_nothing_across_imports(spark: Any, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir(), second.mkdir()
    head = "post_id,account_id,text,likes,created_at\n"
    (first / "posts.csv").write_text(
        f"{head}1,@anna,old,3,2024-05-01\n2,@ben,kept,,2024-05-02\n1,@anna,newer,4,2024-05-01\n"
    )
    (second / "posts.csv").write_text(
        f"{head}2,@ben,,9,\n3,@cleo,three,1,2024-05-03\n1,@anna,newer,4,2024-05-01\n"
    )
    (second / "accounts.csv").write_text("account_id,handle,followers\n77,Anna,10\n")
    (first / "follows.csv").write_text("follower_id,followee_id\n77,@ben\n@cleo,@anna\n")
    both(spark, tmp_path, [first])
    untouched = read_manifest(tmp_path / "tables").files("posts")
    here, there = both(spark, tmp_path, [second])
    assert there.counts == here.counts
    assert [(c.table, c.n_new, c.n_changed, c.n_unchanged) for c in there.counts] == [
        ("accounts", 1, 0, 0), ("posts", 1, 1, 1),
    ]  # fmt: skip
    assert ("web:anna", "web:ben") in {row[:2] for row in rows_of(tmp_path / "tables", "follows")}
    assert read_manifest(tmp_path / "tables").files("posts") != untouched
    before = read_manifest(tmp_path / "tables")
    spark_import(spark, tmp_path / "tables", [second])
    assert read_manifest(tmp_path / "tables").tables["posts"] == before.tables["posts"]


@pytest.mark.slow
def test_a_packed_sample_world_is_the_same(spark: Any, tmp_path: Path) -> None:
    from influence.demonstration import samples_folder

    here, there = both(spark, tmp_path, [samples_folder("world")])
    assert there.counts == here.counts


@pytest.mark.slow
def test_an_import_that_is_cut_short_shows_nothing_and_goes_on_where_it_stopped(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = nasty(tmp_path / "raw")
    folder = tmp_path / "tables"
    killed = pytest.MonkeyPatch()

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with killed.context() as patch:
        patch.setattr("influence.spark.importing.write_manifest", die)
        with pytest.raises(KeyboardInterrupt):
            spark_import(spark, folder, paths)
    assert rows_of(folder, "posts") == []
    (stage,) = (folder / "staging").iterdir()
    done = {step: step.stat().st_mtime_ns for step in stage.glob("*/_SUCCESS")}
    assert len(done) == 4
    seen = []
    monkeypatch.setattr(
        "influence.spark.importing.remove_strays", lambda _: seen.extend(stage.glob("*/_SUCCESS"))
    )
    spark_import(spark, folder, paths)
    assert {step: step.stat().st_mtime_ns for step in seen} == done
    assert rows_of(folder, "posts")


def test_a_file_that_breaks_off_is_named_and_nothing_changes(spark: Any, tmp_path: Path) -> None:
    raw = tmp_path / "posts.csv"
    rows = [f"{i},@anna{i},2024-05-01,text {i}" for i in range(200)]
    rows += ['201,@ben,2024-05-01,"never closed', "202,@ben,2024-05-01,x"]
    raw.write_text("\n".join(["post_id,account_id,created_at,text", *rows]))
    with pytest.raises(SourceError, match="never closed") as told:
        spark_import(spark, tmp_path / "tables", [raw], part_bytes=1_500)
    assert told.value.where == f"{raw}, line 202"
    assert not read_manifest(tmp_path / "tables").tables


def test_what_lies_in_the_tables_and_is_none_is_named_before_anything_changes(
    spark: Any, tmp_path: Path
) -> None:
    raw = tmp_path / "posts.csv"
    raw.write_text("post_id,account_id,text\n1,@anna,vegan\n")
    wrong, damaged = tmp_path / "wrong", tmp_path / "damaged"
    for folder in (wrong / "posts", damaged / "posts"):
        folder.mkdir(parents=True)
    pq.write_table(pa.table({"post_id": ["p"], "likes": ["many"]}), wrong / "posts" / "1.parquet")
    (damaged / "posts" / "part-7.parquet").write_bytes(b"PAR1 half a file")
    with pytest.raises(SourceError, match="not of the contract") as told:
        spark_import(spark, wrong, [raw])
    assert told.value.seen == "posts lacks account_id; posts.likes is string, not bigint"
    with pytest.raises(SourceError, match="cannot be read") as told:
        spark_import(spark, damaged, [raw])
    assert str(told.value.where).endswith("/posts/part-7.parquet")
