"""The app over the sample world, asked as a browser asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs the extra app")

from starlette.testclient import TestClient

from influence.app.running import make_app

TOKEN, PORT = "a-key-for-tests", 8123


@pytest.fixture(scope="session")
def browser(sample: Path) -> Iterator[TestClient]:
    """Somebody who opened the app by its address; reads only."""
    yield from opened(sample)


@pytest.fixture
def browser_of() -> Iterator[Callable[[Path], TestClient]]:
    """Browsers over workspaces of a test's own."""
    made: list[Iterator[TestClient]] = []

    def make(path: Path) -> TestClient:
        made.append(opened(path))
        return next(made[-1])

    yield make
    for one in made:
        next(one, None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    from tests.app.windows import CHROMIUM, FLAGS

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def opened(path: Path) -> Iterator[TestClient]:
    """A client with the cookie, that sends its origin with every change, as browsers do."""
    address = f"http://127.0.0.1:{PORT}"
    with TestClient(make_app(path, TOKEN, PORT), base_url=address, raise_server_exceptions=True) as client:  # type: ignore[arg-type]
        client.headers["Origin"] = address
        client.headers["Sec-Fetch-Site"] = "same-origin"
        assert client.get(f"/?token={TOKEN}", follow_redirects=False).status_code == 303
        yield client
