"""One connection to the outside: only public addresses unless told, checked where the name is resolved."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from influence.errors import SourceError


class ForbiddenAddressError(SourceError):
    """An address that is not asked: no http(s), a host inside a private network, or closed by its robots.txt."""


def checked_address(address: str) -> httpx.URL:
    """The address with its scheme checked.

    Raises
    ------
    ForbiddenAddressError
        It is no http(s) address, or names no host.
    """
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise ForbiddenAddressError("this is no address", seen=address, expected="https://...") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ForbiddenAddressError("only http and https are read", seen=address, expected="https://...")
    return url


def public_addresses(host: str, port: int, *, private: bool = False) -> list[str]:
    """Numeric addresses of a host; those of private networks, loopback and the like only if `private`.

    Raises
    ------
    ForbiddenAddressError
        The name leads into a private network.
    OSError
        Nobody knows the name.
    """
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    allowed = [one for one in found if private or ipaddress.ip_address(one.partition("%")[0]).is_global]
    if not allowed:
        raise ForbiddenAddressError(
            "this host lies inside a private network", seen=f"{host} ({found[0]})",
            hint="--allow-private reads it all the same",
        )  # fmt: skip
    return list(dict.fromkeys(allowed))


UNTIL: ContextVar[float] = ContextVar("until", default=float("inf"))
"""When (monotonic seconds) the request at hand must be read: a byte now and then outlives the timeout of every read."""


class _Timed(httpcore.NetworkStream):
    """A connection of which no read goes on after `UNTIL`."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = UNTIL.get() - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("too slow")
        return self._inner.read(max_bytes, left if timeout is None else min(timeout, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
                  timeout: float | None = None) -> httpcore.NetworkStream:  # fmt: skip
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to the very address that was checked, so that a name cannot change between the two."""

    def __init__(self, private: bool) -> None:
        self._private = private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
                    socket_options: Iterable[Any] | None = None) -> httpcore.NetworkStream:  # fmt: skip
        try:
            addresses = public_addresses(host, port, private=self._private)
        except OSError as error:
            raise httpcore.ConnectError(f"nobody knows the host {host}") from error
        for number, address in enumerate(addresses):
            try:
                return _Timed(self._inner.connect_tcp(address, port, timeout, local_address, socket_options))
            except httpcore.ConnectError:
                if number == len(addresses) - 1:
                    raise
        raise AssertionError("an empty list of addresses was refused above")

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


@contextmanager
def _as_httpx() -> Iterator[None]:
    """What httpcore raises, as httpx calls it."""
    kinds = (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    )
    try:
        yield
    except kinds as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


class CheckedTransport(httpx.BaseTransport):
    """An httpx transport whose every connection, also after a redirect, passes `public_addresses`."""

    def __init__(self, *, private: bool = False) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=20, keepalive_expiry=15.0,
            network_backend=_CheckedBackend(private),
        )  # fmt: skip

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; errors of the connection are those of httpx."""
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port,
                           target=request.url.raw_path)  # fmt: skip
        with _as_httpx():
            reply = self._pool.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, content=b"",
                                 extensions=request.extensions)
            )  # fmt: skip
        return httpx.Response(reply.status, headers=reply.headers, stream=_Body(reply.stream))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
