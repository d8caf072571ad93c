"""What the tests of the store share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from influence.store.workspace import Workspace, memory_workspace


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """An empty workspace in memory."""
    with memory_workspace() as opened:
        yield opened
