"""Who may ask the app, and what a page may do: checked before any page is made, for every address."""

from __future__ import annotations

import hmac
from contextlib import suppress

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_FORM_BYTES = 1_000_000
MAX_FILES_BYTES = 2_000_000_000
FILES = ("/files", "/channels")
"""The addresses that take large files."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",  # with no-referrer Chromium says `Origin: null` on the page's own forms
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


TOO_LARGE = "That is more than this page takes."


class BodyTooLargeError(Exception):
    """More was sent than a form may hold."""


class Guard:
    """An ASGI application around another: hosts, the token, origins of changes, sizes, and headers of every reply.

    Parameters
    ----------
    inner : ASGI application
    token : str
        Exchanged once, in the first address, for a cookie; every other request needs the cookie.
    port : int
        Where the app listens: the only host names it answers to are those of this machine with this port.
    """

    def __init__(self, inner: ASGIApp, token: str, port: int) -> None:
        self._inner, self._token = inner, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._cookie = f"influence_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say why not."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
        if scope["type"] != "http":
            return
        request = Request(scope)
        reply = self._refusal(request)
        if reply is None and request.method == "GET" and self._is_key(request.query_params.get("token")):
            reply = self._exchange()
        elif reply is None and not self._is_key(request.cookies.get(self._cookie)):
            reply = _say(
                403, "Open the app by the address that `influence app` names; it holds a key for this run."
            )
        if reply is None:
            await self._inside(scope, receive, send)
        else:
            await reply(scope, receive, send)

    def _refusal(self, request: Request) -> PlainTextResponse | None:
        headers = request.headers
        if headers.get("host", "").lower() not in self._hosts:
            return _say(421, "This server answers on this machine only.")
        if request.method not in ("GET", "HEAD", "POST"):
            return _say(405, "This is not done here.")
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > _most(request.scope):
            return _say(413, TOO_LARGE)
        foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        if request.method == "POST":
            if foreign or headers.get("origin") not in {f"http://{host}" for host in self._hosts}:
                return _say(403, "Changes are made from the app's own pages.")
        elif foreign and headers.get("sec-fetch-mode") != "navigate":
            return _say(403, "Other pages may not read this one.")
        return None

    def _is_key(self, told: str | None) -> bool:
        return told is not None and hmac.compare_digest(told.encode(), self._token.encode())

    def _exchange(self) -> PlainTextResponse:
        """The key leaves the address (and so the history) for a cookie that no script can read."""
        cookie = f"{self._cookie}={self._token}; HttpOnly; SameSite=Lax; Path=/"
        return _say(303, "", {"location": "/", "set-cookie": cookie})

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        most, received, refused = _most(scope), 0, False

        async def counted() -> Message:
            nonlocal received, refused
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                refused = True
                await _say(413, TOO_LARGE)(scope, receive, send)
                raise BodyTooLargeError
            return message

        async def dressed(message: Message) -> None:
            if refused:
                return
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with suppress(BodyTooLargeError):
            await self._inner(scope, counted, dressed)


def _most(scope: Scope) -> int:
    return MAX_FILES_BYTES if scope["path"] in FILES else MAX_FORM_BYTES


def _say(status: int, words: str, headers: dict[str, str] | None = None) -> PlainTextResponse:
    return PlainTextResponse(words, status, {**HEADERS, **(headers or {})})
