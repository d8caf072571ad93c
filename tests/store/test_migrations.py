"""A workspace of an earlier version is brought to today's without importing again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from influence.errors import WorkspaceError
from influence.schema import SCHEMA_VERSION, TABLES
from influence.store import migrations
from influence.store.importing.transaction import import_files
from influence.store.migrations import DESIRED, is_current
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace, open_workspace

SCHEMA_3 = Path(__file__).with_name("schema3.sql")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file as the version before made it."""
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA_3.read_text("utf-8"))
    return path


def rows(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in workspace.store.query(sql).to_pylist()]


def test_a_workspace_of_version_3_is_brought_to_todays_and_loses_nobody(old: Path) -> None:
    with open_workspace(old) as workspace:
        assert is_current(workspace.store)
        assert rows(
            workspace, "select account_id, platform, handle, name, followers, bio from accounts order by 1"
        ) == [
            ("instagram:oven_amy", "instagram", "Oven_Amy", "Amy Oven", 1200, "vegan baking"),
            ("twitter:oven_dan", "twitter", "oven_dan", "Dan", 90, "rye"),
            ("web:anna", "web", "anna", "Anna", 5, "oat"),
            ("web:crumb.example", "web", "crumb.example", "Crumb & Co", 40, "a blog"),
        ]
        assert rows(workspace, "select post_id, account_id from posts order by 1") == [
            ("p1", "twitter:oven_dan"), ("p2", "web:crumb.example"), ("p3", "web:anna"),
        ]  # fmt: skip
        assert rows(workspace, "select follower_id, followee_id from follows order by 2") == [
            ("web:anna", "twitter:oven_dan"), ("web:anna", "web:crumb.example"),
        ]  # fmt: skip
        assert read_suppressions(workspace.store).account("twitter:oven_dan")


def test_reading_brings_an_old_workspace_to_todays_too(old: Path) -> None:
    with open_workspace(old, read_only=True) as workspace:
        assert workspace.store.read_only
        assert workspace.count("accounts") == 4


def test_an_old_workspace_takes_new_files(old: Path, tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text("post_id,platform,username,text\np9,X,Oven_Dan,new\n", "utf-8")
    with open_workspace(old) as workspace:
        assert (
            import_files(workspace, tmp_path / "posts.csv").n_left_out == 1
        )  # suppressed under his old id too


def test_a_column_that_a_file_lacks_is_added_empty(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    open_workspace(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("insert into accounts (account_id) values ('web:anna')")
        connection.execute("alter table accounts drop column bio")
        connection.execute("drop table metrics")
    with open_workspace(path, read_only=True) as workspace:
        assert rows(workspace, "select account_id, bio from accounts") == [("web:anna", None)]
        assert workspace.count("metrics") == 0


def test_a_step_that_fails_leaves_the_file_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(store: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(migrations, "STEPS", (migrations.MigrationStep(4, "fails", broken),))
    with pytest.raises(RuntimeError):
        open_workspace(old)
    with duckdb.connect(str(old)) as connection:
        assert connection.execute("select value from meta where name = 'schema_version'").fetchone() == ("3",)
        assert connection.execute(
            "select count(*) from duckdb_tables() where table_name = 'aliases'"
        ).fetchone() == (0,)


def test_a_newer_workspace_is_left_alone(old: Path) -> None:
    with duckdb.connect(str(old)) as connection:
        connection.execute(
            "update meta set value = ? where name = 'schema_version'", [str(SCHEMA_VERSION + 1)]
        )
    with pytest.raises(WorkspaceError, match="another version"):
        open_workspace(old)


def test_every_version_has_its_steps_in_order_and_every_table_its_columns() -> None:
    assert [step.to for step in migrations.STEPS] == sorted(step.to for step in migrations.STEPS)
    assert migrations.STEPS[-1].to <= SCHEMA_VERSION
    assert {table.name for table in TABLES} < set(DESIRED)
