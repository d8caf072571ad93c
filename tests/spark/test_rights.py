"""Rights on Parquet tables: a person is taken out of the files that hold her, whole or not at all, and stays out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from influence.errors import UnknownAccountError
from influence.outreach.lists_text import receipt_text
from influence.session import Session
from influence.spark.manifest import read_manifest
from influence.spark.rights import forget_in, suppress_in
from influence.store.importing.transaction import import_files
from influence.store.rights.privacy import forget
from influence.store.workspace import open_workspace
from tests.spark.test_importing import rows_of, spark_import

NOW = datetime(2026, 11, 28, 1, 2, 3)
POSTS = (
    "post_id,account_id,text,created_at\n1,@crumbs_77,vegan oat loaf,2024-05-01\n"
    "crumbs_77/2,@crumbs_77,vegan rye,2024-05-02\n3,@ben_bakes,after @crumbs_77 and Amy Oven,2024-05-03\n"
    "4,@cleo_cooks,vegan soup,2024-05-04\n"
)
FILES = {
    "accounts.csv": "handle,name,followers,bio\ncrumbs_77,Amy Oven,120,vegan baking\nben_bakes,Ben,90,vegan food\n",
    "posts.csv": POSTS,
    "interactions.csv": "actor_id,target_id,kind,post_id,text,created_at\n"
    "@crumbs_77,@ben_bakes,comment,3,ta,2024-05-03\n"
    "@ben_bakes,@crumbs_77,like,1,,2024-05-03\n@cleo_cooks,@ben_bakes,comment,3,crumbs_77 is right,2024-05-05\n",
    "follows.csv": "follower_id,followee_id\n@cleo_cooks,@crumbs_77\n@cleo_cooks,@ben_bakes\n",
    "contacts.csv": "account_id,email\n@crumbs_77,amy@oven.example\n",
}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def bytes_below(folder: Path) -> bytes:
    """All that can be read in the files of a folder, also where it is packed."""
    told = b""
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        told += file.read_bytes()
        if file.suffix == ".parquet":
            told += repr(pq.read_table(file).to_pylist()).encode()
    return told


@pytest.mark.slow
def test_forgetting_leaves_what_it_leaves_on_one_machine(spark: Any, tmp_path: Path, raw: Path) -> None:
    tables = tmp_path / "tables"
    spark_import(spark, tables, [raw])
    untouched = read_manifest(tables).files("accounts")
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        import_files(workspace, [raw], now=NOW)
    rehearsed = forget_in(spark, str(tables), "crumbs_77", dry_run=True, now=NOW)
    assert rows_of(tables, "posts")[0][1] == "web:crumbs_77"
    receipt = forget_in(spark, str(tables), "crumbs_77", now=NOW)
    with open_workspace(tmp_path / "w.duckdb") as workspace:
        mine = forget(workspace, "crumbs_77", now=NOW)
    assert (receipt.deleted, receipt.redacted) == (mine.deleted, mine.redacted)
    assert (rehearsed.deleted, rehearsed.redacted, rehearsed.dry_run) == (mine.deleted, mine.redacted, True)
    assert receipt.person == mine.person
    assert len(receipt.hashes) == len(mine.hashes)
    assert b"crumbs" not in bytes_below(tables).lower()
    assert b"amy" not in bytes_below(tables).lower()
    assert read_manifest(tables).files("accounts") != untouched
    assert {row[0] for row in rows_of(tables, "posts")} == {"3", "4"}
    spark_import(spark, tables, [raw])
    assert {row[1] for row in rows_of(tables, "posts")} == {"web:ben_bakes", "web:cleo_cooks"}
    assert b"crumbs" not in bytes_below(tables).lower()


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_only_files_that_hold_the_person_are_written_anew(spark: Any, tmp_path: Path, scheme: str) -> None:
    for number, who in enumerate(("anna_bakes", "ben_bakes", "cleo_cooks")):
        rows = pa.table({"post_id": [str(number)], "account_id": [f"web:{who}"], "text": ["vegan"]})
        (tmp_path / "posts").mkdir(exist_ok=True)
        pq.write_table(rows, tmp_path / "posts" / f"{who}.parquet")
    before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "posts").glob("*.parquet")}
    receipt = forget_in(spark, f"{scheme}{tmp_path}", "anna_bakes", now=NOW)
    assert f"The files of {scheme}{tmp_path} that held the person were written anew" in receipt_text(receipt)
    assert "workspace was" not in receipt_text(receipt)
    after = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "posts").glob("*.parquet")}
    assert after == {name: at for name, at in before.items() if name != "anna_bakes.parquet"}
    left = pa.concat_tables(
        pq.read_table(file).select(["account_id"]) for file in read_manifest(tmp_path).files("posts")
    )
    assert sorted(left["account_id"].to_pylist()) == ["web:ben_bakes", "web:cleo_cooks"]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["write_manifest", "delete_gone"])
def test_a_killed_erasure_is_whole_or_not_there_and_the_next_completes_it(
    spark: Any, tmp_path: Path, raw: Path, place: str
) -> None:
    tables = tmp_path / "tables"
    spark_import(spark, tables, [raw])
    whole = rows_of(tables, "posts")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"influence.spark.rights.{place}", die)
        with pytest.raises(KeyboardInterrupt):
            forget_in(spark, str(tables), "crumbs_77", now=NOW)
    if place == "write_manifest":
        assert rows_of(tables, "posts") == whole
        forget_in(spark, str(tables), "crumbs_77", now=NOW)
    else:
        assert {row[0] for row in rows_of(tables, "posts")} == {"3", "4"}
        assert b"crumbs" in bytes_below(tables)
        with pytest.raises(UnknownAccountError):
            forget_in(spark, str(tables), "crumbs_77", now=NOW)
    assert {row[0] for row in rows_of(tables, "posts")} == {"3", "4"}
    assert b"crumbs" not in bytes_below(tables)


@pytest.mark.slow
def test_whoever_is_suppressed_is_not_ranked_and_does_not_come_in_again(
    spark: Any, tmp_path: Path, raw: Path
) -> None:
    tables = f"file://{tmp_path}/tables"  # as of a bucket: an address and not a path
    spark_import(spark, tables, [raw])

    def ranked() -> set[str]:
        with Session(engine="spark", tables=tables) as session:
            return {row.account_id for row in session.rank("vegan", top=0).rows}

    assert "web:crumbs_77" in ranked()
    done = suppress_in(spark, tables, ["crumbs_77"], now=NOW)
    assert done.things == (("account", "web:crumbs_77"),)
    assert ranked() == {"web:ben_bakes", "web:cleo_cooks"}
    (raw / "posts.csv").write_text(POSTS.replace("oat loaf", "oat bread"))
    report = spark_import(spark, tables, [raw / "posts.csv"])
    assert (report.n_changed, report.counts[0].n_left_out) == (0, 2)
    assert suppress_in(spark, tables, ["crumbs_77"], lifted=True).n_known == 1
    assert "web:crumbs_77" in ranked()
