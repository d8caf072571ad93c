"""The file itself: erasures that were cut short, workspaces from somebody else, links, permissions, messages."""

from __future__ import annotations

import errno
import os
import stat
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from influence.errors import UnknownAccountError, WorkspaceBusyError, WorkspaceError
from influence.store import rewriting
from influence.store.checks import check_workspace
from influence.store.importing.transaction import import_tables
from influence.store.rewriting import is_erasure_pending
from influence.store.rights.privacy import forget, purge
from influence.store.workspace import open_workspace
from influence.writing import atomic

NOW = datetime(2026, 1, 15, 12)
NAME = "quokka_zed_77"


def filled(path: Path) -> Path:
    accounts = pd.DataFrame({"handle": [NAME, "other"], "bio": [f"I am {NAME}", "knows others"]})
    posts = pd.DataFrame({"post_id": ["1", "2"], "account_id": [NAME, "other"], "created_at": ["2020-01-01"] * 2,
                          "text": ["mine", f"about {NAME} and tea"]})  # fmt: skip
    with open_workspace(path) as workspace:
        import_tables(workspace, {"accounts": accounts, "posts": posts}, now=NOW)
    return path


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_erasure_cut_short_is_completed_by_the_next_command_that_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "w.duckdb")
    cache = Path(f"{path}.cache")
    with open_workspace(path) as workspace, monkeypatch.context() as patch:
        patch.setattr(atomic.os, "replace", no_room)
        with pytest.raises(WorkspaceError, match="could not be written anew"):
            forget(workspace, NAME)
        assert is_erasure_pending(workspace.store)
    cache.mkdir()
    (cache / "old.npz").write_bytes(NAME.encode())
    with open_workspace(path, read_only=True) as workspace:
        assert is_erasure_pending(workspace.store)
    before = path.stat().st_ino
    with open_workspace(path) as workspace:
        assert workspace.completed
        assert not is_erasure_pending(workspace.store)
        with pytest.raises(UnknownAccountError):
            forget(workspace, NAME)
    assert path.stat().st_ino != before
    assert not cache.exists()
    with open_workspace(path) as workspace:
        assert not workspace.completed


def test_a_colleague_with_the_older_engine_opens_what_was_imported_and_what_was_rewritten(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path / "w.duckdb")

    def form() -> str:
        with duckdb.connect(str(path), read_only=True) as file:
            found = "select tags['storage_version'] from duckdb_databases() where not internal"
            return str(file.execute(found).fetchall()[0][0])

    assert form() == "v1.4.0+"
    with open_workspace(path) as workspace:
        forget(workspace, NAME)
    assert form() == "v1.4.0+"


def test_while_there_is_no_room_the_mark_stays_and_the_workspace_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "w.duckdb")
    monkeypatch.setattr(atomic.os, "replace", no_room)
    with open_workspace(path) as workspace, pytest.raises(WorkspaceError, match="room"):
        forget(workspace, NAME)
    with open_workspace(path) as workspace:
        assert not workspace.completed
        assert is_erasure_pending(workspace.store)
        assert workspace.count("accounts") == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["w.duckdb"]


def test_a_purge_cut_short_is_completed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "w.duckdb")
    with open_workspace(path) as workspace, monkeypatch.context() as patch:
        patch.setattr(rewriting, "_copy", no_room)
        with pytest.raises(WorkspaceError):
            purge(workspace, "2y", today=NOW.date())
    with open_workspace(path) as workspace:
        assert workspace.completed
        assert workspace.count("posts") == 0


def test_a_rehearsed_purge_asks_for_no_rewrite(tmp_path: Path) -> None:
    path = filled(tmp_path / "w.duckdb")
    with open_workspace(path) as workspace:
        assert purge(workspace, "2y", today=NOW.date(), dry_run=True).n_rows == 2
        assert not is_erasure_pending(workspace.store)


def test_a_view_in_place_of_a_table_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("handle\nanna\n", "utf-8")
    path = filled(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table accounts")
        connection.execute(f"create view accounts as select * from read_csv('{secret}')")
    for read_only in (True, False):
        with pytest.raises(WorkspaceError, match="views in place of tables"):
            open_workspace(path, read_only=read_only)


def test_a_workspace_can_make_the_engine_read_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("handle\nanna\n", "utf-8")
    with open_workspace(filled(tmp_path / "w.duckdb")) as workspace:
        for sql in (f"select * from read_csv('{secret}')", f"select * from '{secret}'"):
            with pytest.raises(duckdb.Error):
                workspace.store.query(sql)
        with pytest.raises(duckdb.Error):
            workspace.store.execute("set enable_external_access = true")


@pytest.mark.parametrize("name", ["md:mine", "sqlite:mine.db", "a b.duckdb", "it's.duckdb"])
def test_a_name_is_a_file_whatever_it_begins_with(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    filled(Path(name))
    with open_workspace(name) as workspace:
        assert forget(workspace, NAME).deleted["accounts"] == 1
    assert (tmp_path / name).is_file()


def test_a_link_and_the_file_itself_share_their_cache(tmp_path: Path) -> None:
    path = filled(tmp_path / "w.duckdb")
    link = tmp_path / "elsewhere" / "link.duckdb"
    link.parent.mkdir()
    link.symlink_to(path)
    with open_workspace(link) as workspace:
        assert workspace.path == path
        forget(workspace, NAME)
    assert link.is_symlink()
    with open_workspace(path, read_only=True) as workspace:
        assert workspace.count("accounts") == 1
    assert [file.name for file in link.parent.iterdir()] == ["link.duckdb"]


def test_writing_anew_keeps_the_permissions(tmp_path: Path) -> None:
    path = filled(tmp_path / "w.duckdb")
    path.chmod(0o600)
    with open_workspace(path) as workspace:
        forget(workspace, NAME)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_table_with_a_blank_in_its_name_is_cleaned_too(tmp_path: Path) -> None:
    path = filled(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute('create table "my notes" ("the text" varchar, "select" varchar)')
        connection.execute('insert into "my notes" values (?, ?)', [f"met {NAME} at the fair", "x"])
    with open_workspace(path) as workspace:
        receipt = forget(workspace, NAME)
        assert workspace.store.query('select "the text" as t from "my notes"')["t"].to_pylist() == [
            "met [removed] at the fair"
        ]
    assert receipt.redacted["my notes.the text"] == 1


def test_a_name_too_long_for_a_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot be the name of a file"):
        open_workspace(tmp_path / ("w" * 300))


def test_a_path_that_holds_the_word_lock_is_not_busy(tmp_path: Path) -> None:
    path = tmp_path / "block.duckdb"
    path.write_text("not a database, but long enough to be looked at" * 100, "utf-8")
    with pytest.raises(WorkspaceError) as caught:
        open_workspace(path)
    assert not isinstance(caught.value, WorkspaceBusyError)


def test_leftovers_of_killed_runs_are_removed_by_the_next(tmp_path: Path) -> None:
    path = filled(tmp_path / "w.duckdb")
    dead = tmp_path / f"{atomic.PREFIX}{atomic._host()}-999999999-x.duckdb"
    dead.write_bytes(b"x")
    open_workspace(path).close()
    assert not dead.exists()


def test_check_tells_what_was_cut_short_and_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "w.duckdb")
    with open_workspace(path) as workspace, monkeypatch.context() as patch:
        patch.setattr(rewriting, "_copy", no_room)
        with pytest.raises(WorkspaceError):
            forget(workspace, NAME)
    (tmp_path / f"{atomic.PREFIX}{atomic._host()}-999999999-x.csv").write_bytes(b"x")
    with open_workspace(path, read_only=True) as workspace:
        codes = {finding.code for finding in check_workspace(workspace)}
    assert {"erasure-pending", "leftovers"} <= codes


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_what_the_disk_says_is_told_of_the_workspace(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "w.duckdb")

    class Refusing:
        def execute(self, sql: str, *_: object) -> None:
            if sql == "commit":
                raise duckdb.TransactionException(
                    f"Failed to commit: Could not write file x: {os.strerror(code)}"
                )

    with open_workspace(path) as workspace, monkeypatch.context() as patch:
        patch.setattr(workspace.store, "_opened", Refusing())
        with pytest.raises(WorkspaceError) as caught, workspace.store.transaction():
            pass
    assert caught.value.where == str(path)
    assert caught.value.seen == os.strerror(code)
    assert ("make room" in str(caught.value)) == (code == errno.ENOSPC)


def test_a_rewrite_that_fails_leaves_no_log_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path / "w.duckdb")

    def cut_short(old: Path, fresh: Path) -> None:
        Path(f"{fresh}.wal").write_bytes(b"x")
        no_room()

    monkeypatch.setattr(rewriting, "_copy", cut_short)
    with open_workspace(path) as workspace, pytest.raises(WorkspaceError):
        forget(workspace, NAME)
    assert [file.name for file in tmp_path.iterdir()] == ["w.duckdb"]
