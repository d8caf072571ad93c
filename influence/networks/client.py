"""A polite reader of the open web: one request at a time per host, robots.txt, budgets, caps, nothing asked twice."""

from __future__ import annotations

import email.utils
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

import httpx
from protego import Protego

from influence._version import __version__
from influence.networks.connecting import UNTIL, CheckedTransport, ForbiddenAddressError, checked_address
from influence.networks.kept import KeptReplies, Reply

AGENT = "influence-toolkit"
MAX_REDIRECTS = 5
SINCE_1970 = 10**9
"""A larger number in a header is a moment, a smaller one seconds to wait."""
ROBOTS_BYTES = 512_000
RETRIES = 2
USUAL_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 300.0
"""The window in which Mastodon and Bluesky count requests; who wants more patience is left for another run."""


class BudgetSpentError(Exception):
    """The budget of requests, bytes or minutes is used up; what was read so far is kept."""


@dataclass(frozen=True)
class Budget:
    """What a run may cost: `requests`, `bytes` received and `minutes`; None is no bound."""

    requests: int | None = None
    bytes: int | None = None
    minutes: float | None = None


@dataclass(frozen=True)
class Manners:
    """How a run behaves towards servers.

    Attributes
    ----------
    contact : str
        Address or page of the user, sent with every request so that a server's owner can complain.
    delay_seconds : float
        Between two requests to one host; a longer ``Crawl-delay`` or ``Retry-After`` wins.
    timeout_seconds : float
        For one request, from the first byte sent to the last received.
    max_bytes : int
        Largest body read, after unpacking.
    fresh_hours : float
        A kept reply younger than this is not asked for again.
    private : bool
        Whether hosts in private networks (and this machine) may be asked.
    robots : bool
        Whether robots.txt holds; interfaces made for programs are asked without.
    """

    contact: str = ""
    delay_seconds: float = 1.0
    timeout_seconds: float = 30.0
    max_bytes: int = 8_000_000
    fresh_hours: float = 12.0
    private: bool = False
    robots: bool = True

    @property
    def agent(self) -> str:
        """What the ``User-Agent`` header says."""
        return f"{AGENT}/{__version__}" + (f" (+{self.contact})" if self.contact else "")


@dataclass(frozen=True)
class Conduct:
    """How a run asks.

    Attributes
    ----------
    budget, manners
        See there.
    hosts : mapping of server to address
        Where a network answers when not at its own address.
    now : datetime or None
        UTC, for rows without a day of their own.
    """

    budget: Budget = field(default_factory=Budget)
    manners: Manners = field(default_factory=Manners)
    hosts: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None


@dataclass
class RequestCounts:
    """What a run asked: requests by host, bytes received, answers taken from what was kept."""

    by_host: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    kept: int = 0

    @property
    def requests(self) -> int:
        """Requests sent in all."""
        return sum(self.by_host.values())


class _Host:
    """One server: its turn, and when it may be asked next."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.next_at = 0.0
        self.delay = 0.0
        self.rules: dict[str, tuple[Protego, str]] = {}
        """By the address of a robots.txt (http and https have their own): its rules, or why it could not be read."""


class PoliteClient:
    """Reads addresses within a budget; safe to use from several threads.

    Parameters
    ----------
    folder : Path or None
        Where replies are kept (the cache of the workspace); None keeps them in memory.
    manners, budget
        See there.
    clock, sleep : callable
        Of the machine, unless a test brings its own.

    Examples
    --------
    >>> client = PoliteClient(None, Manners(robots=False))
    >>> client.get("ftp://example.org/").problem
    'only http and https are read'
    """

    def __init__(
        self,
        folder: Path | None,
        manners: Manners | None = None,
        budget: Budget | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.manners = manners or Manners()
        self.budget = budget or Budget()
        self.asked = RequestCounts()
        self._kept = KeptReplies(folder)
        self._clock, self._sleep = clock, sleep
        self._began = clock()
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        self._http = httpx.Client(
            transport=CheckedTransport(private=self.manners.private), timeout=self.manners.timeout_seconds,
            headers={"User-Agent": self.manners.agent, "Accept-Encoding": "gzip, deflate"}, follow_redirects=False,
        )  # fmt: skip

    def get(
        self,
        address: str,
        *,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        hold_hours: float = 0.0,
    ) -> Reply:
        """What stands at `address`; a failure is a reply with its problem in words.

        A good reply that is kept holds for `hold_hours` where they are more than the manners' `fresh_hours`.

        Raises
        ------
        BudgetSpentError
            Nothing more may be asked.
        """
        known = self._kept.find(address)
        if known is not None and self._clock() - known.at < self._fresh_seconds(known, hold_hours):
            with self._lock:
                self.asked.kept += 1
            return known
        try:
            checked_address(address)
            reply = self._follow(address, {"Accept": accept, **(headers or {})}, known)
        except ForbiddenAddressError as error:  # nothing was asked, and nothing is kept
            return Reply(
                address, at=self._clock(), problem=error.what + (f" ({error.hint})" if error.hint else "")
            )
        at = self._clock()
        seen_again = reply.status == 304 and known is not None
        reply = replace(known, at=at) if seen_again and known else replace(reply, address=address, at=at)
        self._kept.keep(reply)
        return reply

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _fresh_seconds(self, known: Reply, hold_hours: float) -> float:
        """How long a reply holds; a failure is tried again sooner."""
        if known.good and hold_hours > self.manners.fresh_hours:
            return hold_hours * 3600
        return self.manners.fresh_hours * (3600 if known.status in (200, 404, 410) else 300)

    def _follow(self, address: str, headers: dict[str, str], known: Reply | None) -> Reply:
        if known is not None and known.good and known.final == address:
            headers |= {"If-None-Match": known.etag} if known.etag else {}
            headers |= {"If-Modified-Since": known.modified} if known.modified else {}
        plain = {name: value for name, value in headers.items() if name == "Accept"}
        return _led(address, lambda here: self._ask(here, headers if here == address else plain))

    def _ask(self, address: str, headers: Mapping[str, str]) -> Reply:
        url = checked_address(address)
        host = self._host(url)
        with host.turn:
            if self.manners.robots:
                self._check_rules(host, url)
            for attempt in range(RETRIES + 1):
                rest = host.next_at - self._clock()
                if rest > LONGEST_WAIT_SECONDS:
                    return Reply(address, address, problem=_too_long(rest))
                reply, wait = self._once(host, address, headers, self.manners.max_bytes)
                if wait is None or attempt == RETRIES:
                    return reply
                if wait > LONGEST_WAIT_SECONDS:
                    return replace(reply, problem=_too_long(wait))
                host.next_at = max(host.next_at, self._clock() + wait)
        raise AssertionError("the loop returns")

    def _host(self, url: httpx.URL) -> _Host:
        with self._lock:
            return self._hosts.setdefault(url.netloc.decode("ascii"), _Host())

    def _check_rules(self, host: _Host, url: httpx.URL) -> None:
        """Stop where the robots.txt of a host closes an address, or cannot be read (RFC 9309).

        Raises
        ------
        ForbiddenAddressError
            It does.
        """
        page = str(url.copy_with(path="/robots.txt", query=None, fragment=None))
        if page not in host.rules:
            told = self._rules(host, page)
            failed = told.status in (0, 429) or told.status >= 500
            found = Protego.parse(told.body.decode("utf-8", "replace") if told.status == 200 else "")
            host.rules[page] = found, told.problem if failed else ""
            host.delay = float(found.crawl_delay(AGENT) or 0.0)
        rules, problem = host.rules[page]
        if problem:
            raise ForbiddenAddressError(f"its robots.txt could not be read: {problem}")
        if not rules.can_fetch(str(url), AGENT):
            raise ForbiddenAddressError("robots.txt asks programs to stay away")

    def _rules(self, host: _Host, page: str) -> Reply:
        """What stands at a robots.txt; it holds for a day, a failure as long as any."""
        known = self._kept.find(page)
        holds = 24 * 3600 if known and 200 <= known.status < 500 and known.status != 429 else 0
        if known and self._clock() - known.at < (holds or self._fresh_seconds(known, 0.0)):
            return known
        told = _led(page, lambda here: self._once(host, here, {}, ROBOTS_BYTES)[0], strict=False)
        told = replace(told, address=page, at=self._clock())
        self._kept.keep(told)
        return told

    def _once(
        self, host: _Host, address: str, headers: Mapping[str, str], cap: int
    ) -> tuple[Reply, float | None]:
        """Ask once, in the host's turn; seconds to wait before trying again, None when there is no point."""
        self._wait_for(host)
        self._spend(address)
        try:
            reply, wait = self._read(address, headers, cap)
        except ForbiddenAddressError:
            with self._lock:  # stopped before a byte was sent
                self.asked.by_host -= Counter([httpx.URL(address).host])
            raise
        except httpx.HTTPError as error:
            return Reply(address, address, problem=_in_words(error)), 1.0
        finally:
            host.next_at = self._clock() + max(self.manners.delay_seconds, host.delay)
        if reply.status == 429 or reply.status >= 500:
            return reply, USUAL_WAIT_SECONDS if wait is None else wait
        host.next_at = max(host.next_at, self._clock() + (wait or 0.0))
        return reply, None

    def _wait_for(self, host: _Host) -> None:
        wait = host.next_at - self._clock()
        if wait > 0:
            self._check_minutes(wait)
            self._sleep(wait)

    def _spend(self, address: str) -> None:
        self._check_minutes(0.0)
        with self._lock:
            spent = self.budget.requests is not None and self.asked.requests >= self.budget.requests
            heavy = self.budget.bytes is not None and self.asked.bytes >= self.budget.bytes
            if spent or heavy:
                raise BudgetSpentError(address)
            self.asked.by_host[httpx.URL(address).host] += 1

    def _check_minutes(self, wait: float) -> None:
        if self.budget.minutes is not None and self._clock() + wait - self._began > self.budget.minutes * 60:
            raise BudgetSpentError("minutes")

    def _patience(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Seconds for which a server asks to be left alone: ``Retry-After``, or until its spent limit begins anew.

        Mastodon names the end of its window in ``X-RateLimit-Reset`` (ISO), Bluesky in ``RateLimit-Reset`` (seconds
        since 1970); neither says ``Retry-After``.
        """
        if "retry-after" in headers and status != 200:
            return self._seconds_until(headers["retry-after"])
        for name in ("x-ratelimit", "ratelimit"):
            left = headers.get(f"{name}-remaining", "0" if status == 429 else "")
            if left.strip() == "0" and f"{name}-reset" in headers:
                return self._seconds_until(headers[f"{name}-reset"])
        return None

    def _seconds_until(self, said: str) -> float:
        """Seconds until what a header says: a number of them, a moment since 1970, an HTTP date or an ISO one."""
        if said.isdecimal():
            return float(said) if int(said) < SINCE_1970 else max(int(said) - self._clock(), 0.0)
        for read in (datetime.fromisoformat, email.utils.parsedate_to_datetime):
            try:
                return max(read(said).timestamp() - self._clock(), 0.0)
            except (ValueError, TypeError, OverflowError):
                continue
        return USUAL_WAIT_SECONDS

    def _read(self, address: str, headers: Mapping[str, str], cap: int) -> tuple[Reply, float | None]:
        """One request, and how long its server asks to be left alone; it stops at the cap and the time limit."""
        until = time.monotonic() + self.manners.timeout_seconds
        UNTIL.set(until)
        with self._http.stream("GET", address, headers=dict(headers)) as answer:
            problem, parts, size = "", [], 0
            if "," in answer.headers.get("content-encoding", ""):
                problem = "packed more than once"  # a kilobyte may unpack to a terabyte
            elif answer.status_code == 200:
                for part in answer.iter_bytes():
                    size += len(part)
                    if size > cap or time.monotonic() > until:
                        problem = f"larger than {cap:,} bytes" if size > cap else "too slow to be read"
                        break
                    parts.append(part)
            with self._lock:
                self.asked.bytes += answer.num_bytes_downloaded
            reply = _reply(address, answer, b"" if problem else b"".join(parts), problem)
            return reply, self._patience(answer.status_code, answer.headers)


def _led(address: str, ask: Callable[[str], Reply], strict: bool = True) -> Reply:
    """What stands where an address leads in the end; if not `strict`, the last page that leads to what is none."""
    here = address
    for _ in range(MAX_REDIRECTS + 1):
        reply = ask(here)
        if not reply.redirects:
            return reply
        try:
            here = str(checked_address(urljoin(here, reply.link)))
        except ForbiddenAddressError:
            if strict:
                raise
            return reply
    return Reply(address, here, reply.status, problem=f"more than {MAX_REDIRECTS} redirects")


def _reply(address: str, answer: httpx.Response, body: bytes, problem: str) -> Reply:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Reply(
        address=address, final=address, status=answer.status_code, kind=kind, charset=answer.charset_encoding or "",
        body=body, etag=answer.headers.get("etag", ""),
        modified=answer.headers.get("last-modified", ""),
        link=answer.headers.get("location" if answer.is_redirect else "link", ""),
        wishes=answer.headers.get("x-robots-tag", ""),
        problem=problem or ("" if answer.status_code in (200, 304) else f"the server answered {answer.status_code}"),
    )  # fmt: skip


def _too_long(seconds: float) -> str:
    return f"the server asks to wait {seconds:.0f} seconds"


def _in_words(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.DecodingError):
        return "the reply is packed wrongly"
    return str(error) or "the connection failed"
