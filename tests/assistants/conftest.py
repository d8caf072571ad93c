"""An assistant's client over a workspace, in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest

pytest.importorskip("mcp", reason="needs the extra mcp")

from mcp import Client

from influence.assistants.server import build_server


class Assistant:
    """Calls tools and reads addresses of a server as an assistant does."""

    def __init__(self, client: Client, portal: Any) -> None:
        self.client, self.portal = client, portal

    def result(self, tool: str, **told: Any) -> Any:
        """A call's whole result."""
        return self.portal.call(self.client.call_tool, tool, told)

    def ask(self, tool: str, **told: Any) -> dict[str, Any]:
        """The structured answer of a call that must succeed."""
        result = self.result(tool, **told)
        assert not result.is_error, result.content[0].text
        assert json.loads(result.content[0].text) == result.structured_content
        return dict(result.structured_content)

    def refused(self, tool: str, **told: Any) -> str:
        """The words of a call that must not succeed."""
        result = self.result(tool, **told)
        assert result.is_error
        return str(result.content[0].text)

    def read(self, address: str) -> Any:
        """What is at an address."""
        return json.loads(self.portal.call(self.client.read_resource, address).contents[0].text)


@contextmanager
def talking(server: Any, mode: str = "auto") -> Iterator[Assistant]:
    """A client that is connected while the block runs."""
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server, mode=mode)) as client,
    ):
        yield Assistant(client, portal)


@pytest.fixture(scope="session")
def assistant(sample: Path) -> Iterator[Assistant]:
    """An assistant over the sample world; reads only."""
    with talking(build_server(sample)) as one:
        yield one


@pytest.fixture
def assistant_of() -> Callable[[Path], Any]:
    """Assistants over workspaces of a test's own."""
    return lambda path, mode="auto": talking(build_server(path), mode)
