"""What the tests of the store share."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import zstandard

from influence.errors import InfluenceError
from influence.store.importing.transaction import import_files
from influence.store.workspace import Workspace, memory_workspace

SMALL_LIST = b"username,followers\nanna,10\n"


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """An empty workspace in memory."""
    with memory_workspace() as opened:
        yield opened


@pytest.fixture
def answer_of(tmp_path: Path) -> Callable[..., object]:
    """Import files that are given by name and content, and ask: the rows, or ``refused``.

    Content is text, bytes, or for a workbook a dict of sheet to rows; ``ZIP`` and ``ZST`` pack a small list.
    """

    def answer(files: dict[str, Any], platform: str | None, question: str) -> object:
        paths = [_written(tmp_path / "in" / name, content) for name, content in files.items()]
        with memory_workspace() as workspace:
            try:
                import_files(workspace, paths if len(paths) == 1 else [tmp_path / "in"], platform=platform)
            except InfluenceError:
                return "refused"
            return [tuple(row.values()) for row in workspace.store.query(question).to_pylist()]

    return answer


def _written(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        with xlsxwriter.Workbook(path) as book:
            for name, rows in content.items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
    elif content == b"ZIP":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("accounts.csv", SMALL_LIST)
    elif content == b"ZST":
        path.write_bytes(zstandard.compress(SMALL_LIST))
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
