"""Who may ask the app, and what a page may do: checked before any page is made, for every address."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

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

    def __init__(self, inner: Application, token: str, port: int) -> None:
        self._inner, self._token, self._port = inner, token, port
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._cookie = f"influence_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say why not."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._inner(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _say(send, *refusal)
            return
        told = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if told and scope["method"] == "GET" and hmac.compare_digest(told.encode(), self._token.encode()):
            await self._exchange(send)
            return
        if not self._known(headers.get("cookie", "")):
            await _say(
                send,
                403,
                "Open the app by the address that `influence app` names; it holds a key for this run.",
            )
            return
        await self._inside(scope, receive, send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        if headers.get("host", "").lower() not in self._hosts:
            return 421, "This server answers on this machine only."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "This is not done here."
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > _most(scope):
            return 413, "That is more than this page takes."
        foreign = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
        origin = headers.get("origin")
        if scope["method"] == "POST":
            if foreign or origin not in {f"http://{host}" for host in self._hosts}:
                return 403, "Changes are made from the app's own pages."
        elif foreign and headers.get("sec-fetch-mode") != "navigate":
            return 403, "Other pages may not read this one."
        return None

    def _known(self, text: str) -> bool:
        try:
            cookie = SimpleCookie(text).get(self._cookie)
        except CookieError:
            return False
        return cookie is not None and hmac.compare_digest(cookie.value.encode(), self._token.encode())

    async def _exchange(self, send: Send) -> None:
        """The key leaves the address (and so the history) for a cookie that no script can read."""
        cookie = f"{self._cookie}={self._token}; HttpOnly; SameSite=Lax; Path=/"
        await _say(send, 303, "", [("location", "/"), ("set-cookie", cookie)])

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        most, received, refused = _most(scope), 0, False

        async def counted() -> Message:
            nonlocal received, refused
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                refused = True
                await _say(send, 413, "That is more than this page takes.")
                raise BodyTooLargeError
            return message

        async def dressed(message: Message) -> None:
            if refused:
                return
            if message["type"] == "http.response.start":
                told = {name for name, _ in message["headers"]}
                more = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in told]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        with suppress(BodyTooLargeError):
            await self._inner(scope, counted, dressed)


def _most(scope: Scope) -> int:
    return MAX_FILES_BYTES if scope["path"] in FILES else MAX_FORM_BYTES


async def _say(send: Send, status: int, words: str, headers: list[tuple[str, str]] | None = None) -> None:
    told = {"content-type": "text/plain; charset=utf-8", **HEADERS}
    pairs = [(name.encode(), value.encode()) for name, value in [*told.items(), *(headers or [])]]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": words.encode()})
