"""A workspace that already holds something, and the real command line pointed at broken files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from influence.cli.app import run
from influence.schema import TABLE_NAMES
from influence.store.workspace import open_workspace

Reject = tuple[int | None, str | None, str]
"""Line, column, and a part of the reason."""


@dataclass(frozen=True)
class Outcome:
    """What a command said and left behind."""

    code: int
    out: str
    err: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def said(self) -> str:
        """Everything a person sees."""
        return self.out + self.err

    @property
    def handles(self) -> list[str]:
        """Handles added by the command, sorted."""
        known = {row["account_id"] for row in self.before["accounts"]}
        return sorted(row["handle"] for row in self.after["accounts"] if row["account_id"] not in known)

    @property
    def rejects(self) -> list[tuple[int | None, str | None, str]]:
        """(line, column, reason) of what was refused, by line."""
        rows = [(row["line"], row["column_name"], row["reason"]) for row in self.after["rejects"]]
        return sorted(rows, key=lambda row: (row[0] or 0, row[1] or ""))

    def account(self, handle: str) -> dict[str, Any]:
        """The row of one account."""
        (row,) = [row for row in self.after["accounts"] if row["handle"] == handle]
        return dict(row)

    def assert_rejects(self, *expected: Reject) -> None:
        """Refused rows and values are exactly these."""
        assert [row[:2] for row in self.rejects] == [row[:2] for row in expected]
        for (_, _, reason), (_, _, part) in zip(self.rejects, expected, strict=True):
            assert part in reason

    def assert_refused(self, *words: str, code: int = 1) -> None:
        """The command failed, said so in `words`, and left the workspace as it was."""
        assert self.code == code
        assert self.err.startswith(("Error: ", "Usage: "))
        assert "Traceback" not in self.said
        for word in words:
            assert word in self.err
        assert self.after == self.before


def contents(path: Path) -> dict[str, Any]:
    """Every row of every table, rejects and log of imports included."""
    with open_workspace(path, read_only=True) as workspace:
        tables = {
            name: workspace.store.query(f"select * from {name}")
            for name in (*TABLE_NAMES, "imports", "rejects")
        }
        return {name: sorted(table.to_pylist(), key=str) for name, table in tables.items()}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace file with one account and one post in it, made once."""
    folder = tmp_path_factory.mktemp("before")
    (folder / "accounts.csv").write_text("account_id,handle,followers\nweb:before,before,10\n")
    (folder / "posts.csv").write_text("post_id,account_id,text\np0,web:before,hello\n")
    path = folder / "prepared.duckdb"
    assert run(["import", str(folder), "-w", str(path)]) == 0
    return path


@pytest.fixture
def workspace(tmp_path: Path, prepared: Path) -> Path:
    """A copy of the prepared workspace."""
    return Path(shutil.copy(prepared, tmp_path / "kept.duckdb"))


@pytest.fixture
def attempt(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run ``influence import PATH ... --yes`` on the workspace."""

    def go(*arguments: str | Path) -> Outcome:
        before = contents(workspace)
        capsys.readouterr()
        code = run(["import", *map(str, arguments), "--yes", "-w", str(workspace)])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err, before, contents(workspace))

    return go
