"""Stacks that others made, one of each for all tests; skipped with a reason where they are not installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.networks.live import wordpress as stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stack.WordPress]:
    if stack.missing():
        pytest.skip(stack.missing())
    with stack.wordpress(tmp_path_factory.mktemp("wordpress")) as running:
        yield running
