"""Start the app: a free port of this machine, a key for this run, the browser, a clean end."""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from influence.app.serving import make_app
from influence.errors import UsageError

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn
    from starlette.types import ASGIApp

HOST = "127.0.0.1"
PATIENCE = 10
"""Seconds for which pages that are being made are waited for at the end."""


def run_app(
    path: str | Path, *, port: int = 0, browser: bool = True, say: Callable[[str], None] = lambda _: None
) -> None:
    """Serve the app until Ctrl-C.

    Parameters
    ----------
    path : path
        The workspace; it need not exist yet.
    port : int
        0 takes a free one.
    browser : bool
        Whether to open the user's browser.
    say : callable
        Told where the app is.

    Raises
    ------
    UsageError
        The port is taken.
    """
    with _listening(port) as place:
        number = place.getsockname()[1]
        token = secrets.token_urlsafe(32)
        address = f"http://{HOST}:{number}/?token={token}"
        app = make_app(path, token, number)
        server = _server(app)
        door = None
        try:
            say(f"The app is at {address}\nThe address holds a key for this run; Ctrl-C ends it.")
            if browser:
                door = _door(address)
                webbrowser.open(door.as_uri())
            server.run(sockets=[place])
        except KeyboardInterrupt:
            pass
        finally:
            if door is not None:
                door.unlink(missing_ok=True)


def _server(app: ASGIApp) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        """Ends once: whoever presses Ctrl-C again does not cut short what is being put away."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if not self.should_exit:
                super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app, log_level="warning", server_header=False, lifespan="on", timeout_graceful_shutdown=PATIENCE
    )
    return Server(config)


def _listening(port: int) -> socket.socket:
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind((HOST, port))
        place.listen()  # a browser that is quicker than the server waits and is not refused
    except OSError as error:
        place.close()
        raise UsageError("this port is taken", where="--port", seen=port, hint="leave --port out") from error
    return place


def _door(address: str) -> Path:
    """A page of the user's own that leads to the address, so that its key stands in no list of processes."""
    descriptor, name = tempfile.mkstemp(prefix="influence-app-", suffix=".html")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={address}">'
        )
    return Path(name)
