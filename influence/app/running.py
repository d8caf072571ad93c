"""Start the app: a free port of this machine, a key for this run, its addresses, the browser, a clean end."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import socket
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from influence.app import (
    account_pages,
    board_pages,
    bring_pages,
    campaign_pages,
    desk_pages,
    listening_pages,
    mention_pages,
    rank_pages,
)
from influence.app.guard import Guard
from influence.app.jobs import StoppedError
from influence.app.sections import HERE
from influence.app.shared_session import AppDesk
from influence.app.site import Page, Site, Visit
from influence.errors import InfluenceError, UnknownAccountError, UsageError

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn

HOST = "127.0.0.1"
PATIENCE = 10
"""Seconds for which pages that are being made are waited for at the end."""

STATIC = Path(__file__).parent / "static"
SUBJECTS = (
    rank_pages,
    mention_pages,
    account_pages,
    listening_pages,
    bring_pages,
    board_pages,
    campaign_pages,
    desk_pages,
)


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


def make_app(path: str | Path, token: str, port: int) -> ASGIApp:
    """The app over a workspace, guarded.

    Parameters
    ----------
    path : path
        The workspace; it need not exist yet.
    token : str
        The key of this run, see `influence.app.guard.Guard`.
    port : int
        Where it will listen.
    """
    site = Site(AppDesk(Path(path)))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(site.jobs.close)
        await run_in_threadpool(site.desk.close)

    told = {404: functools.partial(_missing, site), 500: functools.partial(_broken, site)}
    inner = Starlette(routes=_routes(site), lifespan=lifespan, exception_handlers=told)
    return Guard(inner, token, port)


def _routes(site: Site) -> list[Route | Mount]:
    """Addresses and their pages."""
    jobs = (("/jobs/{key}", "GET", _job), ("/jobs/{key}/stop", "POST", _stop))
    pages = [*jobs, *(page for subject in SUBJECTS for page in subject.PAGES)]
    made: list[Route | Mount] = [Route(path, _served(site, page), methods=[how]) for path, how, page in pages]
    files = Route("/files", functools.partial(bring_pages.receive, site), methods=["POST"])
    version = Route("/version", functools.partial(_version, site))
    return [*made, files, version, Mount("/static", StaticFiles(directory=STATIC))]


def _served(site: Site, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """A page as an endpoint: made beside the loop; our own errors are told on a page, bugs without their trace."""

    @functools.wraps(page)
    async def endpoint(request: Request) -> Response:
        form = await request.form() if request.method == "POST" else FormData()
        HERE.set(request.url.path)
        try:
            return await run_in_threadpool(page, Visit(site, request, form))
        except InfluenceError as error:
            status = 404 if isinstance(error, UnknownAccountError) else 400
            return site.show("error.html", status, error=error)
        finally:
            await form.close()

    return endpoint


def _job(visit: Visit) -> Response:
    """The stages of a job that runs; what it gave when it is done."""
    job = visit.site.jobs.get(visit.at["key"])
    if job is None:
        return RedirectResponse("/", 303)
    if isinstance(job.error, StoppedError):
        return visit.show("job.html", job=job, stopped=True)
    if job.error is not None:
        raise job.error
    return job.shown(job.result) if job.done.is_set() else visit.show("job.html", job=job, stopped=False)


def _stop(visit: Visit) -> Response:
    """Let a job end before its next stage."""
    job = visit.site.jobs.get(visit.at["key"])
    if job is not None:
        job.stop.set()
    return RedirectResponse(f"/jobs/{visit.at['key']}", 303)


async def _version(site: Site, _: Request) -> Response:
    """By which an open page notices that the file was changed, or that the app was stopped."""
    return PlainTextResponse(site.desk.version)


async def _missing(site: Site, _: Request, error: Exception) -> Response:
    """There is no such page."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return site.show("error.html", status, error=InfluenceError("there is no such page"))


async def _broken(site: Site, _: Request, __: Exception) -> Response:
    """A bug: its trace goes to the terminal, not into the page."""
    told = InfluenceError(
        "this page could not be made", hint="the terminal says why; nothing was changed by half"
    )
    return site.show("error.html", 500, error=told)
