"""Fixtures that every area of the tests uses."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
"""Tests run side by side: a pool of threads in each process would make them wait for one another."""

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile("quiet", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("quiet")
"""No clock in tests: a busy machine must not make a property fail. Elsewhere than in CI each run tries new examples."""

Rows = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the public data; tests that need it skip where it is missing."""
    folder = Path(os.environ.get("INFLUENCE_DATA") or Path(__file__).parents[2] / "shared/data")
    if not folder.is_dir():
        pytest.skip("the public data are not beside the project (INFLUENCE_DATA names their folder)")
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample world as a workspace; copied by tests that change it."""
    from influence.demonstration import samples_folder
    from influence.store.importing.transaction import import_files
    from influence.store.workspace import open_workspace

    file = tmp_path_factory.mktemp("sample") / "w.duckdb"
    with open_workspace(file) as workspace:
        import_files(workspace, [samples_folder("world")])
    return file


@pytest.fixture
def workspace_of() -> Iterator[Callable[..., Any]]:
    """A workspace in memory from rows by table: ``workspace_of(posts=[{...}], accounts=[...])``."""
    import pandas as pd

    from influence.store.importing.transaction import import_tables
    from influence.store.workspace import open_workspace

    opened = []

    def make(**tables: Rows) -> Any:
        workspace = open_workspace(":memory:")
        opened.append(workspace)
        import_tables(workspace, {name: pd.DataFrame(list(rows)) for name, rows in tables.items()})
        return workspace

    yield make
    for workspace in opened:
        workspace.close()
